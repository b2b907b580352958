"""Step-up and the security log through the door."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from outlay.identity import books, events, keys
from outlay.identity.tokens import Tokens
from outlay.kernel import limits
from outlay.store.read import Read
from outlay.store.write import Tx
from sites import PASSWORD, Site, later, signed_up


async def test_what_is_dangerous_wants_a_proof_of_the_last_ten_minutes(site: Site) -> None:
    bearer = (await signed_up(site))["bearer"]
    me = "/api/v1/users/me"
    (book,) = (await site.get("/api/v1/books", headers=bearer))["items"]
    other = await site.person("ben")
    await site.store.write(
        book["id"], lambda tx: books.join(tx, book_id=book["id"], person_id=other.id, role="editor")
    )
    assert (await site.ask("POST", f"{me}/exports", headers=bearer)).status_code == 201
    later(site, limits.CONFIRMED_MINUTES + 0.1)
    for method, path, body in (
        ("POST", f"{me}/email", {"email": "ana@newer.example"}),
        ("POST", f"{me}/phone", {"phone": "+4915123456789"}),
        ("POST", f"{me}/exports", None),
        ("POST", f"{me}/password", {"new_password": "another horse battery"}),
        ("PUT", f"/api/v1/books/{book['id']}/members/{other.id}", {"role": "owner"}),
        ("DELETE", f"/api/v1/books/{book['id']}", None),
        ("DELETE", me, {}),
    ):
        answer = await site.ask(method, path, headers=bearer, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required"), path
    wrong = await site.ask("POST", "/api/v1/auth/confirm", headers=bearer, json={"password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "password_wrong")
    body = {"email": "ana@newer.example", "password": "wrong"}
    assert (await site.ask("POST", f"{me}/email", headers=bearer, json=body)).json()[
        "code"
    ] == "password_wrong"
    told = (await site.get("/api/v1/auth/events", headers=bearer))["items"]
    assert [item["kind"] for item in told[:2]] == ["confirm_failed"] * 2
    assert told[0]["current"]
    answer = await site.ask("POST", f"{me}/exports", headers=bearer)
    assert answer.json()["code"] == "step_up_required"
    right = await site.ask("POST", "/api/v1/auth/confirm", headers=bearer, json={"password": PASSWORD})
    assert right.json()["until_ms"] == site.store.clock() + limits.CONFIRMED_MINUTES * 60_000
    viewer = {"role": "viewer"}
    answer = await site.ask(
        "PUT", f"/api/v1/books/{book['id']}/members/{other.id}", headers=bearer, json=viewer
    )
    assert answer.status_code == 200
    assert (await site.ask("DELETE", f"/api/v1/books/{book['id']}", headers=bearer)).status_code == 204
    assert (await site.ask("DELETE", me, headers=bearer, json={})).status_code == 200


async def test_wrong_passwords_are_noted_and_fill_no_log(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECURITY_EVENTS_OF_KIND", 3)
    ana, ben = await site.person("ana"), await site.person("ben")
    await site.store.write_people(lambda tx: events.note(tx, person_id=ana.id, kind="signed_up"))
    later(site, 1)

    async def kinds_after(*guessed: str) -> list[str]:
        for email in guessed:
            body = {"email": email, "password": "wrong horse battery"}
            assert (await site.ask("POST", "/api/v1/auth/sign-in", json=body)).status_code == 401
        await site.rooms.afterwards.done()
        listed = await site.get("/api/v1/auth/events", await site.again(ana))
        assert {item["place"] for item in listed["items"]} == {"127.0.0.0/24", None}
        return [item["kind"] for item in listed["items"]]

    # one in a quarter of an hour
    two = await kinds_after(ana.email, "nobody@outlay.example", ana.email.upper())
    assert two == ["sign_in_failed", "signed_up"]
    for _ in range(4):
        later(site, limits.FAILED_EVENT_MINUTES)
        kinds = await kinds_after(ana.email)
    assert kinds == ["sign_in_failed"] * 3 + ["signed_up"]
    assert (await site.get("/api/v1/auth/events", await site.again(ben)))["items"] == []
    assert await site.store.read(lambda read: read.value("SELECT COUNT(*) FROM security_event")) == 4


async def test_the_log_tells_what_happened_and_from_which_network(site: Site) -> None:
    bearer = (await signed_up(site))["bearer"]
    other = await site.person("other")
    body = {"password": PASSWORD, "new_password": "another horse battery"}
    later(site, 1)
    await site.ask("POST", "/api/v1/users/me/password", headers=bearer, json=body)
    listed = await site.get("/api/v1/auth/events", headers=bearer)
    assert [item["kind"] for item in listed["items"]] == ["password_changed", "signed_up"]
    assert listed["items"][1]["place"] == "127.0.0.0/24"
    assert listed["items"][1]["detail"] == "Ana's phone"
    assert not listed["more"]
    older = await site.get(f"/api/v1/auth/events?before={listed['items'][0]['id']}", headers=bearer)
    assert [item["kind"] for item in older["items"]] == ["signed_up"]
    assert (await site.get("/api/v1/auth/events", other))["items"] == []


async def test_the_log_keeps_a_year_and_so_many_entries_of_each_kind(site: Site) -> None:
    who = await site.person()

    def fill(tx: Tx) -> None:
        events.note(tx, person_id=who.id, kind="way_added", detail="Theirs")
        for _ in range(limits.SECURITY_EVENTS_OF_KIND + 3):
            events.note(tx, person_id=who.id, kind="consent_changed")
            events.note(tx, person_id=who.id, kind="second_factor_failed")
            events.note(tx, person_id=who.id, kind="confirmed", address="2001:db8:1:2::3")

    def count() -> Any:
        return site.store.read(lambda read: read.value("SELECT COUNT(*) FROM security_event"))

    def kinds(read: Read) -> Counter[str]:
        rows = events.of_person(read, who.id, now_ms=site.store.clock(), most=10_000)
        return Counter(row["kind"] for row in rows)

    await site.store.write_people(fill)
    many = dict.fromkeys(
        ("consent_changed", "second_factor_failed", "confirmed"), limits.SECURITY_EVENTS_OF_KIND
    )
    assert await site.store.read(kinds) == {**many, "way_added": 1}
    later(site, (limits.SECURITY_EVENT_DAYS + 1) * 24 * 60)
    listed = await site.store.read(lambda read: events.of_person(read, who.id, now_ms=site.store.clock()))
    assert listed == []
    await site.store.write_people(lambda tx: events.note(tx, person_id=who.id, kind="confirmed"))
    assert await count() == 1


def test_of_an_address_only_the_network_is_kept() -> None:
    assert events.network("203.0.113.77") == "203.0.113.0/24"
    assert events.network("::ffff:203.0.113.77") == "203.0.113.0/24"
    assert events.network("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert events.network("fe80::1%eth0") == "fe80::/48"
    assert events.network("testclient") is None
    assert events.network(None) is None


async def test_keys_of_tokens_rotate_and_old_ones_verify_until_what_they_signed_has_run_out(
    site: Site,
) -> None:
    before = await site.person()
    life_ms = site.rooms.tokens.lifetime_s * 1000

    async def kids() -> list[str]:
        answer = await site.ask("GET", "/.well-known/jwks.json")
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert all(set(key) == {"kty", "crv", "x", "kid", "use", "alg"} for key in answer.json()["keys"])
        return [key["kid"] for key in answer.json()["keys"]]

    [first] = await kids()
    # Another process rotates; this one notices when it meets a token of the new key.
    second = await site.store.write_people(lambda tx: keys.rotate(tx, grace_ms=life_ms))
    found = await site.store.read(lambda read: keys.load(read, site.store.clock()))
    assert found is not None
    other = Tokens(lifetime_s=900)
    other.use(found.signing)
    elsewhere = replace(before, token=other.issue(before.id, before.session_id, site.store.clock()))
    assert first != second
    assert await kids() == [first]
    later(site, 1)
    for who in (elsewhere, before):
        assert (await site.ask("GET", "/api/v1/users/me", who)).status_code == 200
    assert await kids() == [first, second]
    # What it signs itself, it signs with the new one.
    mine = replace(before, token=site.rooms.tokens.issue(before.id, before.session_id, site.store.clock()))
    later(site, life_ms / 60_000 - 1)
    await site.rooms.reload_keys()
    assert await kids() == [second]
    assert (await site.ask("GET", "/api/v1/users/me", mine)).status_code == 200
    # At once: a stolen key is worth nothing from then on.
    await site.store.write_people(lambda tx: keys.rotate(tx, grace_ms=0))
    await site.rooms.reload_keys()
    assert (await site.ask("GET", "/api/v1/users/me", mine)).status_code == 401


async def test_every_other_session_ends_at_once(site: Site) -> None:
    mine = await signed_up(site)
    body = {"email": "ana@outlay.example", "password": PASSWORD, "client": "native", "device_name": "Lost"}
    lost = (await site.ask("POST", "/api/v1/auth/sign-in", json=body)).json()
    assert (await site.ask("DELETE", "/api/v1/auth/sessions", headers=mine["bearer"])).status_code == 204
    listed = (await site.get("/api/v1/auth/sessions", headers=mine["bearer"]))["items"]
    assert [item["current"] for item in listed] == [True]
    gone = {"authorization": f"Bearer {lost['access_token']}"}
    assert (await site.ask("GET", "/api/v1/users/me", headers=gone)).json()["code"] == "session_ended"
    events_ = (await site.get("/api/v1/auth/events", headers=mine["bearer"]))["items"]
    assert [item["detail"] for item in events_ if item["kind"] == "session_ended"] == ["Lost"]
