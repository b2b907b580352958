"""kill -9 in the middle of writes, a server that restarts, a disk that says no."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from outlay.kernel.refusal import Refusal
from outlay.store import Store, StoreSettings, Tx, open_store
from stores import MASTER_KEY, make_book

from .notes import head, note, notes

CHILD = """
import asyncio, sys
from pathlib import Path
from outlay.store import StoreSettings, open_store
from store.notes import note

async def main(kind, where, keys, book_id):
    place = {"path" if kind == "sqlite" else "url": Path(where) if kind == "sqlite" else where, "keys": Path(keys)}
    store = open_store(StoreSettings(master_key=bytes(range(32)), **place))

    async def writer(n):
        while True:
            ver = await store.write(book_id, lambda tx: note(tx, f"writer {n}"))
            sys.stdout.write(f"{ver}\\n")  # acknowledged
            sys.stdout.flush()

    await asyncio.gather(*[writer(n) for n in range(8)])

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_kill_keeps_every_acknowledged_write_and_no_half(
    store: Store, store_settings: StoreSettings
) -> None:
    tests = Path(__file__).parents[1]
    book_id = await make_book(store)
    where = str(store_settings.path or store_settings.url)
    for _ in range(3):
        before = await head(store, book_id)
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, store.dialect, where, str(store_settings.key_place), book_id],
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": f"{tests}:{tests.parent}", "PATH": ""},
        )
        assert child.stdout is not None
        acknowledged = []
        for line in child.stdout:
            acknowledged.append(int(line))
            if len(acknowledged) == 60:
                child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        found = await notes(store, book_id)
        assert len(acknowledged) >= 60
        assert [ver for ver, _ in found] == list(range(1, len(found) + 1))
        assert before < max(acknowledged) <= len(found)
        assert await head(store, book_id) == len(found)
        assert await store.write(book_id, lambda tx: note(tx, "the survivor")) == len(found) + 1


@pytest.mark.parametrize("store_settings", ["postgresql"], indirect=True)
async def test_connections_that_died_are_replaced(store: Store, store_settings: StoreSettings) -> None:
    assert store_settings.url is not None
    book_id = await make_book(store)
    cut = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for n in range(3):
        await asyncio.gather(*[store.read(lambda read: read.book_row(book_id)) for _ in range(8)])
        with psycopg.connect(store_settings.url, autocommit=True) as raw:
            raw.execute(cut)
        if n == 1:
            assert await head(store, book_id) == n
        assert await store.write(book_id, lambda tx: note(tx, "x")) == n + 1
    assert len(await notes(store, book_id)) == 3


@pytest.mark.parametrize("store_settings", ["postgresql"], indirect=True)
async def test_a_connection_cut_inside_a_write_runs_it_again(
    store: Store, store_settings: StoreSettings
) -> None:
    assert store_settings.url is not None
    url = store_settings.url
    book_id = await make_book(store)
    runs = []

    def cut(tx: Tx) -> int:
        runs.append(1)
        ver = note(tx, "once")
        if len(runs) == 1:
            pid = tx.value("SELECT pg_backend_pid()")
            with psycopg.connect(url, autocommit=True) as raw:
                raw.execute("SELECT pg_terminate_backend(%s)", [pid])
            tx.value("SELECT 1")
        return ver

    assert await store.write(book_id, cut) == 1
    assert len(runs) == 2
    assert await notes(store, book_id) == [(1, "once")]


@pytest.mark.parametrize("store_settings", ["postgresql"], indirect=True)
async def test_a_book_held_by_another_program_is_refused_as_busy(
    store: Store, store_settings: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outlay.store.postgres._OPTIONS", "-c lock_timeout=200")
    assert store_settings.url is not None
    book_id = await make_book(store)
    impatient = open_store(store_settings)
    try:
        with psycopg.connect(store_settings.url) as raw:
            raw.execute("UPDATE book SET head = head WHERE id = %s", [book_id])
            with pytest.raises(Refusal) as refused:
                await impatient.write(book_id, lambda tx: note(tx, "x"))
            raw.rollback()
        assert refused.value.code == "busy"
        assert await impatient.write(book_id, lambda tx: note(tx, "x")) == 1
    finally:
        impatient.close_now()


def test_the_store_is_made_from_nothing_twice(tmp_path: Path) -> None:
    """A first start makes the file and its tables, a second one finds them."""
    settings = StoreSettings(master_key=MASTER_KEY, path=tmp_path / "new" / "outlay.db")
    for _ in range(2):
        store = open_store(settings)
        store.migrate()
        assert store.read_now(lambda read: read.value("SELECT count(*) FROM book")) == 0
        store.close_now()


@pytest.mark.parametrize("store_settings", ["postgresql"], indirect=True)
async def test_a_statement_that_takes_too_long_is_refused_as_busy(
    store_settings: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outlay.store.postgres._OPTIONS", "-c statement_timeout=100")
    impatient = open_store(store_settings)
    try:
        book_id = await make_book(impatient)
        with pytest.raises(Refusal, match="busy"):
            await impatient.read(lambda read: read.value("SELECT pg_sleep(5)"))
        with pytest.raises(Refusal, match="busy"):
            await impatient.write(book_id, lambda tx: tx.value("SELECT pg_sleep(5)"))
        assert await impatient.write(book_id, lambda tx: note(tx, "x")) == 1
        assert await head(impatient, book_id) == 1
    finally:
        impatient.close_now()


async def test_a_faulty_statement_shows_its_own_error(store: Store) -> None:
    """The first error, not what follows from it; and the connection is good or gone afterwards."""
    book_id = await make_book(store)
    for _ in range(12):
        with pytest.raises(Exception, match="no_such_table"):
            await store.read(lambda read: read.all("SELECT 1 FROM no_such_table"))
        with pytest.raises(Exception, match="no_such_table"):
            await store.write(book_id, lambda tx: tx.send("UPDATE no_such_table SET x = 1"))
    assert await store.write(book_id, lambda tx: note(tx, "x")) == 1


async def test_a_write_that_raises_stop_iteration_hurts_nobody(store: Store) -> None:
    book_id = await make_book(store)

    def stop(tx: Tx) -> None:
        next(iter(()))

    writes = [store.write(book_id, stop), store.write(book_id, lambda tx: note(tx, "x"))]
    error, ver = await asyncio.gather(*writes, return_exceptions=True)
    assert isinstance(error, RuntimeError)
    assert ver == 1
