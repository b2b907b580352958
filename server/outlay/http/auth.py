"""Sign-up, sign-in, refresh, sign-out and the list of sessions."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import SecurityRequirement
from litestar.params import HeaderParameter, JSONBody, PathParameter

from outlay import joining
from outlay.http import letters
from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.session import (
    COOKIE,
    DEVICE_COOKIE,
    OPEN,
    Client,
    DeviceName,
    SignedIn,
    answer,
    cookie_of,
    start_session,
)
from outlay.http.shapes import (
    Country,
    EmailText,
    Id,
    Moment,
    Name,
    PasswordText,
)
from outlay.identity import events, keys, people, rules, sessions
from outlay.kernel.refusal import Refusal
from outlay.store.write import Tx

BY_COOKIE: Final[list[SecurityRequirement]] = [{"refresh": []}, {}]


class SignUp(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new person. With `book_id` that book (made on a device that was used without an account) is theirs,
    empty until the device pushes; without it a book with the usual categories is made."""

    email: EmailText
    password: PasswordText
    name: Name | None = None
    book_id: Id | None = None
    base_currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", examples=["EUR"])] = "EUR"
    language: Annotated[str, msgspec.Meta(max_length=10)] = "en"
    country: Country | None = None
    device_name: DeviceName | None = None
    client: Client = "browser"


class SignIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An e-mail address and its password."""

    email: EmailText
    password: Annotated[str, msgspec.Meta(max_length=1000)]
    device_name: DeviceName | None = None
    client: Client = "browser"


class RefreshToken(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The refresh token of a native client; a browser sends its cookie instead."""

    refresh_token: Annotated[str, msgspec.Meta(max_length=300)] | None = None


class SessionItem(msgspec.Struct, kw_only=True):
    """A place where the person is signed in. `current` is the one that asks; `place` the network it was last used
    from."""

    id: Id
    client: Literal["browser", "native"]
    device_name: str | None
    created_at_ms: Moment
    seen_at_ms: Moment
    expires_at_ms: Moment
    place: str | None
    current: bool


class SessionList(msgspec.Struct, kw_only=True):
    """Living sessions, the newest first."""

    items: list[SessionItem]


@post("/auth/sign-up", opt={"public": True, "auth": True}, security=OPEN, tags=["auth"], summary="Sign up")
async def sign_up(
    data: JSONBody[SignUp], rooms: NamedDependency[Rooms], request: Request[Any, Any, Any]
) -> Response[SignedIn]:
    """Makes a person, their first book and a session. Refuses `email_taken`, `email_malformed`,
    `password_short`, `password_common`, `sign_up_closed`, `book_exists`, and `rate_limited` where a network was told
    too often that an address is taken."""
    if rooms.settings.sign_up != "open":
        raise Refusal("sign_up_closed")
    address = address_of(request)
    await rooms.throttle.sign_up(address)
    try:
        person_id = await joining.sign_up(
            rooms.store,
            rooms.passwords,
            rooms.server_keys,
            email=data.email,
            password=data.password,
            name=data.name,
            book_id=data.book_id,
            base_currency=data.base_currency,
            language=data.language,
            country=data.country,
        )
    except Refusal as refusal:
        if refusal.code == "email_taken":
            await rooms.throttle.told_taken(address)
        raise
    await letters.send_confirmation(
        rooms, person_id=person_id, email=rules.email(data.email), language=data.language
    )
    return await start_session(rooms, request, person_id, data.client, data.device_name, status=201)


@post(
    "/auth/sign-in",
    status_code=200,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Sign in",
)
async def sign_in(
    data: JSONBody[SignIn], rooms: NamedDependency[Rooms], request: Request[Any, Any, Any]
) -> Response[SignedIn]:
    """Starts a session. Refuses `sign_in_failed` alike for an unknown address and a wrong password,
    `rate_limited` after too many wrong ones, `ticket_over` where a new password overtook it, and
    `second_factor_required` with a ticket for POST /auth/second-factor."""
    person_id, held = await check_password(rooms, request, data.email, data.password)
    return await start_session(
        rooms,
        request,
        person_id,
        data.client,
        data.device_name,
        status=200,
        still=lambda read: people.password_hash(read, person_id) == held,
    )


