"""The shared statements: portable, of one book only, and read by index on both engines."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from outlay.kernel import spec
from outlay.ledger.lines import lines_of
from outlay.reports.cells import statement
from outlay.store.engine import Store
from outlay.store.read import Read
from outlay.store.write import Tx
from reports.books import Row, id_of
from stores import make_book

STATEMENTS = sorted(path.stem for path in spec.path("reports").glob("*.sql"))
SUMS = [name for name in STATEMENTS if "_by_" in name]
IN_ORDER = ("months_by_flow", "months_by_category", "days_by_flow")
"""Summed in the order of their index, without a sort (PostgreSQL hashes where it likes)."""
PARAMS: Row = {
    "from_number": 20_000, "to_number": 20_030, "from_month": 24_300, "to_month": 24_301, "shift": 0, "width": 1,
}  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_table_is_of_the_book(name: str) -> None:
    sql = re.sub(r"--[^\n]*", "", spec.text(f"reports/{name}.sql"))
    tables = re.findall(r'\bFROM\s+["a-z]', sql)
    assert len(tables) == sql.count("book_id = :book")


@pytest.mark.parametrize("name", STATEMENTS)
def test_what_differs_between_engines_is_not_used(name: str) -> None:
    sql = re.sub(r"--[^\n]*", "", spec.text(f"reports/{name}.sql"))
    assert not re.search(
        r"\bLIKE\b|\blower\(|\bnow\(|\bJOIN\b|strftime|date_trunc|deleted = ", sql, re.IGNORECASE
    )
    assert re.findall(r"(?<!CAST\()(?<!COALESCE\()\bSUM\(", sql.replace("HAVING SUM(", "")) == []
    for order in re.findall(r"ORDER BY (.*)", sql):
        assert re.search(r"\.id( DESC)?$", order.strip())


def line_rows(book_id: str, count: int) -> list[Row]:
    rows = []
    for n in range(count):
        day = (date(2024, 1, 1) + timedelta(days=n % 700)).isoformat()
        document = {
            "id": id_of("transaction", n), "deleted": False, "kind": "expense", "day": day,
            "account_id": id_of("a", n % 5), "currency": "EUR", "base_minor": n, "base_currency": "EUR",
            "lines": [{"category_id": id_of("c", n % 20), "amount_minor": n}],
        }  # fmt: skip
        common = {"book_id": book_id, "transaction_id": document["id"]}
        rows += [{**common, **line._asdict()} for line in lines_of(document)]
    return rows


def rollup_rows(book_id: str) -> list[Row]:
    return [
        {
            "book_id": book_id, "month": 24_000 + n // 50, "flow": "expense", "currency": "EUR", "base_currency": "EUR",
            "category_id": id_of("c", n % 50), "account_id": id_of("a", n % 5),
            "amount_minor": n, "base_minor": n, "count": 1, "count_without_rate": 0,
        }
        for n in range(2_000)
    ]  # fmt: skip


@pytest.fixture
async def book_id(store: Store) -> str:
    """A book with some thousand lines beside another one, so that an index is worth while."""
    books = [await make_book(store) for _ in range(2)]

    def fill(tx: Tx) -> None:
        tx.upsert("line", line_rows(tx.book["id"], 4_000))
        tx.upsert("rollup", rollup_rows(tx.book["id"]))

    for each in books:
        await store.write(each, fill)
    await store.write_people(lambda tx: tx.run("ANALYZE"))
    return books[0]


def plan(read: Read, sql: str, params: Row) -> str:
    if read.dialect == "sqlite":
        return "\n".join(str(row[3]) for row in read.all("EXPLAIN QUERY PLAN " + sql, **params))
    # Without a vacuum the pages are not known to be visible; a small table is read whole anyway.
    for off in ("enable_seqscan", "enable_bitmapscan"):
        read.value(f"SELECT set_config('{off}', 'off', true)")
    return "\n".join(str(row[0]) for row in read.all("EXPLAIN " + sql, **params))


async def test_sums_are_read_by_index(store: Store, book_id: str) -> None:
    covering = {"sqlite": "COVERING INDEX line_day", "postgresql": "Index Only Scan using line_day"}[
        store.dialect
    ]
    key = {
        "sqlite": "SEARCH r USING PRIMARY KEY (book_id=? AND month>? AND month<?)",
        "postgresql": "rollup_pkey",
    }
    for name in SUMS:
        sql = statement(name, frozenset())
        found = await store.read(lambda read, sql=sql: plan(read, sql, {"book": book_id, **PARAMS}))
        expected = covering if name.startswith(("line", "days")) else key[store.dialect]
        assert expected in found, f"{name}:\n{found}"
        if store.dialect == "sqlite" and name in IN_ORDER:
            assert "TEMP B-TREE" not in found, f"{name}:\n{found}"
