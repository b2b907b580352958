"""The one door for writes: `apply_many` (a device's push), `apply` (one of them), `change` (REST, imports).

In one database transaction: is the change known already, may its author write, what becomes of it (`decide`),
then its rows, lines, rollups, history, conflicts and the mutation itself, all with one version. A batch has one
overlay and one set of statements, however many operations it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from outlay.kernel.ids import is_id, uuid5
from outlay.kernel.refusal import Refusal
from outlay.ledger import many, queries, rollups
from outlay.ledger.conflicts import sides
from outlay.ledger.entities import Row, entities
from outlay.ledger.lines import Key as RollupKey
from outlay.ledger.lines import Line, Sums, add, lines_of
from outlay.ledger.merge import Decision, Key, Stamp, Write, conflict_rows, decide
from outlay.ledger.state import DatabaseState
from outlay.ledger.undo import stored, undo_ops
from outlay.store.write import Tx

_HISTORY: Final = (
    "book_id", "ver", "entity", "row_id", "mutation_id", "person_id", "device_id", "at_ms", "action", "payload",
)  # fmt: skip
_MUTATION: Final = ("book_id", "id", "device_id", "seq", "status", "ver", "result", "at_ms")
_LINE: Final = ("book_id", "transaction_id", *Line._fields)

SCHEDULES_JOB: Final = "schedules"
"""The job of a book that has schedules: `batch` looks at once what a written one has due."""
_DUE_NOW: Final = (
    "INSERT INTO job (book_id, name, due_ms) VALUES (:book, :name, :now) "
    "ON CONFLICT (book_id, name) DO UPDATE SET due_ms = excluded.due_ms"
)

REST_ORDINAL = 0
"""The device ordinal of every write that does not come from a device's queue."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and through what."""

    person_id: str | None
    device_id: str
    ordinal: int


