"""The server posts what is due: once, whoever else posts, and never before its day has begun everywhere."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.kit import DEVICE, PERSON, account, an_id, category, mutation, op
from outlay.batch.schedules import day_begun_everywhere, post_due
from outlay.ledger import queries
from outlay.ledger.check import check
from outlay.ledger.commands import apply_many, change
from outlay.ledger.defaults import seed_ops
from outlay.ledger.posting import instance_id, post_ops
from outlay.store.engine import Store

BOOK, CASH, FOOD, RENT = an_id(0), an_id(1), an_id(2), an_id(3)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def rent(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Rent", "kind": "expense", "account_id": CASH, "amount_minor": 900, "currency": "EUR",
        "to_account_id": None, "to_amount_minor": None, "to_currency": None,
        "lines": [{"category_id": FOOD, "amount_minor": 900}], "start_day": "2026-01-31",
        "rule": "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    } | fields  # fmt: skip


async def write(store: Store, *ops: dict[str, Any]) -> None:
    await store.write(BOOK, lambda tx: change(tx, list(ops), person_id=PERSON, role="owner", name="test"))


async def begin(store: Store, *ops: dict[str, Any]) -> None:
    await store.write_people(lambda tx: tx.create_book(BOOK))
    seeded = seed_ops(BOOK, "EUR")[-1]
    made = [op("create", "account", CASH, account()), op("create", "category", FOOD, category())]
    await write(store, *made, {**seeded, "f": {**seeded["f"], "default_account_id": None}}, *ops)


async def run(store: Store, now: str) -> None:
    """Rounds until nothing is due, at a moment."""
    await store.write(BOOK, lambda tx: tx.run("UPDATE job SET due_ms = 0 WHERE due_ms > :now", now=at(now)))
    for _ in range(9):
        if not await post_due(store, at(now)):
            return
    pytest.fail("the rounds do not end")


async def days(store: Store) -> list[str]:
    def read(snapshot: Any) -> list[str]:
        assert check(snapshot, BOOK) == []
        return sorted(row["day"] for row in queries.transactions(snapshot, BOOK, limit=500).items)

    return await store.read(read)


def test_a_day_has_begun_everywhere_at_noon_utc() -> None:
    assert day_begun_everywhere(at("2026-02-28T11:59:59")) == "2026-02-27"
    assert day_begun_everywhere(at("2026-02-28T12:00:00")) == "2026-02-28"


async def test_it_posts_what_is_due_and_says_when_it_is_due_again(store: Store) -> None:
    await begin(store, op("create", "schedule", RENT, rent()))
    for moment, expected in (
        ("2026-01-31T11:59:00", []),
        ("2026-01-31T12:00:00", ["2026-01-31"]),
        ("2026-02-28T11:59:00", ["2026-01-31"]),
        ("2026-03-02T00:00:00", ["2026-01-31", "2026-02-28"]),
    ):
        await run(store, moment)
        assert await days(store) == expected
    due = await store.read(lambda read: read.value("SELECT due_ms FROM job WHERE book_id = :book", book=BOOK))
    assert due == at("2026-03-31T12:00:00")


async def test_what_it_leaves_alone(store: Store) -> None:
    await begin(
        store,
        op("create", "schedule", an_id(4), rent(mode="ask")),
        op("create", "schedule", an_id(5), rent(archived=True)),
        op("create", "schedule", an_id(6), rent(skipped=["2026-02-28"])),
    )
    await run(store, "2026-03-31T00:00:00")
    assert await days(store) == ["2026-01-31"]
    await write(store, op("delete", "account", CASH))
    await run(store, "2026-12-31T00:00:00")
    assert await days(store) == []


async def test_instalments_end_and_a_long_past_is_posted_whole(store: Store) -> None:
    await begin(
        store, op("create", "schedule", RENT, rent(rule="FREQ=DAILY;COUNT=130", start_day="2026-01-01"))
    )
    await run(store, "2027-01-01T00:00:00")
    found = await days(store)
    assert (len(found), found[-1]) == (130, "2026-05-10")


async def test_devices_and_the_server_post_the_same_row_once(store: Store) -> None:
    await begin(store, op("create", "schedule", RENT, rent()))

    async def device(number: int) -> list[str]:
        """Posts offline what it knows of, then pushes: everything with its oldest base."""

        def push(tx: Any) -> list[str]:
            schedule = queries.get(tx, BOOK, "schedule", RENT)
            assert schedule is not None
            ops = post_ops(tx, BOOK, {**schedule, "done_through": None}, "2026-03-15", tx.new_id)
            ids = [instance_id(RENT, day) for day in ("2026-01-31", "2026-02-28")]
            if number == 2:
                ops.append(op("set", "transaction", ids[0], {"note": "by two"}))
            pushed = {
                **mutation(number, ops or [op("set", "schedule", RENT, {"name": "Rent"})]),
                "mid": tx.new_id(),
            }
            who = {**DEVICE, "device_id": f"device-{number}", "device_ordinal": number}
            return [outcome.status for outcome in apply_many(tx, [pushed | {"seq": 1}], **who)]

        return await store.write(BOOK, push)

    answers = await asyncio.gather(device(1), run(store, "2026-03-15T00:00:00"), device(2), device(3))
    assert [status for answer in answers if answer for status in answer] == ["ok", "ok", "ok"]
    assert await days(store) == ["2026-01-31", "2026-02-28"]
    await write(store, op("delete", "transaction", instance_id(RENT, "2026-01-31")))
    await write(store, op("set", "schedule", RENT, {"done_through": None}))
    await asyncio.gather(run(store, "2026-03-15T00:00:00"), device(4))
    assert await days(store) == ["2026-02-28"], "deleted stays deleted"


async def test_two_servers_claim_a_book_once(store: Store) -> None:
    await begin(store, op("create", "schedule", RENT, rent()))
    now = at("2026-03-15T00:00:00")
    await store.write(BOOK, lambda tx: tx.run("UPDATE job SET due_ms = 0"))
    await asyncio.gather(*(post_due(store, now) for _ in range(4)))
    posted = await store.read(
        lambda read: read.value(
            "SELECT COUNT(*) FROM history WHERE book_id = :book AND entity = 'transaction'", book=BOOK
        )
    )
    assert posted == 2
