"""Copies that people asked for, and what they consented to."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from outlay.store.columns import Flag, Id, Integer, Moment, String, column, metadata

__all__ = ["consent", "export"]

export: Final = Table(
    "export",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("id", Id(), owner="person", key=True),
    column("status", String(), owner="person"),  # waiting | working | done | failed
    column("progress", Integer(), owner="person"),  # 0 to 100
    column("asked_at_ms", Moment(), owner="person"),
    # Whoever moves it has claimed it.
    column("claimed_at_ms", Moment(), owner="none"),
    column("done_at_ms", Moment(), owner="person", null=True),
    # The file and this row go then.
    column("expires_at_ms", Moment(), owner="person", null=True),
    column("size", Integer(), owner="person", null=True),
    # SHA-256 of the secret of the one link that opens it now.
    column("link_hash", String(), owner="none", null=True),
    column("link_until_ms", Moment(), owner="none", null=True),
)

consent: Final = Table(
    "consent",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("kind", String(), owner="person", key=True),
    # Each decision is a row: the newest holds, the others show what held when (GDPR 7, 1).
    column("at_ms", Moment(), owner="person", key=True),
    column("granted", Flag(), owner="person"),
    # Which words were agreed to.
    column("text_version", Integer(), owner="person"),
)
