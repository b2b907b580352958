"""The book as `decide` sees it: from plain dicts, or from the database with one overlay for a whole batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from outlay.ledger.entities import Row, entities
from outlay.ledger.merge import Key, Write
from outlay.ledger.references import refers
from outlay.store.read import Read


class MemoryState:
    """Rows in a dict. Used by tests, and by whoever wants to know what a mutation would do."""

    def __init__(self, book_id: str, rows: Iterable[tuple[str, Row]] = ()) -> None:
        self.book_id = book_id
        self.rows: dict[Key, Row] = {(entity, row["id"]): row for entity, row in rows}

    def get(self, entity: str, row_id: str) -> Row | None:
        return self.rows.get((entity, row_id))

    def using(self, entity: str, row_id: str) -> list[tuple[str, Row]]:
        return [
            (key[0], row)
            for key, row in self.rows.items()
            if not row["deleted"] and refers(key[0], row, entity, row_id)
        ]

    def count(self, entity: str) -> int:
        return sum(1 for key, row in self.rows.items() if key[0] == entity and not row["deleted"])

    def put(self, writes: Iterable[Write]) -> None:
        """Takes the writes of a decision over."""
        for write in writes:
            self.rows[(write.entity, write.after["id"])] = write.after


class DatabaseState:
    """Rows read when asked for, in sets where it is known what will be asked (`preload`). What a batch
    changed lies over what is stored; the tables are written once, at the batch's end."""

    def __init__(self, read: Read, book_id: str) -> None:
        self.book_id = book_id
        self._read = read
        self._rows: dict[Key, Row | None] = {}
        self._changed: dict[Key, Row] = {}
        self._stored: dict[Key, Row | None] = {}
        self._counts: dict[str, int] = {}

    def preload(self, mutations: Iterable[Mapping[str, Any]]) -> None:
        """One statement per entity for every row that the operations name."""
        wanted: dict[str, set[str]] = defaultdict(set, settings={self.book_id})
        known = entities()
        for mutation in mutations:
            for op in mutation["ops"]:
                if type(op) is dict and type(op.get("e")) is str and op["e"] in known:
                    _collect(wanted, op)
        self.load(wanted)

    def load(self, wanted: Mapping[str, Collection[str]]) -> None:
        """One statement per entity for these rows, as far as they are not here yet."""
        missing = {
            entity: [row_id for row_id in row_ids if (entity, row_id) not in self._rows]
            for entity, row_ids in wanted.items()
        }
        found = self._read.by_ids_of(self.book_id, missing)
        for entity, row_ids in missing.items():
            rows = found.get(entity, {})
            for row_id in row_ids:
                self._rows[(entity, row_id)] = rows.get(row_id)

    def get(self, entity: str, row_id: str) -> Row | None:
        key = (entity, row_id)
        if key not in self._rows:
            self.load({entity: [row_id]})
        return self._rows[key]

    def using(self, entity: str, row_id: str) -> list[tuple[str, Row]]:
        found: set[Key] = {key for key in self._changed if key[0] != "sync_conflict"}
        for other, sql in _USERS.get(entity, ()):
            ids = [str(row[0]) for row in self._read.all(sql, book=self.book_id, id=row_id)]
            found.update((other, other_id) for other_id in ids)
            self.load({other: ids})
        found.add(("settings", self.book_id))
        rows = ((key[0], self.get(*key)) for key in found)
        return [
            (e, r) for e, r in rows if r is not None and not r["deleted"] and refers(e, r, entity, row_id)
        ]

    def count(self, entity: str) -> int:
        if entity not in self._counts:
            sql = f'SELECT COUNT(*) FROM "{entity}" WHERE book_id = :book AND NOT deleted'
            self._counts[entity] = int(self._read.value(sql, book=self.book_id))
            self._counts[entity] += sum(
                _live(row) - _live(self._stored[key])
                for key, row in self._changed.items()
                if key[0] == entity
            )
        return self._counts[entity]

    def put(self, writes: Iterable[Write]) -> None:
        """Takes the writes of a decision over, for the rest of the batch."""
        for write in writes:
            key = (write.entity, write.after["id"])
            self._stored.setdefault(key, write.before)
            self._rows[key] = self._changed[key] = write.after
            if write.entity in self._counts:
                self._counts[write.entity] += _live(write.after) - _live(write.before)


def _live(row: Row | None) -> int:
    return 0 if row is None or row["deleted"] else 1


def _collect(wanted: dict[str, set[str]], op: Row) -> None:
    """The ids an operation names, whatever shape it has: the rules judge it later."""
    for row_id in (op.get("id"), op.get("into")):
        if type(row_id) is str:
            wanted[op["e"]].add(row_id)
    given = op.get("f")
    if type(given) is not dict:
        return
    for name, target in _targets(op["e"]):
        value = given.get(name)
        if type(value) is str:
            wanted[target].add(value)
        elif type(value) is list:
            for item in value:
                row_id = item.get("category_id") if type(item) is dict else item
                if type(row_id) is str:
                    wanted[target].add(row_id)


@cache
def _targets(entity: str) -> tuple[tuple[str, str], ...]:
    """Fields that refer to rows, and to rows of which entity."""
    described = entities()[entity]
    return tuple((name, described.fields[name].ref or "") for name in described.refs)


def _plans(condition: str) -> tuple[tuple[str, str], ...]:
    """The same of schedules and templates, which are few."""
    return tuple(
        (name, f"SELECT id FROM {name} WHERE book_id = :book AND {condition} AND NOT deleted")
        for name in ("schedule", "template")
    )


_USERS: dict[str, tuple[tuple[str, str], ...]] = {
    "account": (
        (
            "transaction",
            "SELECT DISTINCT transaction_id FROM line WHERE book_id = :book AND account_id = :id",
        ),
        *_plans("(account_id = :id OR to_account_id = :id)"),
    ),
    "category": (
        (
            "transaction",
            "SELECT DISTINCT transaction_id FROM line WHERE book_id = :book AND category_id = :id",
        ),
        ("category", "SELECT id FROM category WHERE book_id = :book AND parent_id = :id AND NOT deleted"),
        ("payee", "SELECT id FROM payee WHERE book_id = :book AND category_id = :id AND NOT deleted"),
        ("budget", "SELECT id FROM budget WHERE book_id = :book AND category_id = :id AND NOT deleted"),
        *_plans("replace(lines, :id, '') <> lines"),
    ),
    "payee": (
        (
            "transaction",
            'SELECT id FROM "transaction" WHERE book_id = :book AND payee_id = :id AND NOT deleted',
        ),
        *_plans("payee_id = :id"),
    ),
    "tag": (
        (
            "transaction",
            """SELECT id FROM "transaction" WHERE book_id = :book AND tag_ids <> '[]'
               AND replace(tag_ids, :id, '') <> tag_ids AND NOT deleted""",
        ),
        *_plans("replace(tag_ids, :id, '') <> tag_ids"),
    ),
}
"""Who may refer to a row of an entity: transactions by their lines where the lines know, else by their columns."""
