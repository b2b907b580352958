"""How a session begins over HTTP, and what its device is told: tokens, cookies, the person and their books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.openapi.spec import SecurityRequirement

from outlay import joining
from outlay.http.rooms import Rooms, address_of
from outlay.http.shapes import Id, Moment, Person, person_shape
from outlay.identity import erasures, events, people, rules, second_factor, sessions, ways
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

COOKIE: Final = "outlay_refresh"
DEVICE_COOKIE: Final = "outlay_device"
DEVICE_DAYS: Final = 400
COOKIE_PATH: Final = "/api/v1/auth"
OPEN: Final[list[SecurityRequirement]] = [{}]

Client = Annotated[
    Literal["browser", "native"],
    msgspec.Meta(
        description="`browser`: the refresh token is an HttpOnly cookie. `native`: it is in the answer."
    ),
]
DeviceName = Annotated[str, msgspec.Meta(max_length=rules.DEVICE_NAME_MAX, examples=["Ana's phone"])]


class BookMembership(msgspec.Struct, kw_only=True):
    """A book and the caller's role in it."""

    id: Id
    name: str
    base_currency: str | None
    role: Literal["owner", "editor", "viewer"]
    epoch: str
    ver: int
    joined_at_ms: Moment


class SignedIn(msgspec.Struct, kw_only=True):
    """A session. `expires_in` is in seconds. `refresh_token` only for native clients."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    session_id: Id
    person: Person
    books: list[BookMembership]
    refresh_token: str | msgspec.UnsetType = msgspec.UNSET


async def start_session(
    rooms: Rooms,
    request: Request[Any, Any, Any],
    person_id: str,
    client: str,
    device_name: str | None,
    *,
    status: int,
    factors: int = 1,
    way_id: str | None = None,
    still: Callable[[Read], bool] = lambda read: True,
) -> Response[SignedIn]:
    """A session for somebody who has proved who they are by `factors` factors (a passkey is two), the first of them by
    the provider `way_id`, if by one. Refuses `second_factor_required`, with a ticket among its params, when one more
    is wanted; `ticket_over` when what they proved is not so any more (`still`): a new password by mail, which ends all
    sessions, may come between the proof and this."""
    address = address_of(request)
    if factors < 2 and await rooms.store.read(lambda read: second_factor.is_on(read, person_id)):

        def give(tx: Tx) -> str:
            people.hold(tx, person_id)
            if not still(tx):
                raise Refusal("ticket_over")
            return second_factor.give_ticket(
                tx, person_id=person_id, client=client, device_name=device_name, way_id=way_id
            )

        raise Refusal("second_factor_required", ticket=await rooms.store.write_people(give))

    def start(tx: Tx) -> tuple[str, str]:
        people.hold(tx, person_id)
        if not still(tx):
            raise Refusal("ticket_over")
        return begin_session(
            tx,
            rooms,
            person_id=person_id,
            client=client,
            device_name=device_name,
            address=address,
            kind="signed_up" if status == 201 else "signed_in",
            way_id=way_id,
        )

    session_id, token = await rooms.store.write_people(start)
    return await answer_session(rooms, request, person_id, session_id, token, client=client, status=status)


def begin_session(
    tx: Tx,
    rooms: Rooms,
    *,
    person_id: str,
    client: str,
    device_name: str | None,
    address: str,
    kind: str = "signed_in",
    way_id: str | None = None,
) -> tuple[str, str]:
    """Writes a session and what the security log says of it: (session id, refresh token)."""
    session_id, token = sessions.start(
        tx,
        person_id=person_id,
        client=client,
        device_name=device_name,
        days=rooms.settings.session_days,
        address=address,
    )
    events.note(
        tx, person_id=person_id, kind=kind, session_id=session_id, address=address, detail=device_name
    )
    if way_id is not None:
        ways.used(tx, person_id=person_id, way_id=way_id)
    return session_id, token


async def answer_session(
    rooms: Rooms,
    request: Request[Any, Any, Any],
    person_id: str,
    session_id: str,
    token: str,
    *,
    client: str,
    status: int,
) -> Response[SignedIn]:
    """What a device is told of a new session; a browser is known by a cookie from now on."""
    native = client == "native"
    response = await answer(rooms, request, person_id, session_id, token, native=native, status=status)
    if not native and rooms.throttle.known_device(person_id, request.cookies.get(DEVICE_COOKIE)) is None:
        known = rooms.throttle.device_cookie(person_id)
        response.set_cookie(cookie_of(rooms, request, known, DEVICE_DAYS * 86_400, DEVICE_COOKIE))
    return response


async def answer(
    rooms: Rooms,
    request: Request[Any, Any, Any],
    person_id: str,
    session_id: str,
    token: str,
    *,
    native: bool,
    status: int,
) -> Response[SignedIn]:
    """The session with a fresh pair of tokens, who it is of and their books. Refuses `refresh_invalid` when they are
    gone."""
    person, due_ms, books = await rooms.store.read(
        lambda read: (
            people.get(read, person_id),
            erasures.due_at(read, person_id),
            joining.books_of(read, person_id),
        )
    )
    if person is None:
        raise Refusal("refresh_invalid")
    body = SignedIn(
        access_token=rooms.tokens.issue(person_id, session_id, rooms.clock()),
        expires_in=rooms.tokens.lifetime_s,
        session_id=session_id,
        person=person_shape(person, due_ms),
        books=[BookMembership(**book) for book in books],
        refresh_token=token if native else msgspec.UNSET,
    )
    response = Response(body, status_code=status)
    if not native:
        response.set_cookie(cookie_of(rooms, request, token, rooms.settings.session_days * 86_400))
    return response


def cookie_of(
    rooms: Rooms, request: Request[Any, Any, Any], value: str, max_age_s: int, name: str = COOKIE
) -> Cookie:
    return Cookie(
        name,
        value=value,
        path=COOKIE_PATH,
        max_age=max_age_s,
        httponly=True,
        samesite="strict",
        secure=rooms.settings.secure or request.scope["scheme"] == "https",
    )


async def on_known_device(
    rooms: Rooms, request: Request[Any, Any, Any], find: Callable[[Read], str | None]
) -> bool:
    """Whether the request comes from a device that the person whom `find` finds has signed in from before. Asked
    alike about somebody and about nobody."""
    cookie = request.cookies.get(DEVICE_COOKIE)
    if cookie is None:
        return False
    return rooms.throttle.known_device(await rooms.store.read(find), cookie) is not None
