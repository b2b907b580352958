"""Where stories happen: one migrated database per engine and process; each story has a new book in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import postgres
from outlay.kernel.ids import uuid7
from outlay.ledger import commands
from outlay.main import import_tables
from outlay.store.engine import KEYS_FILE, Store, StoreSettings, open_store
from prove.server import PERSON, write_now
from stores import MASTER_KEY, Clock, _migrate


@contextmanager
def place(engine: str, clock: Clock, cluster: postgres.Cluster | None = None) -> Iterator[Store]:
    """An open store on an empty database of this process alone, gone afterwards."""
    import_tables()
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="outlay-prove-", dir=memory if os.access(memory, os.W_OK) else None)
    if engine == "sqlite":
        settings = StoreSettings(master_key=MASTER_KEY, path=Path(folder) / "outlay.db", readers=1)
        end = lambda: None  # noqa: E731
    else:
        assert cluster is not None

        def prepare(url: str) -> None:
            _migrate(StoreSettings(master_key=MASTER_KEY, url=url, keys=Path(folder) / "template.db"))

        url = cluster.create_database(template=cluster.template("outlay_migrated", prepare))
        keys = Path(folder) / KEYS_FILE
        settings = StoreSettings(master_key=MASTER_KEY, url=url, keys=keys, readers=1, writers=1)
        end = lambda: cluster.drop_database(url)  # noqa: E731
    try:
        if engine == "sqlite":
            _migrate(settings)
        store = open_store(settings, clock)
        try:
            _neighbour(store)
            yield store
        finally:
            store.close_now()
    finally:
        end()
        shutil.rmtree(folder, ignore_errors=True)


def _neighbour(store: Store) -> None:
    """Another household's book in the same database: no story may ever see a row of it (I11)."""
    book_id, account_id = (uuid7(1_700_000_000_000 + n, bytes(10)) for n in range(2))
    ops = [
        {"e": "settings", "id": book_id, "k": "create", "f": {"name": "Theirs", "base_currency": "EUR"}},
        {
            "e": "account",
            "id": account_id,
            "k": "create",
            "f": {"name": "X", "kind": "bank", "currency": "EUR"},
        },
    ]
    write_now(store, None, lambda tx: tx.create_book(book_id))
    write_now(
        store, book_id, lambda tx: commands.change(tx, ops, person_id=PERSON, role="owner", name="theirs")
    )
    # Ahead of every cursor of a story.
    write_now(
        store, book_id, lambda tx: tx.run("UPDATE account SET ver = 1000000 WHERE book_id = :b", b=book_id)
    )
