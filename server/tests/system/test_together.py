"""One book written at the same time by REST, an import and two devices over 16 connections, and read meanwhile:
no lost and no doubled row, versions without gaps, and nobody who reads along misses anything.

On PostgreSQL two servers share the database, so that the book's lock is what orders them and not one process's
queue.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from system.clients import Client, Device, Person, Poller, Rest, Workers
from system.process import Outlay
from system.stored import check_stored

CONNECTIONS = 16
POLLERS = 3
IMPORTERS = 1
DEVICES = 2
CALLERS = CONNECTIONS - DEVICES - IMPORTERS - POLLERS
SECONDS = 6.0
IMPORT_ROWS = 150


class Importer(Client):
    """Uploads a bank's CSV, answers its question and carries it out; each file has other rows."""

    imports = 0
    imported = 0

    def bring_in(self) -> None:
        self.imports += 1
        file = self.imports
        rows = [
            f"2026-02-{1 + n % 28:02},Shop {file},-{file}.{n % 100:02},{file}/{n}" for n in range(IMPORT_ROWS)
        ]
        data = "\n".join(["Date,Payee,Amount,Reference", *rows]).encode()
        preview = self.ask("POST", "/imports", files={"file": (f"{self.imports}.csv", data, "text/csv")})
        options = {
            "accounts": {account["key"]: {"id": self.person.account_id} for account in preview["accounts"]}
        }
        done = self.ask("POST", f"/imports/{preview['id']}/commit", json=options)
        assert done["created"] == IMPORT_ROWS, done
        self.imported += done["created"]


@pytest.fixture
def second(outlay: Outlay) -> Iterator[Outlay]:
    """Another server on the same PostgreSQL database; on SQLite the same one again."""
    url = outlay.environ.get("OUTLAY_DATABASE_URL")
    if url is None:
        yield outlay
        return
    with Outlay.started(
        outlay.folder / "second",
        url,
        OUTLAY_MASTER_KEY=outlay.environ["OUTLAY_MASTER_KEY"],
        OUTLAY_KEYS_URL=(outlay.folder / "keys.db").as_uri(),
    ) as other:
        yield other


@pytest.mark.proof("sqlite")
def test_many_writers_of_one_book(outlay: Outlay, second: Outlay) -> None:
    person = Person(outlay.url)
    servers = (outlay.url, second.url)
    devices = [Device(person, servers[n % 2]) for n in range(DEVICES)]
    callers = [Rest(person, servers[n % 2]) for n in range(CALLERS)]
    importers = [Importer(person, servers[n % 2]) for n in range(IMPORTERS)]
    pollers = [Poller(person, servers[n % 2]) for n in range(POLLERS)]
    workers = Workers()
    for device in devices:
        workers.run(lambda device=device: device.push(10, "push"))
    for caller in callers:
        workers.run(caller.create)
    for importer in importers:
        workers.run(importer.bring_in)
    for poller in pollers:
        workers.run(poller.pull)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and not workers.stopping.is_set():
        time.sleep(0.1)
    workers.stop()

    fresh = Poller(person, outlay.url)
    head = fresh.pull()
    for poller in pollers:
        assert poller.pull() == head
        assert poller.rows.keys() == fresh.rows.keys(), "a poller missed a row"
        assert poller.rows == fresh.rows
    there = fresh.transactions()
    pushed = set().union(*(device.made for device in devices))
    made = {row_id for caller in callers for row_id in caller.acked.values()}
    imported = {row_id for row_id, row in there.items() if row["import_id"] is not None}
    assert there.keys() == pushed | made | imported
    assert len(imported) == sum(importer.imported for importer in importers) > 0
    assert len(there) == len(pushed) + len(made) + len(imported)
    counter = fresh.rows[("account", person.account_id)][2]["position"]
    mutations = sum(device.mutations for device in devices)
    assert counter == mutations > 0
    assert made
    for client in [*devices, *callers, *importers, *pollers, fresh]:
        client.close()
    if second is not outlay:
        second.stop()
    outlay.stop()
    imports = sum(importer.imports for importer in importers)
    check_stored(outlay, person.book_id, mutations=mutations + len(made) + imports)
