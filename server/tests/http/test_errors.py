"""What people and programs get wrong: a problem document with a code and a field, and nothing written."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import argon2
import pytest

from outlay.http.problems import refusals
from outlay.kernel import limits
from sites import Site, world
from stores import HASHER

POST = "/api/v1/transactions"
GOOD = {"kind": "expense", "account_id": "{account}", "amount_minor": 500, "day": "2026-02-01"}
LINES = [{"category_id": None, "amount_minor": 300}, {"category_id": None, "amount_minor": 100}]
LONG = "x" * 3000
OTHER = "0198c0de-0000-7000-8000-00000000abcd"

BAD = [
    # what is changed of a good body, status, code, field
    ({"amount_minor": "500"}, 422, "field_invalid", "amount_minor"),
    ({"amount_minor": 5.5}, 422, "field_invalid", "amount_minor"),
    ({"amount_minor": True}, 422, "field_invalid", "amount_minor"),
    ({"amount_minor": None}, 422, "field_invalid", "amount_minor"),
    ({"amount_minor": 0}, 422, "field_invalid", "amount_minor"),
    ({"amount_minor": -1}, 422, "field_invalid", "amount_minor"),
    ({"amount_minor": 2**53}, 422, "field_invalid", "amount_minor"),
    ({"amount_minor": 10**40}, 422, "field_invalid", "amount_minor"),
    ({"day": "2026-02-30"}, 422, "day_malformed", "day"),
    ({"day": "1066-10-14"}, 422, "day_out_of_range", "day"),
    ({"day": "yesterday"}, 422, "field_invalid", "day"),
    ({"kind": "gift"}, 422, "field_invalid", "kind"),
    ({"account_id": OTHER}, 422, "account_missing", "account_id"),
    ({"account_id": "7"}, 422, "field_invalid", "account_id"),
    ({"currency": "USD"}, 422, "currency_not_of_account", "currency"),
    ({"lines": LINES}, 422, "lines_do_not_sum", "lines"),
    ({"lines": [{"amount_minor": 0}]}, 422, "field_invalid", "lines[0].amount_minor"),
    ({"lines": [{"amount_minor": 500, "note": "x"}]}, 422, "field_unknown", "lines[0].note"),
    ({"kind": "transfer"}, 422, "field_missing", "to_amount_minor"),
    ({"kind": "transfer", "to_account_id": "{account}"}, 422, "transfer_same_account", "to_account_id"),
    ({"note": LONG}, 422, "field_invalid", "note"),
    ({"note": "a\x00b"}, 422, "text_invalid", "note"),
    ({"time": "25:00"}, 422, "time_malformed", "time"),
    ({"tags": ["x"] * 30}, 422, "field_invalid", "tags"),
    ({"payee": "  "}, 422, "text_empty", "payee"),
    ({"id": "not-an-id"}, 422, "field_invalid", "id"),
    ({"id": "{transaction}"}, 409, "exists", "id"),
    ({"amount": 5}, 422, "field_unknown", "amount"),
]


def fill(value: Any, ids: dict[str, str]) -> Any:
    return value.format_map(ids) if isinstance(value, str) and value.startswith("{") else value


async def test_bad_transactions_are_refused_by_field(site: Site) -> None:
    at = await world(site)
    before = await site.get("/api/v1/books", at.owner)
    wrong = []
    for changed, status, code, field in BAD:
        body = {key: fill(value, at.ids) for key, value in {**GOOD, **changed}.items()}
        answer = await site.ask("POST", POST, at.owner, json=body)
        problem = answer.json()
        got = (answer.status_code, problem.get("code"), problem.get("field"))
        if got != (status, code, field):
            wrong.append(f"{str(changed)[:60]}: {got}, not {(status, code, field)}")
        assert answer.headers["content-type"] == "application/problem+json"
    assert not wrong, "\n".join(wrong)
    assert await site.get("/api/v1/books", at.owner) == before


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "The body is empty."),
        (b'{"kind": "expense",\n  "day": }', "line 2, column 10"),
        (b'{"kind": "expense"', "truncated"),
        (b"\xff\xfe", None),
        (b"[" * 5000, None),
        (b'{"kind": NaN}', "line 1, column 10"),
    ],
)
async def test_malformed_json_is_told_with_its_place(site: Site, content: bytes, detail: str | None) -> None:
    who = await site.person()
    await site.book(who)
    answer = await site.ask("POST", POST, who, content=content, headers={"content-type": "application/json"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) in ((400, "json_malformed"), (422, "field_invalid"))
    assert detail is None or detail in problem["detail"]


async def test_a_body_that_is_too_large_is_not_read(site: Site) -> None:
    who = await site.person()
    await site.book(who)
    content = b'{"note":"' + b"x" * limits.BODY_BYTES + b'"}'
    for headers in ({"content-type": "application/json"}, {"transfer-encoding": "chunked"}):
        answer = await site.ask("POST", POST, who, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_other_content_types_are_refused(site: Site) -> None:
    who = await site.person()
    await site.book(who)
    for path, kind in (
        (POST, "text/xml"),
        (POST, "application/x-www-form-urlencoded"),
        ("/api/v1/imports", "text/csv"),
    ):
        answer = await site.ask("POST", path, who, content=b"x", headers={"content-type": kind})
        assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


@pytest.mark.parametrize(
    ("path", "status", "code", "field"),
    [
        ("/api/v1/transactions?limt=5", 400, "parameter_unknown", "limt"),
        ("/api/v1/transactions?limit=0", 400, "parameter_invalid", "limit"),
        ("/api/v1/transactions?limit=x", 400, "parameter_invalid", "limit"),
        ("/api/v1/transactions?kind=gift", 400, "parameter_invalid", "kind"),
        ("/api/v1/transactions?cursor=x", 400, "parameter_invalid", "cursor"),
        ("/api/v1/transactions?from_day=2026-02-31", 422, "day_malformed", "from_day"),
        ("/api/v1/transactions?account_id=7", 400, "parameter_invalid", "account_id"),
        ("/api/v1/accounts?cursor=x", 400, "parameter_invalid", "cursor"),
        ("/api/v1/accounts?book=x", 404, "book_not_found", "book"),
        ("/api/v1/accounts/x", 404, "not_found", "id"),
        (f"/api/v1/accounts/{OTHER}", 404, "not_found", "id"),
        ("/api/v1/reports/nothing", 404, "report_unknown", "report"),
        ("/api/v1/reports/totals?today=x", 422, "day_malformed", "today"),
        ("/api/v1/history", 400, "parameter_invalid", "row_id"),
        ("/api/v1/nothing", 404, "not_found", None),
        ("/api/v1/sync/pull?epoch=x&device=d", 409, "epoch", "epoch"),
        ("/api/v1/sync/pull?epoch=x", 400, "parameter_invalid", "device"),
    ],
)
async def test_wrong_addresses_and_parameters(
    site: Site, path: str, status: int, code: str, field: str | None
) -> None:
    who = await site.person()
    await site.book(who)
    answer = await site.ask("GET", path, who)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem.get("field")) == (status, code, field)
    assert problem["type"] == f"urn:outlay:problem:{code}"
    assert problem["title"] == refusals()[code]["message"]
    assert problem["instance"] == path.partition("?")[0]


async def test_wrong_methods_are_told(site: Site) -> None:
    answer = await site.ask("PUT", "/api/v1/transactions")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]


async def test_what_we_got_wrong_is_told_without_its_inside(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    who = await site.person()
    await site.book(who)

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("outlay.http.accounts.queries.balances", fails)
    answer = await site.ask("GET", "/api/v1/accounts", who)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert "error in GET /api/v1/accounts" in caplog.text


async def test_nothing_personal_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Everything is done once, some of it wrongly; then the log is searched for what was said."""
    caplog.set_level(logging.DEBUG)
    secrets = ["unmistakable@outlay.example", "Unmistakable", "correct horse battery", "4242424242"]
    body = {"email": secrets[0], "password": secrets[2], "name": secrets[1], "client": "native"}
    made = (await site.ask("POST", "/api/v1/auth/sign-up", json=body)).json()
    bearer = {"authorization": f"Bearer {made['access_token']}"}
    secrets += [made["access_token"], made["refresh_token"], made["refresh_token"].rpartition(".")[2]]
    account = made["books"][0]
    for method, path, data in [
        ("POST", "/api/v1/auth/sign-in", {**body, "name": 7}),
        ("POST", "/api/v1/payees", {"name": secrets[1]}),
        ("POST", "/api/v1/payees", {"name": secrets[1] * 100}),
        ("POST", POST, {**GOOD, "note": secrets[1], "amount_minor": 4242424242}),
        ("GET", f"/api/v1/transactions?text={secrets[1]}", None),
        ("GET", f"/api/v1/books/{account['id']}", None),
        ("POST", "/api/v1/auth/refresh", {"refresh_token": made["refresh_token"]}),
        ("POST", "/api/v1/auth/refresh", {"refresh_token": made["refresh_token"]}),
    ]:
        await site.ask(method, path, headers=bearer, json=data)
    assert (await site.ask("GET", "/healthz")).status_code == 200
    said = "\n".join(
        record.getMessage() + str(record.exc_info)
        for record in caplog.records
        if not record.name.startswith(("httpx", "httpcore", "asyncio"))  # the test's own client
    )
    for secret in secrets:
        assert secret not in said


