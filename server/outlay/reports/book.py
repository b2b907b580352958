"""What every report is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outlay.reports.ask import Ask
from outlay.reports.cells import Buckets, Reader, cut, one_bucket
from outlay.reports.shapes import Amount, Flows
from outlay.reports.sums import Sums, Values

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Book:
    """What is asked, where cells come from and what they are worth; accounts in order; who is under whom."""

    ask: Ask
    reader: Reader
    values: Values
    accounts: Sequence[Row]
    parents: Mapping[str, str]  # subcategory id → its top category's

    def whole(self) -> Buckets:
        """The asked period as one bucket."""
        return one_bucket(self.ask.from_day, self.ask.to_day, self.ask.calendar)

    def cut(self, kind: str) -> Buckets:
        """The asked period in buckets."""
        return cut(kind, self.ask.from_day, self.ask.to_day, self.ask.calendar)

    def sums(self, buckets: Buckets) -> list[Sums]:
        """The sums of each bucket."""
        sums = [self.values.sums() for _ in buckets.spans]
        for cell in self.reader.cells("flow", buckets):
            sums[cell.bucket].add(cell)
        return sums

    def flows(self, sums: list[Sums], buckets: Buckets) -> list[Flows]:
        """What went through each bucket."""
        return [self.values.flows(each, *span) for each, span in zip(sums, buckets.spans, strict=True)]

    def together(self, sums: list[Sums]) -> Sums:
        """The sums of all of them."""
        total = self.values.sums()
        for each in sums:
            total.take(each)
        return total

    def total(self, sums: Sums) -> Flows:
        """What went through the asked period."""
        return self.values.flows(sums, self.ask.from_day, self.ask.to_day)

    def header(self, sums: Sums, balance: Amount | None = None) -> dict[str, Any]:
        """What every answer has; made last, when all rates used are known."""
        return {
            "from_day": self.ask.from_day,
            "to_day": self.ask.to_day,
            "mode": self.ask.mode,
            "base_currency": self.values.base_currency,
            "missing": self.values.missing(sums, balance),
            "rates": self.values.rates_used(),
        }
