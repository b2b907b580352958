"""A reference device in plain Python: what SYNC.md asks of a client, in the fewest words.

A state machine without I/O: `ask` says what to send, `hear` takes an answer, whenever it comes and however
often. Everything that a disk would hold lies in `File`; a landing is one local transaction: it works on a copy,
and `_commit` makes the copy the file. Randomness and clock come from outside.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from outlay.kernel import limits
from outlay.kernel.ids import uuid7
from outlay.ledger.entities import entities
from outlay.ledger.merge import decide
from outlay.ledger.state import MemoryState
from outlay.store.columns import Flag, Json, SealedJson
from outlay.store.shape import shape
from outlay.sync.wire import SnapshotPage

SCHEMA = 1
OWN = 999
"""The ordinal that a device gives itself in its optimistic rows."""
KEPT_ACKED_MS = 30 * 86_400_000
Row = dict[str, Any]
Key = tuple[str, str]


@dataclass(frozen=True)
class ReadPage:
    """A page of a snapshot as it is read at the other end: `rows` of (entity, [id, version, *values])."""

    epoch: str
    from_: str | None
    v0: int
    after: str | None
    more: bool
    total: int
    columns: dict[str, list[str]]
    rows: list[tuple[str, list[Any]]]


def travelled(page: SnapshotPage) -> ReadPage:
    """A page that went over the wire."""
    read = msgspec.json.decode(msgspec.json.encode(page), type=SnapshotPage)
    rows: list[tuple[str, list[Any]]] = []
    for entity, table in read.tables.items():
        decoded = [
            [_value(entity, name, value) for value in (values * table.rows if len(values) == 1 else values)]
            for name, values in table.columns.items()
        ]
        rows += [(entity, list(values)) for values in zip(*decoded, strict=True)]
    columns = {entity: list(table.columns)[2:] for entity, table in read.tables.items()}
    return ReadPage(read.epoch, read.from_, read.v0, read.after, read.more, read.total, columns, rows)


def _value(entity: str, name: str, value: Any) -> Any:
    kind = shape(entity).types[name]
    if isinstance(kind, Json | SealedJson) and value is not None:
        return msgspec.json.decode(value)
    return bool(value) if isinstance(kind, Flag) and value is not None else value


@dataclass(frozen=True)
class Request:
    """One request: `kind` push, pull or snapshot. `body` holds the parameters of the server's function."""

    kind: str
    device_id: str
    epoch: str | None
    body: Row


@dataclass(frozen=True)
class Answer:
    """`body` of a request that was carried out, or the `code` of a refusal. A lost answer is none at all."""

    body: Any = None
    code: str | None = None
    stop: str | None = None
    results: tuple[Any, ...] = ()


@dataclass
class Hydration:
    """Snapshot pages so far; `rows` are staged. `complete`: what remains is the pull from `v0`."""

    epoch: str | None = None
    v0: int | None = None
    after: str | None = None
    complete: bool = False
    rows: tuple[tuple[str, list[Any], list[str]], ...] = ()


@dataclass
class File:
    """What is on the device's disk. Values in it are never changed in place, so a copy is cheap."""

    device_id: str
    epoch: str | None = None
    cursor: str | None = None
    staged_to: str | None = None
    staged: list[Any] = field(default_factory=list)
    hydration: Hydration | None = None
    hydrations: int = 0
    next_seq: int = 1
    last_ack: int = 0
    outbox: list[Row] = field(default_factory=list)
    acked: list[Row] = field(default_factory=list)
    attention: dict[str, str] = field(default_factory=dict)
    confirmed: dict[Key, Row] = field(default_factory=dict)
    view: dict[Key, Row] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Pending mutations that fit no more: they show nothing and wait for the server's word."""
    stopped: str | None = None

    def copy(self) -> File:
        """The file as it is now; later changes of one do not reach the other."""
        return replace(
            self, staged=list(self.staged), outbox=list(self.outbox), acked=list(self.acked),
            attention=dict(self.attention), confirmed=dict(self.confirmed), view=dict(self.view),
        )  # fmt: skip

    def mids(self) -> set[str]:
        return {m["mid"] for m in self.outbox} | {m["mid"] for m in self.acked}


