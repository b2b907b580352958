"""Recomputes what is kept: lines from documents, rollups from lines. Used by `outlay check` and by tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from outlay.ledger import rollups
from outlay.ledger.entities import Row
from outlay.ledger.lines import lines_of
from outlay.store.read import Read

_CHUNK = 2000
_LINE = (
    "transaction_id, position, day, day_number, flow, account_id, category_id, currency, amount_minor, base_minor, "
    "base_currency"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that is not what it should be."""

    what: str
    key: str
    stored: Any
    counted: Any


def check(read: Read, book_id: str) -> list[Difference]:
    """Every difference in a book: lines, rollups, balances by account, references. None is right."""
    first_day = read.value("SELECT first_day_of_month FROM settings WHERE book_id = :book", book=book_id) or 1
    return [
        *_lines(read, book_id),
        *_cells("rollup", rollups.stored(read, book_id), rollups.counted(read, book_id, first_day)),
        *_balances(read, book_id),
        *_references(read, book_id),
        *_versions(read, book_id),
    ]


def _documents(read: Read, book_id: str) -> Iterator[Row]:
    """Every transaction, without its sealed texts, a chunk at a time."""
    names = (
        "id", "deleted", "day", "kind", "account_id", "currency", "amount_minor", "to_account_id", "to_currency",
        "to_amount_minor", "lines", "base_minor", "base_currency",
    )  # fmt: skip
    after = ""
    while True:
        where = "book_id = :book AND id > :after"
        found = read.select(
            "transaction", where, order="id", limit=_CHUNK, columns=names, book=book_id, after=after
        )
        yield from found
        if len(found) < _CHUNK:
            return
        after = found[-1]["id"]


def _lines(read: Read, book_id: str) -> Iterator[Difference]:
    stored: dict[str, list[tuple[Any, ...]]] = {}
    for row in read.all(
        f"SELECT {_LINE} FROM line WHERE book_id = :book ORDER BY transaction_id, position", book=book_id
    ):
        stored.setdefault(row[0], []).append(tuple(row[1:]))
    for document in _documents(read, book_id):
        counted = [tuple(line) for line in lines_of(document)]
        found = stored.pop(document["id"], [])
        if found != counted:
            yield Difference("line", document["id"], found, counted)
        if not document["deleted"] and document["kind"] != "transfer":
            total = sum(item["amount_minor"] for item in document["lines"])
            if total != document["amount_minor"]:
                yield Difference("sum of lines", document["id"], total, document["amount_minor"])
    for transaction_id, rows in stored.items():
        yield Difference("line", transaction_id, rows, [])


def _cells(what: str, stored: dict[Any, Any], counted: dict[Any, Any]) -> Iterable[Difference]:
    for key in sorted(stored.keys() | counted.keys()):
        if stored.get(key) != counted.get(key):
            yield Difference(what, " ".join(map(str, key)), stored.get(key), counted.get(key))


def _balances(read: Read, book_id: str) -> Iterable[Difference]:
    """The sum of an account's rollups is the sum of its documents."""
    sql = (
        "SELECT account_id, CAST(SUM(amount_minor) AS BIGINT) FROM rollup WHERE book_id = :book "
        "AND account_id <> '' GROUP BY account_id"
    )
    stored = {(row[0],): row[1] for row in read.all(sql, book=book_id) if row[1]}
    counted: dict[tuple[str], int] = {}
    for document in _documents(read, book_id):
        for line in lines_of(document):
            if line.account_id is not None:
                counted[(line.account_id,)] = counted.get((line.account_id,), 0) + line.amount_minor
    return _cells("balance", stored, {key: value for key, value in counted.items() if value})


def _references(read: Read, book_id: str) -> Iterable[Difference]:
    """No line names a category or account that is not live."""
    for entity in ("account", "category"):
        sql = (
            f"SELECT DISTINCT {entity}_id FROM line WHERE book_id = :book AND {entity}_id IS NOT NULL "
            f"AND {entity}_id NOT IN (SELECT id FROM {entity} WHERE book_id = :book AND NOT deleted)"
        )
        for row in read.all(sql, book=book_id):
            yield Difference(f"dangling {entity}", row[0], row[0], None)


def _versions(read: Read, book_id: str) -> Iterable[Difference]:
    """No version is of two changes or above head, and what a version changed is of a change, from the oldest that is
    kept. Versions without one are of members who came and went (`identity.books.moved`)."""
    book = read.book_row(book_id)
    sql = "SELECT COUNT(*), COUNT(DISTINCT ver), MIN(ver), MAX(ver) FROM mutation WHERE book_id = :book"
    found = read.one(sql, book=book_id)
    if book is None or found is None or found[2] is None:
        return
    count, versions, oldest, newest = found
    # under a clock that was set back younger versions may have gone before older ones
    oldest = max(oldest, book["gc_floor"] + 1)
    lost = read.value(
        "SELECT COUNT(DISTINCT ver) FROM history WHERE book_id = :book AND ver >= :oldest "
        "AND ver NOT IN (SELECT ver FROM mutation WHERE book_id = :book)",
        book=book_id, oldest=oldest,
    )  # fmt: skip
    if (count, lost) != (versions, 0) or newest > book["head"]:
        yield Difference("versions", book_id, (count, newest, lost), (versions, book["head"], 0))
