"""Which files a book has. The bytes lie in the object store (`objects`), under names that only the book's key gives."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from outlay.store.columns import Id, Integer, Moment, String, column, metadata

__all__ = ["file"]

file: Final = Table(
    "file",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("sha256", String(), owner="book", key=True),
    column("size", Integer(), owner="book"),
    # arriving: room is kept for it; here: its bytes are there; leaving: they are about to be deleted.
    column("state", String(), owner="none"),
    column("since_ms", Moment(), owner="none"),
    # When it was first found that no receipt names it.
    column("unused_since_ms", Moment(), owner="none", null=True),
)
