"""The settings of a book, its accounts, its rates, and the kinds that are data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from outlay.http.documents import (
    Account,
    AccountChange,
    AccountKinds,
    AccountList,
    DatedRate,
    NewAccount,
    NewRate,
    RateChange,
    RateList,
    Settings,
    SettingsChange,
    TransactionTypes,
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
    alter,
    create_op,
    day_cursor,
    make,
    next_position,
    page_of,
    plain,
    read_one,
    remove,
    set_op,
)
from outlay.http.rooms import Access
from outlay.http.shapes import IfMatch
from outlay.kernel import limits
from outlay.kernel.dates import parse_day
from outlay.kernel.ids import uuid5
from outlay.kernel.money import CURRENCIES, parse_rate
from outlay.kernel.refusal import Refusal
from outlay.ledger import queries
from outlay.ledger.defaults import defaults, localized
from outlay.store.read import Read

Archived = Annotated[bool, QueryParameter(required=False, description="Also those that are archived.")]
Into = Annotated[
    str | None,
    QueryParameter(
        name="into", required=False, description="The row that takes over what refers to this one."
    ),
]
Today = Annotated[
    str | None,
    QueryParameter(
        required=False,
        max_length=40,
        description="The asker's day, YYYY-MM-DD; the server's, UTC, when left out.",
    ),
]
Language = Annotated[str, QueryParameter(required=False, max_length=10, description="Language of the names.")]


@get("/settings", tags=["settings"], summary="Read the settings of a book")
async def read_settings(access: NamedDependency[Access]) -> Response[Settings]:
    """Refuses `not_found` for a book that no device has filled yet."""
    return await read_one(access, "settings", access.book_id, plain("settings"))


@patch("/settings", tags=["settings"], summary="Change the settings of a book")
async def change_settings(
    access: NamedDependency[Access],
    data: JSONBody[SettingsChange],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Settings]:
    """A new first day of the month sums all months anew."""
    return await alter(
        access,
        "settings",
        access.book_id,
        lambda step, row: set_op("settings", row, given(data)),
        plain("settings"),
        key=idempotency_key,
        if_match=if_match,
    )


@get("/accounts", tags=["accounts"], summary="List accounts")
async def list_accounts(
    access: NamedDependency[Access],
    archived: Archived = True,
    today: Today = None,
    cursor: Cursor = None,
    limit: Limit = limits.PAGE_ITEMS_MAX,
) -> AccountList:
    """Accounts with their balances, in their order."""
    day = access.today(today)

    def read(snapshot: Read) -> AccountList:
        rows = queries.rows(snapshot, access.book_id, "account", archived=archived)
        page, following = page_of(rows, cursor, limit)
        balances = queries.balances(snapshot, access.book_id, today=day)
        return AccountList(items=[_account(row, balances) for row in page], next=following)

    return await access.read(read)


@post("/accounts", tags=["accounts"], summary="Make an account")
async def create_account(
    access: NamedDependency[Access], data: JSONBody[NewAccount], idempotency_key: IdempotencyKey = None
) -> Response[Account]:
    """Without a `position` it is the last one."""

    def build(step: Change) -> tuple[str, Ops]:
        fields = given(data)
        row_id = fields.pop("id", None) or step.tx.new_id()
        fields.setdefault("position", next_position(step.tx, step.book_id, "account"))
        return row_id, [create_op("account", row_id, fields)]

    return await make(
        access, "account", build, _show_account(access.today()), path="accounts", key=idempotency_key
    )


@get("/accounts/{row_id:str}", tags=["accounts"], summary="Read an account")
async def read_account(
    access: NamedDependency[Access], row_id: RowId, today: Today = None
) -> Response[Account]:
    """One account with its balance."""
    return await read_one(access, "account", row_id, _show_account(access.today(today)))


@patch("/accounts/{row_id:str}", tags=["accounts"], summary="Change an account")
async def change_account(
    access: NamedDependency[Access],
    row_id: RowId,
    data: JSONBody[AccountChange],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Account]:
    """Refuses `currency_in_use` when transactions are written in the old currency."""
    return await alter(
        access,
        "account",
        row_id,
        lambda step, row: set_op("account", row, given(data)),
        _show_account(access.today()),
        key=idempotency_key,
        if_match=if_match,
    )


@delete("/accounts/{row_id:str}", tags=["accounts"], summary="Delete an account")
async def delete_account(
    access: NamedDependency[Access],
    row_id: RowId,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Deletes it with its entries; transfers keep their other side. To keep the past, archive it."""
    await remove(access, "account", row_id, key=idempotency_key, if_match=if_match)


