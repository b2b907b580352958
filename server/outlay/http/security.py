"""What is dangerous wants a proof of the last minutes; the log of what happened; keys that verify tokens."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.shapes import Id, Moment
from outlay.identity import events, people, rules, sessions
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx


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


async def need_proven(rooms: Rooms, caller: Caller) -> None:
    """Before anybody else is let in: refuses `email_unconfirmed`."""
    await rooms.store.read(lambda read: _need_proven(rooms, read, caller))


async def need_own(rooms: Rooms, caller: Caller) -> None:
    """Before a way in, a telephone or a second factor is added: refuses `email_unconfirmed`, `step_up_required`."""
    await need_proven(rooms, caller)
    await need_recent(rooms, caller)


def still_own(rooms: Rooms, tx: Tx, caller: Caller) -> None:
    """The same in the transaction that adds it, which may come after a new password by mail ended the session. Refuses
    `session_ended`, `email_unconfirmed`."""
    still_in(tx, caller)
    _need_proven(rooms, tx, caller)


def still_in(tx: Tx, caller: Caller) -> None:
    """In a transaction that does what is dangerous or gives what outlives the session, which may have ended since the
    request came, by another process: refuses `session_ended`."""
    people.hold(tx, caller.person_id)
    if not sessions.alive(tx, caller.person_id, caller.session_id, tx.now_ms):
        raise Refusal("session_ended")


def _need_proven(rooms: Rooms, read: Read, caller: Caller) -> None:
    """Who signed up with an address that is not theirs adds nothing that would outlive a new password, which the one
    who has it chooses by mail. Where mails do not leave the server nobody could confirm one (docs/decisions/0025)."""
    person = people.get(read, caller.person_id)
    if person is None:
        raise Refusal("session_ended")
    if rooms.settings.smtp_url is not None and people.is_unproven(person):
        raise Refusal("email_unconfirmed", field="email")


async def prove_password(
    rooms: Rooms, caller: Caller, request: Request[Any, Any, Any], password: str
) -> None:
    """Refuses `password_wrong` (also where there is none), which the log tells, and `rate_limited`."""
    was = await rooms.throttle.try_password(f"session:{caller.session_id}", "")
    secret_hash = await rooms.store.read(lambda read: people.password_hash(read, caller.person_id))
    right, _ = await rooms.passwords.matches(secret_hash, rules.typed_password(password))
    await was(right)
    if not right:
        await rooms.store.write_people(lambda tx: note(tx, caller, request, "confirm_failed"))
        raise Refusal("password_wrong", field="password")


def note(
    tx: Tx, caller: Caller, request: Request[Any, Any, Any], kind: str, detail: str | None = None
) -> None:
    """Keeps in the caller's security log what they did."""
    events.note(
        tx,
        person_id=caller.person_id,
        kind=kind,
        session_id=caller.session_id,
        address=address_of(request),
        detail=detail,
    )


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
