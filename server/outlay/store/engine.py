"""Opening a store: one SQLCipher file or one PostgreSQL database, behind the same three verbs.

`await store.write(book, f)`, `await store.write_people(f)`, `await store.read(f)`: `f` is plain synchronous
code on a `Tx` or `Read`, without await; it may run again after a lost connection, so its only effects are
those on the transaction.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.connection import Engine
from outlay.store.door import Door, OnCommit
from outlay.store.errors import ConnectionLost
from outlay.store.keys import SERVER_SCOPE, Keyring
from outlay.store.read import Read
from outlay.store.sql import Dialect
from outlay.store.write import Tx

T = TypeVar("T")

_ONE_FILE: Final = "the file"


@dataclass(frozen=True, kw_only=True)
class StoreSettings:
    """`path` of a SQLite file, or `url` of a PostgreSQL database; the 32-byte master key."""

    master_key: bytes
    path: Path | None = None
    url: str | None = None
    writers: int = 8
    readers: int = 4
    connect_timeout_s: float = 10


def system_clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def open_store(settings: StoreSettings, clock: Callable[[], int] = system_clock) -> "Store":
    """Opens the database (a new file is made). StoreError when it cannot be reached or the key is wrong."""
    if (settings.path is None) == (settings.url is None):
        raise ValueError("a store has a path or a url")
    store = Store(_engine(settings), settings, clock)
    try:
        store.check_key()
    except BaseException:
        store.close_now()
        raise
    return store


def _engine(settings: StoreSettings) -> Engine:
    """The engine of the settings. Only its own driver is imported: the other one is 10 MB of memory."""
    if settings.path is not None:
        from outlay.store.sqlite import Sqlite

        return Sqlite(settings.path, settings.master_key, settings.readers)
    from outlay.store.postgres import Postgres

    return Postgres(settings.url or "", settings.writers + settings.readers, settings.connect_timeout_s)


class Store:
    """An open database. Made by `open_store`."""

    def __init__(self, engine: Engine, settings: StoreSettings, clock: Callable[[], int]) -> None:
        self.dialect: Dialect = engine.dialect
        self.clock = clock
        self._engine = engine
        self._keyring = Keyring(settings.master_key)
        self._per_book = engine.dialect == "postgresql"
        self._door = Door(
            threads=settings.writers if self._per_book else 1,
            begin=engine.begin_write,
            connect=engine.writer,
            repair=engine.repair,
            keyring=self._keyring,
            clock=clock,
        )
        self._readers = ThreadPoolExecutor(settings.readers, thread_name_prefix="outlay-read")
        self._reading = 0

    async def write(self, book_id: str, f: Callable[[Tx], T]) -> T:
        """Runs `f` with the book locked, in a savepoint; returns after the COMMIT.

        What `f` raises reaches the caller, and nothing of it is written. Refuses `book_not_found`, `busy`.
        """
        result: T = await self._door.put(book_id if self._per_book else _ONE_FILE, book_id, f)
        return result

    async def write_people(self, f: Callable[[Tx], T]) -> T:
        """Runs `f` without a book: identity tables, and `tx.create_book`."""
        result: T = await self._door.put(object() if self._per_book else _ONE_FILE, None, f)
        return result

    async def read(self, f: Callable[[Read], T]) -> T:
        """Runs `f` on one snapshot, beside the writers. Refuses `busy`."""
        if self._reading >= limits.WRITE_QUEUE:
            raise Refusal("busy")
        self._reading += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, f)
        finally:
            self._reading -= 1

    def read_now(self, f: Callable[[Read], T]) -> T:
        """`read` for callers without an event loop (the command line)."""
        try:
            return self._read_once(f)
        except ConnectionLost:
            self._engine.repair()
        try:
            return self._read_once(f)
        except ConnectionLost:
            raise Refusal("unavailable", detail="The database does not answer.") from None

    def _read_once(self, f: Callable[[Read], T]) -> T:
        with self._engine.reader() as connection, connection.batch():
            connection.command(self._engine.begin_read)
            try:
                return f(Read(connection, self._keyring))
            finally:
                if not connection.failed:  # else it is closed, and the first error is the one to show
                    connection.command("COMMIT")

    def on_commit(self, callback: OnCommit) -> None:
        """callback(book_id, epoch, head) in the event loop, after the COMMIT of a write that moved head."""
        self._door.on_commit(callback)

    def migrate(self) -> None:
        """Brings the schema to the newest migration, and makes the server's own data key. Blocks."""
        from outlay.store.migrations.run import upgrade  # Alembic is heavy and only needed here

        with self._engine.owner() as connection:
            upgrade(connection, self.dialect)
        with self._engine.writer() as lent:
            if not lent.all("SELECT 1 FROM data_key WHERE scope_id = :scope", {"scope": SERVER_SCOPE}):
                wrapped, _ = self._keyring.make(SERVER_SCOPE)
                lent.run(
                    "INSERT INTO data_key (scope_id, wrapped) VALUES (:scope, :wrapped) "
                    "ON CONFLICT DO NOTHING",
                    {"scope": SERVER_SCOPE, "wrapped": wrapped},
                )

    def check_key(self) -> None:
        """StoreError when the master key is not the database's."""
        if not self._engine.has_table("data_key"):
            return
        sql = "SELECT wrapped FROM data_key WHERE scope_id = :scope"
        wrapped = self.read_now(lambda read: read.value(sql, scope=SERVER_SCOPE))
        if wrapped is not None:
            self._keyring.unwrap(SERVER_SCOPE, wrapped)

    async def close(self) -> None:
        """Finishes queued writes, then closes every connection."""
        await asyncio.get_running_loop().run_in_executor(None, self.close_now)

    def close_now(self) -> None:
        """`close` for callers without an event loop."""
        self._door.close()
        self._readers.shutdown()
        self._engine.close()
