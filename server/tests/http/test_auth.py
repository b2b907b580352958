"""Sign-up to sign-out through the door: cookies, rotation, reuse, passwords, rate limits."""

from __future__ import annotations

import dataclasses
from typing import Any

import httpx
import pytest

from outlay.http import throttle
from outlay.settings import Settings
from outlay.store.engine import Store
from sites import Site, Somebody, site_of
from stores import scopes

EMAIL = "Ana@Outlay.example"
PASSWORD = "correct horse battery"


async def sign_up(site: Site, **more: Any) -> httpx.Response:
    body = {"email": EMAIL, "password": PASSWORD, **more}
    return await site.ask("POST", "/api/v1/auth/sign-up", json=body)


async def sign_in(site: Site, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> httpx.Response:
    body = {"email": email, "password": password, **more}
    return await site.ask("POST", "/api/v1/auth/sign-in", json=body)


async def refresh(site: Site, token: str, **headers: str) -> httpx.Response:
    return await site.ask("POST", "/api/v1/auth/refresh", json={"refresh_token": token}, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_sign_up_makes_a_person_with_a_usable_book(site: Site) -> None:
    answer = await sign_up(site, name="Ana", base_currency="JPY", language="de")
    made = answer.json()
    assert answer.status_code == 201
    assert made["token_type"] == "Bearer"
    assert made["expires_in"] == 900
    assert "refresh_token" not in made
    assert made["person"]["email"] == EMAIL
    [book] = made["books"]
    assert (book["role"], book["base_currency"], book["name"]) == ("owner", "JPY", "Mein Buch")
    bearer = {"authorization": f"Bearer {made['access_token']}"}
    accounts = await site.get("/api/v1/accounts", headers=bearer)
    assert accounts["items"][0]["currency"] == "JPY"
    assert len((await site.get("/api/v1/categories", headers=bearer))["items"]) > 30


async def test_a_new_book_has_what_is_usual_in_the_country(site: Site) -> None:
    made = (await sign_up(site, language="hi", country="IN", base_currency="INR")).json()
    bearer = {"authorization": f"Bearer {made['access_token']}"}
    names = {
        row["system_key"]: row["name"]
        for row in (await site.get("/api/v1/categories", headers=bearer))["items"]
    }
    assert names["leisure.festivals"] == "त्योहार"
    assert "health.insurance" not in names
    assert (await site.get("/api/v1/settings", headers=bearer))["first_day_of_week"] == 7


async def test_the_refresh_token_of_a_browser_is_a_strict_cookie(site: Site) -> None:
    cookie = (await sign_up(site)).headers["set-cookie"]
    assert cookie.startswith("outlay_refresh=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/api/v1/auth", "Max-Age=7776000"):
        assert part in cookie
    assert "Secure" not in cookie
    again = await site.ask("POST", "/api/v1/auth/refresh")
    assert again.status_code == 200
    assert again.headers["set-cookie"] != cookie
    elsewhere = await site.ask("POST", "/api/v1/auth/refresh", headers={"origin": "https://evil.example"})
    assert code(elsewhere) == (403, "origin_forbidden")
    ours = await site.ask("POST", "/api/v1/auth/refresh", headers={"origin": "http://127.0.0.1:8000"})
    assert ours.status_code == 200


async def test_the_cookie_is_secure_behind_https(store: Store, settings: Settings) -> None:
    secure = dataclasses.replace(settings, public_url="https://outlay.example")
    async with site_of(store, secure) as site:
        answer = await sign_up(site)
        assert "Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_a_device_that_was_used_without_an_account_brings_its_book(site: Site) -> None:
    book_id = "0198c0de-0000-7000-8000-00000000abcd"
    made = (await sign_up(site, book_id=book_id)).json()
    assert [(book["id"], book["ver"]) for book in made["books"]] == [(book_id, 0)]
    taken = await sign_up(site, email="other@outlay.example", book_id=book_id)
    assert code(taken) == (409, "book_exists")
    assert code(await sign_in(site, "other@outlay.example")) == (401, "sign_in_failed")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"email": "ana@outlay.EXAMPLE "}, (409, "email_taken")),
        ({"email": "nobody"}, (422, "email_malformed")),
        ({"email": "a b@c"}, (422, "email_malformed")),
        ({"email": "x@y.z", "password": "short"}, (422, "field_invalid")),
        ({"email": "x@y.z", "password": "password1"}, (422, "password_common")),
        ({"email": "x@y.z", "base_currency": "XYZ"}, (422, "currency_unknown")),
        ({"email": "x@y.z", "language": "tlh"}, (422, "language_unknown")),
        ({"email": "x@y.z", "country": "Austria"}, (422, "field_invalid")),
        ({"email": "x@y.z", "book_id": "7"}, (422, "field_invalid")),
        ({"email": "x@y.z", "admin": True}, (422, "field_unknown")),
        ({"email": 7}, (422, "field_invalid")),
    ],
)
async def test_sign_up_refuses(site: Site, body: dict[str, Any], expected: tuple[int, str]) -> None:
    assert (await sign_up(site)).status_code == 201
    people = await site.store.read(lambda read: read.value("SELECT COUNT(*) FROM person"))
    answer = await sign_up(site, **body)
    assert code(answer) == expected
    assert answer.json().get("field") == next(reversed(body))
    assert await site.store.read(lambda read: read.value("SELECT COUNT(*) FROM person")) == people


