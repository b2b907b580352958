"""What happens to a server's data while it is stopped; told by the device's half of the proof (app/e2e/prove).

    python server/tests/prove/aside.py epoch            every book begins another epoch, as after a restore
    python server/tests/prove/aside.py collect BOOK     its tombstones and mutations go, all of them
    python server/tests/prove/aside.py judge FILE       {book: [mutation ids]} of FILE stand in the log once each

The data are those of OUTLAY_DATA_DIR.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from outlay.ledger.check import check
from outlay.ledger.collect import collect
from outlay.main import open_migrated
from outlay.settings import read_settings
from outlay.store.engine import Store


async def epoch(store: Store) -> None:
    for (book_id,) in await store.read(lambda read: read.all("SELECT id FROM book")):
        await store.write(book_id, lambda tx: tx.set_book(epoch=os.urandom(8).hex()))


async def collected(store: Store, book_id: str) -> None:
    print(await store.write(book_id, lambda tx: collect(tx, days=-1)))


async def judge(store: Store, path: str) -> None:
    """Prints {"missing", "twice", "differences"}, each a number."""
    missing = twice = differences = 0
    for book_id, mids in json.loads(Path(path).read_text()).items():
        stored = await store.read(
            lambda r, b=book_id: r.all("SELECT DISTINCT id FROM mutation WHERE book_id = :b", b=b)  # type: ignore[misc]
        )
        again = await store.read(
            lambda r, b=book_id: r.all(  # type: ignore[misc]
                "SELECT mutation_id FROM history WHERE book_id = :b GROUP BY mutation_id "
                "HAVING COUNT(DISTINCT ver) > 1", b=b,
            )
        )  # fmt: skip
        missing += len(set(mids) - {row[0] for row in stored})
        twice += len(again)
        differences += len(await store.read(lambda r, b=book_id: check(r, b)))  # type: ignore[misc]
    print(json.dumps({"missing": missing, "twice": twice, "differences": differences}))


async def main(what: str, *given: str) -> None:
    store = open_migrated(read_settings())
    try:
        await {"epoch": epoch, "collect": collected, "judge": judge}[what](store, *given)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
