"""A file's way into a book and out of it again, on both databases."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from importing import shared_data
from outlay.importing import commands, files, matching, queries
from outlay.kernel.money import exponent
from outlay.kernel.refusal import Refusal
from outlay.ledger import check
from outlay.ledger.commands import change
from outlay.ledger.defaults import category_id, seed_ops
from outlay.ledger.inputs import Inputs
from outlay.store.engine import Store
from stores import Clock, make_book

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore:Call to deprecated method:DeprecationWarning"),  # inside ofxparse
]

SAMPLES = Path(__file__).parent / "samples"
IBAN = "DE02 1203 0000 0000 2020 51"  # stands above the rows of german.csv
ME = "01940000-0000-7000-8000-000000000001"
Row = dict[str, Any]
WRITER: Row = {"person_id": ME, "role": "owner"}


class Book:
    """A seeded book and the few things that these tests do with it."""

    def __init__(self, store: Store, book_id: str) -> None:
        self.store = store
        self.id = book_id

    async def change(self, *ops: Row) -> None:
        await self.store.write(self.id, lambda tx: change(tx, ops, name="test", **WRITER))

    async def account(self, name: str, currency: str = "EUR") -> str:
        made: list[str] = []

        def write(tx: Any) -> None:
            made.append(tx.new_id())
            fields = {"name": name, "kind": "bank", "currency": currency, "opening_minor": 0}
            change(tx, [{"e": "account", "id": made[0], "k": "create", "f": fields}], name="test", **WRITER)

        await self.store.write(self.id, write)
        return made[0]

    async def add(
        self, account_id: str, amount_minor: int, day: str, payee: str, category: str | None = None
    ) -> str:
        def write(tx: Any) -> str:
            row_id: str = tx.new_id()
            given = {
                "kind": "expense" if amount_minor < 0 else "income", "account_id": account_id,
                "amount_minor": abs(amount_minor), "day": day, "payee": payee,
                "category_id": category and category_id(self.id, category),
            }  # fmt: skip
            change(tx, Inputs(tx, self.id, tx.new_id).create(row_id, given), name="test", **WRITER)
            return row_id

        return await self.store.write(self.id, write)

    async def delete(self, row_id: str) -> None:
        await self.change({"e": "transaction", "id": row_id, "k": "delete"})

    async def preview(self, name: str, **options: Any) -> Row:
        data = (SAMPLES / name).read_bytes()
        return await commands.create(
            self.store, self.id, data=data, file_name=name, options=options, **WRITER
        )

    async def bring_in(self, name: str, **options: Any) -> Row:
        made = await self.preview(name, **options)
        return await commands.commit(self.store, self.id, made["id"], **WRITER)

    async def transactions(self) -> list[Row]:
        where, order = "book_id = :book AND NOT deleted", "day, id"
        return await self.store.read(
            lambda read: read.select("transaction", where, order=order, book=self.id)
        )

    async def balance(self, account_id: str) -> int:
        total = "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM line"
        sql = f"{total} WHERE book_id = :book AND account_id = :a"
        return int(await self.store.read(lambda read: read.value(sql, book=self.id, a=account_id)))

    async def rows(self, entity: str) -> list[Row]:
        where = "book_id = :book AND NOT deleted"
        return await self.store.read(lambda read: read.select(entity, where, order="id", book=self.id))

    async def right(self) -> bool:
        return await self.store.read(lambda read: check.check(read, self.id)) == []


@pytest.fixture
async def book(store: Store) -> Book:
    made = Book(store, await make_book(store))
    await made.change(*seed_ops(made.id, "EUR"))
    return made


def states(preview: Row) -> list[str]:
    return [row["state"] for row in preview["rows"]]


async def test_a_file_is_previewed_then_imported_as_one_change(book: Book) -> None:
    giro = await book.account("Giro")
    shown = await book.preview("german.csv")
    assert [q["name"] for q in shown["questions"]] == ["account"]
    assert shown["accounts"][0]["suggestions"][0] == giro
    assert shown["counts"] == {
        "rows": 3, "new": 3, "present": 0, "possible": 0, "faulty": 0, "skipped": 4, "selected": 3,
    }  # fmt: skip
    assert [row["amount"] for row in shown["rows"]][:1] == ["-4.80"]  # to be seen before all is answered
    assert await book.transactions() == []
    with pytest.raises(Refusal, match="import_question"):
        await commands.commit(book.store, book.id, shown["id"], **WRITER)

    shown = await commands.revise(
        book.store, book.id, shown["id"], role="owner", options={"accounts": {IBAN: {"id": giro}}}
    )
    assert shown["questions"] == []
    done = await commands.commit(book.store, book.id, shown["id"], **WRITER)
    assert (done["created"], done["faulty"]) == (3, 0)
    rows = await book.transactions()
    assert [(r["day"], r["kind"], r["amount_minor"], r["ver"]) for r in rows] == [
        ("2026-02-03", "expense", 90000, done["ver"]),
        ("2026-02-26", "income", 230000, done["ver"]),
        ("2026-02-27", "expense", 480, done["ver"]),
    ]
    assert {r["import_id"] for r in rows} == {shown["id"]}
    assert await book.balance(giro) == 230000 - 90000 - 480
    assert await book.right()
    with pytest.raises(Refusal, match="import_done"):
        await commands.commit(book.store, book.id, shown["id"], **WRITER)


async def test_a_file_that_is_remembered_is_judged_for_what_it_goes_to_now(book: Book, store: Store) -> None:
    other = await book.account("Other")

    def anew(currency: str) -> Row:
        return {IBAN: {"new": {"name": "New", "kind": "bank", "currency": currency}}}

    shown = await book.preview("german.csv", accounts=anew("EUR"))
    assert states(shown) == ["new"] * 3
    for_yen = {"accounts": anew("JPY")}
    wrong = await commands.revise(store, book.id, shown["id"], role="owner", options=for_yen)
    assert "faulty" in states(wrong)
    await commands.revise(
        store, book.id, shown["id"], role="owner", options={"accounts": {IBAN: {"id": other}}}
    )
    await commands.commit(store, book.id, shown["id"], **WRITER)
    assert {row["account_id"] for row in await book.transactions()} == {other}

    again = Book(store, await make_book(store))
    await again.change(*seed_ops(again.id, "EUR"))
    await book.preview("german.csv", accounts={IBAN: {"id": other}})
    to_theirs = {IBAN: {"id": await again.account("Giro")}}
    await again.bring_in("german.csv", accounts=to_theirs)
    files.forget()
    assert states(await again.preview("german.csv", accounts=to_theirs)) == ["present"] * 3


async def test_the_same_file_again_brings_nothing_and_what_was_deleted_stays_deleted(book: Book) -> None:
    giro = await book.account("Giro")
    to_giro = {IBAN: {"id": giro}}
    await book.bring_in("german.csv", accounts=to_giro)
    rows = await book.transactions()
    await book.delete(rows[0]["id"])
    again = await book.preview("german.csv", accounts=to_giro)
    assert states(again) == ["present"] * 3
    assert (await commands.commit(book.store, book.id, again["id"], **WRITER))["created"] == 0
    assert len(await book.transactions()) == 2
    assert await book.right()


async def test_undo_takes_the_whole_import_back_and_it_can_be_imported_again(book: Book) -> None:
    giro = await book.account("Giro")
    to_giro = {IBAN: {"id": giro}}
    payees_before = len(await book.rows("payee"))
    done = await book.bring_in("german.csv", accounts=to_giro)
    rows = await book.transactions()
    kept = await book.add(giro, -500, "2026-03-01", "Bäckerei Müller")
    await book.delete(rows[0]["id"])
    undone = await commands.undo(book.store, book.id, done["import_id"], **WRITER)
    assert undone["deleted"] == 2
    assert [r["id"] for r in await book.transactions()] == [kept]
    assert await book.balance(giro) == -500
    # the payee that another transaction uses stays, the others go
    assert len(await book.rows("payee")) == payees_before + 1
    assert await book.right()
    with pytest.raises(Refusal, match="import_not_done"):
        await commands.undo(book.store, book.id, done["import_id"], **WRITER)
    again = await book.preview("german.csv", accounts=to_giro)
    assert states(again) == ["new", "new", "present"]  # deleted by hand before the undo: stays deleted
    listed = await book.store.read(lambda read: queries.listed(read, book.id))
    assert {row["status"] for row in listed} == {"preview", "undone"}


async def test_possible_duplicates_are_left_out_unless_asked_for(book: Book) -> None:
    giro = await book.account("Giro")
    mine = await book.add(giro, -480, "2026-02-25", "Baker")
    await book.add(giro, -90000, "2026-02-07", "Landlord")  # four days away: another one
    shown = await book.preview("german.csv", accounts={IBAN: {"id": giro}})
    assert states(shown) == ["possible", "new", "new"]
    assert shown["rows"][0]["match"] == mine
    done = await commands.commit(
        book.store, book.id, shown["id"], options={"rows": {"0": "import", "2": "skip"}}, **WRITER
    )
    assert done["created"] == 2
    assert sorted(r["amount_minor"] for r in await book.transactions()) == [480, 480, 90000, 230000]


async def test_two_people_import_the_same_file_at_once(book: Book) -> None:
    giro = await book.account("Giro")
    shown = [await book.preview("german.csv", accounts={IBAN: {"id": giro}}) for _ in range(2)]
    done = await asyncio.gather(*(commands.commit(book.store, book.id, s["id"], **WRITER) for s in shown))
    assert sorted(d["created"] for d in done) == [0, 3]
    assert await book.balance(giro) == 230000 - 90000 - 480
    assert await book.right()


async def test_new_accounts_payees_and_currencies(book: Book) -> None:
    accounts = {
        "1001/77-1": {"new": {"name": "Giro", "kind": "bank"}},
        "1001/77-2": {"new": {"name": "Savings", "kind": "savings"}},
        "4444": {"new": {"name": "Card", "kind": "card"}},
    }
    done = await book.bring_in("three_accounts.ofx", accounts=accounts)
    assert done["created"] == 5
    ids = done["accounts"]
    assert await book.balance(ids["1001/77-1"]) == 245000 - 100000 - 1230
    assert await book.balance(ids["4444"]) == -1800
    by_amount = {r["amount_minor"]: r for r in await book.transactions()}
    assert (by_amount[1800]["currency"], by_amount[1800]["rate"], by_amount[1800]["base_minor"]) == (
        "JPY",
        None,
        None,
    )
    assert (by_amount[107]["rate"], by_amount[107]["base_minor"]) == ("1", 107)
    assert await book.right()
    # the next file of the bank finds its accounts by itself
    again = await book.preview("three_accounts.ofx")
    assert again["questions"] == []
    assert states(again) == ["present"] * 5
    await commands.undo(book.store, book.id, done["import_id"], **WRITER)
    assert [r["name"] for r in await book.rows("account")] == ["Cash"]
    assert await book.rows("payee") == []
    assert await book.right()


async def test_faulty_rows_stop_an_import_until_a_person_says_so(book: Book) -> None:
    shown = await book.preview("faulty_rows.csv", accounts={"": {"new": {"name": "Giro"}}}, currency="EUR")
    assert states(shown) == ["new", "faulty", "faulty", "faulty", "new"]
    with pytest.raises(Refusal, match="import_faulty_rows") as refused:
        await commands.commit(book.store, book.id, shown["id"], **WRITER)
    assert refused.value.params["lines"] == [3, 4, 5]
    assert await book.transactions() == []
    done = await commands.commit(book.store, book.id, shown["id"], options={"skip_faulty": True}, **WRITER)
    assert (done["created"], done["faulty"]) == (2, 3)


async def test_a_payee_keeps_its_last_category(book: Book) -> None:
    giro = await book.account("Giro")
    await book.add(giro, -100, "2025-01-01", "bäckerei müller", "food.restaurant")
    await book.bring_in("german.csv", accounts={IBAN: {"id": giro}})
    baker = next(r for r in await book.transactions() if r["amount_minor"] == 480)
    assert baker["lines"] == [{"category_id": category_id(book.id, "food.restaurant"), "amount_minor": 480}]
    assert len([p for p in await book.rows("payee") if p["name"].lower() == "bäckerei müller"]) == 1


async def test_the_last_category_is_found_however_old(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    giro = await book.account("Giro")
    for number, (amount_minor, category) in enumerate(
        [(-5, "food"), (-6, "transport"), (7, "salary"), (-8, None)]
    ):
        await book.add(giro, amount_minor, f"2020-01-0{number + 1}", "Old", category)
    for day in ("2025-01-01", "2025-01-02", "2025-01-03"):
        await book.add(giro, -5, day, "New", "food")
    payees = {row["name"]: row["id"] for row in await book.rows("payee")}
    wanted = {(payee_id, kind) for payee_id in payees.values() for kind in ("expense", "income")}

    async def usual() -> dict[tuple[str, str], str]:
        return await book.store.read(lambda read: matching.habits(read, book.id, wanted))

    expected = {
        (payees["New"], "expense"): category_id(book.id, "food"),
        (payees["Old"], "income"): category_id(book.id, "salary"),
    }
    assert await usual() == expected
    for page, pages in ((1, 1), (2, 2), (4, 1)):
        monkeypatch.setattr(matching, "NEWEST_PAGE", page)
        monkeypatch.setattr(matching, "NEWEST_PAGES", pages)
        assert await usual() == expected


async def test_a_viewer_and_a_stranger_bring_nothing_in(book: Book) -> None:
    data = (SAMPLES / "german.csv").read_bytes()
    with pytest.raises(Refusal, match="forbidden"):
        await commands.create(book.store, book.id, data=data, person_id=ME, role="viewer")
    shown = await book.preview("german.csv")
    other = await make_book(book.store)
    with pytest.raises(Refusal, match="import_not_found"):
        await commands.commit(book.store, other, shown["id"], **WRITER)


async def test_the_file_is_kept_sealed_and_forgotten(book: Book, clock: Clock) -> None:
    shown = await book.preview("german.csv")
    sql = "SELECT file, file_name, options FROM import WHERE book_id = :book"
    stored = await book.store.read(lambda read: read.all(sql, book=book.id))
    assert all(b"german" not in bytes(cell) for cell in stored[0] if cell is not None)
    assert (await queries.waiting(book.store, book.id, shown["id"]))["counts"]["rows"] == 3
    clock.advance(8 * 86_400_000)
    await book.preview("german.csv")
    assert len(await book.store.read(lambda read: queries.listed(read, book.id))) == 1


async def test_options_are_checked(book: Book) -> None:
    for options in (
        {"decimal": "x"},
        {"nothing": 1},
        {"accounts": {"": {"id": "no"}}},
        {"rows": {"0": "maybe"}},
    ):
        with pytest.raises(Refusal, match="import_options"):
            await book.preview("german.csv", **options)


@pytest.mark.skipif(not shared_data.FOLDER.is_dir(), reason=shared_data.MISSING)
async def test_every_real_file_gives_the_expected_balances(book: Book) -> None:
    """All good files into one book, each account a new one; then every sum is asked of the ledger."""
    for file, wants in shared_data.expected().items():
        if file.split("/")[0] not in shared_data.FORMATS or shared_data.classes()[file] != "ok":
            continue
        data = (shared_data.FOLDER / file).read_bytes()
        options: Row = {**shared_data.ANSWERS.get(file, {}), "skip_faulty": True}
        shown = await commands.create(
            book.store, book.id, data=data, file_name=file, options=options, **WRITER
        )
        new = {
            a["key"]: {"new": {"name": f"{file} {a['key']}"[-80:], "currency": a["currency"] or "EUR"}}
            for a in shown["accounts"]
        }
        done = await commands.commit(book.store, book.id, shown["id"], options={"accounts": new}, **WRITER)
        if len(wants) == 1 and done["created"]:
            (account_id,) = done["accounts"].values()
            accounts = {row["id"]: row for row in await book.rows("account")}
            minor = Decimal(wants[0].sum).scaleb(exponent(accounts[account_id]["currency"]))
            assert await book.balance(account_id) == minor, file
    assert await book.right()
