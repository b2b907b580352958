"""Conflicts: what devices wrote that others overran or the book could not take, and what to do about it."""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from outlay.http.nouns import Cursor, IdempotencyKey, Limit, Ops, Row, RowId, alter, read_one
from outlay.http.rooms import Access
from outlay.http.shapes import Id, IfMatch, Moment
from outlay.kernel import limits
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.ledger import queries
from outlay.ledger.conflicts import Choice, choices, resolve_ops
from outlay.store.read import Read

_VER: Final = re.compile(r"[0-9]{1,15}")


class Conflict(Struct, kw_only=True):
    """One thing to look at. `kept` is what the book has, `lost` what it did not take: fields of a merge unit, or
    the whole change; `device_id`, `person_id` and `at_ms` say whose the lost one is, with `kept_` before them whose
    the kept one. `choices` are what `resolve` accepts, none when it was resolved."""

    id: Id
    ver: int
    kind: str
    entity: str
    row_id: Id
    unit: str | None
    code: str | None
    kept: Any
    lost: Any
    mutation_id: Id
    device_id: str
    person_id: Id | None
    at_ms: Moment
    kept_device_id: str | None
    kept_person_id: Id | None
    kept_at_ms: Moment | None
    resolved_at_ms: Moment | None
    choices: list[Choice]


class ConflictList(Struct, kw_only=True):
    """A page of open conflicts, the newest first."""

    items: list[Conflict]
    next: str | None


class Resolution(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do: keep what the book has, use the other one, restore the row, retry the change, or discard it."""

    choice: Choice


@get("/conflicts", tags=["conflicts"], summary="List open conflicts")
async def list_conflicts(
    access: NamedDependency[Access], cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS
) -> ConflictList:
    """Those that nobody has looked at. A cursor stays good when its conflict is resolved."""
    before = _cursor(cursor)

    def read(snapshot: Read) -> ConflictList:
        page, following = queries.conflicts(snapshot, access.book_id, before=before, limit=limit)
        after = None if following is None else f"{following[0]}:{following[1]}"
        return ConflictList(items=[_shown(row) for row in page], next=after)

    return await access.read(read)


@get("/conflicts/{row_id:str}", tags=["conflicts"], summary="Read a conflict")
async def read_conflict(access: NamedDependency[Access], row_id: RowId) -> Response[Conflict]:
    """Also one that was resolved."""
    return await read_one(access, "sync_conflict", row_id, _show)


@post("/conflicts/{row_id:str}/resolve", status_code=200, tags=["conflicts"], summary="Resolve a conflict")
async def resolve_conflict(
    access: NamedDependency[Access],
    row_id: RowId,
    data: JSONBody[Resolution],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Conflict]:
    """As one change with what the choice does; a conflict that was resolved stays as it is. Refuses `not_allowed`
    when this is no choice of it, and what the book cannot take still."""

    def build(step: Any, row: Row) -> Ops:
        done = row["resolved_at_ms"] is not None
        return [] if done else resolve_ops(row, data.choice, step.tx.now_ms)

    return await alter(access, "sync_conflict", row_id, build, _show, key=idempotency_key, if_match=if_match)


def _cursor(cursor: str | None) -> tuple[int, str] | None:
    """`VER:ID`. Refuses `parameter_invalid`."""
    if cursor is None:
        return None
    ver, _, row_id = cursor.partition(":")
    if _VER.fullmatch(ver) is None or not is_id(row_id):
        raise Refusal("parameter_invalid", field="cursor", detail="This is no cursor of this list.")
    return int(ver), row_id


def _show(read: Read, book_id: str, row: Row) -> Conflict:
    return _shown(row)


def _shown(row: Row) -> Conflict:
    fields = {name: row[name] for name in Conflict.__struct_fields__ if name != "choices"}
    return Conflict(**fields, choices=[] if row["resolved_at_ms"] is not None else list(choices(row["kind"])))


ROUTES: Final = [list_conflicts, read_conflict, resolve_conflict]
