"""`make prove`: stories from seeds on both engines, rules taken away, writers at the same time.

    python server/tests/prove/run.py --seeds 200 --first-seed 0 --steps 300 --engine both
    python server/tests/prove/run.py --ablate all
    python server/tests/prove/run.py --concurrency 10

A bar while it runs; the last line is JSON (docs/sync.md says what its names mean). Exit 1 when an invariant did
not hold or the removal of a rule was not noticed; what failed is printed with the command that repeats it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Behind the standard library: server/tests has a folder named http.
sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != HERE]
sys.path += [str(HERE.parent), str(HERE.parent.parent)]

import logging  # noqa: E402

import postgres  # noqa: E402
from prove import ablations, aged, concurrency, directed, machine  # noqa: E402
from prove.oracle import Violation  # noqa: E402
from prove.places import place  # noqa: E402
from prove.story import Story  # noqa: E402
from stores import Clock  # noqa: E402

ENGINES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}
PROCESSES = 2
CHUNK = 10
"""Seeds that a process takes at a time."""
ABLATION_SEEDS = 60
"""Seeds that may pass before the removal of a rule must have been noticed."""

LONG = 200
FLOOR = (
    "answer_lost", "busy", "clock_jump", "clock_of_the_server", "collected", "device_crash_after_commit",
    "device_crash_before_commit",
    "device_killed", "file_cloned", "file_restored", "forbidden", "internal", "partition", "repeated", "request_lost",
    "revoked", "server_crash_after_commit", "server_crash_before_commit", "server_restored", "unauthenticated",
    "unavailable", "upgrade", "weeks", "multi_page_pulls", "hydrations", "hydrations_overlapping_writes",
    "rollbacks_with_acked", "forks", "conflicts", "parked", "rejected", "rewritten", "overwritten", "deleted_over_edit",
    "offline_stretches", "half_years", "tombstones_collected", "posted_by_server",
)  # fmt: skip
"""In as many stories as LONG each of these has happened, or the proof is not what it says."""

_held: dict[str, Any] = {}
"""What a process keeps open: a store for each engine."""


def main() -> int:
    asked = arguments()
    # Told to stop, it reports what was told so far.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = None
        if asked.engine != "sqlite" or asked.concurrency:
            folder = postgres.reserve_folder()
            stack.callback(postgres.remove_folder, folder)
            postgres.Cluster.shared(folder, durable=False)
        if asked.ablate:
            answer, failed = ablate(asked, folder)
        elif asked.concurrency:
            assert folder is not None
            answer = concurrency.run(postgres.Cluster.shared(folder), asked.concurrency)
            failed = not answer["concurrency"]["as_expected"]
        else:
            answer, failed = prove(asked, folder)
    print(json.dumps({**answer, "wall_s": round(time.monotonic() - begun, 1)}))
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--engine", choices=ENGINES, default="both")
    parser.add_argument("--ablate", default="", metavar="RULE|all")
    parser.add_argument("--concurrency", type=float, default=0, metavar="SECONDS")
    parser.add_argument(
        "--minutes", type=float, default=0, help="no further seeds after this time; 0: all of them"
    )
    parser.add_argument(
        "--device", type=int, default=0, metavar="SEEDS", help="of the app's core (app/e2e/prove)"
    )
    parser.add_argument("--examples", type=int, default=20, help="of the state machine, on each engine")
    return parser.parse_args()


# ---- stories --------------------------------------------------------------------------------------------


def prove(asked: argparse.Namespace, folder: Path | None) -> tuple[dict[str, Any], bool]:
    """Every seed on every engine; a seed must end in the same book on both."""
    total: Counter[str] = Counter()
    operations: Counter[str] = Counter()
    failures: list[tuple[str, int, str]] = []
    ends: dict[int, set[str]] = {}
    last = asked.first_seed + asked.seeds
    until = time.time() + 60 * asked.minutes if asked.minutes else None
    chunks = [
        (engine, seed, min(seed + CHUNK, last), asked.steps, folder, until)
        for seed in range(asked.first_seed, last, CHUNK)
        for engine in ENGINES[asked.engine]
    ]
    todo = asked.seeds * len(ENGINES[asked.engine])
    stopped = False
    with pool() as workers:
        bar = Bar(todo)
        try:
            for engine, told in workers.imap_unordered(_chunk, chunks):
                for seed, tally, kinds, end, error in told:
                    bar.step(len(failures) + (error is not None))
                    total.update({f"{engine}_seeds": 1})
                    merge(total, tally)
                    operations.update(kinds)
                    ends.setdefault(seed, set()).add(end)
                    if error is not None:
                        failures.append((engine, seed, error))
                        bar.clear()
                        print(failure(engine, seed, error, asked.steps), flush=True)
        except KeyboardInterrupt:
            stopped = True
        bar.end()
    for seed, found in ends.items():
        if len(found - {""}) > 1:
            failures.append(("both", seed, "the engines end in different books"))
            print(failure(*failures[-1], asked.steps))
    examples = 0 if stopped else asked.examples
    machines = {
        engine: machine.violations(engine, examples, folder, asked.first_seed) for engine in ENGINES[asked.engine]
    }
    answer = report(asked, total, operations) | {"state_machine": {"examples": examples, **machines}}
    if answer["unmet"]:
        print(f"never happened: {', '.join(answer['unmet'])}")
    violations = len(failures) + sum(machines.values()) + len(answer["unmet"])
    if asked.device and not stopped:
        answer["device"] = device(asked)
        violations += answer["device"]["violations"]
    return {**answer, "violations": violations}, violations > 0


def failure(engine: str, seed: int, error: str, steps: int) -> str:
    """What failed, and the command that tells it again; the second decides it again in TypeScript too."""
    again = f"make prove SEEDS=1 FIRST_SEED={seed} ENGINE={engine} STEPS={steps}"
    return f"seed {seed} on {engine}: {error}\n  {again}\n  {again} DEVICE=1\n"


def device(asked: argparse.Namespace) -> dict[str, Any]:
    """The app's core under Node against a real server process behind a failing line; its report."""
    wish = {
        "seeds": asked.device, "first_seed": asked.first_seed, "steps": 60, "kill_every": 1, "special_every": 6,
        "decided": asked.device, "decided_steps": asked.steps,
    }  # fmt: skip
    return app("browser", "e2e/prove.test.ts", PROVE=json.dumps(wish)) or {"violations": 1, "what": "it did not end"}


