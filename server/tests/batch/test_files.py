"""Files that nothing names are let go of after 30 days; what a receipt names stays, whatever happens around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import samples
from ledger.kit import PERSON, account, an_id, category, op
from outlay.batch.files import collect_due
from outlay.files import rows
from outlay.files.commands import find, take_in
from outlay.files.objects import Objects, folder_url
from outlay.kernel.refusal import Refusal
from outlay.ledger.commands import change
from outlay.ledger.defaults import seed_ops
from outlay.store.engine import Store
from samples import JPEG, digest
from stores import Clock

BOOK, CASH, FOOD, TRANSACTION, RECEIPT = (an_id(n) for n in range(5))
DAY_MS = 86_400_000


class Door:
    def __init__(self, store: Store) -> None:
        self.store = store

    def read(self, f: Any) -> Any:
        return self.store.read(f)

    def write(self, f: Any) -> Any:
        return self.store.write(BOOK, f)


class Book:
    """A book with an expense, its files in a folder, and a clock."""

    def __init__(self, store: Store, clock: Clock, folder: Path) -> None:
        self.store, self.clock, self.folder = store, clock, folder
        self.objects, self.door = Objects(folder_url(folder)), Door(store)

    async def do(self, *ops: dict[str, Any]) -> None:
        await self.store.write(
            BOOK, lambda tx: change(tx, list(ops), person_id=PERSON, role="owner", name="test")
        )

    async def add(self, data: bytes) -> None:
        await take_in(self.door, self.objects, BOOK, sha256=digest(data), media_type=JPEG, data=data)

    async def days_pass(self, days: int) -> None:
        """Rounds as they come, ten times a day."""
        for _ in range(days):
            self.clock.advance(DAY_MS)
            while await collect_due(self.store, self.objects, self.clock()):
                pass

    async def has(self, data: bytes) -> bool:
        try:
            found = await find(self.door, self.objects, BOOK, digest(data))
        except Refusal as refused:
            if refused.code != "file_not_found":
                raise
            return False
        assert b"".join([part async for part in found.part(0, found.head.size - 1)]) == data
        return True

    def stored(self) -> int:
        return sum(path.is_file() for path in self.folder.rglob("*"))


def receipt(data: bytes) -> dict[str, Any]:
    return {
        "transaction_id": TRANSACTION, "sha256": digest(data), "media_type": JPEG, "size": len(data), "name": "a.jpg",
        "position": 0,
    }  # fmt: skip


def expense() -> dict[str, Any]:
    return {
        "kind": "expense", "account_id": CASH, "amount_minor": 900, "currency": "EUR", "rate": "1", "base_minor": 900,
        "base_currency": "EUR", "to_account_id": None, "to_amount_minor": None, "to_currency": None,
        "lines": [{"category_id": FOOD, "amount_minor": 900}], "day": "2026-01-10",
    }  # fmt: skip


@pytest.fixture
async def book(store: Store, clock: Clock, tmp_path: Path) -> Book:
    await store.write_people(lambda tx: tx.create_book(BOOK))
    made = Book(store, clock, tmp_path / "files")
    seeded = seed_ops(BOOK, "EUR")[-1]
    await made.do(
        op("create", "account", CASH, account()),
        op("create", "category", FOOD, category()),
        {**seeded, "f": {**seeded["f"], "default_account_id": None}},
        op("create", "transaction", TRANSACTION, expense()),
    )
    return made


DATA = samples.picture()


async def test_a_file_that_a_receipt_names_stays(book: Book) -> None:
    await book.add(DATA)
    await book.do(op("create", "receipt", RECEIPT, receipt(DATA)))
    await book.days_pass(70)
    assert await book.has(DATA)


async def test_a_file_that_no_receipt_named_goes_after_30_days(book: Book) -> None:
    await book.add(DATA)
    await book.days_pass(30)
    assert await book.has(DATA)
    await book.days_pass(2)
    assert not await book.has(DATA)
    assert book.stored() == 0
    due = await book.store.read(
        lambda read: read.value("SELECT due_ms FROM job WHERE name = :name", name=rows.JOB)
    )
    assert due == rows.NEVER_MS


@pytest.mark.parametrize("gone", [("receipt", RECEIPT), ("transaction", TRANSACTION)])
async def test_deleting_starts_the_days_and_bringing_back_ends_them(
    book: Book, gone: tuple[str, str]
) -> None:
    await book.add(DATA)
    await book.do(op("create", "receipt", RECEIPT, receipt(DATA)))
    await book.do(op("delete", *gone))
    await book.days_pass(20)
    await book.do(op("restore", *gone))
    await book.days_pass(40)
    assert await book.has(DATA)
    await book.do(op("delete", *gone))
    await book.days_pass(40)
    assert not await book.has(DATA)
    await book.add(DATA)
    assert await book.has(DATA)


async def test_what_was_cut_off_is_finished(book: Book) -> None:
    """An upload that died before its bytes came keeps no room; a deletion that died half way is done later."""
    await book.store.write(BOOK, lambda tx: rows.reserve(tx, digest(b"never"), 5))
    await book.add(DATA)
    await book.store.write(BOOK, lambda tx: rows.wanted(tx, 0))
    await book.do(op("create", "receipt", RECEIPT, receipt(DATA)))
    await book.days_pass(3)
    held = await book.store.read(lambda read: read.all("SELECT sha256, state FROM file"))
    assert held == [(digest(DATA), "here")]
    await book.do(op("delete", "receipt", RECEIPT))
    await book.days_pass(29)
    book.clock.advance(2 * DAY_MS)
    assert await book.store.write(BOOK, rows.settle) == [digest(DATA)]
    with pytest.raises(Refusal) as refused:
        await book.add(samples.picture())
    assert refused.value.code == "busy"
    await book.days_pass(1)
    assert book.stored() == 0
    await book.add(DATA)
    assert await book.has(DATA)


async def test_a_database_that_went_back_in_time_finds_its_files_again(book: Book) -> None:
    other = samples.picture(size=(20, 20))
    await book.do(op("create", "receipt", RECEIPT, receipt(DATA)))
    for data in (DATA, other):
        await book.add(data)
    await book.store.write(BOOK, lambda tx: tx.run("DELETE FROM file"))
    assert await book.has(DATA)  # what is stored needs no row to be read
    await book.days_pass(2)
    held = await book.store.read(lambda read: read.all("SELECT sha256, state FROM file"))
    assert held == [(digest(DATA), "here")]


async def test_nothing_of_a_deleted_book_stays(book: Book) -> None:
    await book.add(DATA)
    await book.do(op("create", "receipt", RECEIPT, receipt(DATA)))
    await book.store.write(BOOK, lambda tx: tx.set_book(status="deleted"))
    await book.days_pass(40)
    assert book.stored() == 0
