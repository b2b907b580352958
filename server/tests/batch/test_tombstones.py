"""Tombstones and records of changes go when they are old enough; whoever was away longer loses nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from outlay.batch.tombstones import collect_all
from outlay.kernel import limits
from outlay.kernel.ids import uuid7
from outlay.ledger.commands import change
from outlay.main import open_rooms
from outlay.settings import Settings
from outlay.store.engine import Store
from prove.server import PERSON
from stores import Clock
from sync.test_protocol import ROW, Synced, book_with_two_devices, expense, op

DAY_MS = 86_400_000
OTHER, FIRST, LAST = (uuid7(1_700_000_000_050 + n, bytes(10)) for n in range(3))


async def do(store: Store, book_id: str, *ops: dict[str, Any]) -> None:
    await store.write(book_id, lambda tx: change(tx, list(ops), person_id=PERSON, role="owner", name="test"))


async def left(store: Store, book_id: str) -> tuple[list[str], int, int]:
    """Tombstones, how many records of changes, and the floor."""
    sql = 'SELECT id FROM "transaction" WHERE book_id = :b AND deleted ORDER BY id'
    gone = await store.read(lambda read: read.all(sql, b=book_id))
    count = await store.read(lambda r: r.value("SELECT COUNT(*) FROM mutation WHERE book_id = :b", b=book_id))
    floor = await store.read(lambda read: read.value("SELECT gc_floor FROM book WHERE id = :b", b=book_id))
    return [row[0] for row in gone], count, floor


async def head(store: Store, book_id: str) -> int:
    found: int = await store.read(lambda read: read.value("SELECT head FROM book WHERE id = :b", b=book_id))
    return found


@pytest.mark.parametrize("portion", [1, 2, 1000])
async def test_what_is_old_goes_and_what_is_too_young_stays(store: Store, clock: Clock, portion: int) -> None:
    book_id, _, _ = await book_with_two_devices(store, clock)
    quiet, _, _ = await book_with_two_devices(store, clock)
    await do(store, book_id, op("create", expense(), row_id=OTHER))
    await do(store, book_id, op("delete"))
    old = await head(store, book_id)
    clock.advance(100 * DAY_MS)
    await do(store, book_id, op("delete", row_id=OTHER))
    clock.advance(79 * DAY_MS)
    assert await collect_all(store, clock(), days=180, portion=portion) == 0
    assert await left(store, book_id) == ([ROW, OTHER], 4, 0)
    clock.advance(2 * DAY_MS)
    # ROW's tombstone, three records of the one book and one of the other
    assert await collect_all(store, clock(), days=180, portion=portion) == 5
    assert await left(store, book_id) == ([OTHER], 1, old)
    assert await left(store, quiet) == ([], 0, 1)
    assert await collect_all(store, clock(), days=180, portion=portion) == 0
    assert await collect_all(store, clock(), days=60, portion=portion) == 2
    assert await left(store, book_id) == ([], 0, await head(store, book_id))


async def test_a_device_that_was_away_longer_loses_nothing_and_revives_nothing(
    store: Store, clock: Clock
) -> None:
    book_id, here, away = await book_with_two_devices(store, clock)
    away.edit([op("create", expense(700), row_id=FIRST)])
    request = away.ask()
    assert request is not None
    away.server.answer(request)  # and the answer is lost
    away.edit([op("set", {"note": "of what is gone"})])
    away.edit([op("create", expense(900), row_id=LAST)])
    await do(store, book_id, op("delete"))
    await settle(here)
    clock.advance(200 * DAY_MS)
    await do(store, book_id, op("create", expense(), row_id=OTHER))
    assert await collect_all(store, clock(), days=180, portion=2) > 0
    assert not await away.sync(), "its cursor is too old"
    await settle(away)
    await settle(here)
    assert not away.file.outbox
    assert list(away.file.attention.values()) == ["parked:gone"]
    for device in (here, away):
        shown = {
            row_id
            for (entity, row_id), row in device.rows.items()
            if entity == "transaction" and not row["deleted"]
        }
        assert shown == {FIRST, LAST, OTHER}
    sql = "SELECT COUNT(*) FROM history WHERE book_id = :b AND row_id = :row"
    assert [
        await store.read(lambda r, row=row: r.value(sql, b=book_id, row=row)) for row in (FIRST, LAST)
    ] == [1, 1]


async def settle(device: Synced) -> None:
    while not await device.sync():
        pass


def test_the_setting_begins_with_the_limit() -> None:
    assert Settings().sync_retention_days == limits.MUTATION_DAYS


async def test_the_server_does_so_by_itself(store: Store, clock: Clock, tmp_path: Path) -> None:
    book_id, _, _ = await book_with_two_devices(store, clock)
    await do(store, book_id, op("delete"))
    clock.advance(71 * DAY_MS)
    settings = Settings(data_dir=tmp_path, sync_retention_days=70)
    async with open_rooms(settings, clock, store):
        while (await left(store, book_id))[:2] != ([], 0):
            await asyncio.sleep(0.01)
