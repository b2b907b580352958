"""What is unusual: an amount far from its payee's habit, a bill that did not come, an instance that nobody confirmed.

Twin: app/src/reports/unusual.ts; spec/reports/unusual.json and generated books hold the two equal. Only integers, so
that both answer the same. Method:
- Amounts: an entry of the last 30 days against the entries before it of the same payee, kind and currency (5 to 24). It
  is far when it lies more than 21/4 median absolute deviations and at least a quarter of the median away. 21/4 is the
  cutoff of 3.5 for the modified z-score, 3.5 / 0.6745 (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993).
  Of each payee, kind and currency only the newest entry that is far.
- Bills: what came in near-equal steps of a week, a month, a quarter or a year, each time for at least half and at most
  twice the median, and is late by more than the grace of its step, the payee having had no other entry since. It is
  told until the next one would be due: what stopped, stopped. A payee with a schedule in use is left to the schedule.
- Unconfirmed: schedules that ask and have an open day that is longer ago than CONFIRM_DAYS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct

from outlay.kernel import spec
from outlay.kernel.dates import day_number, day_of
from outlay.kernel.periods import month_of, month_range, month_start
from outlay.ledger import queries
from outlay.ledger.posting import due_days, is_active
from outlay.store.read import Read

Row = Mapping[str, Any]
Every = Literal["week", "month", "quarter", "year"]

RECENT_DAYS: Final = 30
EARLIER_LEAST: Final = 5
EARLIER_MOST: Final = 24
CONFIRM_DAYS: Final = 3

PAYEES: Final = 2000
"""Payees that are looked at, those that were made last."""
CANDIDATES: Final = 64
"""Payees whose entries are read: as many for amounts, and as many for bills."""
ENTRIES: Final = 40
"""Entries of a payee that are read."""


class Entry(NamedTuple):
    """A transaction of a payee."""

    id: str
    day: str
    kind: str
    currency: str
    amount_minor: int


class UnusualAmount(Struct, kw_only=True):
    """An entry far from its payee's habit: `usual_minor` is the median of the `earlier` entries before it."""

    transaction_id: str
    payee_id: str
    day: str
    kind: str
    currency: str
    amount_minor: int
    usual_minor: int
    earlier: int


class MissingBill(Struct, kw_only=True):
    """A payee that came every week, month, quarter or year, last on `last_day` for about `usual_minor`, and was
    expected on `expected_day`."""

    payee_id: str
    every: Every
    last_day: str
    expected_day: str
    kind: str
    currency: str
    usual_minor: int


class Unconfirmed(Struct, kw_only=True):
    """A schedule that asked on `day` and has no answer; `count` of its days are open."""

    schedule_id: str
    payee_id: str | None
    day: str
    count: int
    kind: str
    currency: str
    amount_minor: int


class Unusual(Struct, kw_only=True):
    """What is unusual on a day: amounts from the newest to the oldest, bills and schedules by the day they were due."""

    day: str
    amounts: list[UnusualAmount]
    bills: list[MissingBill]
    unconfirmed: list[Unconfirmed]


@dataclass(frozen=True, slots=True)
class Step:
    """How far apart two bills of a step lie, and how many of them show it. In days; `months` 0 is a week."""

    every: Every
    months: int
    least: int
    most: int
    entries: int
    grace: int
    given_up: int
    """Days after the expected one."""


STEPS: Final = (
    Step("week", 0, 6, 8, 4, 3, 7),
    Step("month", 1, 26, 35, 3, 5, 30),
    Step("quarter", 3, 85, 99, 3, 10, 45),
    Step("year", 12, 355, 376, 3, 20, 60),
)
LAST_BILL_DAYS: Final = ((10, 14), (33, 61), (99, 137), (385, 426))
"""When a bill of each step is missing, the last one was more than so many days ago, and at most so many."""


def odd_amounts(payee_id: str, entries: Sequence[Entry], today: str) -> list[UnusualAmount]:
    """The newest entry of each kind and currency that is far from those before it. `entries` from the newest."""
    since = day_of(day_number(today) - RECENT_DAYS + 1)
    found = []
    for group in _groups(entries):
        for at, entry in enumerate(group):
            earlier = [one.amount_minor for one in group[at + 1 : at + 1 + EARLIER_MOST]]
            if entry.day < since or len(earlier) < EARLIER_LEAST:
                break
            twice = _twice_median(earlier)
            if _is_far(entry.amount_minor, earlier, twice):
                found.append(
                    UnusualAmount(
                        transaction_id=entry.id, payee_id=payee_id, day=entry.day, kind=entry.kind,
                        currency=entry.currency, amount_minor=entry.amount_minor, usual_minor=_half(twice),
                        earlier=len(earlier),
                    )
                )  # fmt: skip
                break
    return found


