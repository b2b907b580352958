"""One story from a seed: who does what next, and what goes wrong meanwhile.

Requests and answers lie in `net` until they are delivered, in any order, once, twice or never. Everything that
happens follows from the seed, on both engines alike. `Story.run` tells it to the end and raises a Violation when
an invariant does not hold.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest.mock import patch

from outlay.batch import schedules as posting
from outlay.importing import commands as importing
from outlay.kernel.ids import uuid7
from outlay.kernel.refusal import Refusal
from outlay.ledger import commands
from outlay.ledger.collect import collect
from outlay.store.engine import Store
from outlay.store.write import Tx
from prove import aged
from prove.edits import PAYEES, Edits
from prove.oracle import Oracle, fingerprint, must
from prove.server import PERSON, Crash, Server, write_now
from stores import Clock
from sync.device import KEPT_ACKED_MS, Answer, Device, File, Key, Request, Row

HOUR_MS, DAY_MS, YEAR_MS = 3_600_000, 86_400_000, 31_557_600_000
LEAST_DAYS = 60
"""OUTLAY_SYNC_RETENTION_DAYS takes no fewer."""
ROUNDS = 80
"""Requests that a device may need to come to rest when nothing fails (I9), beside one for each page."""

STEPS: dict[str, float] = {
    "edit": 24, "ask": 15, "deliver": 30, "exchange": 9, "rest": 4, "partition": 3, "crash": 2, "burst": 0.5,
    "clock_step": 1, "save_file": 1, "load_file": 1, "back_up": 1, "restore": 0.7, "weeks": 0.7, "half_a_year": 0.15,
    "revoke": 0.3, "join": 0.5, "undo": 1, "again": 1, "import_file": 0.6,
    "post_due": 0.6,
}  # fmt: skip
TROUBLE = ("unauthenticated", "forbidden", "upgrade", "busy", "unavailable", "internal")


@dataclass
class Message:
    """Something on its way: to the server when there is no answer yet, else back to the device."""

    number: int
    request: Request
    answer: Answer | None = None


class Story:
    def __init__(self, seed: int, store: Store, clock: Clock) -> None:
        self.seed, self.clock = seed, clock
        self.random = Random(seed)
        clock.now_ms = Clock().now_ms
        book_id = uuid7(clock(), Random(seed * 7919 + 1).randbytes(10))
        self.server = Server(store, book_id)
        self.oracle = Oracle(self.server)
        self.oracle.ids.add(book_id)
        self.tally: Counter[str] = Counter()
        self.edits = Edits(self.random, book_id, self.new_id)
        self.net: list[Message] = []
        self.offline: set[int] = set()
        self.skew: list[int] = []
        self.files: dict[int, File] = {}
        self.backups: list[tuple[Any, Any]] = []
        self.devices: list[Device] = []
        self.profile = {
            "drop": self.random.choice((0, 0.1, 0.3)), "repeat": self.random.choice((0, 0.1, 0.3)),
            "crash": self.random.choice((0, 0.03, 0.1)), "trouble": self.random.choice((0, 0.05, 0.15)),
        }  # fmt: skip
        self.told: set[str] = {name for name in STEPS if name not in RARE or self.random.random() < 0.5}

    # Beginnings

    def begin(self) -> None:
        write_now(self.server.store, None, lambda tx: tx.create_book(self.server.book_id))
        self.server.write(lambda tx: tx.set_book(epoch=self.random.randbytes(4).hex()))
        fields = {"name": "Home", "base_currency": "EUR"}
        self._rest([{"e": "settings", "id": self.server.book_id, "k": "create", "f": fields}], self.new_id())
        for number in range(self.random.choice((2, 2, 3, 3, 4, 5))):
            self._device(old=number == 1 and self.random.random() < 0.25)

    def _device(self, *, old: bool = False) -> Device:
        number = len(self.devices)
        self.skew.append(self.random.choice((0, 0, 0, -HOUR_MS, HOUR_MS, -10 * YEAR_MS, 10 * YEAR_MS)))
        device = Device(
            self.server.book_id, PERSON, self.random, lambda: self.clock() + self.skew[number],
            schema=1 if old else aged.SCHEMA,
        )  # fmt: skip
        device.limit = self.random.choice((1, 2, 3, 50))
        self.devices.append(device)
        return device

    def new_id(self) -> str:
        row_id = uuid7(self.clock(), self.random.randbytes(10))
        self.oracle.ids.add(row_id)
        return row_id

    # The whole

    def run(self, steps: int) -> str:
        """Tells the story; the fingerprint of the book in the end."""
        self.begin()
        names, weights = zip(*((n, w) for n, w in STEPS.items() if n in self.told), strict=True)
        for _ in range(steps):
            self.clock.advance(self.random.randint(1, 100_000))
            self.step(self.random.choices(names, weights)[0])
        return fingerprint(self.quiesce())

    def step(self, name: str) -> None:
        getattr(self, name)()
        self.tally["steps"] += 1

    def quiesce(self) -> dict[Key, Row]:
        """Everything heals; everybody comes to rest in a bounded number of rounds (I9)."""
        self.offline.clear()
        self.profile = dict.fromkeys(self.profile, 0)
        for message in list(self.net):
            self.net.remove(message)
            self._deliver(message)
        self.net.clear()
        for device in self.devices:
            if device.file.stopped:
                device.sign_in_again()
        for _ in range(2):
            for number in range(len(self.devices)):
                self._settle(number)
        fresh = self._device()
        self._settle(len(self.devices) - 1, page=self.random.choice((5, 50)))
        self.devices.pop()
        rows = self.oracle.final(self.devices, fresh)
        for device in self.devices:
            self.tally["forks"] += device.forks
        self.tally.update(self.oracle.tally)
        return rows

    def _settle(self, number: int, page: int = 100) -> None:
        device = self.devices[number]
        device.limit = page
        most = ROUNDS + 2 * len(device.file.outbox) + self.server.head() + len(device.file.acked)
        for used in range(most):
            request = device.ask()
            if request is None:
                device.sign_in_again()
                continue
            answer = self._serve(request)
            if answer is not None and self._hear(number, request, answer):
                self.tally["rounds"] = max(self.tally["rounds"], used)
                return
        must(False, "I9", f"device {number} did not come to rest in {most} rounds")

    # Steps

    def _some_device(self) -> int:
        return self.random.randrange(len(self.devices))

    def edit(self) -> None:
        number = self._some_device()
        device = self.devices[number]
        self.edits.old_schema = device.schema == 1
        ops = self.edits.ops(device.rows)
        if self.random.random() < self.profile["crash"] / 4:
            self.tally["fault_device_crash_before_commit"] += 1
            self._lose_answers(number)
            return
        self.edited(number, ops)
        self.oracle.landed(device, number)

    def edited(self, number: int, ops: list[Row]) -> str:
        mid = self.devices[number].edit(ops)
        self.oracle.made[mid] = {"ops": ops, "device": number, "at": self.clock()}
        return mid

    def burst(self) -> None:
        """A stretch without a network."""
        number = self._some_device()
        self.offline.add(number)
        for _ in range(self.random.choice((5, 20, 60))):
            self.clock.advance(self.random.randint(1, 100_000))
            device = self.devices[number]
            self.edits.old_schema = device.schema == 1
            ops = self.edits.ops(device.rows)
            self.edited(number, ops)
        self.tally["offline_stretches"] += 1

    def ask(self) -> None:
        number = self._some_device()
        waiting = sum(message.number == number for message in self.net)
        if waiting and self.random.random() > 0.2:
            return
        self._ask(number)

    def _ask(self, number: int) -> None:
        device = self.devices[number]
        device.limit = self.random.choice((1, 2, 3, 50))
        device.batch = self.random.choice((1, 3, 20, 50))
        if (request := device.ask()) is not None:
            self.net.append(Message(number, request))

    def deliver(self) -> None:
        if not self.net:
            return
        message = self.net.pop(self.random.randrange(len(self.net)))
        chance = self.random.random()
        if message.number in self.offline or chance < self.profile["drop"]:
            self.tally["fault_request_lost" if message.answer is None else "fault_answer_lost"] += 1
            return
        if chance > 1 - self.profile["repeat"]:
            self.tally["fault_repeated"] += 1
            self.net.append(message)
        self._deliver(message)

    def _deliver(self, message: Message) -> None:
        self.tally["deliveries"] += 1
        if message.answer is not None:
            self._hear(message.number, message.request, message.answer)
            return
        if self.random.random() < self.profile["trouble"]:
            code = self.random.choice(TROUBLE)
            self.tally[f"fault_{code}"] += 1
            self.net.append(Message(message.number, message.request, Answer(code=code)))
            return
        answer = self._serve(message.request)
        if answer is not None:
            self.net.append(Message(message.number, message.request, answer))

    def _serve(self, request: Request) -> Answer | None:
        crash = request.kind == "push" and self.random.random() < self.profile["crash"]
        try:
            answer = self.server.answer(request, crash=crash, compare=self.random.random() < 0.2)
        except Crash:
            self.tally["fault_server_crash_before_commit"] += 1
            return None
        self.tally[f"asked_{request.kind}"] += 1
        if answer.stop:
            self.tally[f"stop_{answer.stop}"] += 1
        if answer.code:
            self.tally[f"refused_{answer.code}"] += 1
        elif request.kind != "snapshot" and answer.body.more:
            self.tally["pages_more"] += 1
        self.oracle.answered(aged.mark(request), answer)
        if crash or self.random.random() < self.profile["crash"]:
            self.tally["fault_server_crash_after_commit"] += 1
            return None
        return answer

    def _hear(self, number: int, request: Request, answer: Answer) -> bool:
        """The device's disk changes, or it dies just before or after."""
        device = self.devices[number]
        before = device.file
        done = device.hear(request, answer)
        if device.file is not before and self.random.random() < self.profile["crash"]:
            self._lose_answers(number)
            if self.random.random() < 0.5:
                device.file = before
                self.tally["fault_device_crash_before_commit"] += 1
                return False
            self.tally["fault_device_crash_after_commit"] += 1
        gone = before.mids() - device.file.mids()
        if gone:
            old = device.clock() - KEPT_ACKED_MS
            expired = {m["mid"] for m in before.acked if m["acked_at"] < old}
            must(gone <= expired, "I2", f"device {number} lets go of {gone - expired}, unsent or fresh")
            self.oracle.lost_copies(gone, self._disks(), "kept 30 days by its device")
        if before.hydration and before.hydration.complete and device.file.hydration is None:
            self.tally["hydrations"] += 1
            self.tally["hydrations_overlapping_writes"] += bool(before.staged or answer.body.rows)
        self.oracle.landed(device, number)
        return done

    def exchange(self) -> None:
        """A device that has a good line for a moment."""
        number = self._some_device()
        if number in self.offline:
            return
        for _ in range(self.random.choice((2, 6, 12))):
            self.devices[number].batch = 50
            request = self.devices[number].ask()
            if request is None:
                return
            answer = self._serve(request)
            self.tally["deliveries"] += 2
            if answer is None or self._hear(number, request, answer):
                return

    def rest(self) -> None:
        """A REST write; what a device may park, REST refuses, and nothing is written."""
        self.edits.old_schema = False
        ops = self.edits.ops(self.server.dump())
        self.last_rest = (self.new_id(), ops)
        self._rest(ops, self.last_rest[0])

    last_rest: tuple[str, list[Row]] | None = None

    def again(self) -> None:
        """The same REST call once more: its answer was lost. One that the server does not know, because it refused it
        or was put back, is made anew from the book as it is then; the next `rest` is that."""
        if self.last_rest is not None and self.last_rest[0] in self.oracle.memory.known:
            self._rest(self.last_rest[1], self.last_rest[0])
            self.tally["rest_repeated"] += 1

    def _rest(self, ops: list[Row], mid: str) -> None:
        head = self.server.head()

        def do(tx: Any) -> Any:
            return commands.change(
                tx, ops, person_id=PERSON, role="owner", name="rest", mutation_id=mid, device_id="rest"
            )

        try:
            outcome = self.server.write(do)
        except Refusal:
            must(self.server.head() == head, "I6", "a refused REST write took a version")
            self.tally["rest_refused"] += 1
            return
        self.tally["rest"] += 1
        self.oracle.applied(mid, outcome.status, outcome.ver, {"base": 2**53, "device": "rest", "ops": ops})

    def undo(self) -> None:
        head = self.server.head()
        mid = self.new_id()
        ver = max(1, head - self.random.randint(0, 10))
        force = self.random.random() < 0.3
        try:
            outcome = self.server.write(
                lambda tx: commands.undo(
                    tx, ver, person_id=PERSON, role="owner", mutation_id=mid, force=force
                )
            )
        except Refusal:
            return
        self.tally["undo"] += 1
        self.oracle.memory.free.add(mid)
        sent = {"base": 2**53, "device": "rest", "ops": undone_ops(self.server, outcome.ver)}
        self.oracle.applied(mid, outcome.status, outcome.ver, sent)

    def import_file(self) -> None:
        """A bank's file by the real importer: read, previewed, carried out as one mutation."""
        accounts = [
            i for (e, i), r in sorted(self.server.dump().items()) if e == "account" and not r["deleted"]
        ]
        if not accounts:
            return
        account_id = self.random.choice(accounts)
        rows = [
            f"2026-02-{1 + n:02},{self.random.choice(PAYEES)},-{self.random.randint(1, 99)}.50"
            for n in range(4)
        ]
        data = "\n".join(["Date,Payee,Amount", *rows]).encode()

        async def bring_in() -> tuple[str, int | None]:
            given: Row = {"person_id": PERSON, "role": "owner"}
            shown = await importing.create(self.server.store, self.server.book_id, data=data, **given)
            options = {"accounts": {account["key"]: {"id": account_id} for account in shown["accounts"]}}
            done = await importing.commit(
                self.server.store, self.server.book_id, shown["id"], options=options, **given
            )
            return shown["id"], done["ver"]

        with patch.object(Tx, "new_id", lambda tx: self.new_id()):
            mid, ver = asyncio.run(bring_in())
        if ver is not None:
            self.oracle.memory.free.add(mid)
            sent = {"base": 2**53, "device": "import", "ops": undone_ops(self.server, ver)}
            self.oracle.applied(mid, "ok", ver, sent)
            self.tally["imports"] += 1

    def post_due(self) -> None:
        """The server posts what has been due everywhere, each change for itself."""
        head = self.server.head()
        schedules = [
            i for (e, i), r in sorted(self.server.dump().items()) if e == "schedule" and not r["deleted"]
        ]

        async def post() -> None:
            for schedule_id in schedules:
                await posting._post_all(self.server.store, self.server.book_id, schedule_id, self.clock())

        with patch.object(Tx, "new_id", lambda tx: self.new_id()):
            asyncio.run(post())
        for mid, status, ver in self.server.decided_since(head):
            self.oracle.memory.free.add(mid)
            sent = {"base": 2**53, "device": "server", "ops": undone_ops(self.server, ver)}
            self.oracle.applied(mid, status, ver, sent)
            self.tally["posted_by_server"] += 1

    def partition(self) -> None:
        number = self._some_device()
        self.offline ^= {number}
        self.tally["fault_partition"] += 1

    def crash(self) -> None:
        """The app is killed: what was on its way to it is gone."""
        self._lose_answers(self._some_device())
        self.tally["fault_device_killed"] += 1

    def _lose_answers(self, number: int) -> None:
        self.net = [m for m in self.net if m.number != number or m.answer is None]

    def clock_jump(self, number: int) -> None:
        jump = self.random.choice((HOUR_MS, -HOUR_MS, 40 * DAY_MS, 10 * YEAR_MS, -10 * YEAR_MS))
        self.skew[number] = max(-40 * YEAR_MS, min(100 * YEAR_MS, self.skew[number] + jump))

    def clock_step(self) -> None:
        """Somebody's clock is set: a device's, or the server's."""
        number = self.random.randrange(len(self.devices) + 1)
        if number < len(self.devices):
            self.clock_jump(number)
            self.tally["fault_clock_jump"] += 1
            return
        self.clock.advance(self.random.choice((HOUR_MS, -HOUR_MS, 40 * DAY_MS, -40 * DAY_MS, YEAR_MS, -YEAR_MS)))
        self.tally["fault_clock_of_the_server"] += 1

    def save_file(self) -> None:
        number = self._some_device()
        self.files[number] = self.devices[number].file.copy()

    def load_file(self) -> None:
        """The device's disk is put back, or another device begins with a copy of it."""
        if not self.files:
            return
        number = self.random.choice(sorted(self.files))
        file = self.files[number].copy()
        if self.random.random() < 0.3 and len(self.devices) < 6:
            clone = self._device(old=self.devices[number].schema == 1)
            clone.file = file
            self.tally["fault_file_cloned"] += 1
            return
        device = self.devices[number]
        gone = device.file.mids() - file.mids()
        device.file = file
        self.oracle.read.pop(number, None)
        self._lose_answers(number)
        self.oracle.lost_copies(gone, self._disks(), "its device was restored")
        self.tally["fault_file_restored"] += 1
        self.tally["file_restored_with_acked"] += bool(gone & self.oracle.memory.known.keys())

    def back_up(self) -> None:
        self.backups = [*self.backups, (self.server.backup(), self.oracle.memory.copy())][-3:]

    def restore(self, *, another: bool = True) -> None:
        """The server's database goes back in time, and begins another epoch."""
        if not self.backups:
            return
        database, memory = self.random.choice(self.backups)
        gone = set(self.oracle.memory.known) - set(memory.known)
        self.server.restore(database, self.random.randbytes(4).hex() if another else self.server.epoch())
        self.oracle.memory = memory.copy()
        self.oracle.served = 0
        self.oracle.lost_copies(gone, self._disks(), "only the server had it")
        self.tally["fault_server_restored"] += 1
        held = {mid for file in self._disks() for mid in (m["mid"] for m in file.acked)}
        self.tally["rollbacks_with_acked"] += bool(gone & held)
        self.tally["acked_rolled_back"] += len(gone & held)

    def weeks(self) -> None:
        """They pass in the middle of everything; then goes what is older than the least that a server may keep."""
        self.clock.advance(self.random.randint(10, 90) * DAY_MS)
        self.collect(LEAST_DAYS)
        self.tally["fault_weeks"] += 1

    def collect(self, days: int = 180) -> None:
        before = set(self.server.mutations())
        found = self.server.write(lambda tx: collect(tx, days=days))
        self.oracle.memory.collected |= before - set(self.server.mutations())
        since = self.clock() - days * DAY_MS
        waits = {m["mid"] for file in [*self._disks(), *self.files.values()] for m in file.outbox}
        self.oracle.away |= {mid for mid in waits if self.oracle.made[mid]["at"] < since}
        if self.last_rest is not None and self.last_rest[0] in self.oracle.memory.collected:
            self.last_rest = None  # an Idempotency-Key is kept as long as every other mutation
        self.tally["collected_rows"] += found["tombstones"]
        self.tally["fault_collected"] += found["tombstones"] + found["mutations"] > 0

    def half_a_year(self) -> None:
        """Nobody is there for long; then tombstones and old mutations go."""
        self.clock.advance(200 * DAY_MS)
        self.backups.clear()
        self.files.clear()
        self.net.clear()
        self.collect()
        self.tally["half_years"] += 1

    def revoke(self) -> None:
        if self.server.revoke(self.devices[self._some_device()].file.device_id):
            self.tally["fault_revoked"] += 1

    def join(self) -> None:
        """A new device, or a revoked one that signs in again."""
        for device in self.devices:
            if device.file.stopped:
                device.sign_in_again()
                return
        if len(self.devices) < 5:
            self._device()

    def _disks(self) -> list[File]:
        return [device.file for device in self.devices]


RARE = {"burst", "clock_step", "save_file", "load_file", "back_up", "restore", "weeks", "half_a_year", "revoke",
        "join", "undo"}  # fmt: skip
"""Each of these happens in half of the stories."""


def undone_ops(server: Server, ver: int) -> list[Row]:
    """What an undo did, as operations: which rows it touched, and how."""
    names = {"create": "create", "set": "undo", "delete": "delete", "restore": "restore"}
    return [
        {"e": entry["entity"], "id": entry["row_id"], "k": names[entry["action"]], "f": {}}
        for entry in server.history()
        if entry["ver"] == ver
    ]
