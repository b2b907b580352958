"""Money: integers of minor units beside an ISO 4217 currency. No float comes near it.

A rate is decimal text: units of the second currency per 1 unit of the first, both in major units,
at most 12 digits before and 12 after the point. Rounding is half to even and happens only
in `convert` and `rate_from`; `allocate` never rounds, it deals out what is there.
"""

import re
from collections.abc import Sequence
from typing import Final

from outlay.kernel.currencies import CURRENCIES, WITHDRAWN
from outlay.kernel.digits import plain_digits
from outlay.kernel.refusal import Refusal

__all__ = [
    "CURRENCIES", "MAX_MINOR", "WITHDRAWN", "allocate", "check_minor", "check_sum", "convert", "divide_half_even",
    "exponent", "format_plain", "invert_rate", "multiply_rates", "parse_amount", "parse_rate", "rate_from",
]  # fmt: skip

MAX_MINOR: Final = 2**53 - 1
"""The largest sum: what a JavaScript number still holds exactly. One amount is far smaller (`limits`)."""

RATE_DECIMALS: Final = 12
_RATE: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,12}))?")
_SPACES: Final = " \u00a0\u2009\u202f'\u2019"
_MINUS: Final = "-\u2212\u2013"


def exponent(currency: str) -> int:
    """Digits after the point of a currency (ISO 4217 minor unit). Refuses `currency_unknown`."""
    try:
        return CURRENCIES[currency]
    except KeyError:
        raise Refusal("currency_unknown", "currency", f"{currency!r} is not an ISO 4217 code.") from None


def check_minor(amount_minor: int, field: str = "amount_minor") -> int:
    """The amount itself when it fits. Refuses `amount_too_large`."""
    if not -MAX_MINOR <= amount_minor <= MAX_MINOR:
        raise Refusal("amount_too_large", field)
    return amount_minor


def check_sum(sum_minor: int) -> int:
    """A sum of amounts when it can be shown. Refuses `sum_too_large`."""
    if not -MAX_MINOR <= sum_minor <= MAX_MINOR:
        raise Refusal("sum_too_large")
    return sum_minor


