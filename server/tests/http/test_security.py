"""Step-up and the security log through the door."""

from __future__ import annotations

from typing import Any

from outlay.identity import events
from outlay.kernel import limits
from outlay.store.write import Tx
from sites import PASSWORD, Site, later, signed_up


async def test_what_is_dangerous_wants_a_proof_of_the_last_ten_minutes(site: Site) -> None:
    bearer = (await signed_up(site))["bearer"]
    me, change = "/api/v1/users/me", {"email": "ana@new.example"}
    assert (await site.ask("PATCH", me, headers=bearer, json=change)).status_code == 200
    later(site, limits.CONFIRMED_MINUTES + 0.1)
    for method, path, body in (
        ("PATCH", me, {"email": "ana@newer.example"}),
        ("POST", f"{me}/password", {"new_password": "another horse battery"}),
        ("DELETE", me, {}),
    ):
        answer = await site.ask(method, path, headers=bearer, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required"), path
    wrong = await site.ask("POST", "/api/v1/auth/confirm", headers=bearer, json={"password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "password_wrong")
    answer = await site.ask("PATCH", me, headers=bearer, json={"email": "ana@newer.example"})
    assert answer.json()["code"] == "step_up_required"
    right = await site.ask("POST", "/api/v1/auth/confirm", headers=bearer, json={"password": PASSWORD})
    assert right.json()["until_ms"] == site.store.clock() + limits.CONFIRMED_MINUTES * 60_000
    assert (await site.ask("DELETE", me, headers=bearer, json={})).status_code == 204


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


async def test_the_log_keeps_a_year_and_so_many_entries(site: Site) -> None:
    who = await site.person()

    def fill(tx: Tx) -> None:
        for _ in range(limits.SECURITY_EVENTS + 3):
            events.note(tx, person_id=who.id, kind="confirmed", address="2001:db8:1:2::3")

    def count() -> Any:
        return site.store.read(lambda read: read.value("SELECT COUNT(*) FROM security_event"))

    await site.store.write_people(fill)
    assert await count() == limits.SECURITY_EVENTS
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
