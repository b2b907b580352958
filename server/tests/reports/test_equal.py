"""Three opinions on generated books: the reports by SQL on SQLite, on PostgreSQL, and a fold over the documents.

What Python answered is written to app/.corpus/reports, where vitest computes it again in the app's language.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from outlay.reports import book_report
from outlay.store.engine import Store
from reports.books import Made, Row, books, line_rows, rollup_rows, write
from reports.oracle import Oracle
from stores import make_book

CORPUS = Path(__file__).parents[3] / "app" / ".corpus" / "reports"


async def answers(store: Store, made: Made) -> tuple[str, list[Row]]:
    """What the reports say of a book that was written to the store."""
    book_id = await make_book(store)
    await store.write(book_id, lambda tx: write(tx, made))
    found = await store.read(
        lambda read: [book_report(read, book_id, name, params) for name, params in made.asks]
    )
    return book_id, [msgspec.to_builtins(each) for each in found]


def differences(one: Any, other: Any, at: str = "") -> list[str]:
    """Where two answers differ, by path."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [found for key in one for found in differences(one[key], other[key], f"{at}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            found
            for n, (a, b) in enumerate(zip(one, other, strict=True))
            for found in differences(a, b, f"{at}[{n}]")
        ]
    return [] if one == other else [f"{at}: {one!r} is not {other!r}"]


@pytest.mark.timeout(600)
def test_reports_equal_the_fold_over_documents(store: Store, request: pytest.FixtureRequest) -> None:
    corpus: list[Row] = []

    @settings(
        max_examples=max(24, int(os.environ.get("OUTLAY_TEST_EXAMPLES", "0"))),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(books())
    def run(made: Made) -> None:
        book_id, found = asyncio.run(answers(store, made))
        oracle = Oracle(made.settings, made.accounts, made.categories, made.rates, made.documents)
        for (name, params), answer in zip(made.asks, found, strict=True):
            wrong = differences(answer, oracle.answer(name, params))
            assert not wrong, f"{name} {params}: " + "; ".join(wrong[:5])
        corpus.append(corpus_entry(made, book_id, found))

    run()
    if request.node.callspec.params["store_settings"] == "sqlite":
        CORPUS.mkdir(parents=True, exist_ok=True)
        (CORPUS / "books.json").write_text(json.dumps(corpus), encoding="utf-8")


def corpus_entry(made: Made, book_id: str, found: list[Row]) -> Row:
    """Rows, parameters and answers; vitest puts the rows into the device's tables."""
    return {
        "settings": {**made.settings, "id": book_id},
        "account": made.accounts,
        "category": made.categories,
        "rate": [{**row, "id": f"rate-{n}"} for n, row in enumerate(made.rates)],
        "line": line_rows(made),
        "rollup": rollup_rows(made),
        "asks": [
            {"name": name, "params": params, "answer": answer}
            for (name, params), answer in zip(made.asks, found, strict=True)
        ],
    }
