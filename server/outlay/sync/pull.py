"""What a device has not seen yet: pages of rows by version, and the digest (SYNC 2.7, 2.9).

Reads only, each function in one snapshot of the database, so that an ack can never run ahead of its rows.
"""

from __future__ import annotations

import hashlib
from heapq import merge
from itertools import islice
from typing import Any, Final

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import entities, fields_of
from outlay.store.read import Read
from outlay.sync import devices, schemas
from outlay.sync.wire import END, Page, parse_cursor

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