async def test_being_told_that_addresses_are_taken_ends(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "TAKEN_FROM_ONE", 2)
    async with site_of(store, dataclasses.replace(settings, rate_limit=True)) as site:
        one = await site.person()
        answers = [await sign_up(site, email=email) for email in (one.email, one.email, "new@outlay.example")]
        assert [code(answer)[1] for answer in answers] == ["email_taken", "email_taken", "rate_limited"]


async def test_sign_in_says_the_same_of_a_wrong_password_and_an_unknown_address(site: Site) -> None:
    await sign_up(site)
    assert (await sign_in(site, " ana@outlay.example")).status_code == 200
    wrong, unknown = await sign_in(site, password="wrong horse"), await sign_in(site, "who@outlay.example")
    assert code(wrong) == code(unknown) == (401, "sign_in_failed")
    assert wrong.json() == unknown.json()


async def test_refresh_tokens_rotate_and_a_used_one_ends_the_session(site: Site) -> None:
    made = (await sign_up(site, client="native")).json()
    first = made["refresh_token"]
    second = (await refresh(site, first)).json()
    assert second["refresh_token"] != first
    bearer = {"authorization": f"Bearer {second['access_token']}"}
    assert (await site.ask("GET", "/api/v1/users/me", headers=bearer)).status_code == 200

    assert code(await refresh(site, first)) == (401, "refresh_invalid")
    assert code(await refresh(site, second["refresh_token"])) == (401, "refresh_invalid")
    assert code(await site.ask("GET", "/api/v1/users/me", headers=bearer)) == (401, "session_ended")
    assert (await sign_in(site)).status_code == 200


async def test_a_refresh_whose_answer_was_lost_may_be_repeated_by_who_sent_it(site: Site) -> None:
    first = (await sign_up(site, client="native")).json()["refresh_token"]
    lost = (await refresh(site, first, **{"idempotency-key": "attempt-1"})).json()["refresh_token"]
    second = (await refresh(site, first, **{"idempotency-key": "attempt-1"})).json()["refresh_token"]
    assert code(await refresh(site, lost)) == (401, "refresh_invalid")
    third = await refresh(site, second, **{"idempotency-key": "attempt-2"})
    assert third.status_code == 200
    # Once the answer was used, the repeat is a copy.
    assert code(await refresh(site, first, **{"idempotency-key": "attempt-1"})) == (401, "refresh_invalid")
    assert code(await refresh(site, third.json()["refresh_token"])) == (401, "refresh_invalid")


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "0198c0de-0000-7000-8000-00000000abcd." * 2 + "x", "é" * 40]
)
async def test_nonsense_is_no_refresh_token(site: Site, token: str) -> None:
    assert code(await refresh(site, token)) == (401, "refresh_invalid")


