"""spec/reports/budgets.json in Python (app/src/reports/budgets.test.ts runs it in TypeScript)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from outlay.kernel import spec
from outlay.reports.budgets import state
from outlay.reports.cells import Cell

TABLE = spec.read("reports/budgets.json")


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in TABLE["cases"]])
def test_how_a_budget_stands(case: dict[str, Any]) -> None:
    made = state(
        case["budget"], case["amounts"], case["schedules"],
        None if case["members"] is None else frozenset(case["members"]),
        [(cell[0], Cell(0, *cell[1:])) for cell in case["cells"]],
        day=case["day"], today=case["today"], calendar=case["calendar"],
    )  # fmt: skip
    found = msgspec.to_builtins(made)
    assert {name: found[name] for name in case["expect"]} == case["expect"]
