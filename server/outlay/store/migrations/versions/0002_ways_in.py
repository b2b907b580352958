"""Ways in, security, the key store, people and their rights.

Revision 0002. Its rows of `data_key` were taken over by the key store before this runs (`run.upgrade`).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Compared byte by byte on both engines.
TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "key_erasure",
        sa.Column("scope_id", TEXT, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", name=op.f("key_erasure_pkey")),
    )
    op.drop_table("data_key")
    op.create_table(
        "invitation",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("taken_by", TEXT, nullable=True),
        sa.Column("taken_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("invitation_pkey")),
    )
    op.create_table(
        "photo",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("photo_pkey")),
    )
    op.create_table(
        "erasure",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("hand_over", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("erasure_pkey")),
    )
    op.create_table(
        "export",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("progress", sa.BigInteger(), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("link_hash", TEXT, nullable=True),
        sa.Column("link_until_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("export_pkey")),
    )
    op.create_table(
        "consent",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", "at_ms", name=op.f("consent_pkey")),
    )
    op.add_column("session", sa.Column("confirmed_at_ms", sa.BigInteger(), nullable=True))
    op.add_column("session", sa.Column("place", sa.LargeBinary(), nullable=True))
    op.create_table(
        "security_event",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("session_id", TEXT, nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("security_event_pkey")),
    )
    op.create_table(
        "second_factor",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("tries_since_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("second_factor_pkey")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("code_hash", TEXT, nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f("recovery_code_pkey")),
    )
    op.create_table(
        "sign_in_ticket",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("ticket_hash", TEXT, nullable=False),
        sa.Column("client", TEXT, nullable=False),
        sa.Column("device_name", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "ticket_hash", name=op.f("sign_in_ticket_pkey")),
    )
    op.create_table(
        "api_token",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", TEXT, nullable=False),
        sa.Column("only_book_id", TEXT, nullable=True),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("api_token_pkey")),
    )
    with op.batch_alter_table("person") as person:
        person.alter_column("login_key", existing_type=TEXT, nullable=True)
        person.alter_column("email", existing_type=sa.LargeBinary(), nullable=True)
        person.add_column(sa.Column("email_confirmed_at_ms", sa.BigInteger(), nullable=True))
        person.add_column(sa.Column("phone_confirmed_at_ms", sa.BigInteger(), nullable=True))
    op.create_table(
        "challenge",
        sa.Column("challenge_id", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("subject_key", TEXT, nullable=False),
        sa.Column("secret_hash", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_id", name=op.f("challenge_pkey")),
    )
    op.create_index("challenge_expires_at_ms", "challenge", ["expires_at_ms"], unique=False)
    op.create_index("challenge_person_id", "challenge", ["person_id"], unique=False)
    op.create_table(
        "way",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("way_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("provider", TEXT, nullable=True),
        sa.Column("login_key", TEXT, nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=True),
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "way_id", name=op.f("way_pkey")),
    )
    op.create_table(
        "ceremony",
        sa.Column("scope_id", TEXT, nullable=False),
        sa.Column("ceremony_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "ceremony_id", name=op.f("ceremony_pkey")),
    )
