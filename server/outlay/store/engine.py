"""Opening a store: one SQLCipher file or one PostgreSQL database, behind the same three verbs.

`await store.write(book, f)`, `await store.write_people(f)`, `await store.read(f)`: `f` is plain synchronous
code on a `Tx` or `Read`, without await; it may run again after a lost connection, so its only effects are
those on the transaction.
"""

import asyncio
import queue
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlcipher3 import dbapi2 as sqlcipher

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.connection import Connection, PostgresConnection, SqliteConnection
from outlay.store.door import Door, OnCommit
from outlay.store.errors import ConnectionLost, StoreError
from outlay.store.keys import SERVER_SCOPE, Keyring, derive
from outlay.store.read import Read
from outlay.store.sql import Dialect
from outlay.store.write import Tx

T = TypeVar("T")

READ_CACHE_KB: Final = 16_000
"""Pages that a reading connection keeps decrypted: the rollups of a large book fit, 7 ms to 1 ms per scan."""

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
    engine: _Sqlite | _Postgres
    if settings.path is not None:
        engine = _Sqlite(settings.path, settings.master_key, settings.readers)
    else:
        engine = _Postgres(
            settings.url or "", settings.writers + settings.readers, settings.connect_timeout_s
        )
    store = Store(engine, settings, clock)
    try:
        store.check_key()
    except BaseException:
        store.close_now()
        raise
    return store


class Store:
    """An open database. Made by `open_store`."""

    def __init__(
        self, engine: "_Sqlite | _Postgres", settings: StoreSettings, clock: Callable[[], int]
    ) -> None:
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
                    connection.command("ROLLBACK")

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


class _Sqlite:
    """One writing connection, a few reading ones."""

    dialect: Final[Dialect] = "sqlite"
    begin_write: Final = "BEGIN IMMEDIATE"
    begin_read: Final = "BEGIN"

    def __init__(self, path: Path, master_key: bytes, readers: int) -> None:
        self._path = path
        self._key = derive(master_key, "sqlcipher").hex()
        self._writer = SqliteConnection(self._open())
        self._writer.command("PRAGMA journal_mode = WAL")
        self._writer.command("PRAGMA synchronous = FULL")
        self._writer.command("PRAGMA journal_size_limit = 67108864")  # after a large import
        # Last in, first out: the one that read last has its pages opened and checked already.
        self._idle: queue.LifoQueue[SqliteConnection] = queue.LifoQueue()
        self._made = [self._writer]
        for _ in range(readers + 1):
            connection = SqliteConnection(self._open())
            connection.command("PRAGMA query_only = ON")
            connection.command(f"PRAGMA cache_size = -{READ_CACHE_KB}")
            self._made.append(connection)
            self._idle.put(connection)

    def _open(self) -> Any:
        """A keyed connection. Temporary files would not be encrypted, so there are none."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        self._path.chmod(0o600)  # the -wal and -shm files follow it
        raw = sqlcipher.connect(
            str(self._path), isolation_level=None, check_same_thread=False, cached_statements=512
        )
        connection = SqliteConnection(raw)
        raw.execute(f"PRAGMA key = \"x'{self._key}'\"")
        raw.execute(f"PRAGMA busy_timeout = {limits.LOCK_TIMEOUT_MS}")
        raw.execute("PRAGMA temp_store = MEMORY")
        try:
            connection.all("SELECT count(*) FROM sqlite_master", {})
        except BaseException:
            raw.close()
            raise
        return raw

    @contextmanager
    def writer(self) -> Iterator[Connection]:
        yield self._writer

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        connection = self._idle.get()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    @contextmanager
    def owner(self) -> Iterator[Any]:
        """A connection of its own for migrations, as the driver gives it."""
        raw = self._open()
        try:
            yield raw
        finally:
            raw.close()

    def repair(self) -> None:
        pass

    def has_table(self, name: str) -> bool:
        return bool(self._writer.all("SELECT 1 FROM sqlite_master WHERE name = :name", {"name": name}))

    def close(self) -> None:
        for connection in reversed(self._made):
            connection.close()


class _Postgres:
    """A pool as large as the threads that use it, so no thread waits for a connection."""

    dialect: Final[Dialect] = "postgresql"
    begin_write: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
    begin_read: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, url: str, size: int, timeout_s: float) -> None:
        self._url = url
        self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            url,
            kwargs={"autocommit": True, "options": _OPTIONS},
            min_size=1,
            max_size=size + 1,
            open=False,
            name="outlay",
        )
        try:
            self._pool.open(wait=True, timeout=timeout_s)
        except PoolTimeout as error:
            self._pool.close()
            raise StoreError("The PostgreSQL database of OUTLAY_DATABASE_URL does not answer.") from error

    @contextmanager
    def _lend(self) -> Iterator[Connection]:
        try:
            raw = self._pool.getconn(timeout=limits.LOCK_TIMEOUT_MS / 1000)
        except PoolTimeout:
            raise Refusal("unavailable", detail="The database does not answer.") from None
        connection = PostgresConnection(raw)
        try:
            yield connection
        finally:
            if connection.failed:
                # The driver may believe statements prepared that the failed pipeline never reached.
                raw.close()
            self._pool.putconn(raw)

    def writer(self) -> AbstractContextManager[Connection]:
        return self._lend()

    def reader(self) -> AbstractContextManager[Connection]:
        return self._lend()

    @contextmanager
    def owner(self) -> Iterator[Any]:
        with psycopg.connect(self._url) as raw:
            yield raw

    def repair(self) -> None:
        """Replaces the connections that died, e.g. with a restarted server."""
        self._pool.check()

    def has_table(self, name: str) -> bool:
        with self._lend() as connection:
            return bool(connection.all("SELECT 1 WHERE to_regclass(:name) IS NOT NULL", {"name": name}))

    def close(self) -> None:
        self._pool.close()


_OPTIONS: Final = (
    f"-c statement_timeout={limits.WRITE_TIMEOUT_MS} -c lock_timeout={limits.LOCK_TIMEOUT_MS} "
    "-c idle_in_transaction_session_timeout=60000 -c client_encoding=UTF8 -c timezone=UTC"
)
