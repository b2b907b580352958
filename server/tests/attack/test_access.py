"""Who may ask what: every route of the application, by everybody who could try."""

from __future__ import annotations

import re

import httpx
import pytest

from attack.forgery import forged
from attack.tally import attacked
from outlay.identity import sessions, ways
from outlay.identity.providers.talk import Identity
from outlay.main import build_app
from outlay.settings import Settings
from routes import PLANS, PUBLIC, ROUTES, Route, ask, routes_of
from sites import Site, World, world

# joserfc: EdDSA is called Ed25519 since RFC 9864; verifiers know the old name.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

NOUNS = (
    "account",
    "category",
    "payee",
    "tag",
    "rate",
    "transaction",
    "import",
    "conflict",
    "device",
    "epoch",
    *PLANS,
)
ROW = re.compile(rf"\{{({'|'.join(NOUNS)})\}}")
"""What a route names of a book."""


def test_every_route_has_an_entry(settings: Settings) -> None:
    listed = {(route.method, route.path) for route in ROUTES}
    assert len(listed) == len(ROUTES)
    assert routes_of(build_app(settings)) == listed


def test_every_api_route_but_the_doors_wants_a_token() -> None:
    assert {route.path for route in ROUTES if route.need == "public" and "/api/" in route.path} == PUBLIC