def app(project: str, tests: str, **environment: str) -> Any:
    """What a test file of the app writes to PROVE_OUT; None when it did not come so far."""
    folder = HERE.parents[2] / "app"
    with tempfile.TemporaryDirectory(prefix="outlay-prove-") as room:
        out = Path(room) / "report.json"
        subprocess.run(
            [folder / "node_modules/.bin/vitest", "run", "--project", project, tests],
            cwd=folder, env={**os.environ, **environment, "PROVE_OUT": str(out)}, stdout=sys.stderr,
        )  # fmt: skip
        return json.loads(out.read_text()) if out.exists() else None


def report(asked: argparse.Namespace, total: Counter[str], operations: Counter[str]) -> dict[str, Any]:
    """The counters in the groups that docs/sync.md names."""
    faults = {n.removeprefix("fault_"): total.pop(n) for n in sorted(total) if n.startswith("fault_")}
    coverage = {
        "multi_page_pulls": total["pages_more"], "hydrations": total["hydrations"],
        "hydrations_overlapping_writes": total["hydrations_overlapping_writes"],
        "rollbacks_with_acked": total["rollbacks_with_acked"], "acked_rolled_back": total["acked_rolled_back"],
        "forks": total["forks"], "conflicts": total["ok+conflict"], "parked": total["parked"],
        "rejected": total["rejected"], "rewritten": total["ok+rewritten"],
        "overwritten": total["overwritten"], "deleted_over_edit": total["deleted_over_edit"],
        "offline_stretches": total["offline_stretches"], "half_years": total["half_years"],
        "tombstones_collected": total["collected_rows"],
        "posted_by_server": total["posted_by_server"],
        "excused": total["excused"], "most_rounds": total["rounds"],
    }  # fmt: skip
    engines = {engine: total[f"{engine}_seeds"] for engine in ENGINES[asked.engine]}
    met = faults | coverage
    unmet = [] if sum(engines.values()) < LONG else [name for name in FLOOR if not met.get(name)]
    return {
        "seeds": asked.seeds, "first_seed": asked.first_seed, "told": engines, "steps": total["steps"],
        "operations": dict(operations), "rest": total["rest"], "undo": total["undo"], "imports": total["imports"],
        "deliveries": total["deliveries"], "faults": faults, "coverage": coverage, "unmet": unmet,
    }  # fmt: skip


def merge(total: Counter[str], tally: dict[str, int]) -> None:
    """Sums, but for what is a maximum."""
    rounds = max(total["rounds"], tally.get("rounds", 0))
    total.update(tally)
    total["rounds"] = rounds


