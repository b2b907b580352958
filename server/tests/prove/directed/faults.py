"""What is lost, late, taken back or gone: answers, processes, backups, tombstones."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from outlay.ledger import commands
from outlay.ledger.collect import collect
from outlay.store.write import Tx
from prove import server
from prove.directed.stage import Stage, op
from prove.oracle import must
from prove.server import PERSON, Crash
from prove.story import DAY_MS
from sync.device import Row


def lost_answer(s: Stage) -> None:
    """The push arrived, the answer did not: the same is sent again, also by a new identity."""
    s.count(0)
    s.send(0)
    s.sync(0)
    s.count(0)
    s.send(0)
    s.devices[0].sign_in_again()
    s.sync(0)


def crash_between_rows_and_record(s: Stage) -> None:
    """The server dies in a push: all of it is there or nothing."""
    s.count(0)
    s.profile["crash"] = 1
    request = s.devices[0].ask()
    assert request is not None
    s._serve(request)
    s.profile["crash"] = 0
    s.sync(0)


def server_dies_in_any_write(s: Stage) -> None:
    """A call by REST, an undo, a collection: all of it is there or nothing, and the same call again does it once."""
    mid, row_id = s.new_id(), s.new_id()
    made = [op("transaction", row_id, "create", s.entry())]
    given: Row = {"person_id": PERSON, "role": "owner"}
    last = s.server.head()
    s.write(0, op("transaction", s.make(0), "delete"))
    s.sync(0)
    s.clock.advance(200 * DAY_MS)
    writes: list[Callable[[Tx], Any]] = [
        lambda tx: commands.change(tx, made, name="rest", mutation_id=mid, device_id="rest", **given),
        lambda tx: commands.undo(tx, last, force=True, **given),
        collect,
    ]
    for write in writes:
        before = (s.server.dump(), s.server.history(), s.server.mutations(), s.server.head())
        with contextlib.suppress(Crash), server.dying_before_commit():
            s.server.write(write)
        after = (s.server.dump(), s.server.history(), s.server.mutations(), s.server.head())
        must(before == after, "I6", "a write that was not committed left something")
    s._rest(made, mid)
    s._rest(made, mid)
    must(("transaction", row_id) in s.server.dump(), "I2", "a call that was made again did nothing")


def taken_number_in_an_ack(s: Stage) -> None:
    """A pull is on its way when the disk is put back; what is written then has a number that is taken."""
    file = s.devices[0].file.copy()
    s.make(0)
    s.sync(0)
    s.devices[0].file = file
    s.oracle.read.clear()
    waiting = s.send(0)
    s.make(0)
    s._hear(0, *waiting)


def taken_number_in_a_push(s: Stage) -> None:
    file = s.devices[0].file.copy()
    s.make(0)
    s.sync(0)
    s.devices[0].file = file
    s.oracle.read.clear()
    s.make(0)


def old_answer_late(s: Stage) -> None:
    """An answer arrives after a later one; what is in it has been changed since."""
    row_id = s.make(0)
    s.sync(0)
    waiting = s.send(1)
    s.write(0, op("transaction", row_id, "delete"))
    s.sync(0)
    s.sync(1)
    s._hear(1, *waiting)


def crash_in_a_landing(s: Stage) -> None:
    """The app dies between what a landing writes."""
    for _ in range(12):
        s.make(0)
        s.sync(0)
        s._hear(1, *s.send(1))


def pages_inside_a_version(s: Stage) -> None:
    """One change of many rows on pages of one row; the account it all hangs on goes at the same time."""
    rows = [s.new_id() for _ in range(6)]
    s.write(0, *(op("transaction", row_id, "create", s.entry()) for row_id in rows))
    s.write(0, op("category", s.category, "delete", into=s.second))
    s.sync(0)
    s.devices[1].limit = 1
    s.sync(1)


def epoch_after_a_restore(s: Stage) -> None:
    """The server went back, and forward again on another way."""
    s.back_up()
    s.make(0)
    s.count(0)
    s.sync(0)
    s.sync(1)
    s.restore()
    for _ in range(3):
        s._rest([op("transaction", s.new_id(), "create", s.entry(7))], s.new_id())
    s.make(1)


def restored_before_the_first_page(s: Stage) -> None:
    """The server is put back when a device has begun to fetch the book anew: nobody tells it of another epoch."""
    s.back_up()
    row_id = s.make(0)
    s.sync(0)
    s.devices[0]._begin_hydration()
    s.restore()
    s.sync(0)
    must(("transaction", row_id) in s.server.dump(), "I2", "what was confirmed is lost")


def restored_after_long(s: Stage) -> None:
    """A restored server gets again what a device saw confirmed in 30 days, and nothing that is older."""
    s.back_up()
    old = s.make(0)
    s.sync(0)
    s.clock.advance(20 * DAY_MS)
    young = s.make(0)
    s.sync(0)
    s.clock.advance(20 * DAY_MS)
    s.restore()
    s.sync(0)
    rows = s.server.dump()
    must(("transaction", young) in rows, "I2", "what was confirmed 20 days ago is lost")
    must(("transaction", old) not in rows, "I7", "what was confirmed 40 days ago is sent again")


def away_while_tombstones_go(s: Stage) -> None:
    row_id = s.make(0)
    s.sync(0)
    s.sync(1)
    s.write(0, op("transaction", row_id, "delete"))
    s.sync(0)
    s.half_a_year()
    s.sync(0)
    s.make(1)
    s.sync(1)


def servers_clock_set_back(s: Stage) -> None:
    """It was ahead for a while: what came later is older by it, and goes first."""
    s.clock.advance(100 * DAY_MS)
    s.make(0)
    s.sync(0)
    s.clock.advance(-100 * DAY_MS)
    s.write(0, op("transaction", s.make(0), "delete"))
    s.sync(0)
    s.clock.advance(150 * DAY_MS)
    s.collect(days=120)
    s.write(1, op("transaction", s.row, "set", {"note": "since"}))
    s.sync(1)


def within_the_floor(s: Stage) -> None:
    """A pull stands in the middle of a change that deleted much, when the tombstones of just that change go."""
    rows = [s.make(0) for _ in range(4)]
    s.sync(0)
    s.sync(1)
    s.write(0, *(op("transaction", row_id, "delete") for row_id in rows))
    s.sync(0)
    s.devices[1].limit = 1
    s._hear(1, *s.send(1))
    s.half_a_year()
    s.sync(1)


def parked_and_taken(s: Stage) -> None:
    """An edit of what was never there is decided again after its record went: now it is there, and says otherwise."""
    row_id = s.new_id()
    s.write(0, op("transaction", row_id, "set", {"note": "from the device"}))
    s.send(0)
    s.half_a_year()
    s.write(1, op("transaction", row_id, "create", s.entry() | {"note": "of the others"}))
    s.sync(1)
    s.sync(0)


def edit_of_what_is_gone(s: Stage) -> None:
    """Somebody else deleted it; and nobody ever made it (the server lost it)."""
    s.write(0, op("transaction", s.row, "delete"))
    s.write(1, op("transaction", s.row, "set", {"note": "still here"}))
    s.sync(0)
    s.sync(1)
    s.back_up()
    row_id = s.make(0)
    s.sync(0)
    s.sync(1)
    s.restore()
    s.write(1, op("transaction", row_id, "set", s.transfer() | {"note": "first"}))
    s.devices[1].file.acked.clear()
    s.sync(1)
    s.sync(0)


def created_again(s: Stage) -> None:
    """A create that arrives after a delete of the same row revives nothing."""
    s.back_up()
    row_id = s.make(0)
    s.sync(0)
    s.sync(1)
    s.write(1, op("transaction", row_id, "delete"))
    s.sync(1)
    s.restore()
    s.sync(1)
    s.collect(days=AGE_DAYS)
    s.sync(0)


AGE_DAYS = 180
"""How old a tombstone is when it goes in the story above."""


def snapshot_beside_writes(s: Stage) -> None:
    """Rows change behind and before the page that is being read."""
    for _ in range(6):
        s.make(0)
    s.sync(0)
    s._device()
    s.skew[3] = 0
    s.devices[3].limit = 2
    for n in range(3):
        s._hear(3, *s.send(3))
        # Accounts were on the pages that are here already.
        s.write(0, op("account", s.account, "set", {"name": f"A {n}"}))
        s.sync(0)
    s.sync(3)
