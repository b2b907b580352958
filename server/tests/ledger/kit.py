"""Documents and mutations for the ledger's tests: small, complete, with readable ids."""

from __future__ import annotations

from typing import Any

from outlay.kernel.ids import uuid7

BOOK = uuid7(1_700_000_000_000, bytes(10))
PERSON = uuid7(1_700_000_000_001, bytes(10))


def an_id(number: int, kind: int = 0) -> str:
    """The n-th id of a kind; ids sort by (kind, number)."""
    return uuid7(1_700_000_000_000 + kind * 10**6 + number, bytes(8) + bytes((kind % 251, number % 251)))


def account(**fields: Any) -> dict[str, Any]:
    return {"name": "Cash", "kind": "cash", "currency": "EUR", "opening_minor": 0} | fields


def category(**fields: Any) -> dict[str, Any]:
    return {"name": "Food", "kind": "expense"} | fields


def expense(
    account_id: str, amount_minor: int = 1000, category_id: str | None = None, **fields: Any
) -> dict[str, Any]:
    """An expense or, with `kind`, an income in EUR with one line."""
    return {
        "kind": "expense", "account_id": account_id, "amount_minor": amount_minor, "currency": "EUR",
        "to_account_id": None, "to_amount_minor": None, "to_currency": None,
        "lines": [{"category_id": category_id, "amount_minor": amount_minor}],
        "rate": "1", "base_minor": amount_minor, "base_currency": "EUR", "day": "2026-01-15",
    } | fields  # fmt: skip


def transfer(from_id: str, to_id: str, amount_minor: int = 1000, **fields: Any) -> dict[str, Any]:
    return expense(from_id, amount_minor) | {
        "kind": "transfer", "to_account_id": to_id, "to_amount_minor": amount_minor, "to_currency": "EUR", "lines": [],
    } | fields  # fmt: skip


def op(
    kind: str, entity: str, row_id: str, fields: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    made = {"e": entity, "id": row_id, "k": kind} | more
    return made if fields is None else made | {"f": fields}


def mutation(
    number: int, ops: list[dict[str, Any]], *, base: int = 0, made_at: int = 0, **more: Any
) -> dict[str, Any]:
    return {
        "seq": number,
        "mid": an_id(number, 900),
        "base": base,
        "made_at": made_at,
        "name": "test",
        "ops": ops,
    } | more


DEVICE: dict[str, Any] = {"person_id": PERSON, "device_id": "device-1", "device_ordinal": 1, "role": "owner"}
"""Who writes in tests: keywords of `apply_many`."""
