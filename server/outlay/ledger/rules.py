"""What a document may say. Pure: values in, a `Refusal` or None out. Twin: app/src/ledger/rules.ts, held equal
by the rows of spec/ledger/*.json and by the generated corpus.

`fields` looks at each value by itself; `document` at a whole row beside the rows it refers to. Both look at
things in the order of spec/sync/entities.json, so that both languages refuse for the same reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final

from outlay.kernel import limits
from outlay.kernel.dates import parse_day, parse_time
from outlay.kernel.ids import is_id
from outlay.kernel.money import CURRENCIES, convert, parse_rate, rate_from
from outlay.kernel.refusal import Refusal
from outlay.kernel.text import clean
from outlay.ledger import recurrence
from outlay.ledger.entities import Entity, Field, Row, entities

Find = Callable[[str, str], Row | None]
"""Looks a row up by entity and id; None when it was never seen."""

JSON_DEPTH: Final = 8

_UNHOLDABLE: Final = re.compile("[\0\ud800-\udfff]")
"""What is no text to a database: NUL, and half a surrogate pair."""


def fields(entity: Entity, given: Mapping[str, Any], *, creating: bool) -> Refusal | None:
    """Unknown names, types, limits, and with `creating` what is missing. Codes of spec/refusals.json."""
    checks, empty = _checks(entity.name), _nullable(entity.name)
    for name, value in given.items():
        if value is None and name in empty:
            continue
        check = checks.get(name)
        if check is None or check(value) is not None:
            return _first_fault(entity, given, creating=creating)
    if creating:
        for name in entity.required:
            if name not in given:
                return _first_fault(entity, given, creating=creating)
    return None


def _first_fault(entity: Entity, given: Mapping[str, Any], *, creating: bool) -> Refusal | None:
    """What is wrong, looked at in the order that both languages keep."""
    for name in given:
        if name not in entity.fields:
            return Refusal("unknown_field", name[:40])
    if creating:
        for name in entity.required:
            if name not in given:
                return Refusal("field_missing", name)
    for name, check in _checks(entity.name).items():
        if name in given and (code := check(given[name])) is not None:
            return Refusal(code, name)
    return None


def document(entity: str, row: Row, before: Row | None, find: Find) -> Refusal | None:
    """A whole live row. `before` is the row it replaces (None when new or restored)."""
    if entity == "transaction":
        return transaction(row, before, find)
    if entity == "category":
        return category(row, find)
    if entity == "schedule":
        return schedule(row, before, find)
    if entity == "template":
        return template(row, find)
    if entity == "budget":
        return budget(row, find)
    if entity in _OWNED:
        return owned(entity, row, find)
    if entity == "rate" and row["from_currency"] == row["to_currency"]:
        return Refusal("rate_same_currency", "to_currency")
    return None


# ---- single values ----------------------------------------------------------------------------------


@cache
def _checks(entity: str) -> dict[str, Callable[[Any], str | None]]:
    return {name: _check(field) for name, field in entities()[entity].fields.items()}


@cache
def _nullable(entity: str) -> frozenset[str]:
    """The fields that may be None: looked at first, because most of a document is."""
    fields = entities()[entity].fields
    return frozenset(name for name, field in fields.items() if field.null or field.by is not None)


def _check(field: Field) -> Callable[[Any], str | None]:
    """The check of one field as a function of its value; answers a code or None."""
    inner = _BY_TYPE[field.type](field)
    if field.by is not None:
        return lambda value: None if value is None else "field_not_settable"
    if field.null:
        return lambda value: None if value is None else inner(value)
    return inner


def text_code(value: Any, longest: int) -> str | None:
    """Why this is no text that both databases can hold, or None. Counted in code points."""
    if type(value) is not str:
        return "field_invalid"
    if len(value) > longest:
        return "text_too_long"
    if _UNHOLDABLE.search(value) is not None:
        return "text_invalid"
    return None


def _text(field: Field) -> Callable[[Any], str | None]:
    longest, named, values = field.max or 0, field.name == "name", field.values
    if values is not None:
        return lambda value: None if type(value) is str and value in values else "value_unknown"

    def check(value: Any) -> str | None:
        if named and type(value) is str and not clean(value):
            return "text_empty"
        return text_code(value, longest)

    return check


def _integer(field: Field) -> Callable[[Any], str | None]:
    low = -limits.AMOUNT_MINOR if field.min is None else field.min
    high = limits.AMOUNT_MINOR if field.max is None else field.max

    def check(value: Any) -> str | None:
        if type(value) is not int:
            return "field_invalid"
        return None if low <= value <= high else "number_out_of_range"

    return check


def _amount(field: Field) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        if type(value) is not int:
            return "field_invalid"
        return None if -limits.AMOUNT_MINOR <= value <= limits.AMOUNT_MINOR else "amount_too_large"

    return check


def _currency(field: Field) -> Callable[[Any], str | None]:
    return lambda value: None if type(value) is str and value in CURRENCIES else "currency_unknown"


def _flag(field: Field) -> Callable[[Any], str | None]:
    return lambda value: None if type(value) is bool else "field_invalid"


@lru_cache(maxsize=16384)
def _id_code(value: str) -> str | None:
    return None if is_id(value) else "id_malformed"


def _id(field: Field) -> Callable[[Any], str | None]:
    return lambda value: _id_code(value) if type(value) is str else "id_malformed"


def _ids(field: Field) -> Callable[[Any], str | None]:
    longest = field.max or 0

    def check(value: Any) -> str | None:
        if type(value) is not list:
            return "field_invalid"
        if len(value) > longest:
            return "too_many"
        if not all(is_id(item) for item in value):
            return "id_malformed"
        return None if len(set(value)) == len(value) else "field_invalid"

    return check


def _parsed(parse: Callable[[Any], str]) -> Callable[[Field], Callable[[Any], str | None]]:
    """A text with one form: the kernel's parser answers the very same text."""

    @lru_cache(maxsize=4096)
    def code(value: str | None) -> str | None:
        try:
            return None if parse(value) == value else "rate_malformed"
        except Refusal as refusal:
            return refusal.code

    return lambda field: lambda value: code(value if type(value) is str and len(value) < 40 else None)


