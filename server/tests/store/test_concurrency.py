"""Versions without gaps, snapshots without tears, and what a hot book may not take: on real threads."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from threading import Event, Thread

import psycopg
import pytest

from outlay.store import Duplicate, Read, Store, StoreSettings, Tx, open_store
from stores import make_book

from .notes import head, note, notes, texts


class Planned(Exception):
    """Raised on purpose."""


async def test_sixteen_writers_leave_no_gap(store: Store) -> None:
    """Some raise before they write, some after, some by a statement."""
    books = [await make_book(store) for _ in range(3)]
    rng = random.Random(7)
    done: dict[str, list[int]] = {book_id: [] for book_id in books}

    def attempt(tx: Tx, way: float) -> int:
        if way < 0.1:
            raise Planned
        ver = note(tx, f"{way}")
        if way < 0.2:
            raise Planned
        if way < 0.25:
            tx.insert("book", [dict(tx.book)])
        if way > 0.9:
            ver = note(tx, "a second version of the same write")
        return ver

    async def writer() -> None:
        for _ in range(30):
            book_id, way = rng.choice(books), rng.random()
            with contextlib.suppress(Planned, Duplicate):
                done[book_id].append(await store.write(book_id, lambda tx, way=way: attempt(tx, way)))

    await asyncio.gather(*[writer() for _ in range(16)])
    for book_id in books:
        found = [ver for ver, _ in await notes(store, book_id)]
        assert found == list(range(1, len(found) + 1))
        assert await head(store, book_id) == len(found)
        assert len(set(done[book_id])) == len(done[book_id]), "no version is given twice"


async def test_a_read_sees_one_moment(store: Store) -> None:
    """head and rows, read by two statements with a pause between, belong together."""
    book_id = await make_book(store)
    stop = False
    torn = []

    async def writer() -> None:
        n = 0
        while not stop:
            await store.write(book_id, lambda tx, n=n: note(tx, str(n)))
            n += 1

    def look(read: Read) -> tuple[int, int]:
        before = read.value("SELECT head FROM book WHERE id = :id", id=book_id)
        time.sleep(0.01)
        return before, len(texts(read, book_id))

    async def reader() -> None:
        for _ in range(10):
            before, rows = await store.read(look)
            if before != rows:
                torn.append((before, rows))

    writing = [asyncio.ensure_future(writer()) for _ in range(2)]
    await asyncio.gather(reader(), reader())
    stop = True
    await asyncio.gather(*writing)
    assert await head(store, book_id) > 2, "there were writes to be torn by"
    assert torn == []


async def test_pollers_never_miss_a_version(store: Store, store_settings: StoreSettings) -> None:
    """SYNC.md 2.3 on the real store: writers that dawdle inside the transaction, pollers with a cursor,
    two processes' worth of stores on one database (on SQLite they share the file)."""
    other = open_store(store_settings)
    try:
        books = [await make_book(store) for _ in range(2)]
        stop = asyncio.Event()
        seen: dict[str, list[int]] = {book_id: [] for book_id in books}
        rng = random.Random(3)

        def slow(tx: Tx) -> int:
            ver = note(tx, "x")
            time.sleep(rng.random() * 0.003)
            return ver

        async def writer(on: Store) -> None:
            for _ in range(25):
                await on.write(rng.choice(books), slow)

        async def poller(book_id: str) -> None:
            last = 0
            sql = "SELECT ver FROM history WHERE book_id = :book AND ver > :last ORDER BY ver"
            while True:
                final = stop.is_set()
                rows = await store.read(lambda read, last=last: read.all(sql, book=book_id, last=last))
                seen[book_id] += [row[0] for row in rows]
                last = seen[book_id][-1] if seen[book_id] else 0
                if final:
                    return
                await asyncio.sleep(0.001)

        polling = [asyncio.ensure_future(poller(book_id)) for book_id in books]
        await asyncio.gather(*[writer(on) for on in (store, other) for _ in range(8)])
        stop.set()
        await asyncio.gather(*polling)
        total = 0
        for book_id in books:
            assert seen[book_id] == list(range(1, len(seen[book_id]) + 1))
            total += len(seen[book_id])
        assert total == 16 * 25
    finally:
        other.close_now()


