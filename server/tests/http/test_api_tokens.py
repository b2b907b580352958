"""Personal API tokens: what each scope opens, and that none opens the account."""

from __future__ import annotations

from attack.tally import attacked
from outlay.http.rooms import OPEN_TO_API_TOKENS
from outlay.identity import api_tokens
from routes import ROUTES, ask
from sites import CSV, Site, Somebody, later, world


async def token(site: Site, who: Somebody, **more: object) -> dict[str, str]:
    made = await site.make("/api/v1/auth/tokens", who, {"name": "Script", "scopes": ["read"], **more})
    assert made["token"].startswith("outlay_pat_")
    return {"authorization": f"Bearer {made['token']}", "id": made["api_token"]["id"]}


async def test_a_token_opens_what_its_scopes_say_and_never_the_account(site: Site) -> None:
    at = await world(site)
    read, write, take_in = [
        await token(site, at.owner, scopes=[scope]) for scope in ("read", "write", "import")
    ]
    wrong = []
    for route in ROUTES:
        if route.need == "public" or not route.path.startswith("/api/"):
            continue
        word = route.path.removeprefix("/api/v1/").split("/")[0]
        reads = route.method in ("GET", "HEAD")
        opens = word in OPEN_TO_API_TOKENS or (reads and route.path == "/api/v1/books")
        for name, headers, can in (
            ("read", read, reads),
            ("write", write, reads or word != "imports"),
            ("import", take_in, reads or word == "imports"),
        ):
            if opens and can and not reads:
                continue  # Writing is shown below; here it would take the world apart.
            answer = await ask(site, route, at, {"authorization": headers["authorization"]})
            status = answer.status_code
            expected = (route.ok, None) if opens and can else (403, "token_scope")
            if expected[1]:
                attacked(route.method, route.path, "an API token of too small a scope")
            code = answer.json().get("code") if status >= 400 and answer.content else None
            if status != expected[0] or (expected[1] and route.method != "HEAD" and code != expected[1]):
                wrong.append(f"{route.method} {route.path} with {name}: {status} {code}, not {expected}")
    assert not wrong, "\n".join(wrong)
    assert {"auth", "users", "sync", "invitations"}.isdisjoint(OPEN_TO_API_TOKENS)
    made = await site.ask(
        "POST", "/api/v1/tags", headers={"authorization": write["authorization"]}, json={"name": "new"}
    )
    assert made.status_code == 201
    form = {"files": {"file": ("a.csv", CSV)}, "headers": {"authorization": take_in["authorization"]}}
    assert (await site.ask("POST", "/api/v1/imports", **form)).status_code == 201


async def test_a_token_of_one_book_opens_no_other(site: Site) -> None:
    who, other = await site.person(), await site.person()
    first, second, foreign = await site.book(who), await site.book(who), await site.book(other)
    only = await token(site, who, book_id=second)
    headers = {"authorization": only["authorization"]}
    assert [book["id"] for book in (await site.get("/api/v1/books", headers=headers))["items"]] == [second]
    account = (await site.get("/api/v1/accounts", headers=headers))["items"][0]["id"]
    own = (await site.get(f"/api/v1/accounts?book={second}", who))["items"]
    assert account in {row["id"] for row in own}
    for book in (first, foreign):
        answer = await site.ask("GET", f"/api/v1/accounts?book={book}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "book_not_found")
    answer = await site.ask(
        "POST", "/api/v1/auth/tokens", who, json={"name": "x", "scopes": ["read"], "book_id": foreign}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "book_not_found")


async def test_a_token_runs_out_is_noted_when_used_and_ends_at_once(site: Site) -> None:
    who = await site.person()
    await site.book(who)
    short = await token(site, who, days=1)
    long = await token(site, who, days=30)

    async def said(headers: dict[str, str]) -> object:
        answer = await site.ask("GET", "/api/v1/tags", headers={"authorization": headers["authorization"]})
        return 200 if answer.status_code == 200 else answer.json()["code"]

    assert await said(short) == await said(long) == 200
    listed = (await site.get("/api/v1/auth/tokens", who))["items"]
    assert [row["used_at_ms"] for row in listed] == [site.store.clock()] * 2
    assert not any("token" in row or "token_hash" in row for row in listed)
    ended = await site.ask("DELETE", f"/api/v1/auth/tokens/{long['id']}", who)
    assert ended.status_code == 204
    assert await said(long) == "unauthenticated"
    again = await site.ask("DELETE", f"/api/v1/auth/tokens/{long['id']}", who)
    assert (again.status_code, again.json()["code"]) == (404, "api_token_not_found")
    later(site, 24 * 60)
    assert await said(short) == "token_expired"
    kinds = [event["kind"] for event in (await site.store.read(lambda read: read.select("security_event")))]
    assert sorted(kinds) == ["api_token_ended", "api_token_made", "api_token_made"]


async def test_only_the_hash_of_a_token_is_kept_and_nothing_like_it_opens(site: Site) -> None:
    who = await site.person()
    await site.book(who)
    right = (await token(site, who))["authorization"].removeprefix("Bearer ")
    rows = await site.store.read(lambda read: read.select("api_token"))
    assert right not in repr(rows)
    for text in (
        right[:-1],
        right + "A",
        right[:-4] + "AAAA",
        api_tokens.PREFIX,
        f"{api_tokens.PREFIX}!",
        right.upper(),
    ):
        answer = await site.ask("GET", "/api/v1/tags", headers={"authorization": f"Bearer {text}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), text
