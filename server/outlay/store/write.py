"""Writing: `Tx`, what a command is given, and `Group`, the one database transaction that several share.

A group is all or nothing at its commit, but each write in it has a savepoint: one that raises is undone
alone, with its versions, and its neighbours stay. A book's `head` is written once, at the end.
"""

import logging
import os
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from outlay.kernel.ids import uuid7
from outlay.kernel.refusal import Refusal
from outlay.store.connection import Connection, Tuple
from outlay.store.errors import StoreError
from outlay.store.keyring import Keyring
from outlay.store.keys import DataKey
from outlay.store.read import Read
from outlay.store.shape import Row, shape
from outlay.store.tables import LANES

LOCK_BOOK = (
    "UPDATE book SET head = head WHERE id = :id RETURNING id, epoch, head, gc_floor, status, created_at_ms"
)
READ_BOOK = "SELECT id, epoch, head, gc_floor, status, created_at_ms FROM book WHERE id = :id"
WRITE_HEAD = {
    "sqlite": (
        "UPDATE book SET head = :head WHERE id = :id",
        "INSERT INTO dirty (book_id, lane, since_ms) VALUES (:id, :lane, :now) ON CONFLICT DO NOTHING",
    ),
    # One statement where a statement is what costs.
    "postgresql": (
        (
            "WITH moved AS (UPDATE book SET head = :head WHERE id = :id RETURNING id) "
            "INSERT INTO dirty (book_id, lane, since_ms) SELECT id, :lane, :now FROM moved ON CONFLICT DO NOTHING"
        ),
    ),
}
BOOK_FIELDS = ("id", "epoch", "head", "gc_floor", "status", "created_at_ms")


log = logging.getLogger(__name__)


def lane_of(book_id: str) -> int:
    """The lane that a book's news wait in."""
    return zlib.crc32(book_id.encode()) % LANES


class GroupFailed(Exception):
    """A write went wrong in a way that took the transaction with it that it shared with others."""


class Group:
    """One open database transaction: the books it holds, their next heads, the keys it erased."""

    def __init__(
        self, connection: Connection, keyring: Keyring, clock: Callable[[], int], *, shared: bool
    ) -> None:
        self.shared = shared
        self.failed = False
        self.wrote = False
        self.connection = connection
        self.savepoints = shared and connection.dialect == "sqlite"
        self.keyring = keyring
        self.clock = clock
        self.books: dict[str, Row] = {}
        self.stored_heads: dict[str, int] = {}
        self.erased_keys: set[str] = set()

    def book(self, book_id: str) -> Row:
        """The book's row, locked until the end of the group. Refuses `book_not_found`."""
        row = self.books.get(book_id)
        if row is None:
            # SQLite has one writer: the group already holds the whole file.
            sql = READ_BOOK if self.connection.dialect == "sqlite" else LOCK_BOOK
            found = self.connection.all(sql, {"id": book_id})
            if not found:
                raise Refusal("book_not_found")
            row = dict(zip(BOOK_FIELDS, found[0], strict=True))
            self.books[book_id] = row
            self.stored_heads[book_id] = row["head"]
        return row

    def write_heads(self) -> list[tuple[str, str, int]]:
        """Writes every head that moved, marks its book as having news; returns (book, epoch, head)."""
        moved = []
        for book_id, row in self.books.items():
            if row["head"] == self.stored_heads[book_id]:
                continue
            news = {"id": book_id, "head": row["head"], "lane": lane_of(book_id), "now": self.clock()}
            self.wrote = True
            for sql in WRITE_HEAD[self.connection.dialect]:
                self.connection.send(sql, news)
            self.stored_heads[book_id] = row["head"]
            moved.append((book_id, row["epoch"], row["head"]))
        return moved

    def committed(self) -> None:
        """What the transaction said is now true: the keys that it erased are destroyed. What a crash or an error
        prevents here is done later (`Tx.destroy_erased_keys`)."""
        for scope in self.erased_keys:
            try:
                self.keyring.destroy(scope)
            except Exception as error:
                log.warning("The key of an erased scope waits to be destroyed: %s", error)


