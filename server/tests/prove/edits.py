"""What people do in a story: edits that collide. Few rows, every kind of operation, now and then nonsense.

`Edits.ops(rows)` makes the operations of one mutation from what its author sees. Accounts stay under 8,
categories under 10, and most edits meet one of the five newest transactions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from outlay.kernel.ids import uuid5
from outlay.kernel.money import MAX_MINOR
from outlay.ledger.entities import entities
from prove import plans
from prove.aged import AFTER_1
from sync.device import Key, Row

NOTES = ("", "Bread", "Café ☕ Müller", "👩‍👩‍👧‍👦 trip 🏳️‍🌈", "ﷺ right to left", "a" * 2000, "x\ny\tz", None)
PAYEES = ("Baker", "Tailor", "Straße")
TAGS = ("trip", "kids")
AMOUNTS = (1, 2, 3, 99, 10_000, 123_456_789, MAX_MINOR)

WEIGHTS: dict[str, int] = {
    "create": 22, "transfer": 8, "split": 6, "note": 12, "money": 14, "day": 5, "fields": 5, "delete": 8,
    "restore": 7, "delete_category": 4, "merge_category": 5, "delete_account": 3, "payee": 4, "merge_payee": 3,
    "tag": 3, "inc": 8, "settings": 4, "rate": 3, "with_category": 5, "replace": 3, "poison": 4, "unknown": 2,
    "resolve": 3, "batch": 1, "reconcile": 3, "bare_delete": 2, "account": 3, "category": 3,
}  # fmt: skip


class Edits:
    """Operations for a book, from one source of randomness. `kinds` counts what was made."""

    def __init__(self, random: Random, book_id: str, new_id: Callable[[], str]) -> None:
        self.random, self.book_id, self.new_id = random, book_id, new_id
        self.kinds: Counter[str] = Counter()
        self.live: dict[str, list[str]] = {}
        self.dead: list[Key] = []
        self.rows: dict[Key, Row] = {}
        self.old_schema = False
        self.plans = plans.Plans(self)

    def ops(self, rows: dict[Key, Row]) -> list[Row]:
        """One mutation's operations on what its author sees."""
        self.rows = rows
        self.live = {name: [] for name in entities()}
        self.dead = []
        for entity, row_id in sorted(rows):
            if rows[(entity, row_id)]["deleted"]:
                self.dead.append((entity, row_id))
            else:
                self.live[entity].append(row_id)
        if len(self.live["account"]) < 2:
            return self._made("account", self.account())
        if len(self.live["category"]) < 2:
            return self._made("category", self.category())
        kinds = WEIGHTS if self.old_schema else WEIGHTS | plans.WEIGHTS
        kind = self.random.choices(list(kinds), list(kinds.values()))[0]
        ops: list[Row] = getattr(self.plans if kind in plans.WEIGHTS else self, kind)()
        return self._made(kind, ops) if ops else self._made("create", self.create())

    def _made(self, kind: str, ops: list[Row]) -> list[Row]:
        self.kinds[kind] += 1
        return ops

    def pick(self, entity: str) -> str | None:
        ids = self.live[entity][-5:] if entity == "transaction" else self.live[entity]
        return self.random.choice(ids) if ids else None

    def set(self, entity: str, row_id: str | None, fields: Row) -> list[Row]:
        return [] if row_id is None else [{"e": entity, "id": row_id, "k": "set", "f": fields}]

    # Accounts, categories, payees

    def account(self) -> list[Row]:
        if len(self.live["account"]) >= 8:
            return self.set(
                "account", self.pick("account"), {"name": self.random.choice(("Cash", "Bank", "💳"))}
            )
        fields = {
            "name": "A", "kind": self.random.choice(("cash", "bank")), "currency": "EUR",
            "opening_minor": self.random.choice((0, 500, -500, MAX_MINOR, -MAX_MINOR)),
        }  # fmt: skip
        return [{"e": "account", "id": self.new_id(), "k": "create", "f": fields}]

    def category(self) -> list[Row]:
        if len(self.live["category"]) >= 10:
            fields = {"name": "C", "parent_id": self.random.choice([None, *self.live["category"]])}
            return self.set("category", self.pick("category"), fields)
        fields = {"name": "C", "kind": "expense"}
        if self.live["category"] and self.random.random() < 0.4:
            fields["parent_id"] = self.pick("category")
        return [{"e": "category", "id": self.new_id(), "k": "create", "f": fields}]

    def payee(self) -> list[Row]:
        """Two devices that make the same payee mean one."""
        name = self.random.choice(PAYEES)
        fields: Row = {"name": name}
        if self.random.random() < 0.5:
            fields["category_id"] = self.pick("category")
        row_id = uuid5(self.book_id, f"payee:{name.casefold()}")
        ops = [{"e": "payee", "id": row_id, "k": "create", "f": fields}]
        if (used := self.pick("transaction")) is not None and not self.old_schema:
            ops += self.set("transaction", used, {"payee_id": row_id})
        return ops

    def tag(self) -> list[Row]:
        name = self.random.choice(TAGS)
        row_id = uuid5(self.book_id, f"tag:{name}")
        if self.random.random() < 0.3:
            return [{"e": "tag", "id": row_id, "k": "delete"}]
        ops = [{"e": "tag", "id": row_id, "k": "create", "f": {"name": name}}]
        return ops + self.set("transaction", self.pick("transaction"), {"tag_ids": [row_id]})

    def rate(self) -> list[Row]:
        day = self.day_text()
        row_id = uuid5(self.book_id, f"rate:{day}:USD:EUR")
        fields = {"day": day, "from_currency": "USD", "to_currency": "EUR",
                  "rate": self.random.choice(("0.91", "1.1", "0.000000000001"))}  # fmt: skip
        return [{"e": "rate", "id": row_id, "k": "create", "f": fields}]

    def settings(self) -> list[Row]:
        fields = self.random.choice((
            {"name": self.random.choice(("Home", "Ours", "🏠"))}, {"first_day_of_month": self.random.randint(1, 28)},
            {"default_account_id": self.pick("account"), "default_category_id": self.pick("category")},
            {"dashboard": {"cards": [self.random.randint(0, 9)]}},
        ))  # fmt: skip
        return self.set("settings", self.book_id, fields)

    def delete_category(self) -> list[Row]:
        return [{"e": "category", "id": self.pick("category"), "k": "delete"}]

    def merge_category(self) -> list[Row]:
        one, other = self.random.sample(self.live["category"], 2)
        return [{"e": "category", "id": one, "k": "delete", "into": other}]

    def merge_payee(self) -> list[Row]:
        if len(self.live["payee"]) < 2:
            return []
        one, other = self.random.sample(self.live["payee"], 2)
        return [{"e": "payee", "id": one, "k": "delete", "into": other}]

    def delete_account(self) -> list[Row]:
        return [{"e": "account", "id": self.pick("account"), "k": "delete"}]

    def inc(self) -> list[Row]:
        n = self.random.choice((1, 1, 2, 7))
        return [{"e": "account", "id": self.pick("account"), "k": "inc", "f": {"position": n}}]

    # Transactions

    def create(self) -> list[Row]:
        fields = self.entry() | self.rest()
        return [{"e": "transaction", "id": self.new_id(), "k": "create", "f": fields}]

    def split(self) -> list[Row]:
        fields = self.entry(parts=self.random.choice((2, 3, 5))) | self.rest()
        return [{"e": "transaction", "id": self.new_id(), "k": "create", "f": fields}]

    def transfer(self) -> list[Row]:
        fields = self.moved() | self.rest()
        return [{"e": "transaction", "id": self.new_id(), "k": "create", "f": fields}]

    def with_category(self) -> list[Row]:
        """A category and what uses it, all or nothing."""
        category = {
            "e": "category",
            "id": self.new_id(),
            "k": "create",
            "f": {"name": "New", "kind": "expense"},
        }
        fields = self.entry() | self.rest()
        fields["lines"] = [item | {"category_id": category["id"]} for item in fields["lines"]]
        return [category, {"e": "transaction", "id": self.new_id(), "k": "create", "f": fields}]

    def replace(self) -> list[Row]:
        old = self.pick("transaction")
        return [] if old is None else [*self.create(), {"e": "transaction", "id": old, "k": "delete"}]

    def note(self) -> list[Row]:
        note = (
            f"note {self.random.randint(0, 999)}" if self.random.random() < 0.6 else self.random.choice(NOTES)
        )
        return self.set("transaction", self.pick("transaction"), {"note": note})

    def day(self) -> list[Row]:
        return self.set("transaction", self.pick("transaction"), {"day": self.day_text()})

    def money(self) -> list[Row]:
        row_id = self.pick("transaction")
        if row_id is None:
            return []
        moved = self.rows[("transaction", row_id)]["kind"] == "transfer"
        fields = (
            self.moved() if moved != (self.random.random() < 0.1) else self.entry(self.random.choice((1, 2)))
        )
        return self.set("transaction", row_id, fields)

    def fields(self) -> list[Row]:
        """Some of the other fields; a field that is NULL is not one that is missing."""
        rest = self.rest()
        names = [name for name in rest if self.random.random() < 0.4] or ["note"]
        return self.set("transaction", self.pick("transaction"), {name: rest.get(name) for name in names})

    def reconcile(self) -> list[Row]:
        ops = self.set("transaction", self.pick("transaction"), {"reconciled": self.random.random() < 0.5})
        return [op | {"unlock": True} for op in ops]

    def delete(self) -> list[Row]:
        row_id = self.pick("transaction")
        op = {"e": "transaction", "id": row_id, "k": "delete"}
        return [] if row_id is None else [op | ({"unlock": True} if self.random.random() < 0.5 else {})]

    def bare_delete(self) -> list[Row]:
        """Of something this server may never have seen."""
        return [{"e": "transaction", "id": self.new_id(), "k": "delete"}]

    def restore(self) -> list[Row]:
        known = [key for key in self.dead if not (self.old_schema and key[0] in AFTER_1)]
        if not known:
            return []
        entity, row_id = self.random.choice(known[-8:])
        return [{"e": entity, "id": row_id, "k": "restore"}]

    def resolve(self) -> list[Row]:
        row_id = self.pick("sync_conflict")
        return self.set("sync_conflict", row_id, {"resolved_at_ms": self.random.randint(1, 10**13)})

    def batch(self) -> list[Row]:
        """Fifty operations in one mutation."""
        return [op for _ in range(25) for op in (*self.create(), *self.inc())]

    def poison(self) -> list[Row]:
        """What can never be applied."""
        wrong = self.random.choice((
            {"amount_minor": -4}, {"amount_minor": MAX_MINOR + 1}, {"lines": []}, {"currency": "XXX"}, {"day": "x"},
            {"account_id": self.new_id()}, {"kind": "gift"},
        ))  # fmt: skip
        row_id = self.pick("transaction")
        return self.set("transaction", row_id, self.entry() | wrong)

    def unknown(self) -> list[Row]:
        """From an app newer than the server."""
        return [self.random.choice((
            {"e": "goal", "id": self.new_id(), "k": "create", "f": {"name": "Boat ⛵"}},
            {"e": "tag", "id": self.new_id(), "k": "create", "f": {"name": "t", "shiny": 1}},
            {"e": "account", "id": self.pick("account"), "k": "split"},
        ))]  # fmt: skip

    # Documents

    def day_text(self) -> str:
        return f"2026-{self.random.randint(1, 3):02}-{self.random.randint(1, 28):02}"

    def rest(self) -> Row:
        pick = self.random.choice
        rest = {"day": self.day_text(), "note": pick(NOTES), "time": pick((None, "00:00", "23:59"))}
        if self.random.random() < 0.3:
            del rest["note"]
        if self.random.random() < 0.3:
            rest["payee_id"] = self.pick("payee")
        if self.old_schema:
            for name in ("time", "payee_id"):
                rest.pop(name, None)
        return rest

    def _base(self, amount: int) -> Row:
        return {
            "account_id": self.pick("account"), "amount_minor": amount, "currency": "EUR", "rate": "1",
            "base_minor": amount, "base_currency": "EUR", "to_account_id": None, "to_amount_minor": None,
            "to_currency": None,
        }  # fmt: skip

    def entry(self, parts: int = 1) -> Row:
        amount = self.random.choice(AMOUNTS) if self.random.random() < 0.3 else self.random.randint(5, 10_000)
        cuts = sorted(self.random.sample(range(1, amount), parts - 1)) if amount > parts else []
        amounts = [b - a for a, b in zip([0, *cuts], [*cuts, amount], strict=True)]
        lines = [
            {"category_id": self.random.choice([None, *self.live["category"]]), "amount_minor": n}
            for n in amounts
        ]
        return self._base(amount) | {"kind": "expense", "lines": lines}

    def moved(self) -> Row:
        amount = self.random.randint(1, 10_000)
        one, other = self.random.sample(self.live["account"], 2)
        to = {"to_account_id": other, "to_amount_minor": amount, "to_currency": "EUR", "account_id": one}
        return self._base(amount) | to | {"kind": "transfer", "lines": []}


def counted(ops: list[Row]) -> dict[str, int]:
    """What a mutation adds to the counters of accounts, by account."""
    sums: dict[str, int] = {}
    for op in ops:
        if op["k"] == "inc":
            sums[op["id"]] = sums.get(op["id"], 0) + int(op["f"]["position"])
    return sums
