"""What becomes of a mutation: `decide` (SYNC 2.4 to 2.6). Pure. Twin: app/src/ledger/merge.ts, held equal by
a corpus of generated cases.

A mutation is all or nothing. Each field, or group of fields that belong together, merges by itself:
an edit of what its author had seen is applied; of two edits that did not know each other the later one by age
wins and the other is kept as a conflict. Clocks decide nothing else. `fmeta` of a row remembers for each unit
[version, device ordinal, time]; `*` stands for every unit without an entry of its own. What two edits made
together (`_both`) is nobody's: neither author has seen the other's half.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from outlay.kernel import ids, limits, spec
from outlay.kernel.refusal import Refusal
from outlay.ledger import references, rules
from outlay.ledger.entities import Entity, Row, bare, entities, fields_of

Key = tuple[str, str]
Stamp = list[int]

_OP_KEYS: Final = frozenset({"e", "id", "k", "f", "into", "unlock"})
_LOCKED_UNITS: Final = ("money", "day")
_TEXT_LIMIT: Final = 40
_NOBODY: Final = -1
_PER_BOOK: Final = {
    "account": limits.ACCOUNTS_PER_BOOK, "category": limits.CATEGORIES_PER_BOOK,
    "payee": limits.PAYEES_PER_BOOK, "tag": limits.TAGS_PER_BOOK, "budget": limits.BUDGETS_PER_BOOK,
    "schedule": limits.SCHEDULES_PER_BOOK, "template": limits.TEMPLATES_PER_BOOK, "filter": limits.FILTERS_PER_BOOK,
}  # fmt: skip


class State(Protocol):
    """The book as it is. Rows are values and are not changed."""

    book_id: str

    def get(self, entity: str, row_id: str) -> Row | None: ...

    def using(self, entity: str, row_id: str) -> Iterable[tuple[str, Row]]:
        """Live rows that refer to this one, as (entity, row)."""
        ...

    def count(self, entity: str) -> int:
        """How many live rows an entity has."""
        ...


@dataclass(slots=True)
class Write:
    """One row that a mutation changed. `action` is create, set, delete or restore."""

    entity: str
    before: Row | None
    after: Row

    @property
    def action(self) -> str:
        if self.before is None:
            return "delete" if self.after["deleted"] else "create"
        if self.before["deleted"] != self.after["deleted"]:
            return "delete" if self.after["deleted"] else "restore"
        return "set"


@dataclass(slots=True)
class Conflict:
    """Something a person may want to look at: fields of entity `sync_conflict`, without ids and times."""

    kind: str
    entity: str
    row_id: str
    unit: str | None = None
    code: str | None = None
    kept: Any = None
    lost: Any = None


@dataclass(slots=True)
class Decision:
    """`status` is ok, ok+rewritten, ok+conflict, rejected:<code> or parked:<code>; writes are none unless ok."""

    status: str
    writes: list[Write] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refusal: Refusal | None = None


class Draft:
    """The state as the mutation sees it while it runs, and what it changed so far."""

    __slots__ = (
        "base", "before", "conflicts", "device", "made", "rewritten", "rows", "stamp", "state", "strict", "ver",
    )  # fmt: skip

    def __init__(self, state: State, base: int, stamp: Stamp, strict: bool) -> None:
        self.state = state
        self.base = base
        self.stamp = stamp
        self.ver, self.device = stamp[0], stamp[1]
        self.strict = strict
        self.rewritten = False
        self.rows: dict[Key, Row] = {}
        self.before: dict[Key, Row | None] = {}
        self.made: dict[str, int] = {}
        self.conflicts: list[Conflict] = []

    @property
    def book_id(self) -> str:
        return self.state.book_id

    def get(self, entity: str, row_id: str) -> Row | None:
        return self.rows.get((entity, row_id)) or self.state.get(entity, row_id)

    def count(self, entity: str) -> int:
        return self.state.count(entity) + self.made.get(entity, 0)

    def using(self, entity: str, row_id: str) -> list[tuple[str, Row]]:
        """Live rows that refer to this one now, in (entity, id) order."""
        found = {
            (e, r["id"]): r for e, r in self.state.using(entity, row_id) if (e, r["id"]) not in self.rows
        }
        for (e, i), r in self.rows.items():
            if not r["deleted"] and references.refers(e, r, entity, row_id):
                found[(e, i)] = r
        return [(key[0], found[key]) for key in sorted(found)]

    def write(self, entity: str, row: Row) -> None:
        key = (entity, row["id"])
        if key not in self.before:
            self.before[key] = before = self.state.get(*key)
            if before is None:
                self.made[entity] = self.made.get(entity, 0) + 1
        row["ver"] = self.ver
        self.rows[key] = row

    def change(self, entity: str, row: Row, **values: Any) -> None:
        """Sets fields of a row on the mutation's own authority: a cascade.

        It leaves no mark: an edit that did not know of it still counts as seen, and what that edit refers to
        is mended when it arrives. So nobody is shown a conflict with a change that no person made.
        """
        self.write(entity, {**row, **values})

    def bury(self, entity: str, row: Row, into: str | None = None) -> None:
        """Makes a live row a tombstone; edits its deleter had not seen are kept as a conflict."""
        known = "*" if automatic(entity, row) else None
        if any(self.unseen(mark) for unit, mark in row["fmeta"].items() if unit != known):
            lost = fields_of(entity, row)
            self.conflicts.append(Conflict("deleted_over_edit", entity, row["id"], None, None, None, lost))
        after = {**row, "deleted": True}
        if into is not None:
            after["merged_into"] = into
        self.write(entity, after)

    def unseen(self, mark: Stamp | None) -> bool:
        """True for an edit that the author of this mutation did not know (SYNC 2.5.1)."""
        return mark is not None and mark[0] > self.base and mark[1] != self.device


def automatic(entity: str, row: Row) -> bool:
    """Did a schedule post it, or is a book born with it? As it was made everybody has seen it, whoever did it."""
    made = entity == "transaction" or (entity == "category" and row["system_key"] is not None)
    return made and ids.version(row["id"]) == 5


def decide(
    state: State,
    mutation: Mapping[str, Any],
    *,
    ver: int,
    device: int,
    edited_at_ms: int,
    strict: bool = False,
) -> Decision:
    """What `mutation` {base, ops, …} does to `state`.

    `ver` is the version it takes, `device` the ordinal of its device, `edited_at_ms` its time by the server's
    clock (now − age). `strict` (REST) refuses unknown references that a device's mutation has rewritten.
    """
    draft = Draft(state, mutation["base"], [ver, device, edited_at_ms], strict)
    ops = mutation["ops"]
    if not ops:
        return _failed(Refusal("mutation_empty"), mutation, {}, None)
    for op in ops:
        refusal = _shape(op, state.book_id)
        if refusal is None:
            refusal = _KINDS[op["k"]](draft, entities()[op["e"]], op)
        if refusal is not None:
            return _failed(refusal, mutation, op, draft)
    writes = [Write(key[0], draft.before[key], row) for key, row in draft.rows.items()]
    if draft.conflicts:
        return Decision("ok+conflict", writes, draft.conflicts)
    return Decision("ok+rewritten" if draft.rewritten else "ok", writes)


def _failed(refusal: Refusal, mutation: Mapping[str, Any], op: Any, draft: Draft | None) -> Decision:
    """Nothing is written; the whole payload is kept as one conflict, so that the person can try again."""
    parked = bool(spec.read("refusals.json")[refusal.code]["park"])
    said = op if isinstance(op, dict) else {}
    entity, row_id = said.get("e"), said.get("id")
    entity = (
        entity[:_TEXT_LIMIT] if isinstance(entity, str) and rules.text_code(entity, 10**6) is None else ""
    )
    row_id = row_id if isinstance(row_id, str) and ids.is_id(row_id) else str(mutation["mid"])
    kind, kept = ("parked" if parked else "rejected"), None
    if refusal.code == "gone" and draft is not None and (row := draft.get(entity, row_id)) is not None:
        kind, kept = "edit_on_deleted", fields_of(entity, row)
    lost = {name: mutation.get(name) for name in ("name", "base", "made_at", "ops")}
    conflict = Conflict(kind, entity, row_id, None, refusal.code, kept, lost)
    return Decision(f"{'parked' if parked else 'rejected'}:{refusal.code}", [], [conflict], refusal)


def _shape(op: Any, book_id: str) -> Refusal | None:
    """Is this an operation this build knows, on a row that may be written?"""
    if not isinstance(op, dict):
        return Refusal("operation_invalid")
    entity, row_id, kind = op.get("e"), op.get("id"), op.get("k")
    if not (isinstance(entity, str) and isinstance(row_id, str) and isinstance(kind, str)):
        return Refusal("operation_invalid")
    if entity not in entities():
        return Refusal("unknown_entity")
    if kind not in _KINDS or not op.keys() <= _OP_KEYS:
        return Refusal("unknown_operation")
    if not ids.is_id(row_id):
        return Refusal("id_malformed", "id")
    given, into = op.get("f", {}), op.get("into")
    if not isinstance(given, dict) or not isinstance(op.get("unlock", False), bool):
        return Refusal("operation_invalid")
    if into is not None and not ids.is_id(into):
        return Refusal("id_malformed", "into")
    if entity == "settings" and (row_id != book_id or kind in ("delete", "restore")):
        return Refusal("not_allowed", "id")
    if entity == "sync_conflict" and (kind != "set" or given.keys() != {"resolved_at_ms"}):
        return Refusal("not_allowed", "k")
    return None


# ---- the five kinds of operation -----------------------------------------------------------------------


def _create(draft: Draft, entity: Entity, op: Row) -> Refusal | None:
    given = op.get("f", {})
    if (refusal := rules.fields(entity, given, creating=True)) is not None:
        return refusal
    row_id = op["id"]
    found = draft.get(entity.name, row_id)
    if found is not None:
        return _create_again(draft, entity, op, found)
    name = named(entity.name, given)
    if name is not None and row_id != ids.uuid5(draft.book_id, name):
        return Refusal("id_differs", "id")
    if entity.name in _PER_BOOK and draft.count(entity.name) >= _PER_BOOK[entity.name]:
        return Refusal("too_many", "id")
    row: Row = {
        **entity.defaults, **given, "id": row_id, "ver": draft.ver, "deleted": False,
        "fmeta": {"*": draft.stamp}, "extra": None,
    }  # fmt: skip
    if (refusal := references.mend(draft, entity, row, entity.refs)) is not None:
        return refusal
    if (refusal := _document(draft, entity, row, None)) is not None:
        return refusal
    draft.write(entity.name, row)
    return None


def named(entity: str, fields: Mapping[str, Any]) -> str | None:
    """What the id of such a row is made of (UUIDv5 in its book), so that every device gives it the same; None
    where ids are made anew."""
    if entity == "rate":
        return f"rate:{fields['day']}:{fields['from_currency']}:{fields['to_currency']}"
    if entity == "budget":
        return f"budget:{fields['period']}:{fields.get('category_id') or ''}"
    if entity == "budget_amount":
        return f"budget_amount:{fields['budget_id']}:{fields['from_day']}"
    return None


def _document(draft: Draft, entity: Entity, row: Row, before: Row | None) -> Refusal | None:
    """The row as a whole, beside what it refers to and what refers to the same."""
    refusal = rules.document(entity.name, row, before, draft.get)
    if refusal is None and entity.name == "budget" and references.taken(draft, row):
        return Refusal("budget_exists", "category_id")
    return refusal


def _create_again(draft: Draft, entity: Entity, op: Row, found: Row) -> Refusal | None:
    """The id is taken. Two devices that made the same payee mean one payee; a merged one stands for its target.
    What no person made is there for everybody once somebody was first, also for those who come when it is
    changed or deleted already."""
    deterministic = entity.name == "settings" or ids.version(op["id"]) == 5
    if automatic(entity.name, found):
        return None
    if found["deleted"]:
        if deterministic and references.resolve(draft, entity.name, op["id"]) is not None:
            draft.rewritten = True
            return None
        return Refusal("deleted", "id")
    if not deterministic:
        return Refusal("exists", "id")
    given = {name: value for name, value in op.get("f", {}).items() if entity.fields[name].by is None}
    return _set(draft, entity, {**op, "f": given})


def _set(draft: Draft, entity: Entity, op: Row) -> Refusal | None:
    given = op.get("f", {})
    if (refusal := rules.fields(entity, given, creating=False)) is not None:
        return refusal
    for name in given:
        if (unit := entity.fields[name].unit) in entity.groups:
            for member in entity.groups[unit]:
                if member not in given:
                    return Refusal("group_incomplete", member)
    row = draft.get(entity.name, op["id"])
    if row is None or row["deleted"]:
        return Refusal("gone", "id")
    return _merge(draft, entity, row, given, unlock=op.get("unlock", False))


def _merge(draft: Draft, entity: Entity, row: Row, given: Row, *, unlock: bool) -> Refusal | None:
    """Each unit of `given` on its own: equal, seen, won or lost. Then the row as a whole."""
    for name in entity.fixed:
        if name in given and given[name] != row[name] and not _led_to(draft, entity, name, given, row):
            return Refusal("field_fixed", name)
    wanted = {**row, **given}
    if (
        refusal := references.mend(draft, entity, wanted, [n for n in entity.refs if n in given])
    ) is not None:
        return refusal
    applied: dict[str, Stamp] = {}
    fmeta, default = row["fmeta"], row["fmeta"].get("*")
    if automatic(entity.name, row):
        default = None
    after = row
    for unit, names in entity.units.items():
        if names[0] not in given or all(wanted[name] == row[name] for name in names):
            continue
        mark = fmeta.get(unit, default)
        how = entity.fields[names[0]].merge
        stamp = draft.stamp
        # A device has no marks, and does what waits again on rows that came later than it was written.
        if how is not None and draft.unseen(mark or [row["ver"], _NOBODY, 0]):
            wanted[unit] = _both(how, row[unit], given[unit])
            if wanted[unit] == row[unit]:
                continue
            if wanted[unit] != given[unit]:
                stamp = [draft.ver, _NOBODY, draft.stamp[2]]
        elif draft.unseen(mark):
            won = draft.stamp[2] >= mark[2]
            current, incoming = ({name: r[name] for name in names} for r in (row, wanted))
            kept, lost = (incoming, current) if won else (current, incoming)
            if entity.name != "sync_conflict":
                draft.conflicts.append(
                    Conflict("overwritten", entity.name, row["id"], unit, None, kept, lost)
                )
            if not won:
                continue
        applied[unit] = stamp
        after = {**after, **{name: wanted[name] for name in names}}
    if not applied:
        return None
    after["fmeta"] = {**fmeta, **applied}
    if (refusal := _may_change(draft, entity, row, after, applied, unlock)) is not None:
        return refusal
    draft.write(entity.name, after)
    return None


def _led_to(draft: Draft, entity: Entity, name: str, given: Row, row: Row) -> bool:
    """Does a fixed reference mean the same row, which was merged meanwhile?"""
    target = entity.fields[name].ref
    if target is None or given[name] is None or row[name] is None:
        return False
    return bool(references.resolve(draft, target, given[name]) == row[name])


def _both(how: str, here: Any, there: Any) -> Any:
    """Two edits that did not know each other, as one: the later day, or the days of both."""
    if how == "union":
        return sorted({*here, *there})
    return max((day for day in (here, there) if day is not None), default=None)


def _may_change(
    draft: Draft, entity: Entity, row: Row, after: Row, applied: Collection[str], unlock: bool
) -> Refusal | None:
    """Rules about the change itself, then about the row it makes."""
    if entity.name == "transaction":
        if row["reconciled"] and not unlock and any(unit in applied for unit in _LOCKED_UNITS):
            return Refusal("reconciled_locked", "reconciled")
        return rules.transaction(after, row, draft.get) if "money" in applied else None
    recoined = entity.name == "account" and after["currency"] != row["currency"]
    if recoined and _used_by(draft, "account", row, "transaction", "schedule"):
        return Refusal("currency_in_use", "currency")
    lowered = entity.name == "category" and "parent_id" in applied and after["parent_id"] is not None
    if lowered and _used_by(draft, "category", row, "category"):
        return Refusal("category_depth", "parent_id")
    return rules.document(entity.name, after, row, draft.get)


def _used_by(draft: Draft, entity: str, row: Row, *users: str) -> bool:
    return any(other in users for other, _ in draft.using(entity, row["id"]))


def _inc(draft: Draft, entity: Entity, op: Row) -> Refusal | None:
    """Adds to whole numbers. Increments commute, so nobody's is ever lost."""
    row = draft.get(entity.name, op["id"])
    if row is None or row["deleted"]:
        return Refusal("gone", "id")
    given = op.get("f", {})
    sums: Row = {}
    for name in entity.fields:
        if name in given:
            about = entity.fields[name]
            if about.type not in ("integer", "amount") or about.unit != name or about.fixed:
                return Refusal("not_a_counter", name)
            if type(given[name]) is not int or abs(given[name]) > limits.AMOUNT_MINOR:
                return Refusal("field_invalid", name)
            sums[name] = (row[name] or 0) + given[name]
    if len(sums) != len(given):
        return Refusal("unknown_field")
    if (refusal := rules.fields(entity, sums, creating=False)) is not None:
        return refusal
    if sums:
        draft.write(
            entity.name, {**row, **sums, "fmeta": {**row["fmeta"], **dict.fromkeys(sums, draft.stamp)}}
        )
    return None


