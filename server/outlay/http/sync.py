"""What devices call: push, pull, snapshot, digest, events (docs/sync.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.response import Stream

from outlay.http.rooms import Access
from outlay.http.shapes import Id, Moment
from outlay.identity.rules import Role
from outlay.kernel import limits
from outlay.store.read import Read
from outlay.store.write import Tx
from outlay.sync import devices, pull, push, snapshot, stream
from outlay.sync.wire import Page, PushRequest, PushResponse, Result, SnapshotPage

REAUTH_S: Final = 30
"""How long before the token's end the stream asks for a new one."""

Epoch = Annotated[str, QueryParameter(description="The book's epoch as the device knows it.", max_length=80)]
DeviceId = Annotated[str, QueryParameter(description="The device's id.", min_length=1, max_length=80)]
Cursor = Annotated[
    str,
    QueryParameter(description="`VERSION:ID`: rows after it are answered. `0:` is the start.", max_length=60),
]
Schema = Annotated[int, QueryParameter(description="The schema that the device speaks.", ge=1, le=1_000_000)]


class TableDigest(msgspec.Struct, kw_only=True):
    """How many rows, and the XOR of the first 8 bytes of SHA-256(id ":" ver) over them, as hex."""

    count: int
    xor: str


class Digest(msgspec.Struct, kw_only=True):
    """What every table must come to on a device that has read up to `ver`."""

    ver: int
    tables: dict[str, TableDigest]


class DeviceItem(msgspec.Struct, kw_only=True):
    """A device that has pushed to the book."""

    id: str
    person_id: Id
    name: str | None
    schema: int
    last_seq: int
    pulled_ver: int
    seen_at_ms: Moment
    revoked_at_ms: int | None


class DeviceList(msgspec.Struct, kw_only=True):
    """Devices of the book, the one seen last at the front."""

    items: list[DeviceItem]


@post("/sync/push", status_code=200, tags=["sync"], summary="Push mutations")
async def push_mutations(access: NamedDependency[Access], data: JSONBody[PushRequest]) -> PushResponse:
    """Takes a device's mutations in order, each once, and answers with what it has not seen yet.

    Each mutation has a status of its own: 200 also when some were rejected or parked. Refuses `epoch` (409),
    `book_deleted` (410), `upgrade` (426), `forbidden`, `device_revoked` (403), `push_too_large`."""
    person_id = access.caller.person_id

    def take(tx: Tx, role: Role) -> tuple[list[Result], str | None, Page | None]:
        results, stop, page = push.push(tx, data, person_id=person_id, role=role)
        if page is not None:
            page.role = role
        return results, stop, page

    results, stop, page = await access.write(take)
    if page is None:
        page = await access.read_as(
            lambda read, role: _pull(
                read,
                role,
                access,
                data.epoch,
                data.cursor,
                data.device,
                data.last_ack,
                data.limit,
                data.schema,
            )
        )
    return PushResponse(results=results, stop=stop, page=page)


@get("/sync/pull", tags=["sync"], summary="Pull rows")
async def pull_rows(
    access: NamedDependency[Access],
    epoch: Epoch,
    device: DeviceId,
    cursor: Cursor = "0:",
    last_ack: Annotated[
        int, QueryParameter(description="The last sequence number that was acknowledged.", ge=0, le=2**53)
    ] = 0,
    limit: Annotated[
        int, QueryParameter(description="Rows of a page.", ge=1, le=limits.PULL_ROWS)
    ] = limits.PULL_ROWS,
    schema: Schema = 1,
) -> Page:
    """Rows after the cursor in the order (version, id), tombstones included, and acknowledgements.

    Refuses `epoch` (409: hydrate anew and push again), `too_old` (410: hydrate), `device_revoked` (403),
    `upgrade` (426)."""
    return await access.read_as(
        lambda read, role: _pull(read, role, access, epoch, cursor, device, last_ack, limit, schema)
    )


