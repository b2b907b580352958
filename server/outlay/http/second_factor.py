"""The second factor: set up, turned on and off, and asked for after every way in but a passkey."""

from __future__ import annotations

import io
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.security import need_own, need_recent, note, still_in, still_own
from outlay.http.session import OPEN, SignedIn, answer_session, begin_session
from outlay.http.shapes import Moment
from outlay.identity import events, people, second_factor
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

CodeText = Annotated[str, msgspec.Meta(min_length=1, max_length=40, examples=["123456"])]


class SecondFactor(msgspec.Struct, kw_only=True):
    """Whether a code is asked for, since when, and how many recovery codes are left."""

    on: bool
    since_ms: Moment | None
    recovery_left: int


class SecondFactorSecret(msgspec.Struct, kw_only=True):
    """For an authenticator: the secret to type, the address behind the QR code, the QR code as SVG."""

    secret: str
    uri: str
    qr_svg: str


class SecondFactorCode(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The six digits that the authenticator shows."""

    code: CodeText


class RecoveryCodes(msgspec.Struct, kw_only=True):
    """Each stands in for one code of the authenticator, once. They are told this once."""

    codes: list[str]


class SecondStep(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The ticket of `second_factor_required`, and a code of the authenticator or a recovery code."""

    ticket: Annotated[str, msgspec.Meta(max_length=200)]
    code: CodeText


@post(
    "/auth/second-factor",
    status_code=200,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Sign in, second step",
)
async def second_step(
    data: JSONBody[SecondStep], rooms: NamedDependency[Rooms], request: Request[Any, Any, Any]
) -> Response[SignedIn]:
    """Starts the session for which a first step was right. Refuses `ticket_over`, `second_factor_failed`, and
    `rate_limited` after too many wrong codes."""
    address = address_of(request)

    def take(tx: Tx) -> Refusal | tuple[second_factor.Ticket, str, str]:
        """A Refusal is returned, not raised: the try that was wrong stays counted."""
        ticket, used = second_factor.take_ticket(tx, data.ticket, rooms.server_keys, data.code)
        if ticket is None:
            return Refusal("ticket_over")
        if used != "code":
            kind = "recovery_code_used" if used == "recovery" else "second_factor_failed"
            events.note(tx, person_id=ticket.person_id, kind=kind, address=address, detail=ticket.device_name)
        if (refusal := second_factor.refusal_of(used)) is not None:
            return refusal
        session_id, token = begin_session(
            tx,
            rooms,
            person_id=ticket.person_id,
            client=ticket.client,
            device_name=ticket.device_name,
            address=address,
            way_id=ticket.way_id,
        )
        return ticket, session_id, token

    begun = await rooms.store.write_people(take)
    if isinstance(begun, Refusal):
        raise begun
    ticket, session_id, token = begun
    return await answer_session(
        rooms, request, ticket.person_id, session_id, token, client=ticket.client, status=200
    )


@get("/auth/second-factor", tags=["auth"], summary="Read the second factor")
async def read_second_factor(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> SecondFactor:
    """Whether the caller is asked for a code when they sign in."""
    found = await rooms.store.read(lambda read: second_factor.state(read, caller.person_id))
    if found is None:
        return SecondFactor(on=False, since_ms=None, recovery_left=0)
    return SecondFactor(on=True, **found)


@post(
    "/auth/second-factor/set-up",
    status_code=200,
    opt={"auth": True},
    tags=["auth"],
    summary="Set up a second factor",
)
async def set_up_second_factor(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]
) -> SecondFactorSecret:
    """A new secret for an authenticator; it counts once a code was sent to turn-on. Refuses `email_unconfirmed`,
    `step_up_required`, `second_factor_on`."""
    await need_own(rooms, caller)
    account = await rooms.store.read(lambda read: _account(read, caller.person_id))
    secret = await rooms.store.write_people(lambda tx: second_factor.set_up(tx, caller.person_id))
    uri = second_factor.uri(secret, account)
    return SecondFactorSecret(secret=secret, uri=uri, qr_svg=_qr(uri))


@post(
    "/auth/second-factor/turn-on",
    status_code=200,
    opt={"auth": True},
    tags=["auth"],
    summary="Turn the second factor on",
)
async def turn_on_second_factor(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    data: JSONBody[SecondFactorCode],
    request: Request[Any, Any, Any],
) -> RecoveryCodes:
    """Asks for codes from now on. Refuses `email_unconfirmed`, `step_up_required`, `second_factor_on`,
    `second_factor_off`, `second_factor_failed`."""
    await need_own(rooms, caller)

    def turn_on(tx: Tx) -> list[str]:
        still_own(rooms, tx, caller)
        codes = second_factor.turn_on(tx, rooms.server_keys, caller.person_id, data.code)
        note(tx, caller, request, "second_factor_on")
        return codes

    return RecoveryCodes(codes=await rooms.store.write_people(turn_on))


@post(
    "/auth/second-factor/recovery-codes",
    status_code=200,
    opt={"auth": True},
    tags=["auth"],
    summary="Make new recovery codes",
)
async def make_recovery_codes(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> RecoveryCodes:
    """The old ones work no more. Refuses `step_up_required`, `second_factor_off`."""
    await need_recent(rooms, caller)

    def make(tx: Tx) -> list[str]:
        still_in(tx, caller)
        codes = second_factor.new_codes(tx, rooms.server_keys, caller.person_id)
        note(tx, caller, request, "recovery_codes_made")
        return codes

    return RecoveryCodes(codes=await rooms.store.write_people(make))


@delete("/auth/second-factor", opt={"auth": True}, tags=["auth"], summary="Turn the second factor off")
async def turn_off_second_factor(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> None:
    """One step suffices from then on, which a mail tells. Refuses `step_up_required`, `second_factor_off`."""
    await need_recent(rooms, caller)

    def turn_off(tx: Tx) -> dict[str, Any] | None:
        still_in(tx, caller)
        second_factor.turn_off(tx, caller.person_id)
        note(tx, caller, request, "second_factor_off")
        return people.get(tx, caller.person_id)

    person = await rooms.store.write_people(turn_off)
    if person is not None and person["email"] is not None:
        await rooms.mail.send(
            to=person["email"], kind="second_factor_off", language=person["language"], values={}
        )


def _account(read: Read, person_id: str) -> str:
    """What the authenticator calls the account."""
    row = people.get(read, person_id)
    if row is None:
        raise Refusal("session_ended")
    return str(row["email"] or row["phone"] or row["name"] or "Outlay")


def _qr(uri: str) -> str:
    """ISO/IEC 18004, black on white in any theme: scanners want it so."""
    import segno

    picture = io.BytesIO()
    segno.make(uri, error="m").save(
        picture, kind="svg", xmldecl=False, scale=4, border=4, light="#fff", dark="#000", omitsize=True
    )
    return picture.getvalue().decode().strip()


ROUTES: Final = [
    second_step,
    read_second_factor,
    set_up_second_factor,
    turn_on_second_factor,
    make_recovery_codes,
    turn_off_second_factor,
]
