"""Looks after the key store once a day: finishes erasures, sweeps keys that have no data, ends what was renewed.

A key without data is the rest of a sign-up that failed, or of data that a restore took back in time: it is kept for
OUTLAY_KEYS_RETENTION_DAYS, should that data come back, and then destroyed. So are the former keys of a scope that was
given a new one: until then older backups can be restored, and before they go it is made sure that they open nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from outlay.files import commands as files
from outlay.files.objects import Objects
from outlay.store import keyring, rotation
from outlay.store.engine import Store
from outlay.store.key_store import Kept
from outlay.store.keys import SERVER_SCOPE
from outlay.store.read import Read

EVERY_S: Final = 86_400
DAY_MS: Final = 86_400_000

log = logging.getLogger(__name__)


async def run(store: Store, objects: Objects, clock: Callable[[], int], *, days: int) -> None:
    """Rounds for ever. What goes wrong in one is logged, and the next one comes."""
    while True:
        try:
            await look_after(store, objects, clock(), days=days)
        except Exception:
            log.exception("the key store was not looked after")
        await asyncio.sleep(EVERY_S)


async def look_after(store: Store, objects: Objects, now_ms: int, *, days: int) -> int:
    """One round; how many scopes lost a key for good."""
    count = await store.finish_erasures()
    pages = store.keys.pages()
    while page := await asyncio.to_thread(next, pages, None):
        count += await _look_after(store, objects, page, now_ms, now_ms - days * DAY_MS)
    return count


async def _look_after(store: Store, objects: Objects, page: list[Kept], now_ms: int, before_ms: int) -> int:
    present: dict[str, Kept] = {}
    former: set[str] = set()
    for kept in page:
        if present.setdefault(kept.scope_id, kept) is not kept and _due(kept, before_ms):
            former.add(kept.scope_id)
    living = await store.read(lambda read: alive(read, list(present)))
    orphans = [scope for scope in present if scope not in living]
    await asyncio.to_thread(store.keys.mark_orphans, orphans, list(living), now_ms)
    gone = [scope for scope in orphans if (present[scope].orphan_since_ms or now_ms) < before_ms]
    if gone:
        await asyncio.to_thread(store.keys.destroy, gone)
    for scope in sorted(former & living):
        await renew_sealed(store, objects, scope)
        await asyncio.to_thread(store.keys.drop_former, scope, before_ms)
    return len(gone) + len(former & living)


async def begin(store: Store, scopes: list[str]) -> None:
    """Gives each scope a new data key, unless that has begun, and waits until every process has heard of it."""
    for scope in scopes:
        await asyncio.to_thread(store.keys.renew, scope, store.clock())
    await asyncio.sleep(keyring.FRESH_S * 1.1)


def rows_of(read: Read, scope: str) -> int:
    """How many rows `renew_sealed` will look at."""
    return rotation.rows_of(read, scope, book=_is_book(read, scope))


async def renew_sealed(
    store: Store, objects: Objects, scope: str, tick: Callable[[int], None] | None = None
) -> int:
    """Brings everything of a scope under its present key, the stored files of a book too; how many rows and files.
    Before it begins, every process must have heard of that key (`keyring.FRESH_S`)."""
    await asyncio.to_thread(store.read_keys_anew)
    book = await store.read(lambda read: _is_book(read, scope))
    count = await rotation.reseal(store, scope, book=book, tick=tick)
    if book:
        count += await files.reseal(store, objects, scope)
    await asyncio.to_thread(store.keys.retire, scope, store.clock())
    return count


def alive(read: Read, scopes: list[str]) -> set[str]:
    """Those that are a book or a person of the database, or the server."""
    found = {SERVER_SCOPE} & set(scopes)
    for sql in (
        "SELECT id FROM book WHERE id IN :scopes",
        "SELECT person_id FROM person WHERE person_id IN :scopes",
    ):
        found |= {row[0] for row in read.all(sql, scopes=scopes)}
    return found


def _is_book(read: Read, scope: str) -> bool:
    return read.value("SELECT 1 FROM book WHERE id = :id", id=scope) is not None


def _due(kept: Kept, before_ms: int) -> bool:
    """Nobody finished its renewal, or its time is over."""
    return kept.retired_at_ms is None or kept.retired_at_ms < before_ms
