"""`kill -9` in the middle of pushes and creates: what was acknowledged is there once, what was not is there once
after it was sent again. A real process, real files, real connections."""

from __future__ import annotations

import os
import random
import threading
import time

import pytest

from system.clients import Device, Person, Poller, Rest, Workers
from system.process import Outlay
from system.stored import check_stored

KILLS = int(os.environ.get("OUTLAY_TEST_KILLS", "2"))
LIVES_S = (0.3, 1.5)
"""How long the server lives between two kills."""


@pytest.mark.proof("postgresql")
def test_every_acknowledged_change_survives_a_kill_once(outlay: Outlay) -> None:
    seed = time.time_ns() % 1_000_000
    chance = random.Random(seed)
    print(f"seed {seed}")
    person = Person(outlay.url)
    gate = threading.Event()
    gate.set()
    devices = [Device(person, outlay.url, gate) for _ in range(3)]
    callers = [Rest(person, outlay.url, gate) for _ in range(3)]
    poller = Poller(person, outlay.url)
    workers = Workers()
    for number, device in enumerate(devices):
        workers.run(lambda device=device, size=(1, 5, 20)[number]: device.push(size, "push"))
    for caller in callers:
        workers.run(caller.create)

    for _ in range(KILLS):
        time.sleep(chance.uniform(*LIVES_S))
        gate.clear()
        acked, keys = _acknowledged(devices, callers)
        outlay.kill()
        outlay.start()
        # Before anybody sends anything again.
        poller.pull()
        there = poller.transactions()
        assert acked <= there.keys()
        assert keys <= {row["note"] for row in there.values()}
        gate.set()
        if workers.stopping.is_set():
            break
    workers.stop()

    poller.pull()
    there = poller.transactions()
    pushed = set().union(*(device.made for device in devices))
    made = {key: row_id for caller in callers for key, row_id in caller.acked.items()}
    assert sum(client.sent_again for client in [*devices, *callers]) >= KILLS, "no kill met anybody"
    assert pushed == set().union(*(device.acked for device in devices))
    assert there.keys() == pushed | set(made.values())
    notes = [row["note"] for row in there.values() if row["note"] != "push"]
    assert sorted(notes) == sorted(made), "a create by REST was applied twice or not at all"
    counter = poller.rows[("account", person.account_id)][2]["position"]
    assert counter == sum(device.mutations for device in devices), "a push was applied twice or not at all"
    for client in [*devices, *callers, poller]:
        client.close()
    outlay.stop()
    check_stored(outlay, person.book_id, mutations=counter + len(made))


def _acknowledged(devices: list[Device], callers: list[Rest]) -> tuple[set[str], set[str]]:
    """The ids and keys that somebody has an answer for now."""
    acked = [set(device.acked) for device in devices]
    keys = [set(caller.acked) for caller in callers]
    return set().union(*acked), set().union(*keys)
