"""Schedules that chance rarely meets, by hand. Each is told by `make test`, and is where the removal of a rule
must be noticed (`ablations.py`). Every story ends as all do: everybody comes to rest and the oracle judges.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from random import Random
from typing import Any

from outlay.kernel.ids import uuid5
from outlay.ledger import commands
from outlay.ledger.collect import collect
from outlay.ledger.posting import instance_id
from outlay.store.engine import Store
from outlay.store.write import Tx
from prove import plans, server
from prove.oracle import Violation, must
from prove.server import PERSON, Crash
from prove.story import DAY_MS, Story
from stores import Clock
from sync.device import Answer, Request, Row


class Stage(Story):
    """Three devices with good clocks on a good line, one account, two categories, one transaction; all have it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(0, store, clock)
        self.random = self.edits.random = Random(1)
        self.profile = dict.fromkeys(self.profile, 0)
        write = Story.begin
        write(self)
        del self.devices[:], self.skew[:]
        for _ in range(3):
            self._device()
            self.skew[-1] = 0
            self.devices[-1].limit = 50
        self.account, self.other = self.new_id(), self.new_id()
        self.category, self.second = self.new_id(), self.new_id()
        self.row = self.new_id()
        accounts = [
            op("account", i, "create", {"name": "A", "kind": "bank", "currency": "EUR"})
            for i in (self.account, self.other)
        ]
        categories = [
            op("category", i, "create", {"name": "C", "kind": "expense"})
            for i in (self.category, self.second)
        ]
        self._rest(
            [*accounts, *categories, op("transaction", self.row, "create", self.entry())], self.new_id()
        )
        for number in range(3):
            self.sync(number)

    def entry(self, amount: int = 100) -> Row:
        return {
            "kind": "expense", "account_id": self.account, "amount_minor": amount, "currency": "EUR", "rate": "1",
            "base_minor": amount, "base_currency": "EUR", "to_account_id": None, "to_amount_minor": None,
            "to_currency": None, "day": "2026-01-15",
            "lines": [{"category_id": self.category, "amount_minor": amount}],
        }  # fmt: skip

    def transfer(self) -> Row:
        to = {"to_account_id": self.other, "to_amount_minor": 100, "to_currency": "EUR"}
        return self.entry() | to | {"kind": "transfer", "lines": []}

    def write(self, number: int, *ops: Row) -> str:
        """A device's edit."""
        self.clock.advance(1000)
        mid = self.edited(number, list(ops))
        self.oracle.landed(self.devices[number], number)
        return mid

    def make(self, number: int) -> str:
        """A new transaction; its id."""
        row_id = self.new_id()
        self.write(number, op("transaction", row_id, "create", self.entry()))
        return row_id

    def send(self, number: int) -> tuple[Request, Answer]:
        """A request and its answer, which has not arrived yet."""
        request = self.devices[number].ask()
        assert request is not None
        answer = self._serve(request)
        assert answer is not None
        return request, answer

    def sync(self, number: int) -> None:
        for _ in range(400):
            if self._hear(number, *self.send(number)):
                return
        raise Violation(f"I9: device {number} did not come to rest")

    def listen(self, number: int) -> None:
        """A device takes what others did; what waits on it is not sent."""
        device = self.devices[number]
        request = Request("pull", device.file.device_id, device.file.epoch, {
            "epoch": device.file.epoch, "cursor": device.file.cursor, "last_ack": 0, "limit": 50,
            "schema": device.schema,
        })  # fmt: skip
        answer = self._serve(request)
        assert answer is not None
        self._hear(number, request, answer)

    def schedule(self) -> str:
        """A schedule of four days from 5 January 2026, which everybody knows; its id."""
        row_id = self.new_id()
        money = {n: value for n, value in self.entry().items() if n in plans.COPIED and value is not None}
        rule = {"name": "Rent", "start_day": "2026-01-05", "rule": "FREQ=DAILY;COUNT=4", "mode": "post"}
        self.write(0, op("schedule", row_id, "create", money | rule))
        for number in range(3):
            self.sync(number)
        return row_id

    def conflicts(self) -> list[Row]:
        rows = sorted(self.server.dump().items())
        return [row for (entity, _), row in rows if entity == "sync_conflict"]

    def count(self, number: int) -> None:
        self.write(number, op("account", self.account, "inc", {"position": 1}))


def op(entity: str, row_id: str, kind: str, fields: Row | None = None, **more: Any) -> Row:
    return {"e": entity, "id": row_id, "k": kind, **({} if fields is None else {"f": fields}), **more}


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


