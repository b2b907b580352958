"""Reading: plain SQL in one snapshot. `Tx` (write.py) reads the same way inside its own transaction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from outlay.store.connection import Connection, Tuple
from outlay.store.keyring import Keyring
from outlay.store.keys import DataKey
from outlay.store.shape import Row, select_sql, shape
from outlay.store.sql import Dialect


class Read:
    """SQL names parameters `:name`, lists `IN :names`. Rows of `all` and `one` are tuples as stored:
    JSON as text, sealed columns as bytes, flags as 0/1 on SQLite. `select` and `by_ids` decode."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring
        self.dialect: Dialect = connection.dialect

    def all(self, sql: str, **params: Any) -> list[Tuple]:
        """Every row."""
        return self._connection.all(sql, params)

    def all_of(self, requests: Sequence[tuple[str, dict[str, Any]]]) -> list[list[Tuple]]:
        """Every row of several statements. One round trip on PostgreSQL."""
        return self._connection.all_of(requests)

    def one(self, sql: str, **params: Any) -> Tuple | None:
        """The first row, or None."""
        rows = self.all(sql, **params)
        return rows[0] if rows else None

    def value(self, sql: str, **params: Any) -> Any:
        """The first column of the first row, or None."""
        rows = self.all(sql, **params)
        return rows[0][0] if rows else None

    def select(
        self,
        table: str,
        where: str = "",
        order: str = "",
        limit: int | None = None,
        columns: Sequence[str] | None = None,
        **params: Any,
    ) -> list[Row]:
        """Rows of one table as dicts, decoded; all columns unless some are named."""
        it = shape(table)
        names = tuple(columns) if columns else it.names
        sql = select_sql(table, names)
        if where:
            sql += f" WHERE {where}"
        if order:
            sql += f" ORDER BY {order}"
        if limit is not None:
            sql += f" LIMIT {int(limit)}"
        return it.decode(names, self._connection.all(sql, params), self._key)

    def as_stored(
        self,
        table: str,
        book_id: str,
        columns: Sequence[str],
        where: str,
        *,
        order: str,
        limit: int,
        **params: Any,
    ) -> list[Tuple]:
        """Rows of a book's table as they are stored, sealed texts opened; `where` with `:book`. `columns` begin with
        the primary key after book_id.
        """
        it = shape(table)
        names = tuple(columns)
        sql = f"{select_sql(table, names)} WHERE book_id = :book AND {where} ORDER BY {order} LIMIT {int(limit)}"
        found = self._connection.all(sql, {**params, "book": book_id})
        return it.open_sealed(names, found, book_id, self._key(book_id)) if found else []

    def by_ids(
        self,
        table: str,
        book_id: str,
        ids: Collection[str],
        columns: Sequence[str] | None = None,
        column: str = "id",
    ) -> dict[str, Row]:
        """Rows of a book's table by id (or another unique `column`); missing ones are absent."""
        if not ids:
            return {}
        rows = self.select(
            table, f"book_id = :book_id AND {column} IN :ids", columns=columns, book_id=book_id, ids=list(ids)
        )
        return {row[column]: row for row in rows}

    def by_ids_of(self, book_id: str, wanted: Mapping[str, Collection[str]]) -> dict[str, dict[str, Row]]:
        """`by_ids` of several tables at once: {table: {id: row}}. One round trip on PostgreSQL."""
        tables = [table for table, ids in wanted.items() if ids]
        requests = [
            (
                f"{select_sql(table, shape(table).names)} WHERE book_id = :book_id AND id IN :ids",
                {"book_id": book_id, "ids": list(wanted[table])},
            )
            for table in tables
        ]
        found = {}
        for table, rows in zip(tables, self._connection.all_of(requests), strict=True):
            decoded = shape(table).decode(shape(table).names, rows, self._key)
            found[table] = {row["id"]: row for row in decoded}
        return found

    def book_row(self, book_id: str) -> Row | None:
        """id, epoch, head, gc_floor, status, created_at_ms of a book, or None."""
        rows = self.select("book", "id = :id", id=book_id)
        return rows[0] if rows else None

    def open_text(self, scope_id: str, sealed: bytes | None, bound_to: bytes) -> str | None:
        """A sealed text opened; `bound_to` is `keys.aad(table, column, *primary key)`. NULL stays None."""
        return None if sealed is None else self._key(scope_id).open(sealed, bound_to)

    def derived_key(self, scope_id: str, purpose: str) -> bytes:
        """32 bytes that come from the data key of a book or person, for what is sealed outside the database."""
        return self._key(scope_id).derive(purpose)

    def derived_keys(self, scope_id: str, purpose: str) -> list[bytes]:
        """The same from each of its data keys, the present one first, for what was sealed before it was renewed."""
        return self._key(scope_id).derive_all(purpose)

    def _key(self, scope_id: str) -> DataKey:
        return self._keyring.get(scope_id)
