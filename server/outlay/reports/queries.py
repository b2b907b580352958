"""A report of a book in the store: what `report` is given is read by the same shared SQL on the device."""

from collections.abc import Mapping
from typing import Any, Protocol

from outlay.kernel import spec
from outlay.kernel.refusal import Refusal
from outlay.reports.report import report
from outlay.reports.shapes import Report


class Reads(Protocol):
    """The part of `store.read.Read` that reports use."""

    def all(self, sql: str, **params: Any) -> list[tuple[Any, ...]]: ...


COLUMNS = {
    "settings": ("id", "base_currency", "first_day_of_week", "first_day_of_month", "first_month_of_year"),
    "accounts": ("id", "currency", "opening_minor", "position"),
    "categories": ("id", "parent_id"),
    "rates": ("day", "from_currency", "to_currency", "rate"),
}


def book_report(read: Reads, book_id: str, name: str, params: Mapping[str, Any]) -> Report:
    """One report of a book, all in one snapshot. `params` as `ask.PARAMETERS`, `today` among them.

    Refuses `book_without_settings` and as `report`.
    """

    def rows(what: str) -> list[dict[str, Any]]:
        sql = spec.text(f"reports/{what}.sql")
        return [dict(zip(COLUMNS[what], row, strict=True)) for row in read.all(sql, book=book_id)]

    settings = rows("settings")
    if not settings:
        raise Refusal("book_without_settings")
    return report(
        name,
        lambda sql, values: read.all(sql, **values),
        params,
        settings[0],
        lambda: rows("rates"),
        rows("categories"),
        rows("accounts"),
    )
