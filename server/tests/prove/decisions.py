"""What the server decided in a story, for the other language to decide again.

    python server/tests/prove/decisions.py FILE SEEDS FIRST_SEED STEPS

A line is one story: {"seed", "book_id", "steps"}; a step is {"mutation", "at", "status", "writes", "conflicts"} or,
where the server went back in time or collected, {"rows"}: the whole book from there on. What was rolled back
is not there. app/e2e/prove/decisions.ts reads it.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    # Behind the standard library: server/tests has a folder named http.
    sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != HERE]
    sys.path += [str(HERE.parent), str(HERE.parent.parent)]

from outlay.ledger import commands, many, merge  # noqa: E402
from outlay.store.door import Door  # noqa: E402
from prove import aged  # noqa: E402
from prove.oracle import Violation  # noqa: E402
from prove.places import place  # noqa: E402
from prove.server import Server  # noqa: E402
from prove.story import Story  # noqa: E402
from stores import Clock  # noqa: E402

Row = dict[str, Any]


class Recorder:
    """Keeps the decisions of every transaction that was committed."""

    def __init__(self) -> None:
        self.steps: list[Row] = []
        self._open: list[Row] = []

    def decide(self, state: Any, mutation: Any, **at: Any) -> Any:
        decision = merge.decide(state, mutation, **at)
        self._open.append({
            "mutation": dict(mutation), "at": {"strict": False, **at}, "status": decision.status,
            "writes": [[write.entity, _bare(write.after)] for write in decision.writes],
            "conflicts": [asdict(conflict) for conflict in decision.conflicts],
            "kept": [],
        })  # fmt: skip
        return decision

    def bring_in(self, batch: Any, documents: Any, mutation_id: str, ver: int, stamp: Any) -> None:
        """What `many` judged in one go, told as the decision that it stands for."""
        before = len(self._open)
        _bring_in(batch, documents, mutation_id, ver, stamp)
        if len(self._open) == before:
            rows = [batch._last[("transaction", document["id"])] for document in documents]
            self._open.append({
                "mutation": {"mid": mutation_id, "base": ver, "ops": many.operations("transaction", documents)},
                "at": {"strict": True, "ver": ver, "device": stamp[1], "edited_at_ms": stamp[2]},
                "status": "ok", "writes": [["transaction", _bare(row)] for row in rows],
                "conflicts": [], "kept": [],
            })  # fmt: skip

    def conflicts(self, batch: Any, decision: Any, *more: Any) -> Any:
        rows = _conflicts(batch, decision, *more)
        if rows:
            self._open[-1]["kept"] = [["sync_conflict", _bare(row)] for row in rows]
        return rows

    def transact(self, door: Any, items: Any) -> Any:
        """One item per transaction in a story, or none that decides anything."""
        self._open = []
        moved = _transact(door, items)
        if all(item.error is None for item in items):
            self.steps += self._open
        return moved

    def jumped(self, server: Server) -> None:
        self.steps.append({"rows": [[entity, _bare(row)] for (entity, _), row in server.dump().items()]})


_transact, _conflicts = Door._transact, commands.Batch._conflicts
_bring_in = commands.Batch._bring_in


def _bare(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "book_id"}


def story(seed: int, steps: int, store: Any, clock: Clock) -> Row:
    """Tells a story and returns what was decided in it."""
    recorder = Recorder()
    told = Story(seed, store, clock)
    restore, collect = told.restore, told.collect

    def restored() -> None:
        restore()
        recorder.jumped(told.server)

    def collected(days: int = 180) -> None:
        collect(days)
        recorder.jumped(told.server)

    told.restore, told.collect = restored, collected  # type: ignore[method-assign]
    with (
        patch.object(commands, "decide", recorder.decide),
        patch.object(commands.Batch, "_conflicts", lambda *given: recorder.conflicts(*given)),
        patch.object(commands.Batch, "_bring_in", lambda *given: recorder.bring_in(*given)),
        patch.object(Door, "_transact", lambda *given: recorder.transact(*given)),
        suppress(Violation),  # one that fails is decided again as far as it came
    ):
        told.run(steps)
    told.server.erase()
    return {"seed": seed, "book_id": told.server.book_id, "steps": recorder.steps}


def main(out: str, seeds: str, first: str, steps: str) -> None:
    clock = Clock()
    with place("sqlite", clock) as store, aged.schema_3(), Path(out).open("w", encoding="utf-8") as file:
        for seed in range(int(first), int(first) + int(seeds)):
            line = json.dumps(story(seed, int(steps), store, clock), ensure_ascii=False)
            file.write(line + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
