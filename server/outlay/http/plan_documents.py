"""Budgets, schedules, templates, saved filters, statements and receipts as REST speaks them (see `documents`)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from outlay.http.documents import (
    Currency,
    Day,
    Ids,
    Kind,
    Line,
    Minor,
    Next,
    Note,
    Position,
    Positive,
    Tags,
    Text80,
    Text120,
    Time,
)
from outlay.http.shapes import Id
from outlay.kernel import limits

# Budgets

Period = Literal["week", "month", "quarter", "year"]
RuleText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        description="RFC 5545: FREQ with INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, COUNT or UNTIL.",
        examples=["FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"],
    ),
]
Planned = Annotated[
    int, Meta(ge=0, le=limits.AMOUNT_MINOR, description="Minor units of the budget's currency.")
]
ScheduleMode = Literal["post", "ask"]
Digest = Annotated[
    str, Meta(pattern="^[0-9a-f]{64}$", description="The file, SHA-256 in hex.", examples=["ab" * 32])
]
FileName = Annotated[str, Meta(min_length=1, max_length=200)]
MediaType = Annotated[str, Meta(min_length=1, max_length=100, examples=["image/jpeg"])]
Bytes = Annotated[int, Meta(ge=1, le=100_000_000, description="Bytes of the file.")]


class BudgetAmount(Struct, kw_only=True):
    """What is planned from the period of `from_day` on, or with `once` in that one only."""

    from_day: Day
    amount_minor: int
    once: bool


class Budget(Struct, kw_only=True):
    """What a category (null: all spending) may cost in each period. `amounts` from the oldest to the newest."""

    id: Id
    ver: int
    category_id: Id | None
    period: Period
    currency: Currency
    carry_over: bool
    archived: bool
    position: int
    amounts: list[BudgetAmount]


class NewBudget(Struct, kw_only=True, forbid_unknown_fields=True):
    """A budget with its first amount. There is one for a period and a category: making it again changes it."""

    period: Period
    currency: Currency
    amount_minor: Planned
    from_day: Day
    category_id: Id | UnsetType | None = UNSET
    carry_over: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class BudgetChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes. An `amount_minor` holds from the period of `from_day` on (the past stays what it
    was), or with `once` in that period only."""

    currency: Currency | UnsetType = UNSET
    carry_over: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    amount_minor: Planned | UnsetType = UNSET
    from_day: Day | UnsetType = UNSET
    once: bool | UnsetType = UNSET


# Schedules and templates


class Schedule(Struct, kw_only=True):
    """What is posted again and again. `mode` ask: somebody confirms each one. Without an account (it was deleted) it
    waits. `done_through`: everything that was due until then is posted or skipped. `next_day`: when it comes round
    next; null when it has ended. `month_minor`: what it is a month, in `currency`."""

    id: Id
    ver: int
    name: str
    kind: Kind
    account_id: Id | None
    amount_minor: int
    currency: Currency
    to_account_id: Id | None
    to_amount_minor: int | None
    to_currency: Currency | None
    lines: list[Line]
    payee_id: Id | None
    note: str | None
    tag_ids: list[Id]
    time: str | None
    start_day: Day
    rule: str
    mode: ScheduleMode
    done_through: Day | None
    skipped: list[Day]
    archived: bool
    position: int
    next_day: Day | None
    month_minor: int