async def test_sign_out_ends_the_session_at_once(site: Site) -> None:
    made = (await sign_up(site)).json()
    bearer = {"authorization": f"Bearer {made['access_token']}"}
    assert (await site.ask("GET", "/api/v1/users/me", headers=bearer)).status_code == 200
    out = await site.ask("POST", "/api/v1/auth/sign-out")
    assert out.status_code == 204
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert code(await site.ask("GET", "/api/v1/users/me", headers=bearer)) == (401, "session_ended")
    assert code(await site.ask("POST", "/api/v1/auth/refresh")) == (401, "refresh_invalid")


async def test_sessions_are_listed_and_ended_one_by_one(site: Site) -> None:
    await sign_up(site)
    one = (await sign_in(site, device_name="Phone", client="native")).json()
    two = (await sign_in(site, device_name="Laptop")).json()
    bearer = {"authorization": f"Bearer {two['access_token']}"}
    listed = (await site.get("/api/v1/auth/sessions", headers=bearer))["items"]
    assert {item["device_name"] for item in listed} == {None, "Phone", "Laptop"}
    assert [item["device_name"] for item in listed if item["current"]] == ["Laptop"]
    ended = await site.ask("DELETE", f"/api/v1/auth/sessions/{one['session_id']}", headers=bearer)
    assert ended.status_code == 204
    assert code(await refresh(site, one["refresh_token"])) == (401, "refresh_invalid")
    again = await site.ask("DELETE", f"/api/v1/auth/sessions/{one['session_id']}", headers=bearer)
    assert code(again) == (404, "session_not_found")


async def test_a_new_password_ends_the_other_sessions(site: Site) -> None:
    await sign_up(site)
    other = (await sign_in(site, client="native")).json()
    mine = {"authorization": f"Bearer {(await sign_in(site)).json()['access_token']}"}
    body = {"password": PASSWORD, "new_password": "another horse battery"}
    changed = await site.ask("POST", "/api/v1/users/me/password", headers=mine, json=body)
    assert changed.status_code == 204
    assert code(await sign_in(site)) == (401, "sign_in_failed")
    assert (await sign_in(site, password="another horse battery")).status_code == 200
    assert code(await refresh(site, other["refresh_token"])) == (401, "refresh_invalid")
    assert (await site.ask("GET", "/api/v1/users/me", headers=mine)).status_code == 200


async def test_a_person_changes_what_they_are_called(site: Site) -> None:
    made = (await sign_up(site)).json()
    bearer = {"authorization": f"Bearer {made['access_token']}"}
    me = "/api/v1/users/me"
    first = await site.ask("GET", me, headers=bearer)
    etag = first.headers["etag"]
    named = await site.ask("PATCH", me, headers={**bearer, "if-match": etag}, json={"name": " Ana  B. "})
    assert named.json()["name"] == "Ana B."
    late = await site.ask("PATCH", me, headers={**bearer, "if-match": etag}, json={"name": "X"})
    assert code(late) == (412, "precondition_failed")
    for unproved in ({"email": "ana@new.example"}, {"phone": "+302107654321"}):
        assert code(await site.ask("PATCH", me, headers=bearer, json=unproved)) == (422, "field_unknown")


async def test_erasing_a_person_leaves_nothing_that_names_them(site: Site) -> None:
    site.rooms.settings = dataclasses.replace(site.rooms.settings, erase_days=0)
    made = (await sign_up(site, name="Ana Unmistakable", client="native")).json()
    bearer = {"authorization": f"Bearer {made['access_token']}"}
    account = {"name": "Unmistakable bank", "kind": "bank", "currency": "EUR"}
    assert (await site.ask("POST", "/api/v1/accounts", headers=bearer, json=account)).status_code == 201
    wrong = await site.ask("DELETE", "/api/v1/users/me", headers=bearer, json={"password": "wrong"})
    assert code(wrong) == (403, "password_wrong")
    gone = await site.ask("DELETE", "/api/v1/users/me", headers=bearer, json={"password": PASSWORD})
    assert gone.status_code == 200
    assert code(await site.ask("GET", "/api/v1/users/me", headers=bearer)) == (401, "session_ended")
    assert code(await sign_in(site)) == (401, "sign_in_failed")
    assert code(await refresh(site, made["refresh_token"])) == (401, "refresh_invalid")
    left = await site.store.read(
        lambda read: {
            table: read.value(f'SELECT COUNT(*) FROM "{table}"')
            for table in (
                "person",
                "login",
                "credential",
                "session",
                "refresh_token",
                "person_book",
                "account",
            )
        }
    )
    assert set(left.values()) == {0}, left
    assert scopes(site.store) == ["server"]