class Tx(Read):
    """One write. Given to `f(tx)` by `Store.write` (with a book) or `Store.write_people` (without)."""

    def __init__(self, group: Group, book_id: str | None) -> None:
        super().__init__(group.connection, group.keyring)
        self._group = group
        self._book = None if book_id is None else group.book(book_id)
        self._book_before = None if self._book is None else dict(self._book)
        self._erased_keys: set[str] = set()
        self.now_ms = group.clock()
        self.callbacks: list[Callable[[], None]] = []
        self._wrote = False
        self._seen: dict[str, dict[tuple[str, str], Row | None]] = {}

    # Versions

    @property
    def book(self) -> Row:
        """The locked book's row: id, epoch, head (as moved so far), gc_floor, status, created_at_ms."""
        if self._book is None:
            raise RuntimeError("write_people has no book")
        return self._book

    def next_version(self) -> int:
        """Takes the book's next version. It is stored when the group ends."""
        self.book["head"] += 1
        version: int = self._book["head"]  # type: ignore[index]  # `book` has checked it
        return version

    def set_book(self, **fields: Any) -> None:
        """Changes epoch, gc_floor or status of the locked book."""
        if not fields.keys() <= {"epoch", "gc_floor", "status"}:
            raise ValueError(f"not a field of a book: {sorted(fields)}")
        sets = ", ".join(f"{name} = :{name}" for name in fields)
        self.run(f"UPDATE book SET {sets} WHERE id = :id", id=self.book["id"], **fields)
        self.book.update(fields)

    # Rows

    def by_ids(
        self,
        table: str,
        book_id: str,
        ids: Collection[str],
        columns: Sequence[str] | None = None,
        column: str = "id",
    ) -> dict[str, Row]:
        """As in Read, but a whole row that was read is not read again until something is written to its table."""
        if column != "id" or (columns is not None and not self._seen.get(table)):
            return super().by_ids(table, book_id, ids, columns, column)
        if columns is None:
            return self.by_ids_of(book_id, {table: ids}).get(table, {})
        seen = self._seen[table]
        known = {row_id: row for row_id in ids if (row := seen.get((book_id, row_id))) is not None}
        return known | super().by_ids(table, book_id, set(ids) - known.keys(), columns)

    def by_ids_of(self, book_id: str, wanted: Mapping[str, Collection[str]]) -> dict[str, dict[str, Row]]:
        """`by_ids` of several tables at once, each row read once."""
        missing = {
            table: {row_id for row_id in ids if (book_id, row_id) not in self._seen.get(table, ())}
            for table, ids in wanted.items()
        }
        found = super().by_ids_of(book_id, missing)
        answer = {}
        for table, ids in wanted.items():
            if not ids:
                continue
            seen = self._seen.setdefault(table, {})
            rows = found.get(table, {})
            for row_id in missing[table]:
                seen[(book_id, row_id)] = rows.get(row_id)
            answer[table] = {row_id: row for row_id in ids if (row := seen[(book_id, row_id)]) is not None}
        return answer

    def all(self, sql: str, **params: Any) -> list[Tuple]:
        """Every row; also of a statement that writes and returns."""
        if not sql.lstrip()[:6].upper().startswith(("SELECT", "WITH")):
            self._writes(None)
        return super().all(sql, **params)

    def run(self, sql: str, **params: Any) -> int:
        """Any statement; the number of rows it touched."""
        self._writes(None)
        return self._connection.run(sql, params)

    def send(self, sql: str, **params: Any) -> None:
        """Any statement whose number of rows nobody needs: on PostgreSQL it costs no round trip."""
        self._writes(None)
        self._connection.send(sql, params)

    def many(self, sql: str, rows: Sequence[dict[str, Any]]) -> None:
        """One statement for every row of parameters."""
        if rows:
            self._writes(None)
            self._connection.many(sql, rows)

    def upsert(
        self, table: str, rows: Sequence[Row], add: tuple[str, ...] = (), names: tuple[str, ...] = ()
    ) -> None:
        """Inserts rows or replaces the given columns of those with the same primary key.

        Columns in `add` are added to what is there (rollups). The last row of a key wins. With `names`, every
        row is taken to have those columns, whatever else it holds. Values are Python's: JSON columns take
        values, sealed columns text (or bytes already sealed).
        """
        self._insert(table, rows, names, add, ignore=False)

    def insert(
        self, table: str, rows: Sequence[Row], *, names: tuple[str, ...] = (), ignore: bool = False
    ) -> None:
        """Inserts rows. One that is there already is left as it is with `ignore`; else the write ends with
        Duplicate, at once or (PostgreSQL) when the transaction ends: catch it around `Store.write`."""
        self._insert(table, rows, names, None, ignore=ignore)

    def insert_values(self, table: str, names: tuple[str, ...], rows: list[Tuple]) -> None:
        """`insert` of values in the order of `names`, for columns that are stored as they are."""
        if rows:
            self._writes(table)
            self._connection.insert(table, names, rows, None, False)

    def delete_ids(self, table: str, book_id: str, ids: Collection[str], column: str = "id") -> None:
        """Deletes a book's rows whose `column` is one of ids."""
        if ids:
            sql = f"DELETE FROM {shape(table).quoted} WHERE book_id = :book_id AND {column} IN :ids"
            self._writes(table)
            self._connection.send(sql, {"book_id": book_id, "ids": list(ids)})

    def _insert(
        self,
        table: str,
        rows: Sequence[Row],
        names: tuple[str, ...],
        add: tuple[str, ...] | None,
        *,
        ignore: bool,
    ) -> None:
        if not rows:
            return
        self._writes(table)
        it = shape(table)
        by_names: dict[tuple[str, ...], Sequence[Row]] = {names: rows}
        if not names:
            grouped: dict[tuple[str, ...], list[Row]] = {}
            for row in rows:
                grouped.setdefault(tuple(row), []).append(row)
            by_names = dict(grouped)
        for names, alike in by_names.items():
            self._connection.insert(table, names, it.encode(names, alike, self._key), add, ignore)

    # Books, keys, ids

    def create_book(self, book_id: str) -> Row:
        """A new live book with its data key, at version 0. Duplicate when the id is taken."""
        row = {
            "id": book_id, "epoch": os.urandom(8).hex(), "head": 0, "gc_floor": 0,
            "status": "live", "created_at_ms": self.now_ms,
        }  # fmt: skip
        self.insert("book", [row])
        self.create_key(book_id)
        return row

    def create_key(self, scope_id: str) -> None:
        """The data key of a new book or person, durable in the key store before anything it seals is."""
        self.run("DELETE FROM key_erasure WHERE scope_id = :scope", scope=scope_id)
        self._erased_keys.discard(scope_id)
        self._keyring.make(scope_id)

    def erase_key(self, scope_id: str) -> None:
        """Destroys a data key once this write is committed: everything sealed with it, also in copies, can never be
        read again. A row says so until it is certain."""
        self.insert("key_erasure", [{"scope_id": scope_id, "at_ms": self.now_ms}], ignore=True)
        self._erased_keys.add(scope_id)

    def destroy_erased_keys(self) -> int:
        """Destroys the keys whose erasure was committed earlier, also those that are gone already; how many. The rows
        are locked until the commit: nobody makes a key anew meanwhile."""
        scopes = [row[0] for row in self.all("DELETE FROM key_erasure RETURNING scope_id")]
        if scopes:
            self._keyring.keys.destroy(scopes)
        return len(scopes)

    def data_key(self, scope_id: str) -> DataKey:
        """The opened keys of a scope, for `rotation`."""
        return self._key(scope_id)

    @property
    def has_book(self) -> bool:
        """Whether a book is locked."""
        return self._book is not None

    def new_id(self) -> str:
        """A UUIDv7 of now."""
        return uuid7(self.now_ms, os.urandom(10))

    def new_ids(self, count: int) -> list[str]:
        """UUIDv7s of now in their order, so that the rows of many are written one after the other in every index."""
        return sorted(self.new_id() for _ in range(count))

    def seal_text(self, scope_id: str, text: str | None, bound_to: bytes) -> bytes | None:
        """Sealed text for a column that is written by plain SQL; `bound_to` is `keys.aad(...)`."""
        return None if text is None else self._key(scope_id).seal(text, bound_to)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Calls back in the waiting caller's event loop after the COMMIT, before the caller goes on."""
        self.callbacks.append(callback)

    def _writes(self, table: str | None) -> None:
        """What was read of the table (of any, where that is not known) may not be true any more. And before
        its first statement that writes, a write that shares its transaction gets a savepoint.

        Not on PostgreSQL, where two more statements would double the price of a small write: there a
        write that raises after it wrote costs its group a second run.
        """
        if table is None:
            self._seen.clear()
        else:
            self._seen.pop(table, None)
        if not self._wrote:
            self._wrote = self._group.wrote = True
            if self._group.savepoints:
                self._connection.command("SAVEPOINT item")

    # Ends, called by the door

    def keep(self) -> None:
        """This write is part of the group."""
        if self._wrote and self._group.savepoints:
            self._connection.command("RELEASE SAVEPOINT item")
        self._group.erased_keys |= self._erased_keys

    def undo(self) -> None:
        """This write raised: its rows, its versions and its changes of the book's row are taken back."""
        if self._wrote and self._group.savepoints:
            self._connection.command("ROLLBACK TO SAVEPOINT item")
            self._connection.command("RELEASE SAVEPOINT item")
        elif self._wrote and self._group.shared:
            self._group.failed = True
        if self._book is not None and self._book_before is not None:
            self._book.update(self._book_before)

    def _key(self, scope_id: str) -> DataKey:
        if scope_id in self._erased_keys or scope_id in self._group.erased_keys:
            # The ring still has it until the commit.
            raise StoreError(f"The data key of {scope_id} was erased in this transaction.")
        return super()._key(scope_id)
