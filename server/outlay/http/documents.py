"""The ledger's documents as REST speaks them: what is read, what makes a row, what changes one.

The fields are those of spec/sync/entities.json (a test compares), with the conveniences of `ledger.inputs`.
In a change, what is left out stays as it is and null empties a field.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from outlay.http.shapes import Id, Moment
from outlay.kernel import limits

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217 code.", examples=["EUR"])]
Minor = Annotated[
    int,
    Meta(
        ge=-limits.AMOUNT_MINOR,
        le=limits.AMOUNT_MINOR,
        description="Minor units of the currency beside it.",
        examples=[1234],
    ),
]
Positive = Annotated[
    int,
    Meta(ge=1, le=limits.AMOUNT_MINOR, description="Minor units of the currency beside it.", examples=[1234]),
]
Day = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="YYYY-MM-DD.", examples=["2026-01-31"])
]
Time = Annotated[str, Meta(pattern=r"^[0-9]{2}:[0-9]{2}$", description="HH:MM.", examples=["18:05"])]
Rate = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,12}(\.[0-9]{1,12})?$",
        description="Units of the other currency for one unit, as decimal text.",
        examples=["1.0842"],
    ),
]
Position = Annotated[int, Meta(ge=0, le=1_000_000, description="Place in the list, from 0.")]
Icon = Annotated[str, Meta(max_length=40, description="Name of a lucide icon.", examples=["wallet"])]
Colour = Annotated[str, Meta(max_length=20, description="Name of the app's palette.", examples=["green"])]
Text80 = Annotated[str, Meta(min_length=1, max_length=80)]
Text120 = Annotated[str, Meta(min_length=1, max_length=120)]
Text40 = Annotated[str, Meta(min_length=1, max_length=40)]
Note = Annotated[str, Meta(max_length=2000)]
AccountNote = Annotated[str, Meta(max_length=1000)]
Offset = Annotated[int, Meta(ge=-1080, le=1080, description="Minutes east of UTC.")]
Ids = Annotated[list[Id], Meta(max_length=limits.TAGS)]
Tags = Annotated[list[Text40], Meta(max_length=limits.TAGS, description="Names; found or made.")]
AccountKind = Literal["cash", "bank", "card", "savings", "loan", "investment"]
FlowKind = Literal["expense", "income"]
Kind = Literal["expense", "income", "transfer"]

# Settings


class Settings(Struct, kw_only=True):
    """What a book is set to. Its id is the book's."""

    id: Id
    ver: int
    name: str
    base_currency: Currency
    first_day_of_week: int
    first_day_of_month: int
    first_month_of_year: int
    default_kind: Kind
    default_account_id: Id | None
    default_category_id: Id | None
    dashboard: Any = None


class SettingsChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes. A new base currency rewrites no amount of the past."""

    name: Text80 | UnsetType = UNSET
    base_currency: Currency | UnsetType = UNSET
    first_day_of_week: Annotated[int, Meta(ge=1, le=7)] | UnsetType = UNSET
    first_day_of_month: Annotated[int, Meta(ge=1, le=28)] | UnsetType = UNSET
    first_month_of_year: Annotated[int, Meta(ge=1, le=12)] | UnsetType = UNSET
    default_kind: Kind | UnsetType = UNSET
    default_account_id: Id | UnsetType | None = UNSET
    default_category_id: Id | UnsetType | None = UNSET
    dashboard: dict[str, Any] | UnsetType | None = UNSET


# Accounts


class Account(Struct, kw_only=True):
    """Where money lies. `balance_minor` is the opening amount and everything until today, in the account's currency;
    null when it passes 2^53 - 1, until what is too large is corrected. `ahead_minor` is what days to come will do."""

    id: Id
    ver: int
    name: str
    kind: AccountKind
    currency: Currency
    opening_minor: Minor
    balance_minor: int | None
    ahead_minor: int
    count: int
    last_day: Day | None
    position: int
    archived: bool
    icon: str | None
    colour: str | None
    note: str | None


class NewAccount(Struct, kw_only=True, forbid_unknown_fields=True):
    """An account. Its currency stays what it is once there are transactions."""

    name: Text80
    kind: AccountKind
    currency: Currency
    id: Id | UnsetType = UNSET
    opening_minor: Minor | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    icon: Icon | UnsetType | None = UNSET
    colour: Colour | UnsetType | None = UNSET
    note: AccountNote | UnsetType | None = UNSET


class AccountChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes."""

    name: Text80 | UnsetType = UNSET
    kind: AccountKind | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    opening_minor: Minor | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    icon: Icon | UnsetType | None = UNSET
    colour: Colour | UnsetType | None = UNSET
    note: AccountNote | UnsetType | None = UNSET


