"""What is proved by a mail or a text message: an address, a telephone, a new password, signing in by a code.

No answer here tells whether an address or a number has an account: both are treated alike, and messages leave in
the background.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, delete, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from outlay import joining
from outlay.http import letters
from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.security import need_own, need_recent, note, still_in, still_own
from outlay.http.session import OPEN, Client, DeviceName, SignedIn, on_known_device, start_session
from outlay.http.shapes import Country, EmailText, Id, Name, PasswordText, Person, person_shape
from outlay.http.users import confirm_who
from outlay.identity import api_tokens, challenges, events, keys, people, rules, second_factor, sessions, ways
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.errors import Duplicate
from outlay.store.read import Read
from outlay.store.write import Tx

PhoneText = Annotated[
    str,
    msgspec.Meta(
        min_length=3,
        max_length=rules.PHONE_MAX,
        examples=["+30 210 1234567"],
        description="With its country's code, or as it is dialled in `country`.",
    ),
]
Code = Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$", examples=["123456"])]
Token = Annotated[str, msgspec.Meta(max_length=200, description="What stands behind # in the mail's link.")]


class PhoneCode(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A number to send a code to, and the language to send it in."""

    phone: PhoneText
    country: Country | None = None
    language: Annotated[str, msgspec.Meta(max_length=10)] = "en"


class NewPhone(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The caller's new number."""

    phone: PhoneText
    country: Country | None = None


class CodeSent(msgspec.Struct, kw_only=True):
    """`challenge_id` comes back with the code; `expires_in` is in seconds; `phone` is the number in E.164."""

    challenge_id: Id
    expires_in: int
    phone: str


class PhoneSignIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The code of a text message. Who is new becomes a person with what else is given, as with sign-up."""

    challenge_id: Id
    code: Code
    phone: PhoneText
    name: Name | None = None
    book_id: Id | None = None
    base_currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", examples=["EUR"])] = "EUR"
    language: Annotated[str, msgspec.Meta(max_length=10)] = "en"
    country: Country | None = None
    device_name: DeviceName | None = None
    client: Client = "browser"


class PhoneConfirmation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The code that came to the new number."""

    challenge_id: Id
    code: Code


class ResetRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The address of the account."""

    email: EmailText


class ResetPassword(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The mail's token and the password that shall hold."""

    token: Token
    new_password: PasswordText


class EmailConfirmation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The mail's token."""

    token: Token


class NewEmail(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The caller's new address. The password may be left out within ten minutes after POST /auth/confirm."""

    email: EmailText
    password: Annotated[str, msgspec.Meta(max_length=1000)] | None = None


@post(
    "/auth/phone",
    status_code=200,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Send a code to a telephone",
)
async def send_code(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], data: JSONBody[PhoneCode]
) -> CodeSent:
    """A code for signing in, whether or not the number has an account. Refuses `phone_malformed`, `rate_limited`."""
    phone = rules.phone(data.phone, data.country)
    key = people.phone_key(rooms.server_keys, phone)
    known = await on_known_device(
        rooms, request, lambda read: people.find_by_phone(read, rooms.server_keys, phone)
    )
    await rooms.throttle.message(to=key, address=address_of(request), known=known)
    code = challenges.code()

    def make(tx: Tx) -> tuple[str, str | None]:
        challenge_id = challenges.make(
            tx,
            rooms.server_keys,
            purpose="sign_in_by_phone",
            subject_key=key,
            secret=code,
            minutes=limits.CODE_MINUTES,
        )
        return challenge_id, people.find_by_phone(tx, rooms.server_keys, phone)

    challenge_id, person_id = await rooms.store.write_people(make)

    async def send() -> None:
        if person_id is not None or rooms.settings.sign_up == "open":
            await _text(rooms, phone, code, data.language)

    rooms.afterwards.put(send)
    return _sent(challenge_id, phone)


@post(
    "/auth/phone/sign-in",
    status_code=200,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Sign in by a code",
)
async def sign_in_by_code(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], data: JSONBody[PhoneSignIn]
) -> Response[SignedIn]:
    """Starts a session of the number's person, who is made when there is none. Refuses `code_wrong`, after five tries
    or five minutes `code_over`, `ticket_over` where the number was given up meanwhile, and `second_factor_required`
    with a ticket for POST /auth/second-factor."""
    phone = rules.phone(data.phone, data.country)

    def take(tx: Tx) -> tuple[bool, str | None]:
        row = challenges.take(
            tx,
            rooms.server_keys,
            purpose="sign_in_by_phone",
            challenge_id=data.challenge_id,
            secret=data.code,
            subject_key=people.phone_key(rooms.server_keys, phone),
        )
        return row is not None, people.find_by_phone(tx, rooms.server_keys, phone)

    right, person_id = await rooms.store.write_people(take)
    if not right or (person_id is None and rooms.settings.sign_up != "open"):
        raise Refusal("code_wrong", field="code")
    status = 200
    if person_id is None:
        status = 201
        person_id = await joining.new_person(
            rooms.store,
            rooms.server_keys,
            name=data.name,
            book_id=data.book_id,
            base_currency=data.base_currency,
            language=data.language,
            country=data.country,
            more=lambda tx, made_id: people.set_phone(tx, rooms.server_keys, person_id=made_id, phone=phone),
        )
    mine = person_id
    return await start_session(
        rooms,
        request,
        person_id,
        data.client,
        data.device_name,
        status=status,
        still=lambda read: people.find_by_phone(read, rooms.server_keys, phone) == mine,
    )