def of_two_edits(s: Stage) -> None:
    """Two that did not know each other, then one that knew both, with a clock that is a year behind."""
    s.write(0, op("transaction", s.row, "set", {"note": "one"}))
    s.write(1, op("transaction", s.row, "set", {"note": "two"}))
    for number in (0, 1, 2):
        s.sync(number)
    s.skew[2] = -365 * DAY_MS
    s.write(2, op("transaction", s.row, "set", {"note": "three"}))
    s.sync(2)


def of_two_by_age(s: Stage) -> None:
    """The one that was edited later arrives first, and holds."""
    s.write(1, op("transaction", s.row, "set", {"note": "earlier"}))
    s.clock.advance(3_600_000)
    s.write(0, op("transaction", s.row, "set", {"note": "later"}))
    s.sync(0)
    s.clock.advance(3_600_000)
    s.sync(1)
    note = s.server.dump()[("transaction", s.row)]["note"]
    must(note == "later", "I8", f"an earlier edit won: {note}")


def of_two_amounts(s: Stage) -> None:
    """Another amount here, two lines in place of one there: one of the two holds, whole."""
    s.write(0, op("transaction", s.row, "set", s.entry(200)))
    s.clock.advance(3_600_000)
    lines = [{"category_id": c, "amount_minor": 50} for c in (s.category, s.second)]
    s.write(1, op("transaction", s.row, "set", s.entry() | {"lines": lines}))
    s.sync(1)
    s.sync(0)


def of_one_who_goes_on(s: Stage) -> None:
    """Somebody edits again what is on its way already: nobody is in conflict with oneself."""
    s.write(0, op("transaction", s.row, "set", {"note": "first"}))
    s.send(0)
    s.write(0, op("transaction", s.row, "set", {"note": "second"}))
    s.sync(0)
    must(not s.conflicts(), "I8", "a conflict with oneself")


def clock_set_right(s: Stage) -> None:
    """Written under a clock that was ten years ahead, sent under one that is right, and edited by another later."""
    s.skew[0] = 3650 * DAY_MS
    s.write(0, op("transaction", s.row, "set", {"note": "of the future"}))
    s.skew[0] = 0
    s.sync(0)
    s.write(1, op("transaction", s.row, "set", {"note": "of today"}))
    s.sync(1)
    note = s.server.dump()[("transaction", s.row)]["note"]
    must(note == "of today", "I8", f"a clock won: {note}")


def deleted_over_an_edit(s: Stage) -> None:
    """Deleted by somebody who had not seen the edit; and with its account, by somebody who had not seen it at all."""
    s.write(1, op("transaction", s.row, "set", {"note": "worth keeping"}))
    s.sync(1)
    s.write(0, op("transaction", s.row, "delete"))
    s.sync(0)
    lost = [row["lost"] for row in s.conflicts() if row["kind"] == "deleted_over_edit"]
    must([row["note"] for row in lost] == ["worth keeping"], "I8", f"kept is {lost}")
    s.make(1)
    s.sync(1)
    s.write(2, op("account", s.account, "delete"))
    s.sync(2)
    must(len(s.conflicts()) == 2, "I8", "what went with its account is not kept")


def reconciled(s: Stage) -> None:
    """What was reconciled here is edited and deleted elsewhere: only who unlocks it may."""
    s.write(0, op("transaction", s.row, "set", {"reconciled": True}))
    s.sync(0)
    s.sync(1)
    s.write(1, op("transaction", s.row, "set", s.entry(900)))
    s.write(1, op("transaction", s.row, "delete"))
    s.sync(1)
    row = s.server.dump()[("transaction", s.row)]
    must((row["amount_minor"], row["deleted"]) == (100, False), "I6", "a reconciled amount was changed")
    s.write(1, op("transaction", s.row, "set", s.entry(900), unlock=True))
    s.sync(1)
    must(s.server.dump()[("transaction", s.row)]["amount_minor"] == 900, "I8", "unlocked, and still locked")


def made_by_two(s: Stage) -> None:
    """Two say the rate of a day, neither having heard the other: it is one rate, the later one's."""
    row_id = uuid5(s.server.book_id, "rate:2026-01-15:USD:EUR")
    for number in (0, 1):
        fields = {"day": "2026-01-15", "from_currency": "USD", "to_currency": "EUR", "rate": f"0.{number + 1}"}
        s.write(number, op("rate", row_id, "create", fields))
    for number in (0, 1, 2):
        s.sync(number)
    rate = s.server.dump()[("rate", row_id)]["rate"]
    must(rate == "0.2", "I8", f"the rate is {rate}")
    must([c["lost"] for c in s.conflicts()] == [{"rate": "0.1"}], "I8", "the other rate is not kept")