# Categories


class Category(Struct, kw_only=True):
    """What money goes for or comes from. Two levels: a child has a `parent_id`."""

    id: Id
    ver: int
    name: str
    kind: FlowKind
    parent_id: Id | None
    system_key: str | None
    icon: str | None
    colour: str | None
    position: int
    archived: bool
    merged_into: Id | None


class NewCategory(Struct, kw_only=True, forbid_unknown_fields=True):
    """A category; a child has its parent's kind."""

    name: Text80
    kind: FlowKind
    id: Id | UnsetType = UNSET
    parent_id: Id | UnsetType | None = UNSET
    position: Position | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    icon: Icon | UnsetType | None = UNSET
    colour: Colour | UnsetType | None = UNSET


class CategoryChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes."""

    name: Text80 | UnsetType = UNSET
    parent_id: Id | UnsetType | None = UNSET
    position: Position | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    icon: Icon | UnsetType | None = UNSET
    colour: Colour | UnsetType | None = UNSET


# Payees and tags


class Payee(Struct, kw_only=True):
    """Who is paid, or pays. `category_id` is what its transactions usually are."""

    id: Id
    ver: int
    name: str
    category_id: Id | None
    merged_into: Id | None


class NewPayee(Struct, kw_only=True, forbid_unknown_fields=True):
    """A payee. The name of one that exists answers with that one."""

    name: Text120
    id: Id | UnsetType = UNSET
    category_id: Id | UnsetType | None = UNSET


class PayeeChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes."""

    name: Text120 | UnsetType = UNSET
    category_id: Id | UnsetType | None = UNSET


class Tag(Struct, kw_only=True):
    """A word that transactions are marked with."""

    id: Id
    ver: int
    name: str
    colour: str | None


class NewTag(Struct, kw_only=True, forbid_unknown_fields=True):
    """A tag. The name of one that exists answers with that one."""

    name: Text40
    id: Id | UnsetType = UNSET
    colour: Colour | UnsetType | None = UNSET


class TagChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes."""

    name: Text40 | UnsetType = UNSET
    colour: Colour | UnsetType | None = UNSET


# Rates


class DatedRate(Struct, kw_only=True):
    """One unit of `from_currency` is `rate` units of `to_currency`, from `day` on."""

    id: Id
    ver: int
    day: Day
    from_currency: Currency
    to_currency: Currency
    rate: Rate


class NewRate(Struct, kw_only=True, forbid_unknown_fields=True):
    """The rate of a day. There is one for a day and a pair: setting it again changes it."""

    day: Day
    from_currency: Currency
    to_currency: Currency
    rate: Rate


class RateChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Another rate for the same day and pair."""

    rate: Rate


# Transactions


class Line(Struct, kw_only=True, forbid_unknown_fields=True):
    """A part of a transaction: its category and amount. Lines sum exactly to the transaction's amount."""

    amount_minor: Positive
    category_id: Id | None = None


class Transaction(Struct, kw_only=True):
    """An expense, an income or a transfer. Amounts are positive. `rate` and `base_minor` were fixed when it was
    written; null means that no rate was known. `payee` and `tags` are names."""

    id: Id
    ver: int
    kind: Kind
    account_id: Id | None
    amount_minor: int
    currency: Currency
    to_account_id: Id | None
    to_amount_minor: int | None
    to_currency: Currency | None
    lines: list[Line]
    rate: str | None
    base_minor: int | None
    base_currency: Currency
    day: Day
    time: str | None
    utc_offset_min: int | None
    payee_id: Id | None
    payee: str | None
    note: str | None
    tag_ids: list[Id]
    tags: list[str]
    reconciled: bool
    import_id: Id | None


