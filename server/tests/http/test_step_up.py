"""Confirming that it is you, by every way that there is, and by none that is weaker than what it stands in for."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import httpx
import pyotp
import pytest

from authenticator import BASE, Authenticator
from outlay.identity import people, second_factor
from outlay.kernel import limits
from outlay.settings import Settings
from outlay.store.engine import Store
from outlay.store.write import Tx
from sites import PASSWORD, Site, Somebody, later, signed_up, site_of

AUTH = "/api/v1/auth"


@pytest.fixture
async def at(store: Store, settings: Settings) -> Any:
    async with site_of(store, dataclasses.replace(settings, public_url=BASE)) as site:
        yield site


async def ask(at: Site, path: str, who: Somebody, body: Any = None) -> httpx.Response:
    return await at.ask("POST", f"{AUTH}/confirm{path}", who, **({} if body is None else {"json": body}))


async def ways(at: Site, who: Somebody) -> list[str]:
    by: list[str] = (await at.get(f"{AUTH}/confirm", who))["by"]
    return by


async def without_password(at: Site, *, phone: str | None = None) -> Somebody:
    """Who came by a provider, with a confirmed address."""
    who = await at.person()

    def change(tx: Tx) -> None:
        tx.run("DELETE FROM credential WHERE person_id = :id", id=who.id)
        people.confirm_email(tx, at.rooms.server_keys, person_id=who.id, email=who.email)
        people.set_phone(tx, at.rooms.server_keys, person_id=who.id, phone=phone)

    await at.store.write_people(change)
    return who


async def second_factor_of(at: Site, who: Somebody) -> str:
    """Switches it on; its secret."""

    def turn_on(tx: Tx) -> str:
        secret = second_factor.set_up(tx, who.id)
        code = pyotp.TOTP(secret).at(tx.now_ms // 1000)
        second_factor.turn_on(tx, at.rooms.server_keys, who.id, code)
        return secret

    return await at.store.write_people(turn_on)


async def add_passkey(at: Site, who: Somebody, device: Authenticator) -> None:
    question = (await at.ask("POST", f"{AUTH}/ways/passkeys/start", who)).json()
    made = await at.ask("POST", f"{AUTH}/ways/passkeys", who, json=device.create(question))
    assert made.status_code == 201, made.text


def shown(device: Authenticator, question: dict[str, Any]) -> dict[str, Any]:
    return {"passkey": {key: value for key, value in device.get(question).items() if key != "client"}}


async def is_confirmed(at: Site, who: Somebody) -> bool:
    answer = await at.ask("POST", "/api/v1/users/me/exports", who)
    assert answer.status_code == 201 or answer.json()["code"] == "step_up_required"
    return answer.status_code == 201


async def test_a_passkey_confirms_and_only_ones_own_in_the_session_that_was_asked(at: Site) -> None:
    who, other, device, foreign = await at.person(), await at.person(), Authenticator(), Authenticator()
    await add_passkey(at, who, device)
    await add_passkey(at, other, foreign)
    later(at, limits.CONFIRMED_MINUTES + 1)
    assert await ways(at, who) == ["passkey", "password"]
    question = (await ask(at, "/passkey", who)).json()
    assert question["allow"] == [shown(device, question)["passkey"]["id"]]
    refused = [
        await ask(at, "", who, shown(foreign, question)),
        await ask(at, "", other, shown(device, (await ask(at, "/passkey", who)).json())),
        # a question of signing in is another one
        await ask(at, "", who, shown(device, (await at.ask("POST", f"{AUTH}/passkeys/start")).json())),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [
        (401, "passkey_invalid")
    ] * 3
    assert not await is_confirmed(at, who)
    assert not await is_confirmed(at, other)
    answer = shown(device, (await ask(at, "/passkey", who)).json())
    assert (await ask(at, "", who, answer)).status_code == 200
    assert await is_confirmed(at, who)
    assert (await ask(at, "", who, answer)).json()["code"] == "passkey_invalid"


@pytest.mark.parametrize("by", ["email", "phone"])
async def test_who_has_no_password_is_sent_a_code(site: Site, by: str) -> None:
    who = await without_password(site, phone="+4915123456789")
    again = await site.again(who)
    later(site, limits.CONFIRMED_MINUTES + 1)
    assert await ways(site, who) == ["email", "phone"]
    sent = (await ask(site, "/code", who, {"by": by})).json()
    await site.rooms.mail.sent()
    await site.rooms.sms.sent()
    if by == "email":
        mail = site.mails()[-1]
        assert (mail["To"], sent["to"]) == (who.email, who.email)
        text = mail["Subject"]
    else:
        phone, text = site.texts()[-1]
        assert (phone, sent["to"]) == ("+4915123456789", "+4915123456789")
    code = re.findall(r"\d{6}", text)[0]
    proof = {"challenge_id": sent["challenge_id"], "code": code}
    wrong = {**proof, "code": f"{(int(code) + 1) % 1_000_000:06d}"}
    assert (await ask(site, "", who, wrong)).json()["code"] == "code_wrong"
    # another session of the same person did not ask for it
    assert (await ask(site, "", again, proof)).json()["code"] == "code_wrong"
    assert not await is_confirmed(site, again)
    assert (await ask(site, "", who, proof)).status_code == 200
    assert await is_confirmed(site, who)
    assert (await ask(site, "", who, proof)).json()["code"] == "code_over"


async def test_a_sent_code_has_five_tries_and_five_minutes(site: Site) -> None:
    who = await without_password(site)
    later(site, limits.CONFIRMED_MINUTES - limits.CODE_MINUTES)
    for spoil in ("tries", "a newer one", "minutes"):
        sent = (await ask(site, "/code", who, {"by": "email"})).json()
        await site.rooms.mail.sent()
        code = re.findall(r"\d{6}", site.mails()[-1]["Subject"])[0]
        proof = {"challenge_id": sent["challenge_id"], "code": code}
        if spoil == "tries":
            wrong = {**proof, "code": f"{(int(code) + 1) % 1_000_000:06d}"}
            answers = [(await ask(site, "", who, wrong)).json()["code"] for _ in range(limits.CODE_TRIES)]
            assert answers == ["code_wrong"] * limits.CODE_TRIES
        elif spoil == "minutes":
            later(site, limits.CODE_MINUTES + 0.1)
        else:
            await ask(site, "/code", who, {"by": "email"})
        assert (await ask(site, "", who, proof)).json()["code"] == "code_over", spoil
    assert not await is_confirmed(site, who)


async def test_a_sent_code_gets_around_neither_password_nor_second_factor(site: Site) -> None:
    by_password, by_both, late = (
        await site.person(),
        await without_password(site),
        await without_password(site),
    )
    await second_factor_of(site, by_both)
    later(site, limits.CONFIRMED_MINUTES + 1)
    assert [await ways(site, who) for who in (by_password, by_both)] == [["password"], ["code"]]
    for who in (by_password, by_both):
        for by in ("email", "phone"):
            assert (await ask(site, "/code", who, {"by": by})).json()["code"] == "way_not_found"
    sent = (await ask(site, "/code", late, {"by": "email"})).json()
    await site.rooms.mail.sent()
    (mail,) = site.mails()
    await second_factor_of(site, late)
    proof = {"challenge_id": sent["challenge_id"], "code": re.findall(r"\d{6}", mail["Subject"])[0]}
    assert (await ask(site, "", late, proof)).json()["code"] == "code_wrong"
    assert not await is_confirmed(site, late)


async def test_wrong_codes_and_spent_recovery_codes_stand_in_the_log(site: Site) -> None:
    who = await site.person()
    await second_factor_of(site, who)
    codes = (await site.ask("POST", f"{AUTH}/second-factor/recovery-codes", who)).json()["codes"]
    later(site, limits.CONFIRMED_MINUTES + 1)
    who = await site.again(who)
    for code, status in (("nonsense", 403), (codes[0], 200), (codes[0], 403)):
        assert (await ask(site, "", who, {"code": code})).status_code == status
    kinds = [event["kind"] for event in (await site.get(f"{AUTH}/events", who))["items"]]
    assert [kinds.count(kind) for kind in ("confirm_failed", "recovery_code_used")] == [2, 1]


async def test_a_password_does_not_stand_in_for_a_second_factor(site: Site) -> None:
    """Who knows it and finds a session open would take the factor off with it."""
    bearer = (await signed_up(site))["bearer"]
    set_up = (await site.ask("POST", f"{AUTH}/second-factor/set-up", headers=bearer)).json()
    code = {"code": pyotp.TOTP(set_up["secret"]).at(site.store.clock() // 1000)}
    assert (
        await site.ask("POST", f"{AUTH}/second-factor/turn-on", headers=bearer, json=code)
    ).status_code == 200
    later(site, limits.CONFIRMED_MINUTES + 1)
    assert (await site.get(f"{AUTH}/confirm", headers=bearer))["by"] == ["code"]
    proof = {"password": PASSWORD}
    refused = await site.ask("POST", f"{AUTH}/confirm", headers=bearer, json=proof)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_wanted")
    for method, path, body in (
        ("DELETE", f"{AUTH}/second-factor", None),
        ("POST", "/api/v1/users/me/email", {"email": "thief@elsewhere.example", **proof}),
        ("POST", "/api/v1/users/me/password", {"new_password": "another horse battery", **proof}),
        ("DELETE", "/api/v1/users/me", proof),
    ):
        answer = await site.ask(method, path, headers=bearer, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required"), path
    code = {"code": pyotp.TOTP(set_up["secret"]).at(site.store.clock() // 1000)}
    assert (await site.ask("POST", f"{AUTH}/confirm", headers=bearer, json=code)).status_code == 200
    assert (await site.ask("DELETE", f"{AUTH}/second-factor", headers=bearer)).status_code == 204
    await site.rooms.mail.sent()
    assert site.mails()[-1]["Subject"] == "The second factor was taken off"


async def test_an_address_that_is_not_confirmed_gets_no_code(site: Site) -> None:
    who = await site.person()
    await site.store.write_people(
        lambda tx: tx.run("DELETE FROM credential WHERE person_id = :id", id=who.id)
    )
    assert await ways(site, who) == []
    assert (await ask(site, "/code", who, {"by": "email"})).json()["code"] == "way_not_found"
