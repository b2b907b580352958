"""The person who calls: read, change, change the password, erase."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from outlay import joining
from outlay.http import letters
from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.security import need_recent, prove_password, still_in
from outlay.http.shapes import (
    Id,
    IfMatch,
    Moment,
    Name,
    PasswordText,
    Person,
    etag,
    person_shape,
    version_of,
)
from outlay.identity import api_tokens, challenges, erasures, events, people, rules, second_factor, sessions
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


class BookEnding(msgspec.Struct, kw_only=True):
    """A book of somebody who goes, and who owns it then (null: nobody new)."""

    id: Id
    name: str
    new_owner_id: Id | None = None


class ErasureReceipt(msgspec.Struct, kw_only=True):
    """What will be erased, and when: account, name, addresses, photo, sessions, consents, security log, and the books
    in `books_erased` with all their history and receipts. What was written into `books_kept` stays there without a
    name."""

    erase_at_ms: Moment
    books_erased: list[BookEnding]
    books_kept: list[BookEnding]


class Erasure(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The caller's password, unless they have confirmed lately who they are; and, for each shared book that only they
    own, the member who owns it then."""

    password: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    hand_over: Annotated[dict[str, Id], msgspec.Meta(max_length=100)] = {}


@get("/users/me", tags=["users"], summary="Read the caller")
async def read_me(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> Response[Person]:
    """The person whose token this is."""
    row, due_ms = await rooms.store.read(
        lambda read: (people.get(read, caller.person_id), erasures.due_at(read, caller.person_id))
    )
    if row is None:
        raise Refusal("session_ended")
    return Response(person_shape(row, due_ms), headers={"etag": etag(row["ver"])})


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
    await confirm_who(rooms, caller, request, data.password)
    secret_hash = await rooms.passwords.hash(new_password)

    def change(tx: Tx) -> list[str]:
        still_in(tx, caller)
        people.set_password(tx, person_id=caller.person_id, secret_hash=secret_hash)
        # an address that somebody else asked for moves the account no more; a link to the present one counts on
        login_key = person["login_key"] if person else None
        challenges.forget(tx, person_id=caller.person_id, purpose="email", but=login_key)
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


@delete("/users/me", status_code=200, opt={"auth": True}, tags=["users"], summary="Erase the caller")
async def erase_me(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    data: JSONBody[Erasure],
    request: Request[Any, Any, Any],
) -> ErasureReceipt:
    """Ends every session and API token; the person and the books that are theirs alone are erased for good at
    `erase_at_ms`, and not if they sign in before and take it back (`DELETE /users/me/erasure`). Books of others stay
    with them. A receipt is mailed, and another when it is done.
    Refuses `password_wrong`, `step_up_required`, `last_owner`: a shared book has nobody to take it over."""
    await confirm_who(rooms, caller, request, data.password)
    person = await rooms.store.read(lambda read: people.get(read, caller.person_id))

    def note(tx: Tx) -> None:
        still_in(tx, caller)
        api_tokens.end_all(tx, caller.person_id)
        events.note(
            tx,
            person_id=caller.person_id,
            kind="deletion_asked",
            session_id=caller.session_id,
            address=address_of(request),
        )

    asked = await joining.ask_to_be_erased(
        rooms.store, caller.person_id, days=rooms.settings.erase_days, hand_over=data.hand_over, note=note
    )
    for session_id in asked["sessions"]:
        rooms.tokens.end(caller.person_id, session_id)
    rooms.forget_books(caller.person_id)
    rooms.forget_api_tokens(caller.person_id)
    if rooms.settings.erase_days == 0:
        gone = await joining.erase_person(rooms.store, caller.person_id)
        if gone is not None:
            await letters.send_deletion_done(rooms.mail, gone)
    elif person is not None and person["email"] is not None:
        await letters.send_deletion_asked(
            rooms, email=person["email"], language=person["language"], due_ms=asked["erase_at_ms"]
        )
    return ErasureReceipt(
        erase_at_ms=asked["erase_at_ms"],
        books_erased=[BookEnding(**book) for book in asked["erased"]],
        books_kept=[BookEnding(**book) for book in asked["kept"]],
    )


async def confirm_who(
    rooms: Rooms, caller: Caller, request: Request[Any, Any, Any], password: str | None
) -> None:
    """The password when it is given; else, and for who has a second factor, which a password does not stand in for,
    the person must have proved themselves lately."""
    if password is None or await rooms.store.read(lambda read: second_factor.is_on(read, caller.person_id)):
        await need_recent(rooms, caller)
    if password is not None:
        await prove_password(rooms, caller, request, password)


ROUTES: Final = [read_me, change_me, change_password, erase_me]
