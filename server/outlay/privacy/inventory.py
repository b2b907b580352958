"""Whose column is whose, read from the tags of every table (`store.columns.column`): what a copy holds, and what stays
of a person in books of others."""

from __future__ import annotations

from typing import Any, Final

from outlay.identity import people
from outlay.store.columns import metadata
from outlay.store.read import Read

Row = dict[str, Any]

SECRETS: Final = frozenset(
    {
        "secret_hash", "token_hash", "next_hash", "attempt", "login_key", "link_hash", "secret", "code_hash", "hash",
        "public_key",
    }
)  # fmt: skip
"""What proves that a person is that person: of use to a thief, and not about them."""


def traces() -> list[tuple[str, str]]:
    """(table, column) of ids of people in tables that are kept by book: who did what in a book that is shared."""
    return sorted(
        (table.name, column.name)
        for table in metadata.tables.values()
        if _first_key(table) == "book_id"
        for column in table.columns
        if column.info["owner"] == "person" and column.name.endswith(("person_id", "_by"))
    )


def about(read: Read, person_id: str) -> dict[str, list[Row]]:
    """Every row that is kept by this person, texts opened, secrets left out."""
    found = {}
    for name in people.tables_of_people():
        if name == "photo":
            continue  # a file of its own
        columns = [
            column.name
            for column in metadata.tables[name].columns
            if column.name not in SECRETS and column.name != "person_id"
        ]
        if not columns:
            continue
        rows = read.select(name, "person_id = :person_id", person_id=person_id)
        found[name] = [{column: row[column] for column in columns} for row in rows]
    return found


def _first_key(table: Any) -> str:
    return str(next(iter(table.primary_key.columns)).name)