@post(
    "/auth/reset",
    status_code=204,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Send a link to a new password",
)
async def ask_reset(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], data: JSONBody[ResetRequest]
) -> None:
    """The same answer whether or not the address has an account. Refuses `email_malformed`, `rate_limited`."""
    email = rules.email(data.email)
    known = await on_known_device(rooms, request, lambda read: people.find(read, rooms.server_keys, email))
    key = keys.login_key(rooms.server_keys, email)
    await rooms.throttle.message(to=key, address=address_of(request), known=known)
    await letters.send_reset(rooms, email=email)


@post(
    "/auth/reset/password",
    status_code=204,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Choose a new password",
)
async def reset_password(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], data: JSONBody[ResetPassword]
) -> None:
    """Keeps a new password and ends every session and API token; the address counts as confirmed. When it was not
    before, somebody else may have signed up with it: every other way in and the second factor are taken off, too.
    Refuses `link_over`, `password_short`, `password_common`."""

    def look(read: Read) -> dict[str, Any] | None:
        row = challenges.peek_link(
            read, rooms.server_keys, purpose="reset", token=data.token, now_ms=rooms.clock()
        )
        return people.get(read, row["person_id"]) if row and row["person_id"] else None

    person = await rooms.store.read(look)
    if person is None:
        raise Refusal("link_over")
    kept = rules.password(data.new_password, "new_password", (person["email"], person["name"]))
    secret_hash = await rooms.passwords.hash(kept)

    def change(tx: Tx) -> tuple[dict[str, Any], list[str]]:
        row = challenges.take_link(tx, rooms.server_keys, purpose="reset", token=data.token)
        now = people.get(tx, row["person_id"]) if row else None
        if row is None or now is None or now["login_key"] != row["subject_key"]:
            raise Refusal("link_over")
        person_id = row["person_id"]
        people.hold(tx, person_id)
        if people.is_unproven(now):
            _take_off(tx, rooms, request, now)
        people.set_password(tx, person_id=person_id, secret_hash=secret_hash)
        people.confirm_email(tx, rooms.server_keys, person_id=person_id, email=now["email"])
        # an address or a number that somebody else asked for moves the account no more
        challenges.forget_all(tx, person_id)
        events.note(tx, person_id=person_id, kind="password_reset", address=address_of(request))
        api_tokens.end_all(tx, person_id)
        return now, sessions.end_others(tx, person_id=person_id, but=None)

    now, ended = await rooms.store.write_people(change)
    rooms.forget_api_tokens(now["person_id"])
    for session_id in ended:
        rooms.tokens.end(now["person_id"], session_id)
    await rooms.mail.send(to=now["email"], kind="password_reset", language=now["language"], values={})


@post(
    "/auth/email/confirm",
    status_code=204,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Confirm an address",
)
async def confirm_email(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], data: JSONBody[EmailConfirmation]
) -> None:
    """The address that the mail went to is the person's from now on. Refuses `link_over`, `email_taken`."""

    def confirm(tx: Tx) -> dict[str, Any]:
        row = challenges.take_link(tx, rooms.server_keys, purpose="email", token=data.token)
        before = people.get(tx, row["person_id"]) if row else None
        if row is None or before is None:
            raise Refusal("link_over")
        after = people.confirm_email(tx, rooms.server_keys, person_id=row["person_id"], email=row["address"])
        if after["login_key"] != before["login_key"]:
            challenges.forget(tx, person_id=row["person_id"], purpose="reset")
            events.note(tx, person_id=row["person_id"], kind="email_changed", address=address_of(request))
        return before | {"moved": after["login_key"] != before["login_key"]}

    try:
        before = await rooms.store.write_people(confirm)
    except Duplicate:
        raise Refusal("email_taken", field="email") from None
    if before["moved"] and before["email"] is not None:
        await rooms.mail.send(
            to=before["email"], kind="email_changed", language=before["language"], values={}
        )


@post("/users/me/email", status_code=204, opt={"auth": True}, tags=["users"], summary="Change the address")
async def change_email(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    data: JSONBody[NewEmail],
) -> None:
    """Sends a link to the new address, which counts once that is opened; until then the one before does.
    Refuses `email_malformed`, `password_wrong`, `step_up_required`, `rate_limited`."""
    email = rules.email(data.email)
    await confirm_who(rooms, caller, request, data.password)
    await _send_link(rooms, caller, request, email)


