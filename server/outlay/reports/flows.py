"""Reports of what went through: totals, trend by type, daily, monthly, annual, period and calendar views."""

from itertools import islice, pairwise
from typing import Final

from outlay.kernel.money import divide_half_even
from outlay.kernel.periods import period_range
from outlay.reports import shapes
from outlay.reports.ask import before, year_ago
from outlay.reports.book import Book
from outlay.reports.cells import Buckets, cut, one_bucket
from outlay.reports.shapes import Flows

WHOLE_BP: Final = 10_000


def totals(book: Book) -> shapes.Totals:
    """Trend cards: income, expense, balance and savings rate of the period, of the one before and a year ago."""
    [sums] = book.sums(book.whole())
    now, earlier = book.total(sums), _during(book, before(book.ask))
    return shapes.Totals(
        now=now,
        before=earlier,
        year_before=_during(book, year_ago(book.ask)),
        savings_rate_bp=_savings_rate(now),
        savings_rate_before_bp=_savings_rate(earlier),
        **book.header(sums),
    )


def _during(book: Book, days: tuple[str, str]) -> Flows:
    buckets = one_bucket(*days, book.ask.calendar)
    return book.flows(book.sums(buckets), buckets)[0]


def _savings_rate(flows: Flows) -> int | None:
    """Balance / income in basis points, half to even; None without income."""
    if flows.income.base_minor <= 0:
        return None
    return divide_half_even(flows.balance.base_minor * WHOLE_BP, flows.income.base_minor)


def trend_by_type(book: Book) -> shapes.TrendByType:
    """Income, expense and transfers of each bucket."""
    buckets = book.cut(book.ask.bucket)
    sums = book.sums(buckets)
    whole = book.together(sums)
    return shapes.TrendByType(
        bucket=book.ask.bucket,
        buckets=book.flows(sums, buckets),
        total=book.total(whole),
        **book.header(whole),
    )


def period(book: Book) -> shapes.Period:
    """Any two days: their sum, the time before, and the buckets between."""
    buckets = book.cut(book.ask.bucket)
    sums = book.sums(buckets)
    whole = book.together(sums)
    return shapes.Period(
        bucket=book.ask.bucket,
        buckets=book.flows(sums, buckets),
        total=book.total(whole),
        before=_during(book, before(book.ask)),
        **book.header(whole),
    )


def daily(book: Book) -> shapes.Daily:
    """The days that have lines."""
    buckets = book.cut("day")
    sums = book.sums(buckets)
    whole = book.together(sums)
    days = [book.values.flows(each, *span) for each, span in zip(sums, buckets.spans, strict=True) if each.by]
    return shapes.Daily(days=days, total=book.total(whole), **book.header(whole))


def monthly(book: Book) -> shapes.Monthly:
    """A row per month, from the rollup, and its weeks, from the lines."""
    months = book.cut("month")
    sums = book.sums(months)
    whole = book.together(sums)
    rows = [
        shapes.Month(month=book.values.flows(each, *span), weeks=[])
        for each, span in zip(sums, months.spans, strict=True)
    ]
    within = [cut("week", *span, book.ask.calendar).spans for span in months.spans]
    weeks = Buckets("spans", book.ask.calendar, tuple(span for spans in within for span in spans))
    flows = iter(book.flows(book.sums(weeks), weeks))
    for row, spans in zip(rows, within, strict=True):
        row.weeks = list(islice(flows, len(spans)))
    return shapes.Monthly(months=rows, total=book.total(whole), **book.header(whole))


def annual(book: Book) -> shapes.Annual:
    """A row per year."""
    buckets = book.cut("year")
    sums = book.sums(buckets)
    whole = book.together(sums)
    return shapes.Annual(years=book.flows(sums, buckets), total=book.total(whole), **book.header(whole))


def calendar(book: Book) -> shapes.Calendar:
    """The days of a month in whole weeks."""
    ask = book.ask
    first, _ = period_range("week", ask.from_day, ask.calendar)
    _, last = period_range("week", ask.to_day, ask.calendar)
    buckets = cut("day", first, last, ask.calendar)
    sums = book.sums(buckets)
    days = book.flows(sums, buckets)
    starts = range(0, len(days) + 1, 7)
    inside = [
        each for each, (day, _) in zip(sums, buckets.spans, strict=True) if ask.from_day <= day <= ask.to_day
    ]
    whole = book.together(inside)
    return shapes.Calendar(
        weeks=[days[start:end] for start, end in pairwise(starts)],
        total=book.total(whole),
        **book.header(whole),
    )
