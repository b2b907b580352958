"""The migrations make what the metadata says, on both engines."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, Connection, LargeBinary, MetaData
from sqlalchemy import Integer as SqlInteger
from sqlalchemy.types import TypeEngine
from sqlcipher3 import dbapi2 as sqlcipher

from outlay.store import SERVER_SCOPE, StoreSettings, open_store
from outlay.store.columns import metadata
from outlay.store.keys import Wrapper
from outlay.store.migrations.run import FOLDER, current, engine_on, newest, upgrade
from stores import MASTER_KEY, import_tables, scopes

POSTGRES_SCHEMA = (
    (
        "SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    "SELECT tablename, indexname, indexdef, '', '', '' FROM pg_indexes WHERE schemaname = 'public'",
    (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '' FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace"
    ),
    (
        "SELECT relname, reloptions::text, '', '', '', '' FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    ),
)


def sqlite_schema(raw: object) -> set[str]:
    rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")  # type: ignore[attr-defined]
    # A table that was made anew under its own name has that name in quotes.
    plain = [(name, sql.replace(f'TABLE "{name}"', f"TABLE {name}")) for name, sql in rows]
    return {re.sub(r"\s+", " ", sql) for name, sql in plain if name != "alembic_version"}


def tell_engines() -> None:
    """Gives tables and indexes what only one engine knows of them (`info`)."""
    for table in metadata.tables.values():
        for each in (table, *table.indexes):
            for name, value in each.info.items():
                each.dialect_kwargs[name] = value
            each.info.clear()


def test_on_sqlite_they_make_the_metadata() -> None:
    import_tables()
    tell_engines()
    migrated, created = (sqlcipher.connect(":memory:", isolation_level=None) for _ in range(2))
    upgrade(migrated, "sqlite")
    metadata.create_all(engine_on(created, "sqlite"))
    assert len(sqlite_schema(migrated)) > 40
    assert sqlite_schema(migrated) == sqlite_schema(created)
    assert current(migrated, "sqlite") == newest()
    upgrade(migrated, "sqlite")


def test_on_postgresql_they_make_the_metadata(postgres_database: Callable[..., str]) -> None:
    import_tables()
    tell_engines()

    def schema(url: str) -> set[tuple[object, ...]]:
        with psycopg.connect(url, autocommit=True) as raw:
            rows = [row for sql in POSTGRES_SCHEMA for row in raw.execute(sql).fetchall()]
        return {row for row in rows if "alembic_version" not in str(row)}

    migrated, created = postgres_database(), postgres_database()
    with psycopg.connect(migrated) as raw:
        upgrade(raw, "postgresql")
        assert current(raw, "postgresql") == newest()
        upgrade(raw, "postgresql")
    with psycopg.connect(created) as raw:
        metadata.create_all(engine_on(raw, "postgresql"))
        raw.commit()
    assert len(schema(migrated)) > 300
    assert schema(migrated) == schema(created)
    collations = "SELECT DISTINCT collation_name FROM information_schema.columns WHERE data_type = 'text'"
    with psycopg.connect(migrated) as raw:
        assert raw.execute(f"{collations} AND table_schema = 'public'").fetchall() == [("C",)]


def test_processes_that_start_together_migrate_once(
    tmp_path: Path, postgres_database: Callable[..., str]
) -> None:
    url = {"url": postgres_database(), "keys": tmp_path / "other-keys.db"}
    for place in ({"path": tmp_path / "outlay.db"}, url):
        settings = StoreSettings(master_key=MASTER_KEY, **place)  # type: ignore[arg-type]
        stores = [open_store(settings) for _ in range(3)]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda store: store.migrate(), stores))
        for store in stores:
            assert scopes(store) == [SERVER_SCOPE]
            store.close_now()


def test_rows_of_the_first_schema_live_on(tmp_path: Path, postgres_database: Callable[..., str]) -> None:
    """One row in every table of 0001, whatever the later migrations do to it."""
    import_tables()
    for place in ({"path": tmp_path / "outlay.db"}, {"url": postgres_database(), "keys": tmp_path / "k.db"}):
        store = open_store(StoreSettings(master_key=MASTER_KEY, **place))  # type: ignore[arg-type]
        with store._engine.owner() as raw, engine_on(raw, store.dialect).connect() as connection:
            to_first(connection)
            first = MetaData()
            first.reflect(connection)
            for table in first.sorted_tables:
                row = {column.name: something(column.type) for column in table.columns}
                if table.name == "data_key":
                    row = {
                        "scope_id": SERVER_SCOPE,
                        "wrapped": Wrapper(MASTER_KEY).wrap(SERVER_SCOPE, bytes(32)),
                    }
                if table.name != "alembic_version":
                    connection.execute(table.insert(), [row])
            connection.commit()
        store.migrate()
        kept = [name for name in first.tables if name in metadata.tables]
        assert len(kept) > 25
        for name in kept:
            rows = store.read_now(lambda read, name=name: read.all(f'SELECT * FROM "{name}"'))  # type: ignore[misc]
            assert len(rows) == 1, name
        store.close_now()


def to_first(connection: Connection) -> None:
    """The schema as the first release made it."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


def something(kind: TypeEngine[Any]) -> Any:
    if isinstance(kind, LargeBinary):
        return b"\1" * 40
    if isinstance(kind, Boolean):
        return False
    return 1 if isinstance(kind, SqlInteger) else "1"
