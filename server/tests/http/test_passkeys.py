"""Passkeys, with the authenticator of authenticator.py."""

from __future__ import annotations

import dataclasses
import secrets
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from authenticator import PRESENT, VERIFIED, Authenticator, b64
from outlay.identity import ways
from outlay.identity.passkeys import relying_party
from outlay.settings import Settings
from outlay.store.engine import Store
from sites import Site, Somebody, meanwhile, site_of
from stores import Clock

AUTH = "/api/v1/auth"
BASE = "https://outlay.example"


@pytest.fixture
async def at(store: Store, settings: Settings) -> Any:
    async with site_of(store, dataclasses.replace(settings, public_url=BASE)) as site:
        yield site


async def ask(at: Site, path: str, who: Somebody | None = None, body: Any = None) -> httpx.Response:
    return await at.ask("POST", f"{AUTH}/{path}", who, **({} if body is None else {"json": body}))


async def add(at: Site, who: Somebody, device: Authenticator, **more: Any) -> httpx.Response:
    question = (await ask(at, "ways/passkeys/start", who)).json()
    return await ask(at, "ways/passkeys", who, device.create(question, **more))


async def show(at: Site, device: Authenticator) -> httpx.Response:
    question = (await ask(at, "passkeys/start")).json()
    return await ask(at, "passkeys/sign-in", None, device.get(question))


async def test_passkeys_are_added_named_used_and_taken_away(at: Site, clock: Clock) -> None:
    who, phone, key = await at.person("ana"), Authenticator(), Authenticator(count=0)
    await at.book(who)
    question = (await ask(at, "ways/passkeys/start", who)).json()
    assert (question["rp_id"], question["user_name"], question["exclude"]) == (
        "outlay.example",
        who.email,
        [],
    )
    made = await ask(at, "ways/passkeys", who, phone.create(question, name="Ana's phone"))
    assert made.status_code == 201, made.text
    assert (made.json()["kind"], made.json()["name"], made.json()["used_at_ms"]) == (
        "passkey",
        "Ana's phone",
        None,
    )
    assert (await ask(at, "ways/passkeys/start", who)).json()["exclude"] == [b64(phone.id)]
    clock.advance(1000)
    assert (await add(at, who, key)).status_code == 201

    signed_in = await show(at, phone)
    assert signed_in.status_code == 200, signed_in.text
    assert signed_in.json()["person"]["id"] == who.id
    assert signed_in.json()["refresh_token"]
    ways = (await at.get(f"{AUTH}/ways", who))["items"]
    assert [(way["kind"], way["name"], way["used_at_ms"]) for way in ways] == [
        ("password", who.email, None),
        ("passkey", "Ana's phone", clock()),
        ("passkey", "test", None),
    ]
    named = await at.ask("PATCH", f"{AUTH}/ways/{ways[2]['id']}", who, json={"name": "  Desk  key "})
    assert named.json()["name"] == "Desk key"

    other = await at.person()
    for method, body in (("PATCH", {"name": "x"}), ("DELETE", None)):
        foreign = await at.ask(method, f"{AUTH}/ways/{ways[1]['id']}", other, json=body)
        assert (foreign.status_code, foreign.json()["code"]) == (404, "way_not_found")
    assert (await at.ask("DELETE", f"{AUTH}/ways/{ways[1]['id']}", who)).status_code == 204
    gone = await show(at, phone)
    assert (gone.status_code, gone.json()["code"]) == (401, "passkey_invalid")
    assert (await show(at, key)).status_code == 200
    log = [(event["kind"], event["detail"]) for event in (await at.get(f"{AUTH}/events", who))["items"]]
    assert log.count(("way_added", "Ana's phone")) == log.count(("way_removed", "Ana's phone")) == 1

    clock.advance(11 * 60_000)
    late = await at.ask("DELETE", f"{AUTH}/ways/{ways[2]['id']}", who)
    assert late.json()["code"] == "step_up_required"
    assert (await ask(at, "ways/passkeys/start", who)).json()["code"] == "step_up_required"


async def test_a_key_that_does_not_count_is_welcome_again_and_again(at: Site) -> None:
    """Passkeys that are synchronised between devices always say zero."""
    who, device = await at.person(), Authenticator(count=0)
    await at.book(who)
    assert (await add(at, who, device)).status_code == 201
    for _ in range(3):
        device.count = -1
        assert (await show(at, device)).status_code == 200


