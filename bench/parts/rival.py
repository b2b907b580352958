"""The same household on Actual Budget and here, in turns: import, the first sync of a device, one change and many from
device to device, a browser, the server at rest. Devices of both sides are Node processes with a real SQLite file."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from actual import PASSWORD as ACTUAL_PASSWORD
from actual import ActualServer, Device, Missing, actual_device, core_device, in_browser, installed, version
from clients import EMAIL, PASSWORD, Book, make_books
from figures import Figure, ratio, table
from household import Household
from statement import FULL_NAME, as_csv, bought, fill_budget, write_book

from outlay.kernel.ids import uuid7
from system.process import Outlay, memory_bytes

QUICK = bool(os.environ.get("BENCH_QUICK"))
SMALL, FULL, MANY, FEW = (1_000, 5_000, 50, 20) if QUICK else (14_000, 100_000, 500, 50)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1" if QUICK else "3"))
ONES = 10
REST_S = 3.0


def run(folder: Path) -> list[Figure]:
    """Empty, with a sentence, where Actual cannot be had."""
    try:
        installed()
        with ActualServer.started(folder / "probe"):
            pass
    except Missing as missing:
        print(f"  rival: skipped. {missing}")
        return []
    beside = Beside(folder)
    try:
        stages = (
            beside.imports,
            beside.first_syncs,
            beside.browsers,
            beside.passing,
            lambda: at_rest(folder),
        )
        return [figure for stage in stages for figure in _told(stage())]
    finally:
        beside.close()


def _told(figures: list[Figure]) -> list[Figure]:
    """The part takes minutes: what is known is said at once, beside the table."""
    print(table("", figures), file=sys.stderr, flush=True)
    return figures


class Beside:
    """A book of `FULL` transactions on both servers, and an importer of each."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self._names = itertools.count()
        self._ours = self._stack.enter_context(Outlay.started(folder / "outlay"))
        self._theirs = self._stack.enter_context(ActualServer.started(folder / "actual"))
        self._book = make_books(self._ours.url, 1, FULL)[0]
        token = {"authorization": f"Bearer {self._book.token}"}
        self._client = self._stack.enter_context(
            httpx.Client(base_url=f"{self._ours.url}/api/v1", timeout=600, headers=token)
        )
        self._file, self._statements = self._written()
        self._actual = self._device()
        self._sync_id = self._filled()

    def close(self) -> None:
        self._stack.close()

    def _written(self) -> tuple[Path, list[dict[str, Any]]]:
        """The book as a file, the rows of the statement at its end."""
        house = Household(self._book.household.book_id, seed=1)
        house.beginnings()
        rows = [op["f"] for op in house.transactions(FULL)]
        statement = list(itertools.islice(bought(house), SMALL))
        path = self._folder / "book.json"
        write_book(path, house, rows + statement)
        return path, statement

    def _device(self) -> Device:
        device = actual_device(self._theirs, self._folder / f"device{next(self._names)}")
        self._stack.callback(device.end)
        return device

    def _core(self, *more: str) -> Device:
        device = core_device(self._ours.port, EMAIL, PASSWORD, *more)
        self._stack.callback(device.end)
        return device

    def _filled(self) -> str:
        """Actual's book of the same rows; its sync id."""
        empty, full = self._folder / "empty.zip", self._folder / "full.zip"
        self._actual("fill", name="Names", path=str(self._file), first=0, count=0)
        self._actual("export", path=str(empty))
        fill_budget(empty, full, self._file, FULL)
        return str(self._actual("load", path=str(full))["sync_id"])

    # ---- import -------------------------------------------------------------------

    def imports(self) -> list[Figure]:
        """A statement of `SMALL` rows into a book without transactions, in turns, then onto the full book."""
        theirs, ours = [], []
        for number in range(ROUNDS):
            device = self._device()
            theirs.append(
                device("fill", name=f"Import {number}", path=str(self._file), first=FULL, count=SMALL)
            )
            device.end()
            ours.append(self._import(self._empty_book(), self._statements))
        onto = [self._import(self._book, self._statements)]
        reconciled = self._actual("import", path=str(self._file), first=FULL, count=FEW)
        device = self._device()
        device("fill", name="Statement", path=str(self._file), first=FULL, count=0)
        searched = device("import", path=str(self._file), first=FULL, count=SMALL)
        device.end()
        found = {"ours": ours, "theirs": theirs, "onto": onto}
        rate = {name: [SMALL / one["seconds"] for one in each] for name, each in found.items()}
        cpu = {name: statistics.median(one["cpu"] for one in each) for name, each in found.items()}
        middle = {name: statistics.median(each) for name, each in rate.items()}
        loaded, empty = FEW / reconciled["seconds"], SMALL / searched["seconds"]
        return [
            Figure(f"import of {SMALL:,}", ratio(rate["ours"], rate["theirs"]), "×", "≥ 20",
                   f"{middle['ours']:,.0f}/s against {middle['theirs']:,.0f}/s of Actual {version()}"),
            Figure("  by CPU", cpu["theirs"] / cpu["ours"], "×", "",
                   f"{cpu['ours']:.1f} s of our server against {cpu['theirs']:.1f} s"),
            Figure("  beside what searches for duplicates, as ours does", middle["ours"] / empty, "×", "≥ 20",
                   f"{empty:,.1f}/s by importTransactions, {searched['cpu']:.1f} s CPU"),
            Figure(f"import with {FULL:,} present", middle["onto"] / middle["theirs"], "×", "≥ 20",
                   f"of Actual's into an empty book ({middle['onto']:,.0f}/s, {cpu['onto']:.1f} s CPU)"),
            Figure("  against our own into an empty book", middle["onto"] / middle["ours"], "×", "≥ 1.0", ""),
            Figure("  against Actual's with as many present", middle["onto"] / loaded, "×", "",
                   f"{loaded:,.1f}/s by importTransactions, {FEW} rows, {reconciled['cpu']:.1f} s CPU"),
        ]  # fmt: skip

    def _empty_book(self) -> Book:
        """Another book of the same person, with accounts, categories and payees."""
        return make_books(self._ours.url, 1, token=self._book.token)[0]

    def _import(self, book: Book, rows: list[dict[str, Any]]) -> dict[str, float]:
        """Upload, match, commit: seconds, and the server's CPU."""
        data, params = as_csv(book.household, rows), {"book": book.household.book_id}
        before, begun = self._ours.cpu_s(), time.perf_counter()
        options = {"options": json.dumps({"currency": "EUR"})}
        sent = self._client.post(
            "/imports", params=params, files={"file": ("statement.csv", data)}, data=options
        )
        done = self._client.post(
            f"/imports/{sent.raise_for_status().json()['id']}/commit", params=params, json={"rows": {}}
        )
        seconds = time.perf_counter() - begun
        made = done.raise_for_status().json()
        assert made["created"] + made["possible"] + made["present"] == len(rows), made
        return {"seconds": seconds, "cpu": self._ours.cpu_s() - before, "created": made["created"]}

    # ---- the first sync -------------------------------------------------------------

    def first_syncs(self) -> list[Figure]:
        """A new device fetches the full book; the last ones stay for what follows. The first round is counted in
        bytes and not in seconds."""
        theirs, ours = [], []
        for number in range(ROUNDS + 1):
            device = self._device()
            theirs.append(device("download", sync_id=self._sync_id))
            core = self._core(*(["counted"] if number == 0 else []))
            before = self._ours.cpu_s()
            ours.append(core("download") | {"server": self._ours.cpu_s() - before})
            if number < ROUNDS - 1:
                device.end()
                core.end()
            elif number == ROUNDS - 1:
                self._actual_pair, self._core_pair = [device], [core]
        self._actual_pair.append(device)
        self._core_pair.append(core)
        # Theirs ships this file; a line between that counts makes its download of 100,000 fail.
        shipped = max(path.stat().st_size for path in (self._folder / "actual" / "user-files").iterdir())
        megabytes = ours[0]["bytes"] / 1e6, shipped / 1e6
        s = {
            name: [one["seconds"] for one in found[1:]]
            for name, found in (("ours", ours), ("theirs", theirs))
        }
        cpu = {
            name: [one["cpu"] for one in found[1:]] for name, found in (("ours", ours), ("theirs", theirs))
        }
        usable = statistics.median(one["first_s"] for one in ours[1:])
        server = statistics.median(one["server"] for one in ours[1:])
        return [
            Figure(f"first sync of {FULL:,}, Node", ratio(s["ours"], s["theirs"]), "×", "≤ 1", _pair(s, "s")),
            Figure("  by CPU of the device", ratio(cpu["ours"], cpu["theirs"]), "×", "",
                   f"{_pair(cpu, 's')}; of our server {server:.1f} s"),
            Figure("  first rows after", usable, "s", "≤ 1", "of ours, from the sign-in; Actual has none before"),
            Figure("  bytes", megabytes[0] / megabytes[1], "×", "≤ 1",
                   f"{megabytes[0]:.2f} MB against {megabytes[1]:.2f} MB"),
        ]  # fmt: skip

    # ---- in a browser -----------------------------------------------------------------

    def browsers(self) -> list[Figure]:
        """The app of each in Chromium: from the tap that fetches the full book until it is there."""
        opened: list[float] = []
        rows: list[float] = []
        complete: list[float] = []
        usable: list[float] = []
        for _ in range(1 if QUICK else 2):
            theirs = in_browser("actual_web.ts", self._theirs.url, ACTUAL_PASSWORD, FULL_NAME)
            ours = in_browser("device.ts", str(self._ours.port), EMAIL, PASSWORD)
            opened.append(theirs["open"] / 1000)
            rows.append(theirs["rows"] / 1000)
            complete.append(ours["complete"] / 1000)
            usable.append(ours["usable"] / 1000)
        whole = {"ours": complete, "theirs": opened}
        first = {"ours": usable, "theirs": rows}
        return [
            Figure(
                f"first sync of {FULL:,}, Chromium", ratio(complete, opened), "×", "≤ 0.33", _pair(whole, "s")
            ),
            Figure("  first rows", ratio(usable, rows), "×", "", f"{_pair(first, 's')}, of an account there"),
        ]

    # ---- from device to device --------------------------------------------------------

    def passing(self) -> list[Figure]:
        """New transactions of one device until they are on the other: told by events here, asked for there."""
        for core in self._core_pair:
            core("rest")
        figures = []
        for count, rounds, aim in ((1, ONES, "≤ 0.5"), (MANY, ROUNDS, "≤ 0.1")):
            s: dict[str, list[float]] = {"ours": [], "theirs": []}
            for number in range(rounds + (rounds > 1)):
                theirs, ours = self._pass_theirs(count), self._pass_ours(count)
                if number or rounds == 1:
                    s["theirs"].append(theirs)
                    s["ours"].append(ours)
            unit, scale = ("ms", 1000.0) if count == 1 else ("s", 1.0)
            name = "one transaction" if count == 1 else f"{count} transactions"
            scaled = {side: [value * scale for value in values] for side, values in s.items()}
            figures.append(
                Figure(
                    f"{name} to another device", ratio(s["ours"], s["theirs"]), "×", aim, _pair(scaled, unit)
                )
            )
        return figures

    def _pass_theirs(self, count: int) -> float:
        """Added and sent on one, then fetched on the other: both times and nothing between."""
        one, other = self._actual_pair
        sent = one("add", count=count)
        return float(sent["seconds"] + other("sync")["seconds"])

    def _pass_ours(self, count: int) -> float:
        """From before the first is saved until the other device can read the last."""
        one, other = self._core_pair
        last = uuid7(time.time_ns() // 1_000_000, os.urandom(10))
        other.tell("await", id=last)
        time.sleep(0.05)
        saved = one("add", count=count, last=last, account_id=self._book.household.account_ids[0])
        seconds = (other.hear()["at_ns"] - saved["begun_ns"]) / 1e9
        one("rest")
        other("rest")
        return float(seconds)


def at_rest(folder: Path) -> list[Figure]:
    """Second starts of both, in turns, and what they hold in memory after a while without work."""
    ours, theirs = Outlay(folder / "outlay-rest"), ActualServer(folder / "actual-rest")
    s: dict[str, list[float]] = {"ours": [], "theirs": []}
    megabytes: dict[str, list[float]] = {"ours": [], "theirs": []}
    for number in range(ROUNDS + 1):
        for name, server in (("ours", ours), ("theirs", theirs)):
            try:
                seconds = server.start()
                time.sleep(REST_S)
                if number:
                    s[name].append(seconds)
                    megabytes[name].append(memory_bytes(server.pid) / 1e6)
            finally:
                server.stop()
    return [
        Figure("server start", ratio(s["ours"], s["theirs"]), "×", "", _pair(s, "s")),
        Figure("idle memory", statistics.median(megabytes["ours"]), "MB", "≤ 100",
               f"Actual {statistics.median(megabytes['theirs']):.0f} MB"),
    ]  # fmt: skip


def _pair(values: dict[str, list[float]], unit: str) -> str:
    ours, theirs = (statistics.median(values[name]) for name in ("ours", "theirs"))
    return f"{ours:.3g} {unit} against {theirs:.3g} {unit}"
