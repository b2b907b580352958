"""The key store: where wrapped data keys lie, apart from the data that they open and backed up apart from it.

A SQLCipher file (`keys.db` beside the data) or a PostgreSQL database of its own. A scope (a person, a book, the server)
has one present key, the one with the highest number, and after `outlay keys rotate --data` for a while the former ones.
Every call is one short transaction, durable when it returns. Whoever writes says under which master key it wraps: a
process that has not heard that it was changed is refused.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

from outlay.kernel.refusal import Refusal
from outlay.store.connection import Connection, Engine, Tuple
from outlay.store.errors import ConnectionLost, StoreError
from outlay.store.keys import SERVER_SCOPE, Wrapper

T = TypeVar("T")

KEYS_FILE_KEY: Final = "sqlcipher-keys"
"""What the key of the SQLCipher file is derived for."""
_FORM: Final = 1
_BATCH: Final = 1000
_LOCK: Final = 0x6F75746B6579
_TABLES: Final = (
    (
        "CREATE TABLE IF NOT EXISTS key_store (id {int} NOT NULL PRIMARY KEY, form {int} NOT NULL, "
        "master_id {text} NOT NULL, generation {int} NOT NULL)"
    ),
    (
        "CREATE TABLE IF NOT EXISTS kept_key (scope_id {text} NOT NULL, number {int} NOT NULL, "
        "wrapped {bytes} NOT NULL, made_at_ms {int} NOT NULL, retired_at_ms {int}, orphan_since_ms {int}, "
        "PRIMARY KEY (scope_id, number))"
    ),
)
_TYPES: Final = {
    "sqlite": {"int": "BIGINT", "text": "TEXT", "bytes": "BLOB"},
    "postgresql": {"int": "BIGINT", "text": 'TEXT COLLATE "C"', "bytes": "BYTEA"},
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a key without opening it. Times in ms; `retired`: nothing is sealed with it any more;
    `orphan`: since when no data of its scope is there."""

    scope_id: str
    number: int
    made_at_ms: int
    retired_at_ms: int | None
    orphan_since_ms: int | None