@post(
    "/auth/refresh",
    status_code=200,
    opt={"public": True, "auth": True},
    security=BY_COOKIE,
    tags=["auth"],
    summary="Refresh a session",
)
async def refresh(
    rooms: NamedDependency[Rooms],
    request: Request[Any, Any, Any],
    data: JSONBody[RefreshToken | None] = None,
    idempotency_key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            required=False,
            max_length=100,
            description="New for each refresh. The same key with the same token repeats one whose answer was lost.",
        ),
    ] = None,
) -> Response[SignedIn]:
    """Takes the refresh token (cookie or body) and gives a new pair. A token that is used twice ends its
    session
    (RFC 9700, 4.14.2). Refuses `refresh_invalid`."""
    token = _presented(rooms, request, data)
    address = address_of(request)

    def renew(tx: Tx) -> sessions.Refreshed | None:
        made = sessions.refresh(
            tx, token, days=rooms.settings.session_days, attempt=idempotency_key, address=address
        )
        if made is not None and made.ended:
            events.note(
                tx,
                person_id=made.person_id,
                kind="token_reused",
                session_id=made.session_id,
                address=address,
            )
        return made

    outcome = await rooms.store.write_people(renew)
    if outcome is None or outcome.token is None:
        if outcome is not None and outcome.ended:
            rooms.tokens.end(outcome.person_id, outcome.session_id)
        raise Refusal("refresh_invalid")
    native = data is not None and data.refresh_token is not None
    return await answer(
        rooms, request, outcome.person_id, outcome.session_id, outcome.token, native=native, status=200
    )


@post(
    "/auth/sign-out",
    status_code=204,
    opt={"public": True, "auth": True},
    security=BY_COOKIE,
    tags=["auth"],
    summary="Sign out",
)
async def sign_out(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], data: JSONBody[RefreshToken | None] = None
) -> Response[None]:
    """Ends the session of the refresh token. Without a token there is nothing to end, which is no error."""
    token = _presented(rooms, request, data, required=False)
    if token:
        address = address_of(request)

        def end(tx: Tx) -> tuple[str, str] | None:
            found = sessions.end_by_token(tx, token)
            if found is None:
                return None
            person_id, session_id, ended = found
            if ended:
                events.note(
                    tx,
                    person_id=person_id,
                    kind="signed_out",
                    session_id=session_id,
                    address=address,
                    detail=sessions.device_name(tx, person_id, session_id),
                )
            return person_id, session_id

        outcome = await rooms.store.write_people(end)
        if outcome is not None:
            rooms.tokens.end(*outcome)
    response: Response[None] = Response(None, status_code=204)
    response.set_cookie(cookie_of(rooms, request, "", 0))
    return response