def divide_half_even(numerator: int, denominator: int) -> int:
    """numerator / denominator (> 0) as an integer, halves to the even neighbour."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and quotient & 1):
        quotient += 1
    return quotient


def parse_amount(text: str, currency: str, decimal_sign: str = ".", field: str = "amount") -> int:
    """Minor units of what a person or a bank wrote.

    Digits may be of any script. `decimal_sign` is `.`, `,` or the Arabic one; the other one, spaces and
    apostrophes may group digits by threes (or by twos before the last three, as in India). A minus may lead,
    trail, or be parentheses. Refuses `amount_malformed`, `amount_too_precise`, `amount_too_large`, `currency_unknown`.
    """
    digits = exponent(currency)
    decimal_sign = plain_digits(decimal_sign)
    body = plain_digits(text).strip(" \t\r\n\u00a0\u202f")
    negative = False
    if len(body) > 2 and body[0] == "(" and body[-1] == ")":
        negative, body = True, body[1:-1]
    elif body and body[0] in _MINUS + "+":
        negative, body = body[0] != "+", body[1:]
    elif body and body[-1] in _MINUS + "+":
        negative, body = body[-1] != "+", body[:-1]
    whole, point, fraction = body.strip(_SPACES).partition(decimal_sign)
    whole = _ungrouped(whole, "," if decimal_sign == "." else ".", text, field)
    if (point and not fraction and not whole) or not _is_digits(whole + fraction):
        raise _malformed(text, field)
    kept, cut = fraction[:digits], fraction[digits:]
    if cut.strip("0"):
        raise Refusal("amount_too_precise", field, f"{currency} has {digits} decimals.", decimals=digits)
    if len(whole) > 40:
        raise Refusal("amount_too_large", field)
    minor = int((whole or "0") + kept.ljust(digits, "0"))
    return check_minor(-minor if negative else minor, field)


def _ungrouped(whole: str, grouping: str, text: str, field: str) -> str:
    """Digits without their grouping signs: one kind of sign, last group of 3, others of 2 or 3."""
    if _is_digits(whole) or not whole:
        return whole
    signs = {sign for sign in whole if not "0" <= sign <= "9"}
    if len(signs) != 1 or not signs <= set(grouping + _SPACES):
        raise _malformed(text, field)
    first, *groups = whole.split(signs.pop())
    if not (1 <= len(first) <= 3 and len(groups[-1]) == 3 and all(2 <= len(g) <= 3 for g in groups)):
        raise _malformed(text, field)
    return first + "".join(groups)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _malformed(text: str, field: str) -> Refusal:
    return Refusal("amount_malformed", field, f"{text[:40]!r} is not an amount.")


def format_plain(minor: int, currency: str) -> str:
    """`-1234.56`: ASCII digits, a point, no grouping; what CSV and JSON exports write."""
    digits = exponent(currency)
    sign, text = ("-" if minor < 0 else ""), str(abs(minor))
    if digits == 0:
        return sign + text
    text = text.rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def parse_rate(text: object, field: str = "rate") -> str:
    """A rate in its one form: no leading or trailing zeros, above 0. Refuses `rate_malformed`."""
    match = _RATE.fullmatch(text) if isinstance(text, str) else None
    if match is None or not (match[1] + (match[2] or "")).strip("0"):
        raise Refusal("rate_malformed", field, "A rate is a decimal above 0 with at most 12 decimals.")
    whole, fraction = match[1].lstrip("0") or "0", (match[2] or "").rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _scaled(rate: str) -> int:
    """A rate times 10^12."""
    match = _RATE.fullmatch(rate)
    if match is None:
        raise Refusal("rate_malformed", "rate", "A rate is a decimal above 0 with at most 12 decimals.")
    scaled = int(match[1] + (match[2] or "").ljust(RATE_DECIMALS, "0"))
    if scaled == 0:
        raise Refusal("rate_malformed", "rate", "A rate is above 0.")
    return scaled


def _unscaled(scaled: int) -> str:
    """Decimal text of an integer of 10^-12. Refuses `rate_out_of_range`."""
    if not 0 < scaled < 10**24:
        raise Refusal("rate_out_of_range", "rate")
    text = str(scaled).rjust(RATE_DECIMALS + 1, "0")
    whole, fraction = text[:-RATE_DECIMALS], text[-RATE_DECIMALS:].rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def convert(amount_minor: int, rate: str, from_currency: str, to_currency: str) -> int:
    """Minor units of `to_currency`: exact product, rounded half to even once.

    Refuses `rate_malformed`, `currency_unknown`, `amount_too_large`.
    """
    numerator = amount_minor * _scaled(rate) * 10 ** exponent(to_currency)
    return check_minor(divide_half_even(numerator, 10 ** (RATE_DECIMALS + exponent(from_currency))))


def rate_from(amount_minor: int, from_currency: str, base_minor: int, to_currency: str) -> str:
    """The rate that two amounts imply, 12 decimals, half to even, trailing zeros cut.

    Refuses `rate_undefined` (an amount is 0 or the signs differ), `rate_out_of_range`, `currency_unknown`.
    """
    if amount_minor == 0 or base_minor == 0 or (amount_minor < 0) != (base_minor < 0):
        raise Refusal("rate_undefined", "rate")
    numerator = abs(base_minor) * 10 ** (RATE_DECIMALS + exponent(from_currency))
    return _unscaled(divide_half_even(numerator, abs(amount_minor) * 10 ** exponent(to_currency)))


def invert_rate(rate: str) -> str:
    """1 / rate, 12 decimals, half to even. Refuses `rate_malformed`, `rate_out_of_range`."""
    return _unscaled(divide_half_even(10 ** (2 * RATE_DECIMALS), _scaled(rate)))


def multiply_rates(first: str, second: str) -> str:
    """first * second, 12 decimals, half to even (a cross rate). Refuses as `invert_rate`."""
    return _unscaled(divide_half_even(_scaled(first) * _scaled(second), 10**RATE_DECIMALS))


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Deals `total` out by weights so that the parts sum to it exactly.

    Largest remainder (Hamilton's method); on equal remainders the earlier part gets the unit; the
    sign of `total` is that of every part. Weights are >= 0; all zero means equal shares.
    ValueError for no weights or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("allocate takes one or more weights of at least 0")
    whole = sum(weights)
    if whole == 0:
        return allocate(total, [1] * len(weights))
    size = abs(total)
    parts = [size * weight // whole for weight in weights]
    rest = size - sum(parts)
    if rest:
        order = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
        for i in order[:rest]:
            parts[i] += 1
    return [-part for part in parts] if total < 0 else parts
