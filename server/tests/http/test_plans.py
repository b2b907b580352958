"""Budgets, schedules, templates, receipts over REST: what follows from what is given."""

from __future__ import annotations

from typing import Any

import pytest

from outlay.kernel import spec
from outlay.kernel.ids import uuid5
from sites import Site, Somebody

AMOUNTS = spec.read("ledger/budgets.json")["cases"]


async def begun(site: Site) -> tuple[Somebody, str, str, str]:
    """A person, their book, its account, and a category of expenses."""
    who = await site.person()
    book_id = await site.book(who)
    account = (await site.get("/api/v1/accounts", who))["items"][0]["id"]
    category = await site.make("/api/v1/categories", who, {"name": "Hobby", "kind": "expense"})
    return who, book_id, account, category["id"]


async def test_a_new_amount_does_not_change_the_past(site: Site) -> None:
    who, book_id, _, category_id = await begun(site)
    body = {"period": "month", "currency": "EUR", "category_id": category_id, "amount_minor": 20000}
    made = await site.make("/api/v1/budgets", who, {**body, "from_day": "2026-01-17"})
    assert made["id"] == uuid5(book_id, f"budget:month:{category_id}")
    assert made["amounts"] == [{"from_day": "2026-01-01", "amount_minor": 20000, "once": False}]
    at = f"/api/v1/budgets/{made['id']}"
    for change in (
        {"amount_minor": 30000, "from_day": "2026-03-01"},
        {"amount_minor": 99000, "from_day": "2026-12-24", "once": True},
        {"amount_minor": 31000, "from_day": "2026-03-31"},
    ):
        answer = await site.ask("PATCH", at, who, json=change)
        assert answer.status_code == 200, answer.text
    assert answer.json()["amounts"] == [
        {"from_day": "2026-01-01", "amount_minor": 20000, "once": False},
        {"from_day": "2026-03-01", "amount_minor": 31000, "once": False},
        {"from_day": "2026-12-01", "amount_minor": 99000, "once": True},
    ]
    half = await site.ask("PATCH", at, who, json={"amount_minor": 5})
    assert (half.status_code, half.json()["field"]) == (422, "from_day")


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in AMOUNTS])
async def test_amounts_hold_from_a_period_on(site: Site, case: dict[str, Any]) -> None:
    who, _, _, category_id = await begun(site)
    at = ""
    for step in case["steps"]:
        if "settings" in step:
            answer = await site.ask("PATCH", "/api/v1/settings", who, json=step["settings"])
        elif not at:
            body = {"period": "month", "currency": "EUR", "category_id": category_id}
            made = await site.make(
                "/api/v1/budgets",
                who,
                {**body, **{name: step[name] for name in ("amount_minor", "from_day")}},
            )
            at = f"/api/v1/budgets/{made['id']}"
            continue
        else:
            answer = await site.ask("PATCH", at, who, json=step)
        assert answer.status_code == 200, answer.text
    found = {}
    for day in case["expect"]:
        states = await site.get(f"/api/v1/reports/budgets?day={day}&today={day}", who)
        found[day] = states["items"][0]["planned_minor"]
    assert found == case["expect"]


async def test_a_budget_that_was_deleted_is_made_again(site: Site) -> None:
    who, _, _, category_id = await begun(site)
    body = {"period": "month", "currency": "EUR", "category_id": category_id, "amount_minor": 20000}
    made = await site.make("/api/v1/budgets", who, {**body, "from_day": "2026-01-01"})
    again = await site.make("/api/v1/budgets", who, {**body, "from_day": "2026-01-01", "carry_over": True})
    assert (again["id"], again["carry_over"]) == (made["id"], True)
    assert (await site.ask("DELETE", f"/api/v1/budgets/{made['id']}", who)).status_code == 204
    again = await site.make("/api/v1/budgets", who, {**body, "from_day": "2026-02-01", "currency": "USD"})
    assert (again["id"], again["currency"], len(again["amounts"])) == (made["id"], "USD", 2)


async def test_a_schedule_takes_what_follows(site: Site) -> None:
    who, _, account, category_id = await begun(site)
    body = {
        "name": "Gym", "kind": "expense", "account_id": account, "amount_minor": 3000, "category_id": category_id,
        "start_day": "2026-01-31", "rule": "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "payee": "Climbing hall",
        "tags": ["sport"],
    }  # fmt: skip
    made = await site.make("/api/v1/schedules", who, body)
    assert (made["currency"], made["next_day"], made["mode"]) == ("EUR", "2026-01-31", "post")
    assert made["lines"] == [{"category_id": category_id, "amount_minor": 3000}]
    assert made["payee_id"] is not None
    assert len(made["tag_ids"]) == 1
    at = f"/api/v1/schedules/{made['id']}"
    changed = await site.ask("PATCH", at, who, json={"amount_minor": 3500, "done_through": "2026-01-31"})
    assert changed.json()["lines"] == [{"category_id": category_id, "amount_minor": 3500}]
    assert changed.json()["next_day"] == "2026-02-28"
    wrong = await site.ask("PATCH", at, who, json={"rule": "FREQ=HOURLY"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "rule_invalid")
    nowhere = await site.ask("POST", "/api/v1/schedules", who, json={**body, "account_id": category_id})
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "account_missing")


