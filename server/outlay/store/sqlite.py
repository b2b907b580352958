"""SQLite by sqlcipher3: one encrypted file, one writing connection, a few reading ones."""

import queue
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.connection import Connection, Tuple
from outlay.store.errors import Duplicate, StoreError
from outlay.store.keys import derive
from outlay.store.shape import encode_json, insert_sql
from outlay.store.sql import Dialect, translate

READ_CACHE_KB: Final = 16_000
"""Pages that a reading connection keeps decrypted: the rollups of a large book fit, 7 ms to 1 ms per scan."""

WRITE_CACHE_KB: Final = 64_000
"""Pages that the writer keeps, filled as they are used: with SQLite's own 2 MB a batch of 500 operations in a book
of 30,000 transactions takes twice the CPU, because what it changed has to be read back and checked."""

CHECKPOINT_PAGES: Final = 4_000
"""Pages in the log before they are copied into the file: pages that every batch changes are copied once."""

SYNCHRONOUS: Final = "FULL"
"""What a COMMIT waits for: the disk."""

DATA_FILE_KEY: Final = "sqlcipher"
"""What the key of the data's file is derived for."""

_ROWS: Final = (256, 32, 4, 1)
"""Rows of one INSERT statement: few sizes, so that each is prepared once."""

_BUSY: Final = ("database is locked", "database table is locked", "database is busy")


class Sqlite:
    """One writing connection, a few reading ones."""

    dialect: Final[Dialect] = "sqlite"
    begin_write: Final = "BEGIN IMMEDIATE"
    begin_read: Final = "BEGIN"

    def __init__(
        self,
        path: Path,
        masters: Sequence[bytes],
        readers: int,
        *,
        purpose: str = DATA_FILE_KEY,
        secure_delete: bool = False,
    ) -> None:
        """`masters`: the master key, then others that the file may still be under. `secure_delete`: what is deleted
        is overwritten."""
        self._path = path
        self._keys = [derive(master, purpose).hex() for master in masters]
        self._writer = SqliteConnection(self._open_with_any())
        self._writer.command("PRAGMA journal_mode = WAL")
        self._writer.command(f"PRAGMA synchronous = {SYNCHRONOUS}")
        self._writer.command(f"PRAGMA secure_delete = {'ON' if secure_delete else 'OFF'}")
        self._writer.command(f"PRAGMA cache_size = -{WRITE_CACHE_KB}")
        self._writer.command(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
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

    def _open_with_any(self) -> Any:
        """Finds out which key it is."""
        for key in self._keys[:-1]:
            try:
                raw = self._open()
            except StoreError:
                self._keys.remove(key)
                continue
            return raw
        return self._open()

    def _open(self) -> Any:
        """A keyed connection. Temporary files would not be encrypted, so there are none."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        self._path.chmod(0o600)  # the -wal and -shm files follow it
        raw = sqlcipher.connect(
            str(self._path), isolation_level=None, check_same_thread=False, cached_statements=512
        )
        connection = SqliteConnection(raw)
        if len(self._keys) > 1:
            raw.execute("PRAGMA cipher_log_level = NONE")  # one that does not open it is no surprise
        raw.execute(f"PRAGMA key = \"x'{self._keys[0]}'\"")
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


class SqliteConnection:
    """A SQLCipher connection, used by one thread at a time."""

    dialect: Dialect = "sqlite"

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.failed = False  # an error of one statement does not end a transaction here

    def batch(self) -> AbstractContextManager[None]:
        return nullcontext()

    def settle(self) -> None:
        pass

    def command(self, sql: str) -> None:
        try:
            self.raw.execute(sql)
        except sqlcipher.Error as error:
            raise _sqlite_error(error) from error

    def all(self, sql: str, params: dict[str, Any]) -> list[Tuple]:
        statement = translate(sql, "sqlite")
        try:
            found: list[Tuple] = self.raw.execute(
                statement.text, _json_lists(statement.lists, params)
            ).fetchall()
        except sqlcipher.Error as error:
            raise _sqlite_error(error) from error
        return found

    def all_of(self, requests: Sequence[tuple[str, dict[str, Any]]]) -> list[list[Tuple]]:
        return [self.all(sql, params) for sql, params in requests]

    def run(self, sql: str, params: dict[str, Any]) -> int:
        statement = translate(sql, "sqlite")
        try:
            count: int = self.raw.execute(statement.text, _json_lists(statement.lists, params)).rowcount
        except sqlcipher.Error as error:
            raise _sqlite_error(error) from error
        return count

    def send(self, sql: str, params: dict[str, Any]) -> None:
        self.run(sql, params)

    def many(self, sql: str, rows: Sequence[dict[str, Any]]) -> None:
        statement = translate(sql, "sqlite")
        source: Iterable[dict[str, Any]] = rows
        if statement.lists:
            source = [_json_lists(statement.lists, row) for row in rows]
        try:
            self.raw.executemany(statement.text, source)
        except sqlcipher.Error as error:
            raise _sqlite_error(error) from error

    def insert(
        self, table: str, names: tuple[str, ...], rows: list[Tuple], add: tuple[str, ...] | None, ignore: bool
    ) -> None:
        """Many rows to a statement: the driver gives Python's lock up for each one that it runs, and beside a
        busy event loop it waits to get it back."""
        width, at = len(names), 0
        one = f"({', '.join('?' * width)})"
        try:
            for size in _ROWS:
                sql = insert_sql(table, names, f"VALUES {', '.join([one] * size)}", add, ignore)
                while len(rows) - at >= size:
                    self.raw.execute(
                        sql, rows[at] if size == 1 else [*chain.from_iterable(rows[at : at + size])]
                    )
                    at += size
        except sqlcipher.Error as error:
            raise _sqlite_error(error) from error

    def close(self) -> None:
        self.raw.close()


def _json_lists(lists: tuple[str, ...], params: dict[str, Any]) -> dict[str, Any]:
    if not lists:
        return params
    return {**params, **{name: encode_json(list(params[name])) for name in lists}}


def _sqlite_error(error: Exception) -> Exception:
    text = str(error)
    if isinstance(error, sqlcipher.IntegrityError) and ("UNIQUE" in text or "PRIMARY KEY" in text):
        return Duplicate(text)
    if isinstance(error, sqlcipher.OperationalError) and text.startswith(_BUSY):
        return Refusal("busy")
    if "file is not a database" in text or "file is encrypted" in text:
        return StoreError(
            "The key does not open this database. "
            "Put the right master.key beside it or set OUTLAY_MASTER_KEY."
        )
    if "disk is full" in text or "disk I/O" in text or "malformed" in text or "readonly" in text:
        return StoreError(f"The database file cannot be written or read: {text}.")
    return error