def json_code(value: Any, longest: int) -> str | None:
    """A small JSON value: counted roughly (text as code points, other values as 8), nested at most 8 deep."""
    size = 0
    level = [value]
    for _ in range(JSON_DEPTH):
        below: list[Any] = []
        for item in level:
            if type(item) is str:
                size += len(item)
                if (code := text_code(item, longest)) is not None:
                    return code
            elif type(item) is list:
                below.extend(item)
            elif type(item) is dict:
                below.extend(item.keys())
                below.extend(item.values())
            size += 8
        if size > longest:
            return "text_too_long"
        if not below:
            return None
        level = below
    return "field_invalid"


def _json(field: Field) -> Callable[[Any], str | None]:
    return lambda value: json_code(value, field.max) if field.max is not None else None


def _lines(field: Field) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        if type(value) is not list:
            return "lines_invalid"
        if len(value) > limits.LINES:
            return "lines_too_many"
        for item in value:
            if (
                type(item) is not dict
                or len(item) != 2
                or "category_id" not in item
                or "amount_minor" not in item
            ):
                return "lines_invalid"
            category, amount = item["category_id"], item["amount_minor"]
            if category is not None and (type(category) is not str or _id_code(category) is not None):
                return "id_malformed"
            if type(amount) is not int:
                return "lines_invalid"
            if amount < 1:
                return "line_not_positive"
            if amount > limits.AMOUNT_MINOR:
                return "amount_too_large"
        return None

    return check


def _days(field: Field) -> Callable[[Any], str | None]:
    longest, one = field.max or 0, _parsed(parse_day)(field)

    def check(value: Any) -> str | None:
        if type(value) is not list:
            return "field_invalid"
        if len(value) > longest:
            return "too_many"
        for item in value:
            if (code := one(item)) is not None:
                return code
        return None if all(a < b for a, b in pairwise(value)) else "field_invalid"

    return check


