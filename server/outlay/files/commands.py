"""Taking a file in, giving it out, letting go of it. The database is asked first and told last.

An upload: room is kept (a row `arriving`, which the quota counts), the sealed bytes are put, the row says `here`. A
deletion: the row says `leaving`, the bytes go, the row goes. Whatever dies in between is finished by the next round
(`batch.files`), and no file that a row says is `here` lacks its bytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from outlay.files import rows
from outlay.files.checking import check_content, check_digest
from outlay.files.objects import Missing, Objects
from outlay.files.seal import HEADER_BYTES, PIECE, Head, read_head, seal, span, unseal
from outlay.kernel.refusal import Refusal
from outlay.store.engine import Store
from outlay.store.read import Read
from outlay.store.write import Tx

T = TypeVar("T")
_READ_PIECES: Final = 16
"""Pieces that are opened at a time: 1 MiB."""


class Door(Protocol):
    """The store of one book, for somebody who may."""

    def read(self, f: Callable[[Read], T]) -> Awaitable[T]: ...
    def write(self, f: Callable[[Tx], T]) -> Awaitable[T]: ...


async def take_in(
    door: Door, objects: Objects, book_id: str, *, sha256: str, media_type: str, data: bytes
) -> bool:
    """Keeps a file; False when the book has it already. Refuses `digest_differs`, `files_full`, what `check_content`
    refuses."""
    check_digest(data, sha256)
    if await door.read(lambda read: rows.is_here(read, book_id, sha256)) and await _has(
        door, objects, book_id, sha256
    ):
        return False
    await check_content(data, media_type)

    def begin(tx: Tx) -> tuple[str, bytes]:
        rows.reserve(tx, sha256, len(data))
        return rows.name_of(tx, book_id, sha256), rows.key_of(tx, book_id)

    name, key = await door.write(begin)
    await objects.put(name, b"".join(seal(key, rows.bound_to(book_id, sha256), media_type, data)))
    await door.write(lambda tx: rows.arrived(tx, sha256, len(data)))
    return True


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that can be read."""

    head: Head
    objects: Objects
    name: str
    key: bytes
    bound_to: bytes

    async def part(self, first: int, last: int) -> AsyncIterator[bytes]:
        """The bytes `first` to `last` (both with), a MiB at a time."""
        at = first
        while at <= last:
            until = min(last, (at // PIECE + _READ_PIECES) * PIECE - 1)
            start, end = span(self.head, at, until)
            sealed = await self.objects.read(self.name, start, end)
            opened = unseal(self.key, self.bound_to, self.head, sealed, at // PIECE)
            skipped = at % PIECE
            yield opened[skipped : skipped + until - at + 1]
            at = until + 1


async def find(door: Door, objects: Objects, book_id: str, sha256: str) -> Stored:
    """Refuses `file_not_found`. What is stored says what it is: nothing that a device claims is believed."""

    places = await door.read(lambda read: rows.places_of(read, book_id, sha256))
    for name, key in places:
        try:
            head = read_head(await objects.read(name, 0, HEADER_BYTES))
        except Missing:
            continue
        return Stored(head, objects, name, key, rows.bound_to(book_id, sha256))
    raise Refusal("file_not_found", field="sha256")


async def reseal(store: Store, objects: Objects, book_id: str) -> int:
    """Seals the book's files anew under its present key, with the names that it gives; how many. Each is whole under
    one of the two names at every moment."""
    held = "SELECT sha256 FROM file WHERE book_id = :book AND state = :state ORDER BY sha256"
    count = 0
    for (sha256,) in await store.read(lambda read: read.all(held, book=book_id, state="here")):
        places = await store.read(lambda read, sha256=sha256: rows.places_of(read, book_id, sha256))  # type: ignore[misc]
        bound = rows.bound_to(book_id, sha256)
        for name, key in places[1:]:
            try:
                head = read_head(await objects.read(name, 0, HEADER_BYTES))
            except Missing:
                continue
            parts = [part async for part in Stored(head, objects, name, key, bound).part(0, head.size - 1)]
            await objects.put(
                places[0][0], b"".join(seal(places[0][1], bound, head.media_type, b"".join(parts)))
            )
            await objects.delete([name])
            count += 1
    return count


async def _has(door: Door, objects: Objects, book_id: str, sha256: str) -> bool:
    """Also when somebody has emptied the bucket: what is sent again mends it."""
    try:
        await find(door, objects, book_id, sha256)
    except Refusal:
        return False
    return True


async def collect(store: Store, objects: Objects, book_id: str) -> int:
    """Lets go of what nothing names for long enough; how many files. What is stored and in no row (the database went
    back in time) gets its row again when a receipt names it, and goes when none does."""
    leaving = await store.write(book_id, rows.settle)
    names = await store.read(
        lambda read: [name for sha256 in leaving for name, _ in rows.places_of(read, book_id, sha256)]
    )
    await objects.delete(names)
    await store.write(book_id, lambda tx: rows.gone(tx, leaving))
    return len(leaving) + await _adopt(store, objects, book_id)


async def _adopt(store: Store, objects: Objects, book_id: str) -> int:
    def known(tx: Tx) -> tuple[set[str], dict[str, tuple[str, int]]]:
        held = {row[0] for row in tx.all("SELECT sha256 FROM file WHERE book_id = :book", book=book_id)}
        live = tx.book["status"] == "live"
        missing = {sha: size for sha, size in rows.named_files(tx).items() if sha not in held} if live else {}
        names = {sha: [name for name, _ in rows.places_of(tx, book_id, sha)] for sha in held | missing.keys()}
        wanted = {name: (sha, size) for sha, size in missing.items() for name in names[sha]}
        return {name for sha in held for name in names[sha]}, wanted

    held, wanted = await store.write(book_id, known)
    lost: list[str] = []
    async for name, written_ms in objects.names(book_id):
        if name in held:
            continue
        if name in wanted:
            sha256, size = wanted[name]
            await store.write(book_id, lambda tx, sha256=sha256, size=size: rows.arrived(tx, sha256, size))  # type: ignore[misc]
        elif written_ms < store.clock() - rows.KEEP_MS:
            lost.append(name)
    await objects.delete(lost)
    return len(lost)
