"""`outlay check`: recomputes what is kept, book by book."""

from __future__ import annotations

import sys
from typing import Any

import click

from outlay.ledger.check import check as check_book
from outlay.store.engine import Store

Row = dict[str, Any]

SHOWN = 50


async def check(store: Store, book_id: str | None, *, quiet: bool = False) -> Row:
    """{"books": how many, "differences": [{"book_id", "what", "key", "stored", "counted"}]}, a snapshot each."""
    sql = "SELECT id FROM book WHERE status = 'live' ORDER BY id"
    ids = [book_id] if book_id else [row[0] for row in await store.read(lambda read: read.all(sql))]
    found: list[Row] = []
    with click.progressbar(
        ids, label="Checking", file=sys.stderr, hidden=quiet or not sys.stderr.isatty()
    ) as books:
        for one in books:
            differences = await store.read(lambda read, one=one: check_book(read, one))  # type: ignore[misc]
            found += [
                {"book_id": one, "what": d.what, "key": d.key, "stored": d.stored, "counted": d.counted}
                for d in differences
            ]
    return {"books": len(ids), "differences": found}


def echo(found: Row) -> None:
    for row in found["differences"][:SHOWN]:
        click.echo(
            f"{row['book_id']}: {row['what']} {row['key']}: stored {row['stored']}, counted {row['counted']}"
        )
    if len(found["differences"]) > SHOWN:
        click.echo(f"… and {len(found['differences']) - SHOWN} more")
    books = "1 book was" if found["books"] == 1 else f"{found['books']} books were"
    click.echo(f"{books} checked: {len(found['differences']) or 'no'} differences.")
