"""Mails and text messages through the door: addresses confirmed, passwords reset, codes taken. The mail server and
the gateway are real ones that speak their protocols here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pyotp
import pytest

from letters import Letters, mail_server
from outlay.http import throttle
from outlay.http.rooms import Caller
from outlay.http.security import still_own
from outlay.http.session import DEVICE_COOKIE
from outlay.identity import people, photos, rules, second_factor, sessions, ways
from outlay.identity.providers.talk import Identity
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.settings import Settings
from outlay.store.engine import Store
from outlay.store.keyring import Keyring
from outlay.store.read import Read
from outlay.store.write import Tx
from sites import ORIGIN, Site, Somebody, last_code, last_mail, link_of, site_of

PHONE = "+4915123456789"
OTHER_PHONE = "+14155552671"
PASSWORD = "correct horse battery"
MINUTE_MS = 60_000


async def recent(site: Site, who: Somebody) -> None:
    """The person has just proved who they are."""
    await site.store.write_people(
        lambda tx: sessions.confirm(tx, person_id=who.id, session_id=who.session_id)
    )


async def test_a_new_address_is_confirmed_by_its_mail(site: Site) -> None:
    body = {"email": "new@outlay.example", "password": PASSWORD, "client": "native", "language": "de"}
    made = (await site.ask("POST", "/api/v1/auth/sign-up", json=body)).json()
    assert made["person"]["email_confirmed"] is False
    mail = await last_mail(site)
    assert mail["To"] == "new@outlay.example"
    assert "Bestätige" in mail["Subject"]
    assert next((site.rooms.settings.data_dir / "outbox").glob("*.eml")).stat().st_mode & 0o077 == 0
    token = link_of(mail, "confirm")
    assert (
        await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": token[:-1] + "x"})
    ).status_code == 410
    assert (await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": token})).status_code == 204
    again = await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": token})
    assert (again.status_code, again.json()["code"]) == (410, "link_over")
    headers = {"authorization": f"Bearer {made['access_token']}"}
    assert (await site.ask("GET", "/api/v1/users/me", headers=headers)).json()["email_confirmed"] is True


async def test_another_address_counts_once_it_is_confirmed(site: Site) -> None:
    who, other = await site.person("ana"), await site.person("ben")
    ask = {"email": "ana@elsewhere.example"}
    refused = await site.ask("POST", "/api/v1/users/me/email", who, json=ask)
    if refused.status_code == 204:  # a session that has just begun may
        site.rooms.clock.advance(limits.CONFIRMED_MINUTES * MINUTE_MS + 1)  # type: ignore[attr-defined]
        refused = await site.ask("POST", "/api/v1/users/me/email", who, json=ask)
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")
    await recent(site, who)
    assert (await site.ask("POST", "/api/v1/users/me/email", who, json=ask)).status_code == 204
    token = link_of(await last_mail(site), "confirm")
    assert (await site.get("/api/v1/users/me", who))["email"] == who.email
    assert (await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": token})).status_code == 204
    me = await site.get("/api/v1/users/me", who)
    assert (me["email"], me["email_confirmed"]) == ("ana@elsewhere.example", True)
    assert (await last_mail(site))["To"] == who.email  # the one before is told
    # An address that somebody has is asked for alike, and merges nothing.
    assert (
        await site.ask("POST", "/api/v1/users/me/email", who, json={"email": other.email})
    ).status_code == 204
    token = link_of(await last_mail(site), "confirm")
    taken = await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": token})
    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")
    assert (await site.get("/api/v1/users/me", who))["email"] == "ana@elsewhere.example"


async def test_the_link_can_be_sent_again_and_the_first_counts_no_more(site: Site) -> None:
    who = await site.person()
    for _ in range(2):
        assert (await site.ask("POST", "/api/v1/users/me/email/link", who)).status_code == 204
        await site.rooms.mail.sent()
    first, second = (link_of(mail, "confirm") for mail in site.mails())
    assert (await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": first})).status_code == 410
    assert (await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": second})).status_code == 204
    await site.ask("POST", "/api/v1/users/me/email/link", who)
    await site.rooms.mail.sent()
    assert len(site.mails()) == 2  # it is confirmed: there is nothing to send


async def test_a_new_password_by_mail_ends_every_session(site: Site) -> None:
    who = await site.person("ana")
    await site.book(who)
    wanted = {"name": "a script", "scopes": ["read"]}
    program = (await site.ask("POST", "/api/v1/auth/tokens", who, json=wanted)).json()["token"]
    by_program = {"authorization": f"Bearer {program}"}
    assert (await site.ask("GET", "/api/v1/books", headers=by_program)).status_code == 200
    assert (
        await site.ask("POST", "/api/v1/auth/reset", json={"email": who.email.upper()})
    ).status_code == 204
    mail = await last_mail(site)
    assert mail["To"] == who.email
    token = link_of(mail, "reset")
    for bad, code in (("short", None), ("password1", "password_common"), (who.email, "password_common")):
        answer = await site.ask(
            "POST", "/api/v1/auth/reset/password", json={"token": token, "new_password": bad}
        )
        assert answer.status_code in (400, 422), answer.text
        assert code is None or answer.json()["code"] == code
    body = {"token": token, "new_password": PASSWORD}
    answers = await asyncio.gather(
        *[site.ask("POST", "/api/v1/auth/reset/password", json=body) for _ in range(3)]
    )
    assert sorted(answer.status_code for answer in answers) == [204, 410, 410]
    assert (await site.ask("GET", "/api/v1/users/me", who)).status_code == 401
    assert (await site.ask("GET", "/api/v1/books", headers=by_program)).status_code == 401
    told = await last_mail(site)
    assert (told["To"], "password" in told["Subject"]) == (who.email, True)
    signed_in = await site.ask(
        "POST", "/api/v1/auth/sign-in", json={"email": who.email, "password": PASSWORD, "client": "native"}
    )
    assert signed_in.status_code == 200
    assert signed_in.json()["person"]["email_confirmed"] is True


@pytest.mark.parametrize("how", ["changed", "reset by mail"])
async def test_a_new_password_ends_links_to_another_address(site: Site, how: str) -> None:
    """Who had the session may have asked for an address of their own, and its link counts for a week."""
    who = await site.person("ana")
    ask = {"email": "thief@elsewhere.example"}
    assert (await site.ask("POST", "/api/v1/users/me/email", who, json=ask)).status_code == 204
    theirs = link_of(await last_mail(site), "confirm")
    if how == "changed":
        body = {"new_password": PASSWORD}
        assert (await site.ask("POST", "/api/v1/users/me/password", who, json=body)).status_code == 204
    else:
        await site.ask("POST", "/api/v1/auth/reset", json={"email": who.email})
        body = {"token": link_of(await last_mail(site), "reset"), "new_password": PASSWORD}
        assert (await site.ask("POST", "/api/v1/auth/reset/password", json=body)).status_code == 204
    answer = await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": theirs})
    assert (answer.status_code, answer.json()["code"]) == (410, "link_over")
    body = {"email": who.email, "password": PASSWORD, "client": "native"}
    assert (await site.ask("POST", "/api/v1/auth/sign-in", json=body)).status_code == 200


async def test_nothing_is_added_before_the_address_is_confirmed(store: Store, settings: Settings) -> None:
    """Who signs up with a stranger's address keeps nothing when the stranger comes."""
    letters = Letters()
    async with (
        mail_server(letters) as port,
        site_of(store, replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")) as site,
    ):
        who = await site.person("ana")
        book_id = await site.book(who)
        adding: list[tuple[str, dict[str, Any] | None]] = [
            ("/auth/second-factor/set-up", None),
            ("/auth/second-factor/turn-on", {"code": "000000"}),
            ("/auth/ways/passkeys/start", None),
            ("/auth/ways/providers/google", {"challenge": "x" * 43}),
            ("/users/me/phone", {"phone": PHONE}),
            (f"/books/{book_id}/invitations", {"role": "editor"}),
        ]

        async def codes() -> set[str]:
            answers = [await site.ask("POST", f"/api/v1{path}", who, json=body) for path, body in adding]
            return {answer.json().get("code", "") for answer in answers}

        assert await codes() == {"email_unconfirmed"}
        await site.ask("POST", "/api/v1/users/me/email/link", who)
        await site.rooms.mail.sent()
        token = link_of(letters.got[-1], "confirm")
        confirmed = await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": token})
        assert confirmed.status_code == 204
        assert await codes() == {"", "second_factor_failed", "provider_unknown"}
        # What is under way when the session ends comes too late.
        caller = Caller(who.id, who.session_id, site.store.clock())
        await site.store.write_people(lambda tx: still_own(site.rooms, tx, caller))
        await site.store.write_people(lambda tx: sessions.end_others(tx, person_id=who.id, but=None))
        with pytest.raises(Refusal, match="session_ended"):
            await site.store.write_people(lambda tx: still_own(site.rooms, tx, caller))


async def test_a_session_that_just_ended_does_nothing_dangerous(site: Site) -> None:
    """Another process may have ended it, which this one notices within a minute: it looks when it writes."""
    who, other = await site.person("ana"), await site.person("ben")
    book_id = await site.book(who, editor=other)
    identity = Identity(provider="google", subject="1", email=None, email_verified=False, name="Ana")

    def add(tx: Tx) -> str:
        secret = second_factor.set_up(tx, who.id)
        code = pyotp.TOTP(secret).at(tx.now_ms // 1000)
        second_factor.turn_on(tx, site.rooms.server_keys, who.id, code)
        people.set_phone(tx, site.rooms.server_keys, person_id=who.id, phone=PHONE)
        way = ways.add_provider(tx, site.rooms.server_keys, person_id=who.id, identity=identity)
        return str(way["way_id"])

    way_id = await site.store.write_people(add)
    await site.get("/api/v1/users/me", who)
    await site.store.write_people(lambda tx: sessions.end_others(tx, person_id=who.id, but=None))
    dangerous: list[tuple[str, str, dict[str, Any] | None]] = [
        ("POST", "/auth/tokens", {"name": "mine", "scopes": ["read"], "days": 9}),
        ("POST", "/users/me/email", {"email": "thief@outlay.example"}),
        ("POST", "/users/me/email/link", None),
        ("POST", "/users/me/password", {"new_password": PASSWORD}),
        ("POST", f"/books/{book_id}/invitations", {"role": "owner"}),
        ("POST", "/auth/second-factor/recovery-codes", None),
        ("DELETE", "/auth/second-factor", None),
        ("DELETE", f"/auth/ways/{way_id}", None),
        ("DELETE", "/users/me/phone", None),
        ("POST", "/users/me/exports", None),
        ("PUT", f"/books/{book_id}/members/{other.id}", {"role": "owner"}),
        ("DELETE", f"/books/{book_id}/members/{other.id}", None),
        ("DELETE", f"/books/{book_id}", None),
        ("DELETE", "/users/me", {"hand_over": {book_id: other.id}}),
    ]
    answers = [await site.ask(how, f"/api/v1{path}", who, json=body) for how, path, body in dangerous]
    told = [answer.json() and answer.json()["code"] for answer in answers]
    assert told == ["session_ended"] * len(dangerous), list(zip(dangerous, told, strict=True))
    assert (await site.ask("GET", "/api/v1/users/me", who)).status_code == 200


async def test_who_has_no_address_needs_none(store: Store, settings: Settings) -> None:
    async with site_of(store, replace(settings, smtp_url="smtp://127.0.0.1")) as site:
        sent = (await site.ask("POST", "/api/v1/auth/phone", json={"phone": PHONE})).json()
        _, code = await last_code(site)
        body = {"challenge_id": sent["challenge_id"], "phone": PHONE, "code": code, "client": "native"}
        made = (await site.ask("POST", "/api/v1/auth/phone/sign-in", json=body)).json()
        bearer = {"authorization": f"Bearer {made['access_token']}"}
        for path in ("/auth/second-factor/set-up", "/auth/ways/passkeys/start"):
            assert (await site.ask("POST", f"/api/v1{path}", headers=bearer)).status_code == 200


@pytest.mark.parametrize("proven", [False, True])
async def test_a_new_password_by_mail_takes_off_what_was_added_before_the_address_was_proven(
    site: Site, proven: bool
) -> None:
    """On a server whose mails do not leave it, or from before it asked."""
    who, keys_ = await site.person("ana"), site.rooms.server_keys

    def add(tx: Tx) -> None:
        if proven:
            people.confirm_email(tx, keys_, person_id=who.id, email=who.email)
        ways.add_provider(tx, keys_, person_id=who.id, identity=Identity("google", "7", None, False, "Thief"))
        ways.add_passkey(
            tx, keys_, person_id=who.id, credential_id="abc", public_key=b"k", sign_count=0, name="Theirs"
        )
        code = pyotp.TOTP(second_factor.set_up(tx, who.id)).at(tx.now_ms // 1000)
        second_factor.turn_on(tx, keys_, who.id, code)

    await site.store.write_people(add)
    await with_phone(site, who)
    await site.ask("POST", "/api/v1/users/me/phone", who, json={"phone": OTHER_PHONE})
    assert (await site.ask("POST", "/api/v1/auth/reset", json={"email": who.email})).status_code == 204
    body = {"token": link_of(await last_mail(site), "reset"), "new_password": PASSWORD}
    assert (await site.ask("POST", "/api/v1/auth/reset/password", json=body)).status_code == 204

    def left(read: Read) -> list[Any]:
        tables = ("login", "way", "second_factor", "recovery_code")
        rows = [
            read.value(f"SELECT COUNT(*) FROM {table} WHERE person_id = :id", id=who.id) for table in tables
        ]
        waiting = read.value("SELECT COUNT(*) FROM challenge WHERE person_id = :id", id=who.id)
        return [*rows, people.find_by_phone(read, keys_, PHONE), waiting]

    expected = [4, 2, 1, limits.RECOVERY_CODES, who.id, 0] if proven else [1, 0, 0, 0, None, 0]
    assert await site.store.read(left) == expected
    sign_in = {"email": who.email, "password": PASSWORD, "client": "native"}
    answer = await site.ask("POST", "/api/v1/auth/sign-in", json=sign_in)
    assert answer.status_code == (401 if proven else 200)
    told = (await site.get("/api/v1/auth/events", await site.again(who)))["items"]
    gone = [
        (item["kind"], item["detail"])
        for item in told
        if item["kind"] in ("way_removed", "second_factor_off")
    ]
    assert sorted(gone) == (
        [] if proven else [("second_factor_off", None), ("way_removed", "Theirs"), ("way_removed", "google")]
    )


async def test_a_new_password_leaves_the_link_to_the_present_address(site: Site) -> None:
    who = await site.person("ana")
    await site.ask("POST", "/api/v1/users/me/email/link", who)
    token = link_of(await last_mail(site), "confirm")
    body = {"new_password": PASSWORD}
    assert (await site.ask("POST", "/api/v1/users/me/password", who, json=body)).status_code == 204
    assert (await site.ask("POST", "/api/v1/auth/email/confirm", json={"token": token})).status_code == 204


async def test_a_link_to_a_password_ends_after_half_an_hour(site: Site) -> None:
    who = await site.person()
    await site.ask("POST", "/api/v1/auth/reset", json={"email": who.email})
    token = link_of(await last_mail(site), "reset")
    site.rooms.clock.advance(limits.RESET_MINUTES * MINUTE_MS + 1)  # type: ignore[attr-defined]
    body = {"token": token, "new_password": PASSWORD}
    assert (await site.ask("POST", "/api/v1/auth/reset/password", json=body)).status_code == 410


async def with_phone(site: Site, who: Somebody, phone: str = PHONE) -> None:
    """The number is the person's from now on."""
    await recent(site, who)
    sent = (await site.ask("POST", "/api/v1/users/me/phone", who, json={"phone": phone})).json()
    _, code = await last_code(site)
    body = {"challenge_id": sent["challenge_id"], "code": code}
    confirmed = await site.ask("POST", "/api/v1/users/me/phone/confirm", who, json=body)
    assert confirmed.status_code == 200, confirmed.text


SAME: dict[str, tuple[str, dict[str, str]]] = {
    "POST /api/v1/auth/sign-in": ("nobody", {"email": "{email}", "password": PASSWORD}),
    "POST /api/v1/auth/reset": ("nobody", {"email": "{email}"}),
    "POST /api/v1/auth/phone": ("nobody", {"phone": "{phone}"}),
    "POST /api/v1/auth/phone/sign-in": (
        "nobody", {"phone": "{phone}", "challenge_id": "{challenge}", "code": "{wrong}"}
    ),
    "POST /api/v1/users/me/email": ("owner", {"email": "{email}"}),
    "POST /api/v1/users/me/phone": ("owner", {"phone": "{phone}"}),
    "POST /api/v1/users/me/phone/confirm": ("owner", {"challenge_id": "{own_challenge}", "code": "{own_wrong}"}),
    "POST /api/v1/books/{book}/invitations": ("owner", {"role": "viewer", "email": "{email}"}),
    "GET /api/v1/books/{book}/invitations": ("owner", {}),
    "GET /api/v1/books/{book}/members": ("owner", {}),
    "GET /api/v1/books/{book}/members/{person}/photo": ("owner", {}),
    "PUT /api/v1/books/{book}/members/{person}": ("owner", {"role": "viewer"}),
    "DELETE /api/v1/books/{book}/members/{person}": ("owner", {}),
    "DELETE /api/v1/users/me": ("owner", {"hand_over": "{person}"}),
}  # fmt: skip
"""Who asks for what about somebody: with an address, a number or an id that has an account, and with one that has
none. (Signing up tells: docs/security.md.)"""


async def test_known_and_unknown_take_the_same_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answers with the same headers, from the same statements (counted, for times say little on a busy
    machine), with no key in memory; and as much is put off until after the answer."""
    known, member = await site.person("known"), await site.person("member")
    await with_phone(site, known)
    await site.store.write_people(lambda tx: photos.keep(tx, known.id, b"a picture"))
    about = [
        {"email": known.email, "phone": PHONE, "person": known.id},
        {"email": "nobody@outlay.example", "phone": OTHER_PHONE, "person": known.id[:-12] + "0" * 12},
    ]
    owners = [await site.person("owner") for _ in about]
    for owner, of in zip(owners, about, strict=True):
        of |= {"book": await site.book(owner, viewer=member), "owner": owner.id, "from": owner.email}
        await recent(site, owner)
        await site.get("/api/v1/users/me", owner)  # a token's first use asks for its session
    site.client.cookies.set(DEVICE_COOKIE, "somebody.else", path="/api/v1/auth")  # is looked at for both
    monkeypatch.setattr(Keyring, "_refresh", lambda self: None)  # every ten seconds, whoever asks
    statements = 0
    kind = type(await site.store.read(lambda read: read._connection))
    for name in ("all", "run", "send", "insert"):
        real = getattr(kind, name)

        def counting(self: Any, *args: Any, real: Any = real, **more: Any) -> Any:
            nonlocal statements
            statements += 1
            return real(self, *args, **more)

        monkeypatch.setattr(kind, name, counting)
    put_off: list[Any] = []
    do_later = site.rooms.afterwards.put
    monkeypatch.setattr(site.rooms.afterwards, "put", put_off.append)

    async def work(
        asked: str, who: Somebody | None, body: dict[str, str], of: dict[str, str]
    ) -> tuple[Any, ...]:
        nonlocal statements
        method, path = asked.format(**of).split(" ")
        given: dict[str, Any] = {name: value.format(**of) for name, value in body.items()}
        if "hand_over" in given:
            given["hand_over"] = {of["book"]: given["hand_over"]}
        site.store._keyring.forget_all()
        statements = 0
        put_off.clear()
        answer = await site.ask(method, path, who, json=given or None)
        taken = statements, len(put_off)
        shown = answer.json() if answer.content else None
        for waiting in put_off:
            do_later(waiting)
        await site.rooms.afterwards.done()
        if asked in ("POST /api/v1/auth/phone", "POST /api/v1/users/me/phone"):
            _, code = await last_code(site)
            own = "own_" if "users" in path else ""
            of[f"{own}challenge"] = shown["challenge_id"]
            of[f"{own}wrong"] = f"{(int(code) + 1) % 1_000_000:06d}"
        return answer.status_code, *taken, headers_of(answer), blank(shown, of)

    one, other = [
        {
            asked: await work(asked, owner if who == "owner" else None, body, of)
            for asked, (who, body) in SAME.items()
        }
        for owner, of in zip(owners, about, strict=True)
    ]
    assert {asked: (one[asked], other[asked]) for asked in SAME if one[asked] != other[asked]} == {}
    assert min(answer[1] for answer in one.values()) > 0
    assert {asked: answer[0] for asked, answer in one.items()} == {
        **dict.fromkeys(SAME, 404),
        **{asked: 200 for asked in SAME if asked.endswith(("auth/phone", "me/phone", "}/members"))},
        **{asked: 200 for asked in SAME if asked.startswith("GET") and asked.endswith("/invitations")},
        **{asked: 204 for asked in SAME if asked.endswith(("/reset", "me/email"))},
        "POST /api/v1/auth/sign-in": 401,
        "POST /api/v1/auth/phone/sign-in": 422,
        "POST /api/v1/users/me/phone/confirm": 422,
        "POST /api/v1/books/{book}/invitations": 201,
    }
    assert {asked: answer[2] for asked, answer in one.items() if answer[2]} == {
        "POST /api/v1/auth/sign-in": 1,
        "POST /api/v1/auth/reset": 1,
        "POST /api/v1/auth/phone": 1,
    }


def headers_of(answer: httpx.Response) -> dict[str, str]:
    """All but the time and the length of what was asked about."""
    return {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}


def blank(shown: Any, of: dict[str, str]) -> Any:
    """An answer without what was asked about, and without what is new each time."""
    if isinstance(shown, dict):
        new = {"challenge_id", "token", "id", "request_id"}
        return {name: "" if name in new else blank(value, of) for name, value in shown.items()}
    if isinstance(shown, list):
        return [blank(value, of) for value in shown]
    if isinstance(shown, str):
        for asked in of.values():
            shown = shown.replace(asked, "")
    return shown


async def ask_code(site: Site, phone: str = PHONE) -> tuple[dict[str, Any], str]:
    answer = await site.ask("POST", "/api/v1/auth/phone", json={"phone": phone})
    assert answer.status_code == 200, answer.text
    to, code = await last_code(site)
    assert to == answer.json()["phone"]
    return answer.json(), code


async def test_signing_up_and_in_by_a_code_is_one_flow(site: Site) -> None:
    sent, code = await ask_code(site, "+49 151 23456789")
    assert sent["phone"] == PHONE
    body = {"challenge_id": sent["challenge_id"], "code": code, "phone": PHONE, "client": "native"}
    made = await site.ask("POST", "/api/v1/auth/phone/sign-in", json=body)
    assert made.status_code == 201, made.text
    person = made.json()["person"]
    assert (person["email"], person["phone"], person["phone_confirmed"]) == (None, PHONE, True)
    assert len(made.json()["books"]) == 1
    assert (await site.ask("POST", "/api/v1/auth/phone/sign-in", json=body)).status_code == 410
    sent, code = await ask_code(site)
    body = {"challenge_id": sent["challenge_id"], "code": code, "phone": PHONE, "client": "native"}
    other = await site.ask("POST", "/api/v1/auth/phone/sign-in", json={**body, "phone": OTHER_PHONE})
    assert other.json()["code"] == "code_wrong"  # the code is of this number alone
    back = await site.ask("POST", "/api/v1/auth/phone/sign-in", json=body)
    assert (back.status_code, back.json()["person"]["id"]) == (200, person["id"])
    headers = {"authorization": f"Bearer {back.json()['access_token']}"}
    last = await site.ask("DELETE", "/api/v1/users/me/phone", headers=headers)
    assert last.json()["code"] in ("way_last", "step_up_required")


async def test_a_code_alone_opens_nothing_where_there_is_a_second_factor(site: Site) -> None:
    async def first_step() -> httpx.Response:
        sent, code = await ask_code(site)
        body = {"challenge_id": sent["challenge_id"], "code": code, "phone": PHONE, "client": "native"}
        return await site.ask("POST", "/api/v1/auth/phone/sign-in", json=body)

    path = "/api/v1/auth/second-factor"
    headers = {"authorization": f"Bearer {(await first_step()).json()['access_token']}"}
    secret = (await site.ask("POST", f"{path}/set-up", headers=headers)).json()["secret"]
    shown = {"code": pyotp.TOTP(secret).at(site.store.clock() // 1000)}
    codes = (await site.ask("POST", f"{path}/turn-on", headers=headers, json=shown)).json()["codes"]
    asked = await first_step()
    assert (asked.status_code, asked.json()["code"]) == (401, "second_factor_required")
    assert "access_token" not in asked.text
    body = {"ticket": asked.json()["params"]["ticket"], "code": codes[0]}
    assert (await site.ask("POST", path, json=body)).json()["refresh_token"]


async def test_a_code_ends_after_five_minutes(site: Site) -> None:
    sent, code = await ask_code(site)
    site.rooms.clock.advance(limits.CODE_MINUTES * MINUTE_MS + 1)  # type: ignore[attr-defined]
    body = {"challenge_id": sent["challenge_id"], "code": code, "phone": PHONE}
    answer = await site.ask("POST", "/api/v1/auth/phone/sign-in", json=body)
    assert (answer.status_code, answer.json()["code"]) == (410, "code_over")


async def test_five_tries_count_however_many_come_at_once(site: Site) -> None:
    sent, code = await ask_code(site)
    wrong = [f"{(int(code) + n) % 1_000_000:06d}" for n in range(1, 25)]
    body = {"challenge_id": sent["challenge_id"], "phone": PHONE}
    answers = await asyncio.gather(
        *[site.ask("POST", "/api/v1/auth/phone/sign-in", json={**body, "code": each}) for each in wrong]
    )
    codes = [answer.json()["code"] for answer in answers]
    assert codes.count("code_wrong") == limits.CODE_TRIES
    assert codes.count("code_over") == len(wrong) - limits.CODE_TRIES
    right = await site.ask("POST", "/api/v1/auth/phone/sign-in", json={**body, "code": code})
    assert right.json()["code"] == "code_over"
    # One that somebody else asked for has tries of its own.
    sent, code = await ask_code(site)
    body = {"challenge_id": sent["challenge_id"], "phone": PHONE, "code": code}
    assert (await site.ask("POST", "/api/v1/auth/phone/sign-in", json=body)).status_code == 201


async def test_a_number_is_one_persons(site: Site) -> None:
    ana, ben = await site.person("ana"), await site.person("ben")
    for who in (ana, ben):
        await recent(site, who)
    sent, taken = [], None
    for who in (ana, ben):
        answer = await site.ask("POST", "/api/v1/users/me/phone", who, json={"phone": PHONE})
        _, code = await last_code(site)
        sent.append({"challenge_id": answer.json()["challenge_id"], "code": code})
    foreign = await site.ask("POST", "/api/v1/users/me/phone/confirm", ben, json=sent[0])
    assert foreign.json()["code"] == "code_wrong"  # and it is used up
    taken = await site.ask("POST", "/api/v1/users/me/phone/confirm", ben, json=sent[1])
    assert taken.json()["phone_confirmed"] is True
    answer = await site.ask("POST", "/api/v1/users/me/phone", ana, json={"phone": PHONE})
    _, code = await last_code(site)
    body = {"challenge_id": answer.json()["challenge_id"], "code": code}
    late = await site.ask("POST", "/api/v1/users/me/phone/confirm", ana, json=body)
    assert (late.status_code, late.json()["code"]) == (409, "way_taken")
    assert (await site.ask("DELETE", "/api/v1/users/me/phone", ben)).status_code == 204
    assert (await site.get("/api/v1/users/me", ben))["phone"] is None
    for wrong in ("12", "+49", "call me", "+999123456789"):
        answer = await site.ask("POST", "/api/v1/users/me/phone", ana, json={"phone": wrong})
        assert answer.status_code in (400, 422), wrong


@asynccontextmanager
async def limited(store: Store, settings: Settings) -> AsyncIterator[Site]:
    async with site_of(store, replace(settings, rate_limit=True, sign_in_per_minute=1000)) as site:
        yield site


async def test_messages_are_limited_alike_for_known_and_unknown(store: Store, settings: Settings) -> None:
    async with limited(store, settings) as site:
        who = await site.person()
        for address in (who.email, "nobody@outlay.example"):
            answers = [
                await site.ask("POST", "/api/v1/auth/reset", json={"email": address})
                for _ in range(throttle.MESSAGES_TO_ONE + 1)
            ]
            assert [answer.status_code for answer in answers] == [204] * throttle.MESSAGES_TO_ONE + [429]
        statuses = [
            (await site.ask("POST", "/api/v1/auth/phone", json={"phone": f"+4915123456{n}"})).status_code
            for n in range(100, 120)
        ]
        assert statuses[0] == 200
        assert statuses[-1] == 429  # one address that asks for many numbers


@pytest.mark.parametrize("way", ["phone", "reset"])
async def test_who_is_asked_for_from_everywhere_gets_messages_on_a_device_of_theirs(
    store: Store, settings: Settings, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others use up what may be sent to an address or a number; its person goes on where they were signed in."""
    path = f"/api/v1/auth/{way}"
    monkeypatch.setattr(throttle, "MESSAGES_TO_ONE", 1)
    monkeypatch.setattr(throttle, "MESSAGES_OF_KNOWN", 2)
    async with limited(store, settings) as site:

        async def signed_in(email: str, phone: str) -> tuple[dict[str, str], dict[str, str]]:
            """The cookie of a browser that somebody new has signed in with, and the header of their session."""
            body: dict[str, Any] = {"email": email, "password": PASSWORD}
            if way == "phone":
                sent, code = await ask_code(site, phone)
                body = {"challenge_id": sent["challenge_id"], "phone": phone, "code": code}
            begin = f"{path}/sign-in" if way == "phone" else "/api/v1/auth/sign-up"
            made = await site.ask("POST", begin, json=body)
            assert made.status_code == 201
            cookie = site.client.cookies[DEVICE_COOKIE]
            site.client.cookies.clear()
            return {DEVICE_COOKIE: cookie}, {"authorization": f"Bearer {made.json()['access_token']}"}

        async def ask(network: int, cookies: dict[str, str], about: dict[str, str] | None = None) -> int:
            transport = httpx.ASGITransport(site.app, client=(f"198.51.{network}.7", 1))  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as client:
                return (await client.post(path, json=about or theirs)).status_code

        theirs = {"phone": {"phone": PHONE}, "reset": {"email": "ana@outlay.example"}}[way]
        nobodys = {"phone": {"phone": "+4915123456780"}, "reset": {"email": "nobody@outlay.example"}}[way]
        cookies, session = await signed_in("ana@outlay.example", PHONE)
        others, _ = await signed_in("ben@outlay.example", OTHER_PHONE)
        for network in range(throttle.CEILING + 1):
            await ask(network, {})
            await ask(network, {}, nobodys)
        # From a new place, on another's device, or with a cookie that is made up, they wait as nobody does.
        for wrong in ({}, others, {DEVICE_COOKIE: cookies[DEVICE_COOKIE] + "0"}):
            assert (await ask(7, wrong), await ask(7, wrong, nobodys)) == (429, 429)
        await site.rooms.afterwards.done()
        await asyncio.gather(site.rooms.mail.sent(), site.rooms.sms.sent())
        before = len(site.mails()) + len(site.texts())
        assert await ask(8, cookies, nobodys) == 429
        assert await ask(8, cookies) in (200, 204)
        if way == "phone":  # and in a session of theirs, out of the same count
            confirm = await site.ask(
                "POST", "/api/v1/auth/confirm/code", headers=session, json={"by": "phone"}
            )
            assert confirm.status_code == 200
        else:
            assert await ask(8, cookies) == 204
        assert await ask(8, cookies) == 429
        await site.rooms.afterwards.done()
        await asyncio.gather(site.rooms.mail.sent(), site.rooms.sms.sent())
        assert len(site.mails()) + len(site.texts()) - before == 2


async def test_closed_sign_up_sends_nobody_new_a_code(store: Store, settings: Settings) -> None:
    async with site_of(store, replace(settings, sign_up="closed")) as site:
        answer = await site.ask("POST", "/api/v1/auth/phone", json={"phone": PHONE})
        assert answer.status_code == 200
        await site.rooms.afterwards.done()
        await site.rooms.sms.sent()
        assert site.texts() == []


def test_common_passwords_and_ones_own_name_are_refused() -> None:
    assert len(rules.common_passwords()) > 10_000
    for text in ("trustno1", "QWERTYUIOP", "Ana.Example", "ana.example@outlay.example", "Anastasia Example"):
        with pytest.raises(Refusal) as refused:
            rules.password(text, names=("Ana.Example@outlay.example", "Anastasia Example"))
        assert refused.value.code == "password_common"
    assert rules.password(PASSWORD, names=(None, "Ana")) == PASSWORD


async def test_an_erased_person_leaves_no_challenge(site: Site) -> None:
    who = await site.person()
    await site.ask("POST", "/api/v1/users/me/email/link", who)
    await site.store.write_people(lambda tx: people.erase(tx, who.id))
    assert await site.store.read(lambda read: read.value("SELECT COUNT(*) FROM challenge")) == 0
