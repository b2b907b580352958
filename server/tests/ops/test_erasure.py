"""Whoever is erased stays unreadable: an older backup of the data, put back beside the key store as it is now, opens
for everybody else and not for them."""

from __future__ import annotations

import asyncio
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import samples
from outlay import joining
from outlay.files.commands import find
from outlay.files.rows import places_of
from outlay.identity import books, people
from outlay.main import open_objects
from outlay.ops import backups
from outlay.settings import Settings
from outlay.store import Read, Store, StoreError, StoreSettings, aad, open_store
from outlay.store import backup as files
from outlay.store.rotation import sealed_columns
from outlay.store.shape import shape
from postgres import binary
from samples import JPEG, digest
from sites import PARKED, Site, push_body, world


def copy(settings: StoreSettings, target: Path) -> None:
    if settings.path is not None:
        files.backup(settings.path, settings.masters, target)
    else:
        command = [binary("pg_dump"), "--format=custom", f"--file={target}", str(settings.url)]
        subprocess.run(command, check=True)


def put_back(settings: StoreSettings, target: Path) -> None:
    """The bare copy in the database's place, as somebody would who wants to read what was erased."""
    if settings.path is not None:
        files.replace(settings.path, files.stage(target, settings.path, settings.masters), settings.masters)
    else:
        command = [binary("pg_restore"), "--clean", "--if-exists", f"--dbname={settings.url}", target]
        subprocess.run(command, check=True)


def sealed_values(read: Read) -> dict[str, Counter[tuple[str, bool]]]:
    """Scope → how many values of each sealed column there are that open, and that do not."""
    found: dict[str, Counter[tuple[str, bool]]] = {}
    for book in (True, False):
        for table, names in sealed_columns(book=book):
            it = shape(table)
            scope_column = it.types[names[0]].scope  # type: ignore[attr-defined]
            for row in read.all(f"SELECT {', '.join([scope_column, *it.key, *names])} FROM {it.quoted}"):
                scope, key, values = row[0], row[1 : 1 + len(it.key)], row[1 + len(it.key) :]
                counts = found.setdefault(scope, Counter())
                for name, value in zip(names, values, strict=True):
                    if value is not None:
                        counts[f"{table}.{name}", opens(read, scope, value, aad(table, name, *key))] += 1
    return found


def opens(read: Read, scope: str, value: bytes, bound_to: bytes) -> bool:
    try:
        return read.open_text(scope, value, bound_to) is not None
    except StoreError:
        return False


async def test_what_was_erased_cannot_be_read_in_an_older_copy(
    site: Site, store_settings: StoreSettings, settings: Settings, tmp_path: Path
) -> None:
    at = await world(site)
    picture = samples.picture()
    for who in (at.owner, at.stranger):
        account = (await site.get("/api/v1/accounts", who))["items"][0]["id"]
        payee = (await site.make("/api/v1/payees", who, {"name": "Dr. Unmistakable"}))["id"]
        renamed = await site.ask("PATCH", f"/api/v1/payees/{payee}", who, json={"name": "Prof. Unmistakable"})
        assert renamed.status_code == 200, renamed.text
        await site.make(
            "/api/v1/transactions",
            who,
            {
                "kind": "expense", "account_id": account, "amount_minor": 700, "day": "2026-01-11",
                "note": "Unmistakable note", "payee_id": payee,
            },
        )  # fmt: skip
        put = await site.ask(
            "PUT", f"/api/v1/files/{digest(picture)}", who, content=picture, headers={"content-type": JPEG}
        )
        assert put.status_code == 200, put.text
    theirs, epoch = [
        (await site.get("/api/v1/books", at.stranger))["items"][0][name] for name in ("id", "epoch")
    ]
    body = {**push_body(epoch), "mutations": [PARKED]}
    assert (await site.ask("POST", "/api/v1/sync/push", at.stranger, json=body)).status_code == 200
    copy(store_settings, tmp_path / "copy")

    await joining.erase_person(site.store, at.stranger.id)
    gone = {at.stranger.id, theirs}
    before = await site.store.read(sealed_values)
    assert not gone & before.keys()
    await asyncio.to_thread(site.store.close_now)
    put_back(store_settings, tmp_path / "copy")

    store = open_store(store_settings, site.store.clock)
    try:
        found = await store.read(sealed_values)
        assert gone < found.keys(), "the copy brought the rows back"
        for scope, counts in found.items():
            assert {opened for _, opened in counts} == {scope not in gone}, scope
        columns = {name for name, _ in found[theirs]}
        assert columns >= {
            "account.name", "history.payload", "mutation.result", "payee.name", "sync_conflict.lost",
            "transaction.note",
        }, columns  # fmt: skip
        assert {"person.email", "person.name"} <= {name for name, _ in found[at.stranger.id]}
        with pytest.raises(StoreError, match="no data key"):
            await store.read(lambda read: people.get(read, at.stranger.id))
        # Receipts: neither their names nor their bytes can be found.
        objects = open_objects(settings)
        assert [name async for name, _ in objects.names(theirs)], "the sealed bytes still lie there"
        with pytest.raises(StoreError, match="no data key"):
            await store.read(lambda read: places_of(read, theirs, digest(picture)))
        owned = Reading(store)
        part = (await find(owned, objects, at.book_id, digest(picture))).part(0, len(picture) - 1)
        assert b"".join([each async for each in part]) == picture
        # And once Outlay is told that the database went back, the rows are gone as well.
        _, erased = await backups.went_back(store)
        assert erased == 2
        assert not gone & (await store.read(sealed_values)).keys()
        assert await store.read(lambda read: people.get(read, at.owner.id)) is not None
        assert (await backups.went_back(store))[1] == 0
    finally:
        store.close_now()


class Reading:
    """The door of a book, for reading its files."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, f: Callable[[Read], Any]) -> Any:
        return self._store.read(f)

    def write(self, f: Callable[[Any], Any]) -> Any:
        raise NotImplementedError


async def test_a_shared_book_is_handed_over_when_its_owner_was_erased(
    site: Site, store_settings: StoreSettings, tmp_path: Path
) -> None:
    """In the copy they are its only owner, as they were then."""
    owner, friend = await site.person("owner"), await site.person("friend")
    book_id = await site.book(owner, editor=friend)
    copy(store_settings, tmp_path / "copy")
    await site.store.write(
        book_id, lambda tx: books.join(tx, book_id=book_id, person_id=friend.id, role="owner")
    )
    await joining.erase_person(site.store, owner.id)
    await asyncio.to_thread(site.store.close_now)
    put_back(store_settings, tmp_path / "copy")
    store = open_store(store_settings, site.store.clock)
    try:
        assert (await backups.went_back(store))[1] == 1
        sql = "SELECT person_id, role FROM member WHERE book_id = :book"
        assert await store.read(lambda read: read.all(sql, book=book_id)) == [(friend.id, "owner")]
    finally:
        store.close_now()
