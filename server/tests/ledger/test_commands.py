"""The one door, on both engines."""

from __future__ import annotations

import pytest

from ledger.kit import DEVICE, PERSON, account, an_id, category, expense, mutation, op, transfer
from outlay.identity import books
from outlay.kernel.ids import uuid5
from outlay.kernel.refusal import Refusal
from outlay.ledger import commands, queries
from outlay.ledger.check import check
from outlay.ledger.collect import collect
from outlay.ledger.defaults import seed_ops
from outlay.ledger.inputs import Inputs
from stores import make_book

CASH, BANK, FOOD, RENT, T1, T2 = an_id(1, 1), an_id(2, 1), an_id(1, 2), an_id(2, 2), an_id(1, 3), an_id(2, 3)


async def seeded(store):
    book_id = await make_book(store)
    ops = [
        op("create", "settings", book_id, {"name": "Ours", "base_currency": "EUR"}),
        op("create", "account", CASH, account()),
        op("create", "account", BANK, account(name="Bank", kind="bank", opening_minor=5000)),
        op("create", "category", FOOD, category()),
        op("create", "category", RENT, category(name="Rent")),
    ]
    outcome = await change(store, book_id, ops)
    assert outcome.status == "ok"
    return book_id


async def change(store, book_id, ops, **more):
    more = {"person_id": PERSON, "role": "owner", "name": "test"} | more
    return await store.write(book_id, lambda tx: commands.change(tx, ops, **more))


async def push(store, book_id, *mutations, **more):
    return await store.write(book_id, lambda tx: commands.apply_many(tx, mutations, **(DEVICE | more)))


async def differences(store, book_id):
    return await store.read(lambda read: check(read, book_id))


@pytest.mark.anyio
async def test_what_a_version_changed_is_of_one_change(store):
    """A version without any is of somebody who joined or left."""
    book_id = await seeded(store)
    await store.write(book_id, books.moved)
    await change(store, book_id, [op("create", "transaction", T1, expense(CASH, 1250, FOOD))])
    assert await differences(store, book_id) == []
    wrong = ("UPDATE mutation SET ver = 1", "UPDATE mutation SET ver = 9", "DELETE FROM mutation")
    row_id = await store.read(lambda r: r.value("SELECT id FROM mutation WHERE book_id = :b AND ver = 3", b=book_id))
    for sql in wrong:
        await store.write(
            book_id,
            lambda tx, sql=sql: tx.run(f"{sql} WHERE book_id = :book AND id = :id", book=book_id, id=row_id),
        )
        assert [found.what for found in await differences(store, book_id)] == ["versions"], sql


@pytest.mark.anyio
async def test_one_expense_becomes_a_line_a_rollup_and_a_history_row(store):
    book_id = await seeded(store)
    outcome = await change(
        store, book_id, [op("create", "transaction", T1, expense(CASH, 1250, FOOD, note="Bread"))]
    )
    assert (outcome.status, outcome.ver) == ("ok", 2)
    row = await store.read(lambda read: queries.get(read, book_id, "transaction", T1))
    assert row["note"] == "Bread"
    assert row["ver"] == 2
    balances = await store.read(lambda read: queries.balances(read, book_id, today="2026-07-02"))
    assert (balances[CASH].balance_minor, balances[BANK].balance_minor) == (-1250, 5000)
    history = await store.read(lambda read: queries.history(read, book_id, row_id=T1))
    assert [(h["action"], h["payload"]["after"]["note"]) for h in history] == [("create", "Bread")]
    assert await differences(store, book_id) == []


@pytest.mark.anyio
async def test_history_says_what_a_row_held_after_its_tombstone_was_collected(store, clock):
    book_id = await seeded(store)
    await change(store, book_id, [op("create", "transaction", T1, expense(CASH, 1250, FOOD, note="Bread"))])
    await change(store, book_id, [op("set", "transaction", T1, {"note": "Bread and milk"})])
    await change(store, book_id, [op("delete", "transaction", T1)])
    clock.advance(200 * 86_400_000)
    await store.write(book_id, collect)
    assert await store.read(lambda read: read.by_ids("transaction", book_id, [T1])) == {}
    deleted, edited, created = await store.read(lambda read: queries.history(read, book_id, row_id=T1))
    assert (deleted["action"], deleted["payload"]["row"]["note"]) == ("delete", "Bread and milk")
    assert edited["payload"] == {"before": {"note": "Bread"}, "after": {"note": "Bread and milk"}}
    after = created["payload"]["after"]
    assert (created["payload"]["before"], after["note"], after["amount_minor"]) == (None, "Bread", 1250)
    assert after["lines"] == [{"category_id": FOOD, "amount_minor": 1250}]


