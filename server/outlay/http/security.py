"""What is dangerous wants a proof of the last minutes; the log of what happened; keys that verify tokens."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from outlay.http.rooms import Caller, Rooms
from outlay.http.shapes import Id, Moment
from outlay.identity import events, people, rules, sessions
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read


class SecurityEvent(msgspec.Struct, kw_only=True):
    """Something that happened to the account. `place`: the network it came from; `detail`: a device's or a way's
    name."""

    id: Id
    kind: str
    at_ms: Moment
    place: str | None
    detail: str | None
    current: bool


class SecurityEventList(msgspec.Struct, kw_only=True):
    """The newest first. `more`: there are older ones; ask with `before` the last one's id."""

    items: list[SecurityEvent]
    more: bool


async def need_recent(rooms: Rooms, caller: Caller) -> None:
    """Refuses `step_up_required` when the session's person has not proved who they are for ten minutes."""
    at_ms = await rooms.store.read(
        lambda read: sessions.confirmed_at(read, caller.person_id, caller.session_id)
    )
    if at_ms is None or rooms.clock() - at_ms > limits.CONFIRMED_MINUTES * 60_000:
        raise Refusal("step_up_required")


async def prove_password(rooms: Rooms, caller: Caller, password: str) -> None:
    """Refuses `password_wrong` (also where there is none), `rate_limited`."""
    was = await rooms.throttle.try_password(f"session:{caller.session_id}", "")
    secret_hash = await rooms.store.read(lambda read: people.password_hash(read, caller.person_id))
    right, _ = await rooms.passwords.matches(secret_hash, rules.typed_password(password))
    await was(right)
    if not right:
        raise Refusal("password_wrong", field="password")


@get("/auth/events", tags=["auth"], summary="List security events")
async def list_events(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    before: Annotated[
        str | None,
        QueryParameter(name="before", description="The id of the last one that was seen.", required=False),
    ] = None,
) -> SecurityEventList:
    """What happened to the caller's ways in, sessions and data in the last year."""

    def look(read: Read) -> list[dict[str, Any]]:
        return events.of_person(
            read, caller.person_id, now_ms=rooms.clock(), before=before, most=limits.PAGE_ITEMS + 1
        )

    rows = await rooms.store.read(look)
    return SecurityEventList(
        items=[
            SecurityEvent(
                id=row["id"],
                kind=row["kind"],
                at_ms=row["at_ms"],
                place=row["about"]["place"],
                detail=row["about"]["detail"],
                current=row["session_id"] == caller.session_id,
            )
            for row in rows[: limits.PAGE_ITEMS]
        ],
        more=len(rows) > limits.PAGE_ITEMS,
    )


class KeySet(msgspec.Struct, kw_only=True):
    """A JWK Set (RFC 7517, 5)."""

    keys: list[dict[str, Any]]


@get(
    "/.well-known/jwks.json",
    opt={"public": True},
    security=[{}],
    tags=["system"],
    summary="Keys that verify access tokens",
)
async def jwks(rooms: NamedDependency[Rooms]) -> Response[KeySet]:
    """The public keys (Ed25519) that sign or lately signed access tokens."""
    return Response(KeySet(keys=rooms.tokens.public()), headers={"cache-control": "public, max-age=300"})


ROUTES: Final = [list_events]