@get("/auth/sessions", tags=["auth"], summary="List sessions")
async def list_sessions(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> SessionList:
    """Where the caller is signed in."""
    rows = await rooms.store.read(lambda read: sessions.of_person(read, caller.person_id, rooms.clock()))
    return SessionList(
        items=[
            SessionItem(
                id=row["session_id"],
                client=row["client"],
                device_name=row["device_name"],
                created_at_ms=row["created_at_ms"],
                seen_at_ms=row["seen_at_ms"],
                expires_at_ms=row["expires_at_ms"],
                place=row["place"],
                current=row["session_id"] == caller.session_id,
            )
            for row in rows
        ]
    )


@delete("/auth/sessions/{session_id:str}", tags=["auth"], summary="End a session")
async def end_session(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    session_id: Annotated[str, PathParameter(description="A session's id.")],
    request: Request[Any, Any, Any],
) -> None:
    """Signs a device out. Refuses `session_not_found`."""

    def end(tx: Tx) -> bool:
        ended = sessions.end(tx, person_id=caller.person_id, session_id=session_id)
        if ended:
            _note_ended(tx, caller, request, sessions.device_name(tx, caller.person_id, session_id))
        return ended

    if not await rooms.store.write_people(end):
        raise Refusal("session_not_found")
    rooms.tokens.end(caller.person_id, session_id)


@delete("/auth/sessions", tags=["auth"], summary="End the other sessions")
async def end_other_sessions(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> None:
    """Signs every device out but the one that asks."""

    def end(tx: Tx) -> list[str]:
        ended = sessions.end_others(tx, person_id=caller.person_id, but=caller.session_id)
        for session_id in ended:
            _note_ended(tx, caller, request, sessions.device_name(tx, caller.person_id, session_id))
        return ended

    for session_id in await rooms.store.write_people(end):
        rooms.tokens.end(caller.person_id, session_id)


def _note_ended(tx: Tx, caller: Caller, request: Request[Any, Any, Any], device_name: str | None) -> None:
    events.note(
        tx,
        person_id=caller.person_id,
        kind="session_ended",
        session_id=caller.session_id,
        address=address_of(request),
        detail=device_name,
    )


async def check_password(
    rooms: Rooms, request: Request[Any, Any, Any], email: str, password: str
) -> tuple[str, str | None]:
    """The id of the person whose password this is, and the hash that is kept of it. Refuses `sign_in_failed`,
    `rate_limited`, `busy`."""
    login_key = keys.login_key(rooms.server_keys, email)

    def look(read: Any) -> tuple[str | None, str | None]:
        person_id = people.find(read, rooms.server_keys, email)
        return person_id, people.password_hash(read, person_id or people.NOBODY)

    person_id, secret_hash = await rooms.store.read(look)
    device = rooms.throttle.known_device(person_id, request.cookies.get(DEVICE_COOKIE))
    was = await rooms.throttle.try_password(login_key, address_of(request), device)
    right, better_hash = await rooms.passwords.matches(secret_hash, rules.typed_password(password))
    await was(right)
    if not right or person_id is None:
        rooms.afterwards.put(lambda: _note_failed(rooms, person_id or people.NOBODY, address_of(request)))
        raise Refusal("sign_in_failed")
    if better_hash is None:
        return person_id, secret_hash
    known, kept = person_id, better_hash

    def better(tx: Tx) -> None:
        if people.password_hash(tx, known) == secret_hash:
            people.set_password(tx, person_id=known, secret_hash=kept)

    await rooms.store.write_people(better)
    return known, kept


async def _note_failed(rooms: Rooms, person_id: str, address: str) -> None:
    """Keeps in the security log that a password was wrong, now and then: for an address that nobody has the same is
    asked, and nothing kept."""
    now_ms = rooms.clock()
    due = await rooms.store.read(lambda read: events.failed_due(read, person_id, now_ms))
    if due and person_id != people.NOBODY:
        await rooms.store.write_people(
            lambda tx: events.note_failed(tx, person_id=person_id, address=address)
        )


def _presented(
    rooms: Rooms, request: Request[Any, Any, Any], data: RefreshToken | None, *, required: bool = True
) -> str:
    """The refresh token of a request. A cookie counts only from our own pages: SameSite and the Origin say
    so."""
    if data is not None and data.refresh_token is not None:
        return data.refresh_token
    token = request.cookies.get(COOKIE, "")
    if token and (origin := request.headers.get("origin")) and not _is_ours(rooms, request, origin):
        raise Refusal("origin_forbidden")
    if not token and required:
        raise Refusal("refresh_invalid")
    return token


def _is_ours(rooms: Rooms, request: Request[Any, Any, Any], origin: str) -> bool:
    if origin in rooms.settings.allowed_origins or origin == (rooms.settings.public_url or "").rstrip("/"):
        return True
    return urlsplit(origin).netloc == request.headers.get("host")


ROUTES: Final = [sign_up, sign_in, refresh, sign_out, list_sessions, end_session, end_other_sessions]
