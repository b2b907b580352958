"""Reads sums from the store: whole book months from `rollup`, the days around them from `line`.

A cell is one row of any of the statements `spec/reports/*_by_*.sql`. A line of theirs that ends in `-- if :name`
counts only when that parameter is given: what is not asked costs the database nothing, not even its planning.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, NamedTuple, cast

from outlay.kernel import spec
from outlay.kernel.dates import FIRST_DAY, day_number, day_of
from outlay.kernel.periods import (
    Calendar,
    Kind,
    bucket_of,
    bucket_range,
    month_of,
    month_range,
    month_start,
    period_range,
)

Run = Callable[[str, dict[str, Any]], Sequence[Sequence[Any]]]
"""Runs SQL text with `:name` parameters in one snapshot of the store and gives the rows."""

By = Literal["flow", "category", "account", "balance"]
"""`balance` is what moved on an account, whatever the flow: only part, currency and amount are filled."""

_WIDE = 10_000_000  # more days than any span: one bucket

_IF: Final = re.compile(r"^.*-- if :(\w+)\n", re.MULTILINE)


@cache
def statement(name: str, given: frozenset[str]) -> str:
    """A statement of `spec/reports` without the conditions whose parameter is not given."""
    return _IF.sub(lambda line: line[0] if line[1] in given else "", spec.text(f"reports/{name}.sql"))


class Cell(NamedTuple):
    bucket: int
    part: str  # category or account id, '' for none
    flow: str
    currency: str
    base_currency: str
    amount_minor: int  # signed
    base_minor: int  # signed, of the lines that have one
    lines: int
    lines_without_rate: int


@dataclass(frozen=True)
class Buckets:
    """The spans of days that a period is cut into, without a gap; bucket i is `spans[i]`.

    `kind` is what the inner ones are, None for a single span, `spans` for spans of any length.
    """

    kind: Kind | Literal["spans"] | None
    calendar: Calendar
    spans: tuple[tuple[str, str], ...]

    @property
    def from_day(self) -> str:
        return self.spans[0][0]

    @property
    def to_day(self) -> str:
        return self.spans[-1][1]


def one_bucket(from_day: str, to_day: str, calendar: Calendar) -> Buckets:
    """The whole period as a single bucket."""
    return Buckets(None, calendar, ((from_day, to_day),))


def cut(kind: str, from_day: str, to_day: str, calendar: Calendar) -> Buckets:
    """The period cut into days, weeks, months or years."""
    sort = cast(Kind, kind)
    indexes = range(bucket_of(sort, from_day, calendar), bucket_of(sort, to_day, calendar) + 1)
    ranges = (bucket_range(sort, index, calendar) for index in indexes)
    return Buckets(sort, calendar, tuple((max(first, from_day), min(last, to_day)) for first, last in ranges))


@dataclass(frozen=True)
class Reader:
    """Cells of one book. `rollup_first_day` is the first day of month that its rollups are kept by."""

    run: Run
    book: str
    rollup_first_day: int
    filters: dict[str, Any]

    def cells(self, by: By, buckets: Buckets) -> Iterator[Cell]:
        """The sums of every bucket by flow, category or account. Nothing is read twice."""
        kept = buckets.calendar["first_day_of_month"] == self.rollup_first_day
        if buckets.kind in ("day", "week"):
            yield from self._by_line(by, buckets)
        elif buckets.kind is None or (kept and buckets.kind != "spans"):
            yield from self._by_rollup(by, buckets)
        else:  # from the days; so are months other than the rollup's
            yield from self._regrouped(by, buckets)

    def before(self, by: By, day: str, calendar: Calendar) -> Iterator[Cell]:
        """The sums of everything before a day."""
        if day > FIRST_DAY:
            yield from self.cells(by, one_bucket(FIRST_DAY, day_of(day_number(day) - 1), calendar))

    def _by_rollup(self, by: By, buckets: Buckets) -> Iterator[Cell]:
        from_day, to_day, first_day = buckets.from_day, buckets.to_day, self.rollup_first_day
        first, last = month_of(from_day, first_day), month_of(to_day, first_day)
        first += month_start(first, first_day) < from_day
        last -= month_range(last, first_day)[1] > to_day
        edge = month_start(first, first_day)  # where the first whole month begins, if there is one
        if first > last and (edge > to_day or len(buckets.spans) == 1):
            yield from self._lines(by, from_day, to_day, 0)
            return
        yield from self._lines(by, from_day, day_of(day_number(edge) - 1), 0)
        if first <= last:
            yield from self._months(by, first, last, buckets)
            edge = month_start(last + 1, first_day)
        yield from self._lines(by, edge, to_day, len(buckets.spans) - 1)

    def _months(self, by: By, first: int, last: int, buckets: Buckets) -> Iterator[Cell]:
        """Whole months, in the buckets that they lie in."""
        kind, calendar = buckets.kind, buckets.calendar
        months = {"from_month": first, "to_month": last}
        shift = -month_of(buckets.from_day, self.rollup_first_day)
        if kind == "month" and by in ("flow", "category"):
            yield from self._run(f"months_by_{by}", {**months, "shift": shift})
            return
        if kind == "year":
            shift = -12 * bucket_of("year", buckets.from_day, calendar) - calendar["first_month_of_year"] + 1
        width = {"month": 1, "year": 12}.get(kind or "", _WIDE)
        yield from self._run(f"rollup_by_{by}", {**months, "shift": shift, "width": width})

    def _lines(self, by: By, from_day: str, to_day: str, bucket: int) -> Iterator[Cell]:
        """Lines of some days, all in one bucket."""
        first, last = day_number(from_day), day_number(to_day)
        if first <= last:
            found = self._run(
                f"line_by_{by}", {"from_number": first, "to_number": last, "shift": -first, "width": _WIDE}
            )
            for cell in found:
                yield cell._replace(bucket=bucket)

    def _by_line(self, by: By, buckets: Buckets) -> Iterator[Cell]:
        first, last = day_number(buckets.from_day), day_number(buckets.to_day)
        days = {"from_number": first, "to_number": last}
        if buckets.kind == "week":
            start = day_number(period_range("week", buckets.from_day, buckets.calendar)[0])
            yield from self._run(f"line_by_{by}", {**days, "shift": -start, "width": 7})
        elif by == "flow":
            yield from self._run("days_by_flow", {**days, "shift": -first})
        else:
            yield from self._run(f"line_by_{by}", {**days, "shift": -first, "width": 1})

    def _regrouped(self, by: By, buckets: Buckets) -> Iterator[Cell]:
        at: list[int] = []  # the span of each day
        for index, (first, last) in enumerate(buckets.spans):
            at += [index] * (day_number(last) - day_number(first) + 1)
        for cell in self._by_line(by, Buckets("day", buckets.calendar, buckets.spans)):
            yield cell._replace(bucket=at[cell.bucket])

    def _run(self, name: str, params: dict[str, Any]) -> Iterator[Cell]:
        sql = statement(name, frozenset(self.filters))
        yield from map(Cell._make, self.run(sql, {"book": self.book, **self.filters, **params}))
