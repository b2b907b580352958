"""A book of 1,000,000 transactions: pushed by one device, fetched whole by another under Node, listed and reported on
both sides. Slow; only when asked for by name."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from actual import core_device
from clients import EMAIL, PASSWORD, make_books
from figures import Figure

from system.process import Outlay

QUICK = bool(os.environ.get("BENCH_QUICK"))
TRANSACTIONS = 10_000 if QUICK else 1_000_000
ROUNDS = 5
TODAY = "2025-12-31"


def run(folder: Path) -> list[Figure]:
    """SQLite. Actual refuses such a book on its second device, so there is no other side."""
    with Outlay.started(folder) as server:
        begun, cpu = time.monotonic(), server.cpu_s()
        book = make_books(server.url, 1, TRANSACTIONS)[0]
        filled, spent = time.monotonic() - begun, server.cpu_s() - cpu
        where = {"base_url": f"{server.url}/api/v1", "params": {"book": book.household.book_id}}
        with httpx.Client(headers={"authorization": f"Bearer {book.token}"}, timeout=60, **where) as client:
            listed = _middle(lambda: client.get("/transactions", params={"limit": 50}))
            month = {"period": "month", "today": TODAY}
            reported = _middle(lambda: client.get("/reports/totals", params=month))
        device = core_device(server.port, EMAIL, PASSWORD)
        try:
            synced = device("download")
            count = device("count")["count"]
            looked = device("look", today=TODAY)
            memory = device("usage")["rss"]
        finally:
            device.end()
        if count != TRANSACTIONS:
            raise RuntimeError(f"{count} of {TRANSACTIONS} transactions arrived")
        size = sum(path.stat().st_size for path in folder.glob("*.db*"))
        return [
            Figure("filled by pushes of 500", filled, "s", "", f"{spent:.0f} s CPU; {size / 1e6:,.0f} MB on disk"),
            Figure("first sync to Node", synced["seconds"], "s", "",
                   f"{synced['cpu']:.0f} s CPU of the device, which has {memory / 1e6:.0f} MB then"),
            Figure("  first rows after", synced["first_s"], "s", "≤ 1", "from the sign-in"),
            Figure("list page of 50, server", listed, "ms", "", "by REST"),
            Figure("cards of a month, server", reported, "ms", "", "by REST"),
            Figure("list page of 50, device", looked["list_s"] * 1000, "ms", "", "the app's own query"),
            Figure("cards of a month, device", looked["report_s"] * 1000, "ms", "", "the app's own query"),
            Figure("memory of the server", server.memory_bytes() / 1e6, "MB", "", "after all this"),
        ]  # fmt: skip


def _middle(ask: Callable[[], httpx.Response]) -> float:
    """ms of a request, the first of which warms up."""
    times = []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        ask().raise_for_status()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[1:])
