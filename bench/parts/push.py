"""Pushes of 500 operations (new transactions, ten to a mutation) by 32 devices, each with a book of its own: a second,
and the CPU of one against the same request without a database: parsed and decided over rows in memory."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
from clients import CLIENTS, Load, make_books
from figures import Figure, alternate, ratio
from household import NOW_MS, Household, mutations
from load import PUSH_OPERATIONS

from outlay.ledger.merge import decide
from outlay.ledger.state import MemoryState
from outlay.sync.wire import PushRequest
from postgres import Cluster
from system.process import Outlay

ROUNDS = 3
SECONDS = 4.0
IN_MEMORY = 20
"""Pushes of one round in memory."""


def run(folder: Path) -> list[Figure]:
    """Both engines, the memory side beside SQLite."""
    with Outlay.started(folder / "sqlite") as server:
        sqlite, cpu, last = _measured(server)
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster.started(durable=True))
        server = stack.enter_context(Outlay.started(folder / "postgres", cluster.create_database()))
        postgres, _, _ = _measured(server)
    return [
        Figure("push of 500 operations, SQLite", _middle(sqlite), "ops/s", "≥ 20,000",
               f"{CLIENTS} devices, with the pull page; {last['cpu_ms']:.0f} ms CPU, p50 {last['p50_ms']:.0f} ms"),
        Figure("  CPU of a push, SQLite", ratio(cpu["push"], cpu["memory"]), "×", "",
               f"of parsing and deciding it in memory ({_middle(cpu['memory']):.0f} ms)"),
        Figure("push of 500 operations, PostgreSQL", _middle(postgres), "ops/s", "", "fsync on"),
    ]  # fmt: skip


def _measured(server: Outlay) -> tuple[list[float], dict[str, list[float]], dict[str, Any]]:
    """Operations a second of each round, CPU ms of a push on both sides, the last round."""
    books = make_books(server.url, CLIENTS)
    rates: list[float] = []
    last: dict[str, Any] = {}
    with Load.of(server.port, [book.spec("push", number) for number, book in enumerate(books)]) as load:

        def push() -> float:
            before = server.cpu_s()
            last.update(load.round(SECONDS))
            rates.append(last["per_second"] * PUSH_OPERATIONS)
            last["cpu_ms"] = (server.cpu_s() - before) / last["done"] * 1000
            return float(last["cpu_ms"])

        cpu = alternate(ROUNDS, push=push, memory=_in_memory())
    return rates[1:], cpu, last


def _in_memory() -> Callable[[], float]:
    """CPU ms of parsing a push and deciding all of it over rows in memory."""
    household = Household("", seed=1)
    household = Household(household.new_id(), seed=1)
    state = MemoryState(household.book_id)
    versions = iter(range(1, 10**9))
    ops = household.beginnings()
    _decide(state, mutations(ops, household, first_seq=1, base=0), versions)
    decoder = msgspec.json.Decoder(PushRequest)
    head = {"epoch": "", "device": "bench", "schema": 1, "sent_at": NOW_MS}

    def side() -> float:
        batches = [list(household.transactions(PUSH_OPERATIONS)) for _ in range(IN_MEMORY)]
        bodies = [
            json.dumps(head | {"mutations": mutations(ops, household, first_seq=1, base=0)}).encode()
            for ops in batches
        ]
        begun = time.process_time()
        for body in bodies:
            _decide(state, [msgspec.structs.asdict(m) for m in decoder.decode(body).mutations], versions)
        return (time.process_time() - begun) / IN_MEMORY * 1000

    return side


def _decide(state: MemoryState, found: list[dict[str, Any]], versions: Iterator[int]) -> None:
    for mutation in found:
        decision = decide(state, mutation, ver=next(versions), device=1, edited_at_ms=NOW_MS)
        assert decision.status == "ok", decision
        state.put(decision.writes)


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
