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
