"""`outlay backup`, `outlay restore`, `outlay restored`: a database that went back in time says so to devices.

A book's epoch names its log. Devices that meet another epoch keep what they have not sent, send what was acknowledged
in the last 30 days again and fetch the book anew (docs/sync.md): so a restore loses nothing that a device still has.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

from outlay import joining
from outlay.files import rows
from outlay.identity import books, people
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


def restore(store: StoreSettings, copy: Path) -> tuple[int, int, Path | None]:
    """Puts a copy in the database's place, migrated and with new epochs, or changes nothing; what `went_back` counts,
    and where the replaced file is kept."""
    from outlay.store import backup as files

    file = _file(store)
    staged = files.stage(copy, file, store.masters)
    try:
        living, erased = asyncio.run(_begin_anew(replace(store, path=staged, keys=store.key_place)))
        return living, erased, files.replace(file, staged, store.masters)
    finally:
        staged.unlink(missing_ok=True)


async def erase_again(store: Store) -> int:
    """Erases who and what was erased since the copy was made: their keys are gone, so nothing of it can be read. How
    many people and books."""
    count = 0
    for sql, erase in (
        ("SELECT id FROM book WHERE id > :after AND status = 'live' ORDER BY id LIMIT 500", _erase_book),
        ("SELECT person_id FROM person WHERE person_id > :after ORDER BY person_id LIMIT 500", _erase_person),
    ):
        after = ""
        while ids := [row[0] for row in await store.read(lambda read: read.all(sql, after=after))]:  # noqa: B023
            for scope in await asyncio.to_thread(store.keys.missing, ids):
                await erase(store, scope)
                count += 1
            after = ids[-1]
    return count


async def _erase_book(store: Store, book_id: str) -> None:
    await store.write(book_id, joining.erase_book)


async def _erase_person(store: Store, person_id: str) -> None:
    """Opens nothing of theirs: it cannot be. Each book is a write of its own, the person goes last."""
    for book in await store.read(lambda read: books.of_person(read, person_id)):
        await store.write(book["id"], lambda tx: _go(tx, person_id))
    await store.write_people(lambda tx: people.erase(tx, person_id))


def _go(tx: Tx, person_id: str) -> None:
    """A book that would be left without an owner goes to whoever joined it first: it was handed over to somebody."""
    book_id, members = tx.book["id"], books.members(tx, tx.book["id"])
    others = [row["person_id"] for row in members if row["person_id"] != person_id]
    if not others:
        joining.erase_book(tx)
        return
    if not any(row["role"] == "owner" for row in members if row["person_id"] != person_id):
        books.join(tx, book_id=book_id, person_id=others[0], role="owner")
    books.leave(tx, book_id=book_id, person_id=person_id)


async def _begin_anew(store: StoreSettings) -> tuple[int, int]:
    opened = open_store(store)
    try:
        opened.migrate()
        return await went_back(opened)
    finally:
        await opened.close()


async def went_back(store: Store) -> tuple[int, int]:
    """What a database needs whose content is older than what its devices have; how many books it has, and how many
    people and books were erased again."""
    erased = await erase_again(store)
    return await new_epochs(store), erased


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
