"""The same household twice: as the book that Actual is given, and rows of a bank's statement for an import on both
sides. What is a number in a file is the position in its lists of names."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from household import Household

Row = dict[str, Any]


def write_book(path: Path, household: Household, transactions: list[Row]) -> None:
    """{accounts, categories, payees: names; rows: transactions}, signed cents as Actual has them."""
    names = {
        "accounts": [f"Account {n}" for n in range(len(household.account_ids))],
        "categories": [f"Category {n}" for n in range(len(household.category_ids))],
        "payees": [f"Payee {n}" for n in range(len(household.payee_ids))],
    }
    places = {
        row_id: n
        for ids in (household.account_ids, household.category_ids, household.payee_ids)
        for n, row_id in enumerate(ids)
    }
    path.write_text(json.dumps(names | {"rows": [_row(fields, places) for fields in transactions]}))


def _row(fields: Row, places: dict[str, int]) -> Row:
    lines = fields["lines"]
    transfer = fields["to_account_id"]
    return {
        "account": places[fields["account_id"]], "date": fields["day"], "amount": -fields["amount_minor"],
        "payee": None if transfer else places[fields["payee_id"]], "notes": None if transfer else fields["note"],
        "category": places[lines[0]["category_id"]] if lines else None, "to": places[transfer] if transfer else None,
        "parts": [{"category": places[part["category_id"]], "amount": -part["amount_minor"]} for part in lines],
    }  # fmt: skip


def bought(household: Household) -> Iterator[Row]:
    """Fields of transactions as a bank knows them: neither transfers nor splits."""
    while True:
        fields = household.transaction()
        if len(fields["lines"]) == 1:
            yield fields


def as_csv(household: Household, rows: list[Row]) -> bytes:
    """A statement over all accounts, with the headers that our import knows."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["Date", "Account", "Amount", "Payee", "Category", "Note"])
    accounts, categories, payees = (
        {row_id: f"{kind} {n}" for n, row_id in enumerate(ids)}
        for kind, ids in (
            ("Account", household.account_ids),
            ("Category", household.category_ids),
            ("Payee", household.payee_ids),
        )
    )
    for row in rows:
        minor = row["amount_minor"]
        out.writerow([
            row["day"], accounts[row["account_id"]], f"-{minor // 100}.{minor % 100:02}", payees[row["payee_id"]],
            categories[row["lines"][0]["category_id"]], row["note"] or "",
        ])  # fmt: skip
    return text.getvalue().encode()


FULL_NAME = "Whole household"


def fill_budget(exported: Path, filled: Path, book: Path, count: int) -> None:
    """Writes the first `count` rows of a book straight into an exported budget of Actual (a zip with `db.sqlite`),
    where its names are already: its API would take an hour for 100,000. Splits are a parent with children, transfers
    two rows that name each other, as its API writes them."""
    names: Row = json.loads(book.read_text())
    database = filled.with_suffix(".sqlite")
    with zipfile.ZipFile(exported) as old:
        database.write_bytes(old.read("db.sqlite"))
        metadata = json.loads(old.read("metadata.json")) | {"budgetName": FULL_NAME}
    link = sqlite3.connect(database)
    ids = {
        kind: [
            dict(link.execute(f"SELECT name, id FROM {kind} WHERE NOT tombstone"))[name]
            for name in names[kind]
        ]
        for kind in ("accounts", "categories", "payees")
    }
    paid = dict(link.execute("SELECT transfer_acct, id FROM payees WHERE transfer_acct IS NOT NULL"))
    columns = (
        "id, acct, amount, date, description, category, notes, isParent, isChild, parent_id, transferred_id, "
        "sort_order"
    )
    link.executemany(
        f"INSERT INTO transactions ({columns}, cleared, tombstone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0)",
        (
            one
            for number, row in enumerate(names["rows"][:count])
            for one in _as_actual(row, number, ids, paid)
        ),
    )
    link.commit()
    link.execute("VACUUM")
    link.close()
    with zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as new:
        new.write(database, "db.sqlite")
        new.writestr("metadata.json", json.dumps(metadata))


def _as_actual(
    row: Row, number: int, ids: dict[str, list[str]], paid: dict[str, str]
) -> Iterator[tuple[Any, ...]]:
    account, day, order = ids["accounts"][row["account"]], int(row["date"].replace("-", "")), -float(number)
    own = str(uuid.UUID(int=number * 4 + 1))
    if row["to"] is not None:
        other, there = str(uuid.UUID(int=number * 4 + 2)), ids["accounts"][row["to"]]
        yield own, account, row["amount"], day, paid[there], None, None, 0, 0, None, other, order
        yield other, there, -row["amount"], day, paid[account], None, None, 0, 0, None, own, order
        return
    payee, parts = ids["payees"][row["payee"]], row["parts"]
    category = ids["categories"][row["category"]] if len(parts) == 1 else None
    yield (
        own,
        account,
        row["amount"],
        day,
        payee,
        category,
        row["notes"],
        int(len(parts) > 1),
        0,
        None,
        None,
        order,
    )
    for n, part in enumerate(parts if len(parts) > 1 else []):
        child = f"{own}/{n}"
        yield (
            child,
            account,
            part["amount"],
            day,
            payee,
            ids["categories"][part["category"]],
            None,
            0,
            1,
            own,
            None,
            order - (n + 1) / 10,
        )
