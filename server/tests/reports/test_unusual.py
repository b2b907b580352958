"""What is unusual: spec/reports/unusual.json (app/src/reports/unusual.test.ts runs it in TypeScript), and generated
books by SQL on both engines against a plain reading of the same rows, which the app then computes again."""

from __future__ import annotations

import asyncio
import json
import statistics
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from outlay.kernel import spec
from outlay.reports.unusual import Entry, book_unusual, missing_bill, odd_amounts
from outlay.store.engine import Store
from outlay.store.write import Tx
from reports.books import Row, id_of
from reports.test_equal import CORPUS
from stores import make_book

TABLE = spec.read("reports/unusual.json")
TODAY = date(2026, 3, 20)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in TABLE["cases"]])
def test_what_is_unusual(case: dict[str, Any]) -> None:
    entries = [Entry(*row) for row in case["entries"]]
    bill = missing_bill("p", entries, case["today"])
    for name, found in (
        ("amounts", odd_amounts("p", entries, case["today"])),
        ("bills", [bill] if bill else []),
    ):
        rows = [msgspec.to_builtins(one) for one in found]
        assert len(rows) == len(case[name])
        for row, expected in zip(rows, case[name], strict=True):
            assert {field: row[field] for field in expected} == expected


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[date, str, str, int]]:
    """A payee's (day, kind, currency, amount): in steps with some play, or now and then."""
    kind, currency = draw(st.sampled_from(["expense", "income"])), draw(st.sampled_from(["EUR", "JPY"]))
    count = draw(st.integers(0, 9))
    day = TODAY - timedelta(days=draw(st.integers(-3, 60)))
    step = draw(st.sampled_from([7, 30, 91, 365, None]))
    usual = draw(st.integers(2, 100_000))
    found = []
    for _ in range(count):
        odd = draw(st.integers(0, 5)) == 0
        amount = draw(st.integers(1, 400_000)) if odd else usual + draw(st.integers(-1, 1)) * (usual // 8)
        found.append((day, kind, currency, amount))
        if draw(st.integers(0, 7)) == 0:
            found.append((day, draw(st.sampled_from(["expense", "transfer"])), "EUR", amount))
        play = draw(st.integers(-1, 1)) if step else draw(st.integers(0, 40))
        day -= timedelta(days=(step or 0) + play)
    return found


@st.composite
def books(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Rows of a book by table, without book_id."""
    payees, transactions, schedules = [], [], []
    for n in range(draw(st.integers(1, 4))):
        payee_id = id_of("payee", n)
        payees.append({"id": payee_id, "name": f"Payee {n}", "deleted": draw(st.integers(0, 9)) == 0})
        for day, kind, currency, amount in draw(histories()):
            transactions.append(
                {
                    "id": id_of("transaction", len(transactions)), "day": day.isoformat(), "kind": kind,
                    "currency": currency, "amount_minor": amount, "payee_id": payee_id,
                    "deleted": draw(st.integers(0, 12)) == 0,
                }
            )  # fmt: skip
        if draw(st.integers(0, 3)) == 0:
            start = TODAY - timedelta(days=draw(st.integers(0, 70)))
            schedules.append(
                {
                    "id": id_of("schedule", n), "kind": "expense", "account_id": id_of("account", 0),
                    "payee_id": payee_id, "currency": "EUR", "amount_minor": 500, "start_day": start.isoformat(),
                    "rule": draw(st.sampled_from(["FREQ=WEEKLY", "FREQ=MONTHLY"])),
                    "mode": draw(st.sampled_from(["ask", "post"])), "archived": draw(st.integers(0, 3)) == 0,
                    "done_through": draw(st.sampled_from([None, start.isoformat()])),
                    "skipped": draw(st.sampled_from([[], [(start + timedelta(days=7)).isoformat()]])),
                    "position": n, "deleted": False,
                }
            )  # fmt: skip
    return {"payee": payees, "transaction": transactions, "schedule": schedules}


def expected(made: dict[str, list[Row]]) -> Row:
    """The same, read plainly: with fractions, calendar arithmetic of dateutil, and no limits."""
    scheduled = {row["payee_id"] for row in made["schedule"] if not row["archived"]}
    amounts, bills = [], []
    for payee in made["payee"]:
        if payee["deleted"]:
            continue
        rows = [row for row in made["transaction"] if row["payee_id"] == payee["id"] and not row["deleted"]]
        rows = [row for row in rows if row["day"] <= TODAY.isoformat()]
        rows.sort(key=lambda row: (row["day"], row["id"]), reverse=True)
        for key in dict.fromkeys((row["kind"], row["currency"]) for row in rows):
            group = [row for row in rows if (row["kind"], row["currency"]) == key]
            if key[0] == "transfer":
                continue
            odd = next((found for n in range(len(group)) if (found := _odd(group[n:]))), None)
            amounts += [odd] if odd else []
            late = _late(group) if group[0] == rows[0] and payee["id"] not in scheduled else None
            bills += [late] if late else []
    return {
        "day": TODAY.isoformat(),
        "amounts": sorted(amounts, key=lambda one: (one["day"], one["transaction_id"]), reverse=True),
        "bills": sorted(bills, key=lambda one: (one["expected_day"], one["payee_id"])),
        "unconfirmed": sorted(_open(made["schedule"]), key=lambda one: (one["day"], one["schedule_id"])),
    }  # fmt: skip


def _odd(rows: list[Row]) -> Row | None:
    row, earlier = rows[0], [Fraction(one["amount_minor"]) for one in rows[1:25]]
    if len(earlier) < 5 or date.fromisoformat(row["day"]) <= TODAY - timedelta(days=30):
        return None
    median = statistics.median(earlier)
    spread = statistics.median(abs(value - median) for value in earlier)
    away = abs(row["amount_minor"] - median)
    if away <= Fraction(21, 4) * spread or away < median / 4:
        return None
    same = {name: row[name] for name in ("payee_id", "day", "kind", "currency", "amount_minor")}
    return {"transaction_id": row["id"], **same, "usual_minor": round(median), "earlier": len(earlier)}


def _late(rows: list[Row]) -> Row | None:
    steps = {
        "week": (relativedelta(weeks=1), 4, 6, 8, 3, 7), "month": (relativedelta(months=1), 3, 26, 35, 5, 30),
        "quarter": (relativedelta(months=3), 3, 85, 99, 10, 45), "year": (relativedelta(years=1), 3, 355, 376, 20, 60),
    }  # fmt: skip
    for every, (delta, count, least, most, grace, given_up) in steps.items():
        newest = rows[:count]
        days = [date.fromisoformat(row["day"]) for row in newest]
        gaps = [(a - b).days for a, b in pairwise(days)]
        values = [Fraction(row["amount_minor"]) for row in newest]
        if len(newest) < count or not all(least <= gap <= most for gap in gaps):
            continue
        median = statistics.median(values)
        if not all(median / 2 <= value <= median * 2 for value in values):
            continue
        due = days[0] + delta
        if not grace < (TODAY - due).days <= given_up:
            return None
        same = {name: rows[0][name] for name in ("payee_id", "kind", "currency")}
        found = {**same, "every": every, "last_day": rows[0]["day"], "expected_day": due.isoformat()}
        return {**found, "usual_minor": round(median)}
    return None


def _open(schedules: list[Row]) -> list[Row]:
    found = []
    for row in schedules:
        if row["mode"] != "ask" or row["archived"]:
            continue
        day, days, n = date.fromisoformat(row["start_day"]), [], 0
        first = day
        while day < TODAY - timedelta(days=3):
            after = row["done_through"] is None or day.isoformat() > row["done_through"]
            # RFC 5545: a month without that day is left out
            real = day.day == first.day or "WEEKLY" in row["rule"]
            if after and real and day.isoformat() not in row["skipped"]:
                days.append(day.isoformat())
            n += 1
            day = first + (relativedelta(weeks=n) if "WEEKLY" in row["rule"] else relativedelta(months=n))
        if days:
            same = {name: row[name] for name in ("payee_id", "kind", "currency", "amount_minor")}
            found.append({"schedule_id": row["id"], **same, "day": days[0], "count": len(days)})
    return found


def write(tx: Tx, made: dict[str, list[Row]]) -> None:
    common = {"book_id": tx.book["id"], "ver": tx.next_version(), "fmeta": {}}
    for table, rows in made.items():
        tx.upsert(table, [{**common, **row} for row in rows])


@pytest.mark.timeout(600)
def test_generated_books(store: Store, request: pytest.FixtureRequest) -> None:
    corpus: list[Row] = []

    @seed(2)  # one that makes every kind
    @settings(
        max_examples=100,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(books())
    def run(made: dict[str, list[Row]]) -> None:
        async def answer() -> Any:
            book_id = await make_book(store)
            await store.write(book_id, lambda tx: write(tx, made))
            return await store.read(lambda read: book_unusual(read, book_id, today=TODAY.isoformat()))

        found = msgspec.to_builtins(asyncio.run(answer()))
        assert found == expected(made)
        corpus.append({**made, "today": TODAY.isoformat(), "answer": found})

    run()
    assert any(entry["answer"]["amounts"] for entry in corpus)
    assert any(entry["answer"]["bills"] for entry in corpus)
    assert any(entry["answer"]["unconfirmed"] for entry in corpus)
    if request.node.callspec.params["store_settings"] == "sqlite":
        CORPUS.mkdir(parents=True, exist_ok=True)
        (CORPUS / "unusual.json").write_text(json.dumps(corpus), encoding="utf-8")
