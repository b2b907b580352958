"""What can be done about a conflict, and the operations that do it. The same as `app/src/ledger/plan.ts`. Pure."""

from __future__ import annotations

from typing import Final, Literal

from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import Row
from outlay.ledger.merge import Stamp

Choice = Literal["keep", "use_other", "restore", "retry", "discard"]

_CHOICES: Final[dict[str, tuple[Choice, ...]]] = {
    "overwritten": ("keep", "use_other"),
    "deleted_over_edit": ("keep", "restore"),
    "edit_on_deleted": ("restore", "discard"),
    "parked": ("retry", "discard"),
    "rejected": ("retry", "discard"),
}


def choices(kind: str) -> tuple[Choice, ...]:
    """What may be chosen for a conflict of this kind."""
    return _CHOICES[kind]


def sides(
    conflict: Row, before: Row, after: Row | None, *, stamp: Stamp, base: int
) -> tuple[bool, int, int | None]:
    """Of a conflict that a change with `stamp` made on the row `before`, which it left as `after`: whether the kept
    version is that change's, and the other one's version and time (ms; None when only its version is known)."""
    if conflict["kind"] == "edit_on_deleted":
        return False, before["ver"], None
    marks = before["fmeta"]
    if conflict["kind"] == "deleted_over_edit":
        unseen = (mark for mark in marks.values() if mark[0] > base and mark[1] != stamp[1])
        ver, _, at_ms = max(unseen, default=max(marks.values()))
        return True, ver, at_ms
    unit = conflict["unit"]
    ver, _, at_ms = marks.get(unit, marks.get("*"))
    return after is not None and after["fmeta"].get(unit) == stamp, ver, at_ms


def resolve_ops(conflict: Row, choice: str, now_ms: int) -> list[Row]:
    """The operations of a choice, and that the conflict is done with. Refuses `not_allowed`."""
    if choice not in choices(conflict["kind"]):
        raise Refusal("not_allowed", "choice")
    entity, row_id, lost = conflict["entity"], conflict["row_id"], conflict["lost"] or {}
    ops: list[Row] = []
    if choice == "use_other":
        ops.append({"e": entity, "id": row_id, "k": "set", "f": lost, "unlock": True})
    if choice == "restore":
        ops.append({"e": entity, "id": row_id, "k": "restore"})
    if choice == "retry" or (choice == "restore" and conflict["kind"] == "edit_on_deleted"):
        ops += lost.get("ops", [])
    done = {"e": "sync_conflict", "id": conflict["id"], "k": "set", "f": {"resolved_at_ms": now_ms}}
    return [*ops, done]
