"""Writes the first migration from the shared metadata.

    PYTHONPATH=server:server/tests python server/tests/store/write_migration.py

Only until the first release: after it, a change of the tables is a new file in versions/, written by hand.
A test compares what the migrations make with the metadata on both engines.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy import create_engine

from outlay.store import columns
from stores import import_tables

TARGET = Path(columns.__file__).parent / "migrations" / "versions" / "0001_first.py"

HEAD = '''"""The first schema.

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
'''

TYPES = (
    (columns.Integer, "sa.BigInteger()"),
    (columns.Flag, "sa.Boolean()"),
    (columns.Sealed, "sa.LargeBinary()"),
    (columns.Bytes, "sa.LargeBinary()"),
    (columns._Bytewise, "TEXT"),
)


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Types as the engines know them: a migration must not change with the code."""
    if kind == "type":
        for type_, text in TYPES:
            if isinstance(item, type_):
                return text
        raise TypeError(f"no plain type for {item!r}")
    return False


def tell_engines() -> None:
    """Gives tables and indexes what only one engine knows of them (`info`)."""
    for table in columns.metadata.tables.values():
        for each in (table, *table.indexes):
            for name, value in each.info.items():
                each.dialect_kwargs[name] = value
            each.info.clear()


def migration() -> str:
    import_tables()
    tell_engines()
    with create_engine("sqlite://").connect() as empty:
        options = {"render_item": render_item, "target_metadata": columns.metadata}
        context = MigrationContext.configure(empty, opts={**options, "sqlalchemy_module_prefix": "sa."})
        ops = produce_migrations(context, columns.metadata).upgrade_ops
        assert ops is not None
        body = render_python_code(UpgradeOps(ops=ops.ops), migration_context=context, render_item=render_item)
    return HEAD + "\n".join(line for line in body.splitlines() if "###" not in line) + "\n"


if __name__ == "__main__":
    TARGET.write_text(migration(), encoding="utf-8")
    subprocess.run([Path(sys.executable).parent / "ruff", "format", "--quiet", TARGET], check=True)
    sys.stdout.write(f"{TARGET.name}: {len(TARGET.read_text().splitlines())} lines\n")
