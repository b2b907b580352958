"""Whatever is written in whatever order: the books balance, and the database decides as plain rows do."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import Book
from ledger.kit import PERSON
from outlay.ledger import commands, queries
from outlay.ledger.check import check
from outlay.ledger.entities import ROW_KEYS, fields_of
from outlay.ledger.undo import payload, undo_ops
from outlay.store.columns import metadata
from outlay.store.engine import Store
from outlay.store.write import Tx

SOME = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BATCHES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), min_size=1, max_size=8)
SEEDS = st.integers(0, 2**32)


def push(store: Store, book: Book, device: int, count: int) -> None:
    """A batch of a device: the database and the plain rows must answer the same."""
    batch, expected = [], []
    for _ in range(count):
        mutation = book.mutation(device) | {"seq": None}
        edited_at_ms = mutation["made_at"] + book.random.randrange(400)
        expected.append(book.decide(mutation, device, edited_at_ms, strict=False))
        batch.append(mutation | {"made_at": edited_at_ms})
    outcomes = asyncio.run(
        store.write(
            book.book_id,
            lambda tx: commands.apply_many(
                tx, batch, person_id=PERSON, device_id=f"device-{device}", device_ordinal=device, role="editor",
                sent_at_ms=tx.now_ms,
            ),
        )
    )  # fmt: skip
    assert [o.status for o in outcomes] == [d.status for d in expected]
    assert [[(w.entity, plain(w.entity, w.after)) for w in o.writes] for o in outcomes] == [
        [(w.entity, plain(w.entity, w.after)) for w in d.writes] for d in expected
    ]
    for write in (w for d in expected for w in d.writes if w.action == "create"):
        MADE[(book.book_id, write.entity, write.after["id"])] = payload(write)


MADE: dict[tuple[str, str, str], dict[str, Any] | None] = {}
"""What new rows held, by book, entity and id: `history` works it out from what came later."""


def plain(entity: str, row: dict[str, Any]) -> dict[str, Any]:
    return fields_of(entity, row) | {name: row[name] for name in ROW_KEYS}


def opened(store: Store, seed: int) -> Book:
    """The empty book of a seed. Hypothesis runs a seed again on the same database, to shrink and to replay: what it
    wrote there the last time goes, so that the same seed is the same example, ids and all."""
    book = Book(seed)

    def begin(tx: Tx) -> None:
        for table in metadata.tables.values():
            if "book_id" in table.c:
                tx.run(f'DELETE FROM "{table.name}" WHERE book_id = :book', book=book.book_id)
        tx.run("DELETE FROM book WHERE id = :book", book=book.book_id)
        tx.erase_key(book.book_id)
        tx.create_book(book.book_id)

    asyncio.run(store.write_people(begin))
    MADE.clear()
    return book


def assert_sound(store: Store, book: Book) -> None:
    """What is stored is what was decided, nothing differs when recomputed, and every change can be read back."""
    assert store.read_now(lambda read: check(read, book.book_id)) == []
    for entity in {key[0] for key in book.state.rows}:
        ids = [key[1] for key in book.state.rows if key[0] == entity]
        stored = store.read_now(lambda read, e=entity, i=ids: read.by_ids(e, book.book_id, i))
        assert {i: plain(entity, r) for i, r in stored.items()} == {
            i: plain(entity, book.state.rows[(entity, i)]) for i in ids
        }
    history = store.read_now(lambda read: queries.history(read, book.book_id, limit=10**6))
    last: dict[tuple[str, str], int] = {}
    for change in history:
        last.setdefault((change["entity"], change["row_id"]), change["ver"])
        if change["action"] == "create":
            assert change["payload"] == MADE[(book.book_id, change["entity"], change["row_id"])]
    assert last == {key: row["ver"] for key, row in book.state.rows.items()}


@SOME
@given(seed=SEEDS, batches=BATCHES)
def test_the_database_decides_as_plain_rows_do(
    store: Store, seed: int, batches: list[tuple[int, int]]
) -> None:
    book = opened(store, seed)
    for device, count in batches:
        push(store, book, device, count)
    assert_sound(store, book)


@SOME
@given(seed=SEEDS, batches=BATCHES)
def test_any_change_can_be_undone(store: Store, seed: int, batches: list[tuple[int, int]]) -> None:
    """Taking back the newest change gives the rows before it, unless a rule of today stands in the way."""
    book = opened(store, seed)
    for device, count in batches:
        push(store, book, device, count)
    before = dict(book.state.rows)
    mutation = book.mutation(0)
    decision = book.decide(mutation, 0, 5000, strict=False)
    changes = [
        {"entity": w.entity, "row_id": w.after["id"], "action": w.action, "payload": payload(w)}
        for w in decision.writes
    ]
    ops = undo_ops(changes, book.state.get)
    if not ops:
        return
    book.ver += 1
    undone = book.decide({"mid": book.new_id(), "base": book.ver, "ops": ops}, 0, 6000, strict=False)
    if not undone.status.startswith("ok"):
        return
    for write in decision.writes:
        key, row = (write.entity, write.after["id"]), book.state.get(write.entity, write.after["id"])
        assert row is not None
        if (old := before.get(key)) is None or write.entity == "settings":
            continue
        if not old["deleted"] and undone.status == "ok":
            assert fields_of(write.entity, row) == fields_of(write.entity, old)


@pytest.mark.anyio
async def test_versions_of_one_book_have_no_gaps_under_many_writers(store: Store) -> None:
    book = Book(1)
    await store.write_people(lambda tx: tx.create_book(book.book_id))

    async def write(device: int) -> None:
        for number in range(6):
            op = {
                "e": "tag",
                "id": Book(device * 100 + number + 2).new_id(),
                "k": "create",
                "f": {"name": "x"},
            }
            await store.write(
                book.book_id,
                lambda tx, op=op: commands.change(tx, [op], person_id=PERSON, role="owner", name="tag.add"),
            )

    await asyncio.gather(*(write(device) for device in range(1, 9)))
    versions = await store.read(
        lambda read: [
            r[0] for r in read.all("SELECT ver FROM mutation WHERE book_id = :b ORDER BY ver", b=book.book_id)
        ]
    )
    assert versions[0] == 1
    assert all(b - a == 1 for a, b in pairwise(versions))
    assert len(versions) == 48


def test_a_seed_runs_twice_alike(store: Store) -> None:
    """What hypothesis relies on when it shrinks: the second run meets nothing of the first."""
    seen = []
    for _ in range(2):
        book = opened(store, 7)
        for device in (0, 1, 2):
            push(store, book, device, 6)
        assert_sound(store, book)
        seen.append((book.book_id, book.state.rows))
    assert seen[0] == seen[1]