class NewTransaction(Struct, kw_only=True, forbid_unknown_fields=True):
    """A transaction. Left out: currencies are the accounts', lines are one line with `category_id`, the rate is
    the newest known one on or before the day (none known: null)."""

    kind: Kind
    account_id: Id
    amount_minor: Positive
    day: Day
    id: Id | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    to_account_id: Id | UnsetType | None = UNSET
    to_amount_minor: Positive | UnsetType | None = UNSET
    to_currency: Currency | UnsetType | None = UNSET
    lines: Annotated[list[Line], Meta(max_length=limits.LINES)] | UnsetType = UNSET
    category_id: Id | UnsetType | None = UNSET
    rate: Rate | UnsetType | None = UNSET
    base_minor: Positive | UnsetType | None = UNSET
    time: Time | UnsetType | None = UNSET
    utc_offset_min: Offset | UnsetType | None = UNSET
    payee_id: Id | UnsetType | None = UNSET
    payee: Text120 | UnsetType | None = UNSET
    note: Note | UnsetType | None = UNSET
    tag_ids: Ids | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    reconciled: bool | UnsetType = UNSET


class TransactionChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes, and what follows from it: a single line follows the amount, the base amount
    follows at the old rate. `unlock` allows to change the money of a reconciled one."""

    kind: Kind | UnsetType = UNSET
    account_id: Id | UnsetType = UNSET
    amount_minor: Positive | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    to_account_id: Id | UnsetType | None = UNSET
    to_amount_minor: Positive | UnsetType | None = UNSET
    to_currency: Currency | UnsetType | None = UNSET
    lines: Annotated[list[Line], Meta(max_length=limits.LINES)] | UnsetType = UNSET
    category_id: Id | UnsetType | None = UNSET
    rate: Rate | UnsetType | None = UNSET
    base_minor: Positive | UnsetType | None = UNSET
    day: Day | UnsetType = UNSET
    time: Time | UnsetType | None = UNSET
    utc_offset_min: Offset | UnsetType | None = UNSET
    payee_id: Id | UnsetType | None = UNSET
    payee: Text120 | UnsetType | None = UNSET
    note: Note | UnsetType | None = UNSET
    tag_ids: Ids | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    reconciled: bool | UnsetType = UNSET
    unlock: bool = False


# Pages


Next = Annotated[str | None, Meta(description="`cursor` of the next page; null at the end.")]


class AccountList(Struct, kw_only=True):
    """Accounts in their order."""

    items: list[Account]
    next: Next


class CategoryList(Struct, kw_only=True):
    """Categories in their order, parents and children alike."""

    items: list[Category]
    next: Next


class PayeeList(Struct, kw_only=True):
    """Payees by name."""

    items: list[Payee]
    next: Next


class TagList(Struct, kw_only=True):
    """Tags by name."""

    items: list[Tag]
    next: Next


class RateList(Struct, kw_only=True):
    """Rates, the newest day first."""

    items: list[DatedRate]
    next: Next


class TransactionList(Struct, kw_only=True):
    """Transactions, the newest first. With a `text` a page may hold fewer than asked for, and still have a next."""

    items: list[Transaction]
    next: Next


# History


class HistoryEntry(Struct, kw_only=True):
    """One change of one row. `before` and `after` hold the fields that changed."""

    ver: int
    entity: str
    row_id: Id
    action: Literal["create", "set", "delete", "restore"]
    mutation_id: Id
    person_id: Id | None
    device_id: str | None
    at_ms: Moment
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class History(Struct, kw_only=True):
    """Changes, the newest first."""

    items: list[HistoryEntry]


class Undone(Struct, kw_only=True):
    """The change that took a change back: its version, and how many rows it touched."""

    ver: int
    rows: int


# Data


class TransactionType(Struct, kw_only=True):
    """A kind of transaction, and the signed flows that its lines have."""

    key: Kind
    name: str
    icon: str
    flows: list[str]


class TransactionTypes(Struct, kw_only=True):
    """The kinds there are."""

    items: list[TransactionType]


class AccountKindItem(Struct, kw_only=True):
    """A kind of account."""

    key: AccountKind
    name: str
    icon: str
    colour: str


class AccountKinds(Struct, kw_only=True):
    """The kinds there are."""

    items: list[AccountKindItem]


def given(data: Struct) -> dict[str, Any]:
    """The fields that a body holds, as plain values."""
    fields: dict[str, Any] = msgspec.to_builtins(data)
    return fields


OUT: Final[dict[str, type[Struct]]] = {
    "settings": Settings,
    "account": Account,
    "category": Category,
    "payee": Payee,
    "tag": Tag,
    "rate": DatedRate,
    "transaction": Transaction,
}
"""What each entity is read as."""