class Device:
    """One device of one person. `file` is its disk; all else is lost when it crashes."""

    def __init__(
        self, book_id: str, person_id: str, random: Any, clock: Callable[[], int], *, schema: int = SCHEMA
    ) -> None:
        self.book_id, self.person_id, self.random, self.clock = book_id, person_id, random, clock
        self.schema = schema
        self.limit = 50
        self.batch = limits.PUSH_MUTATIONS
        self.forks = 0
        self.file = File(self._new_device_id())

    # What a person sees and does

    @property
    def rows(self) -> dict[Key, Row]:
        """The optimistic view."""
        return self.file.view

    def new_id(self) -> str:
        return uuid7(max(0, self.clock()), self.random.randbytes(10))

    def edit(self, ops: list[Row]) -> str:
        """Records a mutation and shows it at once, in one local transaction; its id."""
        file = self.file.copy()
        mutation = {
            "mid": self.new_id(), "seq": file.next_seq, "base": version_of(file.cursor), "made_at": self.clock(),
            "name": "test", "ops": copy.deepcopy(ops),
        }  # fmt: skip
        file.next_seq += 1
        file.outbox.append(mutation)
        self._play(file, mutation)
        self._commit(file)
        return str(mutation["mid"])

    # What it sends

    def position(self) -> str | None:
        """Where the next pull starts: behind what is staged, at the cursor, or at the snapshot's version."""
        file = self.file
        if file.staged_to is not None:
            return file.staged_to
        if file.cursor is not None:
            return file.cursor
        done = file.hydration
        return f"{done.v0}:~" if done is not None and done.complete else None

    def ask(self) -> Request | None:
        """The next request; None when the device may not speak any more."""
        file = self.file
        if file.stopped is not None:
            return None
        if (at := self.position()) is None:
            if file.hydration is None:
                self._begin_hydration()
            now = self.file.hydration
            assert now is not None
            body = {"after": now.after, "v0": now.v0, "limit": self.limit, "schema": self.schema}
            return Request("snapshot", file.device_id, file.epoch, body)
        common = {"epoch": file.epoch or "", "last_ack": file.last_ack, "limit": self.limit}
        batch = [] if file.cursor is None or file.staged_to is not None else self._next_batch()
        if not batch:
            return Request("pull", file.device_id, file.epoch, common | {"cursor": at, "schema": self.schema})
        more = {"schema": self.schema, "sent_at": self.clock(), "mutations": batch, "cursor": file.cursor}
        return Request("push", file.device_id, file.epoch, common | more)

    def _next_batch(self) -> list[Row]:
        batch: list[Row] = []
        ops = 0
        for mutation in self.file.outbox[: self.batch]:
            ops += len(mutation["ops"])
            if batch and ops > limits.PUSH_OPERATIONS:
                break
            batch.append(mutation)
        return batch

    # What it hears

    def hear(self, request: Request, answer: Answer) -> bool:
        """Takes an answer, perhaps an old one. True when it was the last word: nothing is left to ask for."""
        if answer.code is not None:
            self._trouble(request, answer.code)
            return False
        if request.kind == "snapshot":
            self._land_snapshot(request, answer.body)
            return False
        if answer.stop is not None:
            self._renumber(request, answer.stop)
            return False
        return self._land_page(request, answer.body) and not self.file.outbox

    def _land_snapshot(self, request: Request, page: Any) -> None:
        file = self.file.copy()
        now = file.hydration
        asked = (request.body["after"], request.body["v0"])
        if file.cursor is not None or now is None or now.complete or (now.after, now.v0) != asked:
            return
        if page.from_ != now.after:
            return
        if now.v0 is not None and (now.v0, now.epoch) != (page.v0, page.epoch):
            self._begin_hydration()
            return
        if now.v0 is None and file.epoch not in (None, page.epoch):
            # put back while this device was about to fetch the book anew: what it may have lost is sent again
            self._new_device(file, again=True)
        rows = now.rows + tuple((entity, values, page.columns[entity]) for entity, values in page.rows)
        file.hydration = Hydration(page.epoch, page.v0, page.after, not page.more, rows)
        file.epoch, file.staged_to = page.epoch, None
        self._commit(file)

    def _land_page(self, request: Request, page: Any) -> bool:
        """Stages a page; with the last one rows, acks and cursor change together. True when done."""
        file = self.file.copy()
        if file.device_id != request.device_id or file.epoch != page.epoch:
            return False
        if self.position() != page.from_ or page.from_ != request.body["cursor"]:
            return False
        file.staged += page.rows
        if page.more:
            file.staged_to = page.to
            self._commit(file)
            return False
        self._take(file, page)
        self._commit(file)
        return True

    def _take(self, file: File, page: Any) -> None:
        if file.cursor is None and file.hydration is not None:
            file.confirmed.clear()
            for entity, values, columns in file.hydration.rows:
                fields = dict(zip(columns, values[2:], strict=True))
                self._confirm(file, entity, values[0], values[1], False, fields)
        for entity, row_id, ver, deleted, fields in file.staged:
            self._confirm(file, entity, row_id, ver, deleted, fields)
        hydrated = file.hydration is not None
        file.cursor, file.staged, file.staged_to, file.hydration = page.to, [], None, None
        if not self._trim(file, page.acks):
            self._new_device(file)
        file.hydrations += hydrated
        before = self.clock() - KEPT_ACKED_MS
        file.acked = [m for m in file.acked if m["acked_at"] >= before]
        self._replay(file)

    def _trim(self, file: File, acks: list[Any]) -> bool:
        """Removes what is acknowledged, by mutation id. False: our numbers are ours no more, we need a new name."""
        for seq, mid, status, ver, _ in acks:
            if seq <= file.last_ack:
                continue
            mine = next((m for m in file.outbox if m["seq"] == seq), None)
            if mine is None or mine["mid"] != mid:
                return False
            file.outbox.remove(mine)
            known = {"status": status, "ver": ver, "acked_at": self.clock(), "hydrations": file.hydrations}
            file.acked.append(mine | known)
            if not status.startswith("ok"):
                file.attention[mid] = status
            file.last_ack = seq
        # the record of one that waits went before that of a later one: nobody will ever confirm its number
        return all(mutation["seq"] > file.last_ack for mutation in file.outbox)

    def _trouble(self, request: Request, code: str) -> None:
        file = self.file
        current = (file.device_id, file.epoch) == (request.device_id, request.epoch)
        if code == "epoch" and current:
            self._start_over()
        elif code == "too_old" and current:
            self._begin_hydration()
        elif code == "device_foreign":
            self._renumber(request, "forked")
        elif code == "device_revoked" and file.device_id == request.device_id:
            self._commit(replace(file.copy(), stopped="revoked"))
        elif code == "push_too_large":
            self.batch = max(1, self.batch // 2)

    def _renumber(self, request: Request, stop: str) -> None:
        """`forked`: the server has other changes under my numbers. `gap`: it misses some that it had confirmed."""
        if self.file.device_id != request.device_id:
            return
        file = self.file.copy()
        self._new_device(file, again=stop == "gap")
        self._commit(file)

    def _start_over(self) -> None:
        """The server's log is another one: what it may have lost is sent again, and the book is fetched anew."""
        file = self.file.copy()
        self._new_device(file, again=True)
        file.epoch = None
        self._commit(file)
        self._begin_hydration()

    def _begin_hydration(self) -> None:
        file = self.file.copy()
        file.cursor, file.staged, file.staged_to, file.hydration = None, [], None, Hydration()
        self._commit(file)

    def sign_in_again(self) -> None:
        """After a revocation: what was not sent is sent under a new identity."""
        file = self.file.copy()
        file.stopped = None
        self._new_device(file)
        self._commit(file)

    # Inside a local transaction

    def _commit(self, file: File) -> None:
        self.file = file

    def _new_device_id(self) -> str:
        return "device-" + self.random.randbytes(6).hex()

    def _new_device(self, file: File, *, again: bool = False) -> None:
        """A new identity: what waits is numbered anew, the mutations keep their ids."""
        self.forks += 1
        waiting = list(file.outbox)
        if again:
            names = ("mid", "seq", "base", "made_at", "name", "ops")
            since = self.clock() - KEPT_ACKED_MS
            kept = [m for m in file.acked if m["acked_at"] >= since]
            waiting = [{name: m[name] for name in names} | {"base": 0} for m in [*kept, *waiting]]
            file.acked = []
        file.outbox = [m | {"seq": seq} for seq, m in enumerate(waiting, 1)]
        file.device_id, file.last_ack, file.next_seq = self._new_device_id(), 0, len(waiting) + 1

    def _confirm(self, file: File, entity: str, row_id: str, ver: int, deleted: bool, fields: Row) -> None:
        row = dict.fromkeys(entities()[entity].fields)
        row.update(fields)
        row.update(id=row_id, ver=ver, deleted=deleted, fmeta={}, extra=None)
        file.confirmed[(entity, row_id)] = row

    def _play(self, file: File, mutation: Row) -> None:
        """Shows one's own change: rows have no marks here, so nothing is decided that is the server's."""
        state = MemoryState(self.book_id)
        state.rows = file.view
        decision = decide(state, mutation, ver=0, device=OWN, edited_at_ms=mutation["made_at"])
        for write in decision.writes:
            write.after.update(ver=0 if write.before is None else write.before["ver"], fmeta={})
        state.put(decision.writes)
        if not decision.status.startswith("ok"):
            file.hidden |= {mutation["mid"]}

    def _replay(self, file: File) -> None:
        file.hidden = frozenset()
        file.view = dict(file.confirmed)
        for mutation in file.outbox:
            self._play(file, mutation)


def version_of(cursor: str | None) -> int:
    return 0 if cursor is None else int(cursor.partition(":")[0])
