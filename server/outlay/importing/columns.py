"""Which column is what: by its name first, by what stands in it where the name does not tell. Pure."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from outlay.importing import amounts, days, headers
from outlay.importing.reading import problem
from outlay.importing.table import Layout, Line, is_data, is_day, is_number
from outlay.kernel.money import CURRENCIES

SAMPLE_ROWS = 500


@dataclass(frozen=True, slots=True)
class Columns:
    """role → column index from 0. Either `amount` (signed, or with `direction`) or `debit` and/or `credit`."""

    date: int | None = None
    value_date: int | None = None
    time: int | None = None
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None
    direction: int | None = None
    currency: int | None = None
    payee: int | None = None
    note: tuple[int, ...] = ()
    category: int | None = None
    balance: int | None = None
    account: int | None = None
    bank_id: int | None = None

    def shown(self) -> dict[str, int | list[int]]:
        """Only what was found, as the preview shows it and `options.columns` takes it back."""
        found = {name: getattr(self, name) for name in headers.ROLES}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in found.items() if v not in (None, ())}


def given(wanted: dict[str, Any], found: Columns, width: int) -> Columns:
    """The found columns with a person's own put over them. Refuses `import_columns`."""
    changes: dict[str, int | tuple[int, ...] | None] = {}
    for role, index in wanted.items():
        indexes = index if isinstance(index, list) else [] if index is None else [index]
        fits = all(isinstance(i, int) and not isinstance(i, bool) and 0 <= i < width for i in indexes)
        if role not in headers.ROLES or not fits or (role != "note" and len(indexes) > 1):
            raise problem(
                "import_columns", f"columns.{role} is not a column of this file (0 to {width - 1})."
            )
        if role == "note":
            changes[role] = tuple(indexes)
        else:
            changes[role] = indexes[0] if indexes else None
    if changes.get("amount") is not None:
        changes = {"debit": None, "credit": None} | changes
    elif "debit" in changes or "credit" in changes:
        changes = {"amount": None, "direction": None} | changes
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]  # keys checked above


def find(layout: Layout) -> Columns:
    """The columns of a layout, as far as names and contents tell."""
    sample = list(itertools.islice(filter(is_data, layout.body), SAMPLE_ROWS))
    width = max((len(row.cells) for row in (*sample, *([layout.header] if layout.header else []))), default=0)
    values = [[row.cell(i) for row in sample] for i in range(width)]
    names = [layout.header.cell(i) if layout.header else "" for i in range(width)]
    found = _by_name(names, values)
    found = _by_content(found, names, values)
    return _one_way(found, values)


def _by_name(names: list[str], values: list[list[str]]) -> Columns:
    taken: dict[str, int | tuple[int, ...] | None] = {}
    used: set[int] = set()
    for role in headers.ROLES:
        ranked = [
            (r, i) for i, name in enumerate(names) if name and (r := headers.rank(name, role)) is not None
        ]
        fitting = [i for _, i in sorted(ranked) if i not in used and _FITS[role](values[i])]
        if role == "note":
            taken[role] = tuple(sorted(fitting))
        elif fitting:
            taken[role] = fitting[0]
            if role not in ("time",):
                used.add(fitting[0])
    if taken.get("date") is None:
        taken["date"], taken["value_date"] = taken.get("value_date"), None
    return Columns(**taken)  # type: ignore[arg-type]  # keys are ROLES


def _share(cells: list[str], test: Callable[[str], bool]) -> float:
    """Share of the filled cells that pass; 1 where there are no rows at all, 0 where all cells are empty."""
    filled = [c for c in cells if c]
    return sum(map(test, filled)) / len(filled) if filled else float(not cells)


def _is_money(cell: str) -> bool:
    return is_number(cell) or cell in ("-", "--", "–")


