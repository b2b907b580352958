"""Which rate values an amount: the newest one of its day or before. A missing rate is None, never 0 or 1."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from outlay.kernel.money import invert_rate, multiply_rates
from outlay.reports.shapes import RateUsed

BRIDGE = "EUR"
"""Most published rates are against the euro: two of them make a cross rate."""


class Rates:
    """Rates of a book into its base currency.

    Between two currencies the newest rate in either direction counts, on one day the direct one
    before the inverse; without any, the cross rate through the euro, as old as the older of its two.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]], base_currency: str) -> None:
        self.base_currency = base_currency
        self._pairs: dict[tuple[str, str], list[tuple[str, int, str]]] = {}
        for row in rows:
            pair = (row["from_currency"], row["to_currency"])
            self._pairs.setdefault(pair, []).append((row["day"], 1, row["rate"]))
            self._pairs.setdefault((pair[1], pair[0]), []).append((row["day"], 0, row["rate"]))
        for dated in self._pairs.values():
            dated.sort()

    def at(self, currency: str, day: str) -> RateUsed | None:
        """The rate into the base currency on a day, or None."""
        if currency == self.base_currency:
            return RateUsed(currency, "1", day)
        between = self._between(currency, self.base_currency, day)
        if between is None and BRIDGE not in (currency, self.base_currency):
            first = self._between(currency, BRIDGE, day)
            second = self._between(BRIDGE, self.base_currency, day)
            if first and second:
                between = (min(first[0], second[0]), multiply_rates(first[1], second[1]))
        return RateUsed(currency, between[1], between[0]) if between else None

    def _between(self, currency: str, to_currency: str, day: str) -> tuple[str, str] | None:
        dated = self._pairs.get((currency, to_currency), [])
        at = bisect_right(dated, (day, 2, ""))
        if at == 0:
            return None
        found_day, direct, rate = dated[at - 1]
        return found_day, rate if direct else invert_rate(rate)
