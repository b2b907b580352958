"""The rows of people and of membership.

People's tables are keyed (and on Citus distributed) by `person_id`; `member` is keyed by `book_id`. `login`
finds a person by a keyed hash of an e-mail address, `person_book` finds a person's books: both so that no
statement has to look on every shard. What names a person is sealed under the person's own key.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Index, Table

from outlay.store.columns import Bytes, Id, Integer, Moment, Sealed, SealedJson, String, column, metadata

login: Final = Table(
    "login",
    metadata,
    column("login_key", String(), owner="person", key=True),
    column("kind", String(), owner="none"),
    column("person_id", Id(), owner="person"),
)

person: Final = Table(
    "person",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("login_key", String(), owner="person", null=True),
    column("email", Sealed("person_id"), owner="person", null=True),
    column("name", Sealed("person_id"), owner="person", null=True),
    column("phone", Sealed("person_id"), owner="person", null=True),
    column("language", String(), owner="person"),
    column("ver", Integer(), owner="none"),
    column("created_at_ms", Moment(), owner="person"),
    column("email_confirmed_at_ms", Moment(), owner="person", null=True),
    column("phone_confirmed_at_ms", Moment(), owner="person", null=True),
)

challenge: Final = Table(
    "challenge",
    metadata,
    column("challenge_id", Id(), owner="person", key=True),
    column("purpose", String(), owner="none"),
    column("subject_key", String(), owner="person"),
    column("secret_hash", String(), owner="person"),
    column("person_id", Id(), owner="person", null=True),
    column("address", Sealed("person_id"), owner="person", null=True),
    column("tries", Integer(), owner="none"),
    column("made_at_ms", Moment(), owner="none"),
    column("expires_at_ms", Moment(), owner="none"),
)
"""A code or link that was sent: by its own id, for a number may be asked about that nobody has."""

credential: Final = Table(
    "credential",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("kind", String(), owner="none", key=True),
    column("secret_hash", String(), owner="person"),
    column("changed_at_ms", Moment(), owner="person"),
)

session: Final = Table(
    "session",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("session_id", Id(), owner="person", key=True),
    column("client", String(), owner="person"),
    column("device_name", Sealed("person_id"), owner="person", null=True),
    column("created_at_ms", Moment(), owner="person"),
    column("seen_at_ms", Moment(), owner="person"),
    column("expires_at_ms", Moment(), owner="person"),
    column("revoked_at_ms", Moment(), owner="person", null=True),
    # When the person last proved who they are (step-up).
    column("confirmed_at_ms", Moment(), owner="person", null=True),
    # The network it was last used from, e.g. 203.0.113.0/24.
    column("place", Sealed("person_id"), owner="person", null=True),
)

refresh_token: Final = Table(
    "refresh_token",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("token_hash", String(), owner="person", key=True),
    column("session_id", Id(), owner="person"),
    column("made_at_ms", Moment(), owner="person"),
    column("used_at_ms", Moment(), owner="person", null=True),
    column("attempt", String(), owner="person", null=True),
    column("next_hash", String(), owner="person", null=True),
)

person_book: Final = Table(
    "person_book",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("book_id", Id(), owner="person", key=True),
    column("joined_at_ms", Moment(), owner="person"),
)

member: Final = Table(
    "member",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("person_id", Id(), owner="person", key=True),
    column("role", String(), owner="book"),
    column("joined_at_ms", Moment(), owner="book"),
)

invitation: Final = Table(
    "invitation",
    metadata,
    column("book_id", Id(), owner="none", key=True),
    column("id", Id(), owner="none", key=True),
    # SHA-256 of the link's secret: what is stored opens nothing.
    column("token_hash", String(), owner="none"),
    column("role", String(), owner="book"),
    # Whom it was mailed to.
    column("email", Sealed(), owner="person", null=True),
    column("person_id", Id(), owner="person"),
    column("made_at_ms", Moment(), owner="book"),
    column("expires_at_ms", Moment(), owner="book"),
    column("withdrawn_at_ms", Moment(), owner="book", null=True),
    column("taken_by", Id(), owner="person", null=True),
    column("taken_at_ms", Moment(), owner="person", null=True),
)

security_event: Final = Table(
    "security_event",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("id", Id(), owner="none", key=True),
    column("kind", String(), owner="person"),
    column("at_ms", Moment(), owner="person"),
    column("session_id", Id(), owner="person", null=True),
    # {place, detail}
    column("about", SealedJson("person_id"), owner="person"),
)

second_factor: Final = Table(
    "second_factor",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    # Base32, as authenticators take it.
    column("secret", Sealed("person_id"), owner="person"),
    column("made_at_ms", Moment(), owner="person"),
    # NULL until the first code was typed.
    column("confirmed_at_ms", Moment(), owner="person", null=True),
    # The 30 seconds that the last code was of: each works once.
    column("last_step", Integer(), owner="none"),
    column("tries", Integer(), owner="none"),
    column("tries_since_ms", Moment(), owner="none"),
)

recovery_code: Final = Table(
    "recovery_code",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("code_hash", String(), owner="person", key=True),
    column("made_at_ms", Moment(), owner="person"),
    column("used_at_ms", Moment(), owner="person", null=True),
)

sign_in_ticket: Final = Table(
    "sign_in_ticket",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("ticket_hash", String(), owner="person", key=True),
    column("client", String(), owner="person"),
    column("device_name", Sealed("person_id"), owner="person", null=True),
    column("expires_at_ms", Moment(), owner="person"),
)

api_token: Final = Table(
    "api_token",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("id", Id(), owner="none", key=True),
    column("token_hash", String(), owner="person"),
    column("name", Sealed("person_id"), owner="person"),
    # Words with a space between: read write import.
    column("scopes", String(), owner="person"),
    # The only book it opens; NULL: all of the person's.
    column("only_book_id", Id(), owner="person", null=True),
    column("made_at_ms", Moment(), owner="person"),
    column("expires_at_ms", Moment(), owner="person", null=True),
    column("used_at_ms", Moment(), owner="person", null=True),
)

photo: Final = Table(
    "photo",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    # A small JPEG in base64.
    column("image", Sealed("person_id"), owner="person"),
    column("changed_at_ms", Moment(), owner="person"),
)

erasure: Final = Table(
    "erasure",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("asked_at_ms", Moment(), owner="person"),
    column("due_at_ms", Moment(), owner="person"),
    # Whoever moves it has claimed it.
    column("claimed_at_ms", Moment(), owner="none"),
    # {book_id: the member who becomes its owner}
    column("hand_over", SealedJson("person_id"), owner="person"),
)

way: Final = Table(
    "way",
    metadata,
    column("person_id", Id(), owner="person", key=True),
    column("way_id", Id(), owner="person", key=True),
    column("kind", String(), owner="none"),
    column("provider", String(), owner="person", null=True),
    column("login_key", String(), owner="person"),
    column("label", Sealed("person_id"), owner="person", null=True),
    column("credential_id", Sealed("person_id"), owner="person", null=True),
    column("public_key", Bytes(), owner="person", null=True),
    column("sign_count", Integer(), owner="none"),
    column("created_at_ms", Moment(), owner="person"),
    column("used_at_ms", Moment(), owner="person", null=True),
)

ceremony: Final = Table(
    "ceremony",
    metadata,
    column("scope_id", String(), owner="none", key=True),
    column("ceremony_id", String(), owner="none", key=True),
    column("kind", String(), owner="none"),
    column("payload", SealedJson("scope_id"), owner="person"),
    column("expires_at_ms", Moment(), owner="none"),
)

server_key: Final = Table(
    "server_key",
    metadata,
    column("scope_id", String(), owner="none", key=True),
    column("key_id", String(), owner="none", key=True),
    column("purpose", String(), owner="none"),
    column("public_key", String(), owner="none"),
    column("private_key", Sealed("scope_id"), owner="none"),
    column("created_at_ms", Moment(), owner="none"),
    column("retired_at_ms", Moment(), owner="none", null=True),
)

Index("refresh_token_session", refresh_token.c.person_id, refresh_token.c.session_id)
Index("challenge_expires_at_ms", challenge.c.expires_at_ms)
Index("challenge_person_id", challenge.c.person_id)
