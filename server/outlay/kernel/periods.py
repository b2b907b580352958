"""Weeks, book months and fiscal years as integers, and their days.

A book's month begins on `first_day_of_month` (1..28): a day before it belongs to the month before.
Month index = year * 12 + month - 1. Week index = floor((day_number + 4 - first_day_of_week) / 7),
first_day_of_week as in ISO 8601 (1 Monday .. 7 Sunday); week 0 of Monday weeks begins on 1969-12-29.
Year index = the calendar year in which a fiscal year begins. All ranges are inclusive.
"""

from typing import Literal, TypedDict

from outlay.kernel.dates import day_number, day_of, day_text

Kind = Literal["day", "week", "month", "quarter", "year"]
Range = tuple[str, str]


class Calendar(TypedDict):
    """The part of a book's settings that says where weeks, months and years begin."""

    first_day_of_week: int
    first_day_of_month: int
    first_month_of_year: int


def month_of(day: str, first_day: int) -> int:
    """The book month that a day lies in."""
    return int(day[:4]) * 12 + int(day[5:7]) - 1 - (int(day[8:]) < first_day)


def month_start(m: int, first_day: int) -> str:
    """The first day of a book month."""
    return day_text(m // 12, m % 12 + 1, first_day)


def month_range(m: int, first_day: int) -> Range:
    """First and last day of a book month."""
    return month_start(m, first_day), day_of(day_number(month_start(m + 1, first_day)) - 1)


def week_of(number: int, first_day_of_week: int) -> int:
    """The week that a day number lies in."""
    return (number + 4 - first_day_of_week) // 7


def week_range(w: int, first_day_of_week: int) -> Range:
    """First and last day of a week."""
    start = w * 7 - 4 + first_day_of_week
    return day_of(start), day_of(start + 6)


def year_of(m: int, first_month: int) -> int:
    """The fiscal year of a book month, named by the calendar year it begins in."""
    return (m - first_month + 1) // 12


def year_range(year: int, first_month: int, first_day: int) -> Range:
    """First and last day of a fiscal year."""
    first = year * 12 + first_month - 1
    return month_start(first, first_day), month_range(first + 11, first_day)[1]


def quarter_of(m: int, first_month: int) -> int:
    """The quarter of a fiscal year that a book month lies in: four to a year, counted like months."""
    return (m - first_month + 1) // 3


def quarter_range(quarter: int, first_month: int, first_day: int) -> Range:
    """First and last day of a quarter."""
    first = quarter * 3 + first_month - 1
    return month_start(first, first_day), month_range(first + 2, first_day)[1]


def bucket_of(kind: Kind, day: str, calendar: Calendar) -> int:
    """The index of the bucket of this kind that a day lies in."""
    if kind == "day":
        return day_number(day)
    if kind == "week":
        return week_of(day_number(day), calendar["first_day_of_week"])
    month = month_of(day, calendar["first_day_of_month"])
    if kind == "quarter":
        return quarter_of(month, calendar["first_month_of_year"])
    return month if kind == "month" else year_of(month, calendar["first_month_of_year"])


def bucket_range(kind: Kind, index: int, calendar: Calendar) -> Range:
    """First and last day of a bucket."""
    if kind == "day":
        return day_of(index), day_of(index)
    if kind == "week":
        return week_range(index, calendar["first_day_of_week"])
    if kind == "month":
        return month_range(index, calendar["first_day_of_month"])
    if kind == "quarter":
        return quarter_range(index, calendar["first_month_of_year"], calendar["first_day_of_month"])
    return year_range(index, calendar["first_month_of_year"], calendar["first_day_of_month"])


def period_range(kind: Kind, anchor_day: str, calendar: Calendar) -> Range:
    """The period of this kind around a day."""
    return bucket_range(kind, bucket_of(kind, anchor_day, calendar), calendar)


def previous(kind: Kind | Literal["period"], range: Range, calendar: Calendar) -> Range:
    """The period before: of the same kind, or for `period` (any two days) the same number of days."""
    return _beside(kind, range, calendar, -1)


def following(kind: Kind | Literal["period"], range: Range, calendar: Calendar) -> Range:
    """The period after, as `previous`."""
    return _beside(kind, range, calendar, 1)


def _beside(kind: Kind | Literal["period"], range: Range, calendar: Calendar, step: int) -> Range:
    if kind != "period":
        return bucket_range(kind, bucket_of(kind, range[0], calendar) + step, calendar)
    first, last = day_number(range[0]), day_number(range[1])
    days = (last - first + 1) * step
    return day_of(first + days), day_of(last + days)
