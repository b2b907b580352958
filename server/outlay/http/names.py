"""Categories, payees and tags: what transactions are named by."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from outlay.http.documents import (
    Category,
    CategoryChange,
    CategoryList,
    NewCategory,
    NewPayee,
    NewTag,
    Payee,
    PayeeChange,
    PayeeList,
    Tag,
    TagChange,
    TagList,
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
from outlay.ledger import queries
from outlay.ledger.inputs import Names
from outlay.store.read import Read

Archived = Annotated[bool, QueryParameter(required=False, description="Also those that are archived.")]
Into = Annotated[
    str | None,
    QueryParameter(
        name="into", required=False, description="The row that takes over what refers to this one."
    ),
]
Language = Annotated[str, QueryParameter(required=False, max_length=10, description="Language of the names.")]


@get("/categories", tags=["categories"], summary="List categories")
async def list_categories(
    access: NamedDependency[Access],
    archived: Archived = True,
    cursor: Cursor = None,
    limit: Limit = limits.PAGE_ITEMS_MAX,
) -> CategoryList:
    """Categories in their order."""
    items, following = await _listed(access, "category", cursor, limit, archived=archived)
    return CategoryList(items=items, next=following)


@post("/categories", tags=["categories"], summary="Make a category")
async def create_category(
    access: NamedDependency[Access], data: JSONBody[NewCategory], idempotency_key: IdempotencyKey = None
) -> Response[Category]:
    """Without a `position` it is the last one. Refuses `category_depth`, `category_kind`."""

    def build(step: Change) -> tuple[str, Ops]:
        fields = given(data)
        row_id = fields.pop("id", None) or step.tx.new_id()
        fields.setdefault("position", next_position(step.tx, step.book_id, "category"))
        return row_id, [create_op("category", row_id, fields)]

    return await make(access, "category", build, plain("category"), path="categories", key=idempotency_key)


@get("/categories/{row_id:str}", tags=["categories"], summary="Read a category")
async def read_category(access: NamedDependency[Access], row_id: RowId) -> Response[Category]:
    """One category."""
    return await read_one(access, "category", row_id, plain("category"))


@patch("/categories/{row_id:str}", tags=["categories"], summary="Change a category")
async def change_category(
    access: NamedDependency[Access],
    row_id: RowId,
    data: JSONBody[CategoryChange],
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
    access: NamedDependency[Access],
    row_id: RowId,
    into: Into = None,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Its transactions go `into` another category, or have none then; so do those that arrive later."""
    await remove(access, "category", row_id, key=idempotency_key, if_match=if_match, into=into)


@get("/payees", tags=["payees"], summary="List payees")
async def list_payees(
    access: NamedDependency[Access], cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS
) -> PayeeList:
    """Payees by name."""
    items, following = await _listed(access, "payee", cursor, limit)
    return PayeeList(items=items, next=following)


@post("/payees", tags=["payees"], summary="Make a payee")
async def create_payee(
    access: NamedDependency[Access], data: JSONBody[NewPayee], idempotency_key: IdempotencyKey = None
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
async def read_payee(access: NamedDependency[Access], row_id: RowId) -> Response[Payee]:
    """One payee."""
    return await read_one(access, "payee", row_id, plain("payee"))


@patch("/payees/{row_id:str}", tags=["payees"], summary="Change a payee")
async def change_payee(
    access: NamedDependency[Access],
    row_id: RowId,
    data: JSONBody[PayeeChange],
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
    access: NamedDependency[Access],
    row_id: RowId,
    into: Into = None,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Its transactions go `into` another payee, or have none then."""
    await remove(access, "payee", row_id, key=idempotency_key, if_match=if_match, into=into)


@get("/tags", tags=["tags"], summary="List tags")
async def list_tags(
    access: NamedDependency[Access], cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS_MAX
) -> TagList:
    """Tags by name."""
    items, following = await _listed(access, "tag", cursor, limit)
    return TagList(items=items, next=following)


@post("/tags", tags=["tags"], summary="Make a tag")
async def create_tag(
    access: NamedDependency[Access], data: JSONBody[NewTag], idempotency_key: IdempotencyKey = None
) -> Response[Tag]:
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
async def read_tag(access: NamedDependency[Access], row_id: RowId) -> Response[Tag]:
    """One tag."""
    return await read_one(access, "tag", row_id, plain("tag"))


@patch("/tags/{row_id:str}", tags=["tags"], summary="Change a tag")
async def change_tag(
    access: NamedDependency[Access],
    row_id: RowId,
    data: JSONBody[TagChange],
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
    access: NamedDependency[Access],
    row_id: RowId,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Its transactions lose it."""
    await remove(access, "tag", row_id, key=idempotency_key, if_match=if_match)


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
]
