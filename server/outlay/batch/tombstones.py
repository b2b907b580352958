"""Collects tombstones and records of changes that are older than a device may be away (SYNC 2.9), once a day.

Book by book, PORTION rows at a time, so that nobody waits for a book that deleted much. To repeat does no harm: any
number of processes may run this, and the second one finds nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from outlay.ledger.collect import collect, with_old
from outlay.store.engine import Store
from outlay.store.errors import StoreError
from outlay.store.read import Read

EVERY_S: Final = 86_400
DAY_MS: Final = 86_400_000
BOOKS: Final = 100
"""Books that are looked at together."""
PORTION: Final = 1000
"""Rows of one transaction, under the book's lock."""

log = logging.getLogger(__name__)


async def run(store: Store, clock: Callable[[], int], *, days: int) -> None:
    """Rounds for ever. What goes wrong in one is logged, and the next one comes."""
    while True:
        try:
            await collect_all(store, clock(), days=days)
        except Exception:
            log.exception("tombstones were not collected")
        await asyncio.sleep(EVERY_S)


async def collect_all(store: Store, now_ms: int, *, days: int, portion: int = PORTION) -> int:
    """One round over all books; how many rows went. A book that fails waits for tomorrow."""
    after, count, books = "", 0, 0
    while ids := await store.read(lambda read, after=after: _live(read, after)):  # type: ignore[misc]
        after = ids[-1]
        for book_id in await store.read(lambda read, ids=ids: with_old(read, ids, now_ms - days * DAY_MS)):  # type: ignore[misc]
            try:
                count += await _collect(store, book_id, days, portion)
                books += 1
            except StoreError as error:
                log.warning("tombstones of book %s were not collected: %s", book_id, error)
    if count:
        log.info("collected %d tombstones and records of changes from %d books", count, books)
    return count


async def _collect(store: Store, book_id: str, days: int, portion: int) -> int:
    count = 0
    while True:
        found = await store.write(book_id, lambda tx: collect(tx, days=days, most=portion))
        went: int = found["tombstones"] + found["mutations"]
        count += went
        if went < portion:
            return count


def _live(read: Read, after: str) -> list[str]:
    sql = "SELECT id FROM book WHERE id > :after AND status = 'live' ORDER BY id LIMIT :books"
    return [row[0] for row in read.all(sql, after=after, books=BOOKS)]