@pytest.mark.anyio
async def test_a_repeated_mutation_is_answered_and_not_applied(store):
    book_id = await seeded(store)
    first = mutation(1, [op("create", "transaction", T1, expense(CASH))])
    [done] = await push(store, book_id, first)
    again = await push(store, book_id, {**first, "seq": 7}, device_id="device-2", device_ordinal=2)
    assert [(o.status, o.repeated, o.ver) for o in again] == [("ok", True, done.ver + 1)]
    rest = await change(
        store, book_id, [op("create", "transaction", T2, expense(CASH))], mutation_id=an_id(5, 99)
    )
    same = await change(
        store, book_id, [op("create", "transaction", T2, expense(CASH))], mutation_id=an_id(5, 99)
    )
    assert (same.repeated, same.ver, same.row("transaction", T2)["amount_minor"]) == (True, rest.ver, 1000)
    assert await differences(store, book_id) == []


@pytest.mark.anyio
async def test_what_a_device_may_park_rest_is_refused(store):
    book_id = await seeded(store)
    gone = [op("set", "transaction", T1, {"note": "x"})]
    with pytest.raises(Refusal) as refused:
        await change(store, book_id, gone)
    assert refused.value.code == "gone"
    [outcome] = await push(store, book_id, mutation(1, gone))
    assert outcome.status == "parked:gone"
    [conflict], _ = await store.read(lambda read: queries.conflicts(read, book_id))
    assert (conflict["kind"], conflict["lost"]["ops"], conflict["ver"]) == ("parked", gone, outcome.ver)
    assert await differences(store, book_id) == []


@pytest.mark.anyio
async def test_a_viewer_may_not_write(store):
    book_id = await seeded(store)
    with pytest.raises(Refusal) as refused:
        await change(store, book_id, [op("create", "account", an_id(9, 1), account())], role="viewer")
    assert refused.value.code == "forbidden"


@pytest.mark.anyio
async def test_undo_leaves_what_was_changed_since(store):
    book_id = await seeded(store)
    await change(store, book_id, [op("create", "transaction", T1, expense(CASH, note="first"))])
    edit = await change(
        store, book_id, [op("set", "transaction", T1, {"note": "second", "day": "2026-02-01"})]
    )
    await change(store, book_id, [op("set", "transaction", T1, {"note": "third"})])
    await store.write(book_id, lambda tx: commands.undo(tx, edit.ver, person_id=PERSON, role="owner"))
    row = await store.read(lambda read: queries.get(read, book_id, "transaction", T1))
    assert (row["note"], row["day"]) == ("third", "2026-01-15")
    with pytest.raises(Refusal) as refused:
        await store.write(book_id, lambda tx: commands.undo(tx, edit.ver, person_id=PERSON, role="owner"))
    assert refused.value.code == "nothing_to_undo"


@pytest.mark.anyio
async def test_a_large_change_is_undone_whole_and_once(store):
    book_id = await seeded(store)
    ops = [op("create", "transaction", an_id(n, 7), expense(CASH)) for n in range(1200)]
    made = await change(store, book_id, ops)
    for _ in range(2):
        who = {"person_id": PERSON, "role": "owner", "mutation_id": an_id(1, 8)}
        undone = await store.write(book_id, lambda tx, who=who: commands.undo(tx, made.ver, **who))
        assert undone.status == "ok"
    assert (await store.read(lambda read: queries.transactions(read, book_id))).items == []
    assert await differences(store, book_id) == []


@pytest.mark.anyio
async def test_a_mutation_without_an_id_is_refused(store):
    book_id = await seeded(store)
    with pytest.raises(Refusal) as refused:
        await push(store, book_id, mutation(1, [], mid="\0"))
    assert refused.value.code == "id_malformed"


@pytest.mark.anyio
async def test_a_stale_version_is_refused(store):
    book_id = await seeded(store)
    await change(store, book_id, [op("create", "transaction", T1, expense(CASH))])
    edit = [op("set", "transaction", T1, {"note": "x"})]
    with pytest.raises(Refusal) as refused:
        await change(store, book_id, edit, if_match=("transaction", T1, 1))
    assert refused.value.code == "precondition_failed"


