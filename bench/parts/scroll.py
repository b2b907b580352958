"""The endless lists of a book of 100,000 transactions under a thumb: the built app in Chromium, the page's processor
four times slower."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from clients import EMAIL, PASSWORD, make_books
from figures import Figure

from system.process import Outlay

TRANSACTIONS = 100_000
TIMEOUT_S = 400
ROOT = Path(__file__).resolve().parents[2]
_LISTS = {"all": "all days", "search": "a filter", "account": "an account"}


def run(folder: Path) -> list[Figure]:
    """For each list how many tasks of the main thread were long, and how many rows existed."""
    with Outlay.started(folder) as server:
        make_books(server.url, 1, TRANSACTIONS)
        done = subprocess.run(
            ["node", ROOT / "bench" / "scroll.ts", str(server.port), EMAIL, PASSWORD],
            env={**os.environ, "PATH": f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}"},
            capture_output=True, text=True, timeout=TIMEOUT_S,
        )  # fmt: skip
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"bench/scroll.ts: {done.stdout}\n{done.stderr[-4000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    figures = []
    for name, words in _LISTS.items():
        one = found[name]
        about = f"of {one['tasks']:,}, {one['farthest_px']:,.0f} px scrolled; {one['seen']} by the clock"
        figures += [
            Figure(f"tasks over 50 ms, list of {words}", one["long"], "", "≤ 0", about),
            Figure("  the longest", one["longest_ms"], "ms", "≤ 50", "processor time, throttled"),
            Figure("  rows in the document at most", one["rows"], "", "≤ 60", ""),
        ]
    return figures
