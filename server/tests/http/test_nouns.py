"""What every noun of the ledger does alike: made, read, changed, listed in pages, deleted, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outlay.kernel import limits
from outlay.kernel.ids import uuid5
from outlay.ledger.commands import change
from sites import Site, Somebody, World, world

NOUNS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # noun: what makes one, what changes it
    "accounts": (
        {"name": "Purse", "kind": "cash", "currency": "BHD"},
        {"name": "Wallet", "opening_minor": 5},
    ),
    "categories": ({"name": "Garden", "kind": "expense"}, {"colour": "green", "name": "Gardens"}),
    "payees": ({"name": "Baker"}, {"name": "The baker"}),
    "tags": ({"name": "trip"}, {"colour": "red"}),
    "rates": (
        {"day": "2026-03-01", "from_currency": "USD", "to_currency": "EUR", "rate": "0.8"},
        {"rate": "0.85"},
    ),
    "budgets": (
        {"period": "quarter", "currency": "EUR", "carry_over": True},
        {"archived": True, "currency": "USD"},
    ),
    "schedules": (
        {
            "name": "Rent",
            "kind": "expense",
            "amount_minor": 5000,
            "start_day": "2026-01-31",
            "rule": "FREQ=MONTHLY",
        },
        {
            "amount_minor": 6000,
            "rule": "FREQ=MONTHLY;INTERVAL=2",
            "mode": "ask",
            "done_through": "2026-01-31",
        },
    ),
    "templates": (
        {"name": "Coffee", "kind": "expense", "amount_minor": 350},
        {"name": "Tea", "note": "green"},
    ),
    "filters": ({"name": "Trips", "query": {"kind": "expense"}}, {"query": {"text": "x"}}),
    "reconciliations": ({"day": "2026-01-31", "statement_minor": -300}, {"statement_minor": 1}),
    "transactions": (
        {"kind": "income", "amount_minor": 500, "day": "2026-02-01", "tags": ["gift"], "payee": "Aunt"},
        {"note": "thanks", "amount_minor": 700},
    ),
}


async def owner_of(site: Site) -> tuple[Somebody, str]:
    """A person with a seeded book, and its account."""
    who = await site.person()
    await site.book(who)
    return who, (await site.get("/api/v1/accounts", who))["items"][0]["id"]


def body_of(noun: str, account_id: str) -> dict[str, Any]:
    made = dict(NOUNS[noun][0])
    if noun == "budgets":
        return made | {"amount_minor": 100, "from_day": "2026-01-01"}
    return made | {"account_id": account_id} if noun in OF_ACCOUNTS else made


OF_ACCOUNTS = ("transactions", "schedules", "templates", "reconciliations")


@pytest.mark.parametrize("noun", NOUNS)
async def test_a_row_is_made_read_changed_and_deleted(site: Site, noun: str) -> None:
    who, account_id = await owner_of(site)
    given, changes = body_of(noun, account_id), NOUNS[noun][1]
    answer = await site.ask("POST", f"/api/v1/{noun}", who, json=given)
    made = answer.json()
    assert answer.status_code == 201, answer.text
    at = answer.headers["location"]
    assert at == f"/api/v1/{noun}/{made['id']}"
    for field, value in given.items():
        if noun != "budgets" or field not in ("amount_minor", "from_day"):
            assert made[field] == value, field

    read = await site.ask("GET", at, who)
    assert read.json() == made
    assert read.headers["etag"] == answer.headers["etag"] == f'"{made["ver"]}"'

    changed = await site.ask("PATCH", at, who, json=changes, headers={"if-match": read.headers["etag"]})
    assert changed.status_code == 200, changed.text
    for field, value in changes.items():
        assert changed.json()[field] == value, field
    assert changed.json()["ver"] > made["ver"]

    again = await site.ask("PATCH", at, who, json=changes)
    assert again.json() == changed.json(), "the same again is no change"
    late = await site.ask("PATCH", at, who, json=changes, headers={"if-match": read.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    late = await site.ask("DELETE", at, who, headers={"if-match": read.headers["etag"]})
    assert late.status_code == 412

    gone = await site.ask("DELETE", at, who, headers={"if-match": changed.headers["etag"]})
    assert gone.status_code == 204, gone.text
    for method in ("GET", "PATCH", "DELETE"):
        answer = await site.ask(method, at, who, json=changes if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    listed = (await site.get(f"/api/v1/{noun}", who))["items"]
    assert made["id"] not in [item["id"] for item in listed]


@pytest.mark.parametrize("noun", NOUNS)
async def test_the_same_key_gives_the_first_answer(site: Site, noun: str) -> None:
    who, account_id = await owner_of(site)
    given = body_of(noun, account_id)
    key = {"idempotency-key": "once"}
    first = await site.ask("POST", f"/api/v1/{noun}", who, json=given, headers=key)
    second = await site.ask("POST", f"/api/v1/{noun}", who, json=given, headers=key)
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    at = first.headers["location"]
    key = {"idempotency-key": "gone"}
    before = (await site.get("/api/v1/books", who))["items"][0]["ver"]
    for _ in range(2):
        assert (await site.ask("DELETE", at, who, headers=key)).status_code == 204
    assert (await site.get("/api/v1/books", who))["items"][0]["ver"] == before + 1


async def test_two_people_with_the_same_key_do_not_meet(site: Site) -> None:
    made = set()
    for _ in range(2):
        who, account_id = await owner_of(site)
        answer = await site.make(
            "/api/v1/transactions",
            who,
            body_of("transactions", account_id),
            headers={"idempotency-key": "once"},
        )
        made.add(answer["id"])
    assert len(made) == 2


async def test_pages_of_a_list_hold_every_row_once(site: Site) -> None:
    who, account_id = await owner_of(site)
    for day in (3, 1, 2, 2, 2, 5):
        body = {**body_of("transactions", account_id), "day": f"2026-02-0{day}"}
        await site.make("/api/v1/transactions", who, body)
    for noun in ("transactions", "categories"):
        whole = [item["id"] for item in (await site.get(f"/api/v1/{noun}?limit=500", who))["items"]]
        paged: list[str] = []
        cursor = ""
        while cursor is not None:
            page = await site.get(f"/api/v1/{noun}?limit=4{f'&cursor={cursor}' if cursor else ''}", who)
            paged += [item["id"] for item in page["items"]]
            cursor = page["next"]
        assert paged == whole
        assert len(set(paged)) == len(paged)
    days = [item["day"] for item in (await site.get("/api/v1/transactions", who))["items"]]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("kind=expense", 1),
        ("kind=transfer", 1),
        ("from_day=2026-01-11", 2),
        ("to_day=2026-01-10", 1),
        ("from_day=2026-01-11&to_day=2026-01-11", 1),
        ("account_id={account}", 2),
        ("account_id={cash}", 2),
        ("category_id={category}", 1),
        ("category_id={parent}", 1),
        ("tag_id={tag}", 1),
        ("payee_id={payee}", 1),
        ("min_minor=1000", 2),
        ("max_minor=1000", 1),
        ("currency=EUR", 3),
        ("currency=USD", 0),
        ("uncategorised=true", 1),
        ("text=corner", 1),
        ("text=HOBBY+fun", 1),
        ("text=hobby+nothing", 0),
        ("text=50.00", 1),
    ],
)
async def test_transactions_are_filtered(site: Site, query: str, count: int) -> None:
    at = await world(site)
    cash = (await site.get("/api/v1/accounts", at.owner))["items"][0]["id"]
    parent = await site.make("/api/v1/categories", at.owner, {"name": "Leisure time", "kind": "expense"})
    moved = {"parent_id": parent["id"]}
    await site.ask("PATCH", f"/api/v1/categories/{at.ids['category']}", at.owner, json=moved)
    more = {"category_id": at.ids["category"], "payee": "Corner shop", "tags": ["fun"]}
    first = f"/api/v1/transactions/{at.ids['transaction']}"
    assert (await site.ask("PATCH", first, at.owner, json=more)).status_code == 200
    for body in (
        {"kind": "income", "account_id": cash, "amount_minor": 999, "day": "2026-01-11"},
        {
            "kind": "transfer",
            "account_id": cash,
            "to_account_id": at.ids["account"],
            "amount_minor": 5000,
            "day": "2026-01-12",
        },
    ):
        await site.make("/api/v1/transactions", at.owner, body)
    ids = {**at.ids, "cash": cash, "parent": parent["id"]}
    found = await site.get(f"/api/v1/transactions?{query.format_map(ids)}", at.owner)
    assert len(found["items"]) == count, [item["id"] for item in found["items"]]


async def test_a_change_is_in_the_history_and_can_be_taken_back(site: Site) -> None:
    at = await world(site)
    path = f"/api/v1/transactions/{at.ids['transaction']}"
    first = await site.get(path, at.owner)
    changed = (
        await site.ask("PATCH", path, at.editor, json={"amount_minor": 7}, params={"book": at.book_id})
    ).json()
    entries = (await site.get(f"/api/v1/history?row_id={first['id']}", at.owner))["items"]
    assert [(entry["action"], entry["person_id"]) for entry in entries] == [
        ("set", at.editor.id),
        ("create", at.owner.id),
    ]
    assert entries[0]["before"]["amount_minor"] == first["amount_minor"]
    assert entries[0]["after"]["amount_minor"] == 7
    undone = await site.ask("POST", f"/api/v1/history/{changed['ver']}/undo", at.owner)
    assert undone.status_code == 200, undone.text
    assert {**(await site.get(path, at.owner)), "ver": 0} == {**first, "ver": 0}
    again = await site.ask("POST", f"/api/v1/history/{changed['ver']}/undo", at.owner)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_undo")
    assert (await site.ask("DELETE", path, at.owner)).status_code == 204
    gone = (await site.get(f"/api/v1/history?row_id={first['id']}", at.owner))["items"][0]
    await site.ask("POST", f"/api/v1/history/{gone['ver']}/undo", at.owner)
    assert (await site.get(path, at.owner))["amount_minor"] == first["amount_minor"]


async def test_what_arrives_of_a_transfer_in_the_base_currency_is_what_it_is_worth(site: Site) -> None:
    at = await world(site)
    euros = await site.make(
        "/api/v1/accounts", at.owner, {"name": "Euros", "kind": "cash", "currency": "EUR"}
    )
    dollars = await site.make(
        "/api/v1/accounts", at.owner, {"name": "Dollars", "kind": "cash", "currency": "USD"}
    )
    sides = {"account_id": dollars["id"], "to_account_id": euros["id"], "amount_minor": 300}
    body = {"kind": "transfer", "day": "2026-01-12", **sides, "to_amount_minor": 200}
    moved = await site.make("/api/v1/transactions", at.owner, body)
    path = f"/api/v1/transactions/{moved['id']}"
    changed = (await site.ask("PATCH", path, at.owner, json={"to_amount_minor": 250})).json()
    assert (moved["base_minor"], changed["base_minor"], changed["rate"]) == (200, 250, "0.833333333333")


async def test_a_category_that_goes_takes_its_transactions_into_another(site: Site) -> None:
    at = await world(site)
    other = await site.make("/api/v1/categories", at.owner, {"name": "Other", "kind": "expense"})
    path = f"/api/v1/transactions/{at.ids['transaction']}"
    await site.ask("PATCH", path, at.owner, json={"category_id": at.ids["category"]})
    merged = await site.ask("DELETE", f"/api/v1/categories/{at.ids['category']}?into={other['id']}", at.owner)
    assert merged.status_code == 204, merged.text
    assert (await site.get(path, at.owner))["lines"][0]["category_id"] == other["id"]


async def test_a_payee_and_a_tag_are_made_once_for_a_name(site: Site) -> None:
    who, _ = await owner_of(site)
    for noun in ("payees", "tags"):
        first = await site.make(f"/api/v1/{noun}", who, {"name": "Straße  8"})
        second = await site.make(f"/api/v1/{noun}", who, {"name": " STRASSE 8"})
        assert first["id"] == second["id"]
        assert first["name"] == "Straße 8"


async def test_there_is_one_rate_for_a_day_and_a_pair(site: Site) -> None:
    who, _ = await owner_of(site)
    first = await site.make("/api/v1/rates", who, NOUNS["rates"][0])
    second = await site.make("/api/v1/rates", who, {**NOUNS["rates"][0], "rate": "0.9000"})
    book = (await site.get("/api/v1/books", who))["items"][0]["id"]
    assert first["id"] == second["id"] == uuid5(book, "rate:2026-03-01:USD:EUR")
    assert (first["rate"], second["rate"]) == ("0.8", "0.9")
    usd = await site.make("/api/v1/accounts", who, {"name": "$", "kind": "cash", "currency": "USD"})
    spent = {"kind": "expense", "account_id": usd["id"], "amount_minor": 1000}
    known = await site.make("/api/v1/transactions", who, {**spent, "day": "2026-03-02"})
    unknown = await site.make("/api/v1/transactions", who, {**spent, "day": "2026-02-28"})
    assert (known["rate"], known["base_minor"]) == ("0.9", 900)
    assert (unknown["rate"], unknown["base_minor"]) == (None, None)


async def test_reports_answer_in_the_books_currency(site: Site) -> None:
    at = await world(site)
    names = [item["name"] for item in (await site.get("/api/v1/reports", at.owner))["items"]]
    assert {"totals", "trend_by_type", "allocation", "accounts", "calendar"} <= set(names)
    for name in names:
        made = await site.get(
            f"/api/v1/reports/{name}?today=2026-01-15", at.viewer, params={"book": at.book_id}
        )
        assert (made["report"], made["base_currency"]) == (name, "EUR")
    totals = await site.get("/api/v1/reports/totals?today=2026-01-15", at.owner)
    assert totals["now"]["expense"]["base_minor"] == 1234
    wrong = await site.ask("GET", "/api/v1/reports/accounts?flow=income", at.owner)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "flow")


async def test_an_import_is_previewed_carried_out_and_taken_back(site: Site) -> None:
    at: World = await world(site)
    path = f"/api/v1/imports/{at.ids['import']}"
    preview = await site.get(f"{path}/preview", at.owner)
    assert [row["state"] for row in preview["rows"]] == ["new", "new"]
    assert preview["questions"] == []
    done = await site.ask("POST", f"{path}/commit", at.owner)
    assert (done.status_code, done.json()["created"]) == (200, 2), done.text
    made = (await site.get(f"/api/v1/transactions?import_id={at.ids['import']}", at.owner))["items"]
    assert {item["payee"] for item in made} == {"Corner shop", "Salary"}
    twice = await site.ask("POST", f"{path}/commit", at.owner)
    assert (twice.status_code, twice.json()["code"]) == (409, "import_done")
    assert (await site.ask("DELETE", path, at.owner)).status_code == 204
    assert (await site.get(f"/api/v1/transactions?import_id={at.ids['import']}", at.owner))["items"] == []
    assert (await site.get(path, at.owner))["status"] == "undone"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04zip", "import_format"),
        (b"", "import_empty_file"),
        (b"Date,Amount\n2026-13-45,x\n", None),
    ],
)
async def test_a_file_that_cannot_be_read_changes_nothing(
    site: Site, content: bytes, code: str | None
) -> None:
    who, _ = await owner_of(site)
    before = await site.get("/api/v1/books", who)
    answer = await site.ask("POST", "/api/v1/imports", who, files={"file": ("x.csv", content)})
    assert answer.status_code in (201, 413, 422), answer.text
    assert code is None or answer.json()["code"] == code, answer.text
    assert await site.get("/api/v1/books", who) == before


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"files": {"document": ("a.csv", b"x")}}, "field_unknown"),
        ({"files": {"options": (None, b"{}")}}, "field_missing"),
        ({"files": {"file": ("a.csv", b"x"), "options": (None, b"{")}}, "json_malformed"),
        ({"files": {"file": ("a.csv", b"x"), "options": (None, b'{"colour":1}')}}, "field_unknown"),
        (
            {"content": b"--x\r\nbroken", "headers": {"content-type": "multipart/form-data; boundary=x"}},
            "form_malformed",
        ),
        ({"content": b"", "headers": {"content-type": "multipart/form-data"}}, "media_type_unsupported"),
    ],
)
async def test_forms_that_are_none(site: Site, form: dict[str, Any], code: str) -> None:
    who, _ = await owner_of(site)
    answer = await site.ask("POST", "/api/v1/imports", who, **form)
    assert answer.json()["code"] == code, answer.text


async def test_a_balance_is_of_today_and_what_later_days_will_do_is_told_beside_it(site: Site) -> None:
    who, account_id = await owner_of(site)
    today = datetime.fromtimestamp(site.store.clock() / 1000, UTC).date()
    tomorrow = (today + timedelta(days=1)).isoformat()
    begun = (await site.get(f"/api/v1/accounts/{account_id}", who))["balance_minor"]
    for amount_minor, day in ((1_250, today.isoformat()), (90_000, tomorrow)):
        entry = {"kind": "expense", "account_id": account_id, "amount_minor": amount_minor, "day": day}
        assert (await site.ask("POST", "/api/v1/transactions", who, json=entry)).status_code == 201
    path = f"/api/v1/accounts/{account_id}"
    for suffix, balance, ahead in (
        ("", begun - 1_250, -90_000),
        (f"?today={tomorrow}", begun - 91_250, 0),
        ("?today=2000-01-01", begun, -91_250),
    ):
        shown = await site.get(path + suffix, who)
        assert (shown["balance_minor"], shown["ahead_minor"], shown["count"]) == (balance, ahead, 2), suffix
        assert shown in (await site.get(f"/api/v1/accounts{suffix}", who))["items"], suffix
    for address in (path, "/api/v1/accounts"):
        wrong = await site.ask("GET", f"{address}?today=yesterday", who)
        assert (wrong.status_code, wrong.json()["field"]) == (422, "today")


async def test_an_account_whose_sum_is_too_large_can_be_repaired(site: Site) -> None:
    who, account_id = await owner_of(site)
    book_id = (await site.get("/api/v1/books", who))["items"][0]["id"]
    most = limits.AMOUNT_MINOR
    fields = {
        "kind": "income", "day": "2026-01-15", "account_id": account_id, "amount_minor": most, "currency": "EUR",
        "rate": "1", "base_minor": most, "base_currency": "EUR", "to_account_id": None, "to_amount_minor": None,
        "to_currency": None, "lines": [{"category_id": None, "amount_minor": most}],
    }  # fmt: skip
    ids = [uuid5(book_id, f"large {n}") for n in range(91)]
    ops = [{"e": "transaction", "id": each, "k": "create", "f": fields} for each in ids]
    await site.store.write(book_id, lambda tx: change(tx, ops, person_id=who.id, role="owner", name="test"))
    path = f"/api/v1/accounts/{account_id}"
    shown = await site.get(path, who)
    assert (shown["balance_minor"], shown["count"], shown["last_day"]) == (None, 91, "2026-01-15")
    assert shown in (await site.get("/api/v1/accounts", who))["items"]
    renamed = await site.ask("PATCH", path, who, json={"name": "Too much"})
    assert (renamed.status_code, renamed.json()["balance_minor"]) == (200, None)
    assert (await site.ask("DELETE", f"/api/v1/transactions/{ids[0]}", who)).status_code == 204
    assert (await site.get(path, who))["balance_minor"] == 90 * most
