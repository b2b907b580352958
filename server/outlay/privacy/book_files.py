"""A book as a file. JSON is complete: every row of every entity, as the API spells it. CSV is for spreadsheets.

A CSV cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"); numbers
are left alone, a minus is theirs.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import AsyncIterator, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO, Any, Final

from outlay.files.commands import find
from outlay.files.objects import Objects
from outlay.files.seal import ENDINGS
from outlay.kernel.money import format_plain
from outlay.kernel.refusal import Refusal
from outlay.kernel.spec import read as read_spec
from outlay.ledger.entities import entities
from outlay.store.engine import Store
from outlay.store.read import Read

Row = dict[str, Any]

FORMAT: Final = "outlay-book"
_CHUNK: Final = 1000
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ALL: Final = (
    "settings", "account", "category", "payee", "tag", "rate", "transaction", "receipt", "budget", "budget_amount",
    "schedule", "template", "filter", "reconciliation",
)  # fmt: skip
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
            written = writer(read, book_id, handle)
        part.replace(output)
        return written

    return await store.read(work)


async def receipts(store: Store, objects: Objects, book_id: str) -> AsyncIterator[tuple[str, bytes | None]]:
    """(`DAY NAME`, the file's bytes) of every receipt; None for one that no device has sent. One at a time."""

    def found(read: Read) -> list[tuple[str, str, str]]:
        days = {row["id"]: row["day"] for row in rows_of(read, book_id, "transaction")}
        return [
            (days[r["transaction_id"]], r["name"] or "", r["sha256"])
            for r in rows_of(read, book_id, "receipt")
            if r["transaction_id"] in days
        ]

    door, taken = _Door(store, book_id), set[str]()
    for day, name, sha256 in await store.read(found):
        try:
            kept = await find(door, objects, book_id, sha256)
        except Refusal:
            yield f"{day} {name}", None
            continue
        data = b"".join([part async for part in kept.part(0, kept.head.size - 1)])
        yield _free(f"{day} {_plain(name)}", ENDINGS[kept.head.media_type], taken), data


async def write_receipts(store: Store, objects: Objects, book_id: str, folder: Path) -> tuple[int, int]:
    """Every receipt's file, opened, as `DAY NAME`; (how many, how many are not there: no device has sent them)."""
    folder.mkdir(parents=True, exist_ok=True)
    written = missing = 0
    async for name, data in receipts(store, objects, book_id):
        if data is None:
            missing += 1
            continue
        (folder / name).write_bytes(data)
        written += 1
    return written, missing


class _Door:
    """The store, of a book that the caller may read."""

    def __init__(self, store: Store, book_id: str) -> None:
        self.read = store.read
        self.write = partial(store.write, book_id)


def _plain(name: str) -> str:
    """A name that stays inside its folder on every system, without its ending."""
    stem = name.rpartition(".")[0] or name
    kept = "".join(" " if c in '<>:"/\\|?*' or not c.isprintable() else c for c in stem)
    return kept.strip(" .")[:80] or "receipt"


def _free(stem: str, ending: str, taken: set[str]) -> str:
    numbers = (f" ({n})" if n else "" for n in count())
    free = next(
        f"{stem}{number}.{ending}" for number in numbers if f"{stem}{number}.{ending}".casefold() not in taken
    )
    taken.add(free.casefold())
    return free


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
    written = 0
    for entity in _ALL:
        out.write(f',\n"{entity}": [')
        for number, row in enumerate(rows_of(read, book_id, entity)):
            out.write(
                ("," if number else "") + "\n" + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            )
            written += entity == "transaction"
        out.write("]")
    out.write("}\n")
    return written


def write_csv(read: Read, book_id: str, out: IO[str]) -> int:
    """One row per line of a transaction (a split has several, with the same id); amounts are signed as they change
    `account`. In the order of days."""
    names = {e: {r["id"]: r["name"] for r in rows_of(read, book_id, e)} for e in ("account", "payee", "tag")}
    categories = {row["id"]: row for row in rows_of(read, book_id, "category")}
    paths = {row_id: _path(row, categories) for row_id, row in categories.items()}
    writer = csv.writer(out)
    writer.writerow(HEADER)
    written = 0
    for row in sorted(rows_of(read, book_id, "transaction"), key=lambda r: (r["day"], r["id"])):
        written += 1
        for part in row["lines"] or [{"category_id": None, "amount_minor": row["amount_minor"]}]:
            writer.writerow([safe(cell) for cell in _cells(row, part, names, paths)])
    return written


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
    """The cell, with an apostrophe before what a spreadsheet would run, also in full width and behind blanks."""
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
