"""The change of an import: accounts, payees and transactions to create, and the references that remember them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from outlay.importing.matching import Matched, categories_by_name, habits
from outlay.importing.rules import NOTE_CHARACTERS, PAYEE_CHARACTERS, Candidate
from outlay.kernel.refusal import Refusal
from outlay.kernel.text import clean, search_key
from outlay.ledger.inputs import Inputs
from outlay.store.write import Tx

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What an import does to its book. ops: accounts and payees to make; transactions: whole documents, in the order
    of the file and of their ids; references: rows of import_ref; accounts: key in the file → account id."""

    ops: list[Row]
    transactions: list[Row]
    references: list[Row]
    accounts: dict[str, str]


def operations(tx: Tx, book_id: str, import_id: str, matched: Matched, chosen: Sequence[Candidate]) -> Change:
    """The change that brings the chosen rows in. Names, habits and rates are looked up once for all."""
    account_ops, accounts, currencies = _accounts(tx, matched)
    inputs = Inputs(tx, book_id, tx.new_id)
    names = {
        text: clean(text)[:PAYEE_CHARACTERS].strip() for text in dict.fromkeys(c.row.payee for c in chosen)
    }
    payees = inputs.names.ids_of("payee", dict.fromkeys(names.values()))
    new = {op["id"] for op in inputs.names.ops}
    paid = {(payees.get(names[c.row.payee]), _kind(c)) for c in chosen}
    usual = habits(tx, book_id, {(i, kind) for i, kind in paid if i is not None and i not in new})
    named = categories_by_name(tx, book_id)
    categories = {text: search_key(text) for text in dict.fromkeys(c.row.category for c in chosen)}
    transactions: list[Row] = []
    references: list[Row] = []
    for row_id, candidate in zip(tx.new_ids(len(chosen)), chosen, strict=True):
        row, account_id = candidate.row, accounts[candidate.row.account]
        amount_minor, kind = abs(_amount(candidate)), _kind(candidate)
        payee_id = payees.get(names[row.payee])
        category_id = usual.get((payee_id or "", kind)) or named.get((kind, categories[row.category]))
        fields = {
            "kind": kind, "account_id": account_id, "currency": currencies[account_id],
            "amount_minor": amount_minor, "payee_id": payee_id, "day": row.day, "time": row.time,
            "lines": [{"category_id": category_id, "amount_minor": amount_minor}],
            "note": row.note[:NOTE_CHARACTERS] or None, "import_id": import_id,
        }  # fmt: skip
        transactions.append(inputs.whole(row_id, fields))
        reference = {"account_id": account_id, "bank_id": candidate.reference, "transaction_id": row_id}
        references.append({"book_id": book_id, "import_id": import_id, **reference})
    # In the order of the table's key: neighbours are written together.
    references.sort(key=lambda reference: (reference["account_id"], reference["bank_id"]))
    return Change([*account_ops, *inputs.take_names()], transactions, references, accounts)


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


def _kind(candidate: Candidate) -> str:
    return "income" if _amount(candidate) > 0 else "expense"


def _amount(candidate: Candidate) -> int:
    """Signed minor units; only a row whose currency is known has them."""
    if candidate.amount_minor is None:
        raise Refusal("import_question", "currency", f"Line {candidate.row.line}: which currency is it in?")
    return candidate.amount_minor
