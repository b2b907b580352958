"""Which exchange rate holds on a day, and the base amount of a transaction. Pure. Twin: app/src/ledger/rates.ts.

A missing rate stays missing (NULL): never 0, never 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from outlay.kernel.money import convert, invert_rate, multiply_rates, parse_rate, rate_from
from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import Row

Newest = Callable[[str, str, str], "tuple[str, str] | None"]
"""(from, to, day) → (day, rate) of the newest stored rate on or before the day, or None."""


@dataclass(frozen=True, slots=True)
class Found:
    """A rate, and what it was made of: `used` are (day, from, to) of the stored rates, oldest day in `day`."""

    rate: str
    day: str
    used: tuple[tuple[str, str, str], ...]


def find(
    from_currency: str, to_currency: str, day: str, newest: Newest, through: Iterable[str] = ("EUR",)
) -> Found | None:
    """Units of `to_currency` for one of `from_currency` on a day: stored as such or the other way round
    (whichever is newer), else crossed through one of the currencies `through`."""
    if (direct := _pair(from_currency, to_currency, day, newest)) is not None:
        return direct
    for middle in through:
        if middle in (from_currency, to_currency):
            continue
        first = _pair(from_currency, middle, day, newest)
        second = _pair(middle, to_currency, day, newest) if first is not None else None
        if first is not None and second is not None:
            try:
                rate = multiply_rates(first.rate, second.rate)
            except Refusal:
                continue
            return Found(rate, min(first.day, second.day), first.used + second.used)
    return None


def _pair(from_currency: str, to_currency: str, day: str, newest: Newest) -> Found | None:
    as_stored = newest(from_currency, to_currency, day)
    turned = newest(to_currency, from_currency, day)
    if as_stored is not None and (turned is None or as_stored[0] >= turned[0]):
        return Found(as_stored[1], as_stored[0], ((as_stored[0], from_currency, to_currency),))
    if turned is None:
        return None
    try:
        return Found(invert_rate(turned[1]), turned[0], ((turned[0], to_currency, from_currency),))
    except Refusal:
        return None


def fill_base(row: Row, newest: Newest) -> Found | None:
    """Completes `rate` and `base_minor` of a transaction (changes `row`); answers the stored rate it used.

    Same currency: rate 1. Base amount given: the rate follows from it. Rate given: the base amount follows.
    Both given: kept for the rules to check. Neither: a transfer into the base currency says it itself, else
    the newest rate on or before its day, else both stay None.
    """
    currency, base_currency, amount = row["currency"], row["base_currency"], row["amount_minor"]
    if currency == base_currency:
        row["rate"], row["base_minor"] = "1", amount
        return None
    if row.get("base_minor") is None and row.get("rate") is None:
        if (
            row.get("kind") == "transfer"
            and row.get("to_currency") == base_currency
            and row.get("to_amount_minor")
        ):
            row["base_minor"] = row["to_amount_minor"]
        else:
            found = find(currency, base_currency, row["day"], newest)
            row["rate"] = row["base_minor"] = None
            if found is None:
                return None
            row["rate"], row["base_minor"] = found.rate, convert(amount, found.rate, currency, base_currency)
            return found
    if row.get("rate") is None:
        row["rate"] = rate_from(amount, currency, row["base_minor"], base_currency)
    elif row.get("base_minor") is None:
        row["rate"] = parse_rate(row["rate"])
        row["base_minor"] = convert(amount, row["rate"], currency, base_currency)
    return None
