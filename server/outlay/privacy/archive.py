"""Makes a copy of everything about a person: one ZIP of JSON, CSV and receipts, sealed while it is written.

Holds at most one file of a receipt in memory. What can go wrong in one book goes wrong for the whole copy: a part that
is silently missing would be worse than none.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import re
import zipfile
from pathlib import Path
from typing import Any, Final

from outlay.files.objects import Objects
from outlay.identity import books
from outlay.privacy import book_files, exports, inventory
from outlay.privacy.sealed import SealedWriter
from outlay.store.engine import Store
from outlay.store.read import Read

README: Final = """Everything that Outlay keeps about you.

person.json        what is kept of you: name, addresses, sessions, consents, …
photo.jpg          your photo, if you gave one
books/NAME/        each book that you are a member of:
  book.json        every row of it, as the API spells it; amounts are whole numbers of minor units
  transactions.csv the same entries for a spreadsheet
  my-changes.json  what you changed in it, and when
  receipts/        the pictures and PDFs of its receipts

Passwords, tokens and other secrets are kept as fingerprints only, and are not in here.
"""
_PART: Final = 500

log = logging.getLogger(__name__)


async def make_waiting(store: Store, objects: Objects, folder: Path) -> int:
    """Makes the copies that wait; how many. One after the other: each is a long read."""
    made = 0
    for person_id, export_id in await store.read(lambda read: exports.waiting(read, store.clock())):
        mine = await store.write_people(lambda tx, p=person_id, e=export_id: exports.claim(tx, p, e))  # type: ignore[misc]
        if not mine:
            continue
        try:
            size: int | None = await make(store, objects, folder, person_id, export_id)
            made += 1
        except Exception:
            log.exception("a copy could not be made")
            exports.path_of(folder, person_id, export_id).unlink(missing_ok=True)
            size = None
        await store.write_people(
            lambda tx, p=person_id, e=export_id, s=size: exports.finish(tx, p, e, s)  # type: ignore[misc]
        )
    return made


async def make(store: Store, objects: Objects, folder: Path, person_id: str, export_id: str) -> int:
    """Writes the sealed file; the size of the ZIP in bytes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = await store.read(lambda read: exports.key_of(read, person_id))
    target = exports.path_of(folder, person_id, export_id)
    writer = SealedWriter(target, key, exports.bound_to(person_id, export_id))
    archive = zipfile.ZipFile(writer, "w", zipfile.ZIP_DEFLATED)
    try:
        archive.writestr("README.txt", README)
        mine = await store.read(lambda read: _person(read, archive, person_id))
        taken: set[str] = set()
        for number, (book_id, name) in enumerate(mine):
            at = f"books/{_free(name, taken)}"
            await store.read(lambda read, b=book_id, a=at: _book(read, archive, a, b, person_id))  # type: ignore[misc]
            await _receipts(store, objects, archive, at, book_id)
            done = 100 * (number + 1) // (len(mine) + 1)
            await store.write_people(lambda tx, d=done: exports.advance(tx, person_id, export_id, d))  # type: ignore[misc]
        archive.close()
    finally:
        # Not closed by a `with`: when the server stops in the middle, a thread is still writing, and the error of that
        # would take the place of the end.
        archive.fp = None
        await asyncio.to_thread(writer.close)
    return writer.size


def _person(read: Read, archive: zipfile.ZipFile, person_id: str) -> list[tuple[str, str]]:
    """Writes what is kept of the person; (book, name) of each of their books."""
    archive.writestr("person.json", _json({"person_id": person_id, **inventory.about(read, person_id)}))
    photo = read.select("photo", "person_id = :person_id", person_id=person_id)
    if photo:
        archive.writestr("photo.jpg", base64.b64decode(photo[0]["image"]))
    found = books.of_person(read, person_id)
    names = {
        row["book_id"]: row["name"] or ""
        for row in read.select(
            "settings", "book_id IN :ids AND id IN :ids", ids=[book["id"] for book in found]
        )
    }
    return [(book["id"], names.get(book["id"], "")) for book in found]


def _book(read: Read, archive: zipfile.ZipFile, at: str, book_id: str, person_id: str) -> None:
    for name, write in (("book.json", book_files.write_json), ("transactions.csv", book_files.write_csv)):
        with (
            archive.open(f"{at}/{name}", "w", force_zip64=True) as part,
            io.TextIOWrapper(part, "utf-8", newline="") as text,
        ):
            write(read, book_id, text)
    with archive.open(f"{at}/my-changes.json", "w", force_zip64=True) as part:
        part.write(b"[")
        ver, first = -1, True
        while rows := read.select(
            "history",
            "book_id = :book AND person_id = :person AND ver > :ver",
            "ver, entity, row_id",
            limit=_PART,
            book=book_id,
            person=person_id,
            ver=ver,
        ):
            # A version is never cut in two: the rest of the last one comes with the next part.
            whole = [row for row in rows if row["ver"] < rows[-1]["ver"]] if len(rows) == _PART else rows
            if not whole:
                whole = read.select(
                    "history",
                    "book_id = :book AND person_id = :person AND ver = :ver",
                    "ver, entity, row_id",
                    book=book_id,
                    person=person_id,
                    ver=rows[-1]["ver"],
                )
            for row in whole:
                names = ("ver", "at_ms", "action", "entity", "row_id", "device_id", "payload")
                part.write(b"\n" if first else b",\n")
                part.write(_json({name: row[name] for name in names}, indent=None).encode())
                first = False
            ver = whole[-1]["ver"]
        part.write(b"\n]\n")


async def _receipts(store: Store, objects: Objects, archive: zipfile.ZipFile, at: str, book_id: str) -> None:
    missing = []
    async for name, data in book_files.receipts(store, objects, book_id):
        if data is None:
            missing.append(name)
        else:
            # A picture does not get smaller.
            archive.writestr(zipfile.ZipInfo(f"{at}/receipts/{name}"), data, zipfile.ZIP_STORED)
    if missing:
        archive.writestr(f"{at}/receipts/missing.txt", "Not sent by any device yet:\n" + "\n".join(missing))


def _free(name: str, taken: set[str]) -> str:
    """A folder's name on every system."""
    kept = re.sub(r'[<>:"/\\|?*\x00-\x1f]', " ", name).strip(" .")[:60] or "book"
    free, number = kept, 2
    while free.casefold() in taken:
        free, number = f"{kept} {number}", number + 1
    taken.add(free.casefold())
    return free


def _json(value: Any, indent: int | None = 1) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)
