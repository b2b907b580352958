"""The test of the test: each rule of sync taken away from the running code, one at a time, by patching it here.

For each, the directed stories that were written for it are told, then seeds, until something is noticed. A rule
whose removal nobody notices is a fault of the proof. Nothing in the product knows of any of this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from outlay.kernel import ids
from outlay.kernel.refusal import Refusal
from outlay.ledger import commands, merge, references, rollups, rules, undo
from outlay.ledger.entities import entities
from outlay.ledger.state import DatabaseState
from outlay.store.write import Tx
from outlay.sync import pull, push, snapshot
from prove import server
from prove.directed import faults
from prove.story import Story
from sync import device as reference
from sync.device import Device

Patched = AbstractContextManager[Any]
_land_page = Device._land_page


# ---- the server's rules ---------------------------------------------------------------------------------


def _no_mutation_id() -> Patched:
    return patch.object(commands, "_known", lambda tx, mutations: {})


@contextmanager
def _ack_not_atomic() -> Iterator[None]:
    """The rows are committed before what says that they are."""

    @contextmanager
    def dying() -> Iterator[None]:
        flush, upsert = commands.Batch.flush, Tx.upsert

        def rows_only(batch: Any) -> None:
            batch._mutations.clear()
            flush(batch)

        def no_device(tx: Tx, table: str, rows: Any, *more: Any, **named: Any) -> None:
            if table != "device":
                upsert(tx, table, rows, *more, **named)

        with patch.object(commands.Batch, "flush", rows_only), patch.object(Tx, "upsert", no_device):
            yield
        raise server.Crash

    with patch.object(server, "dying_before_commit", dying):
        yield


def _poison_blocks() -> Patched:
    run = commands.Batch.run

    def strict(batch: Any, mutation: Any, **named: Any) -> Any:
        outcome = run(batch, mutation, **named)
        if outcome.status.startswith("rejected"):
            raise Refusal("field_invalid")
        return outcome

    return patch.object(commands.Batch, "run", strict)


@contextmanager
def _no_epoch() -> Iterator[None]:
    push_, pull_ = push.push, pull.pull

    def any_push(tx: Any, request: Any, **named: Any) -> Any:
        request.epoch = tx.book["epoch"]
        return push_(tx, request, **named)

    def any_pull(read: Any, *, book_id: str, epoch: str, cursor: str, **named: Any) -> Any:
        _, head, _ = pull.book_row(read, book_id)
        asked = cursor if int(cursor.partition(":")[0]) <= head else f"{head}:~"
        now = read.value("SELECT epoch FROM book WHERE id = :b", b=book_id)
        page = pull_(read, book_id=book_id, epoch=now, cursor=asked, **named)
        page.epoch, page.from_ = epoch, cursor
        return page

    with patch.object(push, "push", any_push), patch.object(pull, "pull", any_pull):
        yield


def _no_floor() -> Patched:
    set_book = Tx.set_book

    def without(tx: Tx, **fields: Any) -> None:
        fields.pop("gc_floor", None)
        if fields:
            set_book(tx, **fields)

    return patch.object(Tx, "set_book", without)


def _no_history_of_collected() -> Patched:
    """What was collected is forgotten: the history is not asked."""
    known = commands._known
    return patch.object(commands, "_known", lambda tx, ms: known(tx, [{**m, "base": 2**53} for m in ms]))


def _floor_within_its_version() -> Patched:
    """Who stands somewhere in the floor's own version may go on."""
    pull_, book_row = pull.pull, pull.book_row

    def lower(read: Any, book_id: str) -> Any:
        epoch, head, floor = book_row(read, book_id)
        return epoch, head, floor - 1

    def going_on(read: Any, *, book_id: str, cursor: str, **named: Any) -> Any:
        version, _, after = cursor.partition(":")
        within = int(version) == book_row(read, book_id)[2] and after != pull.END
        with patch.object(pull, "book_row", lower if within else book_row):
            return pull_(read, book_id=book_id, cursor=cursor, **named)

    return patch.object(pull, "pull", going_on)


