"""Runs the migrations on an open driver connection of either engine.

A database that is at the newest revision already is found out without Alembic, which is slow to import.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from outlay.store.sql import Dialect

FOLDER: Final = Path(__file__).parent
KeepKeys = Callable[[list[tuple[str, bytes]]], None]
# Any number, as long as it is ours: two processes that start together migrate one after the other.
_LOCK: Final = 0x6F75746C6179


def newest() -> str:
    """The newest revision: a migration's file is named `<revision>_<words>.py`."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def upgrade(raw: Any, dialect: Dialect, keep_keys: KeepKeys | None = None) -> None:
    """To the newest revision, in one transaction. `raw` is a driver's connection that nobody else uses. `keep_keys`
    gets the wrapped data keys, which 0001 had in this database, before they are dropped here."""
    if current(raw, dialect) == newest():
        return
    from alembic import command
    from alembic.config import Config

    engine = engine_on(raw, dialect)
    with engine.connect() as connection:
        if dialect == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if keep_keys is not None and current_of(connection) == "0001":
            rows = connection.exec_driver_sql("SELECT scope_id, wrapped FROM data_key ORDER BY scope_id")
            keep_keys([(scope, bytes(wrapped)) for scope, wrapped in rows])
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def current_of(connection: Any) -> str | None:
    """The same of SQLAlchemy's connection, inside its transaction."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def current(raw: Any, dialect: Dialect) -> str | None:
    """The revision that the database is at, None for a new one."""
    place = "sqlite_master WHERE name =" if dialect == "sqlite" else "pg_tables WHERE tablename ="
    found = raw.execute(f"SELECT 1 FROM {place} 'alembic_version'").fetchone()
    row = raw.execute("SELECT version_num FROM alembic_version").fetchone() if found else None
    raw.rollback()
    return None if row is None else str(row[0])


def engine_on(raw: Any, dialect: Dialect) -> Any:
    """A SQLAlchemy engine that speaks through one given connection."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool
    from sqlcipher3 import dbapi2 as sqlcipher

    if dialect == "postgresql":
        return create_engine("postgresql+psycopg://", creator=lambda: raw, poolclass=StaticPool)
    return create_engine("sqlite://", module=sqlcipher, creator=lambda: raw, poolclass=StaticPool)
