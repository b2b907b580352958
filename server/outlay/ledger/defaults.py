"""What a new book is born with, and the kinds and types that are data (spec/ledger/defaults.json, countries.json)."""

from __future__ import annotations

from functools import cache
from typing import Any

from outlay.kernel import spec
from outlay.kernel.ids import uuid5
from outlay.ledger.entities import Row


@cache
def defaults() -> dict[str, Any]:
    """`transaction_types`, `account_kinds`, `categories`, `account`, `book_name`, `languages`."""
    data: dict[str, Any] = spec.read("ledger/defaults.json")
    return data


@cache
def countries() -> dict[str, Any]:
    """`first_day_of_week` and `categories` that some countries have besides."""
    data: dict[str, Any] = spec.read("ledger/countries.json")
    return data


def first_day_of_week(country: str | None) -> int:
    """1 Monday to 7 Sunday, as people of a country (ISO 3166) count."""
    days: dict[str, str] = countries()["first_day_of_week"]
    return next((int(day) for day, where in days.items() if country and country in where.split()), 1)


def _children(top: dict[str, Any], country: str | None) -> list[dict[str, Any]]:
    """The subcategories of a new book in a country."""
    own = [
        entry
        for entry in countries()["categories"]
        if entry["parent"] == top["key"] and country and country in entry["countries"].split()
    ]
    return [*top["children"], *own]


def localized(data: list[dict[str, Any]], language: str = "en") -> list[dict[str, Any]]:
    """Entries with their name in one language, as REST serves them."""
    return [{**entry, "name": _named(entry["name"], language)} for entry in data]


def _named(names: dict[str, str], language: str) -> str:
    return names.get(language[:2].lower(), names["en"])


def category_id(book_id: str, key: str) -> str:
    """The id of a category that books are born with."""
    return uuid5(book_id, f"category:{key}")


def seed_ops(
    book_id: str,
    base_currency: str,
    language: str = "en",
    name: str | None = None,
    country: str | None = None,
) -> list[Row]:
    """The operations that make a new book usable: settings, categories in two levels, one cash account; named
    in `language`, with what is usual in `country` (ISO 3166)."""
    data = defaults()
    ops: list[Row] = []
    account = data["account"]
    account_id = uuid5(book_id, f"account:{account['key']}")
    fields: Row = {
        "name": _named(account["name"], language), "kind": account["kind"], "currency": base_currency,
        "opening_minor": 0, "position": 0, "archived": False, "icon": account["icon"],
        "colour": account["colour"], "note": None,
    }  # fmt: skip
    ops.append({"e": "account", "id": account_id, "k": "create", "f": fields})
    for position, top in enumerate(data["categories"]):
        ops.append(_category(book_id, top, top, None, position, language))
        for below, child in enumerate(_children(top, country)):
            ops.append(_category(book_id, top, child, category_id(book_id, top["key"]), below, language))
    settings: Row = {
        "name": name or _named(data["book_name"], language), "base_currency": base_currency,
        "first_day_of_week": first_day_of_week(country), "first_day_of_month": 1, "first_month_of_year": 1,
        "default_kind": "expense", "default_account_id": account_id, "default_category_id": None, "dashboard": None,
    }  # fmt: skip
    return [*ops, {"e": "settings", "id": book_id, "k": "create", "f": settings}]


def _category(
    book_id: str,
    top: dict[str, Any],
    entry: dict[str, Any],
    parent_id: str | None,
    position: int,
    language: str,
) -> Row:
    fields = {
        "name": _named(entry["name"], language), "kind": top["kind"], "parent_id": parent_id,
        "system_key": entry["key"], "icon": entry["icon"], "colour": top["colour"], "position": position,
        "archived": False,
    }  # fmt: skip
    return {"e": "category", "id": category_id(book_id, entry["key"]), "k": "create", "f": fields}
