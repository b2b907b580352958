"""The server of a story: push, pull and snapshot of `outlay.sync` over a real database, one call at a time.

No HTTP: a story has one thread of control, so that a seed is always the same story. What a process and a line
can do to requests is the faults' (`story.py`) here, and the real thing in server/tests/system and app/e2e.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import entities, fields_of
from outlay.store.columns import metadata
from outlay.store.door import Item
from outlay.store.engine import Store
from outlay.store.shape import shape
from outlay.store.write import Group, Tx
from outlay.sync import devices, pull, push, snapshot
from outlay.sync.wire import Mutation, PushRequest
from sync.device import Answer, Key, Request, Row, travelled

PERSON = "018bcfe5-6800-7000-8000-000000000001"


class Crash(Exception):
    """The process died: everything was sent to the database, the COMMIT was not."""


@contextlib.contextmanager
def dying_before_commit() -> Iterator[None]:
    """The next transaction writes all that it has to write, and then there is no process any more."""
    write_heads = Group.write_heads

    def last_words(self: Group) -> Any:
        write_heads(self)
        raise Crash

    Group.write_heads = last_words  # type: ignore[method-assign]
    try:
        yield
    finally:
        Group.write_heads = write_heads  # type: ignore[method-assign]


def write_now(store: Store, book_id: str | None, *writes: Callable[[Tx], Any]) -> list[Any]:
    """The door's transaction on this thread; several writes share it. Raises the first error."""
    items = [Item(book_id, f, None, None) for f in writes]  # type: ignore[arg-type]  # nobody waits
    store._door._transact(items)
    for item in items:
        if item.error is not None:
            raise item.error
    return [item.result for item in items]