def _conflict_of_before() -> Patched:
    """What is decided again has the conflict that it had."""
    return patch.object(
        commands.Batch, "_is_new", lambda batch, c: batch.state.get("sync_conflict", c["id"]) is None
    )


def _page_cuts_version() -> Patched:
    """The cursor is the version alone."""
    pull_ = pull.pull

    def cut(read: Any, **named: Any) -> Any:
        page = pull_(read, **named)
        if page.more:
            page.to = page.to.partition(":")[0] + ":~"
        return page

    return patch.object(pull, "pull", cut)


def _of_any_book() -> Patched:
    rows = pull._rows

    def all_books(read: Any, book_id: str, *more: Any) -> Any:
        class Wide:
            def select(self, table: str, where: str, **named: Any) -> Any:
                return read.select(table, where.replace("book_id = :book", ":book = :book"), **named)

        return rows(Wide(), book_id, *more)

    return patch.object(pull, "_rows", all_books)


def _torn_pull() -> Patched:
    """Acks are read after the rows, in another snapshot."""
    answer = server.Server._page

    def torn(self: Any, request: Any) -> Any:
        page = answer(self, request)
        if request.kind == "pull" and not page.more and (between := self.take_meanwhile()) is not None:
            between()
            page.acks = answer(self, request).acks
        return page

    return patch.object(server.Server, "_page", torn)


def _set(replacing: Callable[..., Any], name: str) -> Patched:
    return patch.dict(merge._KINDS, {name: replacing})


def _upsert_missing() -> Patched:
    def upsert(draft: Any, entity: Any, op: Any) -> Any:
        if (
            draft.get(entity.name, op["id"]) is None
            and entity.name == "transaction"
            and "kind" in op.get("f", {})
        ):
            fields = {"day": "2026-01-01", **op["f"]}
            return merge._create(draft, entity, {**op, "f": fields})
        return merge._set(draft, entity, op)

    return _set(upsert, "set")


def _edit_revives() -> Patched:
    def revive(draft: Any, entity: Any, op: Any) -> Any:
        row = draft.get(entity.name, op["id"])
        if row is not None and row["deleted"] and row.get("amount_minor") is not None:
            draft.write(entity.name, {**row, "deleted": False})
        return merge._set(draft, entity, op)

    return _set(revive, "set")


def _create_revives() -> Patched:
    def again(draft: Any, entity: Any, op: Any) -> Any:
        row = draft.get(entity.name, op["id"])
        if row is not None and row["deleted"] and ids.version(op["id"]) == 7:
            draft.write(entity.name, {**entity.defaults, **op["f"], "id": op["id"], "ver": draft.ver,
                                      "deleted": False, "fmeta": {"*": draft.stamp}, "extra": None})  # fmt: skip
            return None
        return merge._create(draft, entity, op)

    return _set(again, "create")


def _no_bare_tombstone() -> Patched:
    def without(draft: Any, entity: Any, op: Any) -> Any:
        return None if draft.get(entity.name, op["id"]) is None else merge._delete(draft, entity, op)

    return _set(without, "delete")


def _clock_decides() -> Patched:
    """The later clock wins, whoever knew whom."""

    def later(draft: Any, mark: Any) -> bool:
        return mark is not None and mark[2] > draft.stamp[2]

    apply_many = commands.apply_many

    def by_clock(tx: Any, mutations: Any, **named: Any) -> Any:
        return apply_many(tx, mutations, **{**named, "sent_at_ms": tx.now_ms})

    both = patch.multiple(merge.Draft, unseen=later)
    return _together(both, patch.object(commands, "apply_many", by_clock))


def _last_writer_wins() -> Patched:
    return patch.object(merge.Draft, "unseen", lambda draft, mark: False)


def _nothing_is_kept() -> Patched:
    def none_kept(batch: Any, decision: Any, *more: Any) -> Any:
        decision.conflicts = [c for c in decision.conflicts if c.kind != "overwritten"]
        return conflicts(batch, decision, *more)

    conflicts = commands.Batch._conflicts
    return patch.object(commands.Batch, "_conflicts", none_kept)


