"""The tables of spec/ledger, run in Python (app/src/ledger/spec.test.ts runs them in TypeScript)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ledger.kit import BOOK
from outlay.kernel import spec
from outlay.kernel.ids import uuid5
from outlay.kernel.money import format_plain, parse_amount
from outlay.ledger import merge, rates
from outlay.ledger.entities import entities
from outlay.ledger.lines import lines_of
from outlay.ledger.merge import decide
from outlay.ledger.state import MemoryState


def named(name: str) -> str:
    """The id that a name of a table stands for: of version 5 where every device gives the same."""
    if name == "book":
        return BOOK
    while (inner := re.search("{([^{}]*)}", name)) is not None:
        name = name.replace(inner[0], named(inner[1]))
    made = uuid5(BOOK, name)
    return made if ":" in name else f"{made[:14]}7{made[15:]}"


def filled(value: Any, documents: dict[str, Any]) -> Any:
    """`@Name` as ids, `like` and `only` as documents."""
    if isinstance(value, str) and value.startswith("@"):
        return named(value[1:])
    if isinstance(value, list):
        return [filled(item, documents) for item in value]
    if not isinstance(value, dict):
        return value
    value = dict(value)
    if "like" in value:
        base = documents[value.pop("like")]
        if only := value.pop("only", None):
            base = {name: base[name] for name in entities()["transaction"].groups[only]}
        value = base | value
    return {key: filled(item, documents) for key, item in value.items()}


def table(name: str) -> Any:
    read = spec.read(f"ledger/{name}.json")
    return read, [pytest.param(case, id=case["case"]) for case in read["cases"]]


# ---- transactions.json --------------------------------------------------------------------------------

TRANSACTIONS, TRANSACTION_CASES = table("transactions")


def base_book() -> MemoryState:
    state = MemoryState(BOOK)
    ops: list[dict[str, Any]] = []
    for name, currency in TRANSACTIONS["accounts"].items():
        fields = {"name": name, "kind": "bank", "currency": currency, "opening_minor": 0}
        ops.append({"e": "account", "id": named(name), "k": "create", "f": fields})
    for name, kind in TRANSACTIONS["categories"].items():
        ops.append({"e": "category", "id": named(name), "k": "create", "f": {"name": name, "kind": kind}})
    for name, into in TRANSACTIONS["merged"]:
        ops.append({"e": "category", "id": named(name), "k": "delete", "into": named(into)})
    ops += [{"e": "category", "id": named(name), "k": "delete"} for name in TRANSACTIONS["deleted"]]
    ops += [{"e": "account", "id": named(name), "k": "delete"} for name in TRANSACTIONS["closed"]]
    state.put(decide(state, {"mid": BOOK, "base": 0, "ops": ops}, ver=1, device=0, edited_at_ms=0).writes)
    return state


def transaction_fields(case: dict[str, Any]) -> dict[str, Any]:
    currencies = TRANSACTIONS["accounts"]
    currency = case.get("currency") or currencies[case["from"]]
    to_currency = currencies[case["to"]] if "to" in case else None
    parts = case.get("parts", [])
    if "parts_of" in case:
        parts = [[None, case["parts_of"][1]]] * case["parts_of"][0]
    lines = [
        {"category_id": named(name) if name else None, "amount_minor": parse_amount(text, currency)}
        for name, text in parts
    ]
    amount = parse_amount(case["amount"], currency)
    base = parse_amount(case["base"], "EUR") if "base" in case else None
    return {
        "kind": case["kind"], "account_id": named(case["from"]), "amount_minor": amount, "currency": currency,
        "to_account_id": named(case["to"]) if "to" in case else None,
        "to_amount_minor": parse_amount(case["to_amount"], to_currency or "EUR") if "to_amount" in case else None,
        "to_currency": to_currency, "lines": lines,
        "rate": "1" if currency == "EUR" else case.get("rate"),
        "base_minor": amount if currency == "EUR" else base, "base_currency": "EUR",
        "day": case.get("day", "2026-01-15"), "note": "x" * case["note_of"] if "note_of" in case else None,
    } | case.get("raw", {})  # fmt: skip


@pytest.mark.parametrize("case", TRANSACTION_CASES)
def test_transactions(case: dict[str, Any]) -> None:
    state = base_book()
    op = {"e": "transaction", "id": named("T"), "k": "create", "f": transaction_fields(case)}
    decision = decide(state, {"mid": BOOK, "base": 1, "ops": [op]}, ver=2, device=1, edited_at_ms=0)
    assert decision.status == case["answer"]
    assert (decision.refusal.field if decision.refusal else None) == case.get("field")
    if "lines" in case:
        names = {named(name): name for name in (*TRANSACTIONS["accounts"], *TRANSACTIONS["categories"])}
        made = [
            [
                line.flow, names.get(line.account_id or ""), names.get(line.category_id or ""),
                format_plain(line.amount_minor, line.currency),
                None if line.base_minor is None else format_plain(line.base_minor, "EUR"),
            ]
            for line in lines_of(decision.writes[0].after)
        ]  # fmt: skip
        assert made == case["lines"]


# ---- changes.json -------------------------------------------------------------------------------------

CHANGES, CHANGE_CASES = table("changes")
DEVICES = {"A": 1, "B": 2}


@pytest.mark.parametrize("case", CHANGE_CASES)
def test_changes(case: dict[str, Any]) -> None:
    documents = CHANGES["documents"]
    state = MemoryState(BOOK)
    book = {"mid": BOOK, "base": 0, "ops": filled(CHANGES["book"], documents)}
    made = decide(state, book, ver=0, device=9, edited_at_ms=0)
    assert made.status == "ok"
    state.put(made.writes)
    conflicts: list[merge.Conflict] = []
    for ver, step in enumerate(case["steps"], start=1):
        mutation = {
            "mid": named(f"M{ver}"),
            "base": step.get("sees", 0),
            "ops": filled(step["do"], documents),
        }
        decision = decide(
            state, mutation, ver=ver, device=DEVICES[step["device"]], edited_at_ms=step.get("at", 0)
        )
        assert decision.status == step["answer"], f"step {ver}"
        state.put(decision.writes)
        conflicts += decision.conflicts
    for name, fields in case.get("then", {}).items():
        row = next((row for (_, row_id), row in state.rows.items() if row_id == named(name[1:])), None)
        assert (row is None) == (fields is None)
        if row is not None:
            assert {key: row[key] for key in fields} == filled(fields, documents)
    assert len(conflicts) == len(case["conflicts"])
    for conflict, expected in zip(conflicts, case["conflicts"], strict=True):
        assert {key: getattr(conflict, key) for key in expected} == filled(expected, documents)


# ---- rates.json ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", table("rates")[1])
def test_rates(case: dict[str, Any]) -> None:
    given, then = case["given"], case["then"]

    def newest(from_currency: str, to_currency: str, day: str) -> tuple[str, str] | None:
        found = [
            (d, r) for d, f, t, r in case["stored"] if (f, t) == (from_currency, to_currency) and d <= day
        ]
        return max(found, default=None)

    def minor(name: str, currency: str) -> int | None:
        return parse_amount(given[name], currency) if name in given else None

    row = {
        "kind": given.get("kind", "expense"), "currency": given["currency"], "day": given["day"],
        "amount_minor": parse_amount(given["amount"], given["currency"]), "base_currency": given["base_currency"],
        "rate": given.get("rate"), "base_minor": minor("base", given["base_currency"]),
        "to_currency": given.get("to_currency"), "to_amount_minor": minor("to_amount", given.get("to_currency", "EUR")),
    }  # fmt: skip
    found = rates.fill_base(row, newest)
    base = None if row["base_minor"] is None else format_plain(row["base_minor"], row["base_currency"])
    used = [list(item) for item in found.used] if found else []
    assert {"rate": row["rate"], "base": base, "used": used} == then
