"""Budgets: which amount holds in which period, and the operations that plan one. Twin: app/src/ledger/budgets.ts.

A budget's amounts say from which period on they hold (or with `once`, in which one only), so that a new amount never
changes the past. Periods are those of the book's settings: its weeks, months, and quarters and years of its year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from outlay.kernel.dates import parse_day
from outlay.kernel.ids import uuid5
from outlay.kernel.periods import Calendar, bucket_of, bucket_range
from outlay.ledger import queries
from outlay.ledger.entities import Row
from outlay.ledger.merge import named
from outlay.store.read import Read


def calendar_of(settings: Row | None) -> Calendar:
    """Where a book's periods begin."""
    settings = settings or {}
    return {
        "first_day_of_week": settings.get("first_day_of_week") or 1,
        "first_day_of_month": settings.get("first_day_of_month") or 1,
        "first_month_of_year": settings.get("first_month_of_year") or 1,
    }


def amounts(read: Read, book_id: str) -> dict[str, list[Row]]:
    """The amounts of every budget, from the oldest to the newest."""
    found: dict[str, list[Row]] = {}
    for row in read.select(
        "budget_amount", "book_id = :book AND NOT deleted", order="from_day, id", book=book_id
    ):
        found.setdefault(row["budget_id"], []).append(row)
    return found


def planned(
    budget: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], bucket: int, calendar: Calendar
) -> int | None:
    """What a budget plans for the period with this index: the amount of that period only, else the newest one from
    it or before; None before the first. `rows` from the oldest to the newest."""
    lasting: int | None = None
    for row in rows:
        at = bucket_of(budget["period"], row["from_day"], calendar)
        if row["once"] and at == bucket:
            return int(row["amount_minor"])
        if not row["once"] and at <= bucket:
            lasting = row["amount_minor"]
    return lasting


def create_ops(
    read: Read, book_id: str, fields: Row, *, amount_minor: int, from_day: str
) -> tuple[str, list[Row]]:
    """The id and the operations of a budget with its first amount. One that was deleted comes back."""
    row_id = uuid5(book_id, named("budget", fields) or "")
    ops = [_make(read, book_id, "budget", row_id, fields)]
    return row_id, [
        *ops,
        *amount_ops(read, book_id, {**fields, "id": row_id}, amount_minor=amount_minor, from_day=from_day),
    ]


def amount_ops(
    read: Read, book_id: str, budget: Row, *, amount_minor: int, from_day: str, once: bool = False
) -> list[Row]:
    """The operations that plan an amount from the period of a day on, or with `once` for that one only: what held from
    that period on then holds from the next one. A row that the period has already (its months may have begun on another
    day) is the one that changes."""
    calendar = calendar_of(queries.settings(read, book_id))
    period = budget["period"]
    at = bucket_of(period, parse_day(from_day, "from_day"), calendar)
    within: dict[int, list[Row]] = {}
    for row in amounts(read, book_id).get(budget["id"], ()):
        within.setdefault(bucket_of(period, row["from_day"], calendar), []).append(row)

    def amount(bucket: int, row: Row | None, minor: int, single: bool) -> Row:
        day = row["from_day"] if row else bucket_range(period, bucket, calendar)[0]
        fields = {"budget_id": budget["id"], "from_day": day, "amount_minor": minor, "once": single}
        return _make(
            read, book_id, "budget_amount", uuid5(book_id, named("budget_amount", fields) or ""), fields
        )

    stored = within.get(at, [])
    ops = [amount(at, stored[-1] if stored else None, amount_minor, once)]
    ops += [{"e": "budget_amount", "id": row["id"], "k": "delete"} for row in stored[:-1]]
    lasting = next((row for row in reversed(stored) if not row["once"]), None)
    if not once or lasting is None:
        return ops
    following = at + 1
    while following in within and all(row["once"] for row in within[following]):
        following += 1
    if following not in within:
        ops.append(amount(following, None, lasting["amount_minor"], False))
    return ops


def _make(read: Read, book_id: str, entity: str, row_id: str, fields: Row) -> Row:
    row = read.by_ids(entity, book_id, [row_id]).get(row_id)
    kind = "restore" if row is not None and row["deleted"] else "create"
    return {"e": entity, "id": row_id, "k": kind, "f": fields}