class Asked:
    """What was asked and did not come out as it must."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def expect(self, route: Route, who: str, answer: httpx.Response, *statuses: int) -> None:
        """One of these statuses; what is refused has a problem document, and nothing of the API is ever cached."""
        is_json = answer.headers.get("content-type", "").endswith("json") and route.method != "HEAD"
        code = answer.json().get("code") if is_json and answer.status_code >= 400 else None
        where = f"{route.method} {route.path} by {who}: {answer.status_code} {code}"
        if answer.status_code not in statuses:
            self.wrong.append(f"{where}, not {statuses}")
        if route.path.startswith("/api/"):
            if answer.status_code >= 400 and code is None and route.method != "HEAD":
                self.wrong.append(f"{where} without a problem document")
            if route.need != "public" and answer.headers.get("cache-control") != "no-store":
                self.wrong.append(f"{where} may be cached")
        if answer.headers.get("x-content-type-options") != "nosniff":
            self.wrong.append(f"{where} may be taken for something else")
        if who != "the owner" and answer.status_code >= 400:
            attacked(route.method, route.path, who)


async def intruders(site: Site, at: World) -> dict[str, dict[str, str]]:
    """Headers of whom no route knows."""
    left, gone = await site.person("left"), await site.person("gone")
    site.rooms.tokens.end(left.id, left.session_id)

    def away(tx: object) -> None:
        sessions.end(tx, person_id=gone.id, session_id=gone.session_id)  # type: ignore[arg-type]  # a Tx

    await site.store.write_people(away)
    return {
        "nobody": {},
        "a basic login": {"authorization": "Basic YTpi"},
        "an empty token": {"authorization": "Bearer "},
        "a token in the wrong place": {
            "x-access-token": at.owner.token,
            "cookie": f"access_token={at.owner.token}",
        },
        "an ended session": left.headers,
        "a revoked device": gone.headers,
        **{name: {"authorization": f"Bearer {token}"} for name, token in forged(site, at.owner).items()},
    }


def keeps(route: Route) -> bool:
    """Whether the routes after it find everything that they need (a world of its own costs a tenth of a second)."""
    adds = route.method == "POST" and route.path.count("/") == 3
    return route.method in ("GET", "HEAD") or (route.need == "write" and (adds or route.method == "PATCH"))


@pytest.mark.proof("postgresql")
async def test_every_route_by_everybody(site: Site) -> None:
    asked = Asked()
    shared = await world(site)
    nobodies = await intruders(site, shared)
    if site.store.dialect == "postgresql":  # a forged token never gets as far as the store
        nobodies = {name: nobodies[name] for name in ("nobody", "an ended session", "a revoked device")}
    for route in ROUTES:
        at = shared
        if route.need == "public":
            at = await world(site) if "{" in str(route.body) else at
            asked.expect(route, "nobody", await ask(site, route, at, {}), route.ok)
            continue
        before = await site.get(f"/api/v1/books/{at.book_id}", at.owner)
        for name, headers in nobodies.items():
            asked.expect(route, name, await ask(site, route, at, headers), 401)
        if route.need != "person":
            asked.expect(route, "a stranger", await ask(site, route, at, at.stranger.headers), 403, 404)
            if route.need != "read":
                asked.expect(route, "a viewer", await ask(site, route, at, at.viewer.headers), 403)
            if route.need == "share":
                asked.expect(route, "an editor", await ask(site, route, at, at.editor.headers), 403)
        if await site.get(f"/api/v1/books/{at.book_id}", at.owner) != before:
            asked.wrong.append(f"{route.method} {route.path}: something was written")
        at = at if keeps(route) else await world(site)
        if route.need == "read":
            asked.expect(route, "a viewer", await ask(site, route, at, at.viewer.headers), route.ok)
        may = at.editor if route.need == "write" else at.owner
        asked.expect(route, "the owner", await ask(site, route, at, may.headers), route.ok)
    assert not asked.wrong, "\n".join(asked.wrong)


async def test_rows_of_another_book_are_not_there(site: Site) -> None:
    """Ids of somebody else's book, in the path and anywhere in a body, with one's own book named: as if they did not
    exist, and never referred to. The other book stays as it is."""
    asked = Asked()
    at = await world(site)
    own = (await site.get("/api/v1/books", at.stranger))["items"][0]["id"]
    theirs = await site.get(f"/api/v1/books/{at.book_id}", at.owner)
    mine = await site.get(f"/api/v1/books/{own}", at.stranger)
    tried = 0
    for route in ROUTES:
        if route.need not in ("read", "write", "share") or not ROW.search(
            f"{route.at} {route.body} {route.query}"
        ):
            continue
        tried += 1
        answer = await ask(site, route, at, at.stranger.headers, book=own)
        if route.path == "/api/v1/history":
            assert answer.json()["items"] == []
            attacked(route.method, route.path, "another book's rows")
            continue
        asked.expect(route, "another book's rows", answer, 404, 409, 422)
    assert tried > 50
    assert not asked.wrong, "\n".join(asked.wrong)
    assert await site.get(f"/api/v1/books/{at.book_id}", at.owner) == theirs
    assert await site.get(f"/api/v1/books/{own}", at.stranger) == mine


async def test_a_transaction_refers_to_nothing_of_another_book(site: Site) -> None:
    at = await world(site)
    account = (await site.get("/api/v1/accounts", at.stranger))["items"][0]["id"]
    own = {"kind": "expense", "amount_minor": 1, "day": "2026-01-01", "account_id": account}
    made = await site.make("/api/v1/transactions", at.stranger, own)
    before = await site.get("/api/v1/books", at.stranger)
    for changed in (
        {"account_id": at.ids["account"]},
        {"payee_id": at.ids["payee"]},
        {"tag_ids": [at.ids["tag"]]},
        {"category_id": at.ids["category"]},
        {"lines": [{"category_id": at.ids["category"], "amount_minor": 1}]},
        {"kind": "transfer", "to_account_id": at.ids["account"]},
    ):
        for method, path, body in (
            ("POST", "/api/v1/transactions", {**own, **changed}),
            ("PATCH", f"/api/v1/transactions/{made['id']}", changed),
        ):
            answer = await site.ask(method, path, at.stranger, json=body)
            assert answer.status_code in (404, 409, 422), (method, changed, answer.text)
            assert answer.json()["field"], answer.text
            attacked(
                method, "/api/v1/transactions" + "/{row_id}" * (method == "PATCH"), "another book's id inside"
            )
    assert await site.get("/api/v1/books", at.stranger) == before


async def test_a_session_that_ended_elsewhere_is_noticed(site: Site) -> None:
    who = await site.person()
    assert (await site.ask("GET", "/api/v1/users/me", who)).status_code == 200
    await site.store.write_people(lambda tx: sessions.end(tx, person_id=who.id, session_id=who.session_id))
    site.rooms.clock.advance(site.rooms.tokens.recheck_ms + 1)  # type: ignore[attr-defined]  # the test's clock
    answer = await site.ask("GET", "/api/v1/users/me", who)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_a_device_that_was_revoked_neither_pushes_nor_pulls(site: Site) -> None:
    at = await world(site)
    revoked = await site.ask("DELETE", f"/api/v1/sync/devices/{at.ids['device']}", at.owner)
    assert revoked.status_code == 204, revoked.text
    for route in ROUTES:
        if route.path in ("/api/v1/sync/push", "/api/v1/sync/pull"):
            body = route.body and {**route.body, "device": at.ids["device"]}
            one = Route(route.method, route.path, route.need, 403, query=route.query, body=body)
            answer = await ask(site, one, at, at.owner.headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "device_revoked"), answer.text
            attacked(route.method, route.path, "a device that was revoked")


async def test_what_is_of_somebody_elses_account_is_not_there(site: Site) -> None:
    """Real ids of another person: their session, their way in, their API token, their copy of everything."""
    one, other = await site.person(), await site.person()
    identity = Identity(provider="google", subject="1", email=None, email_verified=False, name="Ana")
    way = await site.store.write_people(
        lambda tx: ways.add_provider(tx, site.rooms.server_keys, person_id=one.id, identity=identity)
    )
    made = await site.make("/api/v1/auth/tokens", one, {"name": "mine", "scopes": ["read"], "days": 9})
    export = await site.make("/api/v1/users/me/exports", one, {})
    theirs = [await site.get(f"/api/v1/auth/{path}", one) for path in ("sessions", "ways", "tokens")]
    for method, path, id_, code in (
        ("DELETE", "/auth/sessions/{session_id}", one.session_id, "session_not_found"),
        ("PATCH", "/auth/ways/{way_id}", way["way_id"], "way_not_found"),
        ("DELETE", "/auth/ways/{way_id}", way["way_id"], "way_not_found"),
        ("DELETE", "/auth/tokens/{token_id}", made["api_token"]["id"], "api_token_not_found"),
        ("POST", "/users/me/exports/{export_id}/link", export["id"], "export_not_found"),
    ):
        asked = "/api/v1" + path[: path.index("{")] + id_ + path[path.index("}") + 1 :]
        body = {"json": {"name": "taken"}} if method == "PATCH" else {}
        answer = await site.ask(method, asked, other, **body)
        assert (answer.status_code, answer.json()["code"]) == (404, code), asked
        attacked(method, f"/api/v1{path}", "another person's")
    assert theirs == [
        await site.get(f"/api/v1/auth/{path}", one) for path in ("sessions", "ways", "tokens")
    ]
