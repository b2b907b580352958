"""The person who calls: read, change, change the password, erase."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from outlay import joining
from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.security import need_recent, prove_password
from outlay.http.shapes import IfMatch, Name, PasswordText, Person, etag, person_shape, version_of
from outlay.identity import events, people, rules, sessions
from outlay.kernel.refusal import Refusal
from outlay.store.write import Tx


class PersonChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes. E-mail address and telephone have routes of their own: they must be confirmed."""

    name: Name | msgspec.UnsetType | None = msgspec.UNSET
    language: Annotated[str, msgspec.Meta(max_length=10, examples=["en"])] | msgspec.UnsetType = msgspec.UNSET


class PasswordChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The password that holds (unless the caller has confirmed lately who they are), and the one that shall."""

    password: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    new_password: PasswordText


class Confirmation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The caller's password, unless they have confirmed lately who they are."""

    password: Annotated[str, msgspec.Meta(max_length=1000)] | None = None


@get("/users/me", tags=["users"], summary="Read the caller")
async def read_me(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> Response[Person]:
    """The person whose token this is."""
    row = await rooms.store.read(lambda read: people.get(read, caller.person_id))
    if row is None:
        raise Refusal("session_ended")
    return Response(person_shape(row), headers={"etag": etag(row["ver"])})


@patch("/users/me", tags=["users"], summary="Change the caller")
async def change_me(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    data: JSONBody[PersonChange],
    if_match: IfMatch = None,
) -> Response[Person]:
    """Changes name or language. Refuses `precondition_failed`, `language_unknown`."""
    fields = {
        name: value for name in ("name", "language") if (value := getattr(data, name)) is not msgspec.UNSET
    }
    if_ver = version_of(if_match)
    row = await rooms.store.write_people(
        lambda tx: people.change(tx, person_id=caller.person_id, fields=fields, if_ver=if_ver)
    )
    return Response(person_shape(row), headers={"etag": etag(row["ver"])})


@post(
    "/users/me/password", status_code=204, opt={"auth": True}, tags=["users"], summary="Change the password"
)
async def change_password(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    data: JSONBody[PasswordChange],
    request: Request[Any, Any, Any],
) -> None:
    """Keeps a new password and ends every other session. Refuses `password_wrong`, `step_up_required`,
    `password_common`."""
    person = await rooms.store.read(lambda read: people.get(read, caller.person_id))
    names = (person["email"], person["name"]) if person else ()
    new_password = rules.password(data.new_password, "new_password", names)
    await confirm_who(rooms, caller, data.password)
    secret_hash = await rooms.passwords.hash(new_password)

    def change(tx: Tx) -> list[str]:
        people.set_password(tx, person_id=caller.person_id, secret_hash=secret_hash)
        events.note(
            tx,
            person_id=caller.person_id,
            kind="password_changed",
            session_id=caller.session_id,
            address=address_of(request),
        )
        return sessions.end_others(tx, person_id=caller.person_id, but=caller.session_id)

    for session_id in await rooms.store.write_people(change):
        rooms.tokens.end(caller.person_id, session_id)


@delete("/users/me", opt={"auth": True}, tags=["users"], summary="Erase the caller")
async def erase_me(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], data: JSONBody[Confirmation]
) -> None:
    """Erases the person and every book that is theirs alone, for good; other members' books stay.
    Refuses `password_wrong`, `step_up_required`, and `last_owner` while a shared book would be left without an
    owner."""
    await confirm_who(rooms, caller, data.password)
    ended = await joining.erase_person(rooms.store, caller.person_id)
    for session_id in ended:
        rooms.tokens.end(caller.person_id, session_id)
    rooms.forget_books(caller.person_id)


async def confirm_who(rooms: Rooms, caller: Caller, password: str | None) -> None:
    """The password when it is given; else the person must have proved themselves lately."""
    if password is None:
        await need_recent(rooms, caller)
    else:
        await prove_password(rooms, caller, password)


ROUTES: Final = [read_me, change_me, change_password, erase_me]
