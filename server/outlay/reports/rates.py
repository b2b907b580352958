"""Which rate values an amount: the newest one of its day or before, by the ledger's rule. Missing is None."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from outlay.ledger.rates import find
from outlay.reports.shapes import RateUsed


class Rates:
    """A book's dated rates into its base currency (`ledger.rates.find` over rows in memory)."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], base_currency: str) -> None:
        self._base_currency = base_currency
        self._pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._found: dict[tuple[str, str], RateUsed | None] = {}
        for row in rows:
            dated = self._pairs.setdefault((row["from_currency"], row["to_currency"]), [])
            dated.append((row["day"], row["rate"]))
        for dated in self._pairs.values():
            dated.sort()

    def at(self, currency: str, day: str) -> RateUsed | None:
        """The rate of another currency into the base currency on a day, or None."""
        key = (currency, day)
        if key not in self._found:
            found = find(currency, self._base_currency, day, self._newest)
            self._found[key] = RateUsed(currency, found.rate, found.day) if found else None
        return self._found[key]

    def _newest(self, from_currency: str, to_currency: str, day: str) -> tuple[str, str] | None:
        dated = self._pairs.get((from_currency, to_currency), [])
        at = bisect_right(dated, day, key=lambda each: each[0])
        return dated[at - 1] if at else None