async def test_a_flood_of_passwords_is_refused_before_it_costs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many hashes wait; who comes later is told to come back."""
    monkeypatch.setattr("outlay.identity.passwords.WAITING", 3)
    monkeypatch.setattr(argon2, "PasswordHasher", HASHER)  # as dear as it is
    body = {"email": "who@outlay.example", "password": "x" * 20}
    answers = await asyncio.gather(*(site.ask("POST", "/api/v1/auth/sign-in", json=body) for _ in range(12)))
    codes = [answer.json()["code"] for answer in answers]
    assert set(codes) == {"sign_in_failed", "busy"}
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code == 503)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("password", "short", "Password: at least 8 characters are needed."),
        ("password", 7, "Password: a text is needed."),
        ("device_name", "x" * 2_000, "Device name: no more than 80 characters."),
        ("base_currency", "euro", "Base currency: three capital letters, such as EUR."),
        ("country", "Austria", "Country: two capital letters, such as DE."),
    ],
)
async def test_what_is_wrong_with_a_field_is_said_plainly(
    site: Site, field: str, value: object, said: str
) -> None:
    body = {"email": "x@outlay.example", "password": "correct horse battery", field: value}
    problem = (await site.ask("POST", "/api/v1/auth/sign-up", json=body)).json()
    assert (problem["code"], problem["field"], problem["detail"]) == ("field_invalid", field, said)
