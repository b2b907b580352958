"""A new book: spec/ledger/born.json, and that every name is there in every language."""

from __future__ import annotations

from typing import Any

import pytest

from outlay.identity.rules import LANGUAGES
from outlay.kernel import spec
from outlay.ledger.defaults import countries, defaults, seed_ops

BOOK = "01890000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    "case", spec.read("ledger/born.json")["cases"], ids=lambda case: str(case["country"])
)
def test_a_book_is_born_in_a_country(case: dict[str, Any]) -> None:
    usual = {op["f"]["system_key"] for op in seed_ops(BOOK, "EUR") if op["e"] == "category"}
    ops = seed_ops(BOOK, "EUR", case["language"], country=case["country"])
    names = {op["f"]["system_key"]: op["f"]["name"] for op in ops if op["e"] == "category"}
    assert sorted(names.keys() - usual) == case["added"]
    assert usual <= names.keys()
    assert {key: names[key] for key in case["names"]} == case["names"]
    assert ops[-1]["f"]["first_day_of_week"] == case["first_day_of_week"]
    assert len({op["id"] for op in ops}) == len(ops)


def _names(value: Any) -> list[dict[str, str]]:
    if isinstance(value, list):
        return [names for one in value for names in _names(one)]
    if isinstance(value, dict):
        own = [value] if "en" in value else []
        return own + [names for one in value.values() for names in _names(one)]
    return []


def test_every_name_is_there_in_every_language() -> None:
    assert defaults()["languages"] == list(LANGUAGES)
    found = _names([defaults(), countries()])
    assert len(found) > 70
    for names in found:
        assert list(names) == list(LANGUAGES), names
        assert all(name.strip() for name in names.values()), names


def test_a_country_adds_below_what_is_there() -> None:
    keys = {top["key"]: {child["key"] for child in top["children"]} for top in defaults()["categories"]}
    for entry in countries()["categories"]:
        assert entry["parent"] in keys
        assert entry["key"] not in keys[entry["parent"]]
