"""Accounts, categories, payees, tags, rates and the settings of a book."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Parameter

from outlay.http.documents import (
    Account,
    AccountChange,
    AccountKinds,
    AccountList,
    Category,
    CategoryChange,
    CategoryList,
    DatedRate,
    NewAccount,
    NewCategory,
    NewPayee,
    NewRate,
    NewTag,
    Payee,
    PayeeChange,
    PayeeList,
    RateChange,
    RateList,
    Settings,
    SettingsChange,
    Tag,
    TagChange,
    TagList,
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
from outlay.ledger.inputs import Names
from outlay.store.read import Read

Archived = Annotated[bool, Parameter(required=False, description="Also those that are archived.")]
Into = Annotated[
    str | None,
    Parameter(query="into", required=False, description="The row that takes over what refers to this one."),
]
Language = Annotated[str, Parameter(required=False, max_length=10, description="Language of the names.")]


# Settings


@get("/settings", tags=["settings"], summary="Read the settings of a book")
async def read_settings(access: Access) -> Response[Settings]:
    """Refuses `not_found` for a book that no device has filled yet."""
    return await read_one(access, "settings", access.book_id, plain("settings"))


@patch("/settings", tags=["settings"], summary="Change the settings of a book")
async def change_settings(
    access: Access,
    data: SettingsChange,
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


# Accounts


@get("/accounts", tags=["accounts"], summary="List accounts")
async def list_accounts(
    access: Access, archived: Archived = True, cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS_MAX
) -> AccountList:
    """Accounts with their balances, in their order."""

    def read(snapshot: Read) -> AccountList:
        rows = queries.rows(snapshot, access.book_id, "account", archived=archived)
        page, following = page_of(rows, cursor, limit)
        balances = queries.balances(snapshot, access.book_id)
        return AccountList(items=[_account(row, balances) for row in page], next=following)

    return await access.read(read)


@post("/accounts", tags=["accounts"], summary="Make an account")
async def create_account(
    access: Access, data: NewAccount, idempotency_key: IdempotencyKey = None
) -> Response[Account]:
    """Without a `position` it is the last one."""

    def build(step: Change) -> tuple[str, Ops]:
        fields = given(data)
        row_id = fields.pop("id", None) or step.tx.new_id()
        fields.setdefault("position", next_position(step.tx, step.book_id, "account"))
        return row_id, [create_op("account", row_id, fields)]

    return await make(access, "account", build, _show_account, path="accounts", key=idempotency_key)


@get("/accounts/{row_id:str}", tags=["accounts"], summary="Read an account")
async def read_account(access: Access, row_id: RowId) -> Response[Account]:
    """One account with its balance."""
    return await read_one(access, "account", row_id, _show_account)


@patch("/accounts/{row_id:str}", tags=["accounts"], summary="Change an account")
async def change_account(
    access: Access,
    row_id: RowId,
    data: AccountChange,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Account]:
    """Refuses `currency_in_use` when transactions are written in the old currency."""
    return await alter(
        access,
        "account",
        row_id,
        lambda step, row: set_op("account", row, given(data)),
        _show_account,
        key=idempotency_key,
        if_match=if_match,
    )


@delete("/accounts/{row_id:str}", tags=["accounts"], summary="Delete an account")
async def delete_account(
    access: Access, row_id: RowId, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
) -> None:
    """Deletes it with its entries; transfers keep their other side. To keep the past, archive it."""
    await remove(access, "account", row_id, key=idempotency_key, if_match=if_match)


def _show_account(read: Read, book_id: str, row: Row) -> Account:
    return _account(row, queries.balances(read, book_id))


def _account(row: Row, balances: dict[str, queries.Balance]) -> Account:
    balance = balances[row["id"]]
    more: Row = {"balance_minor": balance.balance_minor, "count": balance.count, "last_day": balance.last_day}
    return Account(**{name: row[name] for name in Account.__struct_fields__ if name not in more}, **more)


# Categories


@get("/categories", tags=["categories"], summary="List categories")
async def list_categories(
    access: Access, archived: Archived = True, cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS_MAX
) -> CategoryList:
    """Categories in their order."""
    items, following = await _listed(access, "category", cursor, limit, archived=archived)
    return CategoryList(items=items, next=following)


@post("/categories", tags=["categories"], summary="Make a category")
async def create_category(
    access: Access, data: NewCategory, idempotency_key: IdempotencyKey = None
) -> Response[Category]:
    """Without a `position` it is the last one. Refuses `category_depth`, `category_kind`."""

    def build(step: Change) -> tuple[str, Ops]:
        fields = given(data)
        row_id = fields.pop("id", None) or step.tx.new_id()
        fields.setdefault("position", next_position(step.tx, step.book_id, "category"))
        return row_id, [create_op("category", row_id, fields)]

    return await make(access, "category", build, plain("category"), path="categories", key=idempotency_key)


@get("/categories/{row_id:str}", tags=["categories"], summary="Read a category")
async def read_category(access: Access, row_id: RowId) -> Response[Category]:
    """One category."""
    return await read_one(access, "category", row_id, plain("category"))


@patch("/categories/{row_id:str}", tags=["categories"], summary="Change a category")
async def change_category(
    access: Access,
    row_id: RowId,
    data: CategoryChange,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Category]:
    """Its kind stays what it is."""
    return await alter(
        access,
        "category",
        row_id,
        lambda step, row: set_op("category", row, given(data)),
        plain("category"),
        key=idempotency_key,
        if_match=if_match,
    )


@delete("/categories/{row_id:str}", tags=["categories"], summary="Delete or merge a category")
async def delete_category(
    access: Access,
    row_id: RowId,
    into: Into = None,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Its transactions go `into` another category, or have none then; so do those that arrive later."""
    await remove(access, "category", row_id, key=idempotency_key, if_match=if_match, into=into)


