"""The ways into the caller's account: listed, named, taken away. Added in providers.py and passkeys.py."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, delete, get, patch
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.security import need_recent, still_in
from outlay.http.shapes import Id, Moment
from outlay.identity import events, people, rules, ways
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

WayId = Annotated[str, PathParameter(description="A way's id.")]


class Way(msgspec.Struct, kw_only=True):
    """One way into an account. `id` is null for a password and a telephone, which are changed elsewhere; `name`: the
    address, the number, what the provider calls the person, or how they named the passkey. `removable` says that
    others are left."""

    id: Id | None
    kind: Literal["password", "phone", "provider", "passkey"]
    provider: str | None
    label: str | None
    name: str | None
    created_at_ms: Moment | None
    used_at_ms: Moment | None
    removable: bool


class WayList(msgspec.Struct, kw_only=True):
    """Every way, the password first."""

    items: list[Way]


class WayName(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a passkey is called."""

    name: Annotated[str, msgspec.Meta(max_length=rules.DEVICE_NAME_MAX, examples=["Ana's phone"])] | None


@get("/auth/ways", tags=["auth"], summary="List the ways in")
async def list_ways(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> WayList:
    """Password, telephone, providers and passkeys with which the caller can sign in."""

    def look(read: Read) -> WayList:
        person = people.get(read, caller.person_id)
        if person is None:
            raise Refusal("session_ended")
        rows = ways.of_person(read, caller.person_id)
        several = ways.count(read, caller.person_id) > 1
        items = [way_shape(rooms, row, removable=several) for row in rows]
        if ways.phone_signs_in(person):
            items.insert(0, _plain("phone", person["phone"]))
        if person["email"] and people.password_hash(read, caller.person_id) is not None:
            items.insert(0, _plain("password", person["email"]))
        return WayList(items=items)

    return await rooms.store.read(look)


@patch("/auth/ways/{way_id:str}", tags=["auth"], summary="Name a passkey")
async def rename_way(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], way_id: WayId, data: JSONBody[WayName]
) -> Way:
    """Gives one of the caller's passkeys another name. Refuses `way_not_found`, `text_too_long`."""
    row = await rooms.store.write_people(
        lambda tx: ways.rename(tx, person_id=caller.person_id, way_id=way_id, name=data.name)
    )
    return await shown(rooms, caller, row)


@delete("/auth/ways/{way_id:str}", opt={"auth": True}, tags=["auth"], summary="Take a way in away")
async def remove_way(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    way_id: WayId,
) -> None:
    """Nobody signs in by it any more; sessions go on. Refuses `step_up_required`,
    `way_not_found`, and `way_last` for the only one."""
    await need_recent(rooms, caller)

    def remove(tx: Tx) -> None:
        still_in(tx, caller)
        row = ways.remove(tx, person_id=caller.person_id, way_id=way_id)
        note(tx, rooms, request, caller, "way_removed", row)

    await rooms.store.write_people(remove)


def note(
    tx: Tx, rooms: Rooms, request: Request[Any, Any, Any], caller: Caller, kind: str, row: dict[str, Any]
) -> None:
    """Keeps in the security log that a way was added or taken away."""
    provider = rooms.providers.configured.get(row["provider"] or "")
    events.note(
        tx,
        person_id=caller.person_id,
        kind=kind,
        session_id=caller.session_id,
        address=address_of(request),
        detail=provider.label if provider else (row["provider"] or row["label"]),
    )


async def shown(rooms: Rooms, caller: Caller, row: dict[str, Any]) -> Way:
    """A row as it is listed."""
    count = await rooms.store.read(lambda read: ways.count(read, caller.person_id))
    return way_shape(rooms, row, removable=count > 1)


def way_shape(rooms: Rooms, row: dict[str, Any], *, removable: bool) -> Way:
    """A provider that is configured no more keeps its name."""
    provider = rooms.providers.configured.get(row["provider"] or "")
    return Way(
        id=row["way_id"],
        kind=row["kind"],
        provider=row["provider"],
        label=provider.label if provider else row["provider"],
        name=row["label"],
        created_at_ms=row["created_at_ms"],
        used_at_ms=row["used_at_ms"],
        removable=removable,
    )


def _plain(kind: Literal["password", "phone"], name: str) -> Way:
    return Way(
        id=None,
        kind=kind,
        provider=None,
        label=None,
        name=name,
        created_at_ms=None,
        used_at_ms=None,
        removable=False,
    )


ROUTES: Final = [list_ways, rename_way, remove_way]
