"""Adds cells up and values them in the base currency. Every rounding of reports happens in `Values`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from outlay.kernel.money import check_sum, convert
from outlay.reports.cells import Cell
from outlay.reports.rates import Rates
from outlay.reports.shapes import Amount, CurrencySum, Flows, Missing, RateUsed

EXPENSE: Final = "expense"
INCOME: Final = "income"
TRANSFER_IN: Final = "transfer_in"
TRANSFER_OUT: Final = "transfer_out"
FLOWS: Final = (INCOME, EXPENSE, TRANSFER_IN, TRANSFER_OUT)
_OUTWARD: Final = (EXPENSE, TRANSFER_OUT)


@dataclass(slots=True)
class Sum:
    """Lines of one flow and currency. `base_minor` is what they have in the current base as written."""

    amount_minor: int = 0
    base_minor: int = 0
    count: int = 0
    missing: int = 0
    other_base: int = 0


@dataclass
class Sums:
    """Sums by flow and currency; amounts turned so that money moved the flow's way is positive."""

    base_currency: str
    by: dict[tuple[str, str], Sum] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        sign = -1 if cell.flow in _OUTWARD else 1
        into = self._into((cell.flow, cell.currency))
        into.amount_minor += sign * cell.amount_minor
        into.count += cell.lines
        if cell.base_currency == self.base_currency:
            into.base_minor += sign * cell.base_minor
            into.missing += cell.lines_without_rate
        elif (
            cell.currency == self.base_currency
        ):  # written under another base, known in this one all the same
            into.base_minor += sign * cell.amount_minor
        else:
            into.missing += cell.lines
            into.other_base += cell.lines

    def take(self, other: "Sums") -> None:
        """Adds what another one holds."""
        for key, found in other.by.items():
            into = self._into(key)
            into.amount_minor += found.amount_minor
            into.base_minor += found.base_minor
            into.count += found.count
            into.missing += found.missing
            into.other_base += found.other_base

    def _into(self, key: tuple[str, str]) -> Sum:
        found = self.by.get(key)
        if found is None:
            found = self.by[key] = Sum()
        return found


@dataclass
class Values:
    """Values sums in the base currency, as it was or at today's rates, and notes what it used and missed."""

    base_currency: str
    mode: str
    today: str
    rates: Rates
    used: dict[str, RateUsed] = field(default_factory=dict)

    def sums(self) -> Sums:
        return Sums(self.base_currency)

    def amount(self, sums: Sums, flow: str) -> Amount:
        """A flow's amount. At today's rate every currency is converted once, from its whole sum."""
        found = sorted((currency, found) for (of, currency), found in sums.by.items() if of == flow)
        return _amount([self._valued(currency, found) for currency, found in found])

    def flows(self, sums: Sums, from_day: str, to_day: str) -> Flows:
        """What went through some days; the balance is taken of valued amounts, so that the three agree."""
        income, expense = self.amount(sums, INCOME), self.amount(sums, EXPENSE)
        return Flows(
            from_day=from_day,
            to_day=to_day,
            income=income,
            expense=expense,
            balance=less(income, expense),
            transfer_in=self.amount(sums, TRANSFER_IN),
            transfer_out=self.amount(sums, TRANSFER_OUT),
        )

    def held(self, balances: Mapping[str, int], day: str) -> Amount:
        """What an account holds, by currency, valued at the newest rate of the day or of today."""
        return _amount([self._held(currency, balances[currency], day) for currency in sorted(balances)])

    def missing(self, sums: Sums, balance: Amount | None = None) -> Missing:
        """What the base sums of the asked days leave out, and what a balance does."""
        left = Missing(count=0, other_base=0, balances=0, currencies=[])
        currencies = set()
        for (_, currency), found in sums.by.items():
            valued, _base = self._valued(currency, found)
            left.count += valued.missing
            left.other_base += found.other_base if self.mode == "as_it_was" else 0
            currencies |= {currency} if valued.missing else set()
        if balance is not None:
            left.balances = balance.missing
            currencies |= {each.currency for each in balance.currencies if each.missing}
        left.currencies = sorted(currencies)
        return left

    def rates_used(self) -> list[RateUsed]:
        """The newest rate used of each currency other than the base."""
        return [self.used[currency] for currency in sorted(self.used)]

    def _valued(self, currency: str, found: Sum) -> tuple[CurrencySum, int]:
        if self.mode == "as_it_was":
            return CurrencySum(currency, found.amount_minor, found.count, found.missing), found.base_minor
        base_minor = self._convert(currency, found.amount_minor, self.today)
        missing = found.count if base_minor is None else 0
        return CurrencySum(currency, found.amount_minor, found.count, missing), base_minor or 0

    def _held(self, currency: str, amount_minor: int, day: str) -> tuple[CurrencySum, int]:
        base_minor = self._convert(currency, amount_minor, day if self.mode == "as_it_was" else self.today)
        return CurrencySum(currency, amount_minor, 1, int(base_minor is None)), base_minor or 0

    def _convert(self, currency: str, amount_minor: int, day: str) -> int | None:
        """In the base currency, rounded half to even; None without a rate. Nothing is nothing at any rate."""
        if check_sum(amount_minor) == 0 or currency == self.base_currency:
            return amount_minor
        rate = self.rates.at(currency, day)
        if rate is None:
            return None
        if currency not in self.used or self.used[currency].day < rate.day:
            self.used[currency] = rate
        return convert(amount_minor, rate.rate, currency, self.base_currency)


def _amount(valued: list[tuple[CurrencySum, int]]) -> Amount:
    return _exact(
        Amount(
            base_minor=sum(base_minor for _, base_minor in valued),
            count=sum(each.count for each, _ in valued),
            missing=sum(each.missing for each, _ in valued),
            currencies=[each for each, _ in valued],
        )
    )


def _exact(amount: Amount) -> Amount:
    """The amount when every reader can hold its numbers. Refuses `sum_too_large`."""
    check_sum(amount.base_minor)
    for each in amount.currencies:
        check_sum(each.amount_minor)
    return amount


def plus(amounts: Iterable[Amount]) -> Amount:
    """The sum of amounts, currency by currency."""
    return _signed((amount, 1) for amount in amounts)


def less(income: Amount, expense: Amount) -> Amount:
    """Income less expense, currency by currency; counts add."""
    return _signed([(income, 1), (expense, -1)])


def _signed(amounts: Iterable[tuple[Amount, int]]) -> Amount:
    total = Amount(base_minor=0, count=0, missing=0, currencies=[])
    by: dict[str, CurrencySum] = {}
    for amount, sign in amounts:
        total.base_minor += sign * amount.base_minor
        total.count += amount.count
        total.missing += amount.missing
        for each in amount.currencies:
            into = by.setdefault(each.currency, CurrencySum(each.currency, 0, 0, 0))
            into.amount_minor += sign * each.amount_minor
            into.count += each.count
            into.missing += each.missing
    total.currencies = [by[currency] for currency in sorted(by)]
    return _exact(total)
