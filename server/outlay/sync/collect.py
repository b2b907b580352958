"""Collecting what is older than anyone may be away: tombstones and mutations (SYNC 2.9).

The only physical delete of versioned rows. `history` and `import_ref` stay for good.
"""

from __future__ import annotations

from outlay.kernel import limits
from outlay.ledger.entities import entities
from outlay.store.write import Tx

_DAY_MS = 86_400_000


def collect(tx: Tx, *, days: int = limits.MUTATION_DAYS) -> dict[str, int]:
    """Deletes tombstones and mutations older than `days`; `gc_floor` is the highest version among them.

    Returns {tombstones, mutations, gc_floor}. A device whose cursor is below the floor hydrates anew, and what it
    made before it is looked for in the history when it comes (`commands.apply_many`).
    """
    book_id = tx.book["id"]
    before = tx.now_ms - days * _DAY_MS
    floor = tx.value(
        "SELECT COALESCE(MAX(ver), 0) FROM history WHERE book_id = :book AND at_ms < :before",
        book=book_id, before=before,
    )  # fmt: skip
    purged = 0
    old_mutations = "FROM mutation WHERE book_id = :book AND at_ms < :before"
    highest = tx.value(f"SELECT COALESCE(MAX(ver), 0) {old_mutations}", book=book_id, before=before)
    for entity in entities():
        newest = tx.value(
            f'SELECT MAX(ver) FROM "{entity}" WHERE book_id = :book AND deleted AND ver <= :floor',
            book=book_id, floor=floor,
        )  # fmt: skip
        if newest is not None:
            highest = max(highest, newest)
            purged += tx.run(
                f'DELETE FROM "{entity}" WHERE book_id = :book AND deleted AND ver <= :floor',
                book=book_id, floor=floor,
            )  # fmt: skip
    mutations = tx.run(f"DELETE {old_mutations}", book=book_id, before=before)
    if highest > tx.book["gc_floor"]:
        tx.set_book(gc_floor=highest)
    return {"tombstones": purged, "mutations": mutations, "gc_floor": tx.book["gc_floor"]}