_BY_TYPE: Final[dict[str, Callable[[Field], Callable[[Any], str | None]]]] = {
    "text": _text, "integer": _integer, "amount": _amount, "currency": _currency, "flag": _flag, "id": _id,
    "ids": _ids, "day": _parsed(parse_day), "time": _parsed(parse_time), "decimal": _parsed(parse_rate), "json": _json,
    "lines": _lines, "days": _days,
}  # fmt: skip


# ---- transactions -----------------------------------------------------------------------------------


def transaction(row: Row, before: Row | None, find: Find) -> Refusal | None:
    """Amounts, accounts, currencies, lines and base of one transaction."""
    amount = row["amount_minor"]
    if amount <= 0:
        return Refusal("amount_zero" if amount == 0 else "amount_negative", "amount_minor")
    refused = _leg(row, before, find, "account_id", "currency")
    if refused is None:
        refused = _transfer(row, before, find) if row["kind"] == "transfer" else _entry(row, find)
    return refused or base(row)


def _leg(
    row: Row, before: Row | None, find: Find, field: str, currency: str, *, may_wait: bool = False
) -> Refusal | None:
    """One account of a transaction: it lives, and its currency is the amount's. A leg of a transfer may stay
    without account when its account was deleted before; with `may_wait` (a schedule) any may."""
    account_id = row[field]
    if account_id is None:
        kind = row["kind"]
        orphan = before is not None and kind == before["kind"] and before[field] is None
        return None if orphan and (may_wait or kind == "transfer") else Refusal("account_missing", field)
    account = find("account", account_id)
    if account is None or account["deleted"]:
        return Refusal("account_gone", field)
    if account["currency"] != row[currency]:
        return Refusal("currency_not_of_account", currency)
    return None


def _transfer(row: Row, before: Row | None, find: Find, *, may_wait: bool = False) -> Refusal | None:
    if row["lines"]:
        return Refusal("transfer_has_lines", "lines")
    for name in ("to_amount_minor", "to_currency"):
        if row[name] is None:
            return Refusal("field_missing", name)
    if row["to_amount_minor"] <= 0:
        code = "amount_zero" if row["to_amount_minor"] == 0 else "amount_negative"
        return Refusal(code, "to_amount_minor")
    if row["account_id"] is not None and row["account_id"] == row["to_account_id"]:
        return Refusal("transfer_same_account", "to_account_id")
    refused = _leg(row, before, find, "to_account_id", "to_currency", may_wait=may_wait)
    if refused is not None:
        return refused
    if row["account_id"] is None and row["to_account_id"] is None and not may_wait:
        return Refusal("account_missing", "account_id")
    if row["currency"] == row["to_currency"] and row["amount_minor"] != row["to_amount_minor"]:
        return Refusal("transfer_amounts_differ", "to_amount_minor")
    return None


def _entry(row: Row, find: Find) -> Refusal | None:
    """An expense or income: lines that sum exactly, categories of its kind, nothing of a transfer."""
    for name in ("to_account_id", "to_amount_minor", "to_currency"):
        if row[name] is not None:
            return Refusal("not_a_transfer", name)
    lines = row["lines"]
    if not lines:
        return Refusal("lines_empty", "lines")
    if sum(item["amount_minor"] for item in lines) != row["amount_minor"]:
        return Refusal("lines_do_not_sum", "lines")
    return _kinds(row, find)


def _kinds(row: Row, find: Find) -> Refusal | None:
    """Categories are of the kind of what they are in."""
    for item in row["lines"]:
        if item["category_id"] is not None:
            category_row = find("category", item["category_id"])
            if category_row is not None and category_row["kind"] != row["kind"]:
                return Refusal("category_kind", "lines")
    return None


def base(row: Row) -> Refusal | None:
    """The amount in the base currency: both rate and base amount or neither, and they agree.

    Same currency: rate 1, same amount. Otherwise one must follow from the other: the base amount from the
    rate (rounded half to even) or the rate from the base amount (12 decimals).
    """
    rate, base_minor, amount = row["rate"], row["base_minor"], row["amount_minor"]
    if row["currency"] == row["base_currency"]:
        if rate == "1" and base_minor == amount:
            return None
        return Refusal("base_differs", "base_minor")
    if rate is None and base_minor is None:
        return None
    if rate is None or base_minor is None:
        return Refusal("base_incomplete", "rate" if rate is None else "base_minor")
    if base_minor < 0:
        return Refusal("amount_negative", "base_minor")
    if follows(amount, rate, row["currency"], base_minor, row["base_currency"]):
        return None
    return Refusal("base_differs", "base_minor")


