"""What a device has not seen yet: pages of rows by version, snapshots by id, the digest (SYNC 2.7 to 2.9).

Reads only, each function in one snapshot of the database, so that an ack can never run ahead of its rows.
"""

from __future__ import annotations

import hashlib
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any, Final, cast

from outlay.kernel import limits
from outlay.kernel.dates import day_of
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import Row, entities, fields_of
from outlay.ledger.entities import schema as newest_schema
from outlay.store.read import Read
from outlay.sync import devices, schemas
from outlay.sync.wire import END, Page, SnapshotPage, parse_cursor

_DAY_MS: Final = 86_400_000
_DIGEST_BATCH: Final = 10_000


def book_row(read: Read, book_id: str) -> tuple[str, int, int]:
    """(epoch, head, gc_floor) of a live book. Refuses `book_not_found`, `book_deleted`."""
    row = read.one("SELECT epoch, head, gc_floor, status FROM book WHERE id = :book", book=book_id)
    if row is None:
        raise Refusal("book_not_found", field="book")
    if row[3] != "live":
        raise Refusal("book_deleted", field="book")
    return row[0], row[1], row[2]


def pull(
    read: Read,
    *,
    book_id: str,
    epoch: str,
    cursor: str,
    device_id: str,
    last_ack: int,
    limit: int,
    schema: int,
    now_ms: int,
) -> Page:
    """The rows after `cursor` in (version, id) order, at most `limit`, tombstones included.

    Refuses `epoch` (the book's log was replaced, or the cursor is ahead of it) and `too_old` (tombstones
    after the cursor are gone): the device hydrates anew and keeps its outbox. And `device_revoked`.
    """
    book_epoch, head, floor = book_row(read, book_id)
    devices.refuse_revoked(read, book_id, device_id)
    version, after = parse_cursor(cursor)
    if epoch != book_epoch or version > head:
        raise Refusal("epoch", field="epoch", epoch=book_epoch)
    # in the middle of a version not all of its tombstones have been read
    if version > 0 and (version, after) < (floor, END):
        raise Refusal("too_old", field="cursor", gc_floor=floor)
    found = _rows(read, book_id, version, after, limit) if version < head or after != END else []
    more = len(found) > limit
    rows = found[:limit]
    to = f"{rows[-1][2]}:{rows[-1][1]}" if more else f"{head}:{END}"
    acks = [] if more else _acks(read, book_id, device_id, last_ack, head)
    return Page(
        epoch=book_epoch, from_=cursor, to=to, head=head, more=more,
        rows=[schemas.outgoing(row, schema) for row in rows], acks=acks, time=now_ms,
    )  # fmt: skip


def _rows(
    read: Read, book_id: str, version: int, after: str, limit: int
) -> list[tuple[str, str, int, bool, dict[str, Any]]]:
    def of(entity: str) -> list[tuple[str, str, int, bool, dict[str, Any]]]:
        rows = read.select(
            entity,
            "book_id = :book AND (ver, id) > (:version, :after)",
            order="ver, id", limit=limit + 1, book=book_id, version=version, after=after,
        )  # fmt: skip
        return [(entity, r["id"], r["ver"], r["deleted"], fields_of(entity, r)) for r in rows]

    return list(
        islice(merge(*(of(entity) for entity in entities()), key=lambda row: (row[2], row[1])), limit + 1)
    )


def _acks(
    read: Read, book_id: str, device_id: str, last_ack: int, head: int
) -> list[tuple[int, str, str, int, dict[str, Any] | None]]:
    rows = read.select(
        "mutation", "book_id = :book AND device_id = :device AND seq > :seq AND ver <= :head",
        order="seq", limit=limits.PULL_ROWS, book=book_id, device=device_id, seq=last_ack, head=head,
    )  # fmt: skip
    return [(r["seq"], r["id"], r["status"], r["ver"], r["result"]) for r in rows]


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
    rows: list[tuple[str, list[Any]]] = []
    last = ""
    goes_on: str | None = None
    for name in names[names.index(entity) :]:
        room = limit - len(rows)
        if name == "transaction" and total > limit and room > 0:
            most = min(room, limits.SNAPSHOT_NEWEST)
            newest = _live(
                read, book_id, name, columns[name], order="day DESC, id DESC", limit=most, schema=schema,
                until_day=day_of(now_ms // _DAY_MS + 1),
            )  # fmt: skip
            rows.extend((name, values) for _, values in sorted(newest, key=itemgetter(0)))
            goes_on = f"{name}:"
            break
        start = last_id if name == entity else ""
        found = _live(
            read, book_id, name, columns[name], order="id", limit=room + 1, schema=schema, after=start
        )
        rows.extend((name, values) for _, values in found[:room])
        if len(found) > room:
            goes_on = f"{name}:{found[room - 1][0]}" if room else last
            break
        last = f"{name}:{found[-1][0]}" if found else last
    return SnapshotPage(
        epoch=epoch, from_=after, v0=head if v0 is None else v0, columns=columns, rows=rows, after=goes_on,
        more=goes_on is not None, total=total,
    )  # fmt: skip


def _live(
    read: Read, book_id: str, entity: str, fields: list[str], *, order: str, limit: int, schema: int,
    after: str = "", until_day: str = "",
) -> list[tuple[str, list[Any]]]:  # fmt: skip
    """Live rows after an id, or until a day: the id, and a list of id, version and fields. Of this schema they go out
    as they are stored, JSON unread."""
    # not `id > ''` for all: SQLite would go through the ids and sort every row by day
    where, bound = "id > :after AND NOT deleted", {"after": after}
    if until_day:
        where, bound = "day <= :until_day AND NOT deleted", {"until_day": until_day}
    if schema >= newest_schema():
        return read.pass_on(entity, book_id, ("id", "ver", *fields), where, order=order, limit=limit, **bound)
    rows = read.select(
        entity, f"book_id = :book AND {where}", order=order, limit=limit, book=book_id, **bound
    )
    return [(row["id"], _older(entity, row, fields, schema)) for row in rows]


def _older(entity: str, row: Row, fields: list[str], schema: int) -> list[Any]:
    wire = schemas.outgoing((entity, row["id"], row["ver"], False, fields_of(entity, row)), schema)
    return [row["id"], row["ver"], *(wire[4][field] for field in fields)]


def _count(read: Read, entity: str, book_id: str) -> int:
    return cast(
        int,
        read.value(f'SELECT COUNT(*) FROM "{entity}" WHERE book_id = :book', book=book_id),
    )


def digest(read: Read, *, book_id: str) -> dict[str, Any]:
    """`{ver, tables: {entity: {count, xor}}}` over live rows: XOR of the first 8 bytes of SHA-256(id ":" ver).
    Tombstones stay out: a device that began with a snapshot never saw the old ones, and ours are collected.
    A device compares its own and fetches the book anew when it differs; it never adopts this.
    """
    _, head, _ = book_row(read, book_id)
    tables = {}
    for entity in entities():
        count, folded, after = 0, 0, ""
        while True:
            rows = read.all(
                f'SELECT id, ver FROM "{entity}" WHERE book_id = :book AND id > :after '
                "AND NOT deleted ORDER BY id LIMIT :limit",
                book=book_id, after=after, limit=_DIGEST_BATCH,
            )  # fmt: skip
            for row_id, version in rows:
                folded ^= int.from_bytes(hashlib.sha256(f"{row_id}:{version}".encode()).digest()[:8])
            count += len(rows)
            if len(rows) < _DIGEST_BATCH:
                break
            after = rows[-1][0]
        tables[entity] = {"count": count, "xor": f"{folded:016x}"}
    return {"ver": head, "tables": tables}
