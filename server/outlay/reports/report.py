"""One report: parameters checked, cells read, summed, valued and shaped as `shapes.py` says.

Pure but for `run`. `app/src/reports/report.ts` gives the same answer from the same rows.

Rules that hold in all of them:
- As it was, a base sum takes what was valued in the book's current base currency: lines written under
  that base with a rate, and lines in that currency itself. Everything else is counted in `missing`.
- At today's rate every shown figure is converted once, from its sums by currency, so that parts may
  differ by a minor unit from their total. Balances are converted account by account.
- A bucket is cut at the period: its days are exactly those that its sums are of.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from outlay.kernel import spec
from outlay.reports import balances, categories, flows
from outlay.reports.ask import check
from outlay.reports.book import Book, Row
from outlay.reports.cells import Reader, Run
from outlay.reports.rates import Rates
from outlay.reports.shapes import Report
from outlay.reports.sums import Values

REPORTS: Final[dict[str, Callable[[Book], Report]]] = {
    "totals": flows.totals,
    "trend_by_type": flows.trend_by_type,
    "trend_by_category": categories.trend_by_category,
    "allocation": categories.allocation,
    "accounts": balances.accounts,
    "calendar": flows.calendar,
    "daily": flows.daily,
    "monthly": flows.monthly,
    "annual": flows.annual,
    "period": flows.period,
    "balance_over_time": balances.balance_over_time,
}


def report(
    name: str,
    run: Run,
    params: Mapping[str, Any],
    settings: Row,
    rates: Iterable[Row] | Callable[[], Iterable[Row]],
    category_rows: Iterable[Row],
    account_rows: Iterable[Row],
) -> Report:
    """One report of a book.

    `params` as in `ask.PARAMETERS`, `today` among them. `settings` is the book's row (its id is the
    book's), `rates` the live rows of `rate` or a function that reads them (called only when needed),
    the others live rows. Refuses as `ask.check`.
    """
    book_id, base = settings["id"], settings["base_currency"]

    def extent() -> tuple[int | None, int | None]:
        first, last = run(spec.text("reports/extent.sql"), {"book": book_id})[0]
        return first, last

    ask = check(name, params, settings, extent)
    needed = ask.mode == "todays_rate" or name in ("accounts", "balance_over_time")
    rate_rows = (rates() if callable(rates) else rates) if needed else ()
    parents = {row["id"]: row["parent_id"] for row in category_rows}
    book = Book(
        ask=ask,
        reader=Reader(run, book_id, settings["first_day_of_month"], ask.filters),
        values=Values(base, ask.mode, ask.today, Rates(rate_rows, base)),
        accounts=sorted(account_rows, key=lambda row: (row["position"], row["id"])),
        parents={key: parent for key, parent in parents.items() if parent in parents},
    )
    return REPORTS[name](book)
