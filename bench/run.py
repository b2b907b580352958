"""`make bench`: what Outlay costs, as ratios measured side by side in one run.

    python bench/run.py [--quick] [part ...]    all parts by default, except for `million`

`--quick` measures the parts rival, streams and million with far fewer transactions: to see that they run.

Prints a table with the aim beside each figure; the last line is the same as JSON. docs/bench.md says how to read it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Behind the standard library: server/tests has a folder named http.
sys.path += [str(HERE), str(HERE.parent / "server" / "tests"), str(HERE.parent / "server")]

PARTS = {
    "create": "Create a transaction by REST",
    "push": "Push of 500 operations",
    "list": "List page",
    "reports": "Reports at 100,000 transactions",
    "signin": "List pages while people sign in",
    "start": "Server at rest",
    "app": "The app",
    "scroll": "Scrolling through 100,000 transactions",
    "rival": "Beside Actual Budget",
    "streams": "2,000 idle event streams",
    "million": "A book of 1,000,000 transactions",
}
SLOW = ("million",)
"""Only when asked for by name."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("parts", nargs="*", metavar="part", help=" ".join(PARTS))
    arguments.add_argument("--quick", action="store_true", help="few transactions, where a part can")
    told = arguments.parse_args()
    asked = told.parts or [name for name in PARTS if name not in SLOW]
    if told.quick:
        os.environ["BENCH_QUICK"] = "1"
    if unknown := [name for name in asked if name not in PARTS]:
        arguments.error(f"no such part: {', '.join(unknown)} (there are {', '.join(PARTS)})")

    from figures import table

    print(f"{platform.machine()}, {os.cpu_count()} cores for server, clients and database together; "
          f"load before: {os.getloadavg()[0]:.1f}\n")  # fmt: skip
    answer: dict[str, object] = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "parts": {}}
    failed = False
    for name in asked:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="outlay-bench-") as folder:
            try:
                figures = importlib.import_module(f"parts.{name}").run(Path(folder))
            except Exception:
                traceback.print_exc()
                failed = True
                continue
        print(table(f"{PARTS[name]} ({time.monotonic() - begun:.0f} s)", figures) + "\n", flush=True)
        answer["parts"][name] = [figure.as_json() for figure in figures]  # type: ignore[index]  # it is a dict
    print(json.dumps(answer))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
