"""Reports of what is held: the accounts, and net worth over time."""

from collections.abc import Iterable

from outlay.kernel.dates import day_number, day_of
from outlay.reports import shapes
from outlay.reports.book import Book, Row
from outlay.reports.cells import Cell
from outlay.reports.shapes import Amount
from outlay.reports.sums import Sums, plus

Held = dict[str, dict[str, int]]
"""Account id → currency → minor units. Only live accounts: what lies on a deleted one is not held."""


def accounts(book: Book) -> shapes.Accounts:
    """Income, expense, transfers, opening and closing balance of each account."""
    ask, held = book.ask, _opening(book)
    shown = _asked_accounts(book)
    opening = {row["id"]: _held(book, held, row, _day_before(ask.from_day)) for row in shown}
    cells = list(book.reader.cells("account", book.whole()))
    _add(held, cells)
    closing = {row["id"]: _held(book, held, row, ask.to_day) for row in shown}
    by: dict[str, Sums] = {row["id"]: book.values.sums() for row in shown}
    for cell in cells:
        by.setdefault(cell.part, book.values.sums()).add(cell)
    currencies = {row["id"]: row["currency"] for row in shown}
    none = plus([])
    rows = [
        shapes.AccountFlows(
            account_id=key or None,
            currency=currencies.get(key),
            opening=opening.get(key, none),
            closing=closing.get(key, none),
            flows=book.total(by[key]),
        )
        for key in [*opening, *sorted(by.keys() - opening.keys())]
    ]
    whole, worth = book.together(list(by.values())), plus(closing.values())
    return shapes.Accounts(
        accounts=rows,
        total=book.total(whole),
        net_worth=shapes.NetWorth(opening=plus(opening.values()), closing=worth),
        **book.header(whole, worth),
    )


def balance_over_time(book: Book) -> shapes.BalanceOverTime:
    """What all accounts (or the asked one) held before the first day and at the end of each bucket."""
    ask, held, shown = book.ask, _opening(book), _asked_accounts(book)
    opening = plus(_held(book, held, row, _day_before(ask.from_day)) for row in shown)
    buckets = book.cut(ask.bucket)
    moved: list[list[Cell]] = [[] for _ in buckets.spans]
    for cell in book.reader.cells("balance", buckets):
        moved[cell.bucket].append(cell)
    points = []
    for cells, (from_day, to_day) in zip(moved, buckets.spans, strict=True):
        _add(held, cells)
        balance = plus(_held(book, held, row, to_day) for row in shown)
        points.append(shapes.BalancePoint(from_day, to_day, balance))
    return shapes.BalanceOverTime(
        bucket=ask.bucket,
        opening=opening,
        points=points,
        **book.header(book.values.sums(), points[-1].balance),
    )


def _asked_accounts(book: Book) -> list[Row]:
    return [row for row in book.accounts if book.ask.account in (None, row["id"])]


def _opening(book: Book) -> Held:
    """What each account holds before the first day."""
    held: Held = {row["id"]: {row["currency"]: row["opening_minor"]} for row in book.accounts}
    _add(held, book.reader.before("balance", book.ask.from_day, book.ask.calendar))
    return held


def _add(held: Held, cells: Iterable[Cell]) -> None:
    for cell in cells:
        of = held.get(cell.part)
        if of is not None:
            of[cell.currency] = of.get(cell.currency, 0) + cell.amount_minor


def _held(book: Book, held: Held, row: Row, day: str) -> Amount:
    """An account's balance: its own currency always, another only when something is left of it."""
    own = row["currency"]
    kept = {currency: amount for currency, amount in held[row["id"]].items() if amount or currency == own}
    return book.values.held(kept, day)


def _day_before(day: str) -> str:
    return day_of(day_number(day) - 1)
