"""Devices, REST and an unreliable network: afterwards all agree, and nothing acknowledged is lost or doubled.

Each seed is one story: two or three devices edit the same few rows while requests and answers are dropped,
repeated and late, device files go back in time, tombstones are collected and the server's log is replaced. In
the end everybody syncs until quiet (SYNC section 3: I1, I2, I4, I5, I6, I7, I9, I10).
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from outlay.kernel.ids import uuid7
from outlay.ledger import commands
from outlay.ledger.check import check
from outlay.ledger.entities import entities, fields_of
from outlay.store.engine import Store
from outlay.sync.collect import collect
from stores import Clock, make_book
from sync.device import Device, Wire

PERSON = uuid7(1, bytes(10))
FAULTS = (None, None, None, "drop_request", "drop_response", "repeat")
FIRST_SEED, SEEDS, STEPS = (
    int(os.environ.get(f"OUTLAY_TEST_{name}", default))
    for name, default in (("FIRST_SEED", "0"), ("SEEDS", "24"), ("STEPS", "70"))
)


class Story:
    """One seed: what there is to edit, and who does what next."""

    def __init__(self, seed: int, store: Store, book_id: str, clock: Clock) -> None:
        self.random = random.Random(seed)
        self.store, self.book_id, self.clock = store, book_id, clock
        self.quiet = False
        self.wire = Wire(store, book_id, lambda: None if self.quiet else self.random.choice(FAULTS))
        self.devices = [
            Device(self.wire, PERSON, self.random, clock) for _ in range(self.random.choice((2, 3)))
        ]
        self.files: dict[int, dict[str, Any]] = {}
        self.rest_writes = 0

    def new_id(self) -> str:
        return uuid7(self.clock(), self.random.randbytes(10))

    def ops(self, rows: dict[tuple[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
        """An edit that collides often: few rows, all kinds of operations, now and then nonsense."""
        pick = self.random
        live: dict[str, list[str]] = {name: [] for name in entities()}
        dead: list[tuple[str, str]] = []
        for (entity, row_id), row in sorted(rows.items()):
            if row["deleted"]:
                dead.append((entity, row_id))
            else:
                live[entity].append(row_id)
        accounts, categories, transactions = live["account"], live["category"], live["transaction"][-5:]
        if len(accounts) < 2:
            fields = {
                "name": "A",
                "kind": "cash",
                "currency": "EUR",
                "opening_minor": pick.randint(-500, 500),
            }
            return [{"e": "account", "id": self.new_id(), "k": "create", "f": fields}]
        if len(categories) < 2:
            return [
                {"e": "category", "id": self.new_id(), "k": "create", "f": {"name": "C", "kind": "expense"}}
            ]
        if not transactions or pick.random() < 0.3:
            return [
                {
                    "e": "transaction",
                    "id": self.new_id(),
                    "k": "create",
                    "f": self.money(rows) | {"day": self.day()},
                }
            ]
        row_id = pick.choice(transactions)
        choice = pick.random()
        if choice < 0.2:
            return [
                {"e": "transaction", "id": row_id, "k": "set", "f": {"note": f"note {pick.randint(0, 99)}"}}
            ]
        if choice < 0.4:
            return [{"e": "transaction", "id": row_id, "k": "set", "f": self.money(rows)}]
        if choice < 0.5:
            fields = {"day": self.day(), "note": None}
            return [{"e": "transaction", "id": row_id, "k": "set", "f": fields}]
        if choice < 0.6:
            return [{"e": "transaction", "id": row_id, "k": "delete"}]
        if choice < 0.66 and dead:
            entity, gone = pick.choice(dead)
            return [{"e": entity, "id": gone, "k": "restore"}]
        if choice < 0.72:
            into = pick.choice([None, *categories])
            op = {"e": "category", "id": pick.choice(categories), "k": "delete"}
            return [op | ({"into": into} if into and into != op["id"] else {})]
        if choice < 0.78:
            return [{"e": "account", "id": pick.choice(accounts), "k": "delete"}]
        if choice < 0.84:
            return [{"e": "account", "id": pick.choice(accounts), "k": "inc", "f": {"position": 1}}]
        if choice < 0.9:
            name = pick.choice(("Baker", "Tailor"))
            return [{"e": "settings", "id": self.book_id, "k": "set", "f": {"name": name}}]
        if choice < 0.95:
            return [
                {"e": "transaction", "id": row_id, "k": "set", "f": self.money(rows) | {"amount_minor": -4}}
            ]
        fields = self.money(rows) | {"day": self.day()}
        return [
            {"e": "transaction", "id": self.new_id(), "k": "create", "f": fields},
            {"e": "transaction", "id": row_id, "k": "delete"},
        ]

    def day(self) -> str:
        return f"2026-{self.random.randint(1, 3):02}-{self.random.randint(1, 28):02}"

    def money(self, rows: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
        pick = self.random
        accounts = sorted(i for (e, i), r in rows.items() if e == "account" and not r["deleted"])
        categories = sorted(i for (e, i), r in rows.items() if e == "category" and not r["deleted"])
        amount = pick.randint(2, 10_000)
        base = {
            "account_id": pick.choice(accounts), "amount_minor": amount, "currency": "EUR", "rate": "1",
            "base_minor": amount, "base_currency": "EUR", "to_account_id": None, "to_amount_minor": None,
            "to_currency": None,
        }  # fmt: skip
        if pick.random() < 0.3:
            other = pick.choice([a for a in accounts if a != base["account_id"]])
            to = {"to_account_id": other, "to_amount_minor": amount, "to_currency": "EUR"}
            return base | to | {"kind": "transfer", "lines": []}
        part = pick.randint(1, amount - 1)
        lines = [
            {"category_id": pick.choice([None, *categories]), "amount_minor": n}
            for n in (part, amount - part)
        ]
        return base | {"kind": "expense", "lines": lines}

    async def step(self) -> None:
        pick = self.random
        self.clock.advance(pick.randint(1, 100_000))
        number = pick.randrange(len(self.devices))
        device = self.devices[number]
        choice = pick.random()
        if choice < 0.45:
            device.edit(self.ops(device.view.rows))
        elif choice < 0.85:
            device.limit = pick.choice((1, 2, 50))
            await device.sync()
        elif choice < 0.9:
            await self.rest()
        elif choice < 0.93:
            self.files[number] = device.copy_of_file()
        elif choice < 0.96 and number in self.files and not device.outbox:
            # What was only on that device since the backup is lost with it; the server's log is not.
            device.restore_file(self.files.pop(number))
        elif choice < 0.98:
            await self.half_a_year()
        else:
            await self.store.write(self.book_id, lambda tx: tx.set_book(epoch=pick.randbytes(4).hex()))

    async def half_a_year(self) -> None:
        """Tombstones and mutations go. Nobody may still be waiting for an answer after that long."""
        if not any(device.outbox for device in self.devices):
            self.clock.advance(200 * 86_400_000)
            for device in self.devices:
                device.acked.clear()
            self.files.clear()
            await self.store.write(self.book_id, collect)

    async def rest(self) -> None:
        """A REST write; what a device may park, REST refuses."""
        rows = await self.dump()
        ops = self.ops(rows)
        head = await self.head()
        try:
            await self.store.write(
                self.book_id, lambda tx: commands.change(tx, ops, person_id=PERSON, role="owner", name="rest")
            )
        except commands.Refusal:
            assert await self.head() == head, "a refused REST write took a version"

    async def head(self) -> int:
        return int(
            await self.store.read(lambda r: r.value("SELECT head FROM book WHERE id = :b", b=self.book_id))
        )

    async def dump(self) -> dict[tuple[str, str], dict[str, Any]]:
        def all_rows(read: Any) -> dict[tuple[str, str], dict[str, Any]]:
            return {
                (entity, row["id"]): row
                for entity in entities()
                for row in read.select(entity, "book_id = :b", b=self.book_id)
            }

        return await self.store.read(all_rows)

    async def quiesce(self) -> None:
        self.quiet = True
        for _ in range(60):
            done = [await device.sync() for device in self.devices]
            if all(done):
                break
        else:
            raise AssertionError("devices never came to rest")
        for device in self.devices:
            assert await device.sync()


def live(rows: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: fields_of(key[0], row) for key, row in rows.items() if not row["deleted"]}


@pytest.mark.anyio
@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SEEDS))
async def test_every_story_ends_in_agreement(store: Store, clock: Clock, seed: int) -> None:
    book_id = await make_book(store)
    settings = {"name": "Home", "base_currency": "EUR"}
    first = [{"e": "settings", "id": book_id, "k": "create", "f": settings}]
    await store.write(
        book_id, lambda tx: commands.change(tx, first, person_id=PERSON, role="owner", name="new")
    )
    story = Story(seed, store, book_id, clock)
    for _ in range(STEPS):
        await story.step()
    await story.quiesce()
    server = live(await story.dump())
    for device in story.devices:
        assert live(device.confirmed.rows) == server  # I1
        assert live(device.view.rows) == server
        assert device.outbox == []
    assert await store.read(lambda read: check(read, book_id)) == []  # I6, I10
    await applied_once(story)


async def applied_once(story: Story) -> None:
    """I2: history names each mutation under one version; every version up to the head was taken by a mutation."""
    versions = await story.store.read(
        lambda r: r.all(
            "SELECT mutation_id, COUNT(DISTINCT ver) FROM history WHERE book_id = :b GROUP BY mutation_id "
            "ORDER BY mutation_id", b=story.book_id,
        )
    )  # fmt: skip
    assert [row for row in versions if row[1] != 1] == []