def counted_by_two(s: Stage) -> None:
    """Two count at once."""
    s.count(0)
    s.count(1)
    for number in (0, 1, 2):
        s.sync(number)


def forgotten_by_the_server(s: Stage) -> None:
    """The server lost what it had confirmed and does not know it; somebody else has taken that version since, for
    a change of nothing."""
    s.back_up()
    s.make(0)
    s.sync(0)
    s.restore(another=False)
    s.write(1, op("transaction", s.row, "set", {"day": "2026-01-15"}))
    s.sync(1)
    s.make(0)
    s.sync(0)


def of_a_newer_app(s: Stage) -> None:
    """What this server cannot know yet waits there whole."""
    s.write(0, op("tag", s.new_id(), "create", {"name": "t", "shiny": 1}))
    s.sync(0)


def old_client_edits(s: Stage) -> None:
    """A client of schema 1 edits a row with a field that it does not know."""
    s.write(0, op("transaction", s.row, "set", {"time": "12:30"}))
    s.sync(0)
    s._device(old=True)
    s.skew[3] = 0
    s.sync(3)
    s.write(3, op("transaction", s.row, "set", {"note": "by an old app"}))
    s.write(0, op("transaction", s.row, "set", {"day": "2026-01-20"}))
    s.sync(0)
    s.sync(3)


def push_while_a_pull_is_read(s: Stage) -> None:
    """The same device's push lands between two reads of its pull: an ack may not run ahead of its rows."""
    waiting = s.devices[0].ask()
    assert waiting is not None
    row_id = s.make(0)
    request = s.devices[0].ask()
    assert request is not None
    s.server.meanwhile = lambda: s._serve(request)
    answer = s._serve(waiting)
    assert answer is not None
    s._hear(0, waiting, answer)
    must(("transaction", row_id) in s.devices[0].rows, "I4", "an ack ran ahead of its row")


def poisoned_queue(s: Stage) -> None:
    s.write(0, op("transaction", s.row, "set", s.entry() | {"amount_minor": -1}))
    s.make(0)
    s.sync(0)


def poisoned_in_the_middle(s: Stage) -> None:
    """One operation of a change can never be applied: nothing of it is."""
    count = op("account", s.account, "inc", {"position": 1})
    s.write(0, count, op("transaction", s.row, "set", s.entry() | {"amount_minor": -1}))
    s.make(0)
    s.sync(0)


def deleted_account(s: Stage) -> None:
    row_id = s.new_id()
    s.write(0, op("transaction", row_id, "create", s.transfer()))
    s.sync(0)
    s.write(0, op("account", s.account, "delete"))
    s.make(1)
    s.sync(1)
    s.sync(0)


def entry_for_a_deleted_account(s: Stage) -> None:
    """Entered without a network while somebody else deletes the account: it waits, whole, for another account."""
    s.make(1)
    s.write(0, op("account", s.account, "delete"))
    s.sync(0)
    s.sync(1)
    must([row["code"] for row in s.conflicts()] == ["account_gone"], "I6", "an entry lost its account")


def deleted_category(s: Stage) -> None:
    """Merged away here, used there."""
    s.write(0, op("category", s.category, "delete", into=s.second))
    s.make(1)
    s.sync(0)
    s.sync(1)
    s.write(0, op("category", s.second, "delete"))
    s.make(1)
    s.sync(0)
    s.sync(1)


def back_after_half_a_year(s: Stage) -> None:
    """Pushed, not answered, and away until the server's records of it have gone."""
    s.count(0)
    s.write(0, op("transaction", s.new_id(), "set", {"note": "never was"}))
    s.write(0, op("transaction", s.row, "set", s.entry() | {"amount_minor": -1}))
    s.send(0)
    s.half_a_year()
    s.sync(0)


def record_went_before_a_later_one(s: Stage) -> None:
    """Pushed twice, months apart, and in the middle of the answer when the record of the first change goes, and that
    of the second one is still known."""
    for _ in range(3):
        s.make(1)
    s.sync(1)
    s.devices[0].limit = 1
    s.count(0)
    s.send(0)
    s.clock.advance(130 * DAY_MS)
    s.make(0)
    s._hear(0, *s.send(0))
    s.clock.advance(60 * DAY_MS)
    s.collect()
    s.sync(0)