def _delete(draft: Draft, entity: Entity, op: Row) -> Refusal | None:
    """A tombstone that keeps the last row. Delete wins in either order (SYNC 2.5.5)."""
    row = draft.get(entity.name, op["id"])
    if row is None:
        tombstone = bare(entity.name, op["id"])
        tombstone["fmeta"] = {"*": draft.stamp}
        draft.write(entity.name, tombstone)
        return None
    if row["deleted"]:
        return None
    if entity.name == "transaction" and row["reconciled"] and not op.get("unlock", False):
        return Refusal("reconciled_locked", "reconciled")
    into, refusal = references.target(draft, entity, row, op.get("into"))
    if refusal is not None:
        return refusal
    draft.bury(entity.name, row, into)
    references.cascade(draft, entity.name, row, into)
    return None


def _restore(draft: Draft, entity: Entity, op: Row) -> Refusal | None:
    """Brings a tombstone back as it was, with `f` on top; what it referred to may be gone by now."""
    row = draft.get(entity.name, op["id"])
    if row is None:
        return Refusal("gone", "id")
    given = op.get("f", {})
    if row["deleted"]:
        if any(row[name] is None for name in entity.required if name not in given):
            return Refusal("gone", "id")
        if (refusal := rules.fields(entity, given, creating=False)) is not None:
            return refusal
        after = {**row, **given, "deleted": False}
        if "merged_into" in after:
            after["merged_into"] = None
        after["fmeta"] = {**row["fmeta"], **{entity.fields[name].unit: draft.stamp for name in given}}
        if (refusal := references.mend(draft, entity, after, entity.refs)) is not None:
            return refusal
        # A leg whose account was deleted may come back without it.
        if (refusal := _document(draft, entity, after, after)) is not None:
            return refusal
        draft.write(entity.name, after)
        return None
    return _set(draft, entity, op) if given else None


_KINDS: Final = {"create": _create, "set": _set, "inc": _inc, "delete": _delete, "restore": _restore}


def conflict_rows(
    decision: Decision,
    *,
    book_id: str,
    mutation_id: str,
    device_id: str,
    person_id: str | None,
    ver: int,
    stamp: Stamp,
) -> list[Row]:
    """The decision's conflicts as rows of entity `sync_conflict`, with ids that a repeat makes again."""
    return [
        {
            "kind": conflict.kind, "entity": conflict.entity, "row_id": conflict.row_id, "unit": conflict.unit,
            "code": conflict.code, "kept": conflict.kept, "lost": conflict.lost, "mutation_id": mutation_id,
            "device_id": device_id, "person_id": person_id, "at_ms": stamp[2],
            "kept_device_id": None, "kept_person_id": None, "kept_at_ms": None, "resolved_at_ms": None,
            "id": ids.uuid5(book_id, f"conflict:{mutation_id}:{index}"), "ver": ver, "deleted": False,
            "fmeta": {"*": stamp}, "extra": None,
        }
        for index, conflict in enumerate(decision.conflicts)
    ]  # fmt: skip
