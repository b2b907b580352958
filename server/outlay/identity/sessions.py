"""Sessions and their refresh tokens.

A refresh token is `PERSON.SESSION.SECRET`; only the SHA-256 of it is kept. Each use replaces it. A token
that is used a second time was copied by somebody (RFC 9700, 4.14.2): its session ends. One exception keeps a
lost answer from signing a person out: the same use, told by the same `attempt` id that only the rightful
client knows, may be repeated as long as what it was answered with has not been used.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from typing import Any, Final

from outlay.identity import events, people, rules
from outlay.kernel.ids import is_id, uuid7
from outlay.store.read import Read
from outlay.store.write import Tx

SESSIONS_MAX: Final = 100
"""Living sessions of one person; the one unused for longest makes room."""

DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Refreshed:
    """`token` is None when the presented one is of no use; `ended` says that its session ended because of
    it."""

    person_id: str
    session_id: str
    token: str | None
    ended: bool = False


def start(
    tx: Tx, *, person_id: str, client: str, device_name: str | None, days: int, address: str | None = None
) -> tuple[str, str]:
    """A new session: (session id, refresh token). Whoever starts one has just proved who they are."""
    _clear(tx, person_id)
    session_id = uuid7(tx.now_ms, os.urandom(10))
    tx.insert(
        "session",
        [
            {
                "person_id": person_id,
                "session_id": session_id,
                "client": client,
                "device_name": rules.name(device_name, "device_name", rules.DEVICE_NAME_MAX),
                "created_at_ms": tx.now_ms,
                "seen_at_ms": tx.now_ms,
                "expires_at_ms": tx.now_ms + days * DAY_MS,
                "revoked_at_ms": None,
                "confirmed_at_ms": tx.now_ms,
                "place": events.network(address),
            }
        ],
    )
    return session_id, _give(tx, person_id, session_id)


def refresh(
    tx: Tx, token: str, *, days: int, attempt: str | None = None, address: str | None = None
) -> Refreshed | None:
    """Takes a refresh token and gives the next. None: not a token of ours. Writes also when it refuses."""
    person_id, session_id = _parse(token)
    if person_id is None or session_id is None:
        return None
    # One at a time: where people are written side by side, two with one token would both find it unused.
    tx.run(
        "UPDATE session SET seen_at_ms = seen_at_ms WHERE person_id = :person_id AND session_id = :session_id",
        person_id=person_id,
        session_id=session_id,
    )
    rows = _find(tx, person_id, _hash(token))
    if not rows or not alive(tx, person_id, session_id, tx.now_ms):
        return None
    row = rows[0]
    if row["used_at_ms"] is not None:
        if attempt is None or row["attempt"] != attempt or _was_used(tx, person_id, row["next_hash"]):
            end(tx, person_id=person_id, session_id=session_id)
            return Refreshed(person_id, session_id, None, ended=True)
        tx.run(
            "DELETE FROM refresh_token WHERE person_id = :person_id AND token_hash = :token_hash",
            person_id=person_id,
            token_hash=row["next_hash"],
        )
    given = _give(tx, person_id, session_id)
    tx.upsert(
        "refresh_token", [{**row, "used_at_ms": tx.now_ms, "attempt": attempt, "next_hash": _hash(given)}]
    )
    [session] = tx.select(
        "session",
        "person_id = :person_id AND session_id = :session_id",
        person_id=person_id,
        session_id=session_id,
    )
    seen = {"seen_at_ms": tx.now_ms, "expires_at_ms": tx.now_ms + days * DAY_MS}
    place = events.network(address)
    tx.upsert("session", [session | seen | ({"place": place} if place else {})])
    return Refreshed(person_id, session_id, given)


def alive(read: Read, person_id: str, session_id: str, now_ms: int) -> bool:
    """Whether the session neither ended nor ran out."""
    expires: int | None = read.value(
        "SELECT expires_at_ms FROM session"
        " WHERE person_id = :person_id AND session_id = :session_id AND revoked_at_ms IS NULL",
        person_id=person_id,
        session_id=session_id,
    )
    return expires is not None and expires > now_ms


def confirmed_at(read: Read, person_id: str, session_id: str) -> int | None:
    """When the person last proved in this session who they are."""
    found: int | None = read.value(
        "SELECT confirmed_at_ms FROM session WHERE person_id = :person_id AND session_id = :session_id",
        person_id=person_id,
        session_id=session_id,
    )
    return found


def confirm(tx: Tx, *, person_id: str, session_id: str) -> None:
    """The person has just proved in this session who they are."""
    tx.run(
        "UPDATE session SET confirmed_at_ms = :now WHERE person_id = :person_id AND session_id = :session_id",
        now=tx.now_ms,
        person_id=person_id,
        session_id=session_id,
    )


def of_person(read: Read, person_id: str, now_ms: int) -> list[dict[str, Any]]:
    """Living sessions, the newest first."""
    return read.select(
        "session",
        "person_id = :person_id AND revoked_at_ms IS NULL AND expires_at_ms > :now",
        "created_at_ms DESC, session_id DESC",
        person_id=person_id,
        now=now_ms,
    )


def device_name(read: Read, person_id: str, session_id: str) -> str | None:
    """What the session's device calls itself."""
    rows = read.select(
        "session",
        "person_id = :person_id AND session_id = :session_id",
        person_id=person_id,
        session_id=session_id,
    )
    return rows[0]["device_name"] if rows else None


