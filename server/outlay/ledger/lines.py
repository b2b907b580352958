"""The lines of a transaction and the rollups over them. Pure. Twin: app/src/ledger/lines.ts.

A line's amount is its signed effect on its account; only live transactions have lines. A rollup is the
GROUP BY of lines by book month, kept: `put` turns any change of a transaction into deltas.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from outlay.kernel.dates import day_number
from outlay.kernel.money import allocate
from outlay.kernel.periods import month_of
from outlay.ledger.entities import Row

Key = tuple[int, str, str, str, str, str]
"""month, account_id ('' for none), category_id ('' for none), flow, currency, base_currency."""

Sums = list[int]
"""amount_minor, base_minor, count, count_without_rate."""


class Line(NamedTuple):
    """One row of table `line` without book and transaction. Amounts are signed minor units."""

    position: int
    day: str
    day_number: int
    flow: str
    account_id: str | None
    category_id: str | None
    currency: str
    amount_minor: int
    base_minor: int | None
    base_currency: str


_number = lru_cache(maxsize=4096)(day_number)
_month = lru_cache(maxsize=4096)(month_of)


def lines_of(row: Row | None) -> list[Line]:
    """The lines of a transaction as it is; none for a tombstone or no row at all.

    An expense takes from its account, an income gives; each line bears its share of the base amount
    (`allocate`). A transfer takes `amount_minor` from one account and gives `to_amount_minor` to the
    other; both legs carry the same base amount with opposite signs.
    """
    if row is None or row["deleted"]:
        return []
    day, kind, base, base_currency = row["day"], row["kind"], row["base_minor"], row["base_currency"]
    number, account_id, currency = _number(day), row["account_id"], row["currency"]
    if kind == "transfer":
        amount, out = row["amount_minor"], None if base is None else -base
        to_account_id, to_currency, to_amount = (
            row["to_account_id"],
            row["to_currency"],
            row["to_amount_minor"],
        )
        return [
            Line(0, day, number, "transfer_out", account_id, None, currency, -amount, out, base_currency),
            Line(
                1,
                day,
                number,
                "transfer_in",
                to_account_id,
                None,
                to_currency,
                to_amount,
                base,
                base_currency,
            ),
        ]
    sign = 1 if kind == "income" else -1
    items = row["lines"]
    if len(items) == 1:
        item = items[0]
        signed = None if base is None else sign * base
        return [
            Line(
                0, day, number, kind, account_id, item["category_id"], currency, sign * item["amount_minor"],
                signed, base_currency,
            )
        ]  # fmt: skip
    parts: list[Any] = [None] * len(items)
    if base is not None:
        parts = allocate(sign * base, [item["amount_minor"] for item in items])
    return [
        Line(
            position, day, number, kind, account_id, item["category_id"], currency, sign * item["amount_minor"],
            part, base_currency,
        )
        for position, (item, part) in enumerate(zip(items, parts, strict=True))
    ]  # fmt: skip


def add(sums: dict[Key, Sums], lines: list[Line], first_day: int, sign: int) -> None:
    """Adds (+1) or takes away (−1) lines from rollup sums. `first_day` of the book's month, 1..28."""
    for line in lines:
        key = (
            _month(line.day, first_day), line.account_id or "", line.category_id or "", line.flow, line.currency,
            line.base_currency,
        )  # fmt: skip
        cell = sums.get(key)
        if cell is None:
            cell = sums[key] = [0, 0, 0, 0]
        cell[0] += sign * line.amount_minor
        if line.base_minor is None:
            cell[3] += sign
        else:
            cell[1] += sign * line.base_minor
        cell[2] += sign


def put(before: Row | None, after: Row | None, first_day: int) -> dict[Key, Sums]:
    """The rollup deltas of a transaction that was `before` and is `after`; cells that stay the same are left out."""
    sums: dict[Key, Sums] = {}
    add(sums, lines_of(before), first_day, -1)
    add(sums, lines_of(after), first_day, 1)
    return {key: cell for key, cell in sums.items() if any(cell)}
