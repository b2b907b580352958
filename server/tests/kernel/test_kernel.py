"""The kernel against spec/kernel: the same cases that app/src/kernel/kernel.test.ts runs."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.kernel import currencies, dates, ids, limits, money, periods, spec, text
from outlay.kernel.refusal import Refusal

from . import cases


def table(name: str, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec.read(f"kernel/{name}.json")[key]
    assert found
    return found


def answer(f: Any, *args: Any) -> Any:
    try:
        return f(*args)
    except Refusal as refusal:
        return {"refusal": refusal.code}


def expected(case: dict[str, Any], key: str) -> Any:
    return {"refusal": case["refusal"]} if "refusal" in case else case[key]


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="the folded characters are Python 3.11's (Unicode 14)"
)
def test_the_committed_cases_are_the_generated_ones() -> None:
    for name, made in cases.files().items():
        assert spec.text(name) == made, f"run: python server/tests/kernel/cases.py ({name})"


def test_money() -> None:
    for case in table("money", "convert"):
        found = answer(money.convert, case["amount_minor"], case["rate"], case["from"], case["to"])
        assert found == expected(case, "minor"), case
    for case in table("money", "rate_from"):
        found = answer(money.rate_from, case["amount_minor"], case["from"], case["base_minor"], case["to"])
        assert found == expected(case, "rate"), case
    for case in table("money", "allocate"):
        assert money.allocate(case["total"], case["weights"]) == case["parts"], case
    for case in table("money", "parse_amount"):
        found = answer(money.parse_amount, case["text"], case["currency"], case["decimal_sign"])
        assert found == expected(case, "minor"), case
    for case in table("money", "format_plain"):
        assert money.format_plain(case["minor"], case["currency"]) == case["text"]
        assert money.parse_amount(case["text"], case["currency"]) == case["minor"]
    for case in table("money", "parse_rate"):
        assert money.parse_rate(case["text"]) == case["rate"]
    for case in table("money", "rates"):
        assert answer(money.invert_rate, case["first"]) == case["inverse"], case
        assert answer(money.multiply_rates, case["first"], case["second"]) == case["product"], case


@given(
    st.integers(-money.MAX_MINOR, money.MAX_MINOR),
    st.lists(st.integers(0, money.MAX_MINOR), min_size=1, max_size=30),
)
def test_allocated_parts_sum_exactly_and_never_differ_by_a_whole_unit(total: int, weights: list[int]) -> None:
    parts = money.allocate(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * whole - total * weight) < whole


def test_allocate_crashes_on_what_the_program_got_wrong() -> None:
    for weights in ([], [-1, 2]):
        with pytest.raises(ValueError, match="weights"):
            money.allocate(1, weights)


def test_dates() -> None:
    for case in table("dates", "days"):
        assert dates.day_number(case["day"]) == case["number"]
        assert dates.day_of(case["number"]) == case["day"]
    for case in table("dates", "refused"):
        assert answer(dates.parse_day, case["text"]) == expected(case, "day"), case
    for case in table("dates", "times"):
        assert answer(dates.parse_time, case["text"]) == expected(case, "time"), case


def test_periods() -> None:
    for case in table("periods", "periods"):
        calendar = case["calendar"]
        for kind in ("week", "month", "year"):
            index, range_ = case[kind]["index"], (case[kind]["from"], case[kind]["to"])
            assert periods.bucket_of(kind, case["day"], calendar) == index, case
            assert periods.bucket_range(kind, index, calendar) == range_, case
            assert periods.period_range(kind, case["day"], calendar) == range_
            before = periods.previous(kind, range_, calendar)
            assert list(before) == case["previous"][kind], case
            assert periods.following(kind, before, calendar) == range_
    for case in table("periods", "spans"):
        for name in ("previous", "following"):
            assert list(getattr(periods, name)("period", tuple(case["range"]), {})) == case[name]


def test_ids() -> None:
    for case in table("ids", "uuid7"):
        assert ids.uuid7(case["ms"], bytes.fromhex(case["random"])) == case["id"]
        assert ids.is_id(case["id"])
        assert ids.version(case["id"]) == 7
    for case in table("ids", "uuid5"):
        assert ids.uuid5(case["namespace"], case["name"]) == case["id"]
        assert ids.version(case["id"]) == 5
    for case in table("ids", "is_id"):
        assert ids.is_id(case["text"]) == case["is_id"], case


def test_search_keys() -> None:
    for case in table("search_key", "cases") + table("search_key", "folding"):
        assert text.search_key(case["text"]) == case["key"], case
        assert text.search_key(case["key"]) == case["key"], "a key is its own key"


def test_constants_are_the_spec() -> None:
    data = spec.read("money.json")
    assert {**data["currencies"], **data["withdrawn"]} == currencies.CURRENCIES
    assert set(data["withdrawn"]) == currencies.WITHDRAWN
    assert not set(data["currencies"]) & set(data["withdrawn"])
    values = {name.upper(): entry["value"] for name, entry in spec.read("limits.json")["limits"].items()}
    assert {name: value for name, value in vars(limits).items() if name.isupper()} == values
    assert values["AMOUNT_MINOR"] * 90 <= money.MAX_MINOR
