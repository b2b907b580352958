"""Lets go of files that no receipt has named for 30 days, book by book, once a day.

Each book with files has a row in `job`; whoever moves its `due_ms` has claimed it. A claim that was lost with its
process is due again after LEASE_MS, and repeating what it began does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from outlay.files import rows
from outlay.files.commands import collect
from outlay.files.objects import Objects
from outlay.store.engine import Store
from outlay.store.errors import StoreError
from outlay.store.write import Tx

EVERY_S: Final = 600
LEASE_MS: Final = 60 * 60_000
BOOKS: Final = 100
"""Books of one round."""

log = logging.getLogger(__name__)


async def run(store: Store, objects: Objects, clock: Callable[[], int]) -> None:
    """Rounds for ever. What goes wrong in one is logged, and the next one comes."""
    while True:
        try:
            while await collect_due(store, objects, clock()):
                pass
        except Exception:
            log.exception("files were not collected")
        await asyncio.sleep(EVERY_S)


async def collect_due(store: Store, objects: Objects, now_ms: int) -> int:
    """One round over at most BOOKS books. Answers how many it worked."""
    sql = "SELECT book_id, due_ms FROM job WHERE name = :name AND due_ms <= :now ORDER BY due_ms, book_id LIMIT :books"
    found = await store.read(lambda read: read.all(sql, name=rows.JOB, now=now_ms, books=BOOKS))
    for book_id, due_ms in found:
        if not await store.write(book_id, lambda tx, due_ms=due_ms: _move(tx, due_ms, now_ms + LEASE_MS)):  # type: ignore[misc]
            continue
        try:
            await collect(store, objects, book_id)
        except StoreError as error:
            log.warning("files of book %s were not collected: %s", book_id, error)
            continue
        await store.write(book_id, lambda tx: _finish(tx, now_ms))
    return len(found)


def _move(tx: Tx, seen_ms: int, to_ms: int) -> bool:
    """False when somebody else was faster."""
    return bool(
        tx.run(
            "UPDATE job SET due_ms = :until WHERE book_id = :book AND name = :name AND due_ms = :seen",
            until=to_ms, book=tx.book["id"], name=rows.JOB, seen=seen_ms,
        )
    )  # fmt: skip


def _finish(tx: Tx, now_ms: int) -> None:
    """Tomorrow again; a book without files when it gets one."""
    left = tx.value("SELECT COUNT(*) FROM file WHERE book_id = :book", book=tx.book["id"])
    _move(tx, now_ms + LEASE_MS, now_ms + rows.DAY_MS if left else rows.NEVER_MS)
