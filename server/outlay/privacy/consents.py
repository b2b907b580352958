"""What a person agreed to. Nothing is on before they say so, and every decision stays on record."""

from __future__ import annotations

from typing import Any, Final

from outlay.store.read import Read
from outlay.store.write import Tx

KINDS: Final = {"analytics": 1}
"""What can be agreed to, and the version of the words that ask for it."""


def decisions(read: Read, person_id: str) -> dict[str, dict[str, Any] | None]:
    """The newest decision of each kind; None where none was made, which means no."""
    rows = read.select("consent", "person_id = :person_id", "at_ms", person_id=person_id)
    newest = {row["kind"]: row for row in rows}
    return {kind: newest.get(kind) for kind in KINDS}


def granted(read: Read, person_id: str, kind: str) -> bool:
    """Whether it may be done, asked before it is done. Words that have changed since must be agreed to anew."""
    row = decisions(read, person_id)[kind]
    return row is not None and row["granted"] and row["text_version"] == KINDS[kind]


def decide(tx: Tx, person_id: str, kind: str, *, yes: bool) -> bool:
    """Keeps a decision; False for the same one again, which changes nothing."""
    before = decisions(tx, person_id)[kind]
    if before is not None and before["granted"] == yes and before["text_version"] == KINDS[kind]:
        return False
    row = {
        "person_id": person_id,
        "kind": kind,
        "at_ms": tx.now_ms,
        "granted": yes,
        "text_version": KINDS[kind],
    }
    tx.upsert("consent", [row])
    return True
