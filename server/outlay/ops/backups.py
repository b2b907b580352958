"""`outlay backup`, `outlay restore`, `outlay restored`: a database that went back in time says so to devices.

A book's epoch names its log. Devices that meet another epoch keep what they have not sent, send what was acknowledged
in the last 30 days again and fetch the book anew (docs/sync.md): so a restore loses nothing that a device still has.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

from outlay.files import rows
from outlay.store.engine import Store, StoreSettings, open_store
from outlay.store.errors import StoreError
from outlay.store.write import Tx

POSTGRES = (
    "The database is PostgreSQL: use pg_dump and pg_restore, then run `outlay restored` before it serves."
)


def backup(store: StoreSettings, target: Path) -> int:
    """A consistent copy of the encrypted file; its bytes."""
    from outlay.store import backup as files

    return files.backup(_file(store), store.masters, target)


def restore(store: StoreSettings, copy: Path) -> tuple[int, Path | None]:
    """Puts a copy in the database's place, migrated and with new epochs, or changes nothing; how many books it has
    and where the replaced file is kept."""
    from outlay.store import backup as files

    file = _file(store)
    staged = files.stage(copy, file, store.masters)
    try:
        books = asyncio.run(_begin_anew(replace(store, path=staged)))
        return books, files.replace(file, staged, store.masters)
    finally:
        staged.unlink(missing_ok=True)


async def _begin_anew(store: StoreSettings) -> int:
    opened = open_store(store)
    try:
        opened.migrate()
        return await new_epochs(opened)
    finally:
        await opened.close()


async def new_epochs(store: Store) -> int:
    """Gives every living book a new epoch; how many."""
    sql = "SELECT id FROM book WHERE status = 'live' ORDER BY id"
    ids = [row[0] for row in await store.read(lambda read: read.all(sql))]
    for book_id in ids:
        await store.write(book_id, _begin)
    return len(ids)


def _begin(tx: Tx) -> None:
    """Files that came after the backup are found again where they lie (`files.commands.collect`)."""
    tx.set_book(epoch=os.urandom(8).hex())
    rows.wanted(tx, 0)


def _file(store: StoreSettings) -> Path:
    if store.path is None:
        raise StoreError(POSTGRES)
    return store.path