async def test_a_shared_book_needs_another_owner_before_its_owner_goes(site: Site) -> None:
    site.rooms.settings = dataclasses.replace(site.rooms.settings, erase_days=0)
    made = (await sign_up(site)).json()
    bearer = {"authorization": f"Bearer {made['access_token']}"}
    book = made["books"][0]["id"]
    friend = await site.person("friend")
    members = f"/api/v1/books/{book}/members"
    owner = Somebody(made["person"]["id"], made["session_id"], made["access_token"], made["person"]["email"])
    await site.join(book, owner, friend)
    erase = {"headers": bearer, "json": {"password": PASSWORD}}
    assert code(await site.ask("DELETE", "/api/v1/users/me", **erase)) == (409, "last_owner")
    own = f"{members}/{made['person']['id']}"
    assert code(await site.ask("DELETE", own, headers=bearer)) == (409, "last_owner")
    demoted = await site.ask("PUT", own, headers=bearer, json={"role": "viewer"})
    assert code(demoted) == (409, "last_owner")
    promoted = await site.ask("PUT", f"{members}/{friend.id}", headers=bearer, json={"role": "owner"})
    assert promoted.json()["role"] == "owner"
    assert (await site.ask("DELETE", "/api/v1/users/me", **erase)).status_code == 200
    assert [item["role"] for item in (await site.get(members, friend))["items"]] == ["owner"]


async def test_an_erased_book_is_gone_for_everybody_and_says_so(site: Site) -> None:
    owner, friend = await site.person(), await site.person()
    book = await site.book(owner, viewer=friend)
    assert (await site.ask("DELETE", f"/api/v1/books/{book}", owner)).status_code == 204
    for who in (owner, friend):
        assert code(await site.ask("GET", f"/api/v1/accounts?book={book}", who)) == (410, "book_deleted")
        assert (await site.get("/api/v1/books", who))["items"] == []
        assert code(await site.ask("GET", "/api/v1/accounts", who)) == (404, "book_not_found")


async def test_a_closed_server_takes_nobody_new(store: Store, settings: Settings) -> None:
    async with site_of(store, dataclasses.replace(settings, sign_up="closed")) as site:
        assert code(await sign_up(site)) == (403, "sign_up_closed")


async def test_too_many_sign_ins_of_one_address_have_to_wait(store: Store, settings: Settings) -> None:
    slow = dataclasses.replace(settings, rate_limit=True, sign_in_per_minute=3)
    async with site_of(store, slow) as site:
        answers = [await refresh(site, "x") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
        assert code(answers[-1]) == (429, "rate_limited")
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        # Other routes go on.
        assert (await site.ask("GET", "/healthz")).status_code == 200


async def test_a_flood_of_requests_has_to_wait(store: Store, settings: Settings) -> None:
    """Whatever is asked for: the API, a page, the keys, the document, health."""
    assert Settings(data_dir=settings.data_dir).requests_per_minute > 0
    slow = dataclasses.replace(settings, rate_limit=True, requests_per_minute=2)
    for path, status in (
        ("/api/v1/users/me", 401),
        ("/", 200),
        ("/nothing.js", 404),
        ("/.well-known/jwks.json", 200),
        ("/schema/openapi.json", 200),
        ("/healthz", 200),
        ("/readyz", 200),
    ):
        async with site_of(store, slow) as site:
            answers = [await site.ask("GET", path) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [status, status, 429], path
            assert code(answers[-1]) == (429, "rate_limited")


async def test_too_many_wrong_passwords_close_the_account_for_a_while(
    store: Store, settings: Settings
) -> None:
    slow = dataclasses.replace(settings, rate_limit=True, password_tries_per_quarter=2)
    async with site_of(store, slow) as site:
        await sign_up(site)
        for _ in range(2):
            assert code(await sign_in(site, password="wrong horse")) == (401, "sign_in_failed")
        assert code(await sign_in(site)) == (429, "rate_limited")
        # That was the device that signed up; others have counts of their own.
        site.client.cookies.clear()
        assert (await sign_in(site)).status_code == 200