def _many_alike(cells: list[str]) -> bool:
    """The account of the file's owner stands in (almost) every row, and has few values."""
    filled = [c for c in cells if c]
    few = len(set(filled)) <= max(3, len(filled) // 4)
    return not cells or (len(filled) >= 0.7 * len(cells) and few)


def _unique(cells: list[str]) -> bool:
    filled = [c for c in cells if c]
    return bool(filled) and len(set(filled)) == len(filled) >= 0.8 * len(cells)


_FITS: dict[str, Callable[[list[str]], bool]] = {
    "date": lambda c: _share(c, is_day) >= 0.5,
    "value_date": lambda c: _share(c, is_day) >= 0.5,
    "time": lambda c: _share(c, lambda x: ":" in x and len(x) <= 8) >= 0.5,
    "amount": lambda c: _share(c, _is_money) >= 0.5,
    "debit": lambda c: not any(c) or _share(c, _is_money) >= 0.5,
    "credit": lambda c: not any(c) or _share(c, _is_money) >= 0.5,
    "direction": lambda c: bool(c) and _share(c, lambda x: headers.direction(x) is not None) >= 0.5,
    "currency": lambda c: _share(c, lambda x: x.upper() in CURRENCIES) >= 0.5,
    "payee": lambda c: not c or (any(c) and _share(c, lambda x: not is_number(x)) >= 0.3),
    "note": lambda c: not c or any(c),
    "category": lambda c: True,
    "balance": lambda c: _share(c, _is_money) >= 0.5,
    "account": _many_alike,
    "bank_id": _unique,
}


def _one_way(found: Columns, values: list[list[str]]) -> Columns:
    """Debit and credit, or one amount: never both, and a direction only beside one amount."""
    if found.debit is not None and found.credit is not None:
        return dataclasses.replace(found, amount=None, direction=None)
    if found.amount is not None:
        return dataclasses.replace(found, debit=None, credit=None)
    return found


def _by_content(found: Columns, names: list[str], values: list[list[str]]) -> Columns:
    """Fills the roles that no name told; a file without a header has only this."""
    if not values or not values[0]:
        return found
    used = {i for i in found.shown().values() if isinstance(i, int)} | set(found.note)
    free = [i for i in range(len(values)) if i not in used and any(values[i])]
    if found.date is None:
        dated = [i for i in free if _share(values[i], is_day) >= 0.8]
        full = [i for i in dated if all(values[i])] or dated
        if full:
            found = dataclasses.replace(found, date=full[0])
    free = [i for i in free if _share(values[i], is_day) < 0.8]
    if found.amount is None and found.debit is None and found.credit is None:
        found = _find_money(found, [i for i in free if _looks_like_money(values[i])], values)
        free = [i for i in free if i not in (found.amount, found.debit, found.credit, found.balance)]
    if found.currency is None:
        coded = [i for i in free if _share(values[i], lambda x: x in CURRENCIES) == 1 and not names[i]]
        found = dataclasses.replace(found, currency=coded[0]) if coded else found
        free = [i for i in free if i != found.currency]
    if found.direction is None and found.amount is not None and not _any_negative(values[found.amount]):
        told = [i for i in free if all(headers.direction(c) for c in values[i])]
        found = dataclasses.replace(found, direction=told[0]) if told else found
        free = [i for i in free if i != found.direction]
    if found.payee is None and not found.note:
        worded = [i for i in free if _share(values[i], lambda x: not is_number(x)) >= 0.8]
        if worded:
            longest = max(worded, key=lambda i: (sum(map(len, values[i])), -i))
            found = dataclasses.replace(found, payee=longest)
    return found


def _looks_like_money(cells: list[str]) -> bool:
    """Numbers, and not just identifiers: a decimal mark or a sign somewhere, at most 15 digits."""
    if _share(cells, _is_money) < 0.8:
        return False
    filled = [c for c in cells if is_number(c)]
    marked = any(not c.isdigit() for c in filled)
    return bool(filled) and marked and all(sum(x.isdigit() for x in c) <= 15 for c in filled)


def _any_negative(cells: list[str]) -> bool:
    return any((w := amounts.take_apart(c)) is not None and w.negative for c in cells)


def _find_money(found: Columns, numeric: list[int], values: list[list[str]]) -> Columns:
    """Which numbers are amounts and which the balance: the pair or triple that adds up row by row.

    Without a balance that proves it, one full column is the amount; two columns that exclude each
    other are debit and credit, but which is which is not known (nothing is set, and it is asked).
    """
    bodies = [w.body for i in numeric for c in values[i] if (w := amounts.take_apart(c))]
    sign = amounts.agreed_sign(bodies) or "."
    number = {i: [_value(c, sign if sign != "?" else ".") for c in values[i]] for i in numeric}
    for balance in reversed(numeric):
        for amount in numeric:
            if amount != balance and adds_up(number[amount], number[balance]):
                return dataclasses.replace(found, amount=amount, balance=balance)
        for debit in numeric:
            for credit in numeric:
                if len({debit, credit, balance}) < 3 or not _exclusive(number[debit], number[credit]):
                    continue
                signed: list[Decimal | None] = [
                    (c or Decimal(0)) - (d or Decimal(0))
                    for d, c in zip(number[debit], number[credit], strict=True)
                ]
                if adds_up(signed, number[balance]):
                    return dataclasses.replace(found, debit=debit, credit=credit, balance=balance)
    full = [i for i in numeric if all(v is not None for v in number[i])]
    if len(full) == 1:
        return dataclasses.replace(found, amount=full[0])
    signed_full = [i for i in full if _any_negative(values[i])]
    return dataclasses.replace(found, amount=signed_full[0]) if len(signed_full) == 1 else found


def _value(cell: str, sign: str) -> Decimal | None:
    written = amounts.take_apart(cell)
    return amounts.read(written, sign) if written else None


def _exclusive(first: list[Decimal | None], second: list[Decimal | None]) -> bool:
    return all((not a) != (not b) for a, b in zip(first, second, strict=True))


def adds_up(signed: list[Decimal | None], balances: list[Decimal | None]) -> bool:
    """Whether each balance is the one before it plus the amount, oldest or newest first (four of five pairs,
    and two at least unless there are only a few rows)."""
    for newest_first in (False, True):
        pairs = fitting = 0
        for i in range(1, len(signed)):
            here, there = (i - 1, i) if newest_first else (i, i - 1)
            after, before, amount = balances[here], balances[there], signed[here]
            if after is None or before is None or amount is None:
                continue
            pairs += 1
            fitting += amount != 0 and after == before + amount
        if fitting and fitting >= 0.8 * pairs and (fitting >= 2 or len(signed) <= 4):
            return True
    return False


def common_width(rows: list[Line]) -> int:
    """The number of cells that most rows have."""
    counted = Counter(len(row.cells) for row in rows)
    return counted.most_common(1)[0][0] if counted else 0


def agreed_order(rows: list[Line], columns: Columns) -> str | None:
    """The order of day and month over all day columns (days.agreed_order)."""
    indexes = [i for i in (columns.date, columns.value_date) if i is not None]
    written = [w for row in rows for i in indexes if (w := days.take_apart(row.cell(i)))]
    return days.agreed_order(written)