async def test_a_template_without_an_amount_has_shares(site: Site) -> None:
    who, _, account, category_id = await begun(site)
    body = {"name": "Coffee", "kind": "expense", "account_id": account, "category_id": category_id}
    made = await site.make("/api/v1/templates", who, body)
    assert (made["amount_minor"], made["currency"]) == (None, "EUR")
    assert made["lines"] == [{"category_id": category_id, "amount_minor": 1}]
    changed = await site.ask("PATCH", f"/api/v1/templates/{made['id']}", who, json={"amount_minor": 350})
    assert changed.json()["lines"] == [{"category_id": category_id, "amount_minor": 350}]


async def test_what_belongs_to_a_row_is_listed_by_it(site: Site) -> None:
    who, _, account, _ = await begun(site)
    ids = []
    for day in ("2026-01-01", "2026-01-02"):
        entry = {"kind": "expense", "account_id": account, "amount_minor": 5, "day": day}
        transaction = await site.make("/api/v1/transactions", who, entry)
        body = {
            "transaction_id": transaction["id"],
            "sha256": "ab" * 32,
            "media_type": "image/png",
            "size": 9,
        }
        ids.append(
            (transaction["id"], (await site.make("/api/v1/receipts", who, {**body, "name": "a"}))["id"])
        )
    for transaction_id, receipt_id in ids:
        found = (await site.get(f"/api/v1/receipts?owner={transaction_id}", who))["items"]
        assert [row["id"] for row in found] == [receipt_id]
    assert len((await site.get("/api/v1/receipts", who))["items"]) == 2
    assert (await site.ask("DELETE", f"/api/v1/transactions/{ids[0][0]}", who)).status_code == 204
    found = (await site.get("/api/v1/receipts", who))["items"]
    assert [row["id"] for row in found] == [ids[1][1]], "not shown without its transaction"


async def test_how_budgets_stand(site: Site) -> None:
    who, _, account, category_id = await begun(site)
    child = await site.make(
        "/api/v1/categories", who, {"name": "Yarn", "kind": "expense", "parent_id": category_id}
    )
    budget = {"currency": "EUR", "amount_minor": 10000, "from_day": "2026-01-01", "carry_over": True}
    own = await site.make("/api/v1/budgets", who, {**budget, "period": "month", "category_id": category_id})
    weekly = await site.make("/api/v1/budgets", who, {**budget, "period": "week", "carry_over": False})
    entry = {"kind": "expense", "account_id": account}
    for day, amount, category in (
        ("2026-01-05", 4000, child["id"]), ("2026-02-09", 1000, category_id), ("2026-02-10", 500, None),
    ):  # fmt: skip
        await site.make(
            "/api/v1/transactions",
            who,
            {**entry, "day": day, "amount_minor": amount, "category_id": category},
        )
    rule = {"name": "Club", "start_day": "2026-02-20", "rule": "FREQ=MONTHLY", "category_id": child["id"]}
    await site.make("/api/v1/schedules", who, {**entry, **rule, "amount_minor": 3000})
    first, second = (await site.get("/api/v1/reports/budgets?today=2026-02-14", who))["items"]
    assert first == {
        "budget_id": own["id"], "from_day": "2026-02-01", "to_day": "2026-02-28", "planned_minor": 10000,
        "carried_minor": 6000, "available_minor": 16000, "spent_minor": 1000, "left_minor": 15000,
        "upcoming_minor": 3000, "forecast_minor": 5000, "per_day_minor": 800,
        "missing": 0, "missing_currencies": [],
    }  # fmt: skip
    assert (second["budget_id"], second["spent_minor"], second["to_day"]) == (
        weekly["id"],
        1500,
        "2026-02-15",
    )
    await site.ask("PATCH", f"/api/v1/budgets/{weekly['id']}", who, json={"archived": True})
    past = (await site.get("/api/v1/reports/budgets?today=2026-02-14&day=2026-01-31", who))["items"]
    assert [(row["spent_minor"], row["forecast_minor"]) for row in past] == [(4000, 4000)]


async def test_what_is_unusual_says_why(site: Site) -> None:
    who, _, account, category_id = await begun(site)
    entry = {"kind": "expense", "account_id": account, "category_id": category_id}

    async def spend(payee: str, day: str, amount_minor: int) -> str:
        body = {**entry, "payee": payee, "day": day, "amount_minor": amount_minor}
        return str((await site.make("/api/v1/transactions", who, body))["id"])

    for day, amount in (("03", 4000), ("09", 4200), ("15", 4300), ("20", 4100), ("26", 4500)):
        await spend("Market", f"2026-01-{day}", amount)
    far = await spend("Market", "2026-02-02", 18000)
    for month in ("11", "12"):
        await spend("Gym", f"2025-{month}-01", 2500)
    await spend("Gym", "2026-01-01", 2500)
    ask = {**entry, "name": "Rent", "amount_minor": 90000, "start_day": "2026-02-01", "rule": "FREQ=WEEKLY"}
    rent = await site.make("/api/v1/schedules", who, {**ask, "mode": "ask"})
    found = await site.get("/api/v1/reports/unusual?today=2026-02-14", who)
    [amount] = found["amounts"]
    assert (amount["transaction_id"], amount["usual_minor"], amount["earlier"]) == (far, 4200, 5)
    [bill] = found["bills"]
    assert (bill["every"], bill["last_day"], bill["expected_day"]) == ("month", "2026-01-01", "2026-02-01")
    assert [(one["schedule_id"], one["day"], one["count"]) for one in found["unconfirmed"]] == [
        (rent["id"], "2026-02-01", 2)
    ]
    refused = await site.ask("GET", "/api/v1/reports/unusual?today=2026-02-30", who)
    assert (refused.status_code, refused.json()["field"]) == (422, "today")
