"""Where the directed stories are told."""

from __future__ import annotations

from random import Random
from typing import Any

from outlay.store.engine import Store
from prove import plans
from prove.oracle import Violation
from prove.story import Story
from stores import Clock
from sync.device import Answer, Request, Row


class Stage(Story):
    """Three devices with good clocks on a good line, one account, two categories, one transaction; all have it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(0, store, clock)
        self.random = self.edits.random = Random(1)
        self.profile = dict.fromkeys(self.profile, 0)
        write = Story.begin
        write(self)
        del self.devices[:], self.skew[:]
        for _ in range(3):
            self._device()
            self.skew[-1] = 0
            self.devices[-1].limit = 50
        self.account, self.other = self.new_id(), self.new_id()
        self.category, self.second = self.new_id(), self.new_id()
        self.row = self.new_id()
        accounts = [
            op("account", i, "create", {"name": "A", "kind": "bank", "currency": "EUR"})
            for i in (self.account, self.other)
        ]
        categories = [
            op("category", i, "create", {"name": "C", "kind": "expense"})
            for i in (self.category, self.second)
        ]
        self._rest(
            [*accounts, *categories, op("transaction", self.row, "create", self.entry())], self.new_id()
        )
        for number in range(3):
            self.sync(number)

    def entry(self, amount: int = 100) -> Row:
        return {
            "kind": "expense", "account_id": self.account, "amount_minor": amount, "currency": "EUR", "rate": "1",
            "base_minor": amount, "base_currency": "EUR", "to_account_id": None, "to_amount_minor": None,
            "to_currency": None, "day": "2026-01-15",
            "lines": [{"category_id": self.category, "amount_minor": amount}],
        }  # fmt: skip

    def transfer(self) -> Row:
        to = {"to_account_id": self.other, "to_amount_minor": 100, "to_currency": "EUR"}
        return self.entry() | to | {"kind": "transfer", "lines": []}

    def write(self, number: int, *ops: Row) -> str:
        """A device's edit."""
        self.clock.advance(1000)
        mid = self.edited(number, list(ops))
        self.oracle.landed(self.devices[number], number)
        return mid

    def make(self, number: int) -> str:
        """A new transaction; its id."""
        row_id = self.new_id()
        self.write(number, op("transaction", row_id, "create", self.entry()))
        return row_id

    def send(self, number: int) -> tuple[Request, Answer]:
        """A request and its answer, which has not arrived yet."""
        request = self.devices[number].ask()
        assert request is not None
        answer = self._serve(request)
        assert answer is not None
        return request, answer

    def sync(self, number: int) -> None:
        for _ in range(400):
            if self._hear(number, *self.send(number)):
                return
        raise Violation(f"I9: device {number} did not come to rest")

    def listen(self, number: int) -> None:
        """A device takes what others did; what waits on it is not sent."""
        device = self.devices[number]
        request = Request("pull", device.file.device_id, device.file.epoch, {
            "epoch": device.file.epoch, "cursor": device.file.cursor, "last_ack": 0, "limit": 50,
            "schema": device.schema,
        })  # fmt: skip
        answer = self._serve(request)
        assert answer is not None
        self._hear(number, request, answer)

    def schedule(self) -> str:
        """A schedule of four days from 5 January 2026, which everybody knows; its id."""
        row_id = self.new_id()
        money = {n: value for n, value in self.entry().items() if n in plans.COPIED and value is not None}
        rule = {"name": "Rent", "start_day": "2026-01-05", "rule": "FREQ=DAILY;COUNT=4", "mode": "post"}
        self.write(0, op("schedule", row_id, "create", money | rule))
        for number in range(3):
            self.sync(number)
        return row_id

    def conflicts(self) -> list[Row]:
        rows = sorted(self.server.dump().items())
        return [row for (entity, _), row in rows if entity == "sync_conflict"]

    def count(self, number: int) -> None:
        self.write(number, op("account", self.account, "inc", {"position": 1}))


def op(entity: str, row_id: str, kind: str, fields: Row | None = None, **more: Any) -> Row:
    return {"e": entity, "id": row_id, "k": kind, **({} if fields is None else {"f": fields}), **more}
