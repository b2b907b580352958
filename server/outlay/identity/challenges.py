"""One-time codes and links: made, sent by somebody else, and taken once.

Kept is a keyed hash of the secret. A challenge is bound to its purpose and to what it is about (`subject_key`), has
an id of its own, so that one who asks for a code cannot use up the tries of another, and counts every try in the
same statement that allows it: however many come at once, `limits.CODE_TRIES` are compared.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any, Final, Literal

from outlay.identity.keys import ServerKeys
from outlay.kernel import limits
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

Purpose = Literal["email", "reset", "sign_in_by_phone", "phone", "confirm"]

MINUTE_MS: Final = 60_000


def code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def link_secret() -> str:
    """256 bits, for a link."""
    return secrets.token_urlsafe(32)


def make(
    tx: Tx,
    server_keys: ServerKeys,
    *,
    purpose: Purpose,
    subject_key: str,
    secret: str,
    minutes: int,
    person_id: str | None = None,
    address: str | None = None,
) -> str:
    """Keeps a challenge; its id. `address` (sealed, of a person) is what it will confirm."""
    tx.run("DELETE FROM challenge WHERE expires_at_ms < :now", now=tx.now_ms)
    challenge_id = tx.new_id()
    tx.insert(
        "challenge",
        [
            {
                "challenge_id": challenge_id,
                "purpose": purpose,
                "subject_key": subject_key,
                "secret_hash": _hash(server_keys, challenge_id, secret),
                "person_id": person_id,
                "address": address,
                "tries": 0,
                "made_at_ms": tx.now_ms,
                "expires_at_ms": tx.now_ms + minutes * MINUTE_MS,
            }
        ],
    )
    return challenge_id


def take(
    tx: Tx,
    server_keys: ServerKeys,
    *,
    purpose: Purpose,
    challenge_id: str,
    secret: str,
    subject_key: str | None = None,
) -> dict[str, Any] | None:
    """The challenge of a right secret, which is used up by it; None for a wrong one, which counts as a try. Must be
    committed either way. Refuses `code_over` when there is none that counts (any more)."""
    counted = is_id(challenge_id) and tx.run(
        "UPDATE challenge SET tries = tries + 1 WHERE challenge_id = :id AND purpose = :purpose"
        " AND tries < :most AND expires_at_ms >= :now",
        id=challenge_id,
        purpose=purpose,
        most=limits.CODE_TRIES,
        now=tx.now_ms,
    )
    if not counted:
        raise Refusal("code_over")
    row = tx.select("challenge", "challenge_id = :id", id=challenge_id)[0]
    right = hmac.compare_digest(row["secret_hash"], _hash(server_keys, challenge_id, secret))
    if not right or (subject_key is not None and row["subject_key"] != subject_key):
        return None
    tx.run("DELETE FROM challenge WHERE challenge_id = :id", id=challenge_id)
    return row


def link_token(challenge_id: str, secret: str) -> str:
    """What a link carries."""
    return f"{challenge_id}.{secret}"


def take_link(tx: Tx, server_keys: ServerKeys, *, purpose: Purpose, token: str) -> dict[str, Any] | None:
    """The challenge of a link's token, used up; None when it does not count (any more)."""
    challenge_id, _, secret = token.partition(".")
    try:
        return take(tx, server_keys, purpose=purpose, challenge_id=challenge_id, secret=secret)
    except Refusal:
        return None


def peek_link(
    read: Read, server_keys: ServerKeys, *, purpose: Purpose, token: str, now_ms: int
) -> dict[str, Any] | None:
    """The challenge that a link's token would take. (Nobody guesses 256 bits, so this counts as no try.)"""
    challenge_id, _, secret = token.partition(".")
    rows = read.select(
        "challenge",
        "challenge_id = :id AND purpose = :purpose AND tries < :most AND expires_at_ms >= :now",
        id=challenge_id,
        purpose=purpose,
        most=limits.CODE_TRIES,
        now=now_ms,
    )
    if not rows or not hmac.compare_digest(rows[0]["secret_hash"], _hash(server_keys, challenge_id, secret)):
        return None
    return rows[0]


def forget(tx: Tx, *, person_id: str, purpose: Purpose, but: str | None = None) -> None:
    """A person's older challenges of a purpose count no more, but those about `but`."""
    tx.run(
        "DELETE FROM challenge WHERE person_id = :person_id AND purpose = :purpose AND subject_key <> :but",
        person_id=person_id,
        purpose=purpose,
        but=but or "",
    )


def forget_all(tx: Tx, person_id: str) -> None:
    """No challenge of the person counts any more."""
    tx.run("DELETE FROM challenge WHERE person_id = :person_id", person_id=person_id)


def _hash(server_keys: ServerKeys, challenge_id: str, secret: str) -> str:
    text = "\x1f".join(("challenge", challenge_id, secret))
    return hmac.new(server_keys.login, text.encode(), hashlib.sha256).hexdigest()