def missing_bill(payee_id: str, entries: Sequence[Entry], today: str) -> MissingBill | None:
    """What came regularly in the kind and currency of the newest entry, and is late. `entries` from the newest."""
    groups = _groups(entries)
    if not groups or groups[0][0] != entries[0]:
        return None
    group = groups[0]
    step = _step_of(group)
    if step is None:
        return None
    expected = _following(group[0].day, step)
    late = day_number(today) - day_number(expected)
    if not step.grace < late <= step.given_up:
        return None
    return MissingBill(
        payee_id=payee_id, every=step.every, last_day=group[0].day, expected_day=expected, kind=group[0].kind,
        currency=group[0].currency,
        usual_minor=_half(_twice_median([one.amount_minor for one in group[: step.entries]])),
    )  # fmt: skip


def _groups(entries: Iterable[Entry]) -> list[list[Entry]]:
    """By kind and currency, as they come; transfers have no payee's habit."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.kind != "transfer":
            found.setdefault((entry.kind, entry.currency), []).append(entry)
    return list(found.values())


def _twice_median(values: Sequence[int]) -> int:
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]


def _half(twice: int) -> int:
    """Rounded half to even."""
    return twice // 2 + (twice & twice // 2 & 1)


def _is_far(amount: int, earlier: Sequence[int], twice: int) -> bool:
    """`away` is twice the distance from the median, `spread` four times the median absolute deviation."""
    away = abs(2 * amount - twice)
    spread = _twice_median([abs(2 * value - twice) for value in earlier])
    return 8 * away > 21 * spread and 4 * away >= twice


def _step_of(group: Sequence[Entry]) -> Step | None:
    """The step in which the newest entries came for near-equal amounts."""
    for step in STEPS:
        newest = group[: step.entries]
        if len(newest) < step.entries:
            continue
        numbers = [day_number(entry.day) for entry in newest]
        twice = _twice_median([entry.amount_minor for entry in newest])
        regular = all(step.least <= later - earlier <= step.most for later, earlier in pairwise(numbers))
        if regular and all(twice <= 4 * entry.amount_minor <= 4 * twice for entry in newest):
            return step
    return None


def _following(day: str, step: Step) -> str:
    """A week later, or the same day of a later month (its last one when there is none)."""
    if step.months == 0:
        return day_of(day_number(day) + 7)
    month = month_of(day, 1) + step.months
    first, last = month_start(month, 1), month_range(month, 1)[1]
    return min(first[:8] + day[8:], last)


def book_unusual(read: Read, book_id: str, *, today: str) -> Unusual:
    """What is unusual in a book, in one snapshot."""
    schedules = [row for row in queries.rows(read, book_id, "schedule") if is_active(dict(row))]
    scheduled = {row["payee_id"] for row in schedules}
    recent, gone = _candidates(
        read.all(spec.text("reports/payees.sql"), book=book_id, today=today, most=PAYEES), today
    )
    gone = [payee_id for payee_id in gone if payee_id not in scheduled]
    wanted = list(dict.fromkeys([*recent, *gone]))
    sql = spec.text("reports/payee_entries.sql")
    given = {"book": book_id, "today": today, "most": ENTRIES}
    rows = read.all_of([(sql, {**given, "payee": payee_id}) for payee_id in wanted])
    entries = {payee_id: [Entry(*row) for row in found] for payee_id, found in zip(wanted, rows, strict=True)}
    amounts = [found for payee_id in recent for found in odd_amounts(payee_id, entries[payee_id], today)]
    bills = [found for payee_id in gone if (found := missing_bill(payee_id, entries[payee_id], today))]
    return Unusual(
        day=today,
        amounts=sorted(amounts, key=lambda one: (one.day, one.transaction_id), reverse=True),
        bills=sorted(bills, key=lambda one: (one.expected_day, one.payee_id)),
        unconfirmed=sorted(
            (found for row in schedules for found in _unconfirmed(read, book_id, row, today)),
            key=lambda one: (one.day, one.schedule_id),
        ),
    )


def _candidates(payees: Iterable[Sequence[Any]], today: str) -> tuple[list[str], list[str]]:
    """Payees with an entry in the last days, and those whose last one is as long ago as that of a missing bill."""
    recent, gone = [], []
    number = day_number(today)
    for payee_id, last_day in sorted(
        (row for row in payees if row[1] is not None), key=lambda row: (row[1], row[0]), reverse=True
    ):
        ago = number - day_number(last_day)
        if ago < RECENT_DAYS:
            recent.append(payee_id)
        if any(more < ago <= most for more, most in LAST_BILL_DAYS):
            gone.append(payee_id)
    return recent[:CANDIDATES], gone[:CANDIDATES]


def _unconfirmed(read: Read, book_id: str, schedule: Row, today: str) -> list[Unconfirmed]:
    if schedule["mode"] != "ask":
        return []
    days = due_days(read, book_id, dict(schedule), day_of(day_number(today) - CONFIRM_DAYS - 1))
    if not days:
        return []
    return [
        Unconfirmed(
            schedule_id=schedule["id"], payee_id=schedule["payee_id"], day=days[0], count=len(days),
            kind=schedule["kind"], currency=schedule["currency"], amount_minor=schedule["amount_minor"],
        )
    ]  # fmt: skip
