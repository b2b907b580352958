"""What lies on the disk: the SQLite file, sealed columns on both engines, the key file."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from outlay.store import (
    SERVER_SCOPE,
    Read,
    Row,
    Store,
    StoreError,
    StoreSettings,
    Tx,
    aad,
    master_key,
    open_store,
)
from outlay.store.columns import metadata
from outlay.store.keys import DataKey
from stores import MASTER_KEY, import_tables, make_book

SECRETS = ("Rendezvous with Ms Pemberton", "Überweisung an Zoë", '"quoted \\ secret"')


async def seed(store: Store) -> str:
    """A book whose history holds the secrets."""
    book_id = await make_book(store)

    def write(tx: Tx) -> None:
        for secret in SECRETS:
            ver = tx.next_version()
            row = {
                "book_id": book_id, "ver": ver, "entity": "note", "row_id": tx.new_id(),
                "mutation_id": tx.new_id(), "person_id": None, "device_id": None, "at_ms": tx.now_ms,
                "action": "set", "payload": {"note": secret, "again": [secret]},
            }  # fmt: skip
            tx.upsert("history", [row])

    await store.write(book_id, write)
    return book_id


def forms(secret: str) -> list[bytes]:
    """As text and as JSON would spell it."""
    return [secret.encode(), secret.encode("unicode_escape"), secret.encode("utf-16-le")]


async def test_sealed_columns_open_to_what_was_written(store: Store) -> None:
    book_id = await seed(store)
    rows = await store.read(lambda read: read.select("history", "book_id = :book", "ver", book=book_id))
    assert [row["payload"]["note"] for row in rows] == list(SECRETS)


async def test_no_table_of_either_engine_holds_a_secret(store: Store, store_settings: StoreSettings) -> None:
    await seed(store)
    import_tables()

    def every_value(read: Read) -> bytes:
        found = b""
        for table in metadata.tables:
            for row in read.all(f'SELECT * FROM "{table}"'):
                found += b"\n".join(
                    value if isinstance(value, bytes) else str(value).encode() for value in row
                )
        return found

    content = await store.read(every_value)
    assert b"note" in content, "the rows were read"
    for secret in SECRETS:
        for form in forms(secret):
            assert form not in content


@pytest.mark.parametrize("store_settings", ["sqlite"], indirect=True)
async def test_the_sqlite_file_is_encrypted_whole(store: Store, store_settings: StoreSettings) -> None:
    assert store_settings.path is not None
    book_id = await seed(store)
    names = [*(table for table in metadata.tables), book_id, "SQLite format 3", "CREATE TABLE"]
    for file in sorted(store_settings.path.parent.glob("outlay.db*")):
        content = file.read_bytes()
        assert content, file.name
        for word in [*names, *SECRETS]:
            assert len(word) < 8 or word.encode() not in content, f"{word} in {file.name}"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


async def test_a_wrong_key_is_said_clearly(store: Store, store_settings: StoreSettings) -> None:
    await seed(store)
    with pytest.raises(StoreError, match=r"key.*(master\.key|OUTLAY_MASTER_KEY)"):
        open_store(replace(store_settings, master_key=bytes(32)))
    open_store(store_settings).close_now()


async def test_a_sealed_value_cannot_be_moved_or_changed(store: Store) -> None:
    book_id = await seed(store)
    other_id = await make_book(store)
    moved = (
        "UPDATE history SET payload = (SELECT payload FROM history WHERE book_id = :book AND ver = 1) "
        "WHERE book_id = :book AND ver = 2"
    )

    await store.write(book_id, lambda tx: tx.run(moved, book=book_id))
    with pytest.raises(StoreError, match="does not open"):
        await store.read(lambda read: read.select("history", "book_id = :book AND ver = 2", book=book_id))

    def cross(tx: Tx) -> None:
        sealed = tx.seal_text(book_id, "secret", aad("t", "c", "row"))
        assert tx.open_text(book_id, sealed, aad("t", "c", "row")) == "secret"
        with pytest.raises(StoreError):
            tx.open_text(other_id, sealed, aad("t", "c", "row"))
        with pytest.raises(StoreError):
            tx.open_text(book_id, sealed, aad("t", "c", "other"))

    await store.write(book_id, cross)


async def test_an_erased_key_makes_its_texts_unreadable(store: Store) -> None:
    book_id = await seed(store)

    def failing(tx: Tx) -> None:
        tx.erase_key(book_id)
        raise ValueError("no")

    def select(read: Read) -> list[Row]:
        return read.select("history", "book_id = :book", book=book_id)

    with pytest.raises(ValueError, match="no"):
        await store.write(book_id, failing)
    assert len(await store.read(select)) == 3, "an erasure that raised did not happen"
    await store.write(book_id, lambda tx: tx.erase_key(book_id))
    with pytest.raises(StoreError, match="no data key"):
        await store.read(select)


async def test_a_key_made_by_a_write_that_raised_is_not_kept(store: Store) -> None:
    scope = "0195f7a0-0000-7000-8000-000000000001"
    bound = aad("person", "email", scope)

    def make(tx: Tx, fail: bool) -> bytes | None:
        tx.create_key(scope)
        sealed = tx.seal_text(scope, "x", bound)
        if fail:
            raise ValueError("no")
        return sealed

    with pytest.raises(ValueError, match="no"):
        await store.write_people(lambda tx: make(tx, True))
    sealed = await store.write_people(lambda tx: make(tx, False))
    assert await store.read(lambda read: read.open_text(scope, sealed, bound)) == "x"


async def test_the_server_has_a_key_of_its_own(store: Store) -> None:
    sealed = await store.write_people(lambda tx: tx.seal_text(SERVER_SCOPE, "signing key", b"x"))
    assert sealed is not None
    assert b"signing" not in sealed
    assert await store.read(lambda read: read.open_text(SERVER_SCOPE, sealed, b"x")) == "signing key"


def test_nonces_do_not_repeat() -> None:
    key = DataKey(bytes(32))
    nonces = {key.seal("same", b"same")[1:13] for _ in range(10_000)}
    assert len(nonces) == 10_000


def test_the_key_file_is_made_once_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = master_key(None, folder, data_exists=False)
    assert len(first) == 32
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert master_key(None, folder, data_exists=True) == first
    assert master_key(first.hex(), tmp_path / "elsewhere", data_exists=True) == first
    (folder / "master.key").chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600"):
        master_key(None, folder, data_exists=True)


def test_no_new_key_is_made_for_old_data(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"put master\.key back"):
        master_key(None, tmp_path, data_exists=True)
    for text in ("abc", "g" * 64, "00" * 31):
        with pytest.raises(StoreError, match="64 hex digits"):
            master_key(text, tmp_path, data_exists=False)


def test_a_plain_sqlite_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outlay.db"
    path.write_bytes(b"SQLite format 3\0" + os.urandom(8176))
    with pytest.raises(StoreError, match="key does not open"):
        open_store(StoreSettings(master_key=MASTER_KEY, path=path))


def test_a_server_that_is_not_there_is_said_clearly() -> None:
    with pytest.raises((StoreError, psycopg.OperationalError), match="does not answer"):
        open_store(
            StoreSettings(master_key=MASTER_KEY, url="postgresql://x@127.0.0.1:1/x", connect_timeout_s=1)
        )