class KeyStore:
    """An open key store. `masters`: the master key, then others that may still be the store's own."""

    def __init__(self, engine: Engine, masters: Sequence[bytes]) -> None:
        self._engine = engine
        self._one = Lock()  # the SQLite engine has one writing connection
        wrappers = [Wrapper(master) for master in masters]
        form, master_id = self._write(lambda connection: _prepare(connection, wrappers[0].master_id))
        if form != _FORM:
            raise StoreError(f"The key store was made by a newer Outlay (form {form}, here {_FORM}).")
        found = [each for each in wrappers if each.master_id == master_id]
        if not found:
            raise StoreError(
                "The master key is not the one this key store was made with. "
                "Put the right master.key back or set OUTLAY_MASTER_KEY."
            )
        self._wrapper = found[0]

    # One scope

    def load(self, scope: str) -> list[bytes]:
        """Its keys opened, the present one first."""
        sql = "SELECT wrapped FROM kept_key WHERE scope_id = :scope ORDER BY number DESC"
        rows = self._read(sql, {"scope": scope})
        return [self._wrapper.unwrap(scope, bytes(wrapped)) for (wrapped,) in rows]

    def make(self, scope: str, now_ms: int) -> bytes:
        """The key of a scope, made unless there is one: a write that failed may have left it."""
        wrapped = self._wrapper.wrap(scope, os.urandom(32))
        self._write(lambda connection: self._insert(connection, scope, 1, wrapped, now_ms))
        return self.load(scope)[0]

    def renew(self, scope: str, now_ms: int) -> bool:
        """Puts a new key in the place of the present one, which stays to open what it sealed. False when that has
        begun already and is not finished, or there is no such scope."""
        wrapped = self._wrapper.wrap(scope, os.urandom(32))

        def put(connection: Connection) -> bool:
            sql = "SELECT number, retired_at_ms FROM kept_key WHERE scope_id = :scope ORDER BY number DESC"
            rows = connection.all(sql, {"scope": scope})
            if not rows or any(retired is None for _, retired in rows[1:]):
                return False
            self._insert(connection, scope, rows[0][0] + 1, wrapped, now_ms)
            _changed(connection)
            return True

        return self._write(put)

    def retire(self, scope: str, now_ms: int) -> None:
        """Nothing is sealed any more with the scope's former keys."""
        sql = (
            "UPDATE kept_key SET retired_at_ms = :now WHERE scope_id = :scope AND retired_at_ms IS NULL "
            "AND number < (SELECT MAX(number) FROM kept_key WHERE scope_id = :scope)"
        )
        self._write(lambda connection: connection.run(sql, {"scope": scope, "now": now_ms}))

    def drop_former(self, scope: str, before_ms: int) -> None:
        """Destroys former keys that were retired before then."""
        sql = "DELETE FROM kept_key WHERE scope_id = :scope AND retired_at_ms < :before"
        self._change(sql, {"scope": scope, "before": before_ms})

    def destroy(self, scopes: Sequence[str]) -> None:
        """For good. What is not there any more is no error: it may be a repeat."""
        self._change("DELETE FROM kept_key WHERE scope_id IN :scopes", {"scopes": list(scopes)})

    # All of them

    def generation(self) -> int:
        """Another number after every change of a key that was there."""
        return int(self._read("SELECT generation FROM key_store WHERE id = 1", {})[0][0])

    def pages(self) -> Iterator[list[Kept]]:
        """Every key by scope, the newest first, a thousand scopes at a time."""
        after = ""
        while rows := self._read(
            "SELECT scope_id, number, made_at_ms, retired_at_ms, orphan_since_ms FROM kept_key "
            "WHERE scope_id IN (SELECT DISTINCT scope_id FROM kept_key WHERE scope_id > :after "
            f"ORDER BY scope_id LIMIT {_BATCH}) ORDER BY scope_id, number DESC",
            {"after": after},
        ):
            yield [Kept(*row) for row in rows]
            after = rows[-1][0]

    def listed(self) -> Iterator[Kept]:
        """`pages`, one by one."""
        return (kept for page in self.pages() for kept in page)

    def missing(self, scopes: Sequence[str]) -> list[str]:
        """Those that have no key."""
        if not scopes:
            return []
        sql = "SELECT DISTINCT scope_id FROM kept_key WHERE scope_id IN :scopes"
        there = {row[0] for row in self._read(sql, {"scopes": list(scopes)})}
        return [scope for scope in scopes if scope not in there]

    def mark_orphans(self, orphans: Sequence[str], others: Sequence[str], now_ms: int) -> None:
        """Notes since when a scope has no data; one that has some again is no orphan."""
        became = (
            "UPDATE kept_key SET orphan_since_ms = :now WHERE scope_id IN :scopes AND orphan_since_ms IS NULL"
        )
        ended = "UPDATE kept_key SET orphan_since_ms = NULL WHERE scope_id IN :scopes AND orphan_since_ms > 0"

        def mark(connection: Connection) -> None:
            connection.run(became, {"now": now_ms, "scopes": list(orphans)})
            connection.run(ended, {"scopes": list(others)})

        self._write(mark)

    def adopt(self, rows: Sequence[tuple[str, bytes]], masters: Sequence[bytes], now_ms: int) -> None:
        """Takes over the wrapped keys that older versions kept in the database, all or none. A store that has keys
        already is the truth: what it does not have was erased."""
        wrappers = [Wrapper(master) for master in masters]
        kept = [
            (scope, self._wrapper.wrap(scope, _unwrapped(wrappers, scope, wrapped)))
            for scope, wrapped in rows
        ]

        def take(connection: Connection) -> None:
            there = "SELECT 1 FROM kept_key WHERE scope_id = :scope"
            if not connection.all(there, {"scope": SERVER_SCOPE}):
                for scope, wrapped in kept:
                    self._insert(connection, scope, 1, wrapped, now_ms)

        self._write(take)

    def rewrap(self, master: bytes, tick: Callable[[int], None]) -> None:
        """Wraps every key under another master key, all or none; `tick` hears how many are done."""
        wrapper = Wrapper(master)
        if wrapper.master_id == self._wrapper.master_id:
            return
        batch = (
            "SELECT scope_id, number, wrapped FROM kept_key WHERE (scope_id, number) > (:scope, :number) "
            f"ORDER BY scope_id, number LIMIT {_BATCH}"
        )
        update = "UPDATE kept_key SET wrapped = :wrapped WHERE scope_id = :scope AND number = :number"

        def whole(connection: Connection) -> None:
            _changed(connection)  # first: it is the lock
            after = {"scope": "", "number": 0}
            while rows := connection.all(batch, after):
                again = [
                    (scope, number, wrapper.wrap(scope, self._wrapper.unwrap(scope, bytes(wrapped))))
                    for scope, number, wrapped in rows
                ]
                names = ("scope", "number", "wrapped")
                connection.many(update, [dict(zip(names, row, strict=True)) for row in again])
                tick(len(rows))
                after = {"scope": rows[-1][0], "number": rows[-1][1]}
            sql = "UPDATE key_store SET master_id = :master WHERE id = 1"
            connection.run(sql, {"master": wrapper.master_id})

        self._write(whole)
        self._wrapper = wrapper

    def copy_to(self, other: "KeyStore") -> int:
        """Puts every key that another store does not have into it, under that one's master key; how many it has."""
        rows = self._read(
            "SELECT scope_id, number, wrapped, made_at_ms, retired_at_ms FROM kept_key ORDER BY scope_id, number",
            {},
        )
        raws = [self._wrapper.unwrap(scope, bytes(wrapped)) for scope, _, wrapped, _, _ in rows]

        def put(connection: Connection) -> None:
            for (scope, number, _, made_at_ms, retired_at_ms), raw in zip(rows, raws, strict=True):
                wrapped = other._wrapper.wrap(scope, raw)
                other._insert(connection, scope, number, wrapped, made_at_ms, retired_at_ms)
            _changed(connection)

        other._write(put)
        return len(rows)

    def close(self) -> None:
        self._engine.close()

    def _insert(
        self,
        connection: Connection,
        scope: str,
        number: int,
        wrapped: bytes,
        made_at_ms: int,
        retired_at_ms: int | None = None,
    ) -> None:
        """Leaves one that is there. StoreError when the store's master key is another one by now."""
        master = {"master": self._wrapper.master_id}
        if not connection.all("SELECT 1 FROM key_store WHERE id = 1 AND master_id = :master", master):
            raise StoreError("The master key was changed. Start Outlay anew.")
        connection.run(
            "INSERT INTO kept_key (scope_id, number, wrapped, made_at_ms, retired_at_ms) "
            "VALUES (:scope, :number, :wrapped, :made, CAST(:retired AS BIGINT)) ON CONFLICT DO NOTHING",
            {
                "scope": scope,
                "number": number,
                "wrapped": wrapped,
                "made": made_at_ms,
                "retired": retired_at_ms,
            },
        )

    def _change(self, sql: str, params: dict[str, Any]) -> None:
        """A deletion: nothing of it stays in the SQLite file (`secure_delete`) or its log."""

        def change(connection: Connection) -> None:
            connection.run(sql, params)
            _changed(connection)

        self._write(change)
        if self._engine.dialect == "sqlite":
            with self._one, self._engine.writer() as connection:
                connection.all(
                    "PRAGMA wal_checkpoint(TRUNCATE)", {}
                )  # a reader may be in its way: then the next one

    def _read(self, sql: str, params: dict[str, Any]) -> list[Tuple]:
        """Once more on another connection when the first one was dead. Refuses `unavailable`."""
        return self._twice(lambda: self._read_once(sql, params))

    def _read_once(self, sql: str, params: dict[str, Any]) -> list[Tuple]:
        with self._engine.reader() as connection:
            return connection.all(sql, params)

    def _write(self, f: Callable[[Connection], T]) -> T:
        """One transaction, durable afterwards. Everything here may be repeated, so it is, like `_read`."""
        return self._twice(lambda: self._write_once(f))

    def _write_once(self, f: Callable[[Connection], T]) -> T:
        with self._one, self._engine.writer() as connection, connection.batch():
            connection.command(self._engine.begin_write)
            try:
                result = f(connection)
                connection.command("COMMIT")
                connection.settle()
            except BaseException:
                if not connection.failed:
                    connection.command("ROLLBACK")
                raise
        return result

    def _twice(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except ConnectionLost:
            self._engine.repair()
        try:
            return work()
        except ConnectionLost:
            raise Refusal("unavailable", detail="The key store does not answer.") from None


def open_keys(place: Path | str, masters: Sequence[bytes], connect_timeout_s: float = 10) -> KeyStore:
    """The key store at a path (a SQLCipher file, made when it is missing) or a postgresql:// URL. StoreError when it
    cannot be reached or the key is wrong."""
    engine: Engine
    if isinstance(place, Path):
        from outlay.store.sqlite import Sqlite

        engine = Sqlite(place, masters, 0, purpose=KEYS_FILE_KEY, secure_delete=True)
    else:
        from outlay.store.postgres import Postgres

        engine = Postgres(place, 4, connect_timeout_s, setting="OUTLAY_KEYS_URL")
    try:
        return KeyStore(engine, masters)
    except BaseException:
        engine.close()
        raise


def _prepare(connection: Connection, master_id: str) -> tuple[int, str]:
    """Makes what is not there; the store's form and the id of its master key."""
    if connection.dialect == "postgresql":
        connection.all("SELECT pg_advisory_xact_lock(:lock)", {"lock": _LOCK})
    for sql in _TABLES:
        connection.command(sql.format(**_TYPES[connection.dialect]))
    sql = "INSERT INTO key_store (id, form, master_id, generation) VALUES (1, :form, :master, 0) ON CONFLICT DO NOTHING"
    connection.run(sql, {"form": _FORM, "master": master_id})
    form, found = connection.all("SELECT form, master_id FROM key_store WHERE id = 1", {})[0]
    return form, found


def _changed(connection: Connection) -> None:
    connection.run("UPDATE key_store SET generation = generation + 1 WHERE id = 1", {})


def _unwrapped(wrappers: Iterable[Wrapper], scope: str, wrapped: bytes) -> bytes:
    error: StoreError | None = None
    for wrapper in wrappers:
        try:
            return wrapper.unwrap(scope, wrapped)
        except StoreError as wrong:
            error = error or wrong
    assert error is not None
    raise error
