"""2,000 devices that only listen, over 32 books, while eight others work: what a create and a pull take then, and what
a stream costs in memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from clients import Book, Load, make_books
from figures import Figure

from system.process import Outlay

QUICK = bool(os.environ.get("BENCH_QUICK"))
STREAMS, SECONDS = (200, 2.0) if QUICK else (2_000, 5.0)
LISTENED, WORKING = 32, 8
ROUNDS = 3
OPEN_FILES = 20_000
LISTENERS = Path(__file__).resolve().parents[1] / "listeners.py"


def run(folder: Path) -> list[Figure]:
    """SQLite. The streams are of books that nobody writes, so that they stay idle."""
    _allow_files()
    with Outlay.started(folder) as server:
        books = make_books(server.url, LISTENED + WORKING, 500)
        working, listened = books[:WORKING], books[WORKING:]
        alone = {kind: _round(server, working, kind) for kind in ("create", "pull")}
        before = server.memory_bytes()
        process = subprocess.Popen(
            [sys.executable, LISTENERS, str(server.port), str(STREAMS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(
                json.dumps([[book.token, book.household.book_id] for book in listened]) + "\n"
            )
            process.stdin.flush()
            opened = int(process.stdout.readline())
            memory = server.memory_bytes()
            found = {kind: _round(server, working, kind) for kind in ("create", "pull")}
            process.stdin.close()
            left = int(process.stdout.readline())
        finally:
            process.kill()
            process.wait()
    if (opened, left) != (STREAMS, STREAMS):
        raise RuntimeError(f"of {STREAMS} streams {opened} opened and {left} stayed")
    return [
        *(
            Figure(f"{kind}, p99 with {STREAMS:,} streams", found[kind]["p99_ms"], "ms", "≤ 300",
                   f"{WORKING} clients; p50 {found[kind]['p50_ms']:.0f} ms; without streams p99 "
                   f"{alone[kind]['p99_ms']:.0f} ms")
            for kind in found
        ),
        Figure("memory with the streams", memory / 1e6, "MB", "",
               f"{before / 1e6:.0f} MB before: {(memory - before) / STREAMS / 1000:.1f} KB a stream"),
    ]  # fmt: skip


def _round(server: Outlay, books: list[Book], kind: str) -> dict[str, float]:
    """The worst of some rounds after one that warms up."""
    with Load.of(server.port, [book.spec(kind, number) for number, book in enumerate(books)]) as load:
        rounds = [load.round(SECONDS) for _ in range(ROUNDS + 1)][1:]
    return max(rounds, key=lambda one: float(one["p99_ms"]))


def _allow_files() -> None:
    """Each stream is an open file of the server and of the listener, which both inherit this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
