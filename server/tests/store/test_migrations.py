"""The migrations make what the metadata says, on both engines."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from sqlcipher3 import dbapi2 as sqlcipher

from outlay.store import SERVER_SCOPE, StoreSettings, open_store
from outlay.store.columns import metadata
from outlay.store.migrations.run import current, engine_on, newest, upgrade
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
