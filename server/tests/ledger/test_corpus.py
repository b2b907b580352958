"""The generated cases: the committed ones are what this code makes, and they reach every kind of outcome."""

from __future__ import annotations

import json
from collections import Counter

import corpus
from outlay.kernel import spec

COMMITTED_STEPS, COMMITTED_SEED = 300, 7


def test_the_committed_cases_are_what_the_code_makes() -> None:
    """After a wanted change: python server/tests/corpus.py spec/sync/corpus.jsonl 300 7"""
    assert spec.text("sync/corpus.jsonl") == corpus.text(COMMITTED_STEPS, COMMITTED_SEED)


def test_the_generator_reaches_what_it_is_for() -> None:
    steps = [step for book in corpus.books(3000, 1) for step in book["steps"]]
    seen = Counter(step["status"] for step in steps)
    for status in (
        "ok",
        "ok+rewritten",
        "ok+conflict",
        "parked:gone",
        "parked:account_gone",
        "parked:deleted",
    ):
        assert seen[status] > 0, status
    assert len(seen) > 40
    marks = [
        (unit, mark[1] < 0)
        for step in steps
        for entity, row in step["writes"]
        if entity == "schedule"
        for unit, mark in row["fmeta"].items()
    ]
    assert {("skipped", True), ("skipped", False)} <= set(marks)
    kinds = Counter(conflict["kind"] for step in steps for conflict in step["conflicts"])
    assert set(kinds) == {"overwritten", "deleted_over_edit", "edit_on_deleted", "parked", "rejected"}


def test_every_code_is_in_the_closed_list() -> None:
    codes = spec.read("refusals.json")
    for line in spec.text("sync/corpus.jsonl").splitlines():
        for step in json.loads(line)["steps"]:
            status, _, code = step["status"].partition(":")
            assert not code or codes[code]["park"] == (status == "parked")
