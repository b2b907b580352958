"""A smallest command for the store's own tests: one version with one history row that says a text."""

from __future__ import annotations

from outlay.store import Read, Store, Tx


def note(tx: Tx, text: str) -> int:
    """Writes it; the version."""
    ver = tx.next_version()
    row = {
        "book_id": tx.book["id"], "ver": ver, "entity": "note", "row_id": tx.new_id(),
        "mutation_id": tx.new_id(), "person_id": None, "device_id": None, "at_ms": tx.now_ms,
        "action": "set", "payload": {"text": text},
    }  # fmt: skip
    tx.upsert("history", [row])
    return ver


def texts(read: Read, book_id: str) -> list[tuple[int, str]]:
    """(version, text) of every note, oldest first."""
    rows = read.select("history", "book_id = :book", "ver", book=book_id)
    return [(row["ver"], row["payload"]["text"]) for row in rows]


async def notes(store: Store, book_id: str) -> list[tuple[int, str]]:
    return await store.read(lambda read: texts(read, book_id))


async def head(store: Store, book_id: str) -> int:
    row = await store.read(lambda read: read.book_row(book_id))
    assert row is not None
    number: int = row["head"]
    return number