@pytest.mark.parametrize("store_settings", ["postgresql"], indirect=True)
async def test_a_sequence_would_lose_versions(store_settings: StoreSettings) -> None:
    """The same choreography with a sequence instead of the book's row loses rows: the test above can see."""
    assert store_settings.url is not None
    url = store_settings.url
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("CREATE SEQUENCE versions")
        raw.execute("CREATE TABLE note (ver BIGINT PRIMARY KEY)")

    def writer(seed: int) -> None:
        rng = random.Random(seed)
        with psycopg.connect(url, autocommit=True) as raw:
            for _ in range(60):
                with raw.transaction():
                    row = raw.execute("SELECT nextval('versions')").fetchone()
                    time.sleep(rng.random() * 0.003)
                    raw.execute("INSERT INTO note VALUES (%s)", row)

    seen: set[int] = set()
    done = Event()

    def poller() -> None:
        last = 0
        with psycopg.connect(url, autocommit=True) as raw:
            while not done.is_set():
                for (ver,) in raw.execute("SELECT ver FROM note WHERE ver > %s ORDER BY ver", [last]):
                    seen.add(ver)
                    last = ver
                time.sleep(0.002)

    threads = [Thread(target=writer, args=(seed,)) for seed in range(8)]
    polling = Thread(target=poller)
    polling.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.05)
    done.set()
    polling.join()
    assert len(seen) < 480 * 0.97, "a sequence lost nothing: this choreography is blind"


@pytest.mark.parametrize("store_settings", ["postgresql"], indirect=True)
async def test_waiting_for_a_hot_book_takes_no_connection(
    store: Store, store_settings: StoreSettings
) -> None:
    """While one write holds a book, a hundred more wait for it and others pass, on one busy connection."""
    hot, cold = await make_book(store), await make_book(store)
    gate, entered = Event(), Event()

    def hold(tx: Tx) -> None:
        entered.set()
        assert gate.wait(20)

    holding = asyncio.ensure_future(store.write(hot, hold))
    waiting = [asyncio.ensure_future(store.write(hot, lambda tx: note(tx, "hot"))) for _ in range(100)]
    await asyncio.get_running_loop().run_in_executor(None, entered.wait, 10)
    for _ in range(20):
        await asyncio.wait_for(store.write(cold, lambda tx: note(tx, "cold")), 5)
    busy = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
    )
    blocked = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    assert await store.read(lambda read: (read.value(busy), read.value(blocked))) == (1, 0)
    gate.set()
    await asyncio.gather(holding, *waiting)
    assert [ver for ver, _ in await notes(store, hot)] == list(range(1, 101))


async def test_a_cancelled_caller_does_not_stop_the_queue(store: Store) -> None:
    book_id = await make_book(store)
    gate = Event()
    holding = asyncio.ensure_future(store.write(book_id, lambda tx: gate.wait(10)))
    await asyncio.sleep(0.05)
    queued = [asyncio.ensure_future(store.write(book_id, lambda tx, n=n: note(tx, str(n)))) for n in range(4)]
    await asyncio.sleep(0.05)
    queued[1].cancel()
    gate.set()
    results = await asyncio.gather(holding, *queued, return_exceptions=True)
    assert isinstance(results[2], asyncio.CancelledError)
    assert [text for _, text in await notes(store, book_id)] == ["0", "2", "3"]


def test_a_store_serves_several_event_loops(store: Store) -> None:
    """The command line and a test may each bring a loop of their own, at the same time."""
    book_id = asyncio.run(make_book(store))

    async def some() -> None:
        await asyncio.gather(*[store.write(book_id, lambda tx: note(tx, "x")) for _ in range(20)])

    threads = [Thread(target=lambda: asyncio.run(some())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asyncio.run(head(store, book_id)) == 60
