"""Writers at the same time on PostgreSQL, each with a pause between the version it took and its COMMIT, and
pollers that read on from where they stand: nobody may miss a row.

The same again with versions from a sequence instead of the book's lock: there rows commit behind the pollers,
and the harness must see it, else it sees nothing. The store is the real one (its door, its pool, its reads); each
writer has a store of its own, as processes would, because within one store the door orders a book's writes.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from outlay.ledger import commands
from outlay.store import write as store_write
from outlay.store.engine import KEYS_FILE, Store, StoreSettings, open_store
from outlay.store.write import Group, Tx
from outlay.sync import pull
from postgres import Cluster
from prove.server import PERSON, write_now
from stores import MASTER_KEY, _migrate

WRITERS, POLLERS = 16, 3
PAUSE_S, POLL_S = 0.006, 0.004
BOOK = "018bcfe5-6800-7000-8000-0000000000b0"


def run(cluster: Cluster, seconds: float) -> dict[str, Any]:
    """{"concurrency": {lock: {...}, sequence: {...}, as_expected}}."""
    lock = _harness(cluster, seconds, sequence=False)
    sequence = _harness(cluster, seconds, sequence=True)
    expected = lock["missed"] == 0 and sequence["missed"] > 0
    return {
        "concurrency": {
            "writers": WRITERS, "pollers": POLLERS, "seconds": seconds, "book lock": lock, "sequence": sequence,
            "as_expected": expected,
        }
    }  # fmt: skip


def _harness(cluster: Cluster, seconds: float, *, sequence: bool) -> dict[str, int]:
    folder = Path(tempfile.mkdtemp(prefix="outlay-prove-"))

    def prepare(url: str) -> None:
        _migrate(StoreSettings(master_key=MASTER_KEY, url=url, keys=folder / "template.db"))

    url = cluster.create_database(template=cluster.template("outlay_migrated", prepare))
    settings = StoreSettings(master_key=MASTER_KEY, url=url, keys=folder / KEYS_FILE, writers=1, readers=1)
    stores = [open_store(settings) for _ in range(WRITERS + POLLERS)]
    try:
        _begin(stores[0])
        if sequence:
            with _versions_from_a_sequence():
                return _race(stores, seconds)
        return _race(stores, seconds)
    finally:
        for store in stores:
            store.close_now()
        cluster.drop_database(url)
        shutil.rmtree(folder, ignore_errors=True)


def _begin(store: Store) -> None:
    write_now(store, None, lambda tx: tx.create_book(BOOK))
    ops = [{"e": "settings", "id": BOOK, "k": "create", "f": {"name": "Ours", "base_currency": "EUR"}}]
    write_now(store, BOOK, lambda tx: commands.change(tx, ops, person_id=PERSON, role="owner", name="new"))


def _race(stores: list[Store], seconds: float) -> dict[str, int]:
    stop = threading.Event()
    written: list[str] = []
    errors: list[BaseException] = []
    seen: list[set[str]] = [set() for _ in range(POLLERS)]

    def guarded(work: Any, *given: Any) -> threading.Thread:
        def go() -> None:
            try:
                work(*given)
            except BaseException as error:
                errors.append(error)
                stop.set()

        thread = threading.Thread(target=go, daemon=True)
        thread.start()
        return thread

    writers = [guarded(_write, stores[n], stop, written, n) for n in range(WRITERS)]
    done = threading.Event()
    pollers = [guarded(_poll, stores[WRITERS + n], done, seen[n]) for n in range(POLLERS)]
    stop.wait(seconds)
    stop.set()
    for thread in writers:
        thread.join()
    done.set()
    for thread in pollers:
        thread.join()
    if errors:
        raise errors[0]
    missed = sum(len(set(written) - rows) for rows in seen)
    return {"written": len(written), "delivered": sum(map(len, seen)), "missed": missed}


def _write(store: Store, stop: threading.Event, written: list[str], number: int) -> None:
    chance = random.Random(number)

    def add(tx: Tx) -> str:
        row_id = tx.new_id()
        # A tombstone is the smallest row there is, and there is no limit on them.
        ops = [{"e": "tag", "id": row_id, "k": "delete"}]
        commands.change(tx, ops, person_id=PERSON, role="owner", name="tag")
        tx.value("SELECT 1")  # what was sent is there
        time.sleep(chance.uniform(0, PAUSE_S))
        return row_id

    async def rounds() -> None:
        while not stop.is_set():
            written.append(await store.write(BOOK, add))

    asyncio.run(rounds())


def _poll(store: Store, done: threading.Event, seen: set[str]) -> None:
    cursor = "0:"
    while True:
        last = done.is_set()
        epoch = store.read_now(lambda r: r.value("SELECT epoch FROM book WHERE id = :b", b=BOOK))
        while True:
            page = store.read_now(
                lambda read, e=epoch, c=cursor: pull.pull(  # type: ignore[misc]
                    read, book_id=BOOK, epoch=e, cursor=c, device_id="poller", last_ack=0, limit=500, schema=1,
                    now_ms=0,
                )
            )  # fmt: skip
            seen.update(row[1] for row in page.rows if row[0] == "tag")
            cursor = page.to
            if not page.more:
                break
        if last:
            return
        time.sleep(POLL_S)


def _versions_from_a_sequence() -> Any:
    """As many designs have it: the next number is taken at once and nobody waits for anybody."""
    numbers = itertools.count(1000)
    taking = threading.Lock()

    def next_version(tx: Tx) -> int:
        with taking:
            version = next(numbers)
        tx.book["head"] = version
        return version

    def write_heads(group: Group) -> list[tuple[str, str, int]]:
        moved = []
        for book_id, row in group.books.items():
            group.connection.send(
                "UPDATE book SET head = GREATEST(head, :head) WHERE id = :id",
                {"id": book_id, "head": row["head"]},
            )
            moved.append((book_id, row["epoch"], row["head"]))
        return moved

    return _All(
        patch.object(store_write, "LOCK_BOOK", store_write.READ_BOOK),
        patch.object(Tx, "next_version", next_version),
        patch.object(Group, "write_heads", write_heads),
    )


class _All:
    def __init__(self, *patches: Any) -> None:
        self.patches = patches

    def __enter__(self) -> None:
        for one in self.patches:
            one.start()

    def __exit__(self, *_: object) -> None:
        for one in self.patches:
            one.stop()
