"""What people plan in a story: budgets, schedules and their instances, and the small things beside a transaction.

A schedule begins before the story or in its middle: the server posts the first (`story.post_due`), devices and
people both, each what they see as due, so that several make the same instance.
"""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from outlay.kernel.ids import uuid5
from outlay.ledger.posting import instance_id, is_active
from outlay.ledger.recurrence import occurrences
from sync.device import Row

if TYPE_CHECKING:
    from prove.edits import Edits

RULES = ("FREQ=DAILY;COUNT=5", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=8", "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260601")
STARTS = ("2023-11-01", "2026-01-05")
MONTHS = ("2026-01-01", "2026-02-01")
DUE = "2026-03-01"
"""What people here take for due: later than every server's day."""

COPIED = (
    "kind", "account_id", "amount_minor", "currency", "to_account_id", "to_amount_minor", "to_currency", "lines",
)  # fmt: skip

WEIGHTS: dict[str, int] = {
    "budget": 4, "budget_amount": 4, "schedule": 4, "reschedule": 5, "instance": 7, "skip": 2, "small_thing": 4,
    "delete_plan": 2,
}  # fmt: skip


class Plans:
    """Operations on what `Edits` sees."""

    def __init__(self, edits: Edits) -> None:
        self.edits = edits

    @property
    def random(self) -> Random:
        return self.edits.random

    def budget(self) -> list[Row]:
        """Two devices that plan the same mean one budget."""
        edits = self.edits
        period = self.random.choice(("month", "year"))
        category_id = self.random.choice([None, *edits.live["category"]])
        row_id = uuid5(edits.book_id, f"budget:{period}:{category_id or ''}")
        fields = {
            "category_id": category_id,
            "period": period,
            "currency": "EUR",
            "carry_over": self.random.random() < 0.5,
        }
        return [{"e": "budget", "id": row_id, "k": "create", "f": fields}, *self._amount(row_id)]

    def budget_amount(self) -> list[Row]:
        budget_id = self.edits.pick("budget")
        return [] if budget_id is None else self._amount(budget_id)

    def _amount(self, budget_id: str) -> list[Row]:
        day = self.random.choice(MONTHS)
        row_id = uuid5(self.edits.book_id, f"budget_amount:{budget_id}:{day}")
        amount = self.random.randint(1, 50_000)
        if ("budget_amount", row_id) in self.edits.rows and self.random.random() < 0.7:
            return self.edits.set("budget_amount", row_id, {"amount_minor": amount})
        fields = {
            "budget_id": budget_id,
            "from_day": day,
            "amount_minor": amount,
            "once": self.random.random() < 0.2,
        }
        return [{"e": "budget_amount", "id": row_id, "k": "create", "f": fields}]

    def schedule(self) -> list[Row]:
        if len(self.edits.live["schedule"]) >= 4:
            return self.reschedule()
        money = (
            self.edits.moved() if self.random.random() < 0.3 else self.edits.entry(self.random.choice((1, 2)))
        )
        fields: Row = {name: money[name] for name in COPIED if money[name] is not None}
        fields |= {
            "name": self.random.choice(("Rent", "Müll 🗑")), "start_day": self.random.choice(STARTS),
            "rule": self.random.choice(RULES), "mode": self.random.choice(("post", "ask")),
        }  # fmt: skip
        return [{"e": "schedule", "id": self.edits.new_id(), "k": "create", "f": fields}]

    def reschedule(self) -> list[Row]:
        money = {name: value for name, value in self.edits.entry().items() if name in COPIED}
        fields = self.random.choice((
            {"rule": self.random.choice((*RULES, "FREQ=HOURLY")), "start_day": self.random.choice(STARTS)},
            {"mode": self.random.choice(("post", "ask"))}, {"archived": self.random.random() < 0.3},
            {"note": f"note {self.random.randint(0, 9)}"}, {"payee_id": self.edits.pick("payee")}, money,
        ))  # fmt: skip
        return self.edits.set("schedule", self.edits.pick("schedule"), fields)

    def _due(self) -> tuple[Row, list[str]] | None:
        row_id = self.edits.pick("schedule")
        schedule = None if row_id is None else self.edits.rows[("schedule", row_id)]
        if schedule is None or not is_active(schedule):
            return None
        found = occurrences(
            schedule["start_day"], schedule["rule"], after=schedule["done_through"], through=DUE
        )
        days = list(islice(found, self.random.randint(1, 3)))
        return (schedule, days) if days else None

    def instance(self) -> list[Row]:
        """What is due of a schedule, as its author sees it."""
        if (due := self._due()) is None:
            return []
        schedule, days = due
        money = {name: schedule[name] for name in COPIED if schedule[name] is not None}
        amount = schedule["amount_minor"]
        known = {"rate": "1", "base_minor": amount, "base_currency": "EUR"}
        made = [
            {
                "e": "transaction",
                "id": instance_id(schedule["id"], day),
                "k": "create",
                "f": money | known | {"day": day},
            }
            for day in days
            if day not in schedule["skipped"]
            and ("transaction", instance_id(schedule["id"], day)) not in self.edits.rows
        ]
        done = {"done_through": days[-1], "skipped": [day for day in schedule["skipped"] if day > days[-1]]}
        return [*made, *self.edits.set("schedule", schedule["id"], done)]

    def skip(self) -> list[Row]:
        if (due := self._due()) is None:
            return []
        schedule, days = due
        return self.edits.set(
            "schedule", schedule["id"], {"skipped": sorted({*schedule["skipped"], days[-1]})}
        )

    def small_thing(self) -> list[Row]:
        """A template, a saved filter, a statement's balance, a receipt."""
        edits = self.edits
        account_id, transaction_id = edits.pick("account"), edits.pick("transaction")
        things: list[tuple[str, Row]] = [
            (
                "template",
                {
                    "name": "Coffee",
                    "kind": "expense",
                    "account_id": account_id,
                    "payee_id": edits.pick("payee"),
                },
            ),
            ("filter", {"name": "Big", "query": {"amount": [self.random.randint(1, 9), None]}}),
            ("reconciliation", {"account_id": account_id, "day": edits.day_text(), "statement_minor": 5}),
        ]
        if transaction_id is not None:
            fields = {
                "transaction_id": transaction_id,
                "sha256": "ab" * 32,
                "media_type": "image/webp",
                "size": 9,
                "name": "r",
            }
            things.append(("receipt", fields))
        entity, fields = self.random.choice(things)
        return [{"e": entity, "id": edits.new_id(), "k": "create", "f": fields}]

    def delete_plan(self) -> list[Row]:
        entity = self.random.choice(("budget", "budget_amount", "schedule", "template", "filter", "receipt"))
        row_id = self.edits.pick(entity)
        return [] if row_id is None else [{"e": entity, "id": row_id, "k": "delete"}]
