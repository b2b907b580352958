"""A push: mutations of one device, in its own order, once each (SYNC 2.4).

Orders and records only. What a mutation does to the book is the ledger's `apply_many`; here it is
decided which ones are new, which were seen before, and when the device's history and ours have parted.
All in the caller's one transaction: the rows, the answers and `last_seq` are there together or not at all.
"""

from __future__ import annotations

import msgspec

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.ledger import commands
from outlay.ledger.commands import Outcome
from outlay.ledger.entities import fields_of
from outlay.store.write import Tx
from outlay.sync import devices, schemas
from outlay.sync.wire import END, Mutation, Page, PushRequest, Result


def push(
    tx: Tx, request: PushRequest, *, person_id: str, role: str
) -> tuple[list[Result], str | None, Page | None]:
    """The results in order, why the rest was not taken (None, `gap` or `forked`), and the pull page when it
    is known without reading: a device that had seen everything has only its own changes to see.

    Refuses `epoch`, `book_deleted`, `upgrade`, `device_foreign`, `device_revoked`, `push_too_large`;
    then nothing is written. A repeat gets the first answer; one under a new device is recorded there too.
    """
    schemas.check(request.schema)
    if tx.book["status"] != "live":
        raise Refusal("book_deleted", field="book")
    if request.epoch != tx.book["epoch"]:
        raise Refusal("epoch", field="epoch", epoch=tx.book["epoch"])
    if (
        sum(len(mutation.ops) for mutation in request.mutations) > limits.PUSH_OPERATIONS
        and len(request.mutations) > 1
    ):
        raise Refusal("push_too_large", field="mutations", limit=limits.PUSH_OPERATIONS)
    device = devices.enter(
        tx, device_id=request.device, person_id=person_id, schema=request.schema, name=request.name
    )
    up_to_date = request.cursor == f"{tx.book['head']}:{END}" and request.last_ack == device["last_seq"]
    outcomes: list[Outcome] = []
    results, new, stop = _order(tx, request, device["last_seq"])
    if new:
        outcomes = commands.apply_many(
            tx,
            [msgspec.structs.asdict(mutation) for mutation in new],
            person_id=person_id,
            device_id=request.device,
            device_ordinal=device["ordinal"],
            role=role,
            sent_at_ms=request.sent_at,
        )
        results += [
            Result(seq=m.seq, mid=m.mid, status=o.status, ver=o.ver, result=o.result)
            for m, o in zip(new, outcomes, strict=True)
        ]
        results.sort(key=lambda result: result.seq)
        device["last_seq"] = max(device["last_seq"], *(m.seq for m in new))
    version, _, _ = request.cursor.partition(":")
    device["pulled_ver"] = max(device["pulled_ver"], min(int(version or 0), tx.book["head"]))
    tx.upsert("device", [device])
    return results, stop, _page(tx, request, results, outcomes) if up_to_date else None


def _page(tx: Tx, request: PushRequest, results: list[Result], outcomes: list[Outcome]) -> Page | None:
    """What `pull` would answer after this transaction, from what was just written; None when it has to cut."""
    last = {
        (entity, row["id"]): row for outcome in outcomes for entity, row in outcome.rows()
    }  # the last state of each
    if len(last) > request.limit:
        return None
    rows = [
        (entity, row_id, row["ver"], row["deleted"], fields_of(entity, row))
        for (entity, row_id), row in sorted(last.items(), key=lambda item: (item[1]["ver"], item[0][1]))
    ]
    head = tx.book["head"]
    return Page(
        epoch=request.epoch, from_=request.cursor, to=f"{head}:{END}", head=head, more=False,
        rows=[schemas.outgoing(row, request.schema) for row in rows],
        acks=[(r.seq, r.mid, r.status, r.ver, r.result) for r in results if r.seq > request.last_ack],
        time=tx.now_ms,
    )  # fmt: skip


def _order(tx: Tx, request: PushRequest, last_seq: int) -> tuple[list[Result], list[Mutation], str | None]:
    """(answers given before, mutations for the ledger, why it stops there).

    A number whose record was collected half a year later goes to the ledger again when the history has the
    change: a device that was away for so long still learns what became of its last push. Any other change under
    a number that was taken is of a device whose file went back in time.
    """
    known = {
        row["seq"]: row
        for row in tx.select(
            "mutation", "book_id = :book AND device_id = :device AND seq IN :seqs",
            book=tx.book["id"], device=request.device,
            seqs=[m.seq for m in request.mutations if m.seq <= last_seq],
        )
    }  # fmt: skip
    applied = commands.applied(
        tx, [msgspec.structs.asdict(m) for m in request.mutations if m.seq <= last_seq and m.seq not in known]
    )
    results: list[Result] = []
    new: list[Mutation] = []
    previous, following = 0, last_seq + 1
    for mutation in request.mutations:
        if mutation.seq <= previous:
            return results, new, "forked"
        previous = mutation.seq
        if mutation.seq > last_seq:
            if mutation.seq != following:
                return results, new, "gap"
            following += 1
            new.append(mutation)
            continue
        old = known.get(mutation.seq)
        if old is None and mutation.mid in applied:
            new.append(mutation)
        elif old is None or old["id"] != mutation.mid:
            return results, new, "forked"
        else:
            results.append(
                Result(
                    seq=old["seq"], mid=old["id"], status=old["status"], ver=old["ver"], result=old["result"]
                )
            )
    return results, new, None
