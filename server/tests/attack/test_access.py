"""Who may ask what: every route of the application, by everybody who could try."""

from __future__ import annotations

from typing import Any

import pytest

from outlay.main import build_app
from outlay.settings import Settings
from routes import PLANS, PUBLIC, ROUTES, Route, ask, forged, routes_of
from sites import Site, world

# joserfc: EdDSA is called Ed25519 since RFC 9864; verifiers know the old name.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")


def test_every_route_has_an_entry(settings: Settings) -> None:
    listed = {(route.method, route.path) for route in ROUTES}
    assert len(listed) == len(ROUTES)
    assert routes_of(build_app(settings)) == listed


def test_every_api_route_but_the_doors_wants_a_token() -> None:
    assert {route.path for route in ROUTES if route.need == "public" and "/api/" in route.path} == PUBLIC


@pytest.mark.timeout(300)
async def test_every_route_by_everybody(site: Site) -> None:
    wrong: list[str] = []

    def expect(route: Route, who: str, got: tuple[int, Any], *statuses: int) -> None:
        code = got[1].get("code") if isinstance(got[1], dict) else None
        if got[0] not in statuses:
            wrong.append(f"{route.method} {route.path} by {who}: {got[0]} {code}, not {statuses}")
        if got[0] >= 400 and route.path.startswith("/api/") and code is None and route.method != "HEAD":
            wrong.append(f"{route.method} {route.path} by {who}: {got[0]} without a problem document")

    for route in ROUTES:
        at = await world(site)
        before = await site.get(f"/api/v1/books/{at.book_id}", at.owner)
        if route.need == "public":
            expect(route, "nobody", await ask(site, route, at, {}), route.ok)
            continue
        expect(route, "nobody", await ask(site, route, at, {}), 401)
        expect(route, "a basic login", await ask(site, route, at, {"authorization": "Basic YTpi"}), 401)
        for name, token in forged(site, at.owner).items():
            expect(route, name, await ask(site, route, at, {"authorization": f"Bearer {token}"}), 401)
        gone = await site.person("gone")
        site.rooms.tokens.end(gone.id, gone.session_id)
        expect(route, "an ended session", await ask(site, route, at, gone.headers), 401)
        if route.need != "person":
            expect(route, "a stranger", await ask(site, route, at, at.stranger.headers), 403, 404)
            if route.need != "read":
                expect(route, "a viewer", await ask(site, route, at, at.viewer.headers), 403)
            if route.need == "share":
                expect(route, "an editor", await ask(site, route, at, at.editor.headers), 403)
            after = await site.get(f"/api/v1/books/{at.book_id}", at.owner)
            if after != before:
                wrong.append(f"{route.method} {route.path}: something was written")
            if route.need == "read":
                expect(route, "a viewer", await ask(site, route, at, at.viewer.headers), route.ok)
        if route.need == "write":
            expect(route, "an editor", await ask(site, route, at, at.editor.headers), route.ok)
        else:
            expect(route, "the owner", await ask(site, route, at, at.owner.headers), route.ok)
    assert not wrong, "\n".join(wrong)


async def test_a_session_that_ended_elsewhere_is_noticed(site: Site) -> None:
    from outlay.identity import sessions

    who = await site.person()
    assert (await site.ask("GET", "/api/v1/users/me", who)).status_code == 200
    await site.store.write_people(lambda tx: sessions.end(tx, person_id=who.id, session_id=who.session_id))
    site.rooms.clock.advance(site.rooms.tokens.recheck_ms + 1)  # type: ignore[attr-defined]  # the test's clock
    answer = await site.ask("GET", "/api/v1/users/me", who)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_rows_of_another_book_are_not_there(site: Site) -> None:
    """Ids of somebody else's book with one's own book named: as if they did not exist; and never referred to."""
    at = await world(site)
    for noun in ("account", "category", "payee", "tag", "rate", "transaction", "import", *PLANS):
        plural = "categories" if noun == "category" else f"{noun}s"
        for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
            if noun == "rate" and method == "PATCH":
                body = {"rate": "2"}
            answer = await site.ask(method, f"/api/v1/{plural}/{at.ids[noun]}", at.stranger, json=body)
            assert answer.status_code == 404, (method, noun, answer.text)
    own = (await site.get("/api/v1/accounts", at.stranger))["items"][0]["id"]
    transaction = {"kind": "expense", "amount_minor": 1, "day": "2026-01-01"}
    foreign = [
        {**transaction, "account_id": at.ids["account"]},
        {**transaction, "account_id": own, "payee_id": at.ids["payee"]},
        {**transaction, "account_id": own, "tag_ids": [at.ids["tag"]]},
        {**transaction, "account_id": own, "category_id": at.ids["category"]},
        {**transaction, "account_id": own, "kind": "transfer", "to_account_id": at.ids["account"]},
    ]
    before = await site.get("/api/v1/books", at.stranger)
    for body in foreign:
        answer = await site.ask("POST", "/api/v1/transactions", at.stranger, json=body)
        assert answer.status_code in (404, 409, 422), answer.text
        assert answer.json()["field"], answer.text
    assert await site.get("/api/v1/books", at.stranger) == before
