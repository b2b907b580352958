"""From what people and clients say to operations: names instead of ids, what goes without saying filled in.

Nothing is decided here: `commands` judges the operations like any others. Twin: app/src/ledger/inputs.ts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from outlay.kernel.ids import uuid5
from outlay.kernel.money import convert
from outlay.kernel.refusal import Refusal
from outlay.kernel.text import clean, search_key
from outlay.ledger import queries, rates
from outlay.ledger.entities import Row, entities
from outlay.store.read import Read

CONVENIENCES: Final = frozenset({"payee", "tags", "category_id"})
_MONEY: Final = entities()["transaction"].groups["money"]
_DEFAULTS: Final = entities()["transaction"].defaults


class Names:
    """Payees and tags by name: found, or made once (`ops`) with a deterministic id where that id is free."""

    def __init__(self, read: Read, book_id: str, new_id: Callable[[], str]) -> None:
        self._read = read
        self._book_id = book_id
        self._new_id = new_id
        self._found: dict[tuple[str, str], str] = {}
        self._listed: set[str] = set()
        self.ops: list[Row] = []

    def id_of(self, entity: str, name: str) -> str:
        """The id of the payee or tag with this name (compared by search key)."""
        name = clean(name)
        key = search_key(name)
        if not key:
            raise Refusal("text_empty", entity)
        found = self._found.get((entity, key)) or self._lookup(entity, key)
        if found is None:
            found = self._make(entity, name, key)
        self._found[(entity, key)] = found
        return found

    def ids_of(self, entity: str, names: Collection[str]) -> dict[str, str]:
        """`id_of` of many names, those that say nothing left out. Their rows are looked for in one statement."""
        keys = {name: key for name in names if (key := search_key(clean(name)))}
        row_ids = {uuid5(self._book_id, f"{entity}:{key}") for key in keys.values()}
        self._read.by_ids_of(self._book_id, {entity: row_ids})  # a transaction remembers what it read
        return {name: self.id_of(entity, name) for name in keys}

    def _lookup(self, entity: str, key: str) -> str | None:
        """By its deterministic id when it still has its name, else among all names."""
        row_id = uuid5(self._book_id, f"{entity}:{key}")
        row = self._read.by_ids(entity, self._book_id, [row_id]).get(row_id)
        if row is not None and not row["deleted"] and search_key(row["name"]) == key:
            return row_id
        if entity not in self._listed:
            self._listed.add(entity)
            for other in queries.rows(self._read, self._book_id, entity):
                self._found.setdefault((entity, search_key(other["name"])), other["id"])
        found = self._found.get((entity, key))
        if found is None and row is not None and row["deleted"] and row.get("merged_into") is not None:
            return self._merged(entity, row)
        return found

    def _merged(self, entity: str, row: Row) -> str | None:
        """A name that was merged into another stands for that one."""
        for _ in range(64):
            if not row["deleted"]:
                return str(row["id"])
            into = row.get("merged_into")
            following = self._read.by_ids(entity, self._book_id, [into]).get(into) if into else None
            if following is None:
                return None
            row = following
        return None

    def _make(self, entity: str, name: str, key: str) -> str:
        row_id = uuid5(self._book_id, f"{entity}:{key}")
        if self._read.by_ids(entity, self._book_id, [row_id]):
            row_id = self._new_id()
        self.ops.append({"e": entity, "id": row_id, "k": "create", "f": {"name": name}})
        return row_id


class Inputs:
    """Builds the operations of one change over what is stored. `found_rates` says which rates were used."""

    def __init__(self, read: Read, book_id: str, new_id: Callable[[], str]) -> None:
        self._read = read
        self._book_id = book_id
        self.names = Names(read, book_id, new_id)
        self.found_rates: list[rates.Found] = []
        self._accounts: dict[str, Row | None] = {}
        self._newest: dict[tuple[str, str, str], tuple[str, str] | None] = {}
        self._settings = queries.settings(read, book_id)

    def create(self, row_id: str, given: Mapping[str, Any]) -> list[Row]:
        """The operations that make a transaction. `given`: fields of a transaction, plus `payee`, `tags` and
        `category_id` (one line). Left out: currencies (the accounts'), lines, rate and base amount."""
        fields = self._plain(given)
        return [
            *self.take_names(),
            {"e": "transaction", "id": row_id, "k": "create", "f": self._complete(fields)},
        ]

    def whole(self, row_id: str, given: Mapping[str, Any]) -> Row:
        """A new transaction as a document: `given` names its fields as far as they are not what goes without saying,
        and neither rate nor base amount."""
        row: Row = {**_DEFAULTS, **given, "id": row_id}
        row["base_currency"] = self._settings["base_currency"] if self._settings else row["currency"]
        found_rate = rates.fill_base(row, self._newest_rate)
        if found_rate is not None:
            self.found_rates.append(found_rate)
        return row

    def edit(self, row: Row, given: Mapping[str, Any], *, unlock: bool = False) -> list[Row]:
        """The operations that change a transaction: only what is given changes, and what follows from it."""
        fields = self._plain(given)
        money = {name: fields.pop(name) for name in _MONEY if name in fields}
        if "day" in fields and row["rate"] is None and "rate" not in money and "base_minor" not in money:
            money.setdefault("amount_minor", row["amount_minor"])
        if money:
            fields |= self._complete(
                _merged_money(row, money) | {"day": fields.get("day", row["day"])}, money_only=True
            )
        if not fields:
            return self.take_names()
        op = {"e": "transaction", "id": row["id"], "k": "set", "f": fields}
        return [*self.take_names(), op | ({"unlock": True} if unlock else {})]

    def plan(self, entity: str, row_id: str, given: Mapping[str, Any]) -> list[Row]:
        """The operations that make a schedule or a template: what a transaction has, without rate and base."""
        fields = self._plain(given)
        fields |= self._planned(
            entity, {name: fields.get(name) for name in entities()[entity].groups["money"]}
        )
        return [*self.take_names(), {"e": entity, "id": row_id, "k": "create", "f": fields}]

    def edit_plan(self, entity: str, row: Row, given: Mapping[str, Any]) -> list[Row]:
        """The operations that change a schedule or a template; what follows from a change is changed with it."""
        fields = self._plain(given)
        groups = entities()[entity].groups
        money = {name: fields.pop(name) for name in groups["money"] if name in fields}
        if money:
            fields |= self._planned(entity, _merged_money(row, money, groups["money"]))
        for unit, members in groups.items():
            if unit != "money" and any(name in fields for name in members):
                fields = {name: row[name] for name in members} | fields
        if not fields:
            return self.take_names()
        return [*self.take_names(), {"e": entity, "id": row["id"], "k": "set", "f": fields}]

    def _planned(self, entity: str, money: Row) -> Row:
        """Currencies and lines filled in; a template without an amount has a share instead of one."""
        row = {"to_amount_minor": None, "to_currency": None, **money}
        row["kind"] = row["kind"] or "expense"
        shares = entity == "template" and row["amount_minor"] is None
        if shares:
            self._currencies(row)
            if row["lines"] is not None and _single_open(row["lines"]):
                row["lines"] = [{**row["lines"][0], "amount_minor": 1}]
        else:
            self._legs(row)
        return {name: row[name] for name in entities()[entity].groups["money"]}

    def take_names(self) -> list[Row]:
        """The payees and tags to make first; each once, also over several transactions."""
        ops, self.names.ops = self.names.ops, []
        return ops

    def _plain(self, given: Mapping[str, Any]) -> Row:
        """Conveniences replaced by fields."""
        fields = {name: value for name, value in given.items() if name not in CONVENIENCES}
        if (payee := given.get("payee")) is not None:
            if not isinstance(payee, str):
                raise Refusal("field_invalid", "payee")
            fields["payee_id"] = self.names.id_of("payee", payee)
        elif "payee" in given and "payee_id" not in given:
            fields["payee_id"] = None
        if (tags := given.get("tags")) is not None:
            if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
                raise Refusal("field_invalid", "tags")
            ids = [*(fields.get("tag_ids") or []), *(self.names.id_of("tag", tag) for tag in tags)]
            fields["tag_ids"] = list(dict.fromkeys(ids))
        if "category_id" in given and "lines" not in given:
            fields["lines"] = [{"category_id": given["category_id"], "amount_minor": None}]
        return fields

    def _complete(self, fields: Row, *, money_only: bool = False) -> Row:
        """A whole money group: what was left out follows from accounts, settings and rates.

        Values of a wrong type are passed on for the rules to refuse.
        """
        row: Row = {**dict.fromkeys(_MONEY), "kind": "expense", **fields}
        self._legs(row)
        if row["base_currency"] is None:
            row["base_currency"] = self._settings["base_currency"] if self._settings else row["currency"]
        if all(
            type(row[n]) is kind
            for n, kind in (("amount_minor", int), ("currency", str), ("base_currency", str), ("day", str))
        ):
            found_rate = rates.fill_base(row, self._newest_rate)
            if found_rate is not None:
                self.found_rates.append(found_rate)
        kept = set(_MONEY) if money_only else set(_MONEY) | set(fields)
        return {name: row[name] for name in row if name in kept}

    def _currencies(self, row: Row) -> None:
        """Those of the accounts, where none is given."""
        for account, currency in (("account_id", "currency"), ("to_account_id", "to_currency")):
            if row[currency] is None and isinstance(row[account], str):
                found = self._account(row[account])
                row[currency] = found["currency"] if found is not None else None

    def _legs(self, row: Row) -> None:
        """Currencies, the other amount of a transfer, and the one line of what is not split."""
        self._currencies(row)
        amount, transfer = row["amount_minor"], row["kind"] == "transfer"
        if transfer:
            if row["to_amount_minor"] is None and row["to_currency"] == row["currency"]:
                row["to_amount_minor"] = amount
            row["lines"] = row["lines"] if row["lines"] is not None and not _single_open(row["lines"]) else []
        elif row["lines"] is None or _single_open(row["lines"]):
            category_id = row["lines"][0]["category_id"] if row["lines"] else None
            row["lines"] = [{"category_id": category_id, "amount_minor": amount}]

    def _account(self, account_id: str) -> Row | None:
        if account_id not in self._accounts:
            self._accounts[account_id] = self._read.by_ids("account", self._book_id, [account_id]).get(
                account_id
            )
        return self._accounts[account_id]

    def _newest_rate(self, from_currency: str, to_currency: str, day: str) -> tuple[str, str] | None:
        key = (from_currency, to_currency, day)
        if key not in self._newest:
            self._newest[key] = queries.newest_rate(self._read, self._book_id, *key)
        return self._newest[key]


def _single_open(lines: Any) -> bool:
    """One line whose amount was left to the transaction."""
    return (
        isinstance(lines, list)
        and len(lines) == 1
        and isinstance(lines[0], dict)
        and lines[0].get("amount_minor") is None
    )


def _merged_money(row: Row, given: Row, names: tuple[str, ...] = _MONEY) -> Row:
    """The money group `names` of a transaction (a schedule, a template) with some of it changed, before what
    follows is filled in.

    A currency follows its account, a single line follows the amount, and the old rate stays unless the
    currency, either side of it or what arrives in the base currency is given anew.
    """
    money = {"to_amount_minor": None, "to_currency": None, **{name: row[name] for name in names}, **given}
    kind_changed = money["kind"] != row["kind"]
    for account, currency in (("account_id", "currency"), ("to_account_id", "to_currency")):
        if account in given and given[account] != row[account] and currency not in given:
            money[currency] = None
    follows = money["to_currency"] is None or (
        "amount_minor" in given and money["to_currency"] == money["currency"]
    )
    if "to_amount_minor" not in given and follows:
        money["to_amount_minor"] = None
    if "lines" not in given and (kind_changed or "amount_minor" in given) and len(row["lines"] or ()) <= 1:
        category_id = row["lines"][0]["category_id"] if row["lines"] and not kind_changed else None
        money["lines"] = [{"category_id": category_id, "amount_minor": None}]
    if kind_changed and money["kind"] != "transfer":
        for name in ("to_account_id", "to_amount_minor", "to_currency"):
            money[name] = given.get(name)
    if "rate" not in names:
        return money
    if "base_minor" in given and "rate" not in given:
        money["rate"] = None
    elif "base_minor" not in given:
        money["base_minor"] = None
        into_base = money["kind"] == "transfer" and money["to_currency"] == money["base_currency"]
        arrives = into_base and "to_amount_minor" in given
        if (money["currency"] != row["currency"] or arrives) and "rate" not in given:
            money["rate"] = None
    return money


def same_rate_base(row: Row) -> int | None:
    """The base amount at the transaction's own rate; None without one."""
    if row["rate"] is None:
        return None
    return convert(row["amount_minor"], row["rate"], row["currency"], row["base_currency"])
