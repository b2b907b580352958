"""Proving again who one is, before what is dangerous (step-up): by a passkey or a code of the second factor; for who
has no second factor by the password; for who has neither, by a code that is sent to them.

With a second factor on, a password alone confirms nothing: whoever knows it and finds a session open would take the
factor off with it (OWASP ASVS 5, 7.5)."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from outlay.http.passkeys import PasskeyAnswer, PasskeyQuestion, question, verified
from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.security import note, prove_password
from outlay.http.shapes import Id, Moment
from outlay.identity import ceremonies, challenges, keys, people, second_factor, sessions, ways
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

By = Literal["password", "code", "passkey", "email", "phone"]


class ConfirmWays(msgspec.Struct, kw_only=True):
    """How the caller can confirm, the quickest first; `code` is one of the second factor. Nothing is left to who came
    by a provider that told no address: they sign in afresh."""

    by: list[By]


class Proof(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One of: the password; a passkey; a code of the second factor; with `challenge_id`, a code that was sent."""

    password: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    code: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    challenge_id: Id | None = None
    passkey: PasskeyAnswer | None = None


class CodeWanted(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where the code is sent to."""

    by: Literal["email", "phone"]


class ConfirmCode(msgspec.Struct, kw_only=True):
    """`challenge_id` comes back with the code; `expires_in` is in seconds; `to` is the caller's address or number."""

    challenge_id: Id
    expires_in: int
    to: str


class Confirmed(msgspec.Struct, kw_only=True):
    """Until when the session may do what is dangerous."""

    until_ms: Moment


@get("/auth/confirm", tags=["auth"], summary="List how to confirm that it is you")
async def list_confirm_ways(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> ConfirmWays:
    """What POST /auth/confirm takes of the caller."""
    return ConfirmWays(by=await rooms.store.read(lambda read: _ways_of(read, caller.person_id)))


@post(
    "/auth/confirm/passkey",
    status_code=200,
    opt={"auth": True},
    tags=["auth"],
    summary="Begin to confirm by a passkey",
)
async def start_confirm_passkey(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> PasskeyQuestion:
    """The question for one of the caller's passkeys. Refuses `way_not_found` where there is none."""
    challenge = secrets.token_urlsafe(32)

    def begin(tx: Tx) -> list[str]:
        mine = ways.passkeys_of(tx, caller.person_id)
        if not mine:
            raise Refusal("way_not_found")
        ceremonies.begin(tx, "passkey_confirm", challenge, {"session_id": caller.session_id})
        return mine

    allow = await rooms.store.write_people(begin)
    return question(rooms, request, challenge, allow=allow)


@post(
    "/auth/confirm/code",
    status_code=200,
    opt={"auth": True},
    tags=["auth"],
    summary="Send a code to confirm that it is you",
)
async def send_confirm_code(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    data: JSONBody[CodeWanted],
) -> ConfirmCode:
    """A code to the caller's confirmed address or number; it counts in this session only. Refuses `way_not_found`
    where GET /auth/confirm does not name it, `rate_limited`."""
    code = challenges.code()
    person, allowed = await rooms.store.read(
        lambda read: (people.get(read, caller.person_id), _ways_of(read, caller.person_id))
    )
    if person is None or data.by not in allowed:
        raise Refusal("way_not_found")
    to: str = person[data.by]
    key = (
        keys.login_key(rooms.server_keys, to)
        if data.by == "email"
        else people.phone_key(rooms.server_keys, to)
    )
    await rooms.throttle.message(
        to=key, address=address_of(request), person_id=caller.person_id, known=True
    )

    def make(tx: Tx) -> str:
        challenges.forget(tx, person_id=caller.person_id, purpose="confirm")
        return challenges.make(
            tx,
            rooms.server_keys,
            purpose="confirm",
            subject_key=caller.session_id,
            secret=code,
            minutes=limits.CODE_MINUTES,
            person_id=caller.person_id,
        )

    challenge_id = await rooms.store.write_people(make)
    sender = rooms.mail if data.by == "email" else rooms.sms
    values = {"code": code, "minutes": str(limits.CODE_MINUTES)}
    await sender.send(to=to, kind="code", language=person["language"], values=values)
    return ConfirmCode(challenge_id=challenge_id, expires_in=limits.CODE_MINUTES * 60, to=to)


@post("/auth/confirm", status_code=200, opt={"auth": True}, tags=["auth"], summary="Confirm that it is you")
async def confirm(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    data: JSONBody[Proof],
    request: Request[Any, Any, Any],
) -> Confirmed:
    """For ten minutes the session may do what refuses `step_up_required`. Refuses `password_wrong`,
    `second_factor_wanted` (for a password, where there is a second factor), `second_factor_failed`,
    `passkey_invalid`, `code_wrong`, and after five tries or five minutes `code_over`."""
    if data.passkey is not None:
        await _by_passkey(rooms, caller, request, data.passkey)
    elif data.code is not None and data.challenge_id is not None:
        await _by_sent_code(rooms, caller, request, data.challenge_id, data.code)
    elif data.code is not None:
        await _by_second_factor(rooms, caller, request, data.code)
    else:
        await _by_password(rooms, caller, request, data.password or "")

    def keep(tx: Tx) -> Confirmed:
        sessions.confirm(tx, person_id=caller.person_id, session_id=caller.session_id)
        note(tx, caller, request, "confirmed")
        return Confirmed(until_ms=tx.now_ms + limits.CONFIRMED_MINUTES * 60_000)

    return await rooms.store.write_people(keep)


async def _by_password(rooms: Rooms, caller: Caller, request: Request[Any, Any, Any], password: str) -> None:
    if await rooms.store.read(lambda read: second_factor.is_on(read, caller.person_id)):
        raise Refusal("second_factor_wanted", field="code")
    await prove_password(rooms, caller, request, password)


async def _by_passkey(
    rooms: Rooms, caller: Caller, request: Request[Any, Any, Any], answer: PasskeyAnswer
) -> None:
    begun, row = await verified(rooms, request, answer, "passkey_confirm")
    if begun["session_id"] != caller.session_id or row["person_id"] != caller.person_id:
        raise Refusal("passkey_invalid")


async def _by_sent_code(
    rooms: Rooms, caller: Caller, request: Request[Any, Any, Any], challenge_id: str, code: str
) -> None:
    def take(tx: Tx) -> bool:
        row = challenges.take(
            tx,
            rooms.server_keys,
            purpose="confirm",
            challenge_id=challenge_id,
            secret=code,
            subject_key=caller.session_id,
        )
        # a second factor that was switched on meanwhile is not got around
        right = row is not None and not second_factor.is_on(tx, caller.person_id)
        if not right:
            note(tx, caller, request, "confirm_failed")
        return right

    if not await rooms.store.write_people(take):
        raise Refusal("code_wrong", field="code")


async def _by_second_factor(rooms: Rooms, caller: Caller, request: Request[Any, Any, Any], code: str) -> None:
    def use(tx: Tx) -> second_factor.Used:
        used = second_factor.use(tx, rooms.server_keys, caller.person_id, code)
        if used in ("recovery", "wrong"):
            note(tx, caller, request, "recovery_code_used" if used == "recovery" else "confirm_failed")
        return used

    used = await rooms.store.write_people(use)
    if (refusal := second_factor.refusal_of(used)) is not None:
        raise refusal


def _ways_of(read: Read, person_id: str) -> list[By]:
    """A password and a sent code prove less than a second factor, and do not stand in for it. A sent code opens no door
    that a new password by mail would not: it is for who has no password either."""
    person = people.get(read, person_id)
    if person is None:
        raise Refusal("session_ended")
    by: list[By] = []
    if ways.passkeys_of(read, person_id):
        by.append("passkey")
    if second_factor.is_on(read, person_id):
        by.append("code")
    elif people.password_hash(read, person_id) is not None:
        by.append("password")
    else:
        if person["email"] is not None and person["email_confirmed_at_ms"] is not None:
            by.append("email")
        if ways.phone_signs_in(person):
            by.append("phone")
    return by


ROUTES: Final = [list_confirm_ways, start_confirm_passkey, send_confirm_code, confirm]
