"""What meets: edits of one row, deletions, devices of several ages, schedules."""

from __future__ import annotations

from outlay.kernel.ids import uuid5
from outlay.ledger.posting import instance_id
from prove.directed.stage import Stage, op
from prove.oracle import must
from prove.story import DAY_MS


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