def _money_in_pieces() -> Patched:
    """Every field of the money merges by itself."""
    entity = entities()["transaction"]
    fields = {name: replace(field, unit=name) for name, field in entity.fields.items()}
    pieces = replace(entity, fields=fields, units={name: (name,) for name in fields}, groups={})
    book = {**entities(), "transaction": pieces}
    return _together(patch.object(merge, "entities", lambda: book), patch.object(undo, "entities", lambda: book))


def _age_ignored() -> Patched:
    """Of two edits that did not know each other the one that arrives later wins."""
    apply_many = commands.apply_many

    def by_arrival(tx: Any, mutations: Any, **named: Any) -> Any:
        return apply_many(tx, mutations, **{**named, "sent_at_ms": None})

    return patch.object(commands, "apply_many", by_arrival)


def _inc_is_set() -> Patched:
    """A counter is what its last author saw, and one more."""

    def as_set(draft: Any, entity: Any, op: Any) -> Any:
        row = draft.get(entity.name, op["id"])
        if row is None or row["deleted"] or "position" not in op["f"]:
            return merge._inc(draft, entity, op)
        known = row["position"] - (op["f"]["position"] if draft.unseen(row["fmeta"].get("position")) else 0)
        return merge._set(draft, entity, {**op, "f": {"position": known + op["f"]["position"]}})

    return _set(as_set, "inc")


def _gap_ignored() -> Patched:
    """A number further on is taken for the next one."""
    order = push._order

    def anyhow(tx: Any, request: Any, last_seq: int) -> Any:
        new = [m.seq for m in request.mutations if m.seq > last_seq]
        return order(tx, request, min(new) - 1 if new else last_seq)

    return patch.object(push, "_order", anyhow)


def _parked_is_dropped() -> Patched:
    failed = merge._failed

    def forgetful(*given: Any) -> Any:
        decision = failed(*given)
        decision.conflicts = []
        return decision

    return patch.object(merge, "_failed", forgetful)


def _legs_dangle() -> Patched:
    return patch.object(references, "_cascade_account", lambda draft, row_id, other, user: None)


def _no_rewriting() -> Patched:
    """What arrives keeps a category that was merged away meanwhile."""
    return patch.object(references, "mend", lambda draft, entity, row, names: None)


def _no_rollups() -> Patched:
    return patch.object(rollups, "add", lambda tx, book_id, sums: None)


def _rejected_takes_no_version() -> Patched:
    run = commands.Batch.run

    def free(batch: Any, mutation: Any, **named: Any) -> Any:
        head = batch._tx.book["head"]
        outcome = run(batch, mutation, **named)
        if outcome.status.startswith("rejected"):
            batch._tx.book["head"] = head
        return outcome

    return patch.object(commands.Batch, "run", free)


def _repeat_is_not_recorded() -> Patched:
    """What is known is not written down under its new number."""
    return patch.object(commands.Batch, "repeat", lambda batch, mutation, earlier: earlier)


def _stranger_to_oneself() -> Patched:
    return patch.object(merge.Draft, "unseen", lambda draft, mark: mark is not None and mark[0] > draft.base)


def _equal_values_differ() -> Patched:
    return patch.object(merge, "all", lambda values: False, create=True)


def _age_below_zero() -> Patched:
    """What a clock that was ahead has dated into the future stays there."""
    apply_many, run = commands.apply_many, commands.Batch.run

    def ahead(tx: Any, mutations: Any, *, sent_at_ms: Any, **named: Any) -> Any:
        def dated(batch: Any, mutation: Any, *, edited_at_ms: int, **more: Any) -> Any:
            return run(batch, mutation, edited_at_ms=tx.now_ms - (sent_at_ms - mutation["made_at"]), **more)

        with patch.object(commands.Batch, "run", dated):
            return apply_many(tx, mutations, sent_at_ms=sent_at_ms, **named)

    return patch.object(commands, "apply_many", ahead)


def _by_halves() -> Patched:
    """What stands before the operation that fails is written."""

    def half(state: Any, mutation: Any, **at: Any) -> Any:
        decision = merge.decide(state, mutation, **at)
        if decision.refusal is not None and len(mutation["ops"]) > 1:
            decision.writes = merge.decide(state, {**mutation, "ops": mutation["ops"][:-1]}, **at).writes
        return decision

    return patch.object(commands, "decide", half)