def follows(amount_minor: int, rate: str, currency: str, base_minor: int, base_currency: str) -> bool:
    """True when the base amount is what the rate gives, or the rate what the two amounts give."""
    try:
        if convert(amount_minor, rate, currency, base_currency) == base_minor:
            return True
        return rate_from(amount_minor, currency, base_minor, base_currency) == rate
    except Refusal:
        return False


# ---- categories -------------------------------------------------------------------------------------


def category(row: Row, find: Find) -> Refusal | None:
    """Two levels: a parent is a live category of the same kind without a parent of its own."""
    parent_id = row["parent_id"]
    if parent_id is None:
        return None
    parent = find("category", parent_id)
    if parent_id == row["id"] or (parent is not None and parent["parent_id"] is not None):
        return Refusal("category_depth", "parent_id")
    if parent is not None and parent["kind"] != row["kind"]:
        return Refusal("category_kind", "parent_id")
    return None


# ---- schedules and templates ------------------------------------------------------------------------


def schedule(row: Row, before: Row | None, find: Find) -> Refusal | None:
    """What is posted again and again: the money of a transaction, and a rule. It stays, and waits, when its
    account was deleted."""
    amount = row["amount_minor"]
    if amount <= 0:
        return Refusal("amount_zero" if amount == 0 else "amount_negative", "amount_minor")
    refused = _leg(row, before, find, "account_id", "currency", may_wait=True)
    if refused is None:
        transfer = row["kind"] == "transfer"
        refused = _transfer(row, before, find, may_wait=True) if transfer else _entry(row, find)
    if refused is not None:
        return refused
    try:
        recurrence.parse(row["rule"])
    except Refusal as refusal:
        return refusal
    return None


def template(row: Row, find: Find) -> Refusal | None:
    """The beginning of a transaction: what is known of it fits together. Without an amount its lines are shares."""
    amount, lines = row["amount_minor"], row["lines"]
    if amount is not None and amount <= 0:
        return Refusal("amount_zero" if amount == 0 else "amount_negative", "amount_minor")
    if row["kind"] == "transfer":
        return Refusal("transfer_has_lines", "lines") if lines else None
    if row["to_account_id"] is not None:
        return Refusal("not_a_transfer", "to_account_id")
    if not lines:
        return None
    if amount is not None and sum(item["amount_minor"] for item in lines) != amount:
        return Refusal("lines_do_not_sum", "lines")
    return _kinds(row, find)


# ---- budgets, and what has an owner -----------------------------------------------------------------


def budget(row: Row, find: Find) -> Refusal | None:
    """Of a live expense category, or of all spending."""
    if row["category_id"] is None:
        return None
    found = find("category", row["category_id"])
    if found is None or found["deleted"]:
        return Refusal("category_gone", "category_id")
    return Refusal("category_kind", "category_id") if found["kind"] != "expense" else None


_OWNED: Final = {
    "budget_amount": ("budget_id", "budget", "budget_gone"),
    "reconciliation": ("account_id", "account", "account_gone"),
    "receipt": ("transaction_id", "transaction", "transaction_gone"),
}
_SHA256: Final = re.compile("[0-9a-f]{64}")


def owned(entity: str, row: Row, find: Find) -> Refusal | None:
    """What belongs to another row is written while that one lives. When it is deleted nothing happens here: what
    belongs to it is not shown, and comes back with it."""
    name, owner, code = _OWNED[entity]
    found = find(owner, row[name])
    if found is None or found["deleted"]:
        return Refusal(code, name)
    if entity == "budget_amount" and row["amount_minor"] < 0:
        return Refusal("amount_negative", "amount_minor")
    if entity == "receipt" and _SHA256.fullmatch(row["sha256"]) is None:
        return Refusal("digest_malformed", "sha256")
    return None
