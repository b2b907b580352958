"""Imports of a book: the list, and one that still waits for its answers."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from outlay.importing import files
from outlay.importing.matching import match
from outlay.importing.preview import PAGE_ROWS, preview
from outlay.kernel.refusal import Refusal
from outlay.store.engine import Store
from outlay.store.read import Read

Row = dict[str, Any]

_SHOWN: Final = (
    "book_id", "id", "status", "format", "person_id", "created_at_ms", "done_at_ms", "undone_at_ms", "ver", "count",
    "file_name",
)  # fmt: skip


def listed(read: Read, book_id: str, *, before: str | None = None, limit: int = 100) -> list[Row]:
    """Imports, newest first: {id, status preview|done|undone, format, person_id, created_at_ms, done_at_ms,
    undone_at_ms, ver, count (transactions made), file_name}. before: an id, exclusive (ids are in order of time)."""
    rows = read.select(
        "import", "book_id = :book AND (CAST(:before AS TEXT) IS NULL OR id < :before)", order="id DESC",
        limit=limit, columns=_SHOWN, book=book_id, before=before,
    )  # fmt: skip
    return [{name: row[name] for name in _SHOWN[1:]} for row in rows]


def one(read: Read, book_id: str, import_id: str) -> Row:
    """One of `listed`. Refuses `import_not_found`."""
    rows = read.select("import", "book_id = :book AND id = :id", columns=_SHOWN, book=book_id, id=import_id)
    if not rows:
        raise Refusal("import_not_found")
    return {name: rows[0][name] for name in _SHOWN[1:]}


async def waiting(
    store: Store, book_id: str, import_id: str, *, rows_from: int = 0, rows_limit: int = PAGE_ROWS
) -> Row:
    """The preview of an import that waits, as the book is now. Refuses `import_not_found`, `import_done`."""

    def load(read: Read) -> Row:
        rows = read.select("import", "book_id = :book AND id = :id", book=book_id, id=import_id)
        if not rows:
            raise Refusal("import_not_found")
        if rows[0]["status"] != "preview":
            raise Refusal("import_done")
        return rows[0]

    row = await store.read(load)
    given = row["options"] or {}
    found = await asyncio.to_thread(files.read, files.unpack(row["file"]), given)
    return await store.read(
        lambda read: preview(row, match(read, book_id, found, given), given, rows_from, rows_limit)
    )
