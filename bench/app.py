"""`make bench-app`: what the app costs on a device, in Debian's Chromium on the encrypted database (docs/bench.md).

    python bench/app.py [--sizes 1000,100000] [--beside FOLDER] [part ...]      parts: load first book lighthouse axe

Prints a table with the goal beside each figure; the last line is the same as JSON. A million transactions only when
`--sizes` names them: filling that book takes minutes. With another build of the app `--beside` this one, first visits
and warm starts of both take turns, and the ratios of the rounds are printed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# Behind the standard library: server/tests has a folder named http.
sys.path += [str(HERE), str(ROOT / "server" / "tests"), str(ROOT / "server")]

from clients import EMAIL, PASSWORD, make_books  # noqa: E402
from figures import Figure, table  # noqa: E402
from parts.start import first_load  # noqa: E402

from system.process import Outlay  # noqa: E402

PARTS = ("load", "first", "book", "lighthouse", "axe")
LIGHTHOUSE = "lighthouse@13.5.0"
ROUNDS = int(os.environ.get("ROUNDS") or 5)
TIMEOUT_S = 3600
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


class Told:
    """What is asked for, and the short answers of the last line."""

    def __init__(self, sizes: list[int], beside: str = "") -> None:
        self.sizes = sizes
        self.beside = beside
        self.short: dict[str, Any] = {}


def environ() -> dict[str, str]:
    return {**os.environ, "PATH": f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}", "CHROME_PATH": CHROMIUM}


def node(*words: str) -> dict[str, Any]:
    """The last line of a program of ours, as JSON."""
    done = subprocess.run(
        ["node", *words], env=environ(), cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"{' '.join(words[:2])}: {done.stdout}\n{done.stderr[-4000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def load(told: Told) -> Iterator[Figure]:
    """What comes over the wire before the database."""
    size, names = first_load()
    told.short["first_load_gzip_kb"] = round(size / 1000, 1)
    yield Figure("first load, gzip", size / 1000, "KB", "≤ 60", f"the page and the {names} files it names")


@contextlib.contextmanager
def servers(told: Told) -> Iterator[list[Outlay]]:
    """One of the build, and one of the build beside it if there is one."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="outlay-bench-")))
        builds = [{}, {"OUTLAY_APP_DIR": told.beside}] if told.beside else [{}]
        yield [
            stack.enter_context(Outlay.started(folder / str(side), **build))
            for side, build in enumerate(builds)
        ]


def beside(found: dict[str, Any], names: dict[str, str]) -> Iterator[Figure]:
    """The ratios to the other build."""
    for key, ratio in (found["ratios"] or {}).items():
        yield Figure(names[key], ratio, "×", "", f"of the other build's, median of {ROUNDS} rounds in turns")


def first(told: Told) -> Iterator[Figure]:
    """A first visit on a phone's line."""
    with servers(told) as started:
        found = node("bench/app.ts", "first", ",".join(str(server.port) for server in started))
    slow = (
        "a quarter of the CPU" if found["quarter"] else "the whole CPU: control groups cannot be written here"
    )
    line = "1.6 Mbit/s, 150 ms"
    names = {
        "first_paint": "first visit: first paint",
        "usable": "first visit: largest paint of the first screen",
        "database_ready": "first visit: database ready",
    }
    told.short["first_paint_s"] = round(found["usable"] / 1000, 2)
    told.short["database_ready_s"] = round(found["database_ready"] / 1000, 2)
    yield Figure(names["first_paint"], found["first_paint"] / 1000, "s", "", f"{line}, {slow}")
    yield Figure(names["usable"], found["usable"] / 1000, "s", "≤ 1.5", f"{line}, {slow}")
    yield Figure(names["database_ready"], found["database_ready"] / 1000, "s", "≤ 4.5", line)
    yield from beside(found, names)


