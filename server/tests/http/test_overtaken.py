"""Sign-ins that something overtakes between the proof and the session: a new password, a number that is given up."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pyotp
import pytest

from outlay.identity import people, second_factor, sessions
from outlay.identity.passwords import Passwords
from outlay.store.write import Tx
from sites import PASSWORD, Site, Somebody, last_code, last_mail, link_of, meanwhile

PHONE = "+4915123456789"


async def asked_for_a_link(site: Site, who: Somebody) -> dict[str, str]:
    """What the person chooses a new password with."""
    await site.ask("POST", "/api/v1/auth/reset", json={"email": who.email})
    return {"token": link_of(await last_mail(site), "reset"), "new_password": PASSWORD}


@pytest.mark.parametrize("second", [False, True])
async def test_a_sign_in_that_a_new_password_overtakes_begins_no_session(
    site: Site, monkeypatch: pytest.MonkeyPatch, second: bool
) -> None:
    """Whoever knows the old password and signs in without end has one under way when it changes."""
    who, keys_ = await site.person("ana"), site.rooms.server_keys
    await site.ask("POST", "/api/v1/users/me/password", who, json={"new_password": "an older password"})

    def add(tx: Tx) -> None:
        people.confirm_email(tx, keys_, person_id=who.id, email=who.email)
        if second:
            code = pyotp.TOTP(second_factor.set_up(tx, who.id)).at(tx.now_ms // 1000)
            second_factor.turn_on(tx, keys_, who.id, code)

    await site.store.write_people(add)
    body = await asked_for_a_link(site, who)
    matches = Passwords.matches

    async def overtaken(self: Passwords, *given: Any) -> Any:
        found = await matches(self, *given)
        assert found[0]
        assert (await site.ask("POST", "/api/v1/auth/reset/password", json=body)).status_code == 204
        return found

    monkeypatch.setattr(Passwords, "matches", overtaken)
    sign_in = {"email": who.email, "password": "an older password", "client": "native"}
    answer = await site.ask("POST", "/api/v1/auth/sign-in", json=sign_in)
    assert (answer.status_code, answer.json()["code"]) == (401, "ticket_over")
    monkeypatch.undo()
    answer = await site.ask("POST", "/api/v1/auth/sign-in", json=sign_in | {"password": PASSWORD})
    assert answer.json().get("code") == ("second_factor_required" if second else None)


@pytest.mark.parametrize("second", [False, True])
async def test_a_session_that_begins_beside_a_new_password_ends_with_the_others(
    site: Site, monkeypatch: pytest.MonkeyPatch, second: bool
) -> None:
    """The sign-in has looked at everything and is about to write when the new password comes: one waits for the
    other, also where people are written side by side."""
    who, keys_ = await site.person("ana"), site.rooms.server_keys
    await site.ask("POST", "/api/v1/users/me/password", who, json={"new_password": "an older password"})

    def add(tx: Tx) -> str:
        people.confirm_email(tx, keys_, person_id=who.id, email=who.email)
        if not second:
            return ""
        secret = second_factor.set_up(tx, who.id)
        codes = second_factor.turn_on(tx, keys_, who.id, pyotp.TOTP(secret).at(tx.now_ms // 1000))
        return codes[0]

    recovery = await site.store.write_people(add)
    sign_in = {"email": who.email, "password": "an older password", "client": "native"}
    path = "/api/v1/auth/sign-in"
    if second:
        told = (await site.ask("POST", path, json=sign_in)).json()
        path, sign_in = "/api/v1/auth/second-factor", {"ticket": told["params"]["ticket"], "code": recovery}
    body = await asked_for_a_link(site, who)
    begun, go = threading.Event(), threading.Event()
    start = sessions.start

    def slow(*given: Any, **more: Any) -> Any:
        begun.set()
        assert go.wait(20)
        return start(*given, **more)

    monkeypatch.setattr(sessions, "start", slow)
    signing_in = asyncio.create_task(site.ask("POST", path, json=sign_in))
    assert await asyncio.to_thread(begun.wait, 20)
    choosing = asyncio.create_task(site.ask("POST", "/api/v1/auth/reset/password", json=body))
    await asyncio.wait([choosing], timeout=2)
    go.set()
    assert (await signing_in).status_code == 200
    assert (await choosing).status_code == 204
    assert await site.store.read(lambda read: sessions.of_person(read, who.id, site.rooms.clock())) == []


async def test_a_number_that_is_given_up_meanwhile_begins_no_session(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, keys_ = await site.person("ana"), site.rooms.server_keys
    await site.store.write_people(lambda tx: people.set_phone(tx, keys_, person_id=who.id, phone=PHONE))
    sent = (await site.ask("POST", "/api/v1/auth/phone", json={"phone": PHONE})).json()
    _, code = await last_code(site)
    meanwhile(monkeypatch, lambda tx: people.set_phone(tx, keys_, person_id=who.id, phone=None))
    body = {"challenge_id": sent["challenge_id"], "phone": PHONE, "code": code, "client": "native"}
    answer = await site.ask("POST", "/api/v1/auth/phone/sign-in", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "ticket_over")
