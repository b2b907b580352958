"""Days as banks write them. Pure.

A day is taken apart first; which of two numbers is the month is decided over all days of a file, and
asked where the file does not show it.
"""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

ORDERS = ("dmy", "mdy", "ymd")

# Names and abbreviations of months, folded: no accents, lower case. One row per month.
_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen janeiro januari sty styczen ocak leden",
    "february feb februar fevrier fevr febrero febbraio fevereiro fev februari lut luty subat unor",
    "march mar marz maerz mars marzo marco maart mrt marzec mart brezen",
    "april apr avril avr abril abr aprile kwi kwiecien nisan duben",
    "may mai mayo maggio mag maio mei maj mayis kveten",
    "june jun juni juin junio giugno giu junho cze czerwiec haziran cerven",
    "july jul juli juillet juil julio luglio lug julho lip lipiec temmuz cervenec",
    "august aug aout agosto ago augustus augusti sie sierpien agustos srpen",
    "september sep sept septembre septiembre settembre set setembro wrz wrzesien eylul zari",
    "october oct oktober okt octobre octubre ottobre ott outubro out paz pazdziernik ekim rijen",
    "november nov novembre noviembre novembro lis listopad kasim",
    "december dec dezember dez decembre diciembre dic dicembre dezembro gru grudzien aralik prosinec",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_TIME = (
    r"(?:[T ,]+(?P<time>\d{1,2}[:.h]\d{2})(?:[:.]\d{2}(?:[.,]\d+)?)?\s*"
    r"(?P<half>[AaPp]\.?[Mm]\.?)?(?:\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
)
_NUMERIC = re.compile(rf"(\d{{1,4}})\s?([-./])\s?(\d{{1,2}})\s?\2\s?(\d{{1,4}})\.?{_TIME}")
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}")
_CHINESE = re.compile(rf"(\d{{4}})[年년]\s?(\d{{1,2}})[月월]\s?(\d{{1,2}})[日일]?{_TIME}")
_NAMED = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?[-/ .]?\s?(?:de )?"
    rf"([^\W\d_]{{3,12}})\.?,?[-/ ]?\s?(?:de )?(\d{{4}}|\d{{2}}){_TIME}"
)
_NAMED_US = re.compile(rf"([^\W\d_]{{3,12}})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s(\d{{4}}){_TIME}")


@dataclass(frozen=True, slots=True)
class Written:
    """A day taken apart. known: (year, month, day) where the text itself says which is which, else None.

    parts: the three numbers in the order written; mark: what stands between them.
    """

    parts: tuple[int, int, int]
    known: tuple[int, int, int] | None
    mark: str
    time: str | None


@functools.lru_cache(maxsize=20_000)  # a file has few days and many rows
def take_apart(text: str) -> Written | None:
    """None where the text is no day."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not 6 <= len(text) <= 40 or not any(c.isdigit() for c in text):
        return None
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match)
    if match := _COMPACT.fullmatch(text) or _CHINESE.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
        if not 1900 <= year <= 2200:
            return None
        return Written((year, month, day), (year, month, day), "", _time(match))
    if match := _NAMED.fullmatch(text):
        return _named(match, match[3], match[2], match[1])
    if match := _NAMED_US.fullmatch(text):
        return _named(match, match[3], match[1], match[2])
    return None


def _numeric(match: re.Match[str]) -> Written | None:
    first, mark, second, third = match[1], match[2], match[3], match[4]
    parts = (int(first), int(second), int(third))
    if len(first) == 4:
        return Written(parts, parts, mark, _time(match)) if len(third) <= 2 else None
    if len(first) == 3 or len(third) in (1, 3):
        return None
    return Written(parts, None, mark, _time(match))


def _named(match: re.Match[str], year: str, month: str, day: str) -> Written | None:
    number = MONTHS.get(_folded(month))
    if number is None:
        return None
    known = (_century(int(year), len(year)), number, int(day))
    return Written(known, known, "", _time(match))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ı", "i"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _time(match: re.Match[str]) -> str | None:
    if not match["time"]:
        return None
    hour, minute = (int(x) for x in re.split(r"[:.h]", match["time"]))
    half = (match["half"] or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    if half.startswith("a") and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _century(year: int, digits: int = 2) -> int:
    """Two digits: 70–99 are 19xx, the rest 20xx (POSIX strptime %y has its turn at 69)."""
    if digits == 4 or year > 99:
        return year
    return 1900 + year if year >= 70 else 2000 + year


@functools.lru_cache(maxsize=20_000)
def read(written: Written, order: str) -> str | None:
    """YYYY-MM-DD under an order, or None where there is no such day."""
    if written.known:
        year, month, day = written.known
    else:
        first, second, third = written.parts
        if order == "ymd":
            year, month, day = _century(first), second, third
        else:
            day, month = (first, second) if order == "dmy" else (second, first)
            year = _century(third)
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if 1900 <= year <= 2200 else None


def agreed_order(days: Iterable[Written]) -> str | None:
    """dmy | mdy | ymd | None (no day needs it) | '?' (cannot be known).

    One number over 12 decides, unless another one contradicts it; then the order that reads more of
    the days wins clearly (ten to one) or it is asked. Days written with dots are day first: no
    country writes the month first with dots.
    """
    open_days = [d for d in days if d.known is None]
    if not open_days:
        return None
    if sum(d.parts[0] > 31 for d in open_days) * 2 > len(open_days):
        return "ymd"
    day_first = sum(12 < d.parts[0] <= 31 and d.parts[1] <= 12 for d in open_days)
    month_first = sum(12 < d.parts[1] <= 31 and d.parts[0] <= 12 for d in open_days)
    if day_first and day_first >= 10 * month_first:
        return "dmy"
    if month_first and month_first >= 10 * day_first:
        return "mdy"
    if day_first or month_first:
        return "?"
    if all(d.mark == "." for d in open_days):
        return "dmy"
    if all(d.parts[0] == d.parts[1] for d in open_days):
        return "dmy"
    return "?"