def book(told: Told) -> Iterator[Figure]:
    """A device with a book of each size."""
    for size in told.sizes:
        with servers(told) as started:
            for server in started:
                make_books(server.url, 1, size)
            ports = ",".join(str(server.port) for server in started)
            found = node("bench/app.ts", "book", ports, EMAIL, PASSWORD)
        of = f"of {size:,}"
        for about, fetched in (("", found["fetched"]), (" with a quarter of the CPU", found["slowly"])):
            if fetched:
                yield Figure(
                    f"book {of} fetched whole{about}", fetched["whole"] / 1000, "s",
                    "≤ 8" if size == 100_000 else "", "from the tap on “Sign in” to “Up to date”",
                )  # fmt: skip
                yield Figure("  first rows after", fetched["rows"] / 1000, "s", "≤ 1" if size == 100_000 else "")
        name = f"warm start to rows, {of}"
        told.short[f"warm_start_s_{size}"] = round(found["warm"] / 1000, 2)
        yield Figure(
            name, found["warm"] / 1000, "s", "≤ 0.5" if size <= 100_000 else "",
            "no network, a new browser process each time; to the paint of the first row",
        )  # fmt: skip
        yield Figure(
            "  a bare page with a worker", found["bare"] / 1000, "s", "",
            f"in turns with it: the wasm and as many files, no app and no database; ours {found['of_bare']:.2f} ×",
        )  # fmt: skip
        aim = "≤ 32" if size > 100_000 else "≤ 16"
        for about, ms in found["first"].items():
            yield Figure(f"  {about}, asked first", ms, "ms", aim, f"some seconds after a start, median of {ROUNDS}")
        yield from beside(found, {"warm": name, **{about: f"  {about}, asked first" for about in found["first"]}})
        for name, ms in found["sql"].items():
            yield Figure(f"  {name}", ms, "ms", aim, "in the worker, from the question to the reply")
        yield Figure(
            "  commit of one transaction", found["commit"], "ms", "≤ 5", "in the worker, synchronous=FULL"
        )


def lighthouse(told: Told) -> Iterator[Figure]:
    """The first visit as Lighthouse sees it: its own phone, its own simulated line."""
    place = ROOT / ".tools" / "lighthouse"
    program = place / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--prefix", place, "--no-save", "--no-fund", "--no-audit", LIGHTHOUSE],
            env=environ(), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    names = ("performance", "accessibility", "best-practices")
    scores: dict[str, list[float]] = {name: [] for name in names}
    with (
        tempfile.TemporaryDirectory(prefix="outlay-bench-") as folder,
        Outlay.started(Path(folder)) as server,
    ):
        for _ in range(ROUNDS):
            report = Path(folder) / "lighthouse.json"
            subprocess.run(
                ["node", program, server.url, "--quiet", "--output=json", f"--output-path={report}",
                 f"--only-categories={','.join(names)}", "--chrome-flags=--headless --no-sandbox --disable-gpu"],
                env=environ(), check=True, timeout=300, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            found = json.loads(report.read_text())["categories"]
            for name in names:
                scores[name].append(found[name]["score"] * 100)
    for name, goal in zip(names, (98, 100, 100), strict=True):
        score = statistics.median(scores[name])
        told.short[f"lighthouse_{name.replace('-', '_')}"] = round(score)
        yield Figure(f"Lighthouse: {name}", score, "", f"≥ {goal}", f"median of {ROUNDS}")


def axe(told: Told) -> Iterator[Figure]:
    """Every screen of `make screens`, in both sizes and themes."""
    with tempfile.TemporaryDirectory(prefix="outlay-bench-") as folder:
        done = subprocess.run(
            ["node", "e2e/screens.ts"], env={**environ(), "SCREENS_DIR": folder}, cwd=ROOT / "app",
            capture_output=True, text=True, timeout=TIMEOUT_S,
        )  # fmt: skip
    said = done.stdout + done.stderr
    if "no findings" not in said and " findings" not in said:
        raise RuntimeError(said[-4000:])
    violations = len(re.findall(r"^.*\baxe\b.*$", said, re.MULTILINE))
    told.short["axe_violations"] = violations
    other = [line for line in said.splitlines() if "not reached" in line]
    about = "phone and desktop, light and dark" + (f"; {len(other)} screens not reached" if other else "")
    yield Figure("axe violations over all screens", violations, "", "≤ 0", about)


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("parts", nargs="*", metavar="part", help=" ".join(PARTS))
    arguments.add_argument(
        "--sizes", default="1000,100000", help="transactions of the books, separated by commas"
    )
    arguments.add_argument("--beside", default="", metavar="FOLDER", help="another build of the app")
    asked = arguments.parse_args()
    parts = asked.parts or list(PARTS)
    if unknown := [name for name in parts if name not in PARTS]:
        arguments.error(f"no such part: {', '.join(unknown)} (there are {', '.join(PARTS)})")
    told = Told([int(size.replace("_", "")) for size in asked.sizes.split(",") if size], asked.beside)
    print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.1f}\n", flush=True)
    figures: list[Figure] = []
    failed = False
    for name in parts:
        try:
            found = list(
                {"load": load, "first": first, "book": book, "lighthouse": lighthouse, "axe": axe}[name](told)
            )
        except Exception:
            traceback.print_exc()
            failed = True
            continue
        figures += found
        print(table(name, found) + "\n", flush=True)
    print(json.dumps({**told.short, "cores": os.cpu_count(), "load": os.getloadavg()[0],
                      "figures": [figure.as_json() for figure in figures]}))  # fmt: skip
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