# Payees


@get("/payees", tags=["payees"], summary="List payees")
async def list_payees(access: Access, cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS) -> PayeeList:
    """Payees by name."""
    items, following = await _listed(access, "payee", cursor, limit)
    return PayeeList(items=items, next=following)


@post("/payees", tags=["payees"], summary="Make a payee")
async def create_payee(
    access: Access, data: NewPayee, idempotency_key: IdempotencyKey = None
) -> Response[Payee]:
    """Made once for a name: a second one with the same name answers with the first."""
    return await make(
        access,
        "payee",
        lambda step: _named(step, "payee", given(data)),
        plain("payee"),
        path="payees",
        key=idempotency_key,
    )


@get("/payees/{row_id:str}", tags=["payees"], summary="Read a payee")
async def read_payee(access: Access, row_id: RowId) -> Response[Payee]:
    """One payee."""
    return await read_one(access, "payee", row_id, plain("payee"))


@patch("/payees/{row_id:str}", tags=["payees"], summary="Change a payee")
async def change_payee(
    access: Access,
    row_id: RowId,
    data: PayeeChange,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Payee]:
    """A new name shows in all its transactions."""
    return await alter(
        access,
        "payee",
        row_id,
        lambda step, row: set_op("payee", row, given(data)),
        plain("payee"),
        key=idempotency_key,
        if_match=if_match,
    )


