"""Generated cases that hold `decide`, `lines` and `undo` of both languages together.

A book is a run of mutations from nothing: devices that know more or less of each other write about a few
accounts, categories and transactions, well and badly. Each step says what Python makes of it; TypeScript
(app/src/ledger/corpus.test.ts) must make the same.

    python server/tests/corpus.py FILE STEPS SEED        # JSON lines: one book per line
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from outlay.kernel import limits
from outlay.kernel.ids import uuid5, uuid7
from outlay.kernel.money import convert
from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import entities
from outlay.ledger.lines import put
from outlay.ledger.merge import Decision, decide, named
from outlay.ledger.state import MemoryState
from outlay.ledger.undo import payload, undo_ops

STEPS_PER_BOOK = 60
CURRENCIES = ("EUR", "EUR", "EUR", "USD", "JPY", "KWD", "CLF")
DAYS = ("2026-01-01", "2026-01-31", "2024-02-29", "1900-01-01", "2200-12-31", "2025-12-04", "2025-12-05")
BAD_DAYS = ("2026-02-30", "1899-12-31", "2201-01-01", "26-1-1", "", "２０２６-01-01")
TEXTS = ("Bread", "Café ☕", "", "x" * 41, "Straße", "\U0001f9fe" * 3, " ")
BAD_TEXTS = ("\0", "y" * 3000, "a\ud800"[:1] + "\0b", 5, None, True)
RATES = ("1", "0.8", "1.25", "0.000000000001", "999999999999")
RULES = (
    "FREQ=MONTHLY", "FREQ=MONTHLY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,FR;COUNT=5",
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU;UNTIL=20301231", "FREQ=HOURLY",
    "FREQ=DAILY;COUNT=1;UNTIL=20260101", "",
)  # fmt: skip
BAD_RATES = ("0", "1.50", "01", "-1", "1e3", "", 1.5)


class Book:
    """Makes one run of mutations. The same seed makes the same run."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.made = 0
        self.book_id = self.new_id()
        self.state = MemoryState(self.book_id)
        self.ver = 0
        self.used: dict[str, list[str]] = {}

    def new_id(self) -> str:
        self.made += 1
        return uuid7(1_700_000_000_000 + self.made, self.random.randbytes(10))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, items: Any) -> Any:
        return self.random.choice(items)

    def an_id(self, entity: str, *, new: float = 0.02, none: float = 0.0) -> str | None:
        """Mostly an id that is in use, live or not; sometimes one that nobody knows, or something worse."""
        if self.chance(none):
            return None
        if self.chance(new) or not self.used.get(entity):
            return self.new_id()
        if self.chance(0.004):
            return self.pick(("", "x", self.new_id().upper()))
        live = [
            i for i in self.used[entity] if not (self.state.get(entity, i) or {"deleted": True})["deleted"]
        ]
        return self.pick(live[-6:] if live and self.chance(0.93) else self.used[entity])

    # ---- documents -------------------------------------------------------------------------------

    def account(self) -> dict[str, Any]:
        return {
            "name": self.pick(("Cash", "Bank", "Card")), "kind": self.pick(("cash", "bank", "card", "savings")),
            "currency": self.pick(CURRENCIES), "opening_minor": self.pick((0, 0, 5000, -300, limits.AMOUNT_MINOR)),
        }  # fmt: skip

    def category(self) -> dict[str, Any]:
        return {
            "name": self.pick(("Food", "Rent", "Pay")), "kind": self.pick(("expense", "expense", "income")),
            "parent_id": self.an_id("category", none=0.6), "position": self.random.randrange(5),
        }  # fmt: skip

    def payee(self) -> dict[str, Any]:
        return {
            "name": self.pick(("Lidl", "ACME", "Straße")),
            "category_id": self.an_id("category", none=0.7),
        }

    def tag(self) -> dict[str, Any]:
        return {"name": self.pick(("trip", "kids")), "colour": self.pick((None, "red"))}

    def rate(self) -> dict[str, Any]:
        pair = self.random.sample(("EUR", "USD", "JPY"), 2)
        return {
            "day": self.pick(DAYS[:3]),
            "from_currency": pair[0],
            "to_currency": pair[1],
            "rate": self.pick(RATES),
        }

    def settings(self) -> dict[str, Any]:
        return {
            "name": "Book", "base_currency": self.pick(("EUR", "USD")),
            "first_day_of_month": self.pick((1, 1, 5, 28)), "default_account_id": self.an_id("account", none=0.5),
            "default_category_id": self.an_id("category", none=0.5),
            "dashboard": self.pick((None, {"cards": ["a", "b"]}, [1, [2, [3]]])),
        }  # fmt: skip

    def budget(self) -> dict[str, Any]:
        return {
            "category_id": self.an_id("category", none=0.2), "period": self.pick(("month", "month", "year", "week")),
            "currency": self.pick(CURRENCIES), "carry_over": self.chance(0.5), "position": self.random.randrange(5),
        }  # fmt: skip

    def budget_amount(self) -> dict[str, Any]:
        return {
            "budget_id": self.an_id("budget"), "from_day": self.pick(DAYS),
            "amount_minor": self.pick((0, 5000, 12345, 12345, -1)), "once": self.chance(0.2),
        }  # fmt: skip

    def schedule(self, current: dict[str, Any] | None = None) -> dict[str, Any]:
        fields = self.money(current)
        for name in ("rate", "base_minor", "base_currency"):
            fields.pop(name)
        rest = self.rest()
        fields |= {name: rest[name] for name in ("payee_id", "note", "tag_ids", "time")}
        return fields | {
            "name": "Rent", "start_day": self.pick(DAYS), "rule": self.pick(RULES), "mode": self.pick(("post", "ask")),
            "done_through": self.pick((None, *DAYS)), "archived": self.chance(0.1),
            "skipped": self.pick(([], [], ["2026-01-01"], ["2026-01-01", "2026-01-31"], ["2026-01-31", "2026-01-01"])),
        }  # fmt: skip

    def template(self, current: dict[str, Any] | None = None) -> dict[str, Any]:
        money = self.money(current)
        fields = {
            name: money[name]
            for name in ("kind", "account_id", "amount_minor", "currency", "to_account_id", "lines")
        }
        if self.chance(0.3):
            fields |= {"amount_minor": None, "lines": self.pick((None, [], fields["lines"]))}
        rest = self.rest()
        fields |= {name: rest[name] for name in ("payee_id", "note", "tag_ids")}
        return fields | {"name": "Coffee", "position": self.random.randrange(5)}

    def filter(self) -> dict[str, Any]:
        return {
            "name": "Trips",
            "query": self.pick(({"kind": "expense"}, {}, None, 5, [[[[[[[[[1]]]]]]]]])),
        }

    def reconciliation(self) -> dict[str, Any]:
        return {
            "account_id": self.an_id("account"),
            "day": self.pick(DAYS),
            "statement_minor": self.pick((0, -5, 900)),
        }

    def receipt(self) -> dict[str, Any]:
        return {
            "transaction_id": self.an_id("transaction"), "sha256": self.pick(("ab" * 32, "cd" * 32, "x", "AB" * 32)),
            "media_type": "image/png", "size": self.pick((1, 999, 0)), "name": self.pick(("a.png", "ü")),
        }  # fmt: skip

    def money(self, current: dict[str, Any] | None = None) -> dict[str, Any]:
        """A money group, mostly right."""
        kind = self.pick(("expense", "expense", "income", "transfer"))
        amount = self.pick(
            (1, 10, 1000, 12345, 99, limits.AMOUNT_MINOR // 8, self.random.randrange(1, 10**7))
        )
        account_id = self.an_id("account")
        currency = self.currency_of(account_id)
        group: dict[str, Any] = {
            "kind": kind, "account_id": account_id, "amount_minor": amount, "currency": currency,
            "to_account_id": None, "to_amount_minor": None, "to_currency": None,
            "lines": self.lines(kind, amount), "rate": None, "base_minor": None,
            "base_currency": self.pick(("EUR", "EUR", "USD")),
        }  # fmt: skip
        if kind == "transfer":
            to_id = self.an_id("account")
            to_currency = self.currency_of(to_id)
            to_amount = amount if to_currency == currency else self.random.randrange(1, 10**6)
            group |= {
                "to_account_id": to_id,
                "to_amount_minor": to_amount,
                "to_currency": to_currency,
                "lines": [],
            }
            if current is not None and self.chance(0.5):
                group |= {"account_id": current["account_id"], "to_account_id": current["to_account_id"]}
        self.base(group)
        return self.spoiled(group)

    def currency_of(self, account_id: str | None) -> str:
        account = self.state.get("account", account_id) if account_id else None
        known = account is not None and account["currency"] and not self.chance(0.02)
        return account["currency"] if known and account is not None else self.pick(CURRENCIES)

    def lines(self, kind: str, amount: int) -> list[dict[str, Any]]:
        parts = [amount]
        if amount > 5 and self.chance(0.3):
            cut = self.random.randrange(1, amount)
            parts = [cut, amount - cut]
        fitting = [
            i
            for i in self.used.get("category", ())
            if (self.state.get("category", i) or {}).get("kind") == kind
        ]
        return [{"category_id": self.fitting_category(fitting), "amount_minor": part} for part in parts]

    def fitting_category(self, fitting: list[str]) -> str | None:
        return self.pick(fitting) if fitting and self.chance(0.8) else self.an_id("category", none=0.7)

    def base(self, group: dict[str, Any]) -> None:
        if group["currency"] == group["base_currency"]:
            group |= {"rate": "1", "base_minor": group["amount_minor"]}
        elif self.chance(0.6):
            group["rate"] = self.pick(RATES)
            try:
                group["base_minor"] = convert(
                    group["amount_minor"], group["rate"], group["currency"], group["base_currency"]
                )
            except Refusal:
                group["rate"] = None

    def spoiled(self, group: dict[str, Any]) -> dict[str, Any]:
        if not self.chance(0.12):
            return group
        name = self.pick(list(group))
        bad: dict[str, Any] = {
            "kind": self.pick(("gift", None, 3)), "account_id": self.pick((None, "x", 7)),
            "amount_minor": self.pick((0, -5, limits.AMOUNT_MINOR + 1, 1.5, "10", None, True)),
            "currency": self.pick(("XXX", "eur", None)), "to_account_id": self.an_id("account"),
            "to_amount_minor": self.pick((0, -1, 77)), "to_currency": self.pick(("EUR", "ZZZ")),
            "lines": self.pick((
                [], None, [{"category_id": None, "amount_minor": 0}], [{"category_id": None, "amount_minor": 3}] * 101,
                [{"category_id": None}], [{"category_id": "x", "amount_minor": 1}],
                [{"category_id": None, "amount_minor": 3}],
                [{"category_id": None, "amount_minor": limits.AMOUNT_MINOR}] * 2,
            )),
            "rate": self.pick(BAD_RATES), "base_minor": self.pick((-1, 5, None)), "base_currency": "GBP",
        }  # fmt: skip
        return group | {name: bad[name]}

    def rest(self) -> dict[str, Any]:
        """The other fields of a transaction."""
        fields = {
            "day": self.pick(DAYS), "time": self.pick((None, "12:30", "00:00")),
            "utc_offset_min": self.pick((None, 60, -1080)), "payee_id": self.an_id("payee", none=0.5),
            "note": self.pick((None, "Bread", "Café ☕", "")), "reconciled": self.chance(0.1),
            "tag_ids": [i for i in {self.an_id("tag"), self.an_id("tag")} if i] if self.chance(0.3) else [],
            "import_id": None,
        }  # fmt: skip
        fields["tag_ids"].sort()
        if self.chance(0.05):
            name = self.pick(("day", "time", "utc_offset_min", "note", "tag_ids", "reconciled", "payee_id"))
            bad = {
                "day": self.pick(BAD_DAYS), "time": self.pick(("24:00", "1:00", 5)),
                "utc_offset_min": self.pick((1081, "0")), "note": self.pick(BAD_TEXTS),
                "tag_ids": self.pick(([self.new_id()] * 2, "x", ["x"], [self.new_id() for _ in range(21)])),
                "reconciled": self.pick((None, 1)), "payee_id": self.pick(("x", 1)),
            }  # fmt: skip
            fields[name] = bad[name]
        return fields

    # ---- operations ------------------------------------------------------------------------------

    def op(self) -> Any:
        if self.chance(0.01):
            return self.strange()
        entity = self.random.choices(
            (
                "transaction",
                "account",
                "category",
                "payee",
                "tag",
                "rate",
                "settings",
                "sync_conflict",
                "budget",
                "budget_amount",
                "schedule",
                "template",
                "filter",
                "reconciliation",
                "receipt",
            ),
            (60, 9, 13, 7, 4, 4, 3, 0.5, 7, 4, 12, 5, 1, 2, 3),
        )[0]
        if len(self.used.get("account", ())) < 2:
            entity = "account"
        kind = self.random.choices(("create", "set", "delete", "restore", "inc"), (45, 35, 11, 7, 2))[0]
        if not self.used.get(entity):
            kind = "create"
        op: dict[str, Any] = {"e": entity, "k": kind}
        if kind == "create":
            return op | self.creating(entity)
        op["id"] = self.book_id if entity == "settings" else self.an_id(entity)
        if entity == "schedule" and kind == "set" and self.chance(0.7):
            op["id"] = self.used[entity][-1]
        if kind == "set":
            op["f"] = self.changes(entity, op["id"])
        elif kind == "inc":
            op["f"] = {
                self.pick(("position", "position", "opening_minor", "name", "zz")): self.pick(
                    (1, -3, 10**9, "x")
                )
            }
        elif kind == "delete" and self.chance(0.4 if entity in ("category", "payee") else 0.03):
            op["into"] = self.an_id(entity, none=0.05)
        elif kind == "restore" and self.chance(0.3):
            op["f"] = self.changes(entity, op["id"])
        if self.chance(0.15):
            op["unlock"] = self.chance(0.9)
        return op

    def creating(self, entity: str) -> dict[str, Any]:
        fields = self.money() | self.rest() if entity == "transaction" else self.document(entity)
        if entity in ("payee", "tag"):
            row_id = (
                uuid5(self.book_id, f"{entity}:{str(fields['name']).casefold()}")
                if self.chance(0.7)
                else self.new_id()
            )
        elif entity == "rate":
            pair = f"{fields['from_currency']}:{fields['to_currency']}"
            row_id = (
                uuid5(self.book_id, f"rate:{fields['day']}:{pair}") if self.chance(0.95) else self.new_id()
            )
        elif entity == "settings":
            row_id = self.book_id
        elif entity in ("budget", "budget_amount") and self.chance(0.95):
            row_id = uuid5(self.book_id, named(entity, fields) or "")
        elif entity == "transaction" and self.chance(0.1):
            row_id = uuid5(self.book_id, f"posted {self.random.randrange(4)}")
        else:
            row_id = self.new_id() if self.chance(0.97) else self.an_id(entity) or self.new_id()
        if self.chance(0.03):
            fields.pop(self.pick(list(fields)))
        if row_id not in self.used.setdefault(entity, []):
            self.used[entity].append(row_id)
        return {"id": row_id, "f": fields}

    def document(self, entity: str) -> dict[str, Any]:
        if entity == "sync_conflict":
            return {"kind": "parked"}
        fields: dict[str, Any] = getattr(self, entity)()
        if self.chance(0.03):
            fields |= {"name": self.pick(BAD_TEXTS + TEXTS)}
        if self.chance(0.01):
            fields["shiny"] = 1
        return fields

    def changes(self, entity: str, row_id: Any) -> dict[str, Any]:
        if entity == "sync_conflict":
            return self.pick(({"resolved_at_ms": 5}, {"kind": "parked"}))
        if entity == "schedule" and self.chance(0.7):
            # what two edits make together
            skipped = sorted(day for day in ("2026-01-01", "2026-01-31", "2026-02-28") if self.chance(0.5))
            return self.pick(({"skipped": skipped}, {"skipped": skipped, "done_through": self.pick(DAYS)}))
        if entity != "transaction":
            fields = self.document(entity)
            kept = [name for name in fields if self.chance(0.4)] or list(fields)[:1]
            if entity == "account" and {"currency", "opening_minor"} & set(kept) and self.chance(0.9):
                kept = [*dict.fromkeys([*kept, "currency", "opening_minor"])]
            if entity in ("schedule", "template"):
                current = self.state.get(entity, row_id) if isinstance(row_id, str) else None
                fields |= getattr(self, entity)(current) if current else {}
                for members in entities()[entity].groups.values():
                    if set(members) & set(kept) and self.chance(0.97):
                        kept = [*dict.fromkeys([*kept, *members])]
            return {name: fields[name] for name in kept}
        rest = self.rest()
        changes = {name: value for name, value in rest.items() if self.chance(0.2)}
        if self.chance(0.5):
            current = self.state.get(entity, row_id) if isinstance(row_id, str) else None
            changes |= self.money(current)
            if current is not None and self.chance(0.2):
                changes = {
                    name: current[name] for name in self.state.get(entity, row_id) or () if name in changes
                }
            if self.chance(0.05) and changes:
                changes.pop(self.pick(list(changes)))
        return changes

    def strange(self) -> Any:
        """What no client of ours sends."""
        row_id = self.new_id()
        return self.pick((
            {"e": "goal", "id": row_id, "k": "create", "f": {}}, {"e": "transaction", "id": row_id, "k": "merge"},
            {"e": "transaction", "id": "no", "k": "delete"}, {"e": "tag", "id": row_id, "k": "create", "f": None},
            {"e": "tag", "id": row_id, "k": "set", "when": 5}, {"e": "settings", "id": row_id, "k": "set", "f": {}},
            {"e": "settings", "id": self.book_id, "k": "delete"}, {"id": row_id}, "op", None, 7, [],
            {"e": "x" * 50, "id": row_id, "k": "set"}, {"e": "tag", "id": row_id, "k": "delete", "into": "x"},
            {"e": "tag", "id": row_id, "k": "delete", "unlock": 1},
        ))  # fmt: skip

    # ---- a step ----------------------------------------------------------------------------------

    def mutation(self, device: int) -> dict[str, Any]:
        """The next mutation, by a device that knows everything (0) or perhaps not."""
        self.ver += 1
        return {
            "mid": self.new_id(), "name": "corpus", "made_at": 1000 + self.ver,
            "base": self.ver - 1 if device == 0 or self.chance(0.5) else self.random.randrange(self.ver),
            "ops": [self.op() for _ in range(self.random.choices((0, 1, 2, 3, 6), (1, 60, 20, 12, 7))[0])],
        }  # fmt: skip

    def decide(self, mutation: dict[str, Any], device: int, edited_at_ms: int, *, strict: bool) -> Decision:
        """What becomes of it; the book goes on from there."""
        decision = decide(
            self.state, mutation, ver=self.ver, device=device, edited_at_ms=edited_at_ms, strict=strict
        )
        self.state.put(decision.writes)
        return decision

    def step(self) -> dict[str, Any]:
        """One mutation and its outcome, as a case."""
        device = self.pick((0, 1, 2, 3))
        mutation = self.mutation(device)
        at = {"ver": self.ver, "device": device, "edited_at_ms": self.random.randrange(1000, 1400)}
        strict = device == 0 and self.chance(0.5)
        decision = self.decide(mutation, device, at["edited_at_ms"], strict=strict)
        changes = [
            {"entity": w.entity, "row_id": w.after["id"], "action": w.action, "payload": payload(w)}
            for w in decision.writes
        ]
        transactions = [w for w in decision.writes if w.entity == "transaction"]
        return {
            "mutation": mutation, "at": at | {"strict": strict}, "status": decision.status,
            "field": decision.refusal.field if decision.refusal else None,
            "writes": [[w.entity, w.after] for w in decision.writes],
            "conflicts": [asdict(conflict) for conflict in decision.conflicts],
            "rollup": [[w.after["id"], sorted(map(list, put(w.before, w.after, 5).items()))] for w in transactions],
            "undo": undo_ops(changes, self.state.get),
            "forced": undo_ops(changes, self.state.get, force=True),
        }  # fmt: skip


def books(steps: int, seed: int) -> list[dict[str, Any]]:
    """Enough runs for `steps` steps."""
    made = []
    for number in range(-(-steps // STEPS_PER_BOOK)):
        book = Book(seed * 1_000_003 + number)
        made.append({"book_id": book.book_id, "steps": [book.step() for _ in range(STEPS_PER_BOOK)]})
    return made


def text(steps: int, seed: int) -> str:
    """JSON lines, one book each."""
    return "".join(
        json.dumps(book, ensure_ascii=False, separators=(",", ":")) + "\n" for book in books(steps, seed)
    )


if __name__ == "__main__":
    out, count, first = sys.argv[1:]
    Path(out).write_text(text(int(count), int(first)), encoding="utf-8")
