"""Bodies that ask for more than is theirs to say (mass assignment), and bodies made to break what reads them."""

from __future__ import annotations

import os
from typing import Any

import httpx
import hypothesis
import pytest
from hypothesis import HealthCheck, strategies

from attack.tally import attacked
from outlay.http.openapi import document
from outlay.kernel import spec
from outlay.settings import Settings
from outlay.store.engine import Store
from routes import ROUTES, Route, call
from sites import PARKED, Site, World, made_world, push_body, served, world

EXAMPLES = int(os.environ.get("OUTLAY_TEST_EXAMPLES", "2"))

OURS = [
    "book_id", "ver", "person_id", "role", "deleted", "created_at_ms", "created_by", "updated_at_ms", "owner",
    "is_admin", "admin", "scopes", "secret_hash", "session_id", "epoch", "head", "revoked_at_ms", "expires_at_ms",
    "verified", "email_verified", "confirmed_at_ms", "status", "__proto__", "constructor", "__class__",
    "password_hash", "token_hash",
]  # fmt: skip
"""What rows have and bodies have not."""
VALUES = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=20)
    | strategies.sampled_from(["owner", "*", "01890000-0000-7000-8000-00000000aaaa"]),
    lambda inner: strategies.lists(inner, max_size=3)
    | strategies.dictionaries(strategies.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


def named(described: Any, route: Route) -> set[str] | None:
    """The fields that the route's body may have; None when its body is no JSON (a picture)."""
    content = described["paths"][route.path][route.method.lower()].get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    body = content["application/json"]["schema"]
    found: set[str] = set()
    for each in body.get("oneOf", [body]):
        if "$ref" in each:
            found |= (
                described["components"]["schemas"][each["$ref"].rpartition("/")[2]]
                .get("properties", {})
                .keys()
            )
    return found


@pytest.mark.proof("postgresql")
@pytest.mark.timeout(max(300, EXAMPLES * 20))
def test_no_body_says_what_is_not_its_to_say(store: Store, settings: Settings) -> None:
    """Every route with a body, with fields that rows have: refused by name, and nothing is written."""
    with served(store, settings) as (url, app), httpx.Client(base_url=url, timeout=60) as client:
        at = made_world(app, url)
        described = document(app)
        before = people_of(client, at)
        for route in ROUTES:
            if route.body is not None and route.path in described["paths"] and route.method != "DELETE":
                known = named(described, route)
                if known is not None:
                    assign(client, at, route, known)
        assert people_of(client, at) == before


def assign(client: httpx.Client, at: World, route: Route, known: set[str]) -> None:
    asked = call(route, at.ids, book=at.book_id)
    headers = {} if route.need == "public" else at.owner.headers
    if not isinstance(asked.more["json"], dict) or route.path.startswith("/api/v1/files/"):
        return

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(name=strategies.sampled_from(sorted(set(OURS) - known)), value=VALUES)
    def run(name: str, value: Any) -> None:
        client.cookies.clear()
        more = {**asked.more, "json": {**asked.more["json"], name: value}}
        answer = client.request(route.method, asked.path, headers=headers, **more)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "field_unknown"), (route, name, answer.text)
        assert problem["field"] == name, (route, answer.text)
        attacked(route.method, route.path, "mass assignment")

    run()


def people_of(client: httpx.Client, at: World) -> list[Any]:
    asked = [
        ("/api/v1/users/me", at.owner),
        ("/api/v1/users/me", at.stranger),
        (f"/api/v1/books/{at.book_id}", at.owner),
        (f"/api/v1/books/{at.book_id}/members", at.owner),
        ("/api/v1/books", at.stranger),
    ]
    return [client.get(path, headers=who.headers).raise_for_status().json() for path, who in asked]


async def test_a_push_sets_no_field_that_is_the_servers(site: Site) -> None:
    """The one body whose fields have no schema: each operation is refused alone, and says why."""
    at = await world(site)
    fields = spec.read("sync/entities.json")["entities"]["account"]["fields"]
    head = {**push_body(at.ids["epoch"]), "device": "device-7"}
    mutations = []
    for number, name in enumerate(name for name in OURS if name not in fields):
        operation = {"e": "account", "id": at.ids["account"], "k": "set", "f": {name: 1}}
        mid = f"01890000-0000-7000-8000-{number:012x}"
        mutations.append(
            {**PARKED, "seq": number + 1, "mid": mid, "name": "account.edit", "ops": [operation]}
        )
    before = await site.get(f"/api/v1/accounts/{at.ids['account']}", at.owner)
    answer = await site.ask(
        "POST",
        "/api/v1/sync/push",
        at.editor,
        json={**head, "mutations": mutations},
        params={"book": at.book_id},
    )
    assert {each["status"] for each in answer.json()["results"]} == {"parked:unknown_field"}
    after = await site.get(f"/api/v1/accounts/{at.ids['account']}", at.owner)
    assert after == before
    attacked("POST", "/api/v1/sync/push", "mass assignment")


BOMBS = {
    "depth of lists": b"[" * 200_000,
    "depth of objects": b'{"a":' * 100_000,
    "closed depth": b"[" * 100_000 + b"]" * 100_000,
    "a large number": b'{"amount_minor":' + b"9" * 200_000 + b"}",
    "an exponent": b'{"amount_minor":1e999999999}',
    "many fields": b"{" + b",".join(b'"a%d":1' % n for n in range(50_000)) + b"}",
    "one name many times": b"{" + b",".join([b'"zz":"a"'] * 50_000) + b"}",
    "surrogates": b'{"name":"\\ud800"}',
    "not UTF-8": b'{"name":"\xc3\x28"}',
    "UTF-16": '{"name":"a"}'.encode("utf-16"),
    "NUL": b'{"name":"a\\u0000b"}',
    "XML": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}


@pytest.mark.proof("postgresql")  # no such body comes as far as a database
async def test_bodies_made_to_break_the_reader_are_refused(site: Site) -> None:
    at = await world(site)
    before = await site.get(f"/api/v1/books/{at.book_id}", at.owner)
    wrong = []
    for route in ROUTES:
        if route.method in ("GET", "HEAD") or route.body is None:
            continue
        asked = call(route, at.ids, book=at.book_id)
        headers = {"content-type": "application/json", **({} if route.need == "public" else at.owner.headers)}
        for how, content in BOMBS.items():
            more = {"params": asked.more["params"], "content": content, "headers": headers}
            answer = await site.client.request(route.method, asked.path, **more)
            if not 400 <= answer.status_code < 500 or "root:" in answer.text:
                wrong.append(
                    f"{route.method} {route.path} with {how}: {answer.status_code} {answer.text[:200]}"
                )
            attacked(route.method, route.path, f"a bomb: {how}")
    assert not wrong, "\n".join(wrong)
    assert await site.get(f"/api/v1/books/{at.book_id}", at.owner) == before
