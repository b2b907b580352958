"""Numbers as banks write them. Pure.

Finds the decimal sign from all numbers of a file together, then reads each one strictly under it: a
number that does not fit is no number, never half of one.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from outlay.kernel.money import CURRENCIES

# Symbols that name one currency; '$', '¥', 'kr' and '£' are used by several and only suggest.
SYMBOLS = {
    "€": ("EUR",), "£": ("GBP",), "$": ("USD", "CAD", "AUD"), "¥": ("JPY", "CNY"), "元": ("CNY",),
    "₹": ("INR",), "₽": ("RUB",), "zł": ("PLN",), "Kč": ("CZK",), "Ft": ("HUF",), "₺": ("TRY",),
    "₴": ("UAH",), "₩": ("KRW",), "kr": ("SEK", "NOK", "DKK"), "R$": ("BRL",), "Fr.": ("CHF",),
}  # fmt: skip
_MINUS = str.maketrans(dict.fromkeys("−–‒—﹣－", "-"))
_BODY = r"(?P<body>\d[\d.,' ’]*|[.,]\d+)"
_TOKEN = r"(?:R\$|[$€£¥₹₽₺₴₩元]|[^\W\d_]{2,3}\.?)"
_NUMBER = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+])?\s*(?P<before>{_TOKEN})?\s*(?P<sign2>[-+])?\s*{_BODY}\s*"
    rf"(?P<sign3>[-+])?\s*(?P<after>{_TOKEN})?\s*(?P<close>\))?"
)
_PLAIN = re.compile(r"(-?)([0-9]+(?:[.,][0-9]+)?)")
"""What most banks write: digits and one mark."""


class Written(NamedTuple):
    """A number taken apart. body: digits and separators; token: currency text beside it, or ''."""

    negative: bool
    body: str
    token: str


@functools.lru_cache(maxsize=20_000)  # a cell is looked at several times
def take_apart(text: str) -> Written | None:
    """'-1.234,56 €' → Written(True, '1.234,56', '€'); None where the text is no number."""
    if (plain := _PLAIN.fullmatch(text)) is not None and len(text) <= 60:
        return Written(plain[1] == "-", plain[2], "")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_MINUS)
        text = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    text = text.strip()
    if len(text) > 60 or not any(c.isdigit() for c in text):
        return None
    match = _NUMBER.fullmatch(text)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    if match["before"] and match["after"]:
        return None
    signs = [match[g] for g in ("sign", "sign2", "sign3") if match[g]]
    token = match["before"] or match["after"] or ""
    if token and token not in ("DR", "CR", "Dr", "Cr") and not currencies_of(token):
        return None
    if len(signs) > 1 or (signs and match["open"]):
        return None
    negative = bool(match["open"]) or signs == ["-"]
    if token.upper() in ("DR", "CR"):
        negative, token = token.upper() == "DR", ""
    return Written(negative, match["body"].strip().replace("’", "'"), token)


def decimal_sign(body: str) -> str | None:
    """'.' or ',' where this one number proves it; '?' where it has a mark that could be either; else None."""
    dot, comma = body.rfind("."), body.rfind(",")
    if dot < 0 and comma < 0:
        return None
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    mark, other = (".", ",") if dot >= 0 else (",", ".")
    parts = body.split(mark)
    if len(parts) > 2:
        return other
    if len(parts[1]) == 3 and 1 <= len(parts[0]) <= 3 and parts[0].isdigit() and parts[0] != "0":
        return "?"
    return mark


def agreed_sign(bodies: Iterable[str]) -> str | None:
    """The decimal sign that all numbers agree on; None where none has a mark; '?' where it cannot be known."""
    seen = {decimal_sign(body) for body in bodies} - {None}
    if not seen:
        return None
    proven = seen - {"?"}
    return proven.pop() if len(proven) == 1 else "?"


def read(written: Written, sign: str) -> Decimal | None:
    """The value under a decimal sign, or None where the marks do not fit (digits grouped wrongly)."""
    whole, mark, rest = written.body.partition(sign)
    if whole.isdigit() and (not mark or rest.isdigit()):
        value = Decimal(f"{whole}.{rest}" if mark else whole)
        return -value if written.negative else value
    other = "," if sign == "." else "."
    if mark and not rest.isdigit():
        if rest:
            return None
        rest = "0"
    groups = re.split(rf"[{other}' ]", whole)
    if len({c for c in whole if not c.isdigit()}) > 1:
        return None
    if len(groups) > 1 and not _grouped(groups):
        return None
    digits = "".join(groups)
    if digits and not digits.isdigit():
        return None
    value = Decimal(f"{digits or '0'}.{rest}" if rest else digits)
    return -value if written.negative else value


def _grouped(groups: list[str]) -> bool:
    """Thousands (1 234 567), Indian lakh (12,34,567) or Chinese ten thousands (1,2345)."""
    if not all(g.isdigit() for g in groups) or not 1 <= len(groups[0]) <= 4:
        return False
    rest = [len(g) for g in groups[1:]]
    thousands = all(n == 3 for n in rest) and len(groups[0]) <= 3
    lakh = rest[-1] == 3 and all(n == 2 for n in rest[:-1]) and len(groups[0]) <= 2
    return thousands or lakh or all(n == 4 for n in rest)


def currencies_of(token: str) -> tuple[str, ...]:
    """What a mark beside a number may mean: ('EUR',), several where it is used by several, or ()."""
    if token in SYMBOLS:
        return SYMBOLS[token]
    return (token,) if token in CURRENCIES else ()
