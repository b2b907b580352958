"""A report of a book in the store: what `report` is given is read by the same shared SQL on the device."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from outlay.kernel import spec
from outlay.kernel.refusal import Refusal
from outlay.reports.report import needs, report
from outlay.reports.shapes import Report


class Reads(Protocol):
    """The part of `store.read.Read` that reports use."""

    def all(self, sql: str, **params: Any) -> list[tuple[Any, ...]]: ...
    def all_of(self, requests: Sequence[tuple[str, dict[str, Any]]]) -> list[list[tuple[Any, ...]]]: ...


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
    wanted = ("settings", *needs(name, params))
    found = read.all_of([(spec.text(f"reports/{each}.sql"), {"book": book_id}) for each in wanted])
    settings, *others = (
        [dict(zip(COLUMNS[each], row, strict=True)) for row in rows]
        for each, rows in zip(wanted, found, strict=True)
    )
    if not settings:
        raise Refusal("book_without_settings")
    return report(
        name,
        lambda sql, values: read.all(sql, **values),
        params,
        settings[0],
        **dict(zip(wanted[1:], others, strict=True)),
    )
