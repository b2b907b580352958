"""Collecting what is older than anyone may be away: tombstones and mutations (SYNC 2.9).

The only physical delete of versioned rows. `history` and `import_ref` stay for good.
"""

from __future__ import annotations

from typing import Final

from outlay.kernel import limits
from outlay.ledger.entities import entities
from outlay.store.read import Read
from outlay.store.write import Tx

_DAY_MS: Final = 86_400_000


def with_old(read: Read, book_ids: list[str], before_ms: int) -> list[str]:
    """Those of the books that have something to collect: no tombstone without a mutation that is as old."""
    found = read.all(
        "SELECT DISTINCT book_id FROM mutation WHERE book_id IN :books AND at_ms < :before ORDER BY book_id",
        books=book_ids, before=before_ms,
    )  # fmt: skip
    return [row[0] for row in found]


def collect(tx: Tx, *, days: int = limits.MUTATION_DAYS, most: int = 2**53) -> dict[str, int]:
    """Deletes tombstones and mutations older than `days`; `gc_floor` is the highest version among them. At most
    `most` rows at a time, mutations last: while any is left, so may be the rest. The floor moves first.

    Returns {tombstones, mutations, gc_floor}. A device whose cursor is below the floor hydrates anew, and what it
    made before it is looked for in the history when it comes (`commands.apply_many`).
    """
    book_id = tx.book["id"]
    before = tx.now_ms - days * _DAY_MS
    known = tx.book["gc_floor"]
    floor = tx.value(
        "SELECT COALESCE(MAX(ver), :known) FROM history WHERE book_id = :book AND ver > :known AND at_ms < :before",
        book=book_id, known=known, before=before,
    )  # fmt: skip
    highest = tx.value(
        "SELECT COALESCE(MAX(ver), 0) FROM mutation WHERE book_id = :book AND at_ms < :before",
        book=book_id, before=before,
    )  # fmt: skip
    purged = 0
    for entity in entities():
        newest = tx.value(
            f'SELECT MAX(ver) FROM "{entity}" WHERE book_id = :book AND deleted AND ver <= :floor',
            book=book_id, floor=floor,
        )  # fmt: skip
        if newest is None:
            continue
        highest = max(highest, newest)
        purged += tx.run(
            f'DELETE FROM "{entity}" WHERE book_id = :book AND id IN (SELECT id FROM "{entity}" '
            "WHERE book_id = :book AND deleted AND ver <= :floor ORDER BY ver, id LIMIT :room)",
            book=book_id, floor=floor, room=most - purged,
        )  # fmt: skip
    mutations = tx.run(
        "DELETE FROM mutation WHERE book_id = :book AND (id, device_id) IN (SELECT id, device_id FROM mutation "
        "WHERE book_id = :book AND at_ms < :before ORDER BY ver LIMIT :room)",
        book=book_id, before=before, room=most - purged,
    )  # fmt: skip
    if highest > known:
        tx.set_book(gc_floor=highest)
    return {"tombstones": purged, "mutations": mutations, "gc_floor": tx.book["gc_floor"]}
