"""Budgets, schedules, templates, saved filters, statements, receipts: what beside transactions a book keeps.

They are alike, so their routes are made from one description each (`Noun`).
"""

# Annotations are read when the handlers are made: no `from __future__ import annotations` here.

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from outlay.http.documents import given
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
    read_one,
    remove,
    set_op,
)
from outlay.http.plan_documents import (
    PLANS,
    Budget,
    BudgetAmount,
    BudgetChange,
    BudgetList,
    FilterChange,
    FilterList,
    NewBudget,
    NewFilter,
    NewReceipt,
    NewReconciliation,
    NewSchedule,
    NewTemplate,
    ReceiptChange,
    ReceiptList,
    ReconciliationChange,
    ReconciliationList,
    Schedule,
    ScheduleChange,
    ScheduleList,
    TemplateChange,
    TemplateList,
)
from outlay.http.rooms import Access
from outlay.http.shapes import IfMatch
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.ledger import budgets, queries, recurrence
from outlay.ledger.entities import entities
from outlay.ledger.inputs import Inputs
from outlay.store.read import Read

Show = Callable[[Read, str, list[Row]], list[Any]]
Owner = Annotated[
    str | None,
    QueryParameter(required=False, max_length=40, description="Only those that belong to this row."),
]


@dataclass(frozen=True)
class Noun:
    """One kind of row: its path and words, its shapes, and how it is made, changed and shown."""

    entity: str
    path: str
    new: type[Struct]
    change: type[Struct]
    listed: type[Struct]
    shown: type[Struct]
    create: Callable[[Change, Row], tuple[str, Ops]]
    alter: Callable[[Change, Row, Row], Ops]
    show: Show
    order: Callable[[list[Row]], list[Row]]
    owner: str | None
    one: str
    many: str
    said: str


