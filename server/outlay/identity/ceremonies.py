"""What the server remembers between a question and its answer, while somebody signs in: once, and for minutes.

A row is found by the SHA-256 of a secret that the other side brings back; it is gone with the first look, right
or wrong, so that no answer counts twice. Its payload is sealed under the server's own key.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final, Literal

from outlay.store.keys import SERVER_SCOPE
from outlay.store.write import Tx

Kind = Literal["provider", "code", "passkey", "passkey_new", "passkey_confirm"]

MINUTES: Final[dict[Kind, int]] = {
    "provider": 10,
    "code": 2,
    "passkey": 5,
    "passkey_new": 5,
    "passkey_confirm": 5,
}


def begin(tx: Tx, kind: Kind, secret: str, payload: dict[str, Any]) -> None:
    """Remembers `payload` under a secret that nobody can guess."""
    tx.run(
        "DELETE FROM ceremony WHERE scope_id = :scope AND expires_at_ms < :now",
        scope=SERVER_SCOPE,
        now=tx.now_ms,
    )
    row = {
        "scope_id": SERVER_SCOPE,
        "ceremony_id": _hash(secret),
        "kind": kind,
        "payload": payload,
        "expires_at_ms": tx.now_ms + MINUTES[kind] * 60_000,
    }
    tx.insert("ceremony", [row])


def take(tx: Tx, kind: Kind, secret: str) -> dict[str, Any] | None:
    """The payload, for the first who asks; None when there is none (any more). The caller's write must not
    refuse after it: what is undone could be taken again."""
    rows = tx.select(
        "ceremony",
        "scope_id = :scope AND ceremony_id = :id AND kind = :kind",
        scope=SERVER_SCOPE,
        id=_hash(secret),
        kind=kind,
    )
    gone = tx.run(
        "DELETE FROM ceremony WHERE scope_id = :scope AND ceremony_id = :id AND kind = :kind",
        scope=SERVER_SCOPE,
        id=_hash(secret),
        kind=kind,
    )
    if not rows or gone != 1 or rows[0]["expires_at_ms"] < tx.now_ms:
        return None
    payload: dict[str, Any] = rows[0]["payload"]
    return payload


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
