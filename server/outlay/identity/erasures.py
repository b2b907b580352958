"""People who asked to be erased: until their day comes, signing in lets them take it back."""

from __future__ import annotations

from typing import Any, Final

from outlay.store.read import Read
from outlay.store.write import Tx

DAY_MS: Final = 86_400_000
LEASE_MS: Final = 3_600_000


def ask(tx: Tx, person_id: str, *, days: int, hand_over: dict[str, str]) -> int:
    """Keeps the wish; when it is due. `hand_over`: book → the member who becomes its owner."""
    row = {
        "person_id": person_id,
        "asked_at_ms": tx.now_ms,
        "due_at_ms": tx.now_ms + days * DAY_MS,
        "claimed_at_ms": 0,
        "hand_over": hand_over,
    }
    tx.upsert("erasure", [row])
    due: int = row["due_at_ms"]  # type: ignore[assignment]  # as it was just made
    return due


def of_person(read: Read, person_id: str) -> dict[str, Any] | None:
    """The wish of a person, if there is one."""
    rows = read.select("erasure", "person_id = :person_id", person_id=person_id)
    return rows[0] if rows else None


def due_at(read: Read, person_id: str) -> int | None:
    """When they will be erased; None for almost everybody."""
    found: int | None = read.value(
        "SELECT due_at_ms FROM erasure WHERE person_id = :person_id", person_id=person_id
    )
    return found


def take_back(tx: Tx, person_id: str) -> bool:
    """False when there was none."""
    return tx.run("DELETE FROM erasure WHERE person_id = :person_id", person_id=person_id) > 0


def due(read: Read, now_ms: int) -> list[str]:
    """Whose day has come."""
    sql = (
        "SELECT person_id FROM erasure WHERE due_at_ms <= :now AND claimed_at_ms < :over"
        " ORDER BY due_at_ms, person_id LIMIT 100"
    )
    return [row[0] for row in read.all(sql, now=now_ms, over=now_ms - LEASE_MS)]


def claim(tx: Tx, person_id: str) -> bool:
    """False when somebody else was faster, or the person took it back."""
    return (
        tx.run(
            "UPDATE erasure SET claimed_at_ms = :now"
            " WHERE person_id = :person_id AND due_at_ms <= :now AND claimed_at_ms < :over",
            now=tx.now_ms,
            person_id=person_id,
            over=tx.now_ms - LEASE_MS,
        )
        > 0
    )
