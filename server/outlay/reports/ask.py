"""What is asked of a report: parameters checked and filled in from the book's settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from outlay.kernel import limits
from outlay.kernel.dates import day_number, day_of, parse_day
from outlay.kernel.ids import is_id
from outlay.kernel.periods import (
    Calendar,
    Kind,
    bucket_of,
    month_of,
    month_range,
    month_start,
    period_range,
    previous,
    week_of,
    week_range,
)
from outlay.kernel.refusal import Refusal
from outlay.reports.shapes import Bucket, FlowFilter, Mode

T = TypeVar("T", bound=str)

PERIODS: Final = ("week", "month", "year", "all")
BUCKETS: Final[tuple[Bucket, ...]] = ("day", "week", "month", "year")
FLOWS: Final[tuple[FlowFilter, ...]] = ("expense", "income", "transfer")
MODES: Final[tuple[Mode, ...]] = ("as_it_was", "todays_rate")

DEFAULTS: Final[dict[str, tuple[str, Bucket]]] = {
    # report: the period and the bucket when none is asked for
    "totals": ("month", "month"),
    "trend_by_type": ("year", "month"),
    "trend_by_category": ("year", "month"),
    "allocation": ("month", "month"),
    "accounts": ("month", "month"),
    "calendar": ("month", "day"),
    "daily": ("month", "day"),
    "monthly": ("year", "month"),
    "annual": ("all", "year"),
    "period": ("month", "day"),
    "balance_over_time": ("year", "month"),
}

NOT_ASKED: Final[dict[str, tuple[str, ...]]] = {
    # report: parameters that make no sense there (a balance is of everything)
    "accounts": ("flow", "category"),
    "balance_over_time": ("flow", "category"),
}
ONE_FLOW: Final = ("allocation", "trend_by_category")
"""Reports of one flow: expense, unless income is asked."""

DAYS_OF_52_WEEKS: Final = 52 * 7
"""Days: the week a year ago begins on the same day of the week."""

PARAMETERS: Final[dict[str, str]] = {
    "today": "The asker's day, YYYY-MM-DD.",
    "period": "week, month, year or all: the one around `day`.",
    "day": "A day of the period; today when left out.",
    "from_day": "First day, instead of `period`; together with `to_day`.",
    "to_day": "Last day, inclusive.",
    "bucket": "day, week, month or year.",
    "flow": "Only expense, income or transfer.",
    "category": "Only this category and its subcategories; empty for 'no category'.",
    "account": "Only this account; empty for 'deleted account'.",
    "mode": "as_it_was (rates fixed when written) or todays_rate.",
    "first_day_of_week": "1 Monday to 7 Sunday; the book's when left out.",
    "first_day_of_month": "1 to 28; the book's when left out.",
    "first_month_of_year": "1 to 12; the book's when left out.",
}


@dataclass(frozen=True)
class Ask:
    """Checked parameters of one report."""

    report: str
    today: str
    from_day: str
    to_day: str
    bucket: Bucket
    flow: FlowFilter | None
    category: str | None
    account: str | None
    mode: Mode
    calendar: Calendar

    @property
    def filters(self) -> dict[str, Any]:
        """What the statements take besides their days: only what is asked."""
        both = ("transfer_in", "transfer_out") if self.flow == "transfer" else (self.flow, self.flow)
        found = {"flow": both[0], "flow_too": both[1], "category": self.category, "account": self.account}
        return {name: value for name, value in found.items() if value is not None}


Extent = Callable[[], tuple[int | None, int | None]]


def check(report: str, params: Mapping[str, Any], settings: Mapping[str, Any], extent: Extent) -> Ask:
    """The whole of what is asked. `extent` gives the first and last day number of the book's lines.

    Refuses `report_unknown`, `report_parameter`, `report_period`, `report_too_long`, `day_*`.
    """
    if report not in DEFAULTS:
        names = ", ".join(sorted(DEFAULTS))
        raise Refusal("report_unknown", "report", f"'{report[:40]}' is none of {names}.")
    for name in params:
        if name not in PARAMETERS or (params[name] is not None and name in NOT_ASKED.get(report, ())):
            raise Refusal("report_parameter", name[:40], "This report has no such parameter.")
    period, bucket = DEFAULTS[report]
    calendar = Calendar(
        first_day_of_week=_number(params, "first_day_of_week", 7, settings),
        first_day_of_month=_number(params, "first_day_of_month", 28, settings),
        first_month_of_year=_number(params, "first_month_of_year", 12, settings),
    )
    today = parse_day(params.get("today"), "today")
    from_day, to_day = _days(report, params, period, today, calendar, extent)
    ask = Ask(
        report=report,
        today=today,
        from_day=from_day,
        to_day=to_day,
        bucket=_one_of(params, "bucket", BUCKETS) or bucket,
        flow=_flow(report, params),
        category=_id(params, "category"),
        account=_id(params, "account"),
        mode=_one_of(params, "mode", MODES) or MODES[0],
        calendar=calendar,
    )
    first, last = (bucket_of(ask.bucket, day, calendar) for day in (from_day, to_day))
    if last - first >= limits.REPORT_BUCKETS:
        raise Refusal("report_too_long", "to_day", "Ask for a shorter period or a larger bucket.")
    return ask


def before(ask: Ask) -> tuple[str, str]:
    """The period before: as many whole months when the asked one has whole months, else as many days."""
    first_day = ask.calendar["first_day_of_month"]
    first, last = month_of(ask.from_day, first_day), month_of(ask.to_day, first_day)
    if (month_start(first, first_day), month_range(last, first_day)[1]) == (ask.from_day, ask.to_day):
        return month_start(2 * first - last - 1, first_day), month_range(first - 1, first_day)[1]
    return previous("period", (ask.from_day, ask.to_day), ask.calendar)


def year_ago(ask: Ask) -> tuple[str, str]:
    """The same period of the year before: the same months, the weeks 52 weeks before, else the same days."""
    first_day, first_day_of_week = ask.calendar["first_day_of_month"], ask.calendar["first_day_of_week"]
    first, last = month_of(ask.from_day, first_day), month_of(ask.to_day, first_day)
    if (month_start(first, first_day), month_range(last, first_day)[1]) == (ask.from_day, ask.to_day):
        return month_start(first - 12, first_day), month_range(last - 12, first_day)[1]
    numbers = day_number(ask.from_day), day_number(ask.to_day)
    start, end = (week_range(week_of(number, first_day_of_week), first_day_of_week) for number in numbers)
    if (start[0], end[1]) == (ask.from_day, ask.to_day):
        return day_of(numbers[0] - DAYS_OF_52_WEEKS), day_of(numbers[1] - DAYS_OF_52_WEEKS)
    return _last_year(ask.from_day), _last_year(ask.to_day)


def _last_year(day: str) -> str:
    """29 February has no day of the same name: the last one of that month."""
    year = f"{int(day[:4]) - 1:04}"
    return f"{year}-02-28" if day[5:] == "02-29" else year + day[4:]


def _days(
    report: str, params: Mapping[str, Any], period: str, today: str, calendar: Calendar, extent: Extent
) -> tuple[str, str]:
    from_day, to_day = _text(params, "from_day"), _text(params, "to_day")
    if (from_day is None) != (to_day is None):
        raise Refusal("report_period", "to_day" if to_day is None else "from_day", "Both days, or neither.")
    asked = _one_of(params, "period", PERIODS)
    day = parse_day(params.get("day") or today, "day")
    if from_day is not None and to_day is not None:
        if asked is not None:
            raise Refusal("report_period", "period", "A period or two days, not both.")
        from_day, to_day = parse_day(from_day, "from_day"), parse_day(to_day, "to_day")
    elif (asked or period) == "all":
        first, last = extent()
        number = day_number(today)
        from_day = day_of(min(number, number if first is None else first))
        to_day = day_of(max(number, number if last is None else last))
    else:
        from_day, to_day = period_range(cast(Kind, asked or period), day, calendar)
    if from_day > to_day:
        raise Refusal("report_period", "to_day", "The last day is before the first.")
    if report == "calendar":
        return period_range("month", from_day, calendar)
    return from_day, to_day


def _flow(report: str, params: Mapping[str, Any]) -> FlowFilter | None:
    """Transfers have no categories: reports of one flow are of expenses or of income."""
    if report in ONE_FLOW:
        return _one_of(params, "flow", FLOWS[:2]) or FLOWS[0]
    return _one_of(params, "flow", FLOWS)


def _text(params: Mapping[str, Any], name: str) -> str | None:
    value = params.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Refusal("report_parameter", name, "This is not text.")


def _id(params: Mapping[str, Any], name: str) -> str | None:
    """An id, or '' for none of them."""
    value = _text(params, name)
    if not value or is_id(value):
        return value
    raise Refusal("report_parameter", name, "This is not an id.")


def _one_of(params: Mapping[str, Any], name: str, values: tuple[T, ...]) -> T | None:
    value = params.get(name)
    if value is None:
        return None
    for each in values:
        if value == each:
            return each
    raise Refusal("report_parameter", name, f"One of {', '.join(values)}.")


def _number(params: Mapping[str, Any], name: str, largest: int, settings: Mapping[str, Any]) -> int:
    value = params.get(name)
    if value is None:
        return int(settings[name])
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 2:
        value = int(value)
    if type(value) is not int or not 1 <= value <= largest:
        raise Refusal("report_parameter", name, f"A number from 1 to {largest}.")
    return value
