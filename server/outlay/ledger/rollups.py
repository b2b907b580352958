"""The table `rollup`: moved by deltas with every write, made anew when the book's months move."""

from __future__ import annotations

from collections.abc import Mapping

from outlay.ledger.lines import Key, Sums
from outlay.store.read import Read
from outlay.store.write import Tx

KEY = ("month", "account_id", "category_id", "flow", "currency", "base_currency")
SUMS = ("amount_minor", "base_minor", "count", "count_without_rate")

_COUNTED = """
SELECT CAST(substr(day, 1, 4) AS BIGINT) * 12 + CAST(substr(day, 6, 2) AS BIGINT) - 1
       - CASE WHEN CAST(substr(day, 9, 2) AS BIGINT) < :first_day THEN 1 ELSE 0 END AS month,
       COALESCE(account_id, '') AS account_id, COALESCE(category_id, '') AS category_id,
       flow, currency, base_currency,
       CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
       CAST(COALESCE(SUM(base_minor), 0) AS BIGINT) AS base_minor,
       CAST(COUNT(*) AS BIGINT) AS count,
       CAST(SUM(CASE WHEN base_minor IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS count_without_rate
FROM line WHERE book_id = :book
GROUP BY 1, 2, 3, 4, 5, 6"""

_DROP_EMPTY = (
    "DELETE FROM rollup WHERE book_id = :book AND month = :month AND account_id = :account_id "
    "AND category_id = :category_id AND flow = :flow AND currency = :currency "
    "AND base_currency = :base_currency AND count = 0"
)


def add(tx: Tx, book_id: str, sums: Mapping[Key, Sums]) -> None:
    """Adds deltas to the stored cells; a cell that counts nothing any more is removed."""
    rows = [
        {"book_id": book_id, **dict(zip(KEY, key, strict=True)), **dict(zip(SUMS, cell, strict=True))}
        for key, cell in sums.items()
        if any(cell)
    ]
    tx.upsert("rollup", rows, add=SUMS)
    fewer = [key for key, cell in sums.items() if cell[2] < 0]
    tx.many(_DROP_EMPTY, [{"book": book_id, **dict(zip(KEY, key, strict=True))} for key in fewer])


def rebuild(tx: Tx, book_id: str, first_day: int) -> None:
    """Counts every line of the book anew. `first_day` of the book's month, 1..28."""
    tx.run("DELETE FROM rollup WHERE book_id = :book", book=book_id)
    names = ", ".join(("book_id", *KEY, *SUMS))
    tx.run(
        f"INSERT INTO rollup ({names}) SELECT CAST(:book AS TEXT), counted.* FROM ({_COUNTED}) AS counted",
        book=book_id, first_day=first_day,
    )  # fmt: skip


def counted(read: Read, book_id: str, first_day: int) -> dict[Key, Sums]:
    """What the rollups should be, from the lines."""
    rows = read.all(_COUNTED, book=book_id, first_day=first_day)
    return {tuple(row[:6]): list(row[6:]) for row in rows}


def stored(read: Read, book_id: str) -> dict[Key, Sums]:
    """What the rollups are."""
    sql = f"SELECT {', '.join((*KEY, *SUMS))} FROM rollup WHERE book_id = :book"
    return {tuple(row[:6]): list(row[6:]) for row in read.all(sql, book=book_id)}
