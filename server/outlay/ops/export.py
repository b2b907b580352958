"""A book as a file. JSON is complete: every row of every entity, as the API spells it. CSV is for spreadsheets.

A CSV cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"); numbers
are left alone, a minus is theirs.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from outlay.kernel.money import format_plain
from outlay.kernel.spec import read as read_spec
from outlay.ledger.entities import entities
from outlay.store.engine import Store
from outlay.store.read import Read

Row = dict[str, Any]

FORMAT: Final = "outlay-book"
_CHUNK: Final = 1000
_ALL: Final = ("settings", "account", "category", "payee", "tag", "rate", "transaction")
HEADER: Final = (
    "day", "time", "kind", "account", "amount", "currency", "to_account", "to_amount", "to_currency", "category",
    "payee", "note", "tags", "rate", "base_amount", "base_currency", "reconciled", "id",
)  # fmt: skip


async def write(store: Store, book_id: str, form: str, output: Path | None) -> int:
    """Writes a book from one snapshot; the number of its transactions. A file is written beside and then renamed."""

    def work(read: Read) -> int:
        writer = write_csv if form == "csv" else write_json
        if output is None:
            return writer(read, book_id, sys.stdout)
        part = output.with_name(output.name + ".part")
        with part.open("w", encoding="utf-8", newline="") as handle:
            count = writer(read, book_id, handle)
        part.replace(output)
        return count

    return await store.read(work)


def rows_of(read: Read, book_id: str, entity: str) -> Iterator[Row]:
    """Every live row of an entity with all its fields, in the order of ids, a chunk at a time."""
    names = ("id", *entities()[entity].fields)
    after = ""
    while True:
        found = read.select(
            entity,
            "book_id = :book AND id > :after AND NOT deleted",
            order="id",
            limit=_CHUNK,
            book=book_id,
            after=after,
        )
        for row in found:
            yield {name: row[name] for name in names}
        if len(found) < _CHUNK:
            return
        after = found[-1]["id"]


def write_json(read: Read, book_id: str, out: IO[str]) -> int:
    """{"format": "outlay-book", "schema", "book_id", "ver", then one list per entity}; one row per line."""
    book = read.book_row(book_id) or {}
    head = {
        "format": FORMAT,
        "schema": read_spec("sync/entities.json")["schema"],
        "book_id": book_id,
        "ver": book.get("head"),
    }
    out.write(json.dumps(head)[:-1])
    count = 0
    for entity in _ALL:
        out.write(f',\n"{entity}": [')
        for number, row in enumerate(rows_of(read, book_id, entity)):
            out.write(
                ("," if number else "") + "\n" + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            )
            count += entity == "transaction"
        out.write("]")
    out.write("}\n")
    return count


def write_csv(read: Read, book_id: str, out: IO[str]) -> int:
    """One row per line of a transaction (a split has several, with the same id); amounts are signed as they change
    `account`. In the order of days."""
    names = {e: {r["id"]: r["name"] for r in rows_of(read, book_id, e)} for e in ("account", "payee", "tag")}
    categories = {row["id"]: row for row in rows_of(read, book_id, "category")}
    paths = {row_id: _path(row, categories) for row_id, row in categories.items()}
    writer = csv.writer(out)
    writer.writerow(HEADER)
    count = 0
    for row in sorted(rows_of(read, book_id, "transaction"), key=lambda r: (r["day"], r["id"])):
        count += 1
        for part in row["lines"] or [{"category_id": None, "amount_minor": row["amount_minor"]}]:
            writer.writerow([safe(cell) for cell in _cells(row, part, names, paths)])
    return count


def _cells(row: Row, part: Row, names: dict[str, dict[str, str]], paths: dict[str, str]) -> list[str]:
    sign = 1 if row["kind"] == "income" else -1
    whole = part["amount_minor"] == row["amount_minor"]
    base = row["base_minor"] if whole else None
    to_amount = format_plain(row["to_amount_minor"], row["to_currency"]) if row["to_amount_minor"] else ""
    return [
        row["day"], row["time"] or "", row["kind"], names["account"].get(row["account_id"], ""),
        format_plain(sign * part["amount_minor"], row["currency"]), row["currency"],
        names["account"].get(row["to_account_id"], ""), to_amount, row["to_currency"] or "",
        paths.get(part["category_id"], ""), names["payee"].get(row["payee_id"], ""), row["note"] or "",
        "; ".join(names["tag"].get(tag, "") for tag in row["tag_ids"] or []), row["rate"] or "",
        format_plain(sign * base, row["base_currency"]) if base is not None else "", row["base_currency"],
        "yes" if row["reconciled"] else "", row["id"],
    ]  # fmt: skip


def _path(row: Row, categories: dict[str, Row]) -> str:
    parent = categories.get(row["parent_id"] or "")
    return f"{parent['name']}: {row['name']}" if parent else str(row["name"])


def safe(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run."""
    if (
        cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")
        and not cell.lstrip("-").replace(".", "", 1).isdigit()
    ):
        return "'" + cell
    return cell