def waits_unseen(s: Stage) -> None:
    """Rows come in from others while something of one's own waits."""
    s.write(0, op("transaction", s.row, "set", {"note": "mine"}))
    row_id = s.make(0)
    s.write(1, op("transaction", s.row, "set", {"day": "2026-02-02"}))
    s.sync(1)
    s.listen(0)
    must(s.devices[0].rows[("transaction", s.row)]["note"] == "mine", "I4", "an edit that waits is not shown")
    must(("transaction", row_id) in s.devices[0].rows, "I4", "a row that waits is not shown")


def posted_by_several(s: Stage) -> None:
    """Two devices post the same days of a schedule, one fewer of them; the server comes too, and one was deleted."""
    row_id = s.schedule()
    days = [f"2026-01-{day:02}" for day in (5, 6, 7)]
    for number, count in ((0, 3), (1, 1)):
        made = [
            op("transaction", instance_id(row_id, day), "create", s.entry() | {"day": day})
            for day in days[:count]
        ]
        s.write(
            number, *made, op("schedule", row_id, "set", {"done_through": days[count - 1], "skipped": []})
        )
    s.write(0, op("transaction", instance_id(row_id, days[0]), "delete"))
    for number in (0, 1, 2):
        s.sync(number)
    s.clock.advance(1000 * DAY_MS)
    s.post_due()
    rows = s.server.dump()
    must(rows[("schedule", row_id)]["done_through"] == "2026-01-08", "I8", "a schedule went back")
    must(rows[("transaction", instance_id(row_id, days[0]))]["deleted"], "I7", "a posted day lives again")


def posted_while_something_waits(s: Stage) -> None:
    """Others were further than what waits here: the screen, and what is built on it, does not go back."""
    row_id = s.schedule()
    s.write(1, op("schedule", row_id, "set", {"done_through": "2026-01-08", "skipped": []}))
    s.sync(1)
    s.write(0, op("schedule", row_id, "set", {"done_through": "2026-01-05", "skipped": []}))
    s.listen(0)
    must(s.devices[0].rows[("schedule", row_id)]["done_through"] == "2026-01-08", "I8", "a schedule went back")


def skipped_by_two(s: Stage) -> None:
    """A day that somebody skips stays skipped, however often another one skips others without having seen it."""
    row_id = s.schedule()
    s.write(1, op("schedule", row_id, "set", {"skipped": ["2026-01-06"]}))
    s.sync(1)
    s.write(0, op("schedule", row_id, "set", {"skipped": ["2026-01-05"]}))
    s.write(0, op("schedule", row_id, "set", {"skipped": ["2026-01-05", "2026-01-07"]}))
    s.listen(0)
    skipped = ["2026-01-05", "2026-01-06", "2026-01-07"]
    must(s.devices[0].rows[("schedule", row_id)]["skipped"] == skipped, "I4", "a skipped day is not shown")
    s.sync(0)
    s.write(1, op("schedule", row_id, "set", {"skipped": ["2026-01-06", "2026-01-08"]}))
    s.sync(1)
    found = s.server.dump()[("schedule", row_id)]["skipped"]
    must(found == [*skipped, "2026-01-08"], "I8", f"skipped are {found}")
    s.write(1, op("schedule", row_id, "set", {"skipped": []}))
    s.sync(1)
    found = s.server.dump()[("schedule", row_id)]["skipped"]
    must(found == [], "I8", f"skipped are {found}")


STORIES: dict[str, Callable[[Stage], None]] = {
    f.__name__: f
    for f in (
        lost_answer, crash_between_rows_and_record, server_dies_in_any_write, taken_number_in_an_ack,
        taken_number_in_a_push, old_answer_late, crash_in_a_landing, pages_inside_a_version,
        epoch_after_a_restore, restored_before_the_first_page, restored_after_long, away_while_tombstones_go,
        servers_clock_set_back,
        within_the_floor, parked_and_taken, edit_of_what_is_gone, created_again, snapshot_beside_writes,
        of_two_edits, of_two_by_age, of_two_amounts, of_one_who_goes_on, clock_set_right, deleted_over_an_edit,
        reconciled, made_by_two, counted_by_two, forgotten_by_the_server, of_a_newer_app, old_client_edits,
        push_while_a_pull_is_read, poisoned_queue, poisoned_in_the_middle, deleted_account,
        entry_for_a_deleted_account, deleted_category, back_after_half_a_year, record_went_before_a_later_one,
        waits_unseen, posted_by_several, posted_while_something_waits, skipped_by_two,
    )
}  # fmt: skip


def tell(name: str, store: Store, clock: Clock) -> None:
    """Tells one of them to the end."""
    stage = Stage(store, clock)
    try:
        STORIES[name](stage)
        stage.quiesce()
    finally:
        stage.server.erase()
