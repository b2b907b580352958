"""Tables of importing: what was imported from which file, and which bank ids are known.

`import_ref` outlives the transactions it points to: what a person deleted stays deleted when the bank
sends it again. Undoing a whole import takes its references away, so that the file can be imported again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Index, Table

from outlay.store.columns import Id, Integer, Moment, Sealed, SealedJson, String, Version, column, metadata

import_ref: Final = Table(
    "import_ref",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("account_id", Id(), owner="book", key=True),
    # A digest (rules.reference): banks build their ids from account numbers and amounts.
    column("bank_id", String(), owner="book", key=True),
    column("transaction_id", Id(), owner="book"),
    column("import_id", Id(), owner="book"),
    Index(None, "book_id", "import_id"),
    Index(None, "book_id", "transaction_id"),
)

import_: Final = Table(
    "import",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("id", Id(), owner="none", key=True),
    column("status", String(), owner="none"),  # preview | done | undone
    column("format", String(), owner="book"),
    column("person_id", Id(), owner="person"),
    column("created_at_ms", Moment(), owner="book"),
    column("done_at_ms", Moment(), owner="book", null=True),
    column("undone_at_ms", Moment(), owner="book", null=True),
    column("ver", Version(), owner="none", null=True),  # the book's version that the import made
    column("count", Integer(), owner="book", null=True),  # transactions it made
    column("file_name", Sealed(), owner="book", null=True),
    column(
        "file", Sealed(), owner="book", null=True
    ),  # base64 of the deflated bytes, until it is carried out
    column("options", SealedJson(), owner="book", null=True),
    column("accounts", SealedJson(), owner="book", null=True),  # key in the file → account id
    Index(None, "book_id", "created_at_ms"),
)
