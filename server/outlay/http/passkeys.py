"""Passkeys: adding one, and signing in with one (WebAuthn Level 3). Ids, keys and signatures travel as base64url."""

from __future__ import annotations

import base64
import secrets
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from outlay.http.providers import base_of
from outlay.http.rooms import Caller, Rooms
from outlay.http.security import need_own, still_own
from outlay.http.session import OPEN, Client, DeviceName, SignedIn, start_session
from outlay.http.ways import Way, note, shown
from outlay.identity import ceremonies, passkeys, people, rules, sessions, ways
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

Bytes = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]*$",
        max_length=passkeys.ANSWER_CHARACTERS,
        description="base64url without padding.",
    ),
]


class PasskeyQuestion(msgspec.Struct, kw_only=True):
    """What `navigator.credentials` is to be asked. `user_id`, `user_name` and `exclude` only for a new one; `allow`,
    where only certain ones count."""

    challenge: str
    rp_id: str
    timeout_ms: int
    user_id: str | None = None
    user_name: str | None = None
    exclude: list[str] = []
    allow: list[str] = []


class NewPasskey(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A browser's answer to `create`. Without a name it has the device's."""

    id: Bytes
    client_data: Bytes
    attestation: Bytes
    name: Annotated[str, msgspec.Meta(max_length=rules.DEVICE_NAME_MAX, examples=["Ana's phone"])] | None = (
        None
    )


class PasskeyAnswer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A browser's answer to `get`."""

    id: Bytes
    client_data: Bytes
    authenticator_data: Bytes
    signature: Bytes


class ShownPasskey(PasskeyAnswer, kw_only=True, forbid_unknown_fields=True):
    """A browser's answer to `get`, and whose device it is."""

    device_name: DeviceName | None = None
    client: Client = "browser"


@post(
    "/auth/ways/passkeys/start",
    status_code=200,
    opt={"auth": True},
    tags=["auth"],
    summary="Begin to add a passkey",
)
async def start_passkey(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> PasskeyQuestion:
    """The question for a new passkey; passkeys that there are already are left out. Refuses `email_unconfirmed`,
    `step_up_required`."""
    await need_own(rooms, caller)
    challenge = secrets.token_urlsafe(32)

    def begin(tx: Tx) -> PasskeyQuestion:
        person = people.get(tx, caller.person_id)
        if person is None:
            raise Refusal("session_ended")
        ceremonies.begin(tx, "passkey_new", challenge, {"person_id": caller.person_id})
        return question(
            rooms,
            request,
            challenge,
            user_id=base64.urlsafe_b64encode(caller.person_id.encode()).rstrip(b"=").decode(),
            user_name=person["email"] or person["name"] or person["phone"] or "Outlay",
            exclude=ways.passkeys_of(tx, caller.person_id),
        )

    return await rooms.store.write_people(begin)


@post("/auth/ways/passkeys", opt={"auth": True}, tags=["auth"], summary="Add a passkey")
async def add_passkey(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    data: JSONBody[NewPasskey],
) -> Way:
    """Another way into the caller's account. Refuses `passkey_invalid`, `way_taken`, `too_many_ways`,
    `email_unconfirmed`."""
    challenge = passkeys.challenge_of(data.client_data)
    begun = await rooms.store.write_people(lambda tx: ceremonies.take(tx, "passkey_new", challenge))
    if begun is None or begun["person_id"] != caller.person_id:
        raise Refusal("passkey_invalid")
    made = passkeys.made(
        base=base_of(rooms, request),
        challenge=challenge,
        credential_id=data.id,
        client_data=data.client_data,
        attestation=data.attestation,
    )

    def add(tx: Tx) -> dict[str, Any]:
        still_own(rooms, tx, caller)
        row = ways.add_passkey(
            tx,
            rooms.server_keys,
            person_id=caller.person_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=data.name or sessions.device_name(tx, caller.person_id, caller.session_id),
        )
        note(tx, rooms, request, caller, "way_added", row)
        return row

    return await shown(rooms, caller, await rooms.store.write_people(add))


@post(
    "/auth/passkeys/start",
    status_code=200,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Begin to sign in by a passkey",
)
async def start_passkey_sign_in(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any]
) -> PasskeyQuestion:
    """The question for any passkey of this server: the device shows whose it has."""
    challenge = secrets.token_urlsafe(32)
    await rooms.store.write_people(lambda tx: ceremonies.begin(tx, "passkey", challenge, {}))
    return question(rooms, request, challenge)


@post(
    "/auth/passkeys/sign-in",
    status_code=200,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Sign in by a passkey",
)
async def sign_in_by_passkey(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], data: JSONBody[ShownPasskey]
) -> Response[SignedIn]:
    """Starts a session. Refuses `passkey_invalid` alike for one that is unknown, wrong, or was copied, `ticket_over`
    where it was removed meanwhile."""
    _, row = await verified(rooms, request, data, "passkey")
    return await start_session(
        rooms,
        request,
        row["person_id"],
        data.client,
        data.device_name,
        status=200,
        factors=2,
        still=lambda read: ways.owner(read, row["login_key"]) == row["person_id"],
    )


def question(rooms: Rooms, request: Request[Any, Any, Any], challenge: str, **more: Any) -> PasskeyQuestion:
    """A question for this server's address."""
    return PasskeyQuestion(
        challenge=challenge,
        rp_id=passkeys.relying_party(base_of(rooms, request)),
        timeout_ms=passkeys.TIMEOUT_MS,
        **more,
    )


async def verified(
    rooms: Rooms, request: Request[Any, Any, Any], answer: PasskeyAnswer, kind: ceremonies.Kind
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Uses up the question that a passkey answers: (what was remembered with it, the passkey's way). Refuses
    `passkey_invalid` alike for one that is unknown, wrong, or was copied."""
    challenge = passkeys.challenge_of(answer.client_data)
    login_key = ways.passkey_key(rooms.server_keys, answer.id)

    def look(read: Read) -> dict[str, Any] | None:
        person_id = ways.owner(read, login_key)
        return ways.by_key(read, person_id, login_key) if person_id else None

    begun = await rooms.store.write_people(lambda tx: ceremonies.take(tx, kind, challenge))
    row = await rooms.store.read(look)
    if begun is None or row is None or row["public_key"] is None:
        raise Refusal("passkey_invalid")
    sign_count = passkeys.shown(
        base=base_of(rooms, request),
        challenge=challenge,
        credential_id=answer.id,
        client_data=answer.client_data,
        authenticator_data=answer.authenticator_data,
        signature=answer.signature,
        public_key=row["public_key"],
        sign_count=row["sign_count"],
    )
    await rooms.store.write_people(lambda tx: ways.counted(tx, row, sign_count))
    return begun, row


ROUTES: Final = [start_passkey, add_passkey, start_passkey_sign_in, sign_in_by_passkey]
