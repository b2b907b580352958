"""List pages while twenty people a second sign in: what a list page takes then. A hash is a quarter of a second of one
core, so two cores cannot check twenty a second: the pool of `identity/passwords.py` takes what it can, the rest is told
to come back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clients import Load, make_books
from figures import Figure

from system.process import Outlay

QUICK = bool(os.environ.get("BENCH_QUICK"))
SECONDS, ROUNDS = (2.0, 1) if QUICK else (6.0, 3)
READERS = 4
A_SECOND = 20
TRANSACTIONS = 1_000
SIGN_INS = Path(__file__).resolve().parents[1] / "signins.py"


def run(folder: Path) -> list[Figure]:
    """SQLite, in turns with and without."""
    with Outlay.started(folder) as server:
        # somebody else than who signs in: a person has so many sessions, and the oldest end
        book = make_books(server.url, 1, TRANSACTIONS, email="reader@example.com")[0]
        make_books(server.url, 1)
        with Load.of(server.port, [book.spec("list")] * READERS) as load:
            load.round(1.0)
            alone, beside, signed_in = [], [], []
            for _ in range(ROUNDS):
                alone.append(load.round(SECONDS))
                with signing_in(server) as told:
                    beside.append(load.round(SECONDS))
                signed_in.append(told)
    calm, busy = _middle(alone), _middle(beside)
    asked, done, refused = [sum(each[key] for each in signed_in) for key in ("asked", "signed_in", "busy")]
    return [
        Figure(f"list page, p99 beside {A_SECOND} sign-ins a second", busy["p99_ms"], "ms", "≤ 300",
               f"{READERS} clients; p50 {busy['p50_ms']:.0f} ms; without sign-ins p50 {calm['p50_ms']:.0f}, p99 "
               f"{calm['p99_ms']:.0f} ms"),
        Figure("  pages a second beside them", busy["per_second"] / calm["per_second"], "×", "",
               f"of without ({busy['per_second']:,.0f} against {calm['per_second']:,.0f})"),
        Figure("  signed in", done / asked * 100, "%", "",
               f"of {asked}; {refused} were told to come back; p50 "
               f"{max(each['p50_ms'] for each in signed_in) / 1000:.1f} s"),
    ]  # fmt: skip


@contextmanager
def signing_in(server: Outlay) -> Iterator[dict[str, Any]]:
    """Sign-ins for the length of a `with`; then what became of them."""
    process = subprocess.Popen(
        [sys.executable, SIGN_INS, str(server.port), str(A_SECOND)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    told: dict[str, Any] = {}
    try:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        yield told
        process.stdin.write("\n")
        process.stdin.flush()
        told.update(json.loads(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()


def _middle(rounds: list[dict[str, Any]]) -> dict[str, float]:
    return sorted(rounds, key=lambda one: float(one["p99_ms"]))[len(rounds) // 2]
