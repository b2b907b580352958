"""`make bench`: what Outlay costs, as ratios measured side by side in one run.

    python bench/run.py [part ...]      create push list reports start app scroll; all by default

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
    "start": "Server at rest",
    "app": "The app",
    "scroll": "Scrolling through 100,000 transactions",
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("parts", nargs="*", metavar="part", help=" ".join(PARTS))
    asked = arguments.parse_args().parts or list(PARTS)
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
