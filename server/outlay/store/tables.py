"""Tables of the store itself: the book that is locked and counted, the change log and who read it."""

from typing import Final

from sqlalchemy import Index, Table

from outlay.store.columns import Id, Integer, Moment, SealedJson, String, Version, column, metadata

__all__ = ["LANES", "book", "consumer", "dirty", "history", "job", "key_erasure"]

LANES: Final = 64
"""Books with news are claimed lane by lane (`dirty`)."""

book: Final = Table(
    "book",
    metadata,
    column("id", Id(), owner="book", key=True),
    column("epoch", String(), owner="none"),
    column("head", Version(), owner="none"),
    column("gc_floor", Version(), owner="none"),
    column("status", String(), owner="none"),
    column("created_at_ms", Moment(), owner="book"),
    # Room on the page for the new row version, so that moving `head` touches no index.
    info={"postgresql_with": {"fillfactor": 50}},
)

key_erasure: Final = Table(
    "key_erasure",
    metadata,
    # Scopes that were erased and whose keys are about to be destroyed.
    column("scope_id", String(), owner="none", key=True),
    column("at_ms", Moment(), owner="none"),
)

history: Final = Table(
    "history",
    metadata,
    column("book_id", Id(), owner="book", key=True),
    column("ver", Version(), owner="book", key=True),
    column("entity", String(), owner="book", key=True),
    column("row_id", Id(), owner="book", key=True),
    column("mutation_id", Id(), owner="book"),
    column("person_id", Id(), owner="person", null=True),
    column("device_id", String(), owner="person", null=True),
    column("at_ms", Moment(), owner="book"),
    column("action", String(), owner="book"),
    column("payload", SealedJson(), owner="book", null=True),
    Index(None, "book_id", "row_id", "ver"),
)

consumer: Final = Table(
    "consumer",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("name", String(), owner="none", key=True),
    column("ver", Version(), owner="none"),
)

dirty: Final = Table(
    "dirty",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("lane", Integer(), owner="none"),
    column("since_ms", Moment(), owner="none"),
    Index(None, "lane", "since_ms"),
)

job: Final = Table(
    "job",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("name", String(), owner="none", key=True),
    # When it wants to be done. Whoever moves it has claimed it.
    column("due_ms", Moment(), owner="none"),
    Index(None, "name", "due_ms"),
)
