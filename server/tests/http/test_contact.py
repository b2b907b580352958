"""Mails and text messages through the door: addresses confirmed, passwords reset, numbers added. The mail server and
the gateway are real ones that speak their protocols here."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pyotp
import pytest

from letters import Letters, mail_server
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
from sites import OTHER_PHONE, PASSWORD, PHONE, Site, Somebody, last_code, last_mail, link_of, recent, site_of

MINUTE_MS = 60_000


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
