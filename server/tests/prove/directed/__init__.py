"""Schedules that chance rarely meets, by hand. Each is told by `make test`, and is where the removal of a rule
must be noticed (`ablations.py`). Every story ends as all do: everybody comes to rest and the oracle judges.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import isfunction

from outlay.store.engine import Store
from prove.directed import faults, meetings
from prove.directed.stage import Stage
from stores import Clock

STORIES: dict[str, Callable[[Stage], None]] = {
    name: story
    for module in (faults, meetings)
    for name, story in vars(module).items()
    if isfunction(story) and story.__module__ == module.__name__
}
"""Every function of the two modules, in their order."""


def tell(name: str, store: Store, clock: Clock) -> None:
    """Tells one of them to the end."""
    stage = Stage(store, clock)
    try:
        STORIES[name](stage)
        stage.quiesce()
    finally:
        stage.server.erase()
