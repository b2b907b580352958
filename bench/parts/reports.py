"""Reports over 100,000 transactions of ten years: calendar months by rollup against the same sums by GROUP BY
over the lines, and every report's SQL in milliseconds (the whole report beside it, without HTTP). Both engines.
Each number is the best of its rounds: what the work costs when nothing else wants the machine.

The book is written by `ledger`'s own lines and rollups, from a seed: eight accounts in three currencies,
forty categories some of which are used far more than others, most of them paid from one account.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from figures import Figure, alternate

from outlay.kernel.dates import day_number
from outlay.kernel.ids import uuid5, uuid7
from outlay.ledger.lines import add, lines_of
from outlay.reports import book_report
from outlay.reports.cells import statement
from outlay.store.engine import Store, StoreSettings, open_store
from outlay.store.read import Read
from outlay.store.write import Tx
from postgres import Cluster
from stores import MASTER_KEY, import_tables

TRANSACTIONS = 100_000
FIRST = date(2016, 1, 1)
DAYS = 3_653
TODAY = "2025-12-31"
NOW_MS = 1_767_225_600_000
ROUNDS = 15
CURRENCIES = ("EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "USD", "GBP")

Row = dict[str, Any]

# What a person would write: months named by their text, every line visited.
GROUP_BY = {
    "flow": """
        SELECT substr(l.day, 1, 7) AS month, l.flow, l.currency, l.base_currency, SUM(l.amount_minor),
               SUM(l.base_minor), COUNT(*), COUNT(l.base_minor)
        FROM line AS l WHERE l.book_id = :book AND l.day_number BETWEEN :first AND :last
        GROUP BY 1, 2, 3, 4""",
    "category": """
        SELECT substr(l.day, 1, 7) AS month, l.category_id, l.flow, l.currency, l.base_currency,
               SUM(l.amount_minor), SUM(l.base_minor), COUNT(*), COUNT(l.base_minor)
        FROM line AS l WHERE l.book_id = :book AND l.day_number BETWEEN :first AND :last
        GROUP BY 1, 2, 3, 4, 5""",
}

REPORTS: tuple[tuple[str, str, Row], ...] = (
    ("cards of a month", "totals", {}),
    ("pie of a month", "allocation", {}),
    ("accounts of a month", "accounts", {}),
    ("calendar of a month", "calendar", {}),
    ("days of a month", "daily", {}),
    ("months of a year, with weeks", "monthly", {}),
    ("years of all history", "annual", {}),
    ("any 45 days", "period", {"from_day": "2025-06-10", "to_day": "2025-07-24"}),
    ("trend by type, 13 weeks", "trend_by_type", {"from_day": "2025-10-02", "to_day": TODAY, "bucket": "week"}),
    ("trend by type, a year of weeks", "trend_by_type", {"period": "year", "bucket": "week"}),
    ("trend by type, months of all history", "trend_by_type", {"period": "all"}),
    ("trend by category, 13 weeks", "trend_by_category", {"from_day": "2025-10-02", "to_day": TODAY, "bucket": "week"}),
    ("trend by category, months of a year", "trend_by_category", {"period": "year"}),
    ("trend by category, months of all history", "trend_by_category", {"period": "all"}),
    ("pie of all history", "allocation", {"period": "all"}),
    ("net worth, months of a year", "balance_over_time", {"period": "year"}),
    ("net worth, months of all history", "balance_over_time", {"period": "all"}),
    ("trend by type, weeks of all history", "trend_by_type", {"period": "all", "bucket": "week"}),
)  # fmt: skip
LARGE = ("weeks of all history",)
"""Reads every line: shown without an aim."""


def run(folder: Path) -> list[Figure]:
    sqlite = StoreSettings(master_key=MASTER_KEY, path=folder / "reports.db")
    figures = measured("SQLite", sqlite)
    with Cluster.started() as cluster:
        postgresql = StoreSettings(
            master_key=MASTER_KEY, url=cluster.create_database(), keys=folder / "reports-keys.db"
        )
        figures += measured("PostgreSQL", postgresql)
    return figures


def measured(engine: str, settings: StoreSettings) -> list[Figure]:
    """All figures of one engine."""
    import_tables()
    store = open_store(settings, lambda: NOW_MS)
    try:
        store.migrate()
        book_id = asyncio.run(make(store))
        figures = [by_rollup(engine, store, book_id, by, *span) for by in GROUP_BY for span in SPANS]
        return figures + [whole(engine, store, book_id, *each) for each in REPORTS]
    finally:
        store.close_now()


SPANS = (("a month", "2025-10-01", "2025-10-31"), ("all history", "2016-01-01", TODAY))


def by_rollup(
    engine: str, store: Store, book_id: str, by: str, span: str, from_day: str, to_day: str
) -> Figure:
    """The same sums twice: by the reports' statement on the rollup, and by GROUP BY."""
    months = {"from_month": _month(from_day), "to_month": _month(to_day), "shift": -_month(from_day)}
    days = {"first": day_number(from_day), "last": day_number(to_day)}
    rollup = statement(f"months_by_{by}", frozenset())
    rows: dict[str, int] = {}

    def timed(name: str, sql: str, **params: Any) -> Callable[[], float]:
        def read(read: Read) -> float:
            begun = time.perf_counter()
            rows[name] = len(read.all(sql, book=book_id, **params))
            return time.perf_counter() - begun

        return lambda: store.read_now(read)

    found = alternate(
        ROUNDS,
        rollup=timed("rollup", rollup, **months),
        group_by=timed("group_by", GROUP_BY[by], **days),
    )
    if rows["rollup"] != rows["group_by"]:
        raise AssertionError(f"{rows} sums of {span} by {by}")
    ms = {name: min(times) * 1000 for name, times in found.items()}
    about = f"of GROUP BY ({ms['rollup']:.2f} ms to {ms['group_by']:.2f} ms, {rows['rollup']} sums)"
    name = f"{span} by {'type' if by == 'flow' else by}, {engine}"
    return Figure(name, ms["rollup"] / ms["group_by"], "×", "≤ 0.1", about)


