"""The second factor through the door: set up, asked for, each code once, recovery codes, tries in parallel."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pyotp
import pytest

from outlay.kernel import limits
from sites import PASSWORD, Site, later, signed_up

STEP = "/api/v1/auth/second-factor"
EMAIL = "ana@outlay.example"


def code_of(site: Site, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(site.store.clock() // 1000 + steps * 30)


async def turned_on(site: Site) -> tuple[dict[str, str], str, list[str]]:
    """(the bearer, the secret, the recovery codes)."""
    bearer: dict[str, str] = (await signed_up(site))["bearer"]
    made = (await site.ask("POST", f"{STEP}/set-up", headers=bearer)).json()
    assert made["uri"].startswith("otpauth://totp/Outlay:ana%40outlay.example?secret=" + made["secret"])
    assert made["qr_svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    wrong = await site.ask("POST", f"{STEP}/turn-on", headers=bearer, json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "second_factor_failed")
    assert not (await site.get(STEP, headers=bearer))["on"]
    body = {"code": code_of(site, made["secret"])}
    codes = (await site.ask("POST", f"{STEP}/turn-on", headers=bearer, json=body)).json()["codes"]
    assert len(set(codes)) == limits.RECOVERY_CODES
    return bearer, made["secret"], codes


async def ticket(site: Site) -> str:
    """What the right password is answered with."""
    body = {"email": EMAIL, "password": PASSWORD, "client": "native", "device_name": "Phone"}
    answer = await site.ask("POST", "/api/v1/auth/sign-in", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
    assert "access_token" not in answer.text
    given: str = answer.json()["params"]["ticket"]
    return given


async def step(site: Site, ticket: str, code: str) -> httpx.Response:
    return await site.ask("POST", STEP, json={"ticket": ticket, "code": code})


def said(answer: httpx.Response) -> Any:
    return 200 if answer.status_code == 200 else answer.json()["code"]


async def test_a_password_alone_opens_nothing_any_more(site: Site) -> None:
    bearer, secret, codes = await turned_on(site)
    later(site, 1)
    first = await ticket(site)
    assert said(await step(site, first, "000000")) == "second_factor_failed"
    assert said(await step(site, first + "x", code_of(site, secret))) == "ticket_over"
    used = code_of(site, secret)
    answer = await step(site, first, f"{used[:3]} {used[3:]}")
    assert answer.status_code == 200
    assert answer.json()["refresh_token"]
    assert (await site.get("/api/v1/auth/sessions", headers=bearer))["items"][0]["device_name"] == "Phone"
    # Neither the ticket nor the code works again, nor an older code.
    assert said(await step(site, first, code_of(site, secret, 1))) == "ticket_over"
    second = await ticket(site)
    assert said(await step(site, second, used)) == "second_factor_failed"
    assert said(await step(site, second, code_of(site, secret, -1))) == "second_factor_failed"
    # A recovery code does, once, however it is typed.
    assert said(await step(site, second, f" {codes[0].upper().replace('-', ' ')} ")) == 200
    third = await ticket(site)
    assert said(await step(site, third, codes[0])) == "second_factor_failed"
    later(site, limits.TICKET_MINUTES)
    assert said(await step(site, third, codes[1])) == "ticket_over"
    assert (await site.get(STEP, headers=bearer))["recovery_left"] == limits.RECOVERY_CODES - 1
    kinds = Counter(item["kind"] for item in (await site.get("/api/v1/auth/events", headers=bearer))["items"])
    assert kinds == {
        "signed_up": 1,
        "second_factor_on": 1,
        "second_factor_failed": 4,
        "signed_in": 2,
        "recovery_code_used": 1,
    }


async def test_codes_cannot_be_tried_out_side_by_side(site: Site) -> None:
    _, secret, codes = await turned_on(site)
    later(site, 1)
    given = await ticket(site)
    right = code_of(site, secret)
    wrong = [f"{n:06}" for n in range(3 * limits.SECOND_FACTOR_TRIES) if f"{n:06}" != right]
    answers = [said(answer) for answer in await asyncio.gather(*(step(site, given, code) for code in wrong))]
    assert answers.count("second_factor_failed") == limits.SECOND_FACTOR_TRIES
    assert set(answers) == {"second_factor_failed", "rate_limited"}
    # Neither another ticket nor the right code helps before the time is over.
    assert said(await step(site, await ticket(site), right)) == "rate_limited"
    later(site, 15.1)
    # Of one code that is sent twenty times at once, one is taken.
    tickets = [await ticket(site) for _ in range(3)]
    both = await asyncio.gather(*(step(site, one, codes[0]) for one in tickets))
    assert sorted(str(said(answer)) for answer in both) == [
        "200",
        "second_factor_failed",
        "second_factor_failed",
    ]


async def test_it_is_changed_only_by_who_has_just_proved_themselves(site: Site) -> None:
    bearer, secret, codes = await turned_on(site)
    assert said(await site.ask("POST", f"{STEP}/set-up", headers=bearer)) == "second_factor_on"
    later(site, limits.CONFIRMED_MINUTES + 1)
    for method, path, body in (
        ("DELETE", STEP, None),
        ("POST", f"{STEP}/set-up", None),
        ("POST", f"{STEP}/turn-on", {"code": "000000"}),
        ("POST", f"{STEP}/recovery-codes", None),
        ("POST", "/api/v1/auth/tokens", {"name": "x", "scopes": ["read"]}),
    ):
        assert said(await site.ask(method, path, headers=bearer, json=body)) == "step_up_required"
    confirm = {"headers": bearer, "json": {"code": "000000"}}
    assert said(await site.ask("POST", "/api/v1/auth/confirm", **confirm)) == "second_factor_failed"
    confirm["json"] = {"code": code_of(site, secret)}
    assert said(await site.ask("POST", "/api/v1/auth/confirm", **confirm)) == 200
    fresh = (await site.ask("POST", f"{STEP}/recovery-codes", headers=bearer)).json()["codes"]
    given = await ticket(site)
    assert said(await step(site, given, codes[0])) == "second_factor_failed"
    assert said(await step(site, given, fresh[0])) == 200
    assert (await site.ask("DELETE", STEP, headers=bearer)).status_code == 204
    body = {"email": EMAIL, "password": PASSWORD}
    assert said(await site.ask("POST", "/api/v1/auth/sign-in", json=body)) == 200
    assert said(await site.ask("DELETE", STEP, headers=bearer)) == "second_factor_off"


async def test_a_second_step_waits_no_longer_than_the_sessions(site: Site) -> None:
    """Who gets through the first step with a password that is changed then, needs the new one."""
    bearer, secret, codes = await turned_on(site)
    later(site, 1)
    waiting = await ticket(site)
    assert (await site.ask("DELETE", "/api/v1/auth/sessions", headers=bearer)).status_code == 204
    assert said(await step(site, waiting, codes[0])) == "ticket_over"
    assert said(await step(site, await ticket(site), code_of(site, secret))) == 200


@pytest.mark.parametrize("text", ["", ".", "x.y", "0198c0de-0000-7000-8000-00000000abcd.x"])
async def test_nonsense_is_no_ticket(site: Site, text: str) -> None:
    assert said(await step(site, text, "123456")) == "ticket_over"