def _blind_to_its_own_batch() -> Patched:
    """Each change of a push is decided over the book as it was before the push."""
    return patch.object(DatabaseState, "put", lambda state, writes: None)


def _deleted_without_a_trace() -> Patched:
    def bury(draft: Any, entity: str, row: Any, into: Any = None) -> None:
        conflicts = list(draft.conflicts)
        bury_(draft, entity, row, into)
        draft.conflicts = conflicts

    bury_ = merge.Draft.bury
    return patch.object(merge.Draft, "bury", bury)


def _always_unlocked() -> Patched:
    may_change = merge._may_change
    return patch.object(merge, "_may_change", lambda *given: may_change(*given[:-1], True))


def _made_twice_is_refused() -> Patched:
    """Who makes what another made meanwhile is told that it exists."""
    again = merge._create_again

    def exists(draft: Any, entity: Any, op: Any, found: Any) -> Any:
        fine = found["deleted"] or merge.automatic(entity.name, found)
        return again(draft, entity, op, found) if fine else Refusal("exists", "id")

    return patch.object(merge, "_create_again", exists)


def _account_may_be_gone() -> Patched:
    leg = rules._leg

    def anyway(*given: Any, **named: Any) -> Any:
        refusal = leg(*given, **named)
        return None if refusal is not None and refusal.code == "account_gone" else refusal

    return patch.object(rules, "_leg", anyway)


@contextmanager
def _snapshot_from_its_end() -> Iterator[None]:
    """The device catches up from the version of the last page, not of the first."""
    read_page, land = snapshot.snapshot, Device._land_snapshot

    def newest(read: Any, *, v0: Any, **named: Any) -> Any:
        return read_page(read, v0=None, **named)

    def forgiving(device: Device, request: Any, page: Any) -> None:
        now = device.file.hydration
        if now is not None and now.v0 is not None:
            device.file = replace(device.file, hydration=replace(now, v0=page.v0))
            request = replace(request, body=request.body | {"v0": page.v0})
        land(device, request, page)

    with patch.object(snapshot, "snapshot", newest), patch.object(Device, "_land_snapshot", forgiving):
        yield


def _gc_inside_window() -> Patched:
    """Tombstones go at once, while somebody may still push what was made before them."""
    collect = Story.collect
    at_once = patch.object(Story, "collect", lambda story, days=0: collect(story, days=-1))
    return _together(at_once, patch.object(faults, "AGE_DAYS", -1))


# ---- the device's rules ---------------------------------------------------------------------------------


@contextmanager
def _no_fork_check() -> Iterator[None]:
    """A number that is taken by another change is taken for one's own, on both sides."""
    order = push._order

    def blind(tx: Any, request: Any, last_seq: int) -> Any:
        known = {
            row["seq"]: row["id"]
            for row in tx.select(
                "mutation",
                "book_id = :book AND device_id = :device",
                book=tx.book["id"],
                device=request.device,
            )
        }
        for mutation in request.mutations:
            mutation.mid = known.get(mutation.seq, mutation.mid)
        return order(tx, request, last_seq)

    with patch.object(push, "_order", blind), _trim_by_number():
        yield


def _trim_by_number() -> Patched:
    def by_number(device: Device, file: Any, acks: Any) -> bool:
        for seq, _, status, ver, _ in acks:
            mine = next((m for m in file.outbox if m["seq"] == seq), None)
            if mine is not None:
                file.outbox.remove(mine)
                known = {
                    "status": status,
                    "ver": ver,
                    "acked_at": device.clock(),
                    "hydrations": file.hydrations,
                }
                file.acked.append(mine | known)
            file.last_ack = max(file.last_ack, seq)
        return True

    return patch.object(Device, "_trim", by_number)


def _deaf_before_the_first_page() -> Patched:
    """A device that is about to fetch the book anew takes whatever log it is told of for its own."""
    land = Device._land_snapshot

    def deaf(device: Device, request: Any, page: Any) -> None:
        now = device.file.hydration
        if now is not None and now.v0 is None:
            device.file = replace(device.file, epoch=page.epoch)
        land(device, request, page)

    return patch.object(Device, "_land_snapshot", deaf)


