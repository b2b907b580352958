"""How budgets stand in the period around a day: spent, carried over, and the forecast for the period's end.

Twin: app/src/reports/budgets.ts; spec/reports/budgets.json holds the two equal. Method:
- Spent are expenses of the category and its subcategories (all for a budget of all spending), as they were written: in
  the budget's currency, else in the base currency when that is the budget's; the rest is counted in `missing`.
- Carried over is what earlier periods left (or overspent), from the first one that has an amount, PERIODS at most.
- The forecast is spent + what schedules still bring in the period + pace. Pace is what was spent beside schedules,
  by day so far, for the days that are left (rounded half to even): a rent paid on the first is not paid daily.
- What may be spent a day is what is left and not scheduled, over today and the days after it (rounded down).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from outlay.kernel.dates import day_number
from outlay.kernel.money import check_sum
from outlay.kernel.periods import Calendar, Kind, bucket_of, bucket_range
from outlay.kernel.refusal import Refusal
from outlay.ledger import queries
from outlay.ledger.budgets import amounts, calendar_of, planned
from outlay.ledger.posting import is_active
from outlay.ledger.recurrence import occurrences
from outlay.reports.cells import Cell, Reader, cut
from outlay.store.read import Read

Row = Mapping[str, Any]

PERIODS: Final = 600
"""Periods that are carried over at most."""


class BudgetState(Struct, kw_only=True):
    """A budget in one period, in minor units of its currency. `planned_minor` is null before its first amount;
    `available_minor` is planned and carried over, `left_minor` that less what was spent. `per_day_minor` is null where
    the period is not now or nothing is planned. `missing` entries of `missing_currencies` are in no figure."""

    budget_id: str
    from_day: str
    to_day: str
    planned_minor: int | None
    carried_minor: int
    available_minor: int | None
    spent_minor: int
    left_minor: int | None
    upcoming_minor: int
    forecast_minor: int
    per_day_minor: int | None
    missing: int
    missing_currencies: list[str]


def kind_of(period: str) -> Kind:
    """What sums are read by: weeks, or months that quarters and years are made of."""
    return "week" if period == "week" else "month"


def first_day(budget: Row, amounts: Sequence[Row], day: str, calendar: Calendar) -> str:
    """From where sums are needed: the period itself, or the first one that is carried over."""
    period = budget["period"]
    at = bucket_of(period, day, calendar)
    first = at
    if budget["carry_over"] and amounts:
        first = min(
            at, max(at - PERIODS, min(bucket_of(period, row["from_day"], calendar) for row in amounts))
        )
    return bucket_range(period, first, calendar)[0]


def state(
    budget: Row,
    amounts: Sequence[Row],
    schedules: Iterable[Row],
    members: frozenset[str] | None,
    cells: Iterable[tuple[int, Cell]],
    *,
    day: str,
    today: str,
    calendar: Calendar,
) -> BudgetState:
    """One budget. `cells` come with the index of the week or month that they are of; `members` are its categories,
    None for all spending. Refuses `sum_too_large`."""
    period = budget["period"]
    at = bucket_of(period, day, calendar)
    from_day, to_day = bucket_range(period, at, calendar)
    spent: dict[int, int] = {}
    missing = 0
    unknown: set[str] = set()
    for index, cell in cells:
        if cell.flow != "expense" or (members is not None and cell.part not in members):
            continue
        start = bucket_range(kind_of(period), index, calendar)[0]
        bucket = bucket_of(period, start, calendar)
        minor, left_out = _valued(cell, budget["currency"])
        spent[bucket] = spent.get(bucket, 0) + minor
        if bucket == at and left_out:
            missing += left_out
            unknown.add(cell.currency)
    carried = 0
    if budget["carry_over"] and amounts:
        first = bucket_of(period, first_day(budget, amounts, day, calendar), calendar)
        for bucket in range(first, at):
            carried += (planned(budget, amounts, bucket, calendar) or 0) - spent.get(bucket, 0)
    plan = planned(budget, amounts, at, calendar)
    scheduled, upcoming = _scheduled(budget, schedules, members, from_day, to_day, today)
    now = check_sum(spent.get(at, 0))
    available = None if plan is None else check_sum(plan + carried)
    left = None if available is None else check_sum(available - now)
    return BudgetState(
        budget_id=budget["id"], from_day=from_day, to_day=to_day, planned_minor=plan, carried_minor=check_sum(carried),
        available_minor=available, spent_minor=now,
        left_minor=left, upcoming_minor=upcoming,
        forecast_minor=check_sum(now + upcoming + _pace(max(0, now - scheduled), from_day, to_day, today)),
        per_day_minor=None if left is None else _per_day(left - upcoming, from_day, to_day, today),
        missing=missing, missing_currencies=sorted(unknown),
    )  # fmt: skip


def _valued(cell: Cell, currency: str) -> tuple[int, int]:
    """What a cell cost in a currency, and how many of its lines are not known in it."""
    if cell.currency == currency:
        return -cell.amount_minor, 0
    if cell.base_currency == currency:
        return -cell.base_minor, cell.lines_without_rate
    return 0, cell.lines


def _scheduled(
    budget: Row,
    schedules: Iterable[Row],
    members: frozenset[str] | None,
    from_day: str,
    to_day: str,
    today: str,
) -> tuple[int, int]:
    """What schedules have brought in a period so far, and what they still bring."""
    done = upcoming = 0
    for row in schedules:
        if row["kind"] != "expense" or row["currency"] != budget["currency"] or not is_active(dict(row)):
            continue
        share = sum(
            item["amount_minor"]
            for item in row["lines"]
            if members is None or (item["category_id"] or "") in members
        )
        for day in occurrences(row["start_day"], row["rule"], after=None, through=to_day) if share else ():
            if day < from_day or day in row["skipped"]:
                continue
            if row["done_through"] is None or day > row["done_through"]:
                upcoming += share
            elif day <= today:
                done += share
    return done, upcoming


def _pace(loose_minor: int, from_day: str, to_day: str, today: str) -> int:
    """What is spent in the days that are left if it goes on as it did."""
    first, last, now = (day_number(day) for day in (from_day, to_day, today))
    elapsed = min(max(now - first + 1, 0), last - first + 1)
    if elapsed == 0:
        return 0
    quotient, rest = divmod(loose_minor * (last - first + 1 - elapsed), elapsed)
    return quotient + (2 * rest > elapsed or (2 * rest == elapsed and quotient % 2 == 1))


def _per_day(free_minor: int, from_day: str, to_day: str, today: str) -> int | None:
    """What is free, dealt out over today and the days after it."""
    if not from_day <= today <= to_day:
        return None
    return max(0, free_minor) // (day_number(to_day) - day_number(today) + 1)


def states(
    reader: Reader,
    settings: Row,
    budgets: Sequence[Row],
    amounts_of: Mapping[str, Sequence[Row]],
    schedules: Sequence[Row],
    parents: Mapping[str, str | None],
    *,
    day: str,
    today: str,
) -> list[BudgetState]:
    """Every budget, in their order. `reader` gives the cells of expenses; `parents` every live category's."""
    calendar = calendar_of(dict(settings))
    found: dict[Kind, list[tuple[int, Cell]]] = {}
    for kind in ("week", "month"):
        some = [budget for budget in budgets if kind_of(budget["period"]) == kind]
        if not some:
            continue
        first = min(first_day(budget, amounts_of.get(budget["id"], ()), day, calendar) for budget in some)
        last = max(
            bucket_range(budget["period"], bucket_of(budget["period"], day, calendar), calendar)[1]
            for budget in some
        )
        start = bucket_of(kind, first, calendar)
        cells = reader.cells("category", cut(kind, first, last, calendar))
        found[kind] = [(start + cell.bucket, cell) for cell in cells]
    return [
        state(
            budget, amounts_of.get(budget["id"], ()), schedules, members_of(budget, parents),
            found[kind_of(budget["period"])], day=day, today=today, calendar=calendar,
        )
        for budget in budgets
    ]  # fmt: skip


def book_budgets(read: Read, book_id: str, *, day: str, today: str) -> list[BudgetState]:
    """Every budget of a book that is in use, in one snapshot. Refuses `book_without_settings`."""
    settings = queries.settings(read, book_id)
    if settings is None:
        raise Refusal("book_without_settings")
    filters = {"flow": "expense", "flow_too": "expense"}
    reader = Reader(
        lambda sql, given: read.all(sql, **given), book_id, settings["first_day_of_month"], filters
    )
    return states(
        reader, settings, queries.rows(read, book_id, "budget", archived=False), amounts(read, book_id),
        queries.rows(read, book_id, "schedule"),
        {row["id"]: row["parent_id"] for row in queries.rows(read, book_id, "category")}, day=day, today=today,
    )  # fmt: skip


def members_of(budget: Row, parents: Mapping[str, str | None]) -> frozenset[str] | None:
    """The categories that count: its own and those below it; None for all spending."""
    own = budget["category_id"]
    if own is None:
        return None
    return frozenset({own, *(row_id for row_id, parent in parents.items() if parent == own)})
