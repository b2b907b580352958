"""A reference device in plain Python: what SYNC.md asks of a client, in the fewest words.

It holds the book as confirmed rows, the optimistic view that a person would see, and an outbox. It speaks to the
server's functions through `Wire`, which drops, repeats and delays what it is told to.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from outlay.kernel.ids import uuid7
from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import entities
from outlay.ledger.merge import decide
from outlay.ledger.state import MemoryState
from outlay.store.engine import Store
from outlay.sync import pull, push
from outlay.sync.wire import Mutation, Page, PushRequest, Result, SnapshotPage

SCHEMA = 1
OWN = 999
"""The ordinal that a device gives itself in its optimistic rows."""


@dataclass
class Wire:
    """The way to the server. `fault()` is asked before each request: None, drop_request, drop_response, repeat."""

    store: Store
    book_id: str
    fault: Callable[[], str | None] = lambda: None
    role: str = "owner"
    statuses: dict[str, int] = field(default_factory=dict)
    known_pages: int = 0

    async def push(
        self, request: PushRequest, person_id: str
    ) -> tuple[list[Result], str | None, Page] | None:
        fault = self.fault()
        if fault == "drop_request":
            return None
        answer = None
        for _ in range(2 if fault == "repeat" else 1):
            answer = await self.store.write(
                self.book_id, lambda tx: push.push(tx, request, person_id=person_id, role=self.role)
            )
        assert answer is not None
        for result in answer[0]:
            self.statuses[result.status] = self.statuses.get(result.status, 0) + 1
        page = await self.pull(
            request.epoch, request.cursor, request.device, request.last_ack, request.limit, faults=False
        )
        results, stop, known = answer
        assert known is None or known == page  # what was not read is what would have been
        self.known_pages += known is not None
        return None if fault == "drop_response" or page is None else (results, stop, page)

    async def pull(
        self, epoch: str, cursor: str, device_id: str, last_ack: int, limit: int, *, faults: bool = True
    ) -> Page | None:
        fault = self.fault() if faults else None
        if fault == "drop_request":
            return None
        page = await self.store.read(
            lambda read: pull.pull(
                read, book_id=self.book_id, epoch=epoch, cursor=cursor, device_id=device_id, last_ack=last_ack,
                limit=limit, schema=SCHEMA, now_ms=self.store.clock(),
            )
        )  # fmt: skip
        return None if fault == "drop_response" else page


class Device:
    """One device of one person. `random` is its only source of ids; its clock is `now_ms`."""

    def __init__(self, wire: Wire, person_id: str, random: Any, clock: Callable[[], int]) -> None:
        self.wire, self.person_id, self.random, self.clock = wire, person_id, random, clock
        self.book_id = wire.book_id
        self.epoch = ""
        self.made = 0
        self.forks = 0
        self.limit = 50
        self.outbox: list[dict[str, Any]] = []
        self.acked: list[dict[str, Any]] = []
        self.attention: dict[str, str] = {}
        self.stale: Page | None = None
        self._new_device()
        self._forget()

    def new_id(self) -> str:
        return uuid7(self.clock(), self.random.randbytes(10))

    # A person's side

    def edit(self, ops: list[dict[str, Any]]) -> str:
        """Records a mutation and shows it at once; its id."""
        mutation = {
            "mid": self.new_id(), "seq": self.next_seq, "base": self._version(), "made_at": self.clock(),
            "name": "test", "ops": copy.deepcopy(ops),
        }  # fmt: skip
        self.next_seq += 1
        self.made += 1
        self.outbox.append(mutation)
        self._play(mutation)
        return str(mutation["mid"])

    # The network's side

    async def sync(self) -> bool:
        """One push or pull and its pages; True when nothing is left to do and nothing failed."""
        try:
            if not self.epoch:
                await self._hydrate()
            return await self._exchange()
        except Refusal as refusal:
            if refusal.code == "epoch":
                self._start_over()
            elif refusal.code == "too_old":
                self._forget()
            else:
                raise
            return False

    async def _exchange(self) -> bool:
        self.staged.clear()  # pages of an exchange that broke off
        self.staged_to = self.cursor
        batch = self.outbox[: self.random.choice((1, 3, 20))]
        stop = None
        if batch:
            request = PushRequest(
                epoch=self.epoch, device=self.device_id, schema=SCHEMA, sent_at=self.clock(), cursor=self.cursor,
                last_ack=self.last_ack, limit=self.limit, mutations=[Mutation(**m) for m in batch],
            )  # fmt: skip
            answer = await self.wire.push(request, self.person_id)
            if answer is None:
                return False
            _, stop, page = answer
            if stop == "forked":
                self._fork()
                return False
        else:
            found = await self.wire.pull(self.epoch, self.cursor, self.device_id, self.last_ack, self.limit)
            if found is None:
                return False
            page = found
        if self.stale is not None and self.random.random() < 0.3:
            self._take(self.stale)  # an answer that comes late
        self.stale = page
        while not self._take(page):
            more = await self.wire.pull(self.epoch, self.staged_to, self.device_id, self.last_ack, self.limit)
            if more is None:
                return False
            page = more
        return stop is None and not self.outbox

    async def _hydrate(self) -> None:
        """Snapshot pages, then a pull from v0 (SYNC 2.8)."""
        after: str | None = None
        v0: int | None = None
        while True:
            page = await self.wire.store.read(
                lambda read, after=after, v0=v0: pull.snapshot(  # type: ignore[misc]  # defaults bind the loop's values
                    read, book_id=self.book_id, after=after, v0=v0, limit=7, schema=SCHEMA
                )
            )
            # JSON columns are the text they are stored as until they have been on the wire
            page = msgspec.json.decode(msgspec.json.encode(page), type=SnapshotPage)
            v0 = page.v0
            for entity, values in page.rows:
                fields = dict(zip(page.columns[entity], values[2:], strict=True))
                self._confirm(entity, values[0], values[1], False, fields)
            after = page.after
            if not page.more:
                break
        self.epoch, self.cursor = page.epoch, f"{v0}:~"
        self.staged_to = self.cursor
        self._replay()

    def _take(self, page: Page) -> bool:
        """Stages a page; with the last one rows, acks and cursor change together. True when done."""
        if page.from_ != self.staged_to or page.epoch != self.epoch:
            return True
        self.staged += page.rows
        self.staged_to = page.to
        if page.more:
            return False
        for entity, row_id, ver, deleted, fields in self.staged:
            self._confirm(entity, row_id, ver, deleted, fields)
        self.staged.clear()
        self.cursor = page.to
        if not self._trim(page.acks):
            self._fork()
        self._replay()
        return True

    def _trim(self, acks: list[Any]) -> bool:
        """Removes what is acknowledged, by mutation id. False: an ack that is not ours, so our file went back."""
        for seq, mid, status, _, _ in acks:
            mine = next((m for m in self.outbox if m["mid"] == mid), None)
            if mine is None and not any(m["mid"] == mid for m in self.acked):
                return False
            if mine is not None:
                self.outbox.remove(mine)
                self.acked.append(mine)
                if not status.startswith("ok"):
                    self.attention[mid] = status
            self.last_ack = max(self.last_ack, seq)
        return True

    # State

    def _version(self) -> int:
        return int(self.cursor.partition(":")[0])

    def _confirm(self, entity: str, row_id: str, ver: int, deleted: bool, fields: dict[str, Any]) -> None:
        bare = dict.fromkeys(entities()[entity].fields)
        self.confirmed.rows[(entity, row_id)] = {
            **bare, **fields, "id": row_id, "ver": ver, "deleted": deleted,
            "fmeta": {"*": [ver, 0, 0]}, "extra": None,
        }  # fmt: skip

    def _play(self, mutation: dict[str, Any]) -> None:
        """Shows one's own change: everything it knew is seen, so nothing is decided here that is the server's."""
        decision = decide(
            self.view,
            {**mutation, "base": 2**52},
            ver=self._version(),
            device=OWN,
            edited_at_ms=mutation["made_at"],
        )
        self.view.put(decision.writes)

    def _replay(self) -> None:
        self.view = MemoryState(self.book_id)
        self.view.rows = dict(self.confirmed.rows)
        for mutation in self.outbox:
            self._play(mutation)

    def _forget(self) -> None:
        """Back to an empty book; the outbox stays."""
        self.confirmed, self.view = MemoryState(self.book_id), MemoryState(self.book_id)
        self.epoch, self.cursor, self.staged_to = "", "0:", "0:"
        self.staged: list[Any] = []

    def _new_device(self) -> None:
        self.device_id = "device-" + self.random.randbytes(6).hex()
        self.last_ack = 0
        self.next_seq = 1
        for mutation in self.outbox:
            mutation["seq"] = self.next_seq
            self.next_seq += 1

    def _fork(self) -> None:
        self.forks += 1
        self._new_device()

    def _start_over(self) -> None:
        """The server's log is another one: what it may have lost is sent again."""
        self.outbox = [{**m, "base": 0} for m in [*self.acked, *self.outbox]]
        self.acked = []
        self._new_device()
        self._forget()

    def copy_of_file(self) -> dict[str, Any]:
        """The device's file as a backup would hold it."""
        names = ("epoch", "outbox", "acked", "attention", "device_id", "last_ack", "next_seq", "confirmed", "view",
                 "cursor", "staged", "staged_to")  # fmt: skip
        return copy.deepcopy({name: getattr(self, name) for name in names})

    def restore_file(self, file: dict[str, Any]) -> None:
        for name, value in copy.deepcopy(file).items():
            setattr(self, name, value)
