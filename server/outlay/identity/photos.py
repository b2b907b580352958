"""The photo of a person: small, sealed under their key, seen by the members of their books."""

from __future__ import annotations

import base64

from outlay.store.read import Read
from outlay.store.write import Tx


def keep(tx: Tx, person_id: str, image: bytes) -> None:
    """Keeps a JPEG that was drawn here."""
    text = base64.b64encode(image).decode()
    tx.upsert("photo", [{"person_id": person_id, "image": text, "changed_at_ms": tx.now_ms}])


def of_person(read: Read, person_id: str) -> str | None:
    """The JPEG in base64."""
    rows = read.select("photo", "person_id = :person_id", person_id=person_id)
    return str(rows[0]["image"]) if rows else None


def changed(read: Read, person_ids: list[str]) -> dict[str, int]:
    """When each of those who have one changed it last."""
    if not person_ids:
        return {}
    sql = "SELECT person_id, changed_at_ms FROM photo WHERE person_id IN :ids ORDER BY person_id"
    return {row[0]: row[1] for row in read.all(sql, ids=person_ids)}


def remove(tx: Tx, person_id: str) -> None:
    tx.run("DELETE FROM photo WHERE person_id = :person_id", person_id=person_id)