def _show_account(today: str) -> Callable[[Read, str, Row], Account]:
    def show(read: Read, book_id: str, row: Row) -> Account:
        return _account(row, queries.balances(read, book_id, today=today, account_id=row["id"]))

    return show


def _account(row: Row, balances: dict[str, queries.Balance]) -> Account:
    more = asdict(balances[row["id"]])
    return Account(**{name: row[name] for name in Account.__struct_fields__ if name not in more}, **more)


@get("/rates", tags=["rates"], summary="List rates")
async def list_rates(
    access: NamedDependency[Access],
    from_currency: Annotated[
        str | None, QueryParameter(required=False, max_length=3, description="Only rates from this currency.")
    ] = None,
    to_currency: Annotated[
        str | None, QueryParameter(required=False, max_length=3, description="Only rates to this currency.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = limits.PAGE_ITEMS,
) -> RateList:
    """Rates, the newest day first."""
    before = day_cursor(cursor)

    def read(snapshot: Read) -> RateList:
        rows, following = queries.rates(
            snapshot,
            access.book_id,
            from_currency=from_currency,
            to_currency=to_currency,
            before=before,
            limit=limit,
        )
        show = plain("rate")
        items = [show(snapshot, access.book_id, row) for row in rows]
        return RateList(items=items, next=None if following is None else ":".join(following))

    return await access.read(read)


@post("/rates", tags=["rates"], summary="Set a rate")
async def create_rate(
    access: NamedDependency[Access], data: JSONBody[NewRate], idempotency_key: IdempotencyKey = None
) -> Response[DatedRate]:
    """The rate of a pair from a day on. Transactions that were written before keep theirs."""

    def build(step: Change) -> tuple[str, Ops]:
        fields = given(data)
        day = parse_day(data.day, "day")
        for field in ("from_currency", "to_currency"):
            if fields[field] not in CURRENCIES:
                raise Refusal("currency_unknown", field=field)
        fields["rate"] = parse_rate(data.rate)
        row_id = uuid5(step.book_id, f"rate:{day}:{data.from_currency}:{data.to_currency}")
        return row_id, [create_op("rate", row_id, fields)]

    return await make(access, "rate", build, plain("rate"), path="rates", key=idempotency_key)


@get("/rates/{row_id:str}", tags=["rates"], summary="Read a rate")
async def read_rate(access: NamedDependency[Access], row_id: RowId) -> Response[DatedRate]:
    """One rate."""
    return await read_one(access, "rate", row_id, plain("rate"))


@patch("/rates/{row_id:str}", tags=["rates"], summary="Change a rate")
async def change_rate(
    access: NamedDependency[Access],
    row_id: RowId,
    data: JSONBody[RateChange],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[DatedRate]:
    """Transactions that were written before keep theirs."""
    return await alter(
        access,
        "rate",
        row_id,
        lambda step, row: set_op("rate", row, {"rate": parse_rate(data.rate)}),
        plain("rate"),
        key=idempotency_key,
        if_match=if_match,
    )


@delete("/rates/{row_id:str}", tags=["rates"], summary="Delete a rate")
async def delete_rate(
    access: NamedDependency[Access],
    row_id: RowId,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Transactions that used it keep what it was."""
    await remove(access, "rate", row_id, key=idempotency_key, if_match=if_match)


@get("/transaction-types", tags=["transactions"], summary="List transaction types")
async def list_transaction_types(language: Language = "en") -> TransactionTypes:
    """The kinds of transactions, and which flows they have."""
    return msgspec.convert({"items": localized(defaults()["transaction_types"], language)}, TransactionTypes)


@get("/account-kinds", tags=["accounts"], summary="List account kinds")
async def list_account_kinds(language: Language = "en") -> AccountKinds:
    """The kinds of accounts."""
    return msgspec.convert({"items": localized(defaults()["account_kinds"], language)}, AccountKinds)


ROUTES: Final[list[Any]] = [
    read_settings,
    change_settings,
    list_accounts,
    create_account,
    read_account,
    change_account,
    delete_account,
    list_rates,
    create_rate,
    read_rate,
    change_rate,
    delete_rate,
    list_transaction_types,
    list_account_kinds,
]
