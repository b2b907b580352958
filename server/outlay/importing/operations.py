"""The operations of an import: accounts, payees and transactions to create, and the references that remember them."""

from __future__ import annotations

from typing import Any

from outlay.importing.matching import Matched, categories_by_name, habits
from outlay.importing.rules import NOTE_CHARACTERS, PAYEE_CHARACTERS, Candidate
from outlay.kernel.refusal import Refusal
from outlay.kernel.text import clean, search_key
from outlay.ledger.inputs import Inputs
from outlay.store.write import Tx

Row = dict[str, Any]


def operations(
    tx: Tx, book_id: str, import_id: str, matched: Matched, chosen: list[Candidate]
) -> tuple[list[Row], list[Row], dict[str, str]]:
    """(operations in an order in which nothing is named before it exists, rows of import_ref,
    key in the file → account id)."""
    account_ops, accounts, currencies = _accounts(tx, matched)
    inputs = Inputs(tx, book_id, tx.new_id)
    usual, named = habits(tx, book_id), categories_by_name(tx, book_id)
    made: list[Row] = []
    references: list[Row] = []
    for candidate in chosen:
        row, account_id = candidate.row, accounts[candidate.row.account]
        amount_minor = _amount(candidate)
        kind = "income" if amount_minor > 0 else "expense"
        name = clean(row.payee)[:PAYEE_CHARACTERS].strip()
        payee_id = inputs.names.id_of("payee", name) if search_key(name) else None
        category_id = usual.get((payee_id or "", kind)) or named.get((kind, search_key(row.category)))
        fields = {
            "kind": kind, "account_id": account_id, "currency": currencies[account_id],
            "amount_minor": abs(amount_minor), "category_id": category_id, "payee_id": payee_id,
            "day": row.day, "time": row.time, "note": row.note[:NOTE_CHARACTERS] or None, "import_id": import_id,
        }  # fmt: skip
        row_id = tx.new_id()
        made += inputs.create(row_id, fields)
        reference = {"account_id": account_id, "bank_id": candidate.reference, "transaction_id": row_id}
        references.append({"book_id": book_id, "import_id": import_id, **reference})
    made.sort(key=lambda op: op["e"] == "transaction")
    return [*account_ops, *made], references, accounts


def _accounts(tx: Tx, matched: Matched) -> tuple[list[Row], dict[str, str], dict[str, str]]:
    """(operations for new accounts, key in the file → account id, account id → currency)."""
    ops: list[Row] = []
    accounts: dict[str, str] = {}
    currencies = {row_id: row["currency"] for row_id, row in matched.accounts.items()}
    position = 1 + max((row["position"] for row in matched.accounts.values()), default=0)
    used = {c.row.account for c in matched.candidates}
    for source in matched.found.accounts:
        choice = matched.chosen.get(source.key)
        if choice is None or (source.key not in used and "new" in choice):
            continue
        if "id" in choice:
            accounts[source.key] = choice["id"]
            continue
        new = choice["new"]
        currency = new.get("currency") or source.currency
        if currency is None:
            raise Refusal("import_question", "currency", f"Which currency is account {new['name']} in?")
        row_id = tx.new_id()
        fields = {
            "name": clean(new["name"]), "kind": new.get("kind", source.kind), "currency": currency,
            "opening_minor": 0, "position": position,
        }  # fmt: skip
        ops.append({"e": "account", "id": row_id, "k": "create", "f": fields})
        accounts[source.key], currencies[row_id] = row_id, currency
        position += 1
    return ops, accounts, currencies


def _amount(candidate: Candidate) -> int:
    """Signed minor units; only a row whose currency is known has them."""
    if candidate.amount_minor is None:
        raise Refusal("import_question", "currency", f"Line {candidate.row.line}: which currency is it in?")
    return candidate.amount_minor