@dataclass(slots=True)
class Outcome:
    """What became of a mutation. `writes` are the rows it changed, in order, `conflicts` the rows that keep
    what it or others lost; none when it was known already."""

    mutation_id: str
    status: str
    ver: int
    result: Row | None = None
    writes: list[Write] = field(default_factory=list)
    repeated: bool = False
    conflicts: list[Row] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every row that it left, conflicts too, as (entity, row)."""
        for write in self.writes:
            yield write.entity, write.after
        for row in self.conflicts:
            yield "sync_conflict", row

    def row(self, entity: str, row_id: str) -> Row | None:
        """A row as this mutation left it, when it changed it."""
        for write in self.writes:
            if write.entity == entity and write.after["id"] == row_id:
                return write.after
        return None


def apply(
    tx: Tx,
    mutation: Mapping[str, Any],
    *,
    person_id: str | None,
    device_id: str,
    device_ordinal: int,
    role: str,
    sent_at_ms: int | None = None,
) -> Outcome:
    """One mutation of a device. See `apply_many`."""
    return apply_many(
        tx, [mutation], person_id=person_id, device_id=device_id, device_ordinal=device_ordinal, role=role,
        sent_at_ms=sent_at_ms,
    )[0]  # fmt: skip


def apply_many(
    tx: Tx,
    mutations: Sequence[Mapping[str, Any]],
    *,
    person_id: str | None,
    device_id: str,
    device_ordinal: int,
    role: str,
    sent_at_ms: int | None = None,
) -> list[Outcome]:
    """Mutations {seq, mid, base, made_at, name, ops} in order, each all or nothing with a version of its own,
    also one that is rejected or parked. A known `mid` is answered as before: for a new `seq` with a new version
    and nothing else. `sent_at_ms` is the device's clock when it sent them; ages are taken from it.

    Refuses `forbidden`, `id_malformed` (a `mid` that is none). The caller has checked sequence numbers and limits.
    """
    batch = Batch(tx, Author(person_id, device_id, device_ordinal), role)
    known, head = _known(tx, mutations), tx.book["head"]
    batch.state.preload(m for m in mutations if m["mid"] not in known)
    outcomes = []
    for mutation in mutations:
        if (earlier := known.get(mutation["mid"])) is not None:
            outcomes.append(batch.repeat(mutation, earlier))
            continue
        age_ms = 0 if sent_at_ms is None else max(0, sent_at_ms - mutation["made_at"])
        # Nobody has seen what is still to come: such a base would win over everything.
        seen = mutation if mutation["base"] <= head else {**mutation, "base": head}
        outcome = batch.run(seen, edited_at_ms=max(0, tx.now_ms - age_ms))
        known[mutation["mid"]] = outcome
        outcomes.append(outcome)
    batch.flush()
    return outcomes


def change(
    tx: Tx,
    ops: Sequence[Row],
    *,
    person_id: str | None,
    role: str,
    name: str,
    device_id: str = "rest",
    mutation_id: str | None = None,
    if_match: tuple[str, str, int] | None = None,
    transactions: Sequence[Row] = (),
) -> Outcome:
    """One change on the server's own authority: it sees everything (`base` = head). What a device's mutation
    would have parked or rejected is raised as a Refusal, and nothing is stored.

    `if_match` (entity, id, version) refuses `precondition_failed` when the row has moved on. A `mutation_id`
    that is known (Idempotency-Key) changes nothing: `repeated` is set and `writes` hold the rows as they are.

    `transactions` are new ones beside the operations, thousands at a time: whole documents {id, every field}, with
    ids that nobody has. They are not among the `writes`.
    """
    batch = Batch(tx, Author(person_id, device_id, REST_ORDINAL), role)
    mutation: Row = {
        "mid": mutation_id or tx.new_id(),
        "base": tx.book["head"],
        "name": name,
        "ops": list(ops),
    }
    mutation["made_at"] = tx.now_ms
    batch.state.preload([mutation])
    if mutation_id is not None and (earlier := _known(tx, [mutation]).get(mutation_id)) is not None:
        rows = ((op["e"], batch.state.get(op["e"], op["id"])) for op in ops)
        earlier.writes = [Write(entity, row, row) for entity, row in rows if row is not None]
        return earlier
    if if_match is not None:
        row = batch.state.get(if_match[0], if_match[1])
        if row is None or row["deleted"]:
            raise Refusal("gone", "id")
        if row["ver"] != if_match[2]:
            raise Refusal("precondition_failed", "ver", ver=row["ver"])
    outcome = batch.run(mutation, edited_at_ms=tx.now_ms, strict=True, transactions=transactions)
    batch.flush()
    return outcome


def undo(
    tx: Tx,
    ver: int,
    *,
    person_id: str | None,
    role: str,
    device_id: str = "rest",
    mutation_id: str | None = None,
    force: bool = False,
) -> Outcome:
    """Takes back everything that one version changed, as a change of its own.

    Values that somebody has changed again since stay as they are, unless `force`. Refuses `not_found`,
    `nothing_to_undo`, and whatever a rule of today says against it.
    """
    book_id = tx.book["id"]
    if (
        mutation_id is not None
        and (earlier := _known(tx, [{"mid": mutation_id}]).get(mutation_id)) is not None
    ):
        return earlier
    changes = queries.history(tx, book_id, ver=ver, whole=False)
    if not changes:
        raise Refusal("not_found", "ver")
    state = DatabaseState(tx, book_id)
    state.preload([{"ops": [{"e": entry["entity"], "id": entry["row_id"]} for entry in changes]}])
    ops = undo_ops(changes, state.get, force=force)
    if not ops:
        raise Refusal("nothing_to_undo", "ver")
    return change(
        tx, ops, person_id=person_id, role=role, name="undo", device_id=device_id, mutation_id=mutation_id
    )


def _known(tx: Tx, mutations: Sequence[Mapping[str, Any]]) -> dict[str, Outcome]:
    """Outcomes of those mutations that the book has seen, from whatever device.

    One that was made before what has been collected (`base` under `gc_floor`) is looked for in the history, which
    stays for good; what changed nothing is not there, and may be decided again.
    """
    ids = [mutation["mid"] for mutation in mutations]
    if not all(is_id(mutation_id) for mutation_id in ids):
        raise Refusal("id_malformed", "mid")
    rows = tx.select("mutation", "book_id = :book AND id IN :ids", book=tx.book["id"], ids=ids)
    known = {
        row["id"]: Outcome(row["id"], row["status"], row["ver"], row["result"], repeated=True)
        for row in sorted(rows, key=lambda row: -row["ver"])
    }
    floor = tx.book["gc_floor"]
    old = [m for m in mutations if m.get("base", floor) < floor and m["mid"] not in known]
    for mutation_id, ver in applied(tx, old).items():
        known[mutation_id] = Outcome(mutation_id, "ok", ver, repeated=True)
    return known


def applied(tx: Tx, mutations: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Which of them changed something, by the history, and the version that each took. Looked for by the rows
    that their operations name, which is what the history has an index for."""
    rows = {op["id"] for m in mutations for op in m["ops"] if isinstance(op, dict) and is_id(op.get("id"))}
    if not rows:
        return {}
    found = tx.all(
        "SELECT mutation_id, MIN(ver) FROM history WHERE book_id = :book AND row_id IN :rows "
        "AND mutation_id IN :ids GROUP BY mutation_id",
        book=tx.book["id"], rows=list(rows), ids=[m["mid"] for m in mutations],
    )  # fmt: skip
    return dict(found)


