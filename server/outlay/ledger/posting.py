"""Schedules become transactions: what is due, and the operations that post it. Twin: app/src/ledger/posting.ts.

An instance has the id UUIDv5(schedule, day): whoever posts it first has posted it, for all devices, and one that was
deleted stays deleted (`merge._create_again`). `done_through` says how far a schedule is done.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Final

from outlay.kernel.ids import uuid5
from outlay.ledger.entities import Row
from outlay.ledger.inputs import Inputs
from outlay.ledger.recurrence import occurrences
from outlay.store.read import Read

AT_ONCE: Final = 50
"""Instances of one change."""

_COPIED: Final = (
    "kind", "account_id", "amount_minor", "currency", "to_account_id", "to_amount_minor", "to_currency", "lines",
    "payee_id", "note", "tag_ids", "time",
)  # fmt: skip


def instance_id(schedule_id: str, day: str) -> str:
    """The id of what a schedule posts on a day."""
    return uuid5(schedule_id, day)


def is_active(schedule: Row) -> bool:
    """May it be posted? Not when it was put away, or its account was deleted: then it waits for another one."""
    both = schedule["kind"] != "transfer" or schedule["to_account_id"] is not None
    return not schedule["archived"] and schedule["account_id"] is not None and both


def due_days(read: Read, book_id: str, schedule: Row, through: str) -> list[str]:
    """Days that are due and neither skipped nor, of those known here, posted (or deleted again). In order."""
    due = occurrences(
        schedule["start_day"], schedule["rule"], after=schedule["done_through"], through=through
    )
    days = [day for day in due if day not in schedule["skipped"]]
    known = read.by_ids("transaction", book_id, [instance_id(schedule["id"], day) for day in days], ["id"])
    return [day for day in days if instance_id(schedule["id"], day) not in known]


def post_ops(read: Read, book_id: str, schedule: Row, through: str, new_id: Callable[[], str]) -> list[Row]:
    """Posts what is due until `through`, at most AT_ONCE instances, and says how far it is done. No operations when
    nothing is."""
    due = occurrences(
        schedule["start_day"], schedule["rule"], after=schedule["done_through"], through=through
    )
    days = list(islice(due, AT_ONCE))
    if not days:
        return []
    wanted = [day for day in days if day not in schedule["skipped"]]
    known = read.by_ids("transaction", book_id, [instance_id(schedule["id"], day) for day in wanted])
    inputs = Inputs(read, book_id, new_id)
    ops: list[Row] = []
    for day in wanted:
        if (row_id := instance_id(schedule["id"], day)) not in known:
            fields = {name: schedule[name] for name in _COPIED if schedule[name] is not None}
            ops += inputs.create(row_id, {**fields, "day": day})
    done = {"done_through": days[-1], "skipped": [day for day in schedule["skipped"] if day > days[-1]]}
    return [*ops, {"e": "schedule", "id": schedule["id"], "k": "set", "f": done}]
