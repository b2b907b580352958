"""The cases of spec/reports/cases.json on both engines; app/src/reports/reports.test.ts runs the same ones."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from outlay.kernel import spec
from outlay.kernel.refusal import Refusal
from outlay.reports import REPORTS, book_report
from outlay.reports.ask import DEFAULTS
from outlay.store.engine import Store
from reports.books import Made, Row, id_of, write
from stores import make_book

SPEC = spec.read("reports/cases.json")


def named(name: str | None) -> str | None:
    """The id that a name of the table stands for; '' stays 'none'."""
    return id_of(name, 0) if name else name


def made(book: Row) -> Made:
    """A book of the table as documents."""
    currencies = {row["id"]: row["currency"] for row in book["accounts"]}
    columns = SPEC["columns"]
    lives = []
    for n, values in enumerate(book["transactions"]):
        row = dict(zip(columns, values, strict=False)) | (
            values[len(columns)] if len(values) > len(columns) else {}
        )
        account, to_account = row.pop("account"), row.pop("to_account")
        row |= {
            "id": id_of("transaction", n), "deleted": False, "account_id": named(account),
            "to_account_id": named(to_account), "to_currency": currencies.get(to_account),
            "lines": [{"category_id": named(category), "amount_minor": amount} for category, amount in row["lines"]],
        }  # fmt: skip
        row.setdefault("currency", currencies.get(account))
        lives.append([row])
    return Made(
        settings=book["settings"],
        accounts=[{**row, "id": named(row["id"]), "position": n} for n, row in enumerate(book["accounts"])],
        categories=[{"id": named(name), "parent_id": named(parent)} for name, parent in book["categories"]],
        rates=[
            dict(zip(("day", "from_currency", "to_currency", "rate"), row, strict=True))
            for row in book["rates"]
        ],
        lives=lives,
    )


def place(answer: Any, path: str) -> Any:
    for step in path.split("."):
        if step == "length" and isinstance(answer, list):
            answer = len(answer)
        else:
            answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer


@pytest.fixture
async def ids(store: Store) -> dict[str, str]:
    """All books in one store: none may show in another."""
    found = {}
    for name, book in SPEC["books"].items():
        found[name] = await make_book(store)
        it = made(book)
        await store.write(found[name], lambda tx, it=it: write(tx, it))
    return found


async def test_cases(store: Store, ids: dict[str, str]) -> None:
    for case in SPEC["cases"]:
        params = dict(case["params"])
        known = {row["id"] for row in SPEC["books"][case["book"]]["accounts"]} | {"food"}
        for name in ("category", "account"):
            if params.get(name) in known:
                params[name] = named(params[name])
        ask = (ids[case["book"]], case["report"], params)
        if "refusal" in case:
            with pytest.raises(Refusal) as refused:
                await store.read(lambda read, ask=ask: book_report(read, *ask))
            assert (refused.value.code, refused.value.field) == (case["refusal"], case["field"]), case["name"]
            continue
        answer = msgspec.to_builtins(await store.read(lambda read, ask=ask: book_report(read, *ask)))
        for path, value in case["expect"].items():
            expected = named(value) if path.endswith("_id") else value
            assert place(answer, path) == expected, f"{case['name']}: {path}"


async def test_a_book_without_settings_has_no_reports(store: Store) -> None:
    book_id = await make_book(store)
    with pytest.raises(Refusal, match="book_without_settings"):
        await store.read(lambda read: book_report(read, book_id, "totals", {"today": "2026-01-31"}))


def test_every_report_has_a_case_and_defaults() -> None:
    assert REPORTS.keys() == DEFAULTS.keys()
    assert {case["report"] for case in SPEC["cases"] if "expect" in case} == REPORTS.keys()