@pytest.mark.anyio
async def test_deleting_an_account_keeps_the_other_half_of_a_transfer_and_can_be_undone(store):
    book_id = await seeded(store)
    ops = [
        op("create", "transaction", T1, expense(CASH)),
        op("create", "transaction", T2, transfer(CASH, BANK)),
    ]
    await change(store, book_id, ops)
    gone = await change(store, book_id, [op("delete", "account", CASH)])
    assert sorted((w.entity, w.action) for w in gone.writes) == [
        ("account", "delete"), ("transaction", "delete"), ("transaction", "set"),
    ]  # fmt: skip
    kept = await store.read(lambda read: queries.get(read, book_id, "transaction", T2))
    assert (kept["account_id"], kept["to_account_id"]) == (None, BANK)
    assert await differences(store, book_id) == []

    await store.write(book_id, lambda tx: commands.undo(tx, gone.ver, person_id=PERSON, role="owner"))
    rows = await store.read(lambda read: queries.transactions(read, book_id))
    assert [(r["id"], r["account_id"]) for r in rows.items] == [(T2, CASH), (T1, CASH)]
    assert await differences(store, book_id) == []


@pytest.mark.anyio
async def test_merging_a_category_moves_its_transactions_now_and_later(store):
    book_id = await seeded(store)
    await change(store, book_id, [op("create", "transaction", T1, expense(CASH, 700, FOOD))])
    await change(store, book_id, [op("delete", "category", FOOD, into=RENT)])
    [late] = await push(
        store, book_id, mutation(1, [op("create", "transaction", T2, expense(CASH, 800, FOOD))])
    )
    assert late.status == "ok+rewritten"
    wanted = queries.TransactionFilter(category_id=RENT)
    page = await store.read(lambda read: queries.transactions(read, book_id, wanted))
    assert [row["amount_minor"] for row in page.items] == [800, 700]
    assert await differences(store, book_id) == []


@pytest.mark.anyio
async def test_another_first_day_of_month_counts_the_rollups_anew(store):
    book_id = await seeded(store)
    await change(store, book_id, [op("create", "transaction", T1, expense(CASH, day="2026-02-03"))])
    ops = [
        op("set", "settings", book_id, {"first_day_of_month": 5}),
        op("create", "transaction", T2, expense(CASH, day="2026-02-07")),
    ]
    await change(store, book_id, ops)
    months = await store.read(
        lambda read: read.all("SELECT month FROM rollup WHERE book_id = :b ORDER BY month", b=book_id)
    )
    assert [m[0] - 2026 * 12 for m in months] == [0, 1]
    assert await differences(store, book_id) == []


@pytest.mark.anyio
async def test_friendly_input_finds_names_and_rates(store, clock):
    book_id = await make_book(store)
    dollars = an_id(7, 1)
    await change(store, book_id, seed_ops(book_id, "EUR"))
    await change(store, book_id, [op("create", "account", dollars, account(currency="USD"))])

    def written(tx, ops):
        return commands.change(tx, ops, person_id=PERSON, role="owner", name="test").row("transaction", T1)

    def add(tx):
        given = {
            "account_id": dollars,
            "amount_minor": 1000,
            "day": "2026-01-15",
            "payee": " Lidl ",
            "tags": ["Trip"],
        }
        return written(tx, Inputs(tx, book_id, tx.new_id).create(T1, given))

    row = await store.write(book_id, add)
    assert (row["currency"], row["base_currency"]) == ("USD", "EUR")
    assert (row["rate"], row["base_minor"]) == (None, None), "a missing rate stays missing"

    rate = {"day": "2026-01-10", "from_currency": "EUR", "to_currency": "USD", "rate": "1.25"}
    await change(store, book_id, [op("create", "rate", uuid5(book_id, "rate:2026-01-10:EUR:USD"), rate)])

    def edit(tx):
        inputs = Inputs(tx, book_id, tx.new_id)
        ops = inputs.edit(
            queries.get(tx, book_id, "transaction", T1), {"amount_minor": 2000, "payee": "LIDL"}
        )
        assert [o["e"] for o in ops] == ["transaction"], "the payee is there already"
        assert inputs.found_rates[0].used == (("2026-01-10", "EUR", "USD"),)
        return written(tx, ops)

    row = await store.write(book_id, edit)
    assert (row["rate"], row["base_minor"], row["lines"][0]["amount_minor"]) == ("0.8", 1600, 2000)
    wanted = queries.TransactionFilter(text="lidl 20.00")
    found = await store.read(lambda read: queries.transactions(read, book_id, wanted))
    assert [r["id"] for r in found.items] == [T1]
    assert await differences(store, book_id) == []
