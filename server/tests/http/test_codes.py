"""Codes by text message: signing in by one, how often they are tried, how many are sent. The gateway is a real one that
speaks its protocol here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pyotp
import pytest

from outlay.http import throttle
from outlay.http.session import DEVICE_COOKIE
from outlay.kernel import limits
from outlay.settings import Settings
from outlay.store.engine import Store
from sites import ORIGIN, OTHER_PHONE, PASSWORD, PHONE, Site, last_code, recent, site_of

MINUTE_MS = 60_000


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