def _routes(noun: Noun) -> list[Any]:
    """List, make, read, change, delete."""
    entity, path, tags = noun.entity, noun.path, [noun.path]
    shown = noun.shown

    def show_one(read: Read, book_id: str, row: Row) -> Any:
        return noun.show(read, book_id, [row])[0]

    async def listing(access: Access, owner: str | None, cursor: str | None, limit: int) -> Any:
        def read(snapshot: Read) -> Any:
            rows = noun.order(queries.rows(snapshot, access.book_id, entity))
            if noun.owner is not None:
                rows = _owned(snapshot, access.book_id, noun, rows, owner)
            page, following = page_of(rows, cursor, limit)
            return noun.listed(items=noun.show(snapshot, access.book_id, page), next=following)

        return await access.read(read)

    async def list_owned(
        access: NamedDependency[Access],
        owner: Owner = None,
        cursor: Cursor = None,
        limit: Limit = limits.PAGE_ITEMS_MAX,
    ) -> noun.listed:  # type: ignore[name-defined]  # a type that is a value
        return await listing(access, owner, cursor, limit)

    async def list_all(
        access: NamedDependency[Access], cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS_MAX
    ) -> noun.listed:  # type: ignore[name-defined]  # a type that is a value
        return await listing(access, None, cursor, limit)

    async def create(
        access: NamedDependency[Access],
        data: JSONBody[noun.new],  # type: ignore[name-defined]  # a type that is a value
        idempotency_key: IdempotencyKey = None,
    ) -> Response[shown]:  # type: ignore[valid-type]  # a type that is a value
        def build(step: Change) -> tuple[str, Ops]:
            return noun.create(step, given(data))

        return await make(access, entity, build, show_one, path=path, key=idempotency_key)

    async def read_row(access: NamedDependency[Access], row_id: RowId) -> Response[shown]:  # type: ignore[valid-type]  # a type that is a value
        return await read_one(access, entity, row_id, show_one)

    async def change_row(
        access: NamedDependency[Access],
        row_id: RowId,
        data: JSONBody[noun.change],  # type: ignore[name-defined]  # a type that is a value
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response[shown]:  # type: ignore[valid-type]  # a type that is a value
        def build(step: Change, row: Row) -> Ops:
            return noun.alter(step, row, given(data))

        return await alter(access, entity, row_id, build, show_one, key=idempotency_key, if_match=if_match)

    async def delete_row(
        access: NamedDependency[Access],
        row_id: RowId,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> None:
        await remove(access, entity, row_id, key=idempotency_key, if_match=if_match)

    one = noun.one.partition(" ")[2]
    return [
        _named(get(f"/{path}", tags=tags, summary=f"List {noun.many}"), list_owned if noun.owner else list_all,
               f"list_{path}", f"{noun.many.capitalize()}, all of them in their order."),
        _named(post(f"/{path}", tags=tags, summary=f"Make {noun.one}"), create, f"create_{entity}", noun.said),
        _named(get(f"/{path}/{{row_id:str}}", tags=tags, summary=f"Read {noun.one}"), read_row, f"read_{entity}",
               f"One {one}."),
        _named(patch(f"/{path}/{{row_id:str}}", tags=tags, summary=f"Change {noun.one}"), change_row,
               f"change_{entity}", "Only what is given changes."),
        _named(delete(f"/{path}/{{row_id:str}}", tags=tags, summary=f"Delete {noun.one}"), delete_row,
               f"delete_{entity}", "It can come back: see history and undo."),
    ]  # fmt: skip


def _owned(read: Read, book_id: str, noun: Noun, rows: list[Row], owner: str | None) -> list[Row]:
    """Those of one owner, or of all that live: what belongs to a deleted row is not shown."""
    name = noun.owner or ""
    target = entities()[noun.entity].fields[name].ref or ""
    owners = read.by_ids(target, book_id, {row[name] for row in rows if owner in (None, row[name])})
    return [row for row in rows if row[name] in owners and not owners[row[name]]["deleted"]]


def _named(route: Callable[[Any], Any], handler: Any, name: str, about: str) -> Any:
    handler.__name__, handler.__qualname__, handler.__doc__ = name, name, about
    return route(handler)


# ---- how each is made, changed and shown ---------------------------------------------------------------


def _placed(step: Change, entity: str, fields: Row) -> str:
    """The id of a new row; without a position it is the last one."""
    row_id: str = fields.pop("id", None) or step.tx.new_id()
    if "position" in entities()[entity].fields:
        fields.setdefault("position", next_position(step.tx, step.book_id, entity))
    return row_id


def _plainly(
    entity: str,
) -> tuple[Callable[[Change, Row], tuple[str, Ops]], Callable[[Change, Row, Row], Ops]]:
    def create(step: Change, fields: Row) -> tuple[str, Ops]:
        row_id = _placed(step, entity, fields)
        return row_id, [create_op(entity, row_id, fields)]

    return create, lambda step, row, fields: set_op(entity, row, fields)


def _planned(
    entity: str,
) -> tuple[Callable[[Change, Row], tuple[str, Ops]], Callable[[Change, Row, Row], Ops]]:
    """Schedules and templates: payees and tags by name, currencies and lines filled in."""

    def create(step: Change, fields: Row) -> tuple[str, Ops]:
        row_id = _placed(step, entity, fields)
        return row_id, _checked(Inputs(step.tx, step.book_id, step.tx.new_id).plan(entity, row_id, fields))

    def change(step: Change, row: Row, fields: Row) -> Ops:
        return _checked(Inputs(step.tx, step.book_id, step.tx.new_id).edit_plan(entity, row, fields))

    return create, change


def _checked(ops: Ops) -> Ops:
    """A currency that did not follow from its account: there is no such account. Refuses `account_missing`."""
    for op in ops:
        if op["e"] == "schedule":
            for account, currency in (("account_id", "currency"), ("to_account_id", "to_currency")):
                if op["f"].get(account) is not None and op["f"].get(currency, "") is None:
                    raise Refusal("account_missing", field=account)
    return ops


def _create_budget(step: Change, fields: Row) -> tuple[str, Ops]:
    amount = {name: fields.pop(name) for name in ("amount_minor", "from_day")}
    fields.setdefault("position", next_position(step.tx, step.book_id, "budget"))
    return budgets.create_ops(step.tx, step.book_id, fields, **amount)


def _change_budget(step: Change, row: Row, fields: Row) -> Ops:
    amount = {name: fields.pop(name) for name in ("amount_minor", "from_day", "once") if name in fields}
    if not amount:
        return set_op("budget", row, fields)
    for name in ("amount_minor", "from_day"):
        if name not in amount:
            raise Refusal("field_missing", field=name)
    return [*set_op("budget", row, fields), *budgets.amount_ops(step.tx, step.book_id, row, **amount)]


def _show(entity: str) -> Show:
    names = [name for name in PLANS[entity].__struct_fields__ if name not in ("amounts", "next_day")]

    def show(read: Read, book_id: str, rows: list[Row]) -> list[Any]:
        return [PLANS[entity](**{name: row[name] for name in names}) for row in rows]

    return show


def _show_budgets(read: Read, book_id: str, rows: list[Row]) -> list[Any]:
    amounts = budgets.amounts(read, book_id)
    names = [name for name in Budget.__struct_fields__ if name != "amounts"]
    return [
        Budget(
            **{name: row[name] for name in names},
            amounts=[
                BudgetAmount(from_day=each["from_day"], amount_minor=each["amount_minor"], once=each["once"])
                for each in amounts.get(row["id"], ())
            ],
        )
        for row in rows
    ]


def _show_schedules(read: Read, book_id: str, rows: list[Row]) -> list[Any]:
    names = [name for name in Schedule.__struct_fields__ if name not in ("next_day", "month_minor")]
    return [
        Schedule(
            **{name: row[name] for name in names},
            next_day=recurrence.next_day(row["start_day"], row["rule"], after=row["done_through"]),
            month_minor=recurrence.monthly(row["amount_minor"], row["start_day"], row["rule"]),
        )
        for row in rows
    ]


def _as_read(rows: list[Row]) -> list[Row]:
    return rows


def _newest(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["day"], row["id"]), reverse=True)


NOUNS: Final = [
    Noun("budget", "budgets", NewBudget, BudgetChange, BudgetList, Budget, _create_budget, _change_budget,
         _show_budgets, _as_read, None, "a budget", "budgets",
         "Made once for a period and a category. Refuses `category_kind`, `budget_exists`."),
    Noun("schedule", "schedules", NewSchedule, ScheduleChange, ScheduleList, Schedule, *_planned("schedule"),
         _show_schedules, _as_read, None, "a schedule", "schedules", "Refuses `rule_invalid`, `lines_do_not_sum`."),
    Noun("template", "templates", NewTemplate, TemplateChange, TemplateList, PLANS["template"], *_planned("template"),
         _show("template"), _as_read, None, "a template", "templates", "Refuses `lines_do_not_sum`."),
    Noun("filter", "filters", NewFilter, FilterChange, FilterList, PLANS["filter"], *_plainly("filter"),
         _show("filter"), _as_read, None, "a saved filter", "saved filters", "What it narrows is the app's."),
    Noun("reconciliation", "reconciliations", NewReconciliation, ReconciliationChange, ReconciliationList,
         PLANS["reconciliation"], *_plainly("reconciliation"), _show("reconciliation"), _newest, "account_id",
         "a statement", "statements", "Refuses `account_gone`."),
    Noun("receipt", "receipts", NewReceipt, ReceiptChange, ReceiptList, PLANS["receipt"], *_plainly("receipt"),
         _show("receipt"), _as_read, "transaction_id", "a receipt", "receipts", "Refuses `transaction_gone`."),
]  # fmt: skip

ROUTES: Final[list[Any]] = [route for noun in NOUNS for route in _routes(noun)]
