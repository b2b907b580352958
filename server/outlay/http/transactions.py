"""Transactions, what happened to a row, and taking a change back."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from outlay.http.documents import (
    History,
    HistoryEntry,
    NewTransaction,
    Transaction,
    TransactionChange,
    TransactionList,
    Undone,
    given,
)
from outlay.http.nouns import (
    Change,
    Cursor,
    IdempotencyKey,
    Limit,
    Ops,
    Row,
    RowId,
    Unlock,
    alter,
    day_cursor,
    make,
    mutation_id_of,
    read_one,
    remove,
)
from outlay.http.rooms import Access
from outlay.http.shapes import IfMatch
from outlay.identity.rules import Role
from outlay.kernel import limits
from outlay.kernel.dates import parse_day
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.ledger import queries
from outlay.ledger.commands import undo
from outlay.ledger.inputs import Inputs
from outlay.store.read import Read
from outlay.store.write import Tx

FilterId = Annotated[str | None, QueryParameter(required=False, description="Only with this one (an id).")]
FilterDay = Annotated[str | None, QueryParameter(required=False, description="YYYY-MM-DD, inclusive.")]
FilterMinor = Annotated[
    int | None,
    QueryParameter(
        required=False,
        ge=0,
        le=limits.AMOUNT_MINOR,
        description="Of the transaction's own amount, in minor units, inclusive.",
    ),
]


@get("/transactions", tags=["transactions"], summary="List transactions")
async def list_transactions(
    access: NamedDependency[Access],
    from_day: FilterDay = None,
    to_day: FilterDay = None,
    account_id: FilterId = None,
    category_id: Annotated[
        str | None,
        QueryParameter(required=False, description="Only with this category or one of its children."),
    ] = None,
    payee_id: FilterId = None,
    tag_id: FilterId = None,
    import_id: FilterId = None,
    kind: Annotated[
        Literal["expense", "income", "transfer"] | None,
        QueryParameter(required=False, description="Only this type."),
    ] = None,
    currency: Annotated[
        str | None, QueryParameter(required=False, max_length=3, description="Only in this currency.")
    ] = None,
    min_minor: FilterMinor = None,
    max_minor: FilterMinor = None,
    uncategorised: Annotated[
        bool, QueryParameter(required=False, description="Only with a line without a category.")
    ] = False,
    text: Annotated[
        str | None,
        QueryParameter(
            required=False,
            max_length=limits.TEXT_KEY,
            description="Words that all occur in note, payee, categories, accounts, tags or amount.",
        ),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = limits.PAGE_ITEMS,
) -> TransactionList:
    """The newest first, narrowed by everything that is given."""
    wanted = queries.TransactionFilter(
        from_day=_day(from_day, "from_day"),
        to_day=_day(to_day, "to_day"),
        account_id=_id(account_id, "account_id"),
        category_id=_id(category_id, "category_id"),
        payee_id=_id(payee_id, "payee_id"),
        tag_id=_id(tag_id, "tag_id"),
        import_id=_id(import_id, "import_id"),
        kind=kind,
        currency=currency,
        min_minor=min_minor,
        max_minor=max_minor,
        uncategorised=uncategorised,
        text=text,
    )
    before = day_cursor(cursor)

    def read(snapshot: Read) -> TransactionList:
        page = queries.transactions(snapshot, access.book_id, wanted, before=before, limit=limit)
        following = None if page.next is None else ":".join(page.next)
        return TransactionList(items=_shown(snapshot, access.book_id, page.items), next=following)

    return await access.read(read)


@post("/transactions", tags=["transactions"], summary="Make a transaction")
async def create_transaction(
    access: NamedDependency[Access], data: JSONBody[NewTransaction], idempotency_key: IdempotencyKey = None
) -> Response[Transaction]:
    """An expense, an income or a transfer. Payee and tags may be given by name. Refuses `lines_do_not_sum`,
    `currency_not_of_account`, `account_missing`, `transfer_amounts_differ` and what the rules name."""

    def build(step: Change) -> tuple[str, Ops]:
        fields = given(data)
        row_id = fields.pop("id", None) or step.tx.new_id()
        return row_id, _checked(Inputs(step.tx, step.book_id, step.tx.new_id).create(row_id, fields))

    return await make(access, "transaction", build, _show, path="transactions", key=idempotency_key)


@get("/transactions/{row_id:str}", tags=["transactions"], summary="Read a transaction")
async def read_transaction(access: NamedDependency[Access], row_id: RowId) -> Response[Transaction]:
    """One transaction."""
    return await read_one(access, "transaction", row_id, _show)


@patch("/transactions/{row_id:str}", tags=["transactions"], summary="Change a transaction")
async def change_transaction(
    access: NamedDependency[Access],
    row_id: RowId,
    data: JSONBody[TransactionChange],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Transaction]:
    """What follows from a change is changed with it. Refuses `reconciled_locked` without `unlock`."""

    def build(step: Change, row: Row) -> Ops:
        fields = given(data)
        unlock = fields.pop("unlock")
        return _checked(Inputs(step.tx, step.book_id, step.tx.new_id).edit(row, fields, unlock=unlock))

    return await alter(access, "transaction", row_id, build, _show, key=idempotency_key, if_match=if_match)


@delete("/transactions/{row_id:str}", tags=["transactions"], summary="Delete a transaction")
async def delete_transaction(
    access: NamedDependency[Access],
    row_id: RowId,
    unlock: Unlock = False,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """It can come back: see history and undo."""
    await remove(access, "transaction", row_id, key=idempotency_key, if_match=if_match, unlock=unlock)


@get("/history", tags=["history"], summary="Read the history of a row")
async def read_history(
    access: NamedDependency[Access],
    row_id: Annotated[str | None, QueryParameter(required=False, description="A row's id.")] = None,
    ver: Annotated[
        int | None, QueryParameter(required=False, ge=1, le=2**53, description="One change, by its version.")
    ] = None,
    limit: Limit = limits.PAGE_ITEMS,
) -> History:
    """Who changed what and when, the newest first: of a row, or in one change."""
    if (row_id is None) == (ver is None):
        raise Refusal("parameter_invalid", field="row_id", detail="Give either row_id or ver.")
    row = _id(row_id, "row_id")
    found = await access.read(
        lambda read: queries.history(read, access.book_id, row_id=row, ver=ver, limit=limit)
    )
    return History(items=[_entry(entry) for entry in found])


@post("/history/{ver:int}/undo", status_code=200, tags=["history"], summary="Take a change back")
async def undo_change(
    access: NamedDependency[Access],
    ver: Annotated[int, PathParameter(description="The change's version.", ge=1, le=2**53)],
    idempotency_key: IdempotencyKey = None,
) -> Undone:
    """As a change of its own. What was changed again since stays. Refuses `nothing_to_undo`."""

    def write(tx: Tx, role: Role) -> Undone:
        outcome = undo(
            tx,
            ver,
            person_id=access.caller.person_id,
            role=role,
            mutation_id=mutation_id_of(access, idempotency_key),
        )
        return Undone(
            ver=outcome.ver, rows=len(queries.history(tx, access.book_id, ver=outcome.ver, whole=False))
        )

    return await access.write(write)


def _checked(ops: Ops) -> Ops:
    """A currency that did not follow from its account: there is no such account. Refuses `account_missing`."""
    for op in ops:
        if op["e"] == "transaction":
            for account, currency in (("account_id", "currency"), ("to_account_id", "to_currency")):
                if op["f"].get(account) is not None and op["f"].get(currency, "") is None:
                    raise Refusal("account_missing", field=account)
    return ops


def _show(read: Read, book_id: str, row: Row) -> Transaction:
    return _shown(read, book_id, [row])[0]


def _shown(read: Read, book_id: str, rows: list[Row]) -> list[Transaction]:
    """Transactions with the names of their payees and tags."""
    columns = ("book_id", "id", "name")
    payees = read.by_ids("payee", book_id, {row["payee_id"] for row in rows if row["payee_id"]}, columns)
    tags = read.by_ids("tag", book_id, {tag_id for row in rows for tag_id in row["tag_ids"]}, columns)
    return [
        Transaction(
            **{name: row[name] for name in _STORED},
            payee=payees[row["payee_id"]]["name"] if row["payee_id"] in payees else None,
            tags=[tags[tag_id]["name"] for tag_id in row["tag_ids"] if tag_id in tags],
        )
        for row in rows
    ]


_STORED: Final = tuple(name for name in Transaction.__struct_fields__ if name not in ("payee", "tags"))


def _entry(row: Row) -> HistoryEntry:
    payload = row["payload"] or {}
    names = [name for name in HistoryEntry.__struct_fields__ if name not in ("before", "after")]
    return HistoryEntry(
        **{name: row[name] for name in names}, before=payload.get("before"), after=payload.get("after")
    )


def _day(value: str | None, field: str) -> str | None:
    return None if value is None else parse_day(value, field)


def _id(value: str | None, field: str) -> str | None:
    if value is not None and not is_id(value):
        raise Refusal("parameter_invalid", field=field, detail="This is not an id.")
    return value


ROUTES: Final[list[Any]] = [
    list_transactions,
    create_transaction,
    read_transaction,
    change_transaction,
    delete_transaction,
    read_history,
    undo_change,
]
