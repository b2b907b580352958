"""One open connection of either engine, with the few things that the doors need of it.

The only file that calls a driver's cursor. SQLite is sqlcipher3, PostgreSQL is psycopg 3 in autocommit
mode: transactions are begun and ended by explicit statements on both.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final, Protocol

import psycopg
from psycopg import errors as pg
from sqlcipher3 import dbapi2 as sqlcipher

from outlay.kernel.refusal import Refusal
from outlay.store.errors import ConnectionLost, Duplicate, StoreError
from outlay.store.shape import encode_json, insert_sql, shape
from outlay.store.sql import Dialect, translate

Tuple = tuple[Any, ...]
_GONE: Final = ("57P01", "57P02", "57P03")  # the server is stopping or starting
_BUSY: Final = ("database is locked", "database table is locked", "database is busy")


class Connection(Protocol):
    """What both engines offer. Errors: Duplicate, Refusal `busy`, ConnectionLost, else the driver's own.

    `run` answers with a number of rows; `send`, `insert` and `many` need not have happened when they
    return, only when `settle` does. `failed`: an error of the database has ended the transaction.
    """

    failed: bool

    @property
    def dialect(self) -> Dialect: ...
    def batch(self) -> AbstractContextManager[None]: ...
    def settle(self) -> None: ...

    def command(self, sql: str) -> None: ...
    def all(self, sql: str, params: dict[str, Any]) -> list[Tuple]: ...
    def all_of(self, requests: Sequence[tuple[str, dict[str, Any]]]) -> list[list[Tuple]]: ...
    def run(self, sql: str, params: dict[str, Any]) -> int: ...
    def send(self, sql: str, params: dict[str, Any]) -> None: ...
    def many(self, sql: str, rows: Sequence[dict[str, Any]]) -> None: ...
    def insert(
        self, table: str, names: tuple[str, ...], rows: list[Tuple], add: tuple[str, ...] | None, ignore: bool
    ) -> None: ...
    def close(self) -> None: ...


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
        sql = insert_sql(table, names, f"VALUES ({', '.join('?' * len(names))})", add, ignore)
        try:
            if len(rows) == 1:
                self.raw.execute(sql, rows[0])
            else:
                self.raw.executemany(sql, rows)
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


class PostgresConnection:
    """A psycopg connection taken from the pool, used by one thread at a time.

    Inside `batch()` it is in pipeline mode: statements without an answer are sent along with the next one
    that has an answer. An error of theirs shows there, or in `settle`; `failed` says that one did, and
    that the whole transaction is lost.
    """

    dialect: Dialect = "postgresql"

    def __init__(self, raw: psycopg.Connection[Tuple]) -> None:
        self.raw = raw
        self.failed = False
        self._pipeline: psycopg.Pipeline | None = None

    @contextmanager
    def batch(self) -> Iterator[None]:
        with self.raw.pipeline() as self._pipeline:
            yield
        self._pipeline = None

    def settle(self) -> None:
        """Waits for everything that was sent, and raises what went wrong with it."""
        if self._pipeline is not None:
            try:
                self._pipeline.sync()
            except psycopg.Error as error:
                raise self._error(error) from error

    def command(self, sql: str) -> None:
        self._send(sql, None)

    def all(self, sql: str, params: dict[str, Any]) -> list[Tuple]:
        cursor = self._send(translate(sql, "postgresql").text, params)
        try:
            return cursor.fetchall()
        except psycopg.Error as error:
            raise self._error(error) from error

    def all_of(self, requests: Sequence[tuple[str, dict[str, Any]]]) -> list[list[Tuple]]:
        """Several questions in one round trip."""
        cursors = [self._send(translate(sql, "postgresql").text, params) for sql, params in requests]
        try:
            return [cursor.fetchall() for cursor in cursors]
        except psycopg.Error as error:
            raise self._error(error) from error

    def run(self, sql: str, params: dict[str, Any]) -> int:
        cursor = self._send(translate(sql, "postgresql").text, params)
        self.settle()
        return cursor.rowcount

    def send(self, sql: str, params: dict[str, Any]) -> None:
        self._send(translate(sql, "postgresql").text, params)

    def many(self, sql: str, rows: Sequence[dict[str, Any]]) -> None:
        # Not the driver's executemany, which waits for its answers.
        text = translate(sql, "postgresql").text
        for row in rows:
            self._send(text, row)

    def insert(
        self, table: str, names: tuple[str, ...], rows: list[Tuple], add: tuple[str, ...] | None, ignore: bool
    ) -> None:
        """One row as VALUES, more as arrays: one statement whatever their number."""
        it = shape(table)
        if len(rows) == 1:
            sql = insert_sql(table, names, f"VALUES ({', '.join(['%s'] * len(names))})", add, ignore)
            params: Sequence[Any] = rows[0]
        else:
            if add is not None:
                key, added = [names.index(n) for n in it.key], [names.index(n) for n in add]
                rows = _one_per_key(rows, key, added)
            # Binary: dumping lists as text costs five times the CPU.
            arrays = ", ".join(f"%b::{it.array_type(name)}" for name in names)
            sql = insert_sql(table, names, f"SELECT * FROM UNNEST({arrays})", add, ignore)
            params = [list(values) for values in zip(*rows, strict=True)]
        self._send(sql, params)

    def _send(self, text: str, params: Sequence[Any] | dict[str, Any] | None) -> psycopg.Cursor[Tuple]:
        try:
            return self.raw.cursor().execute(text, params)
        except psycopg.Error as error:
            raise self._error(error) from error

    def _error(self, error: psycopg.Error) -> Exception:
        self.failed = True
        if isinstance(error, pg.UniqueViolation):
            return Duplicate(str(error))
        if isinstance(error, pg.LockNotAvailable | pg.QueryCanceled | pg.DeadlockDetected):
            return Refusal("busy")
        if self.raw.closed or error.sqlstate in _GONE:
            return ConnectionLost(str(error))
        return error

    def close(self) -> None:
        self.raw.close()


def _one_per_key(rows: list[Tuple], key: list[int], add: list[int]) -> list[Tuple]:
    """The last row of each key (sums of the added columns), as one upsert after the other would leave it."""
    last: dict[Tuple, Tuple] = {}
    for row in rows:
        mark = tuple([row[at] for at in key])
        before = last.get(mark)
        if before is not None and add:
            merged = list(row)
            for at in add:
                merged[at] += before[at]
            row = tuple(merged)
        last[mark] = row
    return rows if len(last) == len(rows) else list(last.values())
