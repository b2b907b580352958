"""Personal API tokens: a person's own programs ask with them for what their scopes name, until they run out.

A token is `outlay_pat_` and, in base64url, the person, the token's id and 24 random bytes; only its SHA-256 is kept.
`read` reads, `write` changes what is in a book, `import` takes files of banks in. Nothing of the account itself
(ways in, sessions, members, erasing) can be asked with one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from typing import Any, Final

from outlay.identity import rules
from outlay.kernel import limits
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

PREFIX: Final = "outlay_pat_"
SCOPES: Final = ("read", "write", "import")
NAME_MAX: Final = 60
DAY_MS: Final = 86_400_000
USE_NOTED_MS: Final = 60_000


def make(
    tx: Tx, *, person_id: str, name: str, scopes: list[str], book_id: str | None, days: int
) -> tuple[dict[str, Any], str]:
    """(its row, the token, which is told once). Refuses `too_many_api_tokens`, `text_invalid`."""
    count = tx.value("SELECT COUNT(*) FROM api_token WHERE person_id = :person_id", person_id=person_id)
    if count >= limits.API_TOKENS_PER_PERSON:
        raise Refusal("too_many_api_tokens", max=limits.API_TOKENS_PER_PERSON)
    token_id = tx.new_id()
    parts = uuid.UUID(person_id).bytes + uuid.UUID(token_id).bytes + secrets.token_bytes(24)
    token = PREFIX + base64.urlsafe_b64encode(parts).decode().rstrip("=")
    kept_name = rules.name(name, "name", NAME_MAX)
    if kept_name is None:
        raise Refusal("text_invalid", field="name")
    row = {
        "person_id": person_id,
        "id": token_id,
        "token_hash": _hash(token),
        "name": kept_name,
        "scopes": " ".join(scope for scope in SCOPES if scope in scopes),
        "only_book_id": book_id,
        "made_at_ms": tx.now_ms,
        "expires_at_ms": tx.now_ms + days * DAY_MS,
        "used_at_ms": None,
    }
    tx.insert("api_token", [row])
    return row, token


def of_person(read: Read, person_id: str) -> list[dict[str, Any]]:
    """The newest first; also those that ran out, until they are deleted."""
    return read.select("api_token", "person_id = :person_id", "id DESC", person_id=person_id)


def end(tx: Tx, *, person_id: str, token_id: str) -> dict[str, Any] | None:
    """The row that is gone; None when there was none."""
    rows = tx.select("api_token", "person_id = :person_id AND id = :id", person_id=person_id, id=token_id)
    tx.run(
        "DELETE FROM api_token WHERE person_id = :person_id AND id = :id", person_id=person_id, id=token_id
    )
    return rows[0] if rows else None


def end_all(tx: Tx, person_id: str) -> None:
    """None opens anything any more."""
    tx.run("DELETE FROM api_token WHERE person_id = :person_id", person_id=person_id)


def find(read: Read, token: str, now_ms: int) -> dict[str, Any]:
    """The row of a token that holds. Refuses `unauthenticated`, `token_expired`."""
    ids = _parse(token)
    rows = (
        read.select("api_token", "person_id = :person_id AND id = :id", person_id=ids[0], id=ids[1])
        if ids
        else []
    )
    if not rows or not hmac.compare_digest(rows[0]["token_hash"], _hash(token)):
        raise Refusal("unauthenticated")
    if rows[0]["expires_at_ms"] is not None and rows[0]["expires_at_ms"] <= now_ms:
        raise Refusal("token_expired")
    return rows[0]


def note_use(tx: Tx, person_id: str, token_id: str) -> None:
    """Keeps when it was last used."""
    tx.run(
        "UPDATE api_token SET used_at_ms = :now WHERE person_id = :person_id AND id = :id",
        now=tx.now_ms,
        person_id=person_id,
        id=token_id,
    )


def _parse(token: str) -> tuple[str, str] | None:
    text = token.removeprefix(PREFIX)
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 56:
        return None
    person_id, token_id = str(uuid.UUID(bytes=raw[:16])), str(uuid.UUID(bytes=raw[16:32]))
    return (person_id, token_id) if is_id(person_id) and is_id(token_id) else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
