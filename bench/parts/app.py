"""A book of 100,000 transactions on a device: fetched whole by the built app in Chromium, and opened again."""

from __future__ import annotations

from pathlib import Path

from actual import in_browser
from clients import EMAIL, PASSWORD, make_books
from figures import Figure

from system.process import Outlay

TRANSACTIONS = 100_000


def run(folder: Path) -> list[Figure]:
    """The real server, the built app, Debian's Chromium; no network throttle."""
    with Outlay.started(folder) as server:
        make_books(server.url, 1, TRANSACTIONS)
        before = server.cpu_s()
        found = in_browser("device.ts", str(server.port), EMAIL, PASSWORD)
        cpu = server.cpu_s() - before
    starts = sorted(found["starts"])
    return [
        Figure("snapshot of 100,000 to a device", found["complete"] / 1000, "s", "≤ 8",
               f"from the tap on “Sign in” to “Up to date”; {cpu:.1f} s CPU of the server"),
        Figure("  rows visible after", found["usable"] / 1000, "s", "≤ 1", "usable while the rest arrives"),
        Figure("  bytes received", found["bytes"] / 1e6, "MB", "", "on the wire, the pages of the app among them"),
        Figure("rows visible after a warm start", starts[len(starts) // 2] / 1000, "s", "",
               "browser opened again on the same profile, the navigation to the first row"),
    ]  # fmt: skip