@post(
    "/users/me/email/link", status_code=204, opt={"auth": True}, tags=["users"], summary="Send the link again"
)
async def send_link_again(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> None:
    """A new link to confirm the caller's present address, when that is not confirmed yet. Refuses `rate_limited`."""
    person = await _need_person(rooms, caller)
    if person["email"] is not None and person["email_confirmed_at_ms"] is None:
        await _send_link(rooms, caller, request, person["email"])


@post(
    "/users/me/phone",
    status_code=200,
    opt={"auth": True},
    tags=["users"],
    summary="Send a code to a new number",
)
async def change_phone(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    data: JSONBody[NewPhone],
) -> CodeSent:
    """The number counts once the code is given back. Refuses `phone_malformed`, `email_unconfirmed`,
    `step_up_required`, `rate_limited`."""
    await need_own(rooms, caller)
    phone = rules.phone(data.phone, data.country)
    person = await _need_person(rooms, caller)
    key = people.phone_key(rooms.server_keys, phone)
    await rooms.throttle.message(to=key, address=address_of(request), person_id=caller.person_id)
    code = challenges.code()

    def make(tx: Tx) -> str:
        challenges.forget(tx, person_id=caller.person_id, purpose="phone")
        return challenges.make(
            tx,
            rooms.server_keys,
            purpose="phone",
            subject_key=key,
            secret=code,
            minutes=limits.CODE_MINUTES,
            person_id=caller.person_id,
            address=phone,
        )

    challenge_id = await rooms.store.write_people(make)
    await _text(rooms, phone, code, person["language"])
    return _sent(challenge_id, phone)


@post(
    "/users/me/phone/confirm", status_code=200, opt={"auth": True}, tags=["users"], summary="Confirm a number"
)
async def confirm_phone(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    data: JSONBody[PhoneConfirmation],
) -> Person:
    """The number is the caller's and signs them in. Refuses `code_wrong`, `code_over`, `way_taken`,
    `email_unconfirmed`."""

    def take(tx: Tx) -> dict[str, Any] | None:
        still_own(rooms, tx, caller)
        row = challenges.take(
            tx, rooms.server_keys, purpose="phone", challenge_id=data.challenge_id, secret=data.code
        )
        if row is None or row["person_id"] != caller.person_id:
            return None
        note(tx, caller, request, "phone_changed")
        return people.set_phone(tx, rooms.server_keys, person_id=caller.person_id, phone=row["address"])

    try:
        person = await rooms.store.write_people(take)
    except Duplicate:
        raise Refusal("way_taken", field="phone") from None
    if person is None:
        raise Refusal("code_wrong", field="code")
    return person_shape(person)


@delete("/users/me/phone", opt={"auth": True}, tags=["users"], summary="Take the number away")
async def remove_phone(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> None:
    """Nobody signs in by it any more. Refuses `step_up_required`, and `way_last` for the only way in."""
    await need_recent(rooms, caller)

    def remove(tx: Tx) -> None:
        still_in(tx, caller)
        person = people.get(tx, caller.person_id)
        if person is None or person["phone"] is None:
            return
        if ways.phone_signs_in(person):
            ways.need_another(tx, caller.person_id)
        people.set_phone(tx, rooms.server_keys, person_id=caller.person_id, phone=None)
        note(tx, caller, request, "phone_changed")

    await rooms.store.write_people(remove)


def _take_off(tx: Tx, rooms: Rooms, request: Request[Any, Any, Any], person: dict[str, Any]) -> None:
    """Whatever was added before anybody had shown that the address is theirs."""
    person_id, address = person["person_id"], address_of(request)
    removed = ways.remove_all(tx, person_id)
    for row in removed:
        events.note(
            tx,
            person_id=person_id,
            kind="way_removed",
            address=address,
            detail=row["provider"] or row["label"],
        )
    if person["phone"] is not None:
        people.set_phone(tx, rooms.server_keys, person_id=person_id, phone=None)
        events.note(tx, person_id=person_id, kind="phone_changed", address=address)
    if second_factor.forget(tx, person_id):
        events.note(tx, person_id=person_id, kind="second_factor_off", address=address)


async def _need_person(rooms: Rooms, caller: Caller) -> dict[str, Any]:
    person = await rooms.store.read(lambda read: people.get(read, caller.person_id))
    if person is None:
        raise Refusal("session_ended")
    return person


async def _send_link(rooms: Rooms, caller: Caller, request: Request[Any, Any, Any], email: str) -> None:
    person = await _need_person(rooms, caller)
    key = keys.login_key(rooms.server_keys, email)
    await rooms.throttle.message(to=key, address=address_of(request), person_id=caller.person_id)
    await letters.send_confirmation(
        rooms,
        person_id=caller.person_id,
        email=email,
        language=person["language"],
        before=lambda tx: still_in(tx, caller),
    )


async def _text(rooms: Rooms, phone: str, code: str, language: str) -> None:
    values = {"code": code, "minutes": str(limits.CODE_MINUTES)}
    await rooms.sms.send(to=phone, kind="code", language=language, values=values)


def _sent(challenge_id: str, phone: str) -> CodeSent:
    return CodeSent(challenge_id=challenge_id, expires_in=limits.CODE_MINUTES * 60, phone=phone)


ROUTES: Final = [
    send_code,
    sign_in_by_code,
    ask_reset,
    reset_password,
    confirm_email,
    change_email,
    send_link_again,
    change_phone,
    confirm_phone,
    remove_phone,
]
