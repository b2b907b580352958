"""Every route of the application: how it is called, and who may.

A route without a line in ROUTES fails (attack/test_access.py). `{name}` is filled from the world (sites.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from sites import CSV, Site, World

Need = Literal["public", "person", "read", "write", "share"]


@dataclass(frozen=True)
class Route:
    """`need`: nobody's token, anybody's, or a role in the book. `ok`: the status that the owner gets."""

    method: str
    path: str
    need: Need
    ok: int
    at: str = ""
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    form: bool = False


TRANSACTION = {"kind": "expense", "account_id": "{account}", "amount_minor": 500, "day": "2026-02-01"}
PUSH = {"epoch": "{epoch}", "device": "device-9", "schema": 1, "sent_at": 0, "mutations": []}
SIGN_UP = {"email": "new@outlay.example", "password": "correct horse battery"}
CODE = {"code": "nothing", "verifier": "v" * 43}
PASSKEY = {"id": "AA", "client_data": "e30", "authenticator_data": "AA", "signature": "AA"}
PHONE_CODE = {"challenge_id": "01900000-0000-7000-8000-000000000001", "code": "123456"}
RATE = {"day": "2026-03-01", "from_currency": "USD", "to_currency": "EUR", "rate": "0.8"}

PLANS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "budget": (
        {"period": "year", "currency": "EUR", "amount_minor": 5, "from_day": "2026-01-01"},
        {"carry_over": True},
    ),
    "schedule": (
        {"name": "Rent", "kind": "expense", "account_id": "{account}", "amount_minor": 5, "start_day": "2026-01-01",
         "rule": "FREQ=MONTHLY"},
        {"amount_minor": 7},
    ),
    "template": ({"name": "Tea", "kind": "expense"}, {"name": "Cake"}),
    "filter": ({"name": "Food", "query": {}}, {"name": "Drink"}),
    "reconciliation": ({"account_id": "{account}", "day": "2026-02-28", "statement_minor": -5}, {"day": "2026-03-01"}),
    "receipt": (
        {"transaction_id": "{transaction}", "sha256": "cd" * 32, "media_type": "image/png", "size": 1, "name": "b.png"},
        {"name": "c.png"},
    ),
}  # fmt: skip
"""What beside transactions a book keeps: what makes one, what changes it."""

ROUTES = [
    Route("POST", "/api/v1/auth/sign-up", "public", 201, body=SIGN_UP),
    Route("POST", "/api/v1/auth/sign-in", "public", 401, body={**SIGN_UP, "password": "wrong"}),
    Route("POST", "/api/v1/auth/refresh", "public", 401, body={}),
    Route("POST", "/api/v1/auth/sign-out", "public", 204, body={}),
    Route("GET", "/api/v1/auth/sessions", "person", 200),
    Route("DELETE", "/api/v1/auth/sessions/{session_id}", "person", 204, at="{session}"),
    Route("GET", "/api/v1/auth/confirm", "person", 200),
    Route("POST", "/api/v1/auth/confirm", "person", 403, body={"password": "wrong"}),
    Route("POST", "/api/v1/auth/confirm/passkey", "person", 404),
    Route("POST", "/api/v1/auth/confirm/code", "person", 404, body={"by": "email"}),
    Route("GET", "/api/v1/auth/events", "person", 200),
    # What a provider or a passkey answers is in test_providers.py and test_passkeys.py.
    Route("GET", "/api/v1/auth/providers", "public", 200),
    Route(
        "POST",
        "/api/v1/auth/providers/{name}/start",
        "public",
        404,
        at="nobody",
        body={"challenge": "c" * 43},
    ),
    Route("GET", "/api/v1/auth/providers/go/{handle}", "public", 403, at="nothing"),
    Route("GET", "/api/v1/auth/providers/{name}/callback", "public", 303, at="nobody"),
    Route("POST", "/api/v1/auth/providers/{name}/callback", "public", 415, at="nobody", body={}),
    Route("POST", "/api/v1/auth/providers/exchange", "public", 403, body=CODE),
    Route("POST", "/api/v1/auth/passkeys/start", "public", 200),
    Route("POST", "/api/v1/auth/passkeys/sign-in", "public", 401, body=PASSKEY),
    Route("POST", "/api/v1/auth/phone", "public", 200, body={"phone": "+4915123456789"}),
    Route(
        "POST", "/api/v1/auth/phone/sign-in", "public", 410, body={**PHONE_CODE, "phone": "+4915123456789"}
    ),
    Route("POST", "/api/v1/auth/reset", "public", 204, body={"email": "somebody@outlay.example"}),
    Route(
        "POST",
        "/api/v1/auth/reset/password",
        "public",
        410,
        body={"token": "x", "new_password": "correct horse"},
    ),
    Route("POST", "/api/v1/auth/email/confirm", "public", 410, body={"token": "x"}),
    Route(
        "POST",
        "/api/v1/users/me/email",
        "person",
        403,
        body={"email": "n@outlay.example", "password": "wrong"},
    ),
    Route("POST", "/api/v1/users/me/email/link", "person", 204),
    Route("POST", "/api/v1/users/me/phone", "person", 200, body={"phone": "+4915123456789"}),
    Route("POST", "/api/v1/users/me/phone/confirm", "person", 410, body=PHONE_CODE),
    Route("DELETE", "/api/v1/users/me/phone", "person", 204),
    Route("GET", "/api/v1/auth/ways", "person", 200),
    Route("PATCH", "/api/v1/auth/ways/{way_id}", "person", 404, at="nothing", body={"name": "Mine"}),
    Route("DELETE", "/api/v1/auth/ways/{way_id}", "person", 404, at="nothing"),
    Route(
        "POST", "/api/v1/auth/ways/providers/{name}", "person", 404, at="nobody", body={"challenge": "c" * 43}
    ),
    Route("POST", "/api/v1/auth/ways/exchange", "person", 403, body=CODE),
    Route("POST", "/api/v1/auth/ways/passkeys/start", "person", 200),
    Route(
        "POST",
        "/api/v1/auth/ways/passkeys",
        "person",
        401,
        body={"id": "AA", "client_data": "e30", "attestation": "AA"},
    ),
    Route("DELETE", "/api/v1/auth/sessions", "person", 204),
    Route("POST", "/api/v1/auth/second-factor", "public", 401, body={"ticket": "x", "code": "123456"}),
    Route("GET", "/api/v1/auth/second-factor", "person", 200),
    Route("DELETE", "/api/v1/auth/second-factor", "person", 409),
    Route("POST", "/api/v1/auth/second-factor/set-up", "person", 200),
    Route("POST", "/api/v1/auth/second-factor/turn-on", "person", 409, body={"code": "123456"}),
    Route("POST", "/api/v1/auth/second-factor/recovery-codes", "person", 409),
    Route("GET", "/api/v1/auth/tokens", "person", 200),
    Route("POST", "/api/v1/auth/tokens", "person", 201, body={"name": "Script", "scopes": ["read"]}),
    Route("DELETE", "/api/v1/auth/tokens/{token_id}", "person", 204, at="{api_token}"),
    Route("GET", "/api/v1/users/me", "person", 200),
    Route("PATCH", "/api/v1/users/me", "person", 200, body={"name": "Ana"}),
    Route("DELETE", "/api/v1/users/me", "person", 403, body={"password": "wrong"}),
    Route(
        "POST",
        "/api/v1/users/me/password",
        "person",
        403,
        body={"password": "wrong", "new_password": "correct horse battery"},
    ),
    Route("GET", "/api/v1/books", "person", 200),
    Route("POST", "/api/v1/books", "person", 201, body={"name": "Second"}),
    Route("GET", "/api/v1/books/{book_id}", "read", 200, at="{book}"),
    Route("PATCH", "/api/v1/books/{book_id}", "write", 200, at="{book}", body={"name": "Ours"}),
    Route("DELETE", "/api/v1/books/{book_id}", "share", 204, at="{book}"),
    Route("GET", "/api/v1/books/{book_id}/members", "read", 200, at="{book}"),
    Route(
        "PUT",
        "/api/v1/books/{book_id}/members/{person_id}",
        "share",
        200,
        at="{book} {member}",
        body={"role": "viewer"},
    ),
    Route("DELETE", "/api/v1/books/{book_id}/members/{person_id}", "share", 204, at="{book} {member}"),
    Route("GET", "/api/v1/books/{book_id}/invitations", "share", 200, at="{book}"),
    Route("POST", "/api/v1/books/{book_id}/invitations", "share", 201, at="{book}", body={"role": "editor"}),
    Route(
        "DELETE",
        "/api/v1/books/{book_id}/invitations/{invitation_id}",
        "share",
        204,
        at="{book} {invitation}",
    ),
    Route("POST", "/api/v1/invitations/look", "public", 200, body={"token": "{invitation_token}"}),
    Route("POST", "/api/v1/invitations/take", "person", 200, body={"token": "{invitation_token}"}),
    Route("GET", "/api/v1/books/{book_id}/members/{person_id}/photo", "read", 200, at="{book} {owner}"),
    Route("PUT", "/api/v1/users/me/photo", "person", 415, body={}),
    Route("GET", "/api/v1/users/me/photo", "person", 200),
    Route("DELETE", "/api/v1/users/me/photo", "person", 204),
    Route("POST", "/api/v1/users/me/exports", "person", 201),
    Route("GET", "/api/v1/users/me/exports", "person", 200),
    Route("POST", "/api/v1/users/me/exports/{export_id}/link", "person", 404, at="{invitation}"),
    Route("GET", "/api/v1/exports/file", "public", 404, query={"token": "{invitation_token}"}),
    Route("GET", "/api/v1/users/me/consents", "person", 200),
    Route("PUT", "/api/v1/users/me/consents", "person", 200, body={"analytics": True}),
    Route("GET", "/api/v1/users/me/erasure", "person", 200),
    Route("DELETE", "/api/v1/users/me/erasure", "person", 204),
    Route("GET", "/api/v1/settings", "read", 200),
    Route("PATCH", "/api/v1/settings", "write", 200, body={"first_day_of_week": 7}),
    Route("GET", "/api/v1/accounts", "read", 200),
    Route(
        "POST", "/api/v1/accounts", "write", 201, body={"name": "Purse", "kind": "cash", "currency": "USD"}
    ),
    Route("GET", "/api/v1/accounts/{row_id}", "read", 200, at="{account}"),
    Route("PATCH", "/api/v1/accounts/{row_id}", "write", 200, at="{account}", body={"name": "Savings"}),
    Route("DELETE", "/api/v1/accounts/{row_id}", "write", 204, at="{account}"),
    Route("GET", "/api/v1/account-kinds", "person", 200),
    Route("GET", "/api/v1/categories", "read", 200),
    Route("POST", "/api/v1/categories", "write", 201, body={"name": "Garden", "kind": "expense"}),
    Route("GET", "/api/v1/categories/{row_id}", "read", 200, at="{category}"),
    Route("PATCH", "/api/v1/categories/{row_id}", "write", 200, at="{category}", body={"name": "Hobbies"}),
    Route("DELETE", "/api/v1/categories/{row_id}", "write", 204, at="{category}"),
    Route("GET", "/api/v1/payees", "read", 200),
    Route("POST", "/api/v1/payees", "write", 201, body={"name": "Baker"}),
    Route("GET", "/api/v1/payees/{row_id}", "read", 200, at="{payee}"),
    Route("PATCH", "/api/v1/payees/{row_id}", "write", 200, at="{payee}", body={"name": "Corner"}),
    Route("DELETE", "/api/v1/payees/{row_id}", "write", 204, at="{payee}"),
    Route("GET", "/api/v1/tags", "read", 200),
    Route("POST", "/api/v1/tags", "write", 201, body={"name": "trip"}),
    Route("GET", "/api/v1/tags/{row_id}", "read", 200, at="{tag}"),
    Route("PATCH", "/api/v1/tags/{row_id}", "write", 200, at="{tag}", body={"name": "joy"}),
    Route("DELETE", "/api/v1/tags/{row_id}", "write", 204, at="{tag}"),
    Route("GET", "/api/v1/rates", "read", 200),
    Route("POST", "/api/v1/rates", "write", 201, body=RATE),
    Route("GET", "/api/v1/rates/{row_id}", "read", 200, at="{rate}"),
    Route("PATCH", "/api/v1/rates/{row_id}", "write", 200, at="{rate}", body={"rate": "0.95"}),
    Route("DELETE", "/api/v1/rates/{row_id}", "write", 204, at="{rate}"),
    Route("GET", "/api/v1/transaction-types", "person", 200),
    Route("GET", "/api/v1/transactions", "read", 200),
    Route("POST", "/api/v1/transactions", "write", 201, body=TRANSACTION),
    Route("GET", "/api/v1/transactions/{row_id}", "read", 200, at="{transaction}"),
    Route(
        "PATCH", "/api/v1/transactions/{row_id}", "write", 200, at="{transaction}", body={"amount_minor": 7}
    ),
    Route("DELETE", "/api/v1/transactions/{row_id}", "write", 204, at="{transaction}"),
    Route("GET", "/api/v1/history", "read", 200, query={"row_id": "{transaction}"}),
    Route("POST", "/api/v1/history/{ver}/undo", "write", 200, at="{ver}"),
    *(
        route
        for noun, (body, change) in PLANS.items()
        for route in (
            Route("GET", f"/api/v1/{noun}s", "read", 200),
            Route("POST", f"/api/v1/{noun}s", "write", 201, body=body),
            Route("GET", f"/api/v1/{noun}s/{{row_id}}", "read", 200, at=f"{{{noun}}}"),
            Route("PATCH", f"/api/v1/{noun}s/{{row_id}}", "write", 200, at=f"{{{noun}}}", body=change),
            Route("DELETE", f"/api/v1/{noun}s/{{row_id}}", "write", 204, at=f"{{{noun}}}"),
        )
    ),
    # No file is there: what is in one, and what gets in, is in test_files.py.
    Route("GET", "/api/v1/files/{sha256}", "read", 404, at="0" * 64),
    Route("HEAD", "/api/v1/files/{sha256}", "read", 404, at="0" * 64),
    Route("PUT", "/api/v1/files/{sha256}", "write", 415, at="0" * 64, body={}),
    Route("GET", "/api/v1/conflicts", "read", 200),
    Route("GET", "/api/v1/conflicts/{row_id}", "read", 200, at="{conflict}"),
    Route(
        "POST",
        "/api/v1/conflicts/{row_id}/resolve",
        "write",
        200,
        at="{conflict}",
        body={"choice": "discard"},
    ),
    Route("GET", "/api/v1/reports", "person", 200),
    Route("GET", "/api/v1/reports/budgets", "read", 200, query={"today": "2026-01-15"}),
    Route("GET", "/api/v1/reports/unusual", "read", 200, query={"today": "2026-01-15"}),
    Route("GET", "/api/v1/reports/{name}", "read", 200, at="totals", query={"today": "2026-01-15"}),
    Route("GET", "/api/v1/imports", "read", 200),
    Route("POST", "/api/v1/imports", "write", 201, form=True),
    Route("GET", "/api/v1/imports/{row_id}", "read", 200, at="{import}"),
    Route("GET", "/api/v1/imports/{row_id}/preview", "read", 200, at="{import}"),
    Route("PATCH", "/api/v1/imports/{row_id}", "write", 200, at="{import}", body={"decimal": "."}),
    Route("POST", "/api/v1/imports/{row_id}/commit", "write", 200, at="{import}", body={}),
    Route("DELETE", "/api/v1/imports/{row_id}", "write", 204, at="{import}"),
    Route("POST", "/api/v1/sync/push", "write", 200, body=PUSH),
    Route("GET", "/api/v1/sync/pull", "read", 200, query={"epoch": "{epoch}", "device": "device-1"}),
    Route("GET", "/api/v1/sync/snapshot", "read", 200),
    Route("GET", "/api/v1/sync/digest", "read", 200),
    Route("GET", "/api/v1/sync/events", "read", 200),
    Route("GET", "/api/v1/sync/devices", "read", 200),
    Route("DELETE", "/api/v1/sync/devices/{device_id}", "share", 204, at="{device}"),
    Route("GET", "/.well-known/jwks.json", "public", 200),
    Route("GET", "/healthz", "public", 200),
    Route("GET", "/readyz", "public", 200),
    Route("GET", "/api/v1/server", "public", 200),
    # Pages: the app itself, and what describes the API.
    Route("GET", "/", "public", 200),
    Route("HEAD", "/", "public", 200),
    Route("GET", "/{path}", "public", 200, at="accounts"),
    Route("HEAD", "/{path}", "public", 200, at="accounts"),
    Route("GET", "/schema", "public", 200),
    Route("GET", "/schema/openapi.json", "public", 200),
    Route("GET", "/schema/reference.js", "public", 200),
    Route("GET", "/schema/reference.css", "public", 200),
    Route("GET", "/schema/{path}", "public", 404, at="nothing"),
]
PUBLIC = {
    "/api/v1/auth/email/confirm",
    "/api/v1/auth/passkeys/sign-in",
    "/api/v1/auth/passkeys/start",
    "/api/v1/auth/phone",
    "/api/v1/auth/phone/sign-in",
    "/api/v1/auth/providers",
    "/api/v1/auth/providers/exchange",
    "/api/v1/auth/providers/go/{handle}",
    "/api/v1/auth/providers/{name}/callback",
    "/api/v1/auth/providers/{name}/start",
    "/api/v1/auth/refresh",
    "/api/v1/auth/reset",
    "/api/v1/auth/reset/password",
    "/api/v1/auth/second-factor",
    "/api/v1/auth/sign-in",
    "/api/v1/auth/sign-out",
    "/api/v1/auth/sign-up",
    "/api/v1/exports/file",
    "/api/v1/invitations/look",
    "/api/v1/server",
}
"""What of the API answers without a token: said twice, so that none slips in."""
STREAM = "/api/v1/sync/events"


def routes_of(app: Litestar) -> set[tuple[str, str]]:
    """(method, path) of everything that the application answers."""
    return {
        (method, route.path_format or "/")
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler)
        for method in handler.http_methods
        if method != "OPTIONS"
    }


def fill(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(ids) if "{" in value else value
    if isinstance(value, dict):
        return {key: fill(each, ids) for key, each in value.items()}
    return value


@dataclass(frozen=True)
class Call:
    """A route with everything filled in, as httpx takes it: `client.request(call.method, call.path, **call.more)`."""

    method: str
    path: str
    more: dict[str, Any]


def call(route: Route, ids: dict[str, str], *, book: str | None, at: str | None = None) -> Call:
    """The route asked for `book`; `at` are other values for the path."""
    path = route.path
    for value in fill(route.at if at is None else at, ids).split():
        start, end = path.index("{"), path.index("}")
        path = path[:start] + value + path[end + 1 :]
    query = fill(route.query, ids)
    if route.need in ("read", "write", "share") and "{book_id}" not in route.path and book is not None:
        query["book"] = book
    more: dict[str, Any] = {"params": query}
    if route.form:
        more["files"] = {"file": ("a.csv", CSV)}
    if route.body is not None:
        more["json"] = fill(route.body, ids)
    return Call(route.method, path, more)


async def ask(
    site: Site, route: Route, at: World, headers: dict[str, str], *, book: str | None = None
) -> httpx.Response:
    """The answer of the route asked for the owner's book, or for the one named."""
    site.client.cookies.clear()
    asked = call(route, at.ids, book=book or at.book_id)
    if route.path == STREAM:
        return await ask_stream(site, asked, headers)
    return await site.client.request(asked.method, asked.path, headers=headers, **asked.more)


async def ask_stream(site: Site, asked: Call, headers: dict[str, str]) -> httpx.Response:
    """A stream never ends by itself, and httpx's ASGI transport waits for the end: only its start is taken."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return (
            {"type": "http.request", "body": b"", "more_body": False}
            if not sent
            else {"type": "http.disconnect"}
        )

    async def send(message: Any) -> None:
        sent.append(message)

    request = site.client.build_request("GET", asked.path, headers=headers, **asked.more)
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": asked.path, "raw_path": asked.path.encode(),
        "root_path": "", "scheme": "http", "query_string": request.url.query, "client": ("127.0.0.1", 1),
        "headers": [(name.lower(), value) for name, value in request.headers.raw], "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await site.app(scope, receive, send)  # type: ignore[arg-type]  # a scope as a server makes it
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=body)
