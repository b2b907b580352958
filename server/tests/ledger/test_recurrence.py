"""spec/ledger/schedules.json in Python (app/src/ledger/recurrence.test.ts runs it in TypeScript)."""

from __future__ import annotations

from typing import Any

import pytest

from outlay.kernel import spec
from outlay.kernel.refusal import Refusal
from outlay.ledger.recurrence import monthly, next_day, occurrences, parse

TABLE = spec.read("ledger/schedules.json")


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in TABLE["cases"]])
def test_occurrences(case: dict[str, Any]) -> None:
    days = list(occurrences(case["start_day"], case["rule"], after=case["after"], through=case["through"]))
    assert days == case["days"]
    if days:
        assert next_day(case["start_day"], case["rule"], after=case["after"]) == days[0]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in TABLE["monthly"]])
def test_what_it_is_a_month(case: dict[str, Any]) -> None:
    assert monthly(case["amount_minor"], case["start_day"], case["rule"]) == case["month_minor"]


@pytest.mark.parametrize("rule", TABLE["refused"])
def test_what_is_no_rule(rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(rule)
    assert refused.value.code == "rule_invalid"


def test_what_never_comes_round_has_no_next_day() -> None:
    assert next_day("2026-01-01", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", after=None) is None
    assert next_day("2026-01-01", "FREQ=DAILY;COUNT=2", after="2026-01-02") is None
