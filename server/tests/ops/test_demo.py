"""The generated books: the same from the same seed, taken by the ledger as they are, and like a household."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from outlay.kernel.ids import uuid7
from outlay.ledger import check
from outlay.ledger.commands import change
from outlay.ledger.defaults import seed_ops
from outlay.ops import demo, demonstration, seeding
from outlay.store.engine import Store
from stores import make_book

BOOK = uuid7(1_700_000_000_000, bytes(10))
ME = "01940000-0000-7000-8000-000000000001"
TODAY = "2026-03-31"
Row = dict[str, Any]


def test_the_same_seed_gives_the_same_book() -> None:
    assert demo.household(BOOK, today=TODAY) == demo.household(BOOK, today=TODAY)
    assert demo.household(BOOK, today=TODAY) != demo.household(BOOK, today=TODAY, seed=8)
    assert list(demo.plain(BOOK, 50)) == list(demo.plain(BOOK, 50))


def test_it_is_like_a_household() -> None:
    first, transactions = demo.household(BOOK, today=TODAY)
    fields = [op["f"] for op in transactions]
    assert 2500 < len(fields) < 5000
    assert (fields[0]["day"][:7], max(f["day"] for f in fields)) <= ("2023-04", TODAY)
    kinds = Counter(f["kind"] for f in fields)
    assert kinds["expense"] > kinds["income"] > 0
    assert kinds["transfer"] > 150
    assert sum(len(f["lines"]) > 1 for f in fields) > 50
    assert {f["currency"] for f in fields} == {"EUR", "USD", "GBP", "JPY"}
    assert sum(f["kind"] == "transfer" and f["currency"] != f["to_currency"] for f in fields) >= 4
    assert sum(bool(f["tag_ids"]) for f in fields) > 100
    assert sum(bool(f["note"]) for f in fields) > 200
    months = Counter(f["day"][:7] for f in fields)
    assert len(months) == 36
    assert min(months.values()) > 50
    by_month: Counter[str] = Counter()
    for f in fields:
        if f["kind"] == "income":
            by_month[f["day"][:7]] += f["base_minor"]
    assert all(by_month[month] > 400_000 for month in months)  # both salaries, every month
    kinds_of_rows = {"account", "rate", "payee", "tag", "settings", "budget", "budget_amount", "schedule"}
    assert {op["e"] for op in first} == kinds_of_rows


def test_days_end_today_whatever_day_it_is() -> None:
    for today in ("2024-02-29", "2026-01-01", "2025-12-31"):
        _, transactions = demo.household(BOOK, today=today, years=1)
        assert max(op["f"]["day"] for op in transactions) <= today


@pytest.mark.anyio
async def test_the_ledger_takes_generated_books_as_they_are(store: Store) -> None:
    book_id = await make_book(store)
    await store.write(
        book_id, lambda tx: change(tx, seed_ops(book_id, "EUR"), person_id=ME, role="owner", name="seed")
    )
    household = demo.ops(book_id, today=TODAY, years=1)
    plain = demo.ops(book_id, today=TODAY, transactions=700)
    done = []
    total = await seeding.write(store, book_id, household, person_id=ME, progress=done.append)
    total += await seeding.write(store, book_id, plain, person_id=ME, progress=done.append)
    assert total == sum(done)
    assert await store.read(lambda read: check.check(read, book_id)) == []


@pytest.mark.anyio
@pytest.mark.parametrize("store_settings", ["sqlite"], indirect=True)
async def test_the_demo_person_is_made_once(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    book_id = await demonstration.make(store, years=1, today=TODAY)
    said = capsys.readouterr().out
    assert demonstration.EMAIL in said
    assert demonstration.PASSWORD in said
    count = await store.read(lambda read: read.value('SELECT COUNT(*) FROM "transaction"'))
    assert await demonstration.make(store, years=1, today=TODAY) == book_id
    assert await store.read(lambda read: read.value('SELECT COUNT(*) FROM "transaction"')) == count
