"""PostgreSQL by psycopg 3 in autocommit mode: a pool, and connections that send statements in pipelines."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

import psycopg
from psycopg import errors as pg
from psycopg_pool import ConnectionPool, PoolTimeout

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.connection import Connection, Tuple
from outlay.store.errors import ConnectionLost, Duplicate, StoreError
from outlay.store.shape import insert_sql, shape
from outlay.store.sql import Dialect, translate

_GONE: Final = ("57P01", "57P02", "57P03")  # the server is stopping or starting
_OPTIONS: Final = (
    f"-c statement_timeout={limits.WRITE_TIMEOUT_MS} -c lock_timeout={limits.LOCK_TIMEOUT_MS} "
    "-c idle_in_transaction_session_timeout=60000 -c client_encoding=UTF8 -c timezone=UTC"
)


class Postgres:
    """A pool as large as the threads that use it, so no thread waits for a connection."""

    dialect: Final[Dialect] = "postgresql"
    begin_write: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
    begin_read: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, url: str, size: int, timeout_s: float, setting: str = "OUTLAY_DATABASE_URL") -> None:
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
            raise StoreError(f"The PostgreSQL database of {setting} does not answer.") from error

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
            if connection.failed or connection.rolled_back:
                # After a failed pipeline or a ROLLBACK the driver and the server may differ about which
                # statements are prepared. It is rare: what only read, or was refused before it wrote, ends
                # with COMMIT.
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
        self.rolled_back = False
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
        self.rolled_back = self.rolled_back or sql == "ROLLBACK"
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
