"""The first schema.

Revision 0001. Written by server/tests/store/write_migration.py; after the first release it never changes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Compared byte by byte on both engines.
TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("currency", TEXT, nullable=True),
        sa.Column("opening_minor", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=True),
        sa.Column("icon", TEXT, nullable=True),
        sa.Column("colour", TEXT, nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("account_pkey")),
    )
    op.create_index("account_ver", "account", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "book",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("epoch", TEXT, nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("gc_floor", sa.BigInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("book_pkey")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "budget",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("category_id", TEXT, nullable=True),
        sa.Column("period", TEXT, nullable=True),
        sa.Column("currency", TEXT, nullable=True),
        sa.Column("carry_over", sa.Boolean(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("budget_pkey")),
    )
    op.create_index("budget_ver", "budget", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "budget_amount",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("budget_id", TEXT, nullable=True),
        sa.Column("from_day", TEXT, nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("once", sa.Boolean(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("budget_amount_pkey")),
    )
    op.create_index("budget_amount_budget_id", "budget_amount", ["book_id", "budget_id"], unique=False)
    op.create_index("budget_amount_ver", "budget_amount", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "category",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("parent_id", TEXT, nullable=True),
        sa.Column("system_key", TEXT, nullable=True),
        sa.Column("icon", TEXT, nullable=True),
        sa.Column("colour", TEXT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=True),
        sa.Column("merged_into", TEXT, nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("category_pkey")),
    )
    op.create_index("category_ver", "category", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "consumer",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", "name", name=op.f("consumer_pkey")),
    )
    op.create_table(
        "credential",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("secret_hash", TEXT, nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("credential_pkey")),
    )
    op.create_table(
        "data_key",
        sa.Column("scope_id", TEXT, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", name=op.f("data_key_pkey")),
    )
    op.create_table(
        "device",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("device_id", TEXT, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("pulled_ver", sa.BigInteger(), nullable=False),
        sa.Column("schema_version", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", "device_id", name=op.f("device_pkey")),
        sa.UniqueConstraint("book_id", "ordinal", name=op.f("device_book_id_ordinal_key")),
    )
    op.create_table(
        "dirty",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", name=op.f("dirty_pkey")),
    )
    op.create_index(op.f("dirty_lane_since_ms"), "dirty", ["lane", "since_ms"], unique=False)
    op.create_table(
        "file",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("unused_since_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("book_id", "sha256", name=op.f("file_pkey")),
    )
    op.create_table(
        "filter",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("query", sa.LargeBinary(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("filter_pkey")),
    )
    op.create_index("filter_ver", "filter", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "history",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("row_id", TEXT, nullable=False),
        sa.Column("mutation_id", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("device_id", TEXT, nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("book_id", "ver", "entity", "row_id", name=op.f("history_pkey")),
    )
    op.create_index(op.f("history_book_id_row_id_ver"), "history", ["book_id", "row_id", "ver"], unique=False)
    op.create_table(
        "import",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("format", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("undone_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ver", sa.BigInteger(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.LargeBinary(), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("options", sa.LargeBinary(), nullable=True),
        sa.Column("accounts", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("import_pkey")),
    )
    op.create_index(
        op.f("import_book_id_created_at_ms"), "import", ["book_id", "created_at_ms"], unique=False
    )
    op.create_table(
        "import_ref",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("bank_id", TEXT, nullable=False),
        sa.Column("transaction_id", TEXT, nullable=False),
        sa.Column("import_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("book_id", "account_id", "bank_id", name=op.f("import_ref_pkey")),
    )
    op.create_index(
        op.f("import_ref_book_id_import_id"), "import_ref", ["book_id", "import_id"], unique=False
    )
    op.create_index(
        op.f("import_ref_book_id_transaction_id"), "import_ref", ["book_id", "transaction_id"], unique=False
    )
    op.create_table(
        "job",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", "name", name=op.f("job_pkey")),
    )
    op.create_index(op.f("job_name_due_ms"), "job", ["name", "due_ms"], unique=False)
    op.create_table(
        "line",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("transaction_id", TEXT, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("day_number", sa.BigInteger(), nullable=False),
        sa.Column("flow", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=True),
        sa.Column("category_id", TEXT, nullable=True),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("base_minor", sa.BigInteger(), nullable=True),
        sa.Column("base_currency", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("book_id", "transaction_id", "position", name=op.f("line_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "line_account",
        "line",
        ["book_id", "account_id", "day", "transaction_id", "amount_minor"],
        unique=False,
    )
    op.create_index(
        "line_day",
        "line",
        [
            "book_id",
            "day_number",
            "flow",
            "currency",
            "base_currency",
            "category_id",
            "account_id",
            "amount_minor",
            "base_minor",
        ],
        unique=False,
    )
    op.create_table(
        "login",
        sa.Column("login_key", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("login_key", name=op.f("login_pkey")),
    )
    op.create_table(
        "member",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("joined_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", "person_id", name=op.f("member_pkey")),
    )
    op.create_table(
        "mutation",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("device_id", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", "id", "device_id", name=op.f("mutation_pkey")),
        sa.UniqueConstraint("book_id", "device_id", "seq", name=op.f("mutation_book_id_device_id_seq_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "payee",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("category_id", TEXT, nullable=True),
        sa.Column("merged_into", TEXT, nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("payee_pkey")),
    )
    op.create_index("payee_ver", "payee", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "person",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("login_key", TEXT, nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("person_pkey")),
    )
    op.create_table(
        "person_book",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("joined_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "book_id", name=op.f("person_book_pkey")),
    )
    op.create_table(
        "rate",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("day", TEXT, nullable=True),
        sa.Column("from_currency", TEXT, nullable=True),
        sa.Column("to_currency", TEXT, nullable=True),
        sa.Column("rate", TEXT, nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("rate_pkey")),
    )
    op.create_index("rate_ver", "rate", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("transaction_id", TEXT, nullable=True),
        sa.Column("sha256", TEXT, nullable=True),
        sa.Column("media_type", TEXT, nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("receipt_pkey")),
    )
    op.create_index("receipt_transaction_id", "receipt", ["book_id", "transaction_id"], unique=False)
    op.create_index("receipt_ver", "receipt", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "reconciliation",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("account_id", TEXT, nullable=True),
        sa.Column("day", TEXT, nullable=True),
        sa.Column("statement_minor", sa.BigInteger(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("reconciliation_pkey")),
    )
    op.create_index("reconciliation_ver", "reconciliation", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "refresh_token",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("session_id", TEXT, nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("attempt", TEXT, nullable=True),
        sa.Column("next_hash", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("person_id", "token_hash", name=op.f("refresh_token_pkey")),
    )
    op.create_index("refresh_token_session", "refresh_token", ["person_id", "session_id"], unique=False)
    op.create_table(
        "rollup",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False),
        sa.Column("flow", TEXT, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("base_currency", TEXT, nullable=False),
        sa.Column("category_id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("base_minor", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("count_without_rate", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "book_id",
            "month",
            "flow",
            "currency",
            "base_currency",
            "category_id",
            "account_id",
            name=op.f("rollup_pkey"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "schedule",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("account_id", TEXT, nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", TEXT, nullable=True),
        sa.Column("to_account_id", TEXT, nullable=True),
        sa.Column("to_amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("to_currency", TEXT, nullable=True),
        sa.Column("lines", TEXT, nullable=True),
        sa.Column("payee_id", TEXT, nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("tag_ids", TEXT, nullable=True),
        sa.Column("time", TEXT, nullable=True),
        sa.Column("start_day", TEXT, nullable=True),
        sa.Column("rule", TEXT, nullable=True),
        sa.Column("mode", TEXT, nullable=True),
        sa.Column("done_through", TEXT, nullable=True),
        sa.Column("skipped", TEXT, nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("schedule_pkey")),
    )
    op.create_index("schedule_ver", "schedule", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "server_key",
        sa.Column("scope_id", TEXT, nullable=False),
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("public_key", TEXT, nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("retired_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("scope_id", "key_id", name=op.f("server_key_pkey")),
    )
    op.create_table(
        "session",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("session_id", TEXT, nullable=False),
        sa.Column("client", TEXT, nullable=False),
        sa.Column("device_name", sa.LargeBinary(), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "session_id", name=op.f("session_pkey")),
    )
    op.create_table(
        "settings",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("base_currency", TEXT, nullable=True),
        sa.Column("first_day_of_week", sa.BigInteger(), nullable=True),
        sa.Column("first_day_of_month", sa.BigInteger(), nullable=True),
        sa.Column("first_month_of_year", sa.BigInteger(), nullable=True),
        sa.Column("default_kind", TEXT, nullable=True),
        sa.Column("default_account_id", TEXT, nullable=True),
        sa.Column("default_category_id", TEXT, nullable=True),
        sa.Column("dashboard", TEXT, nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("settings_pkey")),
    )
    op.create_index("settings_ver", "settings", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "sync_conflict",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("entity", TEXT, nullable=True),
        sa.Column("row_id", TEXT, nullable=True),
        sa.Column("unit", TEXT, nullable=True),
        sa.Column("code", TEXT, nullable=True),
        sa.Column("kept", sa.LargeBinary(), nullable=True),
        sa.Column("lost", sa.LargeBinary(), nullable=True),
        sa.Column("mutation_id", TEXT, nullable=True),
        sa.Column("device_id", TEXT, nullable=True),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=True),
        sa.Column("kept_device_id", TEXT, nullable=True),
        sa.Column("kept_person_id", TEXT, nullable=True),
        sa.Column("kept_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("sync_conflict_pkey")),
    )
    op.create_index("sync_conflict_ver", "sync_conflict", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "tag",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("colour", TEXT, nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("tag_pkey")),
    )
    op.create_index("tag_ver", "tag", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "template",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("account_id", TEXT, nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", TEXT, nullable=True),
        sa.Column("to_account_id", TEXT, nullable=True),
        sa.Column("lines", TEXT, nullable=True),
        sa.Column("payee_id", TEXT, nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("tag_ids", TEXT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("template_pkey")),
    )
    op.create_index("template_ver", "template", ["book_id", "ver", "id"], unique=False)
    op.create_table(
        "transaction",
        sa.Column("book_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("account_id", TEXT, nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", TEXT, nullable=True),
        sa.Column("to_account_id", TEXT, nullable=True),
        sa.Column("to_amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("to_currency", TEXT, nullable=True),
        sa.Column("lines", TEXT, nullable=True),
        sa.Column("rate", TEXT, nullable=True),
        sa.Column("base_minor", sa.BigInteger(), nullable=True),
        sa.Column("base_currency", TEXT, nullable=True),
        sa.Column("day", TEXT, nullable=True),
        sa.Column("time", TEXT, nullable=True),
        sa.Column("utc_offset_min", sa.BigInteger(), nullable=True),
        sa.Column("payee_id", TEXT, nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("tag_ids", TEXT, nullable=True),
        sa.Column("reconciled", sa.Boolean(), nullable=True),
        sa.Column("import_id", TEXT, nullable=True),
        sa.Column("fmeta", TEXT, nullable=False),
        sa.Column("extra", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("book_id", "id", name=op.f("transaction_pkey")),
    )
    op.create_index("transaction_day", "transaction", ["book_id", "day", "id"], unique=False)
    op.create_index(
        "transaction_import_id",
        "transaction",
        ["book_id", "import_id"],
        unique=False,
        sqlite_where=sa.text("import_id IS NOT NULL"),
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index(
        "transaction_payee_id",
        "transaction",
        ["book_id", "payee_id", "day", "id"],
        unique=False,
        sqlite_where=sa.text("payee_id IS NOT NULL"),
        postgresql_where=sa.text("payee_id IS NOT NULL"),
    )
    op.create_index("transaction_ver", "transaction", ["book_id", "ver", "id"], unique=False)
