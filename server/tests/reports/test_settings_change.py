"""A book whose base currency, weeks, months or years begin to be others answers every report as one that always had
them: on both engines by the oracle, and on a device (app/src/reports/reports.test.ts reads what is written here)."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outlay.ledger.commands import change
from outlay.reports import book_report
from outlay.store.engine import Store
from outlay.store.write import Tx
from reports.books import CURRENCIES, Made, Row, books, write
from reports.oracle import Oracle
from reports.test_equal import CORPUS, corpus_entry, differences
from stores import make_book

ME = "01940000-0000-7000-8000-000000000001"

CHANGED = st.fixed_dictionaries(
    {},
    optional={
        "base_currency": st.sampled_from(CURRENCIES),
        "first_day_of_week": st.integers(1, 7),
        "first_day_of_month": st.integers(1, 28),
        "first_month_of_year": st.integers(1, 12),
    },
).filter(bool)


async def answers(store: Store, made: Made, changed: Row) -> tuple[str, list[Any]]:
    book_id = await make_book(store)
    await store.write(book_id, lambda tx: write(tx, made))

    def set_them(tx: Tx) -> None:
        op = {"e": "settings", "id": book_id, "k": "set", "f": changed}
        change(tx, [op], person_id=ME, role="owner", name="settings.set")

    await store.write(book_id, set_them)
    found = await store.read(
        lambda read: [book_report(read, book_id, name, params) for name, params in made.asks]
    )
    return book_id, [msgspec.to_builtins(each) for each in found]


@pytest.mark.timeout(600)
def test_changed_settings_change_every_report(store: Store, request: pytest.FixtureRequest) -> None:
    corpus: list[Row] = []

    @settings(
        max_examples=max(12, int(os.environ.get("OUTLAY_TEST_EXAMPLES", "0"))),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(books(), CHANGED)
    def run(made: Made, changed: Row) -> None:
        book_id, found = asyncio.run(answers(store, made, changed))
        now = {**made.settings, **changed}
        oracle = Oracle(now, made.accounts, made.categories, made.rates, made.documents)
        for (name, params), answer in zip(made.asks, found, strict=True):
            wrong = differences(answer, oracle.answer(name, params))
            assert not wrong, f"{changed} {name} {params}: " + "; ".join(wrong[:5])
        corpus.append({**corpus_entry(made, book_id, found), "changed": changed})

    run()
    if request.node.callspec.params["store_settings"] == "sqlite":
        CORPUS.mkdir(parents=True, exist_ok=True)
        (CORPUS / "changed.json").write_text(json.dumps(corpus), encoding="utf-8")
