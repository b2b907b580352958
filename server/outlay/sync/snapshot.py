"""A book as it is, page by page, for a device that has nothing yet (SYNC 2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Final, cast

from outlay.kernel import limits
from outlay.kernel.dates import day_of
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import Row, entities, fields_of
from outlay.ledger.entities import schema as newest_schema
from outlay.store.connection import Tuple
from outlay.store.read import Read
from outlay.store.shape import stored
from outlay.sync import schemas
from outlay.sync.pull import book_row
from outlay.sync.wire import SnapshotPage, Table

_DAY_MS: Final = 86_400_000


def snapshot(
    read: Read, *, book_id: str, after: str | None, v0: int | None, limit: int, schema: int, now_ms: int
) -> SnapshotPage:
    """Live rows in (entity, id) order after `ENTITY:ID`, as the device's schema has them. The first page
    fixes `v0`; the device pulls from there when it has all pages, which makes the fuzzy pages exact.
    Of a book that needs several pages the first is short, so that a person sees something at once: what
    transactions point to, and the newest of them that are not to come yet (wherever the device is, its today is at
    most the day after ours). Those come again in their place; a device passes over them.
    `total` is about how many rows there are: tombstones are among them.
    Refuses `too_old` when tombstones after v0 were collected meanwhile.
    """
    schemas.check(schema)
    epoch, head, floor = book_row(read, book_id)
    if v0 is not None and v0 > head:
        raise Refusal("epoch", field="v0", epoch=epoch)
    if v0 is not None and 0 < v0 < floor:
        raise Refusal("too_old", field="v0", gc_floor=floor)
    columns = {name: schemas.columns(name, schema) for name in entities()}
    names = [name for name, fields in columns.items() if fields]
    entity, _, last_id = (after or f"{names[0]}:").partition(":")
    if entity not in names or not (last_id == "" or is_id(last_id)):
        raise Refusal("cursor_invalid", field="after")
    total = sum(_count(read, name, book_id) for name in names) if after is None else 0
    rows: dict[str, list[Tuple]] = {}
    room = limit
    last = ""
    goes_on: str | None = None
    for name in names[names.index(entity) :]:
        if name == "transaction" and total > limit and room > 0:
            newest = _live(
                read, book_id, name, columns[name], order="day DESC, id DESC",
                limit=min(room, limits.SNAPSHOT_NEWEST), schema=schema, until_day=day_of(now_ms // _DAY_MS + 1),
            )  # fmt: skip
            rows[name] = sorted(newest, key=itemgetter(0))
            goes_on = f"{name}:"
            break
        start = last_id if name == entity else ""
        found = _live(
            read, book_id, name, columns[name], order="id", limit=room + 1, schema=schema, after=start
        )
        rows[name] = found[:room]
        if len(found) > room:
            goes_on = f"{name}:{found[room - 1][0]}" if room else last
            break
        room -= len(found)
        last = f"{name}:{found[-1][0]}" if found else last
    return SnapshotPage(
        epoch=epoch, from_=after, v0=head if v0 is None else v0, after=goes_on, more=goes_on is not None, total=total,
        tables={name: _table(("id", "ver", *columns[name]), found) for name, found in rows.items() if found},
    )  # fmt: skip


def _table(names: Sequence[str], rows: list[Tuple]) -> Table:
    def column(values: Tuple) -> Tuple:
        return values[:1] if values.count(values[0]) == len(values) else values

    return Table(rows=len(rows), columns=dict(zip(names, map(column, zip(*rows, strict=True)), strict=True)))


def _live(
    read: Read, book_id: str, entity: str, fields: list[str], *, order: str, limit: int, schema: int,
    after: str = "", until_day: str = "",
) -> list[Tuple]:  # fmt: skip
    """Live rows after an id, or until a day: id, version and fields, of this schema as they are stored."""
    # not `id > ''` for all: SQLite would go through the ids and sort every row by day
    where, bound = "id > :after AND NOT deleted", {"after": after}
    if until_day:
        where, bound = "day <= :until_day AND NOT deleted", {"until_day": until_day}
    if schema >= newest_schema():
        return read.as_stored(
            entity, book_id, ("id", "ver", *fields), where, order=order, limit=limit, **bound
        )
    rows = read.select(
        entity, f"book_id = :book AND {where}", order=order, limit=limit, book=book_id, **bound
    )
    return [_older(entity, row, fields, schema) for row in rows]


def _older(entity: str, row: Row, fields: list[str], schema: int) -> Tuple:
    wire = schemas.outgoing((entity, row["id"], row["ver"], False, fields_of(entity, row)), schema)
    return (row["id"], row["ver"], *(stored(entity, field, wire[4][field]) for field in fields))


def _count(read: Read, entity: str, book_id: str) -> int:
    return cast(
        int,
        read.value(f'SELECT COUNT(*) FROM "{entity}" WHERE book_id = :book', book=book_id),
    )