def end(tx: Tx, *, person_id: str, session_id: str) -> bool:
    """Ends a session; False when it had ended before or is not this person's."""
    return (
        tx.run(
            "UPDATE session SET revoked_at_ms = :now"
            " WHERE person_id = :person_id AND session_id = :session_id AND revoked_at_ms IS NULL",
            now=tx.now_ms,
            person_id=person_id,
            session_id=session_id,
        )
        > 0
    )


def end_others(tx: Tx, *, person_id: str, but: str | None) -> list[str]:
    """Ends every living session but one, and sign-ins that wait for their second step; returns the ids of the sessions
    that ended."""
    people.hold(tx, person_id)
    tx.run("DELETE FROM sign_in_ticket WHERE person_id = :person_id", person_id=person_id)
    ended = [row["session_id"] for row in of_person(tx, person_id, tx.now_ms) if row["session_id"] != but]
    for session_id in ended:
        end(tx, person_id=person_id, session_id=session_id)
    return ended


def end_by_token(tx: Tx, token: str) -> tuple[str, str, bool] | None:
    """Ends the session of a refresh token, used or not: (person id, session id, whether it had not ended before), or
    None when it is not ours."""
    person_id, session_id = _parse(token)
    if person_id is None or session_id is None or not _find(tx, person_id, _hash(token)):
        return None
    return person_id, session_id, end(tx, person_id=person_id, session_id=session_id)


def _parse(token: str) -> tuple[str | None, str | None]:
    parts = token.split(".") if len(token) < 300 else []
    if len(parts) != 3 or not is_id(parts[0]) or not is_id(parts[1]):
        return None, None
    return parts[0], parts[1]


def _give(tx: Tx, person_id: str, session_id: str) -> str:
    token = f"{person_id}.{session_id}.{secrets.token_urlsafe(32)}"
    tx.insert(
        "refresh_token",
        [
            {
                "person_id": person_id,
                "token_hash": _hash(token),
                "session_id": session_id,
                "made_at_ms": tx.now_ms,
                "used_at_ms": None,
                "attempt": None,
                "next_hash": None,
            }
        ],
    )
    return token


def _find(tx: Tx, person_id: str, token_hash: str | None) -> list[dict[str, Any]]:
    return tx.select(
        "refresh_token",
        "person_id = :person_id AND token_hash = :token_hash",
        person_id=person_id,
        token_hash=token_hash,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _was_used(tx: Tx, person_id: str, token_hash: str | None) -> bool:
    rows = _find(tx, person_id, token_hash)
    return not rows or rows[0]["used_at_ms"] is not None


def _clear(tx: Tx, person_id: str) -> None:
    """Forgets sessions that are over, and makes room for one more."""
    living = of_person(tx, person_id, tx.now_ms)
    for row in sorted(living, key=lambda row: int(row["seen_at_ms"]))[
        : max(0, len(living) - SESSIONS_MAX + 1)
    ]:
        end(tx, person_id=person_id, session_id=row["session_id"])
    over = tx.now_ms - 30 * DAY_MS
    gone = tx.all(
        "SELECT session_id FROM session"
        " WHERE person_id = :person_id AND (revoked_at_ms < :over OR expires_at_ms < :over)",
        person_id=person_id,
        over=over,
    )
    for (session_id,) in gone:
        for table in ("refresh_token", "session"):
            tx.run(
                f"DELETE FROM {table} WHERE person_id = :person_id AND session_id = :session_id",
                person_id=person_id,
                session_id=session_id,
            )
