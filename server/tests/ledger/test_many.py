"""Many new documents at once are judged as one by one: what fits makes the same rows, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.kit import PERSON, account, an_id, category, expense, op, transfer
from outlay.kernel.refusal import Refusal
from outlay.ledger import commands, many, merge, queries
from outlay.ledger.check import check
from outlay.ledger.entities import Row, entities
from outlay.ledger.state import MemoryState
from outlay.store.engine import Store
from stores import make_book

CASH, BANK, YEN, GONE = (an_id(n, 1) for n in range(1, 5))
FOOD, PAY, MERGED = (an_id(n, 2) for n in range(1, 4))
SHOP, SHUT, TAG = an_id(1, 4), an_id(2, 4), an_id(1, 5)
SPLIT = [{"category_id": FOOD, "amount_minor": 300}, {"category_id": None, "amount_minor": 700}]


def beginnings(book_id: str) -> list[Row]:
    return [
        op("create", "settings", book_id, {"name": "Ours", "base_currency": "EUR"}),
        op("create", "account", CASH, account()),
        op("create", "account", BANK, account(name="Bank", kind="bank")),
        op("create", "account", YEN, account(name="Yen", currency="JPY")),
        op("create", "account", GONE, account(name="Gone")),
        op("create", "category", FOOD, category()),
        op("create", "category", PAY, category(name="Pay", kind="income")),
        op("create", "category", MERGED, category(name="Meals")),
        op("create", "payee", SHOP, {"name": "Shop"}),
        op("create", "payee", SHUT, {"name": "Shut"}),
        op("create", "tag", TAG, {"name": "Holiday"}),
        op("delete", "account", GONE),
        op("delete", "payee", SHUT),
        op("delete", "category", MERGED, into=FOOD),
    ]


def whole(number: int, fields: Row) -> Row:
    return {**entities()["transaction"].defaults, **fields, "id": an_id(number, 3)}


FINE = [
    whole(1, expense(CASH, category_id=FOOD, note="Bread", time="18:05", utc_offset_min=60)),
    whole(2, expense(BANK, 2500, PAY, kind="income", payee_id=SHOP, tag_ids=[TAG])),
    whole(3, expense(CASH, 1000, lines=SPLIT)),
    whole(4, transfer(CASH, BANK)),
    whole(5, expense(YEN, 1234, currency="JPY", rate=None, base_minor=None)),
    whole(6, expense(CASH, reconciled=True, import_id=an_id(1, 6))),
]
WRONG: list[Any] = [
    expense(GONE), expense(an_id(9, 1)), expense(YEN), expense(CASH, 0), expense(CASH, -5), expense(CASH, 10**15),
    expense(CASH, category_id=MERGED), expense(CASH, category_id=an_id(9, 2)), expense(CASH, category_id=PAY),
    expense(CASH, payee_id=SHUT), expense(CASH, payee_id=an_id(9, 4)), expense(CASH, tag_ids=[an_id(9, 5)]),
    expense(CASH, tag_ids=[TAG, TAG]), expense(CASH, note="x" * 2001), expense(CASH, note="\0"),
    expense(CASH, note=7), expense(CASH, day="2026-02-30"), expense(CASH, day=None), expense(CASH, time="25:00"),
    expense(CASH, kind="loan"), expense(CASH, currency="EURO"), expense(CASH, base_minor=999), expense(CASH, rate=None),
    expense(CASH, lines=[]), expense(CASH, lines=SPLIT[:1]), expense(CASH, lines=["x"]), expense(CASH, lines=None),
    expense(CASH, True), expense(CASH, 1000.0), expense(CASH, reconciled=1),
    expense(CASH, reconciled=None), expense(CASH, colour="red"), transfer(CASH, CASH), transfer(CASH, YEN),
    transfer(CASH, BANK, to_amount_minor=5), transfer(CASH, BANK, lines=SPLIT), expense(None),
    expense(["x"]), expense(CASH, payee_id="x"), expense(CASH, to_account_id=BANK),
]  # fmt: skip


def a_book() -> MemoryState:
    state = MemoryState(an_id(1, 9))
    for number, one in enumerate(beginnings(state.book_id), 1):
        decision = merge.decide(state, {"base": 0, "ops": [one]}, ver=number, device=0, edited_at_ms=5)
        assert decision.status == "ok"
        state.put(decision.writes)
    return state


def both(documents: list[Row]) -> tuple[list[Row] | None, merge.Decision]:
    state, at = a_book(), 20
    references = many.named("transaction", documents)
    rows = many.rows(state, "transaction", documents, references, ver=at, stamp=[at, 0, 7])
    mutation = {"mid": an_id(1, 8), "base": at - 1, "ops": many.operations("transaction", documents)}
    return rows, merge.decide(state, mutation, ver=at, device=0, edited_at_ms=7, strict=True)


def test_what_fits_becomes_the_rows_that_decide_makes():
    rows, decision = both(FINE)
    assert decision.status == "ok"
    assert rows == [write.after for write in decision.writes]


@pytest.mark.parametrize("fields", WRONG, ids=range(len(WRONG)))
def test_what_a_rule_refuses_does_not_fit(fields: Row):
    rows, decision = both([*FINE[:3], whole(7, fields), *FINE[3:]])
    assert rows is None
    # `operations` sends what a transaction has; what it does not have was no document.
    assert decision.refusal is not None or "colour" in fields


def test_a_document_that_lacks_a_field_does_not_fit():
    assert many.rows(a_book(), "transaction", [{"id": an_id(1, 3)}], {}, ver=20, stamp=[20, 0, 7]) is None


async def put(store: Store, *, at_once: bool) -> tuple[str, commands.Outcome]:
    book_id = await make_book(store)
    who: Any = {"person_id": PERSON, "role": "owner", "name": "test"}
    await store.write(book_id, lambda tx: commands.change(tx, beginnings(book_id), **who))
    given = {"transactions": FINE} if at_once else {}
    ops = [] if at_once else many.operations("transaction", FINE)
    return book_id, await store.write(book_id, lambda tx: commands.change(tx, ops, **given, **who))


@pytest.mark.anyio
async def test_both_ways_leave_the_same_book(store):
    left = []
    for at_once in (False, True):
        book_id, outcome = await put(store, at_once=at_once)
        assert (outcome.status, outcome.ver) == ("ok", 2)
        assert await store.read(lambda read, book_id=book_id: check(read, book_id)) == []
        tables = {
            "transaction": "id",
            "line": "transaction_id, position",
            "rollup": "month, account_id, category_id",
        }
        tables["history"] = "entity, row_id"
        found = {}
        for table, order in tables.items():
            rows = await store.read(
                lambda read, book_id=book_id, table=table, order=order: read.select(
                    table, "book_id = :book", order=order, book=book_id
                )
            )
            found[table] = [
                {k: v for k, v in row.items() if k not in ("book_id", "mutation_id")}
                for row in rows
                if row.get("row_id") != book_id
            ]
        left.append(found)
    assert left[0] == left[1]
    assert len(left[1]["history"]) > len(FINE)


@pytest.mark.anyio
async def test_one_that_may_not_be_leaves_nothing(store):
    book_id, _ = await put(store, at_once=True)
    wrong = [whole(8, expense(CASH)), whole(9, expense(CASH, payee_id=SHUT))]
    given: Any = {"person_id": PERSON, "role": "owner", "name": "test", "transactions": wrong}
    made = [op("create", "payee", an_id(3, 4), {"name": "New"})]
    with pytest.raises(Refusal) as refused:
        await store.write(book_id, lambda tx: commands.change(tx, made, **given))
    assert refused.value.code == "payee_unknown"
    assert await store.read(lambda read: read.value("SELECT head FROM book WHERE id = :b", b=book_id)) == 2
    assert await store.read(lambda read: queries.get(read, book_id, "payee", an_id(3, 4))) is None
    assert await store.read(lambda read: check(read, book_id)) == []
