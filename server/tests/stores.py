"""The store that tests run on: a migrated, empty SQLite file and a migrated, empty PostgreSQL database.

    async def test_something(store):                 # runs twice
        book_id = await make_book(store)

Every room's tables are there. Tests may be `async def`; the clock stands still until it is moved.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import argon2
import pytest

from outlay.kernel.ids import uuid7
from outlay.store.engine import KEYS_FILE, Store, StoreSettings, open_store

ROOMS = ("store", "identity", "ledger", "files", "sync", "importing", "notify", "batch", "privacy")
MASTER_KEY = bytes(range(32))
HASHER = argon2.PasswordHasher


def import_tables() -> None:
    """Every room's tables, in the shared metadata."""
    for room in ROOMS:
        if importlib.util.find_spec(f"outlay.{room}") and importlib.util.find_spec(f"outlay.{room}.tables"):
            importlib.import_module(f"outlay.{room}.tables")


@dataclass
class Clock:
    """Milliseconds since the epoch, standing still: 2026-01-15 12:00:00 UTC to begin with."""

    now_ms: int = 1_768_478_400_000

    def __call__(self) -> int:
        return self.now_ms

    def advance(self, ms: int) -> None:
        self.now_ms += ms


async def make_book(store: Store) -> str:
    """A new, empty book without members; its id."""
    book_id = uuid7(store.clock(), os.urandom(10))
    await store.write_people(lambda tx: tx.create_book(book_id))
    return book_id


def scopes(store: Store) -> list[str]:
    """What the key store has keys of."""
    return [kept.scope_id for kept in store.keys.listed()]


def _migrate(settings: StoreSettings) -> None:
    import_tables()
    store = open_store(settings)
    try:
        store.migrate()
    finally:
        store.close_now()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """Nothing here cuts the power: like PostgreSQL's (`postgres.py`), a SQLite file of a test waits for no disk, except
    with OUTLAY_TEST_FSYNC=1. And argon2 with little memory. Servers in processes of their own have neither."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = partial(HASHER, time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(argon2, "PasswordHasher", cheap)
        if os.environ.get("OUTLAY_TEST_FSYNC") != "1":
            patch.setattr("outlay.store.sqlite.SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy, with its key store beside it."""
    path = tmp_path_factory.mktemp("sqlite-template") / "outlay.db"
    _migrate(StoreSettings(master_key=MASTER_KEY, path=path))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def store_settings(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> StoreSettings:
    """Settings of a migrated, empty database of this test alone."""
    keys = tmp_path / KEYS_FILE
    shutil.copyfile(sqlite_template.with_name(KEYS_FILE), keys)
    if request.param == "sqlite":
        path = tmp_path / "outlay.db"
        shutil.copyfile(sqlite_template, path)
        return StoreSettings(master_key=MASTER_KEY, path=path)
    create: Callable[..., str] = request.getfixturevalue("postgres_database")

    def prepare(url: str) -> None:
        _migrate(StoreSettings(master_key=MASTER_KEY, url=url, keys=tmp_path / "template.db"))

    return StoreSettings(master_key=MASTER_KEY, url=create("outlay_migrated", prepare), keys=keys)


@pytest.fixture
def store(store_settings: StoreSettings, clock: Clock) -> Iterator[Store]:
    opened = open_store(store_settings, clock)
    yield opened
    opened.close_now()