def _worker() -> None:
    """Only the first process hears Ctrl+C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _chunk(work: tuple[str, int, int, int, Path | None, float | None]) -> tuple[str, list[Any]]:
    engine, first, last, steps, folder, until = work
    if until is not None and time.time() > until:
        return engine, []
    store, clock = _store(engine, folder)
    told = []
    with aged.schema_3():
        for seed in range(first, last):
            story = Story(seed, store, clock)
            error, end = None, ""
            try:
                end = story.run(steps)
            except Exception as problem:
                where = traceback.extract_tb(problem.__traceback__)[-2]
                error = f"{type(problem).__name__} {problem} ({Path(where.filename).name}:{where.lineno})"
            told.append((seed, dict(story.tally), dict(story.edits.kinds), end, error))
            _erase(story)
    return engine, told


def _erase(story: Story) -> None:
    try:
        story.server.erase()
    except Exception as problem:
        print(f"could not take the book of seed {story.seed} away: {problem}")


def _store(engine: str, folder: Path | None) -> Any:
    """This process's store; ends with the process."""
    if engine not in _held:
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        clock = Clock()
        cluster = None if folder is None else postgres.Cluster.shared(folder)
        stack = _held.setdefault("stack", ExitStack())
        _held[engine] = (stack.enter_context(place(engine, clock, cluster)), clock)
    return _held[engine]


# ---- rules taken away -----------------------------------------------------------------------------------


def ablate(asked: argparse.Namespace, folder: Path | None) -> tuple[dict[str, Any], bool]:
    """Whether the removal of each rule is noticed."""
    rules = [r for r in ablations.RULES if asked.ablate in ("all", r)]
    found: dict[str, bool] = {}
    if rules:
        with pool() as workers:
            bar = Bar(len(rules))
            for rule, how in workers.imap_unordered(_ablation, rules):
                found[rule] = how is not None
                bar.clear()
                print(f"{rule}: {how or 'NOT NOTICED'}")
                bar.step(sum(not noticed for noticed in found.values()))
            bar.end()
    # and those of the app's core (app/e2e/prove/ablations.ts)
    core = app("proofs", "e2e/prove/rules.proof.ts", PROVE_RULE=asked.ablate) or {}
    if not found and not core:
        raise SystemExit(f"no such rule; the server and the reference device have: {'; '.join(ablations.RULES)}")
    answer = {"ablations": {rule: found[rule] for rule in rules}, "ablations_of_the_core": core}
    return answer, not all([*found.values(), *core.values(), asked.ablate != "all" or core])


def _ablation(rule: str) -> tuple[str, str | None]:
    """What noticed that the rule is gone: a directed story or a seed, and the invariant that did not hold there.
    That something broke notices nothing."""
    off, stories = ablations.RULES[rule]
    clock = Clock()
    attempts: Iterator[tuple[str, Callable[[Any], object]]] = iter([
        *((name, lambda store, n=name: directed.tell(n, store, clock)) for name in stories),
        *((f"seed {s}", lambda store, s=s: Story(s, store, clock).run(300)) for s in range(ABLATION_SEEDS)),
    ])  # fmt: skip
    broken = 0
    with place("sqlite", clock) as store, aged.schema_3():
        for name, tell in attempts:
            with off():
                try:
                    tell(store)
                except Violation as found:
                    return rule, f"{name}: {str(found)[:100]}"
                except Exception as problem:
                    broken += 1
                    if broken == 1:
                        text = f"{rule}: {name} broke, which does not count: {type(problem).__name__} {problem}"
                        print(text[:300], flush=True)
    return rule, None


# ---- processes and the bar ------------------------------------------------------------------------------


def pool() -> Any:
    """Processes that begin empty: no thread or connection of ours is inherited."""
    return multiprocessing.get_context("spawn").Pool(min(PROCESSES, os.cpu_count() or 1), _worker)


class Bar:
    """Progress on standard error, where somebody watches; else a line now and then."""

    def __init__(self, most: int) -> None:
        self.most, self.done, self.begun = most, 0, time.monotonic()
        self.shown = 0.0
        self.watched = sys.stderr.isatty()

    def step(self, failures: int) -> None:
        self.done += 1
        now = time.monotonic()
        if now - self.shown < (0.2 if self.watched else 30) and self.done < self.most:
            return
        self.shown = now
        left = (now - self.begun) / self.done * (self.most - self.done)
        filled = "█" * (30 * self.done // self.most)
        text = f"{filled:<30} {self.done}/{self.most}, {failures} failed, {left:.0f} s left"
        sys.stderr.write(f"\r{text}\x1b[K" if self.watched else f"{text}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        if self.watched:
            sys.stderr.write("\r\x1b[K")

    def end(self) -> None:
        if self.watched:
            sys.stderr.write("\n")


if __name__ == "__main__":
    sys.exit(main())