@get("/sync/snapshot", tags=["sync"], summary="Read a snapshot")
async def read_snapshot(
    access: NamedDependency[Access],
    after: Annotated[
        str | None, QueryParameter(description="`after` of the page before.", required=False, max_length=80)
    ] = None,
    v0: Annotated[
        int | None, QueryParameter(description="`v0` of the first page.", required=False, ge=0, le=2**53)
    ] = None,
    limit: Annotated[
        int, QueryParameter(description="Rows of a page.", ge=1, le=limits.SNAPSHOT_ROWS)
    ] = limits.SNAPSHOT_ROWS,
    schema: Schema = 1,
) -> SnapshotPage:
    """Live rows by entity and id. When the last page is there, pull from `v0`: then the copy is exact.
    Refuses `too_old` (410: begin again)."""
    return await access.read(
        lambda read: snapshot.snapshot(
            read,
            book_id=access.book_id,
            after=after,
            v0=v0,
            limit=limit,
            schema=schema,
            now_ms=access.rooms.clock(),
        )
    )


@get("/sync/digest", tags=["sync"], summary="Read the digest")
async def read_digest(access: NamedDependency[Access]) -> Digest:
    """What a device compares its confirmed rows with, once in a while."""
    found = await access.read(lambda read: pull.digest(read, book_id=access.book_id))
    return msgspec.convert(found, Digest)


@get("/sync/events", media_type="text/event-stream", tags=["sync"], summary="Follow a book")
async def follow_events(access: NamedDependency[Access]) -> Stream:
    """Server-sent events: the book's head now, and after every change of it (`id: EPOCH:HEAD`,
    `data: {"head": N}`). It carries no data: pull. `event: reauth` asks for a new token before this one ends."""

    def head(read: Read) -> tuple[str, int]:
        return pull.book_row(read, access.book_id)[:2]

    await access.read(head)
    rest_s = (access.caller.expires_ms - access.rooms.clock()) / 1000

    async def first() -> tuple[str, int]:
        return await access.read(head)

    async def body() -> AsyncIterator[bytes]:
        async for part in stream.events(
            access.rooms.pokes, access.book_id, first=first, lifetime_s=max(1.0, rest_s - REAUTH_S)
        ):
            yield part

    return Stream(
        body(),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


@get("/sync/devices", tags=["sync"], summary="List devices")
async def list_devices(access: NamedDependency[Access]) -> DeviceList:
    """Every device that ever pushed to the book."""
    rows = await access.read(lambda read: devices.list_of(read, access.book_id))
    return DeviceList(
        items=[
            DeviceItem(
                id=row["device_id"],
                person_id=row["person_id"],
                name=row["name"],
                schema=row["schema_version"],
                last_seq=row["last_seq"],
                pulled_ver=row["pulled_ver"],
                seen_at_ms=row["seen_at_ms"],
                revoked_at_ms=row["revoked_at_ms"],
            )
            for row in rows
        ]
    )


@delete("/sync/devices/{device_id:str}", tags=["sync"], summary="Revoke a device")
async def revoke_device(
    access: NamedDependency[Access], device_id: Annotated[str, PathParameter(description="A device's id.")]
) -> None:
    """What it has not pushed yet stays on it. Owners only. Refuses `device_unknown`."""
    await access.write(lambda tx, role: devices.revoke(tx, device_id), to="share")


def _pull(
    read: Read,
    role: Role,
    access: Access,
    epoch: str,
    cursor: str,
    device: str,
    last_ack: int,
    limit: int,
    schema: int,
) -> Page:
    page = pull.pull(
        read,
        book_id=access.book_id,
        epoch=epoch,
        cursor=cursor,
        device_id=device,
        last_ack=last_ack,
        limit=limit,
        schema=schema,
        now_ms=access.rooms.clock(),
    )
    page.role = role
    return page


ROUTES: Final[list[Any]] = [
    push_mutations,
    pull_rows,
    read_snapshot,
    read_digest,
    follow_events,
    list_devices,
    revoke_device,
]
