"""The write door, on both engines: isolation, versions without gaps, callbacks, limits."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.engine import Store
from outlay.store.errors import Duplicate
from outlay.store.write import Tx
from stores import make_book

from .notes import head, note, notes


async def test_a_write_is_there_after_it_returns(store: Store) -> None:
    book_id = await make_book(store)
    assert await store.write(book_id, lambda tx: note(tx, "first")) == 1
    assert await notes(store, book_id) == [(1, "first")]
    assert await head(store, book_id) == 1


async def test_what_raises_is_undone_alone_and_takes_no_version(store: Store) -> None:
    book_id = await make_book(store)

    def fails(tx: Tx) -> None:
        note(tx, "lost")
        raise ValueError("no")

    def statement_fails(tx: Tx) -> None:
        note(tx, "lost too")
        tx.insert("book", [dict(tx.book)])

    writes = []
    for n in range(20):
        writes.append(store.write(book_id, lambda tx, n=n: note(tx, f"kept {n}")))
        writes.append(store.write(book_id, fails))
        writes.append(store.write(book_id, statement_fails))
    results = await asyncio.gather(*writes, return_exceptions=True)
    kept, raised, refused = results[0::3], results[1::3], results[2::3]
    assert kept == list(range(1, 21))
    assert all(isinstance(error, ValueError) for error in raised)
    assert all(isinstance(error, Duplicate) for error in refused)
    assert await notes(store, book_id) == [(n + 1, f"kept {n}") for n in range(20)]
    assert await head(store, book_id) == 20


async def test_an_unknown_book_is_refused(store: Store) -> None:
    with pytest.raises(Refusal) as refused:
        await store.write("00000000-0000-7000-8000-000000000000", lambda tx: None)
    assert refused.value.code == "book_not_found"


async def test_callbacks_come_after_the_commit_and_before_the_answer(store: Store) -> None:
    book_id = await make_book(store)
    seen: list[object] = []
    store.on_commit(lambda book, epoch, head: seen.append((book, head)))

    def write(tx: Tx) -> None:
        note(tx, "x")
        tx.after_commit(lambda: seen.append("after"))

    await store.write(book_id, write)
    assert seen == [(book_id, 1), "after"]
    await store.write(book_id, lambda tx: None)
    assert len(seen) == 2, "a write without a version moves no head"


async def test_a_book_row_changed_by_a_write_is_seen_by_the_next(store: Store) -> None:
    book_id = await make_book(store)

    def restore(tx: Tx) -> None:
        tx.next_version()
        tx.set_book(epoch="new", gc_floor=1)

    def fails(tx: Tx) -> None:
        tx.set_book(epoch="never")
        raise ValueError("no")

    def look(tx: Tx) -> tuple[str, int, int]:
        return tx.book["epoch"], tx.book["gc_floor"], tx.book["head"]

    writes = [store.write(book_id, f) for f in (restore, fails, look)]
    _, error, seen = await asyncio.gather(*writes, return_exceptions=True)
    assert isinstance(error, ValueError)
    assert seen == ("new", 1, 1)
    row = await store.read(lambda read: read.book_row(book_id))
    assert row is not None
    assert (row["epoch"], row["gc_floor"], row["head"]) == ("new", 1, 1)


async def test_people_and_books_are_written_side_by_side(store: Store) -> None:
    book_id = await make_book(store)

    def delete(tx: Tx) -> None:
        tx.run("UPDATE book SET status = 'deleted' WHERE id = :id", id=book_id)

    async def in_order() -> list[object]:
        first = asyncio.ensure_future(store.write(book_id, lambda tx: note(tx, "before")))
        if store.dialect == "postgresql":
            await first  # only a book's own writes keep their order there
        people = asyncio.ensure_future(store.write_people(delete))
        if store.dialect == "postgresql":
            await people
        after = asyncio.ensure_future(store.write(book_id, lambda tx: tx.book["status"]))
        return await asyncio.gather(first, people, after)

    assert await in_order() == [1, None, "deleted"]
    assert await head(store, book_id) == 1


async def test_news_of_a_book_are_marked_once(store: Store) -> None:
    books = [await make_book(store) for _ in range(3)]
    for book_id in books[:2]:
        for n in range(3):
            await store.write(book_id, lambda tx, n=n: note(tx, str(n)))
    found = await store.read(lambda read: read.all("SELECT book_id FROM dirty ORDER BY book_id"))
    assert [row[0] for row in found] == sorted(books[:2])


async def test_rows_written_in_bulk_are_read_back(store: Store) -> None:
    """Types, NULLs, quotes and long lists survive both engines' fast forms."""
    book_id = await make_book(store)
    strange = ["plain", "", "it's", '"{},\\', "NULL", "null", "a\tb\nc", "ünï", "👩‍👩‍👧", "%s :x {1}"]
    rows = [
        {
            "book_id": book_id, "ver": n, "entity": text, "row_id": f"r{n}", "mutation_id": "m",
            "person_id": None if n % 2 else text, "device_id": None, "at_ms": 2**53 - 1 - n, "action": text,
            "payload": None if n % 3 == 0 else {"n": n, "text": text},
        }
        for n, text in enumerate(strange * 20)
    ]  # fmt: skip

    def write(tx: Tx) -> None:
        tx.upsert("history", rows)
        tx.upsert("history", rows[:7])
        tx.upsert("history", [{**rows[0], "action": "first"}, {**rows[0], "action": "last"}])
        tx.insert("history", rows, ignore=True)

    await store.write(book_id, write)
    found = await store.read(lambda read: read.select("history", "book_id = :b", "ver", b=book_id))
    assert found == [{**rows[0], "action": "last"}, *rows[1:]]
    by_row = await store.read(
        lambda read: read.by_ids("history", book_id, ["r1", "r2", "none"], ["row_id", "ver"], "row_id")
    )
    assert by_row == {"r1": {"row_id": "r1", "ver": 1}, "r2": {"row_id": "r2", "ver": 2}}
    few = "SELECT ver FROM history WHERE book_id = :b AND row_id NOT IN :rows AND ver < :most ORDER BY ver"
    sql = few + " -- :comment, 100%"
    args = {"b": book_id, "rows": ["r1", "r3"], "most": 5}
    assert await store.read(lambda read: read.all(sql, **args)) == [(0,), (2,), (4,)]
    assert await store.read(lambda read: read.value("SELECT ':x%' || CAST(:y AS TEXT)", y="z")) == ":x%z"
    await store.write(book_id, lambda tx: tx.delete_ids("history", book_id, ["r1", "r2"], "row_id"))
    assert len(await store.read(lambda read: read.all("SELECT 1 FROM history"))) == len(rows) - 2


