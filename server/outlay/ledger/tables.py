"""The ledger's tables: one per entity of spec/sync/entities.json, and what is derived from transactions.

Fields are nullable on purpose: the tombstone of a row that was never seen has none, and `rules` decide what
a live row must have.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Table, UniqueConstraint, text

from outlay.kernel.spec import read
from outlay.store.columns import (
    Amount,
    Day,
    Decimal,
    Flag,
    Id,
    Integer,
    Json,
    Moment,
    Owner,
    Sealed,
    SealedJson,
    String,
    Version,
    column,
    metadata,
)

_TYPES: dict[str, Any] = {
    "text": String, "currency": String, "time": String, "integer": Integer, "amount": Amount, "flag": Flag,
    "id": Id, "ids": Json, "days": Json, "lines": Json, "json": Json, "day": Day, "decimal": Decimal,
}  # fmt: skip
_PERSONAL = {"person_id", "device_id", "kept_person_id", "kept_device_id"}


def _column(name: str, field: dict[str, Any]) -> Column[Any]:
    kind = _TYPES[field["type"]]
    if field.get("sealed"):
        kind = SealedJson if field["type"] == "json" else Sealed
    elif name.endswith("_ms"):
        kind = Moment
    owner: Owner = "person" if name in _PERSONAL else "book"
    return column(name, kind(), owner=owner, null=True)


def _entity(name: str, fields: dict[str, dict[str, Any]]) -> Table:
    return Table(
        name,
        metadata,
        column("book_id", Id(), owner="none", key=True),
        column("id", Id(), owner="none", key=True),
        column("ver", Version(), owner="none"),
        column("deleted", Flag(), owner="none"),
        *(_column(key, field) for key, field in fields.items()),
        column("fmeta", Json(), owner="none"),
        column("extra", Json(), owner="book", null=True),
        Index(f"{name}_ver", "book_id", "ver", "id"),
    )


entity_tables: dict[str, Table] = {
    name: _entity(name, entity["fields"]) for name, entity in read("sync/entities.json")["entities"].items()
}

_transaction = entity_tables["transaction"]
Index("transaction_day", _transaction.c.book_id, _transaction.c.day, _transaction.c.id)
# A payee's entries come in the order of days: the newest are read without the others.
for _name, _order in (("payee_id", ("day", "id")), ("import_id", ())):
    _where = text(f"{_name} IS NOT NULL")
    Index(
        f"transaction_{_name}",
        *(_transaction.c[each] for each in ("book_id", _name, *_order)),
        info={"sqlite_where": _where, "postgresql_where": _where},
    )

for _name, _owner_ in (("receipt", "transaction_id"), ("budget_amount", "budget_id")):
    _table = entity_tables[_name]
    Index(f"{_name}_{_owner_}", _table.c.book_id, _table.c[_owner_])

line = Table(
    "line",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("transaction_id", Id(), owner="none", key=True),
    column("position", Integer(), owner="none", key=True),
    column("day", Day(), owner="book"),
    column("day_number", Integer(), owner="book"),
    column("flow", String(), owner="book"),
    column("account_id", Id(), owner="book", null=True),
    column("category_id", Id(), owner="book", null=True),
    column("currency", String(), owner="book"),
    column("amount_minor", Amount(), owner="book"),
    column("base_minor", Amount(), owner="book", null=True),
    column("base_currency", String(), owner="book"),
    # What reports read, and nothing else: sums by day and flow come in its order, without a sort.
    Index(
        "line_day",
        "book_id",
        "day_number",
        "flow",
        "currency",
        "base_currency",
        "category_id",
        "account_id",
        "amount_minor",
        "base_minor",
    ),
    Index("line_account", "book_id", "account_id", "day", "transaction_id", "amount_minor"),
    info={"sqlite_with_rowid": False},
)

rollup = Table(
    "rollup",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("month", Integer(), owner="book", key=True),
    column("flow", String(), owner="book", key=True),
    column("currency", String(), owner="book", key=True),
    column("base_currency", String(), owner="book", key=True),
    column("category_id", Id(), owner="book", key=True),
    column("account_id", Id(), owner="book", key=True),
    column("amount_minor", Amount(), owner="book"),
    column("base_minor", Amount(), owner="book"),
    column("count", Integer(), owner="book"),
    column("count_without_rate", Integer(), owner="book"),
    info={"sqlite_with_rowid": False},
)

mutation = Table(
    "mutation",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("id", Id(), owner="none", key=True),
    column("device_id", String(), owner="person", key=True),
    column("seq", Integer(), owner="none", null=True),
    column("status", String(), owner="none"),
    column("ver", Version(), owner="none"),
    column("result", SealedJson(), owner="book", null=True),
    column("at_ms", Moment(), owner="none"),
    UniqueConstraint("book_id", "device_id", "seq"),
    info={"sqlite_with_rowid": False},
)