def whole(engine: str, store: Store, book_id: str, title: str, name: str, params: Row) -> Figure:
    """One report as the server makes it, in a snapshot."""

    def read(read: Read) -> tuple[float, float]:
        timed = Timed(read)
        begun = time.perf_counter()
        book_report(timed, book_id, name, {"today": TODAY, **params})
        return timed.seconds, time.perf_counter() - begun

    rounds = [store.read_now(read) for _ in range(ROUNDS + 1)][1:]
    sql_ms, report_ms = (min(times) * 1000 for times in zip(*rounds, strict=True))
    aim = "" if title.endswith(LARGE) else "≤ 16"
    return Figure(f"{title}, {engine}", sql_ms, "ms", aim, f"of SQL; the whole report {report_ms:.1f} ms")


class Timed:
    """A snapshot that adds up how long its statements take."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.seconds = 0.0

    def all(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        return self.all_of([(sql, params)])[0]

    def all_of(self, requests: Sequence[tuple[str, Row]]) -> list[list[tuple[Any, ...]]]:
        begun = time.perf_counter()
        found = self._read.all_of(requests)
        self.seconds += time.perf_counter() - begun
        return found


def _month(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7]) - 1


async def make(store: Store, transactions: int = TRANSACTIONS) -> str:
    """A book of so many transactions; its id."""
    chance = random.Random(1)
    book_id = uuid7(NOW_MS, chance.randbytes(10))
    await store.write_people(lambda tx: tx.create_book(book_id))
    documents = [document(book_id, number, chance) for number in range(transactions)]
    await store.write(book_id, lambda tx: begin(tx, book_id))
    for at in range(0, transactions, 10_000):
        await store.write(book_id, lambda tx, at=at: put(tx, book_id, documents[at : at + 10_000]))
    await store.write(book_id, lambda tx: sum_up(tx, book_id, documents))
    await store.write_people(lambda tx: tx.run("ANALYZE"))
    return book_id


def begin(tx: Tx, book_id: str) -> None:
    """Settings, accounts, categories, rates."""
    common = {"book_id": book_id, "ver": tx.next_version(), "deleted": False, "fmeta": {}}
    calendar = {"first_day_of_week": 1, "first_day_of_month": 1, "first_month_of_year": 1}
    tx.upsert("settings", [{**common, "id": book_id, "base_currency": "EUR", **calendar}])
    tx.upsert(
        "account",
        [
            {
                **common,
                "id": _id(book_id, "account", n),
                "currency": currency,
                "opening_minor": 0,
                "position": n,
            }
            for n, currency in enumerate(CURRENCIES)
        ],
    )
    parents = [None if n < 10 else _id(book_id, "category", n % 10) for n in range(40)]
    tx.upsert(
        "category",
        [
            {**common, "id": _id(book_id, "category", n), "parent_id": parent}
            for n, parent in enumerate(parents)
        ],
    )
    tx.upsert(
        "rate",
        [
            {
                **common, "id": _id(book_id, f"rate:{currency}", month),
                "day": f"{2016 + month // 12}-{month % 12 + 1:02}-01",
                "from_currency": currency, "to_currency": "EUR", "rate": "0.9",
            }
            for currency in ("USD", "GBP")
            for month in range(120)
        ],
    )  # fmt: skip


def document(book_id: str, number: int, chance: random.Random) -> Row:
    """A transaction: nine in ten an expense of a habit, each category usually paid from its own account."""
    day = (FIRST + timedelta(days=number * DAYS // TRANSACTIONS % DAYS)).isoformat()
    amount = chance.randint(50, 20_000)
    category = min(int(chance.expovariate(1 / 7)), 39)
    account = category % 4 if chance.random() < 0.9 else chance.randrange(8)
    kind = chance.choices(("expense", "income", "transfer"), (90, 5, 5))[0]
    row: Row = {
        "id": uuid7(NOW_MS + number, chance.randbytes(10)), "deleted": False, "day": day, "kind": kind,
        "account_id": _id(book_id, "account", account), "currency": CURRENCIES[account], "amount_minor": amount,
        "base_currency": "EUR", "base_minor": amount, "to_account_id": None, "to_amount_minor": None,
        "to_currency": None, "lines": [],
    }  # fmt: skip
    if CURRENCIES[account] != "EUR" and chance.random() < 0.02:
        row["base_minor"] = None
    if kind == "transfer":
        other = (account + 1) % 4
        row |= {
            "to_account_id": _id(book_id, "account", other),
            "to_amount_minor": amount,
            "to_currency": "EUR",
        }
        return row
    category = 36 + category % 4 if kind == "income" else category
    parts = [amount // 3, amount - amount // 3] if chance.random() < 0.1 else [amount]
    row["lines"] = [
        {"category_id": _id(book_id, "category", (category + n) % 40), "amount_minor": part}
        for n, part in enumerate(parts)
    ]
    return row


def put(tx: Tx, book_id: str, documents: list[Row]) -> None:
    tx.upsert(
        "line",
        [
            {"book_id": book_id, "transaction_id": row["id"], **line._asdict()}
            for row in documents
            for line in lines_of(row)
        ],
    )


def sum_up(tx: Tx, book_id: str, documents: list[Row]) -> None:
    sums: dict[Any, list[int]] = {}
    for row in documents:
        add(sums, lines_of(row), 1, 1)
    keys = ("month", "account_id", "category_id", "flow", "currency", "base_currency")
    values = ("amount_minor", "base_minor", "count", "count_without_rate")
    tx.upsert(
        "rollup",
        [
            {"book_id": book_id, **dict(zip((*keys, *values), (*key, *cell), strict=True))}
            for key, cell in sums.items()
        ],
    )


_IDS: dict[tuple[str, str, int], str] = {}


def _id(book_id: str, kind: str, n: int) -> str:
    key = (book_id, kind, n)
    if key not in _IDS:
        _IDS[key] = uuid5(book_id, f"{kind}:{n}")
    return _IDS[key]
