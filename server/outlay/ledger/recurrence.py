"""When a schedule comes round: rules as RFC 5545 (3.3.10) writes them, and the days they give. Pure.

Twin: app/src/ledger/recurrence.ts, held equal by spec/ledger/schedules.json. Understood are FREQ (DAILY, WEEKLY,
MONTHLY, YEARLY), INTERVAL, BYDAY, BYMONTHDAY, BYMONTH (of YEARLY), BYSETPOS, and COUNT or UNTIL. Days only: no time,
no zone. The start day is an occurrence only when the rule says so. Weeks begin on Monday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from typing import Final, Literal

from dateutil import rrule

from outlay.kernel.dates import day_number, day_of, parse_day
from outlay.kernel.refusal import Refusal

_NUMBERS: Final = r"-?[1-9][0-9]?(,-?[1-9][0-9]?)*"
_PARTS: Final = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile("[1-9][0-9]{0,2}"),
    "BYDAY": re.compile("(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU))*"),
    "BYMONTHDAY": re.compile(_NUMBERS),
    "BYMONTH": re.compile("[1-9][0-9]?(,[1-9][0-9]?)*"),
    "BYSETPOS": re.compile(_NUMBERS),
    "COUNT": re.compile("[1-9][0-9]{0,3}"),
    "UNTIL": re.compile("[0-9]{8}"),
}
_LARGEST: Final = {"BYMONTHDAY": 31, "BYMONTH": 12, "BYSETPOS": 31}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in parts. `weekdays` are (n-th or 0, Monday 0 .. Sunday 6); `until` is a day."""

    frequency: str
    interval: int
    weekdays: tuple[tuple[int, int], ...]
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    set_positions: tuple[int, ...]
    count: int | None
    until: str | None


@lru_cache(maxsize=1024)
def parse(text: str) -> Rule:
    """A rule's parts. Refuses `rule_invalid` for what is no rule, or one that is not understood."""
    parts = dict(_part(part) for part in text.split(";"))
    if len(parts) != text.count(";") + 1 or "FREQ" not in parts or not _fits(parts):
        raise Refusal("rule_invalid", "rule")
    until = parts.get("UNTIL")
    try:
        day = None if until is None else parse_day(f"{until[:4]}-{until[4:6]}-{until[6:]}", "rule")
    except Refusal:
        raise Refusal("rule_invalid", "rule") from None
    weekdays = [item for item in parts.get("BYDAY", "").split(",") if item]
    return Rule(
        frequency=parts["FREQ"],
        interval=int(parts.get("INTERVAL", 1)),
        weekdays=tuple((int(item[:-2] or 0), _WEEKDAYS.index(item[-2:])) for item in weekdays),
        month_days=_numbers(parts, "BYMONTHDAY"),
        months=_numbers(parts, "BYMONTH"),
        set_positions=_numbers(parts, "BYSETPOS"),
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        until=day,
    )


_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _part(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if name not in _PARTS or _PARTS[name].fullmatch(value) is None:
        raise Refusal("rule_invalid", "rule")
    return name, value


def _numbers(parts: dict[str, str], name: str) -> tuple[int, ...]:
    return tuple(int(item) for item in parts[name].split(",")) if name in parts else ()


def _fits(parts: dict[str, str]) -> bool:
    """Numbers in range, and only parts that mean something together."""
    for name, largest in _LARGEST.items():
        if any(abs(number) > largest for number in _numbers(parts, name)):
            return False
    frequency = parts["FREQ"]
    chosen = "BYDAY" in parts or "BYMONTHDAY" in parts
    if "COUNT" in parts and "UNTIL" in parts:
        return False
    if "BYSETPOS" in parts and not chosen:
        return False
    if frequency == "DAILY" and (chosen or "BYMONTH" in parts):
        return False
    if frequency == "WEEKLY" and re.search("[0-9]", parts.get("BYDAY", "")):
        return False
    if frequency == "WEEKLY" and ("BYMONTHDAY" in parts or "BYSETPOS" in parts or "BYMONTH" in parts):
        return False
    if frequency == "MONTHLY" and "BYMONTH" in parts:
        return False
    return frequency != "YEARLY" or not chosen or "BYMONTH" in parts


_FREQUENCIES: Final[dict[str, Literal[0, 1, 2, 3]]] = {
    "DAILY": rrule.DAILY, "WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY, "YEARLY": rrule.YEARLY,
}  # fmt: skip


def occurrences(start_day: str, text: str, *, after: str | None, through: str) -> Iterator[str]:
    """The days of a rule from `start_day` on, later than `after`, up to and with `through`, in order. COUNT counts
    from the start, also what lies before `after`."""
    rule = parse(text)
    last = through if rule.until is None else min(through, rule.until)
    if last < start_day:
        return
    days = rrule.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=_moment(start_day),
        until=_moment(last),
        interval=rule.interval,
        wkst=rrule.MO,
        byweekday=[rrule.weekday(day, nth or None) for nth, day in rule.weekdays] or None,
        bymonthday=rule.month_days or None,
        bymonth=rule.months or None,
        bysetpos=rule.set_positions or None,
    )
    for moment in days if rule.count is None else islice(days, rule.count):
        day = moment.date().isoformat()
        if after is None or day > after:
            yield day


def next_day(start_day: str, text: str, *, after: str | None) -> str | None:
    """The first occurrence later than `after`; None when there is none within NEXT_YEARS of it."""
    base = start_day if after is None else max(after, start_day)
    through = f"{int(base[:4]) + _NEXT_YEARS}-12-31"
    return next(occurrences(start_day, text, after=after, through=through), None)


_NEXT_YEARS: Final = 41
"""The 29th of February every tenth year is there within 40 years."""


def monthly(amount_minor: int, start_day: str, text: str) -> int:
    """What comes round as an amount a month: its end left aside, rounded half to even. Days and weeks by the mean month
    of 30.4375 days."""
    rule = parse(text)
    endless = ";".join(
        part for part in text.split(";") if not part.startswith(("INTERVAL=", "COUNT=", "UNTIL="))
    )
    times, of = _FOUR_YEARS_DAYS, _FOUR_YEARS_MONTHS * rule.interval
    if rule.frequency == "WEEKLY":
        times, of = times * max(1, len(rule.weekdays)), of * 7
    elif rule.frequency != "DAILY":
        through = day_of(day_number(start_day) + _FOUR_YEARS_DAYS - 1)
        times = sum(1 for _ in occurrences(start_day, endless, after=None, through=through))
    quotient, rest = divmod(amount_minor * times, of)
    return quotient + (2 * rest > of or (2 * rest == of and quotient % 2 == 1))


_FOUR_YEARS_DAYS: Final = 1461
_FOUR_YEARS_MONTHS: Final = 48
"""29 February comes round once in them."""


def _moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time())