class NewSchedule(Struct, kw_only=True, forbid_unknown_fields=True):
    """A schedule. Left out: currencies are the accounts', lines are one line with `category_id`. What is due since
    `start_day` is posted, unless `done_through` says that it was."""

    name: Text80
    kind: Kind
    account_id: Id
    amount_minor: Positive
    start_day: Day
    rule: RuleText
    id: Id | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    to_account_id: Id | UnsetType | None = UNSET
    to_amount_minor: Positive | UnsetType | None = UNSET
    to_currency: Currency | UnsetType | None = UNSET
    lines: Annotated[list[Line], Meta(max_length=limits.LINES)] | UnsetType = UNSET
    category_id: Id | UnsetType | None = UNSET
    payee_id: Id | UnsetType | None = UNSET
    payee: Text120 | UnsetType | None = UNSET
    note: Note | UnsetType | None = UNSET
    tag_ids: Ids | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    time: Time | UnsetType | None = UNSET
    mode: ScheduleMode | UnsetType = UNSET
    done_through: Day | UnsetType | None = UNSET
    skipped: Annotated[list[Day], Meta(max_length=200)] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class ScheduleChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes, and what follows from it. What was posted stays as it is."""

    name: Text80 | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    account_id: Id | UnsetType = UNSET
    amount_minor: Positive | UnsetType = UNSET
    start_day: Day | UnsetType = UNSET
    rule: RuleText | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    to_account_id: Id | UnsetType | None = UNSET
    to_amount_minor: Positive | UnsetType | None = UNSET
    to_currency: Currency | UnsetType | None = UNSET
    lines: Annotated[list[Line], Meta(max_length=limits.LINES)] | UnsetType = UNSET
    category_id: Id | UnsetType | None = UNSET
    payee_id: Id | UnsetType | None = UNSET
    payee: Text120 | UnsetType | None = UNSET
    note: Note | UnsetType | None = UNSET
    tag_ids: Ids | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    time: Time | UnsetType | None = UNSET
    mode: ScheduleMode | UnsetType = UNSET
    done_through: Day | UnsetType | None = UNSET
    skipped: Annotated[list[Day], Meta(max_length=200)] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class Template(Struct, kw_only=True):
    """The beginning of a transaction. Without an amount its lines are shares."""

    id: Id
    ver: int
    name: str
    kind: Kind
    account_id: Id | None
    amount_minor: int | None
    currency: Currency | None
    to_account_id: Id | None
    lines: list[Line] | None
    payee_id: Id | None
    note: str | None
    tag_ids: list[Id]
    position: int


class NewTemplate(Struct, kw_only=True, forbid_unknown_fields=True):
    """A template: as much of a transaction as is known."""

    name: Text80
    kind: Kind
    id: Id | UnsetType = UNSET
    account_id: Id | UnsetType | None = UNSET
    amount_minor: Positive | UnsetType | None = UNSET
    currency: Currency | UnsetType | None = UNSET
    to_account_id: Id | UnsetType | None = UNSET
    lines: Annotated[list[Line], Meta(max_length=limits.LINES)] | UnsetType | None = UNSET
    category_id: Id | UnsetType | None = UNSET
    payee_id: Id | UnsetType | None = UNSET
    payee: Text120 | UnsetType | None = UNSET
    note: Note | UnsetType | None = UNSET
    tag_ids: Ids | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class TemplateChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes, and what follows from it."""

    name: Text80 | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    account_id: Id | UnsetType | None = UNSET
    amount_minor: Positive | UnsetType | None = UNSET
    currency: Currency | UnsetType | None = UNSET
    to_account_id: Id | UnsetType | None = UNSET
    lines: Annotated[list[Line], Meta(max_length=limits.LINES)] | UnsetType | None = UNSET
    category_id: Id | UnsetType | None = UNSET
    payee_id: Id | UnsetType | None = UNSET
    payee: Text120 | UnsetType | None = UNSET
    note: Note | UnsetType | None = UNSET
    tag_ids: Ids | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    position: Position | UnsetType = UNSET


# Saved filters, statements, receipts


class SavedFilter(Struct, kw_only=True):
    """A filter of transactions that was kept."""

    id: Id
    ver: int
    name: str
    query: Any
    position: int


class NewFilter(Struct, kw_only=True, forbid_unknown_fields=True):
    """A filter to keep."""

    name: Text80
    query: dict[str, Any]
    id: Id | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class FilterChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes."""

    name: Text80 | UnsetType = UNSET
    query: dict[str, Any] | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class Reconciliation(Struct, kw_only=True):
    """What a statement says an account held at the end of a day, in the account's currency."""

    id: Id
    ver: int
    account_id: Id
    day: Day
    statement_minor: int


class NewReconciliation(Struct, kw_only=True, forbid_unknown_fields=True):
    """A statement of an account."""

    account_id: Id
    day: Day
    statement_minor: Minor
    id: Id | UnsetType = UNSET


class ReconciliationChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes."""

    day: Day | UnsetType = UNSET
    statement_minor: Minor | UnsetType = UNSET


class Receipt(Struct, kw_only=True):
    """A photo or document of a transaction. Its bytes are found under `sha256`."""

    id: Id
    ver: int
    transaction_id: Id
    sha256: str
    media_type: str
    size: int
    name: str
    position: int


class NewReceipt(Struct, kw_only=True, forbid_unknown_fields=True):
    """A file that belongs to a transaction."""

    transaction_id: Id
    sha256: Digest
    media_type: MediaType
    size: Bytes
    name: FileName
    id: Id | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class ReceiptChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes."""

    name: FileName | UnsetType = UNSET
    position: Position | UnsetType = UNSET


# Pages


class BudgetList(Struct, kw_only=True):
    """Budgets in their order."""

    items: list[Budget]
    next: Next


class ScheduleList(Struct, kw_only=True):
    """Schedules in their order."""

    items: list[Schedule]
    next: Next


class TemplateList(Struct, kw_only=True):
    """Templates in their order."""

    items: list[Template]
    next: Next


class FilterList(Struct, kw_only=True):
    """Saved filters in their order."""

    items: list[SavedFilter]
    next: Next


class ReconciliationList(Struct, kw_only=True):
    """Statements, the newest first."""

    items: list[Reconciliation]
    next: Next


class ReceiptList(Struct, kw_only=True):
    """Receipts in their order."""

    items: list[Receipt]
    next: Next


PLANS: Final[dict[str, type[Struct]]] = {
    "budget": Budget,
    "schedule": Schedule,
    "template": Template,
    "filter": SavedFilter,
    "reconciliation": Reconciliation,
    "receipt": Receipt,
}
"""What each of these is read as."""
