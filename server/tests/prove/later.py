"""The server of a later time: the real one, whose clock is `OUTLAY_TEST_LATER_MS` ahead of the machine's.

Tokens end, tombstones and records of changes go (`batch/tombstones`), all as they will then. What only measures how
long something takes is not touched.
"""

from __future__ import annotations

import os
import time

AHEAD_MS = int(os.environ.pop("OUTLAY_TEST_LATER_MS", "0"))

_now_ns = time.time_ns
time.time_ns = lambda: _now_ns() + AHEAD_MS * 1_000_000
time.time = lambda: time.time_ns() / 1e9

if __name__ == "__main__":
    from outlay.ops.cli import main

    main()
