"""What happens to a server's data while it is stopped; told by the device's half of the proof (app/e2e/prove).

    python server/tests/prove/aside.py epoch            every book begins another epoch, as after a restore
    python server/tests/prove/aside.py log BOOK         the ids of the mutations that it has, as JSON
    python server/tests/prove/aside.py judge FILE       {book: [mutation ids]} of FILE stand in the log once each

The data are those of OUTLAY_DATA_DIR.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from outlay.kernel.ids import version
from outlay.ledger.check import check
from outlay.main import open_migrated
from outlay.settings import read_settings
from outlay.store.engine import Store
from outlay.store.read import Read


async def epoch(store: Store) -> None:
    for (book_id,) in await store.read(lambda read: read.all("SELECT id FROM book")):
        await store.write(book_id, lambda tx: tx.set_book(epoch=os.urandom(8).hex()))


async def log(store: Store, book_id: str) -> None:
    """Before they are collected."""
    found = await store.read(lambda r: r.all("SELECT DISTINCT id FROM mutation WHERE book_id = :b", b=book_id))
    print(json.dumps([row[0] for row in found]))


async def judge(store: Store, path: str) -> None:
    """Prints {book: {"missing", "twice", "revived", "differences": lists of what, "collected": bool}}."""
    books = json.loads(Path(path).read_text()).items()
    told = {b: await store.read(partial(_judged, book_id=b, mids=set(mids))) for b, mids in books}
    print(json.dumps(told))


def _judged(read: Read, book_id: str, mids: set[str]) -> dict[str, Any]:
    stored = {row[0] for row in read.all("SELECT DISTINCT id FROM mutation WHERE book_id = :b", b=book_id)}
    again = read.all(
        "SELECT mutation_id FROM history WHERE book_id = :b GROUP BY mutation_id HAVING COUNT(DISTINCT ver) > 1",
        b=book_id,
    )
    ends = read.all(
        "SELECT row_id, MIN(ver) FROM history WHERE book_id = :b AND action = 'delete' GROUP BY row_id", b=book_id
    )
    begins = read.all(
        "SELECT row_id, MAX(ver) FROM history WHERE book_id = :b AND action = 'create' GROUP BY row_id", b=book_id
    )
    begun = {row_id: ver for row_id, ver in begins if version(row_id) == 7}
    return {
        "missing": sorted(mids - stored), "twice": [row[0] for row in again],
        "revived": [row_id for row_id, ver in ends if begun.get(row_id, 0) > ver],
        "differences": [str(difference) for difference in check(read, book_id)],
        "collected": read.value("SELECT gc_floor FROM book WHERE id = :b", b=book_id) > 0,
    }  # fmt: skip


async def main(what: str, *given: str) -> None:
    store = open_migrated(read_settings())
    try:
        await {"epoch": epoch, "log": log, "judge": judge}[what](store, *given)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
