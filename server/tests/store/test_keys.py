"""The key store: what is durable when, what a crash leaves, other processes, new keys in the place of old ones."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from outlay.batch import keys as looking_after
from outlay.files.objects import Objects, folder_url
from outlay.store import SERVER_SCOPE, Store, StoreError, StoreSettings, Tx, open_store
from outlay.store.columns import metadata
from outlay.store.engine import KEYS_FILE
from outlay.store.key_store import KEYS_FILE_KEY, KeyStore, open_keys
from outlay.store.keys import DataKey, Wrapper, aad, derive
from outlay.store.migrations.run import current, engine_on
from outlay.store.read import Read
from outlay.store.rotation import sealed_columns
from outlay.store.shape import shape
from stores import MASTER_KEY, Clock, make_book, scopes

from .notes import note, notes
from .test_migrations import to_first

DAY_MS = 86_400_000
PERSON = "0195f7a0-0000-7000-8000-000000000001"
OTHER_MASTER = bytes(range(1, 33))


@pytest.fixture(params=["file", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a new key store is to be."""
    if request.param == "file":
        return tmp_path / "apart" / KEYS_FILE
    create: Callable[..., str] = request.getfixturevalue("postgres_database")
    return create()


@pytest.fixture
def keys(place: Path | str) -> Iterator[KeyStore]:
    opened = open_keys(place, [MASTER_KEY])
    yield opened
    opened.close()


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(folder_url(tmp_path / "files"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes hear of changed keys soon."""
    monkeypatch.setattr("outlay.store.keyring.FRESH_S", 0.05)


def test_a_key_store_keeps_renews_and_destroys(keys: KeyStore, place: Path | str) -> None:
    first = keys.make("a", 1)
    assert keys.make("a", 2) == first
    assert keys.make("b", 3) != first
    assert keys.missing(["a", "c", "b"]) == ["c"]
    before = keys.generation()
    assert keys.renew("a", 4)
    assert not keys.renew("a", 5), "it has begun and is not finished"
    assert not keys.renew("c", 5)
    assert keys.generation() > before
    second, former = keys.load("a")
    assert former == first != second
    keys.retire("a", 6)
    assert [(kept.scope_id, kept.number, kept.made_at_ms, kept.retired_at_ms) for kept in keys.listed()] == [
        ("a", 2, 4, None), ("a", 1, 1, 6), ("b", 1, 3, None),
    ]  # fmt: skip
    keys.drop_former("a", 6)
    assert len(keys.load("a")) == 2
    keys.drop_former("a", 7)
    assert keys.load("a") == [second]
    again = open_keys(place, [MASTER_KEY])
    assert again.load("a") == [second]
    again.close()
    keys.destroy(["a", "a", "z"])
    assert keys.load("a") == []
    assert [kept.scope_id for kept in keys.listed()] == ["b"]


def test_a_destroyed_key_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    """Neither in free pages nor in the log, whoever has the master key."""
    file = tmp_path / KEYS_FILE
    keys = open_keys(file, [MASTER_KEY])
    for n in range(200):
        keys.make(f"scope-{n:03}-is-here", 1)
    keys.destroy([f"scope-{n:03}-is-here" for n in range(50, 200)])
    assert Path(f"{file}-wal").stat().st_size == 0
    keys.close()
    content = decrypted(file.read_bytes(), derive(MASTER_KEY, KEYS_FILE_KEY))
    assert b"scope-049-is-here" in content
    assert b"scope-050-is-here" not in content
    assert b"scope-199-is-here" not in content


def decrypted(content: bytes, key: bytes) -> bytes:
    """The pages of a SQLCipher 4 file, free ones too: AES-256-CBC, the IV before the 64 bytes of HMAC at the end of
    each, the file's first 16 bytes a salt (https://www.zetetic.net/sqlcipher/design/)."""
    pages = []
    for at in range(0, len(content), 4096):
        page = content[at : at + 4096]
        opening = Cipher(AES(key), CBC(page[4016:4032])).decryptor()
        pages.append(opening.update(page[16 if at == 0 else 0 : 4016]))
    return b"".join(pages)


def test_another_master_key_for_all_or_none(keys: KeyStore, place: Path | str) -> None:
    raws = {scope: keys.make(scope, 1) for scope in ("a", "b", "c")}
    for wrong in (OTHER_MASTER, bytes(32)):
        with pytest.raises(StoreError, match="key"):
            open_keys(place, [wrong])
    other = open_keys(place, [MASTER_KEY])
    done: list[int] = []
    keys.rewrap(OTHER_MASTER, done.append)
    assert sum(done) == 3
    assert {scope: keys.load(scope)[0] for scope in raws} == raws
    with pytest.raises(StoreError, match="Start Outlay anew"):
        other.make("d", 2)  # it would lie there under a key that nobody has any more
    with pytest.raises(StoreError, match="start Outlay anew"):
        other.load("a")
    other.close()
    assert keys.missing(["d"]) == ["d"]
    # The file itself is brought under it by `rotation.change_master`.
    again = open_keys(
        place, [OTHER_MASTER, MASTER_KEY] if isinstance(place, str) else [MASTER_KEY, OTHER_MASTER]
    )
    assert again.load("b") == [raws["b"]]
    again.close()


def test_a_wrapped_key_cannot_take_anothers_place() -> None:
    wrapper = Wrapper(MASTER_KEY)
    with pytest.raises(StoreError):
        wrapper.unwrap("b", wrapper.wrap("a", bytes(32)))


async def test_a_store_with_its_keys_in_another_database(
    store_settings: StoreSettings, place: Path | str, clock: Clock
) -> None:
    settings = replace(store_settings, keys=place)
    for n in (1, 2):
        opened = open_store(settings, clock)
        opened.migrate()
        if n == 1:
            book_id = await make_book(opened)
            await opened.write(book_id, lambda tx: note(tx, "hello"))
        assert await notes(opened, book_id) == [(1, "hello")]
        assert scopes(opened) == sorted([book_id, SERVER_SCOPE])
        opened.close_now()


async def test_a_key_is_durable_before_what_it_seals(store: Store, store_settings: StoreSettings) -> None:
    def make(tx: Tx) -> None:
        tx.create_key(PERSON)
        others = open_keys(store_settings.key_place, [MASTER_KEY])
        assert len(others.load(PERSON)) == 1
        others.close()

    await store.write_people(make)


async def test_an_erasure_that_was_cut_off_is_finished(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    book_id = await make_book(store)
    with monkeypatch.context() as patch:

        def fail(self: KeyStore, scopes: list[str]) -> None:
            raise StoreError("cut off")

        patch.setattr(KeyStore, "destroy", fail)
        await store.write(book_id, lambda tx: tx.erase_key(book_id))
    assert book_id in scopes(store)
    assert await store.finish_erasures() == 1
    assert scopes(store) == [SERVER_SCOPE]
    assert await store.finish_erasures() == 0


async def test_a_scope_made_anew_after_its_erasure_keeps_its_key(store: Store) -> None:
    book_id = await make_book(store)
    await store.write(book_id, lambda tx: tx.erase_key(book_id))
    await store.write(book_id, lambda tx: tx.create_key(book_id))
    assert await store.finish_erasures() == 0
    assert book_id in scopes(store)


async def test_keys_without_data_are_swept_after_a_while(
    store: Store, clock: Clock, objects: Objects
) -> None:
    book_id = await make_book(store)
    store.keys.make(PERSON, clock())
    for _ in range(2):
        assert await looking_after.look_after(store, objects, clock(), days=30) == 0
        clock.advance(30 * DAY_MS)
    marked = {kept.scope_id: kept.orphan_since_ms for kept in store.keys.listed()}
    assert marked[PERSON] == clock() - 60 * DAY_MS
    assert marked[book_id] is marked[SERVER_SCOPE] is None
    assert await looking_after.look_after(store, objects, clock(), days=90) == 0
    assert await looking_after.look_after(store, objects, clock(), days=30) == 1
    assert scopes(store) == sorted([book_id, SERVER_SCOPE])


async def test_a_lost_key_store_is_said_and_not_made_anew(
    store: Store, store_settings: StoreSettings
) -> None:
    await make_book(store)
    lost = replace(store_settings, keys=Path(store_settings.key_place).with_name("new.db"))
    for _ in range(2):
        with pytest.raises(StoreError, match="key store of this database is missing"):
            open_store(lost)


def _at_0001(settings: StoreSettings) -> None:
    raw = open_store(settings)
    with raw._engine.owner() as driver, engine_on(driver, raw.dialect).connect() as connection:
        to_first(connection)
        connection.commit()
    raw.close_now()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> StoreSettings:
    """Settings of a database without a table."""
    if request.param == "sqlite":
        return StoreSettings(master_key=MASTER_KEY, path=tmp_path / "outlay.db")
    url = request.getfixturevalue("postgres_url")
    return StoreSettings(master_key=MASTER_KEY, url=url, keys=tmp_path / KEYS_FILE)


async def test_keys_of_an_older_database_are_taken_over(
    empty: StoreSettings, clock: Clock, tmp_path: Path
) -> None:
    _at_0001(empty)
    book_id, wrapper = PERSON, Wrapper(MASTER_KEY)
    raws = {scope: os.urandom(32) for scope in (SERVER_SCOPE, book_id, "erased")}
    old = open_store(empty, clock)

    def fill(tx: Tx) -> None:
        for scope, raw in raws.items():
            tx.run(
                "INSERT INTO data_key (scope_id, wrapped) VALUES (:scope, :wrapped)",
                scope=scope, wrapped=wrapper.wrap(scope, raw),
            )  # fmt: skip
        tx.insert(
            "book",
            [{"id": book_id, "epoch": "e", "head": 0, "gc_floor": 0, "status": "live", "created_at_ms": 1}],
        )

    await old.write_people(fill)
    sealed = DataKey(raws[book_id]).seal("from before", b"bound")
    old.close_now()
    store = open_store(empty, clock)
    store.migrate()
    assert await store.read(lambda read: read.open_text(book_id, sealed, b"bound")) == "from before"
    assert scopes(store) == sorted(raws)
    assert not store._engine.has_table("data_key")
    with store._engine.owner() as raw:
        assert current(raw, store.dialect) != "0001"
    store.keys.destroy(["erased"])
    store.close_now()
    # An old copy brings back no key that was destroyed since.
    keys = open_keys(empty.key_place, [MASTER_KEY])
    keys.adopt([(scope, wrapper.wrap(scope, raw)) for scope, raw in raws.items()], [MASTER_KEY], 1)
    assert keys.missing(list(raws)) == ["erased"]
    keys.close()


async def test_an_older_database_with_the_wrong_key_is_left_as_it_is(empty: StoreSettings) -> None:
    _at_0001(empty)
    store = open_store(empty)
    sql = "INSERT INTO data_key (scope_id, wrapped) VALUES ('server', :wrapped)"
    wrapped = Wrapper(OTHER_MASTER).wrap(SERVER_SCOPE, bytes(32))
    await store.write_people(lambda tx: tx.run(sql, wrapped=wrapped))
    with pytest.raises(StoreError, match="master key is not the one"):
        store.migrate()
    assert store._engine.has_table("data_key")
    assert scopes(store) == []
    store.close_now()


def stale(read: Read, *, book: bool, scope: str) -> int:
    """How many values the scope's present key did not seal."""
    count = 0
    key = read._key(scope)
    for table, names in sealed_columns(book=book):
        it = shape(table)
        where = f"{it.types[names[0]].scope} = :scope"  # type: ignore[attr-defined]
        sql = f"SELECT {', '.join([*it.key, *names])} FROM {it.quoted} WHERE {where}"
        for row in read.all(sql, scope=scope):
            bound = [aad(table, name, *row[: len(it.key)]) for name in names]
            values = row[len(it.key) :]
            count += sum(
                v is not None and not key.is_present(v, b) for v, b in zip(values, bound, strict=True)
            )
    return count


async def test_a_book_gets_a_new_key_while_others_write(
    quick: None, store: Store, store_settings: StoreSettings, objects: Objects, clock: Clock
) -> None:
    book_id = await make_book(store)
    for n in range(30):
        await store.write(book_id, lambda tx, n=n: note(tx, f"before {n}"))  # type: ignore[misc]
    first = store.keys.load(book_id)
    other = open_store(store_settings, clock)  # as another process: it has the former key in memory
    assert len(await notes(other, book_id)) == 30
    done = asyncio.Event()

    async def write(n: int) -> int:
        count = 0
        while not done.is_set():
            await other.write(book_id, lambda tx: note(tx, f"during {n}"))
            count += 1
            await asyncio.sleep(0.005)
        return count

    writers = [asyncio.create_task(write(n)) for n in range(2)]
    await looking_after.begin(store, [book_id])
    ticks: list[int] = []
    assert await looking_after.renew_sealed(store, objects, book_id, ticks.append) >= 30
    done.set()
    written = sum(await asyncio.gather(*writers))
    assert written > 0
    assert sum(ticks) >= 30
    assert len(await notes(store, book_id)) == len(await notes(other, book_id)) == 30 + written
    assert await store.read(lambda read: stale(read, book=True, scope=book_id)) == 0
    second = store.keys.load(book_id)
    assert second[1:] == first
    # The former key goes when its days are over, and what a restore brought back under it stays readable.
    sealed = DataKey(first[0]).seal(
        '{"note": "restored"}', aad("history", "payload", book_id, 1, "note", "x")
    )
    clock.advance(31 * DAY_MS)
    await store.write(
        book_id,
        lambda tx: tx.insert(
            "history",
            [
                {
                    "book_id": book_id, "ver": 1, "entity": "note", "row_id": "x", "mutation_id": "m",
                    "person_id": None, "device_id": None, "at_ms": 1, "action": "set", "payload": sealed,
                }
            ],
        ),
    )  # fmt: skip
    assert await looking_after.look_after(store, objects, clock(), days=30) == 1
    assert store.keys.load(book_id) == second[:1]
    await asyncio.sleep(0.1)
    rows = await other.read(lambda read: read.select("history", "book_id = :b AND row_id = 'x'", b=book_id))
    assert rows[0]["payload"] == {"note": "restored"}
    other.close_now()


async def test_interrupted_renewals_are_finished_by_the_daily_round(
    quick: None, store: Store, objects: Objects, clock: Clock
) -> None:
    book_id = await make_book(store)
    await store.write(book_id, lambda tx: note(tx, "x"))
    await looking_after.begin(store, [book_id])
    await looking_after.look_after(store, objects, clock(), days=30)
    assert await store.read(lambda read: stale(read, book=True, scope=book_id)) == 0
    assert [kept.retired_at_ms for kept in store.keys.listed() if kept.scope_id == book_id] == [None, clock()]


def test_every_sealed_column_belongs_to_a_scope() -> None:
    """So that renewing reaches all of them."""
    found = {
        (table, name)
        for book in (True, False)
        for table, names in sealed_columns(book=book)
        for name in names
    }
    sealed = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if type(column.type).__name__.startswith("Sealed")
    }
    assert found == sealed
    assert len(found) > 10