@delete("/payees/{row_id:str}", tags=["payees"], summary="Delete or merge a payee")
async def delete_payee(
    access: Access,
    row_id: RowId,
    into: Into = None,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Its transactions go `into` another payee, or have none then."""
    await remove(access, "payee", row_id, key=idempotency_key, if_match=if_match, into=into)


# Tags


@get("/tags", tags=["tags"], summary="List tags")
async def list_tags(access: Access, cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS_MAX) -> TagList:
    """Tags by name."""
    items, following = await _listed(access, "tag", cursor, limit)
    return TagList(items=items, next=following)


@post("/tags", tags=["tags"], summary="Make a tag")
async def create_tag(access: Access, data: NewTag, idempotency_key: IdempotencyKey = None) -> Response[Tag]:
    """Made once for a name: a second one with the same name answers with the first."""
    return await make(
        access,
        "tag",
        lambda step: _named(step, "tag", given(data)),
        plain("tag"),
        path="tags",
        key=idempotency_key,
    )


@get("/tags/{row_id:str}", tags=["tags"], summary="Read a tag")
async def read_tag(access: Access, row_id: RowId) -> Response[Tag]:
    """One tag."""
    return await read_one(access, "tag", row_id, plain("tag"))


@patch("/tags/{row_id:str}", tags=["tags"], summary="Change a tag")
async def change_tag(
    access: Access,
    row_id: RowId,
    data: TagChange,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Tag]:
    """A new name shows in all its transactions."""
    return await alter(
        access,
        "tag",
        row_id,
        lambda step, row: set_op("tag", row, given(data)),
        plain("tag"),
        key=idempotency_key,
        if_match=if_match,
    )


@delete("/tags/{row_id:str}", tags=["tags"], summary="Delete a tag")
async def delete_tag(
    access: Access, row_id: RowId, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
) -> None:
    """Its transactions lose it."""
    await remove(access, "tag", row_id, key=idempotency_key, if_match=if_match)


# Rates


@get("/rates", tags=["rates"], summary="List rates")
async def list_rates(
    access: Access,
    from_currency: Annotated[
        str | None, Parameter(required=False, max_length=3, description="Only rates from this currency.")
    ] = None,
    to_currency: Annotated[
        str | None, Parameter(required=False, max_length=3, description="Only rates to this currency.")
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
    access: Access, data: NewRate, idempotency_key: IdempotencyKey = None
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
async def read_rate(access: Access, row_id: RowId) -> Response[DatedRate]:
    """One rate."""
    return await read_one(access, "rate", row_id, plain("rate"))


@patch("/rates/{row_id:str}", tags=["rates"], summary="Change a rate")
async def change_rate(
    access: Access,
    row_id: RowId,
    data: RateChange,
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
    access: Access, row_id: RowId, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
) -> None:
    """Transactions that used it keep what it was."""
    await remove(access, "rate", row_id, key=idempotency_key, if_match=if_match)


# Data


@get("/transaction-types", tags=["transactions"], summary="List transaction types")
async def list_transaction_types(language: Language = "en") -> TransactionTypes:
    """The kinds of transactions, and which flows they have."""
    return msgspec.convert({"items": localized(defaults()["transaction_types"], language)}, TransactionTypes)


@get("/account-kinds", tags=["accounts"], summary="List account kinds")
async def list_account_kinds(language: Language = "en") -> AccountKinds:
    """The kinds of accounts."""
    return msgspec.convert({"items": localized(defaults()["account_kinds"], language)}, AccountKinds)


async def _listed(
    access: Access, entity: str, cursor: str | None, limit: int, *, archived: bool = True
) -> tuple[list[Any], str | None]:
    def read(snapshot: Read) -> tuple[list[Any], str | None]:
        rows = queries.rows(snapshot, access.book_id, entity, archived=archived)
        page, following = page_of(rows, cursor, limit)
        show = plain(entity)
        return [show(snapshot, access.book_id, row) for row in page], following

    return await access.read(read)


def _named(step: Change, entity: str, fields: Row) -> tuple[str, Ops]:
    """A payee or tag by its name: the one there is (changed where more is said), or a new one."""
    if (row_id := fields.pop("id", None)) is not None:
        return row_id, [create_op(entity, row_id, fields)]
    names = Names(step.tx, step.book_id, step.tx.new_id)
    row_id = names.id_of(entity, fields["name"])
    if names.ops:
        return row_id, [create_op(entity, row_id, {**fields, **names.ops[0]["f"]})]
    fields.pop("name")
    return row_id, set_op(entity, step.current(entity, row_id), fields)


ROUTES: Final[list[Any]] = [
    read_settings,
    change_settings,
    list_accounts,
    create_account,
    read_account,
    change_account,
    delete_account,
    list_categories,
    create_category,
    read_category,
    change_category,
    delete_category,
    list_payees,
    create_payee,
    read_payee,
    change_payee,
    delete_payee,
    list_tags,
    create_tag,
    read_tag,
    change_tag,
    delete_tag,
    list_rates,
    create_rate,
    read_rate,
    change_rate,
    delete_rate,
    list_transaction_types,
    list_account_kinds,
]
