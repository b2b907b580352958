"""Days as TEXT `YYYY-MM-DD` in the user's own calendar, and as integers counted from 1970-01-01.

Proleptic Gregorian. A document's day lies in FIRST_DAY..LAST_DAY; arithmetic may step outside.
"""

import re
from datetime import date
from typing import Final

from outlay.kernel.refusal import Refusal

FIRST_DAY: Final = "1900-01-01"
LAST_DAY: Final = "2200-12-31"
_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def parse_day(text: object, field: str = "day") -> str:
    """The day itself when it is a real day in range. Refuses `day_malformed`, `day_out_of_range`."""
    if not isinstance(text, str) or _DAY.fullmatch(text) is None:
        raise Refusal("day_malformed", field, "A day is written YYYY-MM-DD.")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Refusal("day_malformed", field, f"{text} is not a day of the calendar.") from None
    if not FIRST_DAY <= text <= LAST_DAY:
        raise Refusal("day_out_of_range", field, f"A day lies between {FIRST_DAY} and {LAST_DAY}.")
    return text


def parse_time(text: object, field: str = "time") -> str:
    """The local time itself when it is HH:MM of a 24-hour day. Refuses `time_malformed`."""
    if not isinstance(text, str) or _TIME.fullmatch(text) is None:
        raise Refusal("time_malformed", field, "A time is written HH:MM.")
    return text


def day_number(day: str) -> int:
    """Days since 1970-01-01 (negative before). ValueError for text that is no day."""
    if len(day) != 10:
        raise ValueError(f"not a day: {day!r}")
    return date.fromisoformat(day).toordinal() - _EPOCH


def day_of(number: int) -> str:
    """The day with this number, for years 1 to 9999."""
    return date.fromordinal(number + _EPOCH).isoformat()


def day_text(year: int, month: int, day: int) -> str:
    """`YYYY-MM-DD` of three numbers. ValueError when there is no such day."""
    return date(year, month, day).isoformat()