async def test_a_copy_is_found_out_by_its_count(at: Site) -> None:
    who, device = await at.person(), Authenticator(count=5)
    await at.book(who)
    await add(at, who, device)
    copy = dataclasses.replace(device)
    assert (await show(at, device)).status_code == 200
    assert (await show(at, device)).status_code == 200
    late = await show(at, copy)
    assert (late.status_code, late.json()["code"]) == (401, "passkey_invalid")
    zero = dataclasses.replace(device, count=-1)
    assert (await show(at, zero)).json()["code"] == "passkey_invalid"
    assert (await show(at, device)).status_code == 200


async def test_one_that_is_taken_away_meanwhile_begins_no_session(
    at: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, device = await at.person(), Authenticator()
    way_id = (await add(at, who, device)).json()["id"]
    meanwhile(monkeypatch, lambda tx: ways.remove(tx, person_id=who.id, way_id=way_id))
    answer = await show(at, device)
    assert (answer.status_code, answer.json()["code"]) == (401, "ticket_over")


async def test_an_answer_counts_once_and_only_for_its_question(at: Site, clock: Clock) -> None:
    who, device = await at.person(), Authenticator(count=0)
    await at.book(who)
    await add(at, who, device)
    device.count = -1
    answer = device.get((await ask(at, "passkeys/start")).json())
    assert (await ask(at, "passkeys/sign-in", None, answer)).status_code == 200
    assert (await ask(at, "passkeys/sign-in", None, answer)).json()["code"] == "passkey_invalid"
    device.count = -1
    made_up = device.get({"challenge": b64(secrets.token_bytes(32))})
    assert (await ask(at, "passkeys/sign-in", None, made_up)).json()["code"] == "passkey_invalid"
    device.count = -1
    late = device.get((await ask(at, "passkeys/start")).json())
    clock.advance(5 * 60_000 + 1)
    assert (await ask(at, "passkeys/sign-in", None, late)).json()["code"] == "passkey_invalid"


async def test_what_is_not_theirs_signs_nobody_in(at: Site) -> None:
    who, device = await at.person(), Authenticator()
    await at.book(who)
    assert (await add(at, who, device)).status_code == 201
    wrongs: list[dict[str, Any]] = [
        {"origin": "https://outlay.example.evil.example"},
        {"origin": "http://outlay.example"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},  # nobody unlocked the device
        {"flags": VERIFIED},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"id": b"somebody else's"},
    ]
    for wrong in wrongs:
        refused = await show(at, dataclasses.replace(device, **wrong))
        assert (refused.status_code, refused.json()["code"]) == (401, "passkey_invalid"), wrong


async def test_what_is_not_theirs_is_not_added(at: Site) -> None:
    who, other = await at.person(), await at.person()
    for wrong in ({"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"flags": PRESENT}):
        refused = await add(at, who, Authenticator(**wrong))  # type: ignore[arg-type]  # fields of it
        assert (refused.status_code, refused.json()["code"]) == (401, "passkey_invalid")
    question = (await ask(at, "ways/passkeys/start", other)).json()
    foreign = await ask(at, "ways/passkeys", who, Authenticator().create(question))
    assert foreign.json()["code"] == "passkey_invalid"
    sign_in = (await ask(at, "passkeys/start")).json()
    mixed = await ask(
        at, "ways/passkeys", who, Authenticator().create({**question, **sign_in, "user_id": "x"})
    )
    assert mixed.json()["code"] == "passkey_invalid"
    device = Authenticator()
    assert (await add(at, other, device)).status_code == 201
    taken = await add(at, who, device)
    assert (taken.status_code, taken.json()["code"]) == (409, "way_taken")
    for nonsense in ("", "e30", "AAAA", "W10", b64(b'{"challenge": 7}')):
        body = {"id": "AA", "client_data": nonsense, "attestation": "AA"}
        assert (await ask(at, "ways/passkeys", who, body)).json()["code"] == "passkey_invalid"


async def test_there_is_an_end_to_how_many(at: Site) -> None:
    who = await at.person()
    for _ in range(20):
        assert (await add(at, who, Authenticator())).status_code == 201
    more = await add(at, who, Authenticator())
    assert (more.status_code, more.json()["code"]) == (409, "too_many_ways")


async def test_whoever_is_erased_takes_their_passkeys_along(at: Site) -> None:
    from outlay import joining

    who, device = await at.person(), Authenticator()
    await add(at, who, device)
    await joining.erase_person(at.store, who.id)
    assert (await show(at, device)).json()["code"] == "passkey_invalid"
    left = await at.store.read(
        lambda read: [read.value(f"SELECT COUNT(*) FROM {name}") for name in ("way", "login")]
    )
    assert left == [0, 0]


def test_the_relying_party_is_the_host() -> None:
    assert relying_party("https://outlay.example:8443") == "outlay.example"