class Batch:
    """Mutations decided one after the other over one state, written together by `flush`."""

    def __init__(self, tx: Tx, author: Author, role: str) -> None:
        if role not in ("owner", "editor"):
            raise Refusal("forbidden")
        self._tx = tx
        self._author = author
        self.book_id: str = tx.book["id"]
        self.state = DatabaseState(tx, self.book_id)
        self._first: dict[Key, Row | None] = {}
        self._last: dict[Key, Row] = {}
        self._history: list[Row] = []
        self._made: list[tuple[Any, ...]] = []
        self._mutations: list[Row] = []

    def run(
        self,
        mutation: Mapping[str, Any],
        *,
        edited_at_ms: int,
        strict: bool = False,
        transactions: Sequence[Row] = (),
    ) -> Outcome:
        """Decides one mutation and remembers what it writes. With `strict` a failed one raises its Refusal."""
        ver = self._tx.next_version()
        stamp = [ver, self._author.ordinal, edited_at_ms]
        decision = Decision("ok")
        if mutation["ops"] or not transactions:
            decision = decide(
                self.state, mutation, ver=ver, device=stamp[1], edited_at_ms=edited_at_ms, strict=strict
            )
        if strict and decision.refusal is not None:
            raise decision.refusal
        self.state.put(decision.writes)
        for write in decision.writes:
            self._keep(write)
            self._history.append(self._history_row(write, mutation["mid"], ver))
        if transactions:
            self._bring_in(transactions, mutation["mid"], ver, stamp)
        conflicts = self._conflicts(decision, mutation, ver, stamp)
        outcome = Outcome(
            mutation["mid"], decision.status, ver, _result(decision, conflicts), decision.writes,
            conflicts=conflicts,
        )  # fmt: skip
        self._mutations.append(self._mutation_row(mutation, outcome))
        return outcome

    def _bring_in(self, documents: Sequence[Row], mutation_id: str, ver: int, stamp: Stamp) -> None:
        """New transactions of the mutation in `run`. Raises the Refusal of the first that may not be."""
        references = many.named("transaction", documents)
        self.state.load(references)
        rows = many.rows(self.state, "transaction", documents, references, ver=ver, stamp=stamp)
        if rows is None:
            ops = many.operations("transaction", documents)
            mutation = {"mid": mutation_id, "base": ver, "ops": ops}
            decision = decide(
                self.state, mutation, ver=ver, device=stamp[1], edited_at_ms=stamp[2], strict=True
            )
            if decision.refusal is not None:
                raise decision.refusal
            rows = [write.after for write in decision.writes]
        at = (self._author.person_id, self._author.device_id, self._tx.now_ms)
        for row in rows:
            row["book_id"] = self.book_id
            key = ("transaction", row["id"])
            self._first[key], self._last[key] = None, row
            self._made.append((self.book_id, ver, *key, mutation_id, *at, "create"))

    def repeat(self, mutation: Mapping[str, Any], earlier: Outcome) -> Outcome:
        """A mutation that was applied before. A new sequence number is recorded, so that it is acknowledged."""
        if mutation.get("seq") is None:
            return earlier
        ver = self._tx.next_version()
        outcome = Outcome(earlier.mutation_id, earlier.status, ver, earlier.result, repeated=True)
        self._mutations.append(self._mutation_row(mutation, outcome))
        return outcome

    def flush(self) -> None:
        """Writes everything the batch changed."""
        made: dict[str, list[Row]] = {}
        changed: dict[str, list[Row]] = {}
        for (entity, row_id), row in self._last.items():
            into = made if self._first[(entity, row_id)] is None else changed
            into.setdefault(entity, []).append(row)
        for entity, rows in made.items():
            # Binding a value costs as much as storing it, so what is NULL in every new row is left out.
            names = (name for name in _columns(entity) if any(row[name] is not None for row in rows))
            self._tx.insert(entity, rows, names=tuple(names))
        for entity, rows in changed.items():
            self._tx.upsert(entity, rows, names=_columns(entity))
        self._flush_lines()
        self._tx.insert("history", self._history, names=_HISTORY)
        self._tx.insert_values("history", _HISTORY[:-1], self._made)
        self._tx.upsert("mutation", self._mutations, names=_MUTATION)
        if "schedule" in made or "schedule" in changed:
            self._tx.send(_DUE_NOW, book=self.book_id, name=SCHEDULES_JOB, now=self._tx.now_ms)

    def _flush_lines(self) -> None:
        """Lines are replaced whole; rollups move by the difference, or are made anew when months have moved."""
        settings_key = ("settings", self.book_id)
        before, after = self._first.get(settings_key), self._last.get(settings_key)
        rebuild = after is not None and _first_day(before) != _first_day(after)
        keys = [key for key in self._last if key[0] == "transaction"]
        if not keys and not rebuild:
            return
        first_day = _first_day(self.state.get(*settings_key))
        sums: dict[RollupKey, Sums] = {}
        replaced: list[str] = []
        made: list[tuple[Any, ...]] = []
        for key in keys:
            if (stored := self._first[key]) is not None and (old := lines_of(stored)):
                replaced.append(key[1])
                add(sums, old, first_day, -1)
            new = lines_of(self._last[key])
            add(sums, new, first_day, 1)
            made += [(self.book_id, key[1], *item) for item in new]
        self._tx.delete_ids("line", self.book_id, replaced, column="transaction_id")
        self._tx.insert_values("line", _LINE, made)
        if rebuild:
            rollups.rebuild(self._tx, self.book_id, first_day)
        else:
            rollups.add(self._tx, self.book_id, sums)

    def _keep(self, write: Write) -> None:
        key = (write.entity, write.after["id"])
        write.after["book_id"] = self.book_id
        self._first.setdefault(key, write.before)
        self._last[key] = write.after

    def _conflicts(
        self, decision: Decision, mutation: Mapping[str, Any], ver: int, stamp: Stamp
    ) -> list[Row]:
        if not decision.conflicts:
            return []
        rows = conflict_rows(
            decision, book_id=self.book_id, mutation_id=mutation["mid"], device_id=self._author.device_id,
            person_id=self._author.person_id, ver=ver, stamp=stamp,
        )  # fmt: skip
        rows = [row for row in rows if self._is_new(row)]
        written = {(write.entity, write.after["id"]): write for write in decision.writes}
        for row in rows:
            if row["kind"] not in ("parked", "rejected"):
                self._say_whose(row, written.get((row["entity"], row["row_id"])), stamp, mutation["base"])
        writes = [Write("sync_conflict", None, row) for row in rows]
        self.state.put(writes)
        for write in writes:
            self._keep(write)
        return rows

    def _is_new(self, conflict: Row) -> bool:
        """What is decided again after its record was collected may have its conflict already. If it ends otherwise now
        (it was parked, and is taken), what it loses is kept beside that, under an id of its own."""
        known = self.state.get("sync_conflict", conflict["id"])
        if known is None:
            return True
        if all(known[name] == conflict[name] for name in ("kind", "entity", "row_id", "unit", "lost")):
            return False
        conflict["id"] = uuid5(self.book_id, f"{conflict['id']}:{conflict['ver']}")
        return True

    def _say_whose(self, conflict: Row, write: Write | None, stamp: Stamp, base: int) -> None:
        """Who made the kept version, and who the lost one: this change's author and the one of the history."""
        key = (conflict["entity"], conflict["row_id"])
        before = self.state.get(*key) if write is None else write.before
        if before is None:
            return  # an edit of what was never here: nobody made another version
        after = None if write is None else write.after
        own, ver, at_ms = sides(conflict, before, after, stamp=stamp, base=base)
        mine = (self._author.device_id, self._author.person_id, stamp[2])
        device_id, person_id, changed_at_ms = queries.author(self._tx, self.book_id, *key, ver=ver)
        theirs = (device_id, person_id, changed_at_ms if at_ms is None else at_ms)
        kept, lost = (mine, theirs) if own else (theirs, mine)
        conflict["kept_device_id"], conflict["kept_person_id"], conflict["kept_at_ms"] = kept
        conflict["device_id"], conflict["person_id"], conflict["at_ms"] = lost

    def _history_row(self, write: Write, mutation_id: str, ver: int) -> Row:
        return {
            "book_id": self.book_id, "ver": ver, "entity": write.entity, "row_id": write.after["id"],
            "mutation_id": mutation_id, "person_id": self._author.person_id, "device_id": self._author.device_id,
            "at_ms": self._tx.now_ms, "action": write.action, "payload": stored(write),
        }  # fmt: skip

    def _mutation_row(self, mutation: Mapping[str, Any], outcome: Outcome) -> Row:
        return {
            "book_id": self.book_id, "id": outcome.mutation_id, "device_id": self._author.device_id,
            "seq": mutation.get("seq"), "status": outcome.status, "ver": outcome.ver, "result": outcome.result,
            "at_ms": self._tx.now_ms,
        }  # fmt: skip


@cache
def _columns(entity: str) -> tuple[str, ...]:
    return ("book_id", "id", "ver", "deleted", "fmeta", "extra", *entities()[entity].fields)


def _first_day(settings: Row | None) -> int:
    return 1 if settings is None else (settings["first_day_of_month"] or 1)


def _result(decision: Decision, conflicts: list[Row]) -> Row | None:
    """What the device is told beside the status: why, and which conflicts to show."""
    result: Row = {}
    if (refusal := decision.refusal) is not None:
        result |= {"code": refusal.code, "field": refusal.field}
    if conflicts:
        result["conflicts"] = [row["id"] for row in conflicts]
    return result or None
