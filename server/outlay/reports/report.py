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
from outlay.reports import balances, flows
from outlay.reports import categories as by_category
from outlay.reports.ask import MODES, check
from outlay.reports.book import Book, Row
from outlay.reports.cells import Reader, Run
from outlay.reports.rates import Rates
from outlay.reports.shapes import Report
from outlay.reports.sums import Values

REPORTS: Final[dict[str, Callable[[Book], Report]]] = {
    "totals": flows.totals,
    "trend_by_type": flows.trend_by_type,
    "trend_by_category": by_category.trend_by_category,
    "allocation": by_category.allocation,
    "accounts": balances.accounts,
    "calendar": flows.calendar,
    "daily": flows.daily,
    "monthly": flows.monthly,
    "annual": flows.annual,
    "period": flows.period,
    "balance_over_time": balances.balance_over_time,
}

_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "trend_by_category": ("categories",),
    "allocation": ("categories",),
    "accounts": ("accounts", "rates"),
    "balance_over_time": ("accounts", "rates"),
}


def needs(name: str, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Which of accounts, categories and rates a report is made from, besides sums."""
    found = _NEEDS.get(name, ())
    return (*found, "rates") if params.get("mode") == MODES[1] and "rates" not in found else found


def report(
    name: str,
    run: Run,
    params: Mapping[str, Any],
    settings: Row,
    rates: Iterable[Row] = (),
    categories: Iterable[Row] = (),
    accounts: Iterable[Row] = (),
) -> Report:
    """One report of a book.

    `params` as in `ask.PARAMETERS`, `today` among them. `settings` is the book's row (its id is the
    book's), the others live rows, those that it `needs`. Refuses as `ask.check`.
    """
    book_id, base = settings["id"], settings["base_currency"]

    def extent() -> tuple[int | None, int | None]:
        first, last = run(spec.text("reports/extent.sql"), {"book": book_id})[0]
        return first, last

    ask = check(name, params, settings, extent)
    parents = {row["id"]: row["parent_id"] for row in categories}
    book = Book(
        ask=ask,
        reader=Reader(run, book_id, settings["first_day_of_month"], ask.filters),
        values=Values(base, ask.mode, ask.today, Rates(rates, base)),
        accounts=sorted(accounts, key=lambda row: (row["position"], row["id"])),
        parents={key: parent for key, parent in parents.items() if parent in parents},
    )
    return REPORTS[name](book)
