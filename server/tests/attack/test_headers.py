"""Requests that lie about where they come from, where they go and what they are, on every route."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from attack.tally import attacked
from routes import ROUTES, STREAM, Route, ask
from sites import ORIGIN, Site, Somebody, World, world

# What the HTTP room does is the same on both engines.
pytestmark = pytest.mark.parametrize("store_settings", ["sqlite"], indirect=True)

EVIL = "https://evil.example"
CASES = [route for route in ROUTES if route.method in ("GET", "HEAD")]


def anybody(at: World, route: Route) -> Somebody:
    """Who may call the route and can do no harm by it."""
    return at.viewer if route.need == "read" else at.owner


async def test_pages_from_elsewhere_are_given_nothing(site: Site) -> None:
    at = await world(site)
    for route in ROUTES:
        origin = {"origin": EVIL}
        if route.method in ("GET", "HEAD"):
            answer = await ask(site, route, at, {**anybody(at, route).headers, **origin})
        else:
            answer = await ask(site, route, at, origin)
        asked = {
            **origin,
            "access-control-request-method": route.method,
            "access-control-request-headers": "authorization",
        }
        path = route.path.replace("{", "").replace("}", "")
        before = await site.client.request("OPTIONS", path, headers=asked)
        for each in (answer, before):
            assert "access-control-allow-credentials" not in each.headers, route
            assert each.headers.get("access-control-allow-origin") is None, route
        attacked(route.method, route.path, "a foreign origin")


async def test_our_own_shells_are_let_in_by_name(site: Site) -> None:
    who = await site.person()
    answer = await site.ask("GET", "/api/v1/users/me", who, headers={"origin": "capacitor://localhost"})
    assert answer.headers["access-control-allow-origin"] == "capacitor://localhost"
    for origin in (
        "null",
        "capacitor://localhost.evil.example",
        "https://localhost:1",
        "http://localhost",
        ORIGIN + ".x",
    ):
        answer = await site.ask("GET", "/api/v1/users/me", who, headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers, origin


LIES = {
    "a poisoned host": {"host": "evil.example"},
    "a forwarded host": {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example;proto=https"},
    "another address": {"x-original-url": "/api/v1/evil.example", "x-rewrite-url": "/evil.example"},
    "another method": {
        "x-http-method-override": "DELETE",
        "x-http-method": "DELETE",
        "x-method-override": "DELETE",
    },
    "another client": {"x-real-ip": "evil.example", "client-ip": "10.0.0.1", "true-client-ip": "127.0.0.1"},
}


async def test_headers_that_lie_change_nothing(site: Site) -> None:
    at = await world(site)
    for route in CASES:
        who = anybody(at, route) if route.need != "share" else at.owner
        plain = await ask(site, route, at, who.headers)
        for how, headers in LIES.items():
            answer = await ask(site, route, at, {**who.headers, **headers})
            assert answer.status_code == plain.status_code, (how, route)
            assert "evil" not in answer.text, (how, route)
            assert not any("evil" in value for value in answer.headers.values()), (how, route)
            attacked(route.method, route.path, how)
    assert (
        await site.get(f"/api/v1/transactions/{at.ids['transaction']}", at.owner, params={"book": at.book_id})
    )["id"]
    overridden = await site.ask("GET", "/api/v1/accounts?_method=DELETE", at.owner)
    assert (overridden.status_code, overridden.json()["code"]) == (400, "parameter_unknown")


async def test_nothing_that_is_sent_becomes_a_header(site: Site) -> None:
    """CWE-113: every parameter of every path, with a line of its own."""
    at = await world(site)
    line = "a%0d%0aset-cookie:%20evil=1%0d%0a%0d%0a<script>"
    for route in ROUTES:
        path = "/".join(line if part.startswith("{") else part for part in route.path.split("/"))
        if route.path == STREAM:
            path += f"?book={line}"
        for asked in (path, f"{path}?next={line}") if "?" not in path else (path,):
            answer = await site.client.request(
                route.method, asked, headers={**at.owner.headers, "if-match": "a\tb"}
            )
            assert answer.status_code < 500, (route, answer.text)
            assert "evil" not in answer.headers.get("set-cookie", ""), route
            assert not any("\n" in value or "evil=1" in value for value in answer.headers.values()), route
            if "html" in answer.headers.get("content-type", ""):
                assert "evil" not in answer.text, route
        attacked(route.method, route.path, "header injection")
        if route.path == "/api/v1/users/me" and route.method == "DELETE":
            assert (await site.ask("GET", "/api/v1/users/me", at.owner)).status_code == 200


async def test_the_cookie_works_from_our_own_pages_only(site: Site) -> None:
    """Cross-site request forgery (ASVS 5.0, 3.5): the two routes that look at the cookie."""
    body = {"email": "ana@outlay.example", "password": "correct horse battery"}
    made = await site.ask("POST", "/api/v1/auth/sign-up", json=body)
    bearer = {"authorization": f"Bearer {made.json()['access_token']}"}
    for path in ("/api/v1/auth/refresh", "/api/v1/auth/sign-out"):
        for origin in (
            EVIL,
            "null",
            "http://127.0.0.1:8001",
            "https://127.0.0.1.evil.example:8000",
            "file://",
        ):
            answer = await site.client.post(path, headers={"origin": origin})
            assert (answer.status_code, answer.json()["code"]) == (403, "origin_forbidden"), (path, origin)
            assert "set-cookie" not in answer.headers
            attacked("POST", path, "cross-site request forgery")
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            answer = await site.client.post(
                path, headers={"content-type": kind, "origin": EVIL}, content=b"{}"
            )
            assert answer.status_code in (403, 415), (path, kind)
            attacked("POST", path, "a form from elsewhere")
    assert (await site.ask("GET", "/api/v1/users/me", headers=bearer)).status_code == 200
    refreshed = await site.client.post("/api/v1/auth/refresh", headers={"origin": ORIGIN})
    assert refreshed.status_code == 200


async def test_no_answer_waits_in_a_cache_or_runs_in_a_page(site: Site) -> None:
    at = await world(site)

    def wrong(answer: httpx.Response, **expected: str) -> dict[str, Any]:
        return {
            name: answer.headers.get(name)
            for name, value in expected.items()
            if answer.headers.get(name) != value
        }

    for route in ROUTES:
        if not route.path.startswith("/api/"):
            continue
        answer = await ask(site, route, at, at.viewer.headers if route.method in ("GET", "HEAD") else {})
        headers = {
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
        }
        assert not wrong(answer, **headers), route
        assert answer.headers["cache-control"] == "no-store" or route.need == "public", route
        assert "default-src 'none'" in answer.headers["content-security-policy"], route
        assert "server" not in answer.headers, route
