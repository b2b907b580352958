"""Ways in, security, the key store.

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
