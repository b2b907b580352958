"""Copies that people asked for: asked, made, opened once by each link, removed after 48 hours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Any, Final

from outlay.kernel import limits
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.store.keys import aad
from outlay.store.read import Read
from outlay.store.write import Tx

HOUR_MS: Final = 3_600_000
LEASE_MS: Final = HOUR_MS
LINK_MS: Final = 600_000
"""How long a link can be opened: a browser opens it at once."""


def ask(tx: Tx, person_id: str) -> dict[str, Any]:
    """Asks for a copy. While one is being made, that one is answered."""
    rows = of_person(tx, person_id)
    for row in rows:
        if row["status"] in ("waiting", "working"):
            return row
    made = {
        "person_id": person_id,
        "id": tx.new_id(),
        "status": "waiting",
        "progress": 0,
        "asked_at_ms": tx.now_ms,
        "claimed_at_ms": 0,
        "done_at_ms": None,
        "expires_at_ms": None,
        "size": None,
        "link_hash": None,
        "link_until_ms": None,
    }
    tx.insert("export", [made])
    return made


def of_person(read: Read, person_id: str) -> list[dict[str, Any]]:
    """The newest first."""
    return read.select("export", "person_id = :person_id", "asked_at_ms DESC, id DESC", person_id=person_id)


def waiting(read: Read, now_ms: int) -> list[tuple[str, str]]:
    """(person, id) of those that somebody has to make: new ones, and those whose maker has died."""
    return [
        (row[0], row[1])
        for row in read.all(
            "SELECT person_id, id FROM export WHERE status IN :open AND claimed_at_ms < :over"
            " ORDER BY asked_at_ms, id LIMIT 20",
            open=["waiting", "working"],
            over=now_ms - LEASE_MS,
        )
    ]


def claim(tx: Tx, person_id: str, export_id: str) -> bool:
    """False when somebody else was faster."""
    return (
        tx.run(
            "UPDATE export SET status = :working, claimed_at_ms = :now WHERE person_id = :person_id AND id = :id"
            " AND status IN :open AND claimed_at_ms < :over",
            working="working",
            now=tx.now_ms,
            person_id=person_id,
            id=export_id,
            open=["waiting", "working"],
            over=tx.now_ms - LEASE_MS,
        )
        > 0
    )


def advance(tx: Tx, person_id: str, export_id: str, progress: int) -> None:
    """How far it is, 0 to 100."""
    tx.run(
        "UPDATE export SET progress = :progress, claimed_at_ms = :now WHERE person_id = :person_id AND id = :id",
        progress=progress,
        now=tx.now_ms,
        person_id=person_id,
        id=export_id,
    )


def finish(tx: Tx, person_id: str, export_id: str, size: int | None) -> None:
    """It is there (`size` bytes), or could not be made (None)."""
    tx.run(
        "UPDATE export SET status = :status, progress = :progress, done_at_ms = :now, expires_at_ms = :expires,"
        " size = CAST(:size AS BIGINT) WHERE person_id = :person_id AND id = :id",
        status="done" if size is not None else "failed",
        progress=100 if size is not None else 0,
        now=tx.now_ms,
        expires=tx.now_ms + limits.EXPORT_HOURS * HOUR_MS,
        size=size,
        person_id=person_id,
        id=export_id,
    )


def link(tx: Tx, person_id: str, export_id: str) -> str:
    """A token that opens the copy once, in the next ten minutes; an earlier one opens nothing then. Refuses
    `export_not_found`."""
    secret = secrets.token_urlsafe(32)
    found = tx.run(
        "UPDATE export SET link_hash = :hash, link_until_ms = :until"
        " WHERE person_id = :person_id AND id = :id AND status = :done AND expires_at_ms > :now",
        hash=_hash(secret),
        until=tx.now_ms + LINK_MS,
        person_id=person_id,
        id=export_id,
        done="done",
        now=tx.now_ms,
    )
    if not found:
        raise Refusal("export_not_found")
    return f"{person_id}.{export_id}.{secret}"


def take(tx: Tx, token: str) -> dict[str, Any]:
    """The row of a copy whose link is used now, for good. Refuses `export_not_found`, for whatever reason."""
    parts = token.split(".") if len(token) < 300 else []
    if len(parts) != 3 or not is_id(parts[0]) or not is_id(parts[1]):
        raise Refusal("export_not_found")
    rows = tx.select(
        "export",
        "person_id = :person_id AND id = :id AND link_until_ms > :now AND expires_at_ms > :now",
        person_id=parts[0],
        id=parts[1],
        now=tx.now_ms,
    )
    known = (rows[0]["link_hash"] if rows else None) or _hash("")
    if not hmac.compare_digest(known, _hash(parts[2])) or not rows:
        raise Refusal("export_not_found")
    tx.upsert("export", [{**rows[0], "link_hash": None, "link_until_ms": None}])
    return rows[0]


def path_of(folder: Path, person_id: str, export_id: str) -> Path:
    """Where it lies, sealed."""
    return folder / f"{person_id}.{export_id}.sealed"


def key_of(read: Read, person_id: str) -> bytes:
    """The key it is sealed under comes from the person's: it ends with it."""
    return read.derived_key(person_id, "exports")


def bound_to(person_id: str, export_id: str) -> bytes:
    return aad("export", "file", person_id, export_id)


def over(read: Read, now_ms: int) -> list[tuple[str, str]]:
    """(person, id) of those whose time is over."""
    sql = "SELECT person_id, id FROM export WHERE expires_at_ms <= :now ORDER BY person_id, id LIMIT 500"
    return [(row[0], row[1]) for row in read.all(sql, now=now_ms)]


def forget(tx: Tx, person_id: str, export_id: str) -> None:
    tx.run("DELETE FROM export WHERE person_id = :person_id AND id = :id", person_id=person_id, id=export_id)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
