"""The server at rest: how soon it is ready the first time and again, what it keeps in memory, and what a browser
loads first of the app."""

from __future__ import annotations

import gzip
import re
import time
from pathlib import Path

from figures import Figure

from system.process import Outlay

APP = Path(__file__).resolve().parents[2] / "app" / "build"
STARTS = 3
REST_S = 2.0
_LOADED = re.compile(r"""(?:href|src)="(/[^"]+\.(?:js|css))"(?![^>]* disabled)|import\("(/[^"]+\.js)"\)""")


def run(folder: Path) -> list[Figure]:
    """SQLite; the first start makes the key, the file and its tables."""
    server = Outlay(folder)
    try:
        first_s = server.start()
        time.sleep(REST_S)
        memory = server.memory_bytes()
        again = []
        for _ in range(STARTS):
            server.stop()
            again.append(server.start())
    finally:
        server.stop()
    size, names = first_load()
    return [
        Figure("first start", first_s, "s", "", "key, encrypted file and tables made"),
        Figure("second start", sorted(again)[len(again) // 2], "s", "≤ 2", "outlay serve to /readyz"),
        Figure("idle memory", memory / 1e6, "MB", "≤ 100", "resident, after a first start"),
        Figure("first load of the app", size / 1000, "KB", "≤ 60", f"gzip, the page and the {names} files it names"),
    ]  # fmt: skip


def first_load() -> tuple[int, int]:
    """Bytes of index.html and of every script and style that it names, each by gzip; and how many."""
    page = (APP / "index.html").read_text()
    names = {name for found in _LOADED.findall(page) for name in found if name}
    files = [APP / name.lstrip("/") for name in sorted(names)]
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in [APP / "index.html", *files]), len(files)