def _passed_over() -> Patched:
    """One that waits under a number behind the last confirmed one goes on waiting for its ack."""
    trim = Device._trim

    def patient(device: Device, file: Any, acks: Any) -> bool:
        last = max((ack[0] for ack in acks), default=file.last_ack)
        return trim(device, file, acks) or file.last_ack == last

    return patch.object(Device, "_trim", patient)


def _cursor_first() -> Patched:
    """The cursor is saved before the rows, and the app dies between, now and then."""

    def first(device: Device, request: Any, page: Any) -> bool:
        file = device.file
        current = file.device_id == request.device_id and file.epoch == page.epoch
        if current and not page.more and device.position() == page.from_ and device.random.random() < 0.3:
            device._commit(replace(file.copy(), cursor=page.to, staged=[], staged_to=None, hydration=None))
            return False
        return _land_page(device, request, page)

    return patch.object(Device, "_land_page", first)


def _no_staging() -> Patched:
    """Each page is shown when it comes."""

    def shown(device: Device, request: Any, page: Any) -> bool:
        fits = device.position() == page.from_ and device.file.epoch == page.epoch
        if fits and device.file.device_id == request.device_id and page.more:
            file = device.file.copy()
            file.staged = list(page.rows)
            device._take(file, page)
            device._commit(file)
            return False
        return _land_page(device, request, page)

    return patch.object(Device, "_land_page", shown)


def _no_from_check() -> Patched:
    def anything(device: Device, request: Any, page: Any) -> bool:
        file = device.file.copy()
        if file.device_id != request.device_id or file.epoch != page.epoch:
            return False
        file.staged += page.rows
        if page.more:
            file.staged_to = page.to
            device._commit(file)
            return False
        device._take(file, page)
        device._commit(file)
        return True

    return patch.object(Device, "_land_page", anything)


def _no_push_again() -> Patched:
    """After the server was restored, only what waited is sent."""
    new_device = Device._new_device
    return patch.object(Device, "_new_device", lambda device, file, again=False: new_device(device, file))


def _push_all_again() -> Patched:
    """However long ago it was confirmed."""
    return patch.object(reference, "KEPT_ACKED_MS", 2**53)


def _whole_rows() -> Patched:
    """An edit sends all that the device has of the row."""
    edit = Device.edit

    def whole(device: Device, ops: Any) -> str:
        full = []
        for op in ops:
            row = device.rows.get((op["e"], op["id"]))
            if op["k"] == "set" and row is not None and op["e"] == "transaction":
                fields = merge.fields_of("transaction", row) | op["f"]
                op = {**op, "f": {n: v for n, v in fields.items() if n != "import_id"}}
            full.append(op)
        return edit(device, full)

    return patch.object(Device, "edit", whole)


def _no_replay() -> Patched:
    """What waits is not shown on top of what comes in."""

    def bare(device: Device, file: Any) -> None:
        file.hidden = frozenset()
        file.view = dict(file.confirmed)

    return patch.object(Device, "_replay", bare)


def _outbox_lost_in_hydration() -> Patched:
    begin = Device._begin_hydration

    def forgetful(device: Device) -> None:
        begin(device)
        device._commit(replace(device.file.copy(), outbox=[]))

    return patch.object(Device, "_begin_hydration", forgetful)


def _done_goes_back() -> Patched:
    """Of two that posted the later one says how far it is done."""
    return patch.object(merge, "_both", lambda how, here, there: there)


@contextmanager
def _together(*patches: Patched) -> Iterator[None]:
    if not patches:
        yield
        return
    with patches[0], _together(*patches[1:]):
        yield


