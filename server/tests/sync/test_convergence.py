"""Devices, REST and everything that goes wrong: afterwards all agree, and nothing acknowledged is lost or doubled.

The short version of `make prove` (docs/sync.md): some stories from seeds, the ones with a name, and the same fed
by Hypothesis, on both engines.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import postgres
from outlay.store.engine import Store
from prove import ablations, aged, concurrency, directed, machine
from prove.cases import SEEDS
from prove.oracle import Violation
from prove.places import place
from prove.story import Story
from stores import Clock

STORIES, STEPS = 10, 120
CLOCK = Clock()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """One database for all stories of an engine, each with a book of its own."""
    cluster: postgres.Cluster | None = None
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres_cluster")
    with place(request.param, CLOCK, cluster) as store, aged.schema_3():
        yield store


@pytest.mark.parametrize("seed", range(STORIES))
def test_every_story_ends_in_agreement(shared_store: Store, seed: int) -> None:
    tell(seed, STEPS, shared_store)


@pytest.mark.parametrize("name", SEEDS)
def test_what_a_seed_found_once(shared_store: Store, name: str) -> None:
    seed, steps, rule = SEEDS[name]
    tell(seed, steps, shared_store)
    with ablations.RULES[rule][0](), pytest.raises(Violation):
        tell(seed, steps, shared_store)


@pytest.mark.parametrize("name", directed.STORIES)
def test_directed_story(shared_store: Store, name: str) -> None:
    directed.tell(name, shared_store, CLOCK)


def test_story_that_hypothesis_chooses(shared_store: Store) -> None:
    machine.run(shared_store, CLOCK, examples=4)


@pytest.mark.parametrize("rule", [rule for rule, (_, stories) in ablations.RULES.items() if stories])
def test_a_rule_that_is_missing_is_noticed(rule: str) -> None:
    """`make prove ABLATE=all` has the others too, whose removal only seeds notice."""
    off, stories = ablations.RULES[rule]
    with place("sqlite", CLOCK) as store, aged.schema_3(), off():
        assert any(fails(name, store) for name in stories)


def fails(name: str, store: Store) -> bool:
    """Whether an invariant did not hold. That something broke notices nothing."""
    try:
        directed.tell(name, store, CLOCK)
    except Violation:
        return True
    return False


def test_nobody_misses_what_commits_late(postgres_cluster: postgres.Cluster) -> None:
    found = concurrency.run(postgres_cluster, 1.5)["concurrency"]
    assert found["book lock"]["missed"] == 0
    assert found["sequence"]["missed"] > 0, "the harness sees nothing"


def tell(seed: int, steps: int, store: Store) -> None:
    story = Story(seed, store, CLOCK)
    try:
        story.run(steps)
    finally:
        story.server.erase()
