"""The security log of a person: what happened to their ways in, their sessions and their data, for them to read.

An entry is one of KINDS, with the network it came from and a word or two (a device's name, a provider's), sealed
under the person's key. Kept for a year, and of each kind no more than `limits.SECURITY_EVENTS_OF_KIND`, so that nothing
that somebody does a thousand times pushes out what they did besides.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from outlay.kernel import limits
from outlay.store.read import Read
from outlay.store.write import Tx

KINDS: Final = (
    "signed_up",
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "session_ended",
    "token_reused",
    "confirmed",
    "confirm_failed",
    "password_changed",
    "password_reset",
    "email_changed",
    "phone_changed",
    "way_added",
    "way_removed",
    "second_factor_on",
    "second_factor_off",
    "second_factor_failed",
    "second_factor_removed",
    "recovery_codes_made",
    "recovery_code_used",
    "api_token_made",
    "api_token_ended",
    "invitation_taken",
    "member_removed",
    "book_left",
    "export_made",
    "deletion_asked",
    "deletion_cancelled",
    "consent_changed",
)
"""The closed list; the app has a sentence for each."""

FAILED: Final = "sign_in_failed"
DAY_MS: Final = 86_400_000


def note(
    tx: Tx,
    *,
    person_id: str,
    kind: str,
    session_id: str | None = None,
    address: str | None = None,
    detail: str | None = None,
) -> None:
    """Adds an entry and forgets what is too old, or too much of its kind. Of the address only the network is kept."""
    assert kind in KINDS, kind
    tx.insert(
        "security_event",
        [
            {
                "person_id": person_id,
                "id": tx.new_id(),
                "kind": kind,
                "at_ms": tx.now_ms,
                "session_id": session_id,
                "about": {"place": network(address), "detail": detail},
            }
        ],
    )
    tx.run(
        "DELETE FROM security_event WHERE person_id = :person_id AND (at_ms < :old OR (kind = :kind AND id <= ("
        "SELECT id FROM security_event WHERE person_id = :person_id AND kind = :kind"
        " ORDER BY id DESC LIMIT 1 OFFSET :most)))",
        person_id=person_id,
        kind=kind,
        old=tx.now_ms - limits.SECURITY_EVENT_DAYS * DAY_MS,
        most=limits.SECURITY_EVENTS_OF_KIND,
    )


def failed_due(read: Read, person_id: str, now_ms: int) -> bool:
    """Whether a wrong password at signing in is to be noted: none was for `limits.FAILED_EVENT_MINUTES`."""
    return not read.value(
        "SELECT COUNT(*) FROM security_event WHERE person_id = :person_id AND kind = :kind AND at_ms > :since",
        person_id=person_id,
        kind=FAILED,
        since=now_ms - limits.FAILED_EVENT_MINUTES * 60_000,
    )


def note_failed(tx: Tx, *, person_id: str, address: str | None) -> None:
    """Notes a wrong password at signing in, now and then."""
    if failed_due(tx, person_id, tx.now_ms):
        note(tx, person_id=person_id, kind=FAILED, address=address)


def of_person(
    read: Read, person_id: str, *, now_ms: int, before: str | None = None, most: int = limits.PAGE_ITEMS
) -> list[dict[str, Any]]:
    """Entries, the newest first: id, kind, at_ms, session_id, about {place, detail}. `before`: an entry's id."""
    return read.select(
        "security_event",
        "person_id = :person_id AND at_ms >= :old" + ("" if before is None else " AND id < :before"),
        "id DESC",
        most,
        person_id=person_id,
        old=now_ms - limits.SECURITY_EVENT_DAYS * DAY_MS,
        **({} if before is None else {"before": before}),
    )


def network(address: str | None) -> str | None:
    """Of an address what is shown and kept: 203.0.113.0/24, 2001:db8:1::/48. None for what is no address."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))
