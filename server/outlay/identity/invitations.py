"""Invitations to a book: a link that works once, for seven days, until it is withdrawn.

The link's token is `BOOK.INVITATION.SECRET`; only the SHA-256 of the secret is kept. Who holds it may look at the names
of the book and of the one who invites, and join. Nothing tells a wrong secret from an invitation that never was.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any, Final

from outlay.identity import books, rules
from outlay.identity.rules import Role
from outlay.kernel import limits
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

DAY_MS: Final = 86_400_000
_OPEN: Final = (
    "book_id = :book_id AND taken_at_ms IS NULL AND withdrawn_at_ms IS NULL AND expires_at_ms > :now"
)


def make(tx: Tx, *, person_id: str, role: Role, email: str | None) -> tuple[dict[str, Any], str]:
    """A new invitation to the locked book: (its row, the token that only its maker sees). Refuses
    `too_many_invitations`."""
    book_id = tx.book["id"]
    if len(pending(tx, book_id, tx.now_ms)) >= limits.INVITATIONS_PER_BOOK:
        raise Refusal("too_many_invitations", max=limits.INVITATIONS_PER_BOOK)
    secret = secrets.token_urlsafe(32)
    row = {
        "book_id": book_id,
        "id": tx.new_id(),
        "token_hash": _hash(secret),
        "role": role,
        "email": email,
        "person_id": person_id,
        "made_at_ms": tx.now_ms,
        "expires_at_ms": tx.now_ms + limits.INVITATION_DAYS * DAY_MS,
        "withdrawn_at_ms": None,
        "taken_by": None,
        "taken_at_ms": None,
    }
    tx.insert("invitation", [row])
    return row, f"{book_id}.{row['id']}.{secret}"


def pending(read: Read, book_id: str, now_ms: int) -> list[dict[str, Any]]:
    """Invitations that can still be taken, the newest first."""
    return read.select("invitation", _OPEN, "made_at_ms DESC, id DESC", book_id=book_id, now=now_ms)


def withdraw(tx: Tx, invitation_id: str) -> bool:
    """Ends an open invitation of the locked book; False when there is none."""
    book_id = tx.book["id"]
    return (
        tx.run(
            f"UPDATE invitation SET withdrawn_at_ms = :now WHERE {_OPEN} AND id = :id",
            book_id=book_id,
            now=tx.now_ms,
            id=invitation_id,
        )
        > 0
    )


def book_of(token: str) -> str:
    """The book that a token is for; nothing is said about whether it opens it. Refuses `invitation_over`."""
    return _parse(token)[0]


def look(read: Read, token: str, now_ms: int) -> dict[str, Any]:
    """The open invitation of a token. Refuses `invitation_over`, for whatever reason it cannot be taken."""
    book_id, invitation_id, secret = _parse(token)
    rows = read.select("invitation", f"{_OPEN} AND id = :id", book_id=book_id, now=now_ms, id=invitation_id)
    known = rows[0]["token_hash"] if rows else _hash("")
    if not hmac.compare_digest(known, _hash(secret)) or not rows:
        raise Refusal("invitation_over")
    book = read.book_row(book_id)
    # Who made it may have gone, or may not share any more: their word ended with that.
    inviter = books.role_of(read, book_id, rows[0]["person_id"])
    if book is None or book["status"] != "live" or inviter is None or not rules.may_share(inviter):
        raise Refusal("invitation_over")
    return rows[0]


def take(tx: Tx, token: str, person_id: str) -> bool:
    """Joins the locked book; False for somebody who is a member already: nothing changes then. Refuses
    `invitation_over`, `too_many_members`, `too_many_books`."""
    row = look(tx, token, tx.now_ms)
    if books.role_of(tx, row["book_id"], person_id) is not None:
        return False
    books.join(tx, book_id=row["book_id"], person_id=person_id, role=row["role"])
    books.moved(tx)
    tx.upsert("invitation", [{**row, "taken_by": person_id, "taken_at_ms": tx.now_ms}])
    return True


def forget(tx: Tx, book_id: str, person_id: str) -> None:
    """Deletes the invitations that a person made or took."""
    tx.run(
        "DELETE FROM invitation WHERE book_id = :book_id AND (person_id = :person_id OR taken_by = :person_id)",
        book_id=book_id,
        person_id=person_id,
    )


def _parse(token: str) -> tuple[str, str, str]:
    parts = token.split(".") if len(token) < 300 else []
    if len(parts) != 3 or not is_id(parts[0]) or not is_id(parts[1]):
        raise Refusal("invitation_over")
    return parts[0], parts[1], parts[2]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
