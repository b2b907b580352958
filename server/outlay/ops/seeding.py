"""Writes generated books through the one door, in batches, as a device's pushes would arrive."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from outlay.kernel.ids import uuid7
from outlay.ledger.commands import apply_many
from outlay.store.engine import Store
from outlay.store.write import Tx

Op = dict[str, Any]

BATCH_OPS: Final = 2_000
MUTATION_OPS: Final = 100


async def write(
    store: Store, book_id: str, ops: Iterable[Op], *, person_id: str, name: str = "demo",
    progress: Callable[[int], None] = lambda done: None,
) -> int:  # fmt: skip
    """Applies the operations in order, a few thousand per database transaction; how many there were.

    RuntimeError when one is not taken as it is: a generator that makes what the ledger refuses is a bug.
    """
    total = 0
    for batch in _batches(iter(ops), BATCH_OPS):
        await store.write(book_id, lambda tx, batch=batch: _apply(tx, batch, person_id, name))  # type: ignore[misc]
        total += len(batch)
        progress(len(batch))
    return total


def _batches(ops: Iterator[Op], size: int) -> Iterator[list[Op]]:
    while batch := list(islice(ops, size)):
        yield batch


def _apply(tx: Tx, batch: list[Op], person_id: str, name: str) -> None:
    mutations = [
        {
            "seq": None, "mid": uuid7(tx.now_ms, os.urandom(10)), "base": tx.book["head"], "made_at": tx.now_ms,
            "name": name, "ops": batch[at : at + MUTATION_OPS],
        }
        for at in range(0, len(batch), MUTATION_OPS)
    ]  # fmt: skip
    outcomes = apply_many(
        tx, mutations, person_id=person_id, device_id="outlay", device_ordinal=0, role="owner"
    )
    for outcome in outcomes:
        if outcome.status not in ("ok", "ok+rewritten"):
            raise RuntimeError(f"the ledger says {outcome.status} ({outcome.result}) to a generated change")