RULES: dict[str, tuple[Callable[[], Patched], tuple[str, ...]]] = {
    "mutation id is known again": (_no_mutation_id, ("lost_answer",)),
    "ack in the transaction of its rows": (_ack_not_atomic, ("crash_between_rows_and_record",)),
    "a repeat is recorded under its new number": (_repeat_is_not_recorded, ("lost_answer",)),
    "what is rejected takes a version": (_rejected_takes_no_version, ("poisoned_queue",)),
    "all or nothing": (_by_halves, ("poisoned_in_the_middle",)),
    "a push sees its own changes": (_blind_to_its_own_batch, ("pages_inside_a_version",)),
    "poison does not block": (_poison_blocks, ("poisoned_queue",)),
    "epoch": (_no_epoch, ("epoch_after_a_restore",)),
    "floor of collected tombstones": (_no_floor, ("away_while_tombstones_go",)),
    "nobody goes on from within the floor": (_floor_within_its_version, ("within_the_floor",)),
    "what is decided again is kept again": (_conflict_of_before, ("parked_and_taken",)),
    "history of collected changes": (_no_history_of_collected, ("back_after_half_a_year",)),
    "cursor is version and id": (_page_cuts_version, ("pages_inside_a_version",)),
    "rows of one book": (_of_any_book, ()),
    "acks and rows in one snapshot": (_torn_pull, ("push_while_a_pull_is_read",)),
    "no upsert of missing rows": (_upsert_missing, ("edit_of_what_is_gone",)),
    "no edit revives": (_edit_revives, ("edit_of_what_is_gone",)),
    "no create revives": (_create_revives, ("created_again",)),
    "delete of the unknown leaves a tombstone": (_no_bare_tombstone, ("created_again",)),
    "tombstones outlive pushes": (_gc_inside_window, ("created_again",)),
    "clocks do not order": (_clock_decides, ("of_two_edits",)),
    "an edit knows its base": (_last_writer_wins, ("of_two_edits",)),
    "one's own edits are known": (_stranger_to_oneself, ("of_one_who_goes_on",)),
    "equal values are no conflict": (_equal_values_differ, ("of_two_amounts",)),
    "an age is not below zero": (_age_below_zero, ("clock_set_right",)),
    "what a delete overran is kept": (_deleted_without_a_trace, ("deleted_over_an_edit",)),
    "what two made alike is one": (_made_twice_is_refused, ("made_by_two",)),
    "what is overwritten is kept": (_nothing_is_kept, ("of_two_edits",)),
    "money is one unit": (_money_in_pieces, ("of_two_amounts",)),
    "of two edits the later by age": (_age_ignored, ("of_two_by_age",)),
    "counters are added to": (_inc_is_set, ("counted_by_two",)),
    "a gap is noticed": (_gap_ignored, ("forgotten_by_the_server",)),
    "what is parked is kept whole": (_parked_is_dropped, ("of_a_newer_app",)),
    "what is reconciled is locked": (_always_unlocked, ("reconciled",)),
    "an account that is gone parks": (_account_may_be_gone, ("entry_for_a_deleted_account",)),
    "legs of a deleted account": (_legs_dangle, ("deleted_account",)),
    "references are mended": (_no_rewriting, ("deleted_category",)),
    "rollups move with their rows": (_no_rollups, ()),
    "snapshot catches up from its beginning": (_snapshot_from_its_end, ("snapshot_beside_writes",)),
    "fork of a number that is taken": (_no_fork_check, ("taken_number_in_a_push",)),
    "trim by mutation id": (_trim_by_number, ("taken_number_in_an_ack",)),
    "another log is noticed before the first page": (
        _deaf_before_the_first_page,
        ("restored_before_the_first_page",),
    ),
    "a number that was passed over is let go": (_passed_over, ("record_went_before_a_later_one",)),
    "rows before cursor": (_cursor_first, ("crash_in_a_landing",)),
    "pages are staged": (_no_staging, ("pages_inside_a_version",)),
    "from is where the device stands": (_no_from_check, ("old_answer_late",)),
    "acknowledged changes again after a restore": (_no_push_again, ("epoch_after_a_restore",)),
    "nothing again that was acknowledged long ago": (_push_all_again, ("restored_after_long",)),
    "only what was edited travels": (_whole_rows, ("old_client_edits",)),
    "what waits is replayed": (_no_replay, ("waits_unseen",)),
    "how far a schedule is done only grows": (_done_goes_back, ("posted_by_several",)),
    "outbox survives a hydration": (_outbox_lost_in_hydration, ("epoch_after_a_restore",)),
}
"""Rule to (how it is taken away, directed stories for it)."""
