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
from outlay.store.errors import ConnectionLost, StoreError
from outlay.store.key_store import KeyStore, open_keys
from outlay.store.keyring import Keyring
from outlay.store.keys import SERVER_SCOPE
from outlay.store.read import Read
from outlay.store.sql import Dialect
from outlay.store.write import Tx

T = TypeVar("T")

KEYS_FILE: Final = "keys.db"
_ONE_FILE: Final = "the file"


@dataclass(frozen=True, kw_only=True)
class StoreSettings:
    """`path` of a SQLite file, or `url` of a PostgreSQL database; `keys`: where the key store is, a path or a
    postgresql:// URL (left out: beside the SQLite file); the 32-byte master key, and others that files and keys may
    still be under while it is being changed."""

    master_key: bytes
    former_keys: tuple[bytes, ...] = ()
    path: Path | None = None
    url: str | None = None
    keys: Path | str | None = None
    writers: int = 8
    readers: int = 4
    connect_timeout_s: float = 10

    @property
    def masters(self) -> tuple[bytes, ...]:
        return (self.master_key, *self.former_keys)

    @property
    def key_place(self) -> Path | str:
        """Where the key store is."""
        if self.keys is None and self.path is not None:
            return self.path.with_name(KEYS_FILE)
        if self.keys is None:
            raise ValueError("a store in PostgreSQL needs a place for its keys")
        return self.keys


def system_clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def open_store(settings: StoreSettings, clock: Callable[[], int] = system_clock) -> "Store":
    """Opens the database (a new file is made). StoreError when it cannot be reached or the key is wrong."""
    if (settings.path is None) == (settings.url is None):
        raise ValueError("a store has a path or a url")
    engine = _engine(settings)
    try:
        keys = open_keys(settings.key_place, settings.masters, settings.connect_timeout_s)
    except BaseException:
        engine.close()
        raise
    store = Store(engine, keys, settings, clock)
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

        return Sqlite(settings.path, settings.masters, settings.readers)
    from outlay.store.postgres import Postgres

    return Postgres(settings.url or "", settings.writers + settings.readers, settings.connect_timeout_s)


class Store:
    """An open database. Made by `open_store`."""

    def __init__(
        self, engine: Engine, keys: KeyStore, settings: StoreSettings, clock: Callable[[], int]
    ) -> None:
        self.dialect: Dialect = engine.dialect
        self.clock = clock
        self.keys = keys
        self._engine = engine
        self._masters = settings.masters
        self._keyring = Keyring(keys, clock)
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

        def keep(rows: list[tuple[str, bytes]]) -> None:
            self.keys.adopt(rows, self._masters, self.clock())

        with self._engine.owner() as connection:
            upgrade(connection, self.dialect, keep)
        self.check_key()
        self.keys.make(SERVER_SCOPE, self.clock())

    def check_key(self) -> None:
        """StoreError when the key store is a new one and the data is not."""
        if not self._engine.has_table("key_erasure") or not self.keys.missing([SERVER_SCOPE]):
            return
        sql = "SELECT id FROM book UNION ALL SELECT key_id FROM server_key ORDER BY 1 LIMIT 1"
        if self.read_now(lambda read: read.value(sql)) is not None:
            raise StoreError(
                "The key store of this database is missing: put its keys.db back, restore it from its backup "
                "(outlay keys restore FILE), or set OUTLAY_KEYS_URL to the one that all servers share."
            )

    def read_keys_anew(self) -> None:
        """Forgets every opened data key. Blocks."""
        self._keyring.forget_all()

    async def finish_erasures(self) -> int:
        """Destroys the keys of scopes whose erasure is committed, again where that was done; how many."""
        return await self.write_people(lambda tx: tx.destroy_erased_keys())

    async def close(self) -> None:
        """Finishes queued writes, then closes every connection."""
        await asyncio.get_running_loop().run_in_executor(None, self.close_now)

    def close_now(self) -> None:
        """`close` for callers without an event loop."""
        self._door.close()
        self._readers.shutdown()
        self._engine.close()
        self.keys.close()