class Server:
    """One book on one store."""

    def __init__(self, store: Store, book_id: str) -> None:
        self.store, self.book_id = store, book_id
        self.known_pages = 0
        self.meanwhile: Callable[[], Any] | None = None
        """What happens between two reads of a server that does not read in one snapshot."""

    def take_meanwhile(self) -> Callable[[], Any] | None:
        between, self.meanwhile = self.meanwhile, None
        return between

    def write(self, f: Callable[[Tx], Any]) -> Any:
        return write_now(self.store, self.book_id, f)[0]

    def read(self, f: Callable[[Any], Any]) -> Any:
        return self.store.read_now(f)

    # What devices ask

    def answer(self, request: Request, *, crash: bool = False, compare: bool = False) -> Answer:
        """Carries a request out. Crash when it was to die before its COMMIT."""
        try:
            if request.kind == "push":
                return self._push(request, crash=crash, compare=compare)
            body = request.body
            if request.kind == "snapshot":
                now_ms = self.store.clock()
                found = self.read(
                    lambda read: snapshot.snapshot(read, book_id=self.book_id, now_ms=now_ms, **body)
                )
                return Answer(travelled(found))
            return Answer(self._page(request))
        except Refusal as refusal:
            return Answer(code=refusal.code)

    def _push(self, request: Request, *, crash: bool, compare: bool) -> Answer:
        mutations = [Mutation(**mutation) for mutation in request.body["mutations"]]
        body = PushRequest(**{**request.body, "device": request.device_id, "mutations": mutations})

        def do(tx: Tx) -> Any:
            return push.push(tx, body, person_id=PERSON, role="owner")

        if crash:
            with dying_before_commit():
                self.write(do)
        results, stop, page = self.write(do)
        if page is None or compare:
            try:
                found = self._page(request)
            except Refusal as refusal:  # what was pushed stays
                return Answer(code=refusal.code, results=tuple(results))
            assert page is None or page == found, (
                "the page that was not read is not what would have been read"
            )
            self.known_pages += page is not None
            page = found
        return Answer(page, stop=stop, results=tuple(results))

    def _page(self, request: Request) -> Any:
        body = {name: request.body[name] for name in ("epoch", "cursor", "last_ack", "limit", "schema")}
        return self.read(
            lambda read: pull.pull(
                read, book_id=self.book_id, device_id=request.device_id, now_ms=self.store.clock(), **body
            )
        )

    def revoke(self, device_id: str) -> bool:
        try:
            self.write(lambda tx: devices.revoke(tx, device_id))
        except Refusal:
            return False
        return True

    # What an oracle asks

    def head(self) -> int:
        return int(self.read(lambda r: r.value("SELECT head FROM book WHERE id = :b", b=self.book_id)))

    def epoch(self) -> str:
        return str(self.read(lambda r: r.value("SELECT epoch FROM book WHERE id = :b", b=self.book_id)))

    def dump(self) -> dict[Key, Row]:
        """Every row of the book, tombstones too."""
        return self.read(
            lambda read: {
                (entity, row["id"]): row
                for entity in entities()
                for row in read.select(entity, "book_id = :b", b=self.book_id)
            }
        )

    def history(self) -> list[Row]:
        return self.read(
            lambda r: r.select("history", "book_id = :b", order="ver, entity, row_id", b=self.book_id)
        )

    def mutations(self) -> dict[str, str]:
        """mid to status, of those that are kept."""
        rows = self.read(
            lambda r: r.all("SELECT id, status FROM mutation WHERE book_id = :b", b=self.book_id)
        )
        return dict(rows)

    def decided_since(self, head: int) -> list[tuple[str, str, int]]:
        """Id, status and version of every mutation after a version."""
        rows = self.read(
            lambda r: r.all(
                "SELECT id, status, ver FROM mutation WHERE book_id = :b AND ver > :head ORDER BY ver",
                b=self.book_id, head=head,
            )
        )  # fmt: skip
        return [(row[0], row[1], row[2]) for row in rows]

    # What happens to servers

    def backup(self) -> dict[str, Any]:
        """Everything that the database has of the book, as stored."""

        def copy(read: Any) -> dict[str, Any]:
            tables = {name: _all(read, name, self.book_id) for name in tables_of_a_book()}
            book = read.one("SELECT head, gc_floor FROM book WHERE id = :b", b=self.book_id)
            return {"tables": tables, "book": book}

        return dict(self.read(copy))

    def restore(self, backup: dict[str, Any], epoch: str) -> None:
        """The database as it was, under another epoch."""

        def load(tx: Tx) -> None:
            self._erase(tx)
            for name, rows in backup["tables"].items():
                tx.insert_values(name, shape(name).names, rows)
            head, floor = backup["book"]
            tx.run(
                "UPDATE book SET head = :head, gc_floor = :floor, epoch = :epoch WHERE id = :b",
                head=head, floor=floor, epoch=epoch, b=self.book_id,
            )  # fmt: skip

        write_now(self.store, None, load)

    def erase(self) -> None:
        """Takes the book out of a database that the next story uses too."""

        def go(tx: Tx) -> None:
            self._erase(tx)
            tx.run("DELETE FROM dirty WHERE book_id = :b", b=self.book_id)
            tx.run("DELETE FROM book WHERE id = :b", b=self.book_id)
            tx.erase_key(self.book_id)

        write_now(self.store, None, go)

    def _erase(self, tx: Tx) -> None:
        for name in tables_of_a_book():
            tx.run(f'DELETE FROM "{name}" WHERE book_id = :b', b=self.book_id)


def _all(read: Any, name: str, book_id: str) -> list[Any]:
    columns = ", ".join(f'"{column}"' for column in shape(name).names)
    return list(read.all(f'SELECT {columns} FROM "{name}" WHERE book_id = :b', b=book_id))


def tables_of_a_book() -> list[str]:
    """Tables of a book's rows, without who may open it and who waits for its news."""
    left_out = {"dirty", "member", "consumer"}
    return [t.name for t in metadata.sorted_tables if "book_id" in t.columns and t.name not in left_out]


def live(rows: dict[Key, Row]) -> dict[Key, Row]:
    """The fields of rows that are not deleted."""
    return {key: fields_of(key[0], row) for key, row in rows.items() if not row["deleted"]}