async def test_added_columns_are_added(store: Store) -> None:
    book_id = await make_book(store)

    def write(tx: Tx, *amounts: int) -> None:
        rows = [{"book_id": book_id, "name": "sum", "ver": amount} for amount in amounts]
        tx.upsert("consumer", rows, add=("ver",))

    await store.write(book_id, lambda tx: write(tx, 5))
    await store.write(book_id, lambda tx: write(tx, 10, -3))
    assert await store.read(lambda read: read.value("SELECT ver FROM consumer")) == 12


async def test_a_full_queue_is_refused_and_the_queued_are_served(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BOOK_QUEUE", 5)
    monkeypatch.setattr(limits, "WRITE_QUEUE", 5)
    book_id = await make_book(store)
    gate = Event()
    blocked = asyncio.ensure_future(store.write(book_id, lambda tx: gate.wait(10)))
    await asyncio.sleep(0.05)
    queued = [asyncio.ensure_future(store.write(book_id, lambda tx: note(tx, "x"))) for _ in range(8)]
    await asyncio.sleep(0.05)
    gate.set()
    results = await asyncio.gather(*queued, return_exceptions=True)
    assert results[:5] == [1, 2, 3, 4, 5]
    assert all(isinstance(error, Refusal) and error.code == "busy" for error in results[5:])
    assert await blocked
