"""The write door, on both engines: isolation, versions without gaps, callbacks, limits."""

from __future__ import annotations

import asyncio

import pytest

from outlay.kernel.refusal import Refusal
from outlay.store.engine import Store
from outlay.store.errors import Duplicate
from outlay.store.write import Tx
from stores import make_book


def note(tx: Tx, text: str) -> int:
    """One version with one history row that says `text`."""
    ver = tx.next_version()
    row = {
        "book_id": tx.book["id"], "ver": ver, "entity": "note", "row_id": tx.new_id(),
        "mutation_id": tx.new_id(), "person_id": None, "device_id": None, "at_ms": tx.now_ms,
        "action": "set", "payload": {"text": text},
    }  # fmt: skip
    tx.upsert("history", [row])
    return ver


async def notes(store: Store, book_id: str) -> list[tuple[int, str]]:
    rows = await store.read(lambda read: read.select("history", "book_id = :book", "ver", book=book_id))
    return [(row["ver"], row["payload"]["text"]) for row in rows]


async def test_a_write_is_there_after_it_returns(store: Store) -> None:
    book_id = await make_book(store)
    assert await store.write(book_id, lambda tx: note(tx, "first")) == 1
    assert await notes(store, book_id) == [(1, "first")]
    assert (await store.read(lambda read: read.book_row(book_id)))["head"] == 1


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
    assert (await store.read(lambda read: read.book_row(book_id)))["head"] == 20


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
