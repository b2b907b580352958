"""Posts what schedules have due, for people whose devices sleep.

A device posts an instance when its person's day begins; the server when that day has begun everywhere (at UTC−12), so
it never runs ahead of anybody. Both make the same row (`ledger.posting`), and the first one counts. Each book with
schedules has a row in `job`; whoever moves its `due_ms` has claimed it. A claim that was lost with its process is due
again after LEASE_MS, and a repeat posts nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from outlay.kernel.dates import day_number, day_of
from outlay.kernel.refusal import Refusal
from outlay.ledger import queries
from outlay.ledger.commands import SCHEDULES_JOB, change
from outlay.ledger.entities import Row
from outlay.ledger.posting import is_active, post_ops
from outlay.ledger.recurrence import next_day
from outlay.store.engine import Store
from outlay.store.read import Read
from outlay.store.write import Tx

EVERY_S: Final = 60
LEASE_MS: Final = 10 * 60_000
BOOKS: Final = 200
"""Books of one round."""

_DAY_MS: Final = 86_400_000
_LAST_ZONE_MS: Final = 12 * 3_600_000
_NEVER_MS: Final = 2**53

log = logging.getLogger(__name__)


async def run(store: Store, clock: Callable[[], int]) -> None:
    """Rounds for ever. What goes wrong in one is logged, and the next one comes."""
    while True:
        try:
            while await post_due(store, clock()):
                pass
        except Exception:
            log.exception("schedules were not posted")
        await asyncio.sleep(EVERY_S)


async def post_due(store: Store, now_ms: int) -> int:
    """One round: posts what is due in at most BOOKS books. Answers how many books it worked."""
    found = await store.read(lambda read: _due_books(read, now_ms))
    for book_id, due_ms in found:
        claimed = await store.write(book_id, lambda tx, due_ms=due_ms: _claim(tx, due_ms, now_ms))  # type: ignore[misc]
        if claimed is None:
            continue
        failed = [row_id for row_id in claimed if not await _post_all(store, book_id, row_id, now_ms)]
        await store.write(book_id, lambda tx, failed=failed: _finish(tx, now_ms, failed))  # type: ignore[misc]
    return len(found)


def day_begun_everywhere(now_ms: int) -> str:
    """The newest day that has begun in every time zone of the world."""
    return day_of((now_ms - _LAST_ZONE_MS) // _DAY_MS)


def _due_books(read: Read, now_ms: int) -> list[tuple[str, int]]:
    rows = read.all(
        "SELECT book_id, due_ms FROM job WHERE name = :name AND due_ms <= :now ORDER BY due_ms, book_id LIMIT :books",
        name=SCHEDULES_JOB, now=now_ms, books=BOOKS,
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def _claim(tx: Tx, due_ms: int, now_ms: int) -> list[str] | None:
    """The schedules to post; None when somebody else was faster. A deleted book has none for ever."""
    live = tx.book["status"] == "live"
    claimed = tx.run(
        "UPDATE job SET due_ms = :until WHERE book_id = :book AND name = :name AND due_ms = :seen",
        until=now_ms + LEASE_MS if live else _NEVER_MS, book=tx.book["id"], name=SCHEDULES_JOB, seen=due_ms,
    )  # fmt: skip
    if not claimed or not live:
        return None
    return [row["id"] for row in _posting(tx)]


def _posting(read: Tx) -> list[Row]:
    rows = queries.rows(read, read.book["id"], "schedule")
    return [row for row in rows if row["mode"] == "post" and is_active(row)]


async def _post_all(store: Store, book_id: str, schedule_id: str, now_ms: int) -> bool:
    """All that a schedule has due, each change for itself. False when a rule of the ledger is against it: it waits
    until somebody mends it."""
    through = day_begun_everywhere(now_ms)

    def post(tx: Tx) -> bool:
        schedule = queries.get(tx, book_id, "schedule", schedule_id)
        if schedule is None or schedule["mode"] != "post" or not is_active(schedule):
            return False
        ops = post_ops(tx, book_id, schedule, through, tx.new_id)
        if ops:
            change(tx, ops, person_id=None, role="owner", name="schedule.post", device_id="server")
        return bool(ops)

    try:
        while await store.write(book_id, post):
            pass
    except Refusal as refusal:
        log.warning("schedule %s of book %s was not posted: %s", schedule_id, book_id, refusal.code)
        return False
    return True


def _finish(tx: Tx, now_ms: int, failed: list[str]) -> None:
    """Says when the book is due again: when the next day of a schedule has begun everywhere. A schedule that was
    written meanwhile has set it to at once, and that stays."""
    moments = [_NEVER_MS]
    for row in _posting(tx):
        day = next_day(row["start_day"], row["rule"], after=row["done_through"])
        if day is not None:
            begun = day_number(day) * _DAY_MS + _LAST_ZONE_MS
            moments.append(max(begun, now_ms + _DAY_MS) if row["id"] in failed else begun)
    tx.run(
        "UPDATE job SET due_ms = :due WHERE book_id = :book AND name = :name AND due_ms = :lease",
        due=min(moments), book=tx.book["id"], name=SCHEDULES_JOB, lease=now_ms + LEASE_MS,
    )  # fmt: skip
