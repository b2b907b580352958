"""Books for measuring: the operations of a seeded household, thousands of transactions over ten years.

Owns no server and no clock: the same seed gives the same operations.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from outlay.kernel.ids import uuid7

Op = dict[str, Any]

FIRST_DAY = date(2016, 1, 1)
A_DAY = 27
"""Transactions of a day: 100,000 fill ten years. A larger book has more of a day, not more years."""
DAYS = 3_700
NOW_MS = 1_767_225_600_000  # 2026-01-01, inside the days that the books cover
_NOTES = ("weekly shopping", "lunch with Anna", "train to work", "present for the neighbours", "", "", "")


class Household:
    """A book's accounts and categories, and as many transactions as are asked for.

    `book_id` is its id, `account_ids`, `category_ids` and `payee_ids` what transactions refer to; `expected` is how
    many transactions it will have.
    """

    def __init__(self, book_id: str, seed: int = 1, expected: int = 0) -> None:
        self.book_id = book_id
        self._a_day = max(A_DAY, expected // DAYS)
        self._random = random.Random(seed)
        self._made = 0
        self._ids = 0
        self.account_ids = [self.new_id() for _ in range(8)]
        self.category_ids = [self.new_id() for _ in range(40)]
        self.payee_ids = [self.new_id() for _ in range(200)]

    def on_device(self, number: int) -> Household:
        """The same book on another device: the same accounts and categories, ids and amounts of its own."""
        other = Household(self.book_id, seed=1)
        other._random = random.Random(f"{self.book_id} {number}")
        other._ids = number * 1_000_000
        return other

    def new_id(self) -> str:
        """Ids as a device makes them: each a little later than the one before."""
        self._ids += 1
        return uuid7(NOW_MS + self._ids, self._random.randbytes(10))

    def beginnings(self) -> list[Op]:
        """Settings, accounts, categories, payees."""
        ops = [_create("settings", self.book_id, {"name": "Household", "base_currency": "EUR"})]
        for n, row_id in enumerate(self.account_ids):
            fields = {"name": f"Account {n}", "kind": "bank", "currency": "EUR", "opening_minor": 100_000}
            ops.append(_create("account", row_id, fields))
        for n, row_id in enumerate(self.category_ids):
            ops.append(
                _create("category", row_id, {"name": f"Category {n}", "kind": "expense", "position": n})
            )
        for n, row_id in enumerate(self.payee_ids):
            ops.append(_create("payee", row_id, {"name": f"Payee {n}"}))
        return ops

    def transactions(self, count: int) -> Iterator[Op]:
        """Day after day, nine expenses to a transfer; one in ten is split."""
        for _ in range(count):
            yield _create("transaction", self.new_id(), self.transaction())

    def transaction(self) -> dict[str, Any]:
        """The fields of one transaction."""
        chance = self._random
        amount = chance.randint(50, 20_000)
        day = (FIRST_DAY + timedelta(days=self._made // self._a_day)).isoformat()
        self._made += 1
        account_id, other_id = chance.sample(self.account_ids, 2)
        fields: dict[str, Any] = {
            "kind": "expense", "account_id": account_id, "amount_minor": amount, "currency": "EUR",
            "to_account_id": None, "to_amount_minor": None, "to_currency": None, "lines": [],
            "rate": "1", "base_minor": amount, "base_currency": "EUR",
            "day": day, "time": "18:05", "utc_offset_min": 60,
        }  # fmt: skip
        if chance.random() < 0.1:
            return fields | {
                "kind": "transfer", "to_account_id": other_id, "to_amount_minor": amount, "to_currency": "EUR",
            }  # fmt: skip
        parts = [amount // 3, amount - amount // 3] if chance.random() < 0.1 else [amount]
        fields["lines"] = [
            {"category_id": chance.choice(self.category_ids), "amount_minor": part} for part in parts
        ]
        return fields | {"payee_id": chance.choice(self.payee_ids), "note": chance.choice(_NOTES) or None}


def mutations(
    ops: list[Op], household: Household, *, first_seq: int, base: int, size: int = 10
) -> list[dict[str, Any]]:
    """A device's mutations of `size` operations each, numbered from `first_seq`."""
    return [
        {
            "seq": first_seq + n, "mid": household.new_id(), "base": base, "made_at": NOW_MS, "name": "bench",
            "ops": ops[at : at + size],
        }
        for n, at in enumerate(range(0, len(ops), size))
    ]  # fmt: skip


def _create(entity: str, row_id: str, fields: dict[str, Any]) -> Op:
    return {"e": entity, "id": row_id, "k": "create", "f": fields}
