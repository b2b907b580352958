"""The devices of a book: where each one stands in the log."""

from typing import Final

from sqlalchemy import Table, UniqueConstraint

from outlay.store.columns import Id, Integer, Moment, Sealed, String, Version, column, metadata

device: Final = Table(
    "device",
    metadata,
    column("book_id", Id(), owner="book", key=True),
    column("device_id", String(), owner="person", key=True),
    column("ordinal", Integer(), owner="none"),
    column("person_id", Id(), owner="person"),
    column("name", Sealed(), owner="person", null=True),
    column("last_seq", Integer(), owner="none"),
    column("pulled_ver", Version(), owner="none"),
    column("schema_version", Integer(), owner="none"),
    column("revoked_at_ms", Moment(), owner="person", null=True),
    column("seen_at_ms", Moment(), owner="person"),
    UniqueConstraint("book_id", "ordinal"),
)
