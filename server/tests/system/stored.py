"""What lies in the database of a server that has stopped: every version has its mutation, and `outlay check` finds
nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from outlay.main import open_migrated
from outlay.settings import read_settings
from system.process import Outlay


def check_stored(outlay: Outlay, book_id: str, *, mutations: int | None = None) -> None:
    """`mutations`: how many there are beside those that sign-up and the first account took."""
    store = open_migrated(read_settings(outlay.environ))
    try:
        head, versions, ids, created = store.read_now(
            lambda read: (
                read.value("SELECT head FROM book WHERE id = :book", book=book_id),
                [row[0] for row in read.all("SELECT ver FROM mutation WHERE book_id = :book", book=book_id)],
                [row[0] for row in read.all("SELECT id FROM mutation WHERE book_id = :book", book=book_id)],
                read.all(
                    "SELECT row_id, COUNT(*) FROM history WHERE book_id = :book AND action = 'create' "
                    "GROUP BY row_id HAVING COUNT(*) > 1",
                    book=book_id,
                ),
            )
        )
    finally:
        store.close_now()
    assert sorted(versions) == list(range(1, head + 1)), "versions have gaps or were given twice"
    assert len(set(ids)) == len(ids)
    assert created == []
    if mutations is not None:
        first = 2  # the book's beginnings and the account
        assert head == mutations + first
    checked = subprocess.run(
        [Path(sys.executable).with_name("outlay"), "check"],
        env=outlay.environ,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
