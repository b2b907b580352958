"""The same steps, chosen by Hypothesis: what fails here is shrunk to a short story.

A rule is a step of `Story` with a number that stands for its chances; the invariants are the oracle's. The server
is the real one in process, as in every story, on a real database.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

import postgres
from outlay.store.engine import Store
from prove import aged
from prove.places import place
from prove.story import STEPS, Story
from stores import Clock

chances = st.integers(0, 2**32)


def machine_for(store: Store, clock: Clock) -> type[RuleBasedStateMachine]:
    """A state machine whose stories happen in this store."""

    class Household(RuleBasedStateMachine):
        story: Story | None = None

        @initialize(chance=chances)
        def begin(self, chance: int) -> None:
            self.story = Story(chance, store, clock)
            self.story.begin()

        def _step(self, name: str, chance: int) -> None:
            assert self.story is not None
            self.story.random.seed(chance)
            self.story.clock.advance(1 + chance % 100_000)
            self.story.step(name)

        @precondition(lambda self: self.story is not None)
        @rule(chance=chances)
        def edits(self, chance: int) -> None:
            self._step("edit", chance)

        @precondition(lambda self: self.story is not None)
        @rule(chance=chances)
        def exchanges(self, chance: int) -> None:
            self._step("exchange", chance)

        @precondition(lambda self: self.story is not None)
        @rule(chance=chances)
        def asks(self, chance: int) -> None:
            self._step("ask", chance)

        @precondition(lambda self: self.story is not None and self.story.net)
        @rule(chance=chances)
        def delivers(self, chance: int) -> None:
            self._step("deliver", chance)

        @precondition(lambda self: self.story is not None)
        @rule(
            name=st.sampled_from(sorted(set(STEPS) - {"edit", "exchange", "ask", "deliver"})), chance=chances
        )
        def something_else(self, name: str, chance: int) -> None:
            self._step(name, chance)

        def teardown(self) -> None:
            if self.story is None:
                return
            try:
                self.story.random = Random(1)
                self.story.quiesce()
            finally:
                self.story.server.erase()

    return Household


def run(store: Store, clock: Clock, examples: int, steps: int = 50, first: int = 0) -> None:
    """Raises what the first shrunk story found. Other stories with another `first`, and always the same with one."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        seed(first)(machine_for(store, clock)),  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def violations(engine: str, examples: int, folder: Path | None, first: int) -> int:
    """0 or 1; prints the shrunk story."""
    clock = Clock()
    cluster: Any = None if folder is None else postgres.Cluster.shared(folder)
    if examples == 0:
        return 0
    with place(engine, clock, cluster) as store, aged.schema_3():
        try:
            run(store, clock, examples, 100, first)
        except Exception:
            traceback.print_exc()
            return 1
    return 0
