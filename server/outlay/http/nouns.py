"""What every noun of the ledger does alike: one page of a list, one row, one change with its answer.

A write is `ledger.commands.change`: the same door as a device's push, with the version it sees as its base.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from outlay.http.documents import OUT
from outlay.http.rooms import Access
from outlay.http.shapes import etag, version_of
from outlay.identity.rules import Role
from outlay.kernel import limits
from outlay.kernel.ids import is_id, uuid5
from outlay.kernel.refusal import Refusal
from outlay.ledger import queries
from outlay.ledger.commands import Outcome, change
from outlay.ledger.entities import entities
from outlay.store.read import Read
from outlay.store.write import Tx

Row = dict[str, Any]
Ops = list[Row]
S = TypeVar("S", bound=msgspec.Struct)

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        required=False,
        min_length=1,
        max_length=200,
        description="The same key gives the first answer again and changes nothing.",
    ),
]
Limit = Annotated[
    int,
    QueryParameter(
        name="limit", required=False, ge=1, le=limits.PAGE_ITEMS_MAX, description="Items of a page at most."
    ),
]
Cursor = Annotated[
    str | None,
    QueryParameter(name="cursor", required=False, max_length=80, description="`next` of the page before."),
]
RowId = Annotated[str, PathParameter(description="A row's id.")]
Unlock = Annotated[
    bool, QueryParameter(name="unlock", required=False, description="Also when it is reconciled.")
]


class Change:
    """What a builder of operations is given: the transaction, the book, and an id for a new row."""

    __slots__ = ("book_id", "tx")

    def __init__(self, tx: Tx, book_id: str) -> None:
        self.tx = tx
        self.book_id = book_id

    def current(self, entity: str, row_id: str) -> Row:
        """The live row. Refuses `not_found`."""
        row = queries.get(self.tx, self.book_id, entity, row_id) if is_id(row_id) else None
        if row is None:
            raise Refusal("not_found", field="id")
        return row


async def make(
    access: Access,
    entity: str,
    build: Callable[[Change], tuple[str, Ops]],
    show: Callable[[Read, str, Row], S],
    *,
    path: str,
    key: str | None,
) -> Response[S]:
    """Makes a row: `build` answers its id and the operations. 201 with Location and ETag."""

    def write(tx: Tx, role: Role) -> tuple[S, str, int]:
        earlier = _known(tx, access, key)
        row_id = None if earlier is None else _made(tx, access.book_id, earlier, entity)
        row: Row | None = None
        if row_id is None:
            row_id, ops = build(Change(tx, access.book_id))
            if ops:
                row = _change(tx, access, role, ops, name=f"{entity}.add", key=key).row(entity, row_id)
        row = row or queries.get(tx, access.book_id, entity, row_id)
        if row is None:
            raise Refusal("gone", field="id")
        return show(tx, access.book_id, row), row_id, row["ver"]

    body, row_id, ver = await access.write(write)
    headers = {"etag": etag(ver), "location": f"/api/v1/{path}/{row_id}"}
    return Response(body, status_code=201, headers=headers)


async def alter(
    access: Access,
    entity: str,
    row_id: str,
    build: Callable[[Change, Row], Ops],
    show: Callable[[Read, str, Row], S],
    *,
    key: str | None,
    if_match: str | None,
) -> Response[S]:
    """Changes a row: `build` is given it and answers the operations. Nothing to change is no change."""
    expected = version_of(if_match)

    def write(tx: Tx, role: Role) -> tuple[S, int]:
        step = Change(tx, access.book_id)
        row = step.current(entity, row_id)
        if _known(tx, access, key) is None:
            _match(row, expected)
            if ops := build(step, row):
                _change(tx, access, role, ops, name=f"{entity}.edit", key=key)
            row = step.current(entity, row_id)
        return show(tx, access.book_id, row), row["ver"]

    body, ver = await access.write(write)
    return Response(body, headers={"etag": etag(ver)})


async def remove(
    access: Access,
    entity: str,
    row_id: str,
    *,
    key: str | None,
    if_match: str | None,
    into: str | None = None,
    unlock: bool = False,
) -> None:
    """Deletes a row; what refers to it goes `into` another, where that is possible."""
    expected = version_of(if_match)

    def write(tx: Tx, role: Role) -> None:
        if _known(tx, access, key) is not None:
            return
        _match(Change(tx, access.book_id).current(entity, row_id), expected)
        op: Row = {"e": entity, "id": row_id, "k": "delete"}
        if into is not None:
            op["into"] = into
        if unlock:
            op["unlock"] = True
        _change(tx, access, role, [op], name=f"{entity}.delete", key=key)

    await access.write(write)


async def read_one(
    access: Access, entity: str, row_id: str, show: Callable[[Read, str, Row], S]
) -> Response[S]:
    """One row, with its ETag."""

    def read(snapshot: Read) -> tuple[S, int]:
        row = queries.get(snapshot, access.book_id, entity, row_id) if is_id(row_id) else None
        if row is None:
            raise Refusal("not_found", field="id")
        return show(snapshot, access.book_id, row), row["ver"]

    body, ver = await access.read(read)
    return Response(body, headers={"etag": etag(ver)})


def page_of(found: list[Row], cursor: str | None, limit: int) -> tuple[list[Row], str | None]:
    """A page of a list that was read whole: after the row with the id `cursor`. Refuses `parameter_invalid`."""
    start = 0
    if cursor is not None:
        at = next((at for at, row in enumerate(found) if row["id"] == cursor), None)
        if at is None:
            raise Refusal("parameter_invalid", field="cursor", detail="This is no cursor of this list.")
        start = at + 1
    page = found[start : start + limit]
    return page, page[-1]["id"] if start + limit < len(found) else None


def day_cursor(cursor: str | None) -> tuple[str, str] | None:
    """`DAY:ID` of a list by day. Refuses `parameter_invalid`."""
    if cursor is None:
        return None
    day, colon, row_id = cursor.partition(":")
    if not colon or len(day) != 10 or not is_id(row_id):
        raise Refusal("parameter_invalid", field="cursor", detail="This is no cursor of this list.")
    return day, row_id


def plain(entity: str) -> Callable[[Read, str, Row], Any]:
    """Shows a row as it is."""
    shape = OUT[entity]

    def show(read: Read, book_id: str, row: Row) -> Any:
        return shape(**{name: row[name] for name in shape.__struct_fields__})

    return show


def create_op(entity: str, row_id: str, fields: Row) -> Row:
    return {"e": entity, "id": row_id, "k": "create", "f": fields}


def set_op(entity: str, row: Row, fields: Row) -> Ops:
    """A `set` of what differs, groups made whole (a group merges as one)."""
    changed = {name: value for name, value in fields.items() if row[name] != value}
    for members in entities()[entity].groups.values():
        if any(member in changed for member in members):
            changed = {**{member: row[member] for member in members}, **changed}
    return [{"e": entity, "id": row["id"], "k": "set", "f": changed}] if changed else []


def next_position(tx: Tx, book_id: str, entity: str) -> int:
    """The place after the last one."""
    last = tx.value(
        f'SELECT COALESCE(MAX(position), -1) FROM "{entity}" WHERE book_id = :book AND NOT deleted',
        book=book_id,
    )
    return min(int(last) + 1, 1_000_000)


def _change(tx: Tx, access: Access, role: Role, ops: Ops, *, name: str, key: str | None) -> Outcome:
    return change(
        tx,
        ops,
        person_id=access.caller.person_id,
        role=role,
        name=name,
        mutation_id=mutation_id_of(access, key),
    )


def mutation_id_of(access: Access, key: str | None) -> str | None:
    """UUIDv5 of person and key: nobody can meet another person's."""
    return None if key is None else uuid5(access.caller.person_id, f"idempotency:{key}")


def _known(tx: Tx, access: Access, key: str | None) -> int | None:
    """The version that a change with this key made, when it was made before."""
    if key is None:
        return None
    found: int | None = tx.value(
        "SELECT MIN(ver) FROM mutation WHERE book_id = :book AND id = :id",
        book=access.book_id,
        id=mutation_id_of(access, key),
    )
    return found


def _made(tx: Tx, book_id: str, ver: int, entity: str) -> str | None:
    """The row of an entity that a version made."""
    for entry in queries.history(tx, book_id, ver=ver, whole=False):
        if entry["entity"] == entity:
            return str(entry["row_id"])
    return None


def _match(row: Row, expected: int | None) -> None:
    if expected is not None and row["ver"] != expected:
        raise Refusal("precondition_failed", field="If-Match", ver=row["ver"])
