"""The protocol rule by rule, on both engines: what SYNC.md 2.4 to 2.11 promises a device."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import msgspec
import pytest

from outlay.kernel.ids import uuid7
from outlay.kernel.refusal import Refusal
from outlay.ledger import commands, queries
from outlay.ledger.collect import collect
from outlay.store.engine import Store
from outlay.sync import devices, pull, push, schemas, snapshot
from outlay.sync.stream import Pokes, events
from outlay.sync.wire import Mutation, PushRequest, parse_cursor
from prove.server import PERSON, Server
from stores import Clock, make_book
from sync.device import SCHEMA, Device, ReadPage, travelled

pytestmark = pytest.mark.anyio
STRANGER = uuid7(2, bytes(10))
ACCOUNT, CATEGORY, ROW = (uuid7(1_700_000_000_000 + n, bytes(10)) for n in range(3))


def expense(amount_minor: int = 1000) -> dict[str, Any]:
    return {
        "kind": "expense", "account_id": ACCOUNT, "amount_minor": amount_minor, "currency": "EUR",
        "to_account_id": None, "to_amount_minor": None, "to_currency": None, "rate": "1",
        "base_minor": amount_minor, "base_currency": "EUR", "day": "2026-01-15",
        "lines": [{"category_id": CATEGORY, "amount_minor": amount_minor}],
    }  # fmt: skip


def op(
    kind: str, fields: dict[str, Any] | None = None, *, e: str = "transaction", row_id: str = ROW
) -> dict[str, Any]:
    return {"e": e, "id": row_id, "k": kind} | ({} if fields is None else {"f": fields})


class Synced(Device):
    """A device on a good line."""

    server: Server

    async def sync(self) -> bool:
        """Everything there is to send and to read. False when the server refused, and the device knows better now."""
        while True:
            request = self.ask()
            assert request is not None
            answer = self.server.answer(request, compare=True)
            if self.hear(request, answer):
                return True
            if answer.code is not None:
                return False


async def book_with_two_devices(store: Store, clock: Clock) -> tuple[str, Synced, Synced]:
    """A book with an account, a category and one expense that both devices have."""
    book_id = await make_book(store)
    ops = [
        op("create", {"name": "Home", "base_currency": "EUR"}, e="settings", row_id=book_id),
        op("create", {"name": "Cash", "kind": "cash", "currency": "EUR"}, e="account", row_id=ACCOUNT),
        op("create", {"name": "Food", "kind": "expense"}, e="category", row_id=CATEGORY),
        op("create", expense()),
    ]
    await store.write(
        book_id, lambda tx: commands.change(tx, ops, person_id=PERSON, role="owner", name="new")
    )
    one, two = (Synced(book_id, PERSON, random.Random(seed), clock) for seed in (1, 2))
    one.server = two.server = Server(store, book_id)
    assert await one.sync()
    assert await two.sync()
    return book_id, one, two


def row(device: Device) -> dict[str, Any]:
    return device.rows[("transaction", ROW)]


def conflicts(device: Device) -> list[dict[str, Any]]:
    return [r for (e, _), r in device.rows.items() if e == "sync_conflict"]


async def test_edits_of_different_fields_both_stay(store: Store, clock: Clock) -> None:
    _, one, two = await book_with_two_devices(store, clock)
    one.edit([op("set", {"note": "lunch"})])
    two.edit([op("set", {"day": "2026-01-16"})])
    for device in (one, two, one):
        assert await device.sync()
    for device in (one, two):
        assert (row(device)["note"], row(device)["day"]) == ("lunch", "2026-01-16")
        assert conflicts(device) == []


async def test_of_two_edits_of_one_field_the_later_wins_and_the_other_is_kept(
    store: Store, clock: Clock
) -> None:
    _, one, two = await book_with_two_devices(store, clock)
    one.edit([op("set", {"note": "earlier"})])
    clock.advance(1000)
    two.edit([op("set", {"note": "later"})])
    clock.advance(1000)
    for device in (two, one, two):  # the later edit arrives first and still wins
        assert await device.sync()
    for device in (one, two):
        assert row(device)["note"] == "later"
        [kept] = conflicts(device)
        assert (kept["kind"], kept["kept"], kept["lost"]) == (
            "overwritten",
            {"note": "later"},
            {"note": "earlier"},
        )


async def test_a_delete_wins_and_the_edit_can_be_brought_back(store: Store, clock: Clock) -> None:
    _, one, two = await book_with_two_devices(store, clock)
    one.edit([op("delete")])
    two.edit([op("set", {"note": "still needed"})])
    for device in (one, two, one):
        assert await device.sync()
    assert row(one)["deleted"]
    assert row(two)["deleted"]
    [kept] = conflicts(one)
    assert (kept["kind"], kept["lost"]["ops"][0]["f"]) == ("edit_on_deleted", {"note": "still needed"})
    one.edit([op("restore")])
    for device in (one, two):
        assert await device.sync()
        assert not row(device)["deleted"]


async def test_a_poisoned_change_does_not_block_the_queue(store: Store, clock: Clock) -> None:
    _, one, _ = await book_with_two_devices(store, clock)
    bad = one.edit([op("set", expense(-4))])
    one.edit([op("set", {"note": "after it"})])
    parked = one.edit([{"e": "goal", "id": ROW, "k": "create", "f": {"name": "a newer app's entity"}}])
    fresh = uuid7(1_700_000_200_000, bytes(10))
    ops = [
        op("create", expense(), row_id=fresh),
        op("delete", row_id=fresh),
        op("set", {"note": "n"}, row_id=fresh),
    ]
    gone = one.edit(ops)  # an edit of what only this change made, and deleted
    while one.file.outbox:
        await one.sync()
    assert row(one)["note"] == "after it"
    assert row(one)["amount_minor"] == 1000
    assert one.file.attention[bad].startswith("rejected:")
    assert one.file.attention[parked] == "parked:unknown_entity"
    assert {c["mutation_id"]: c["kind"] for c in conflicts(one)} == {
        bad: "rejected", parked: "parked", gone: "edit_on_deleted",
    }  # fmt: skip
    assert one.server.known_pages > 0  # answered from what was written, and compared with what is read


def request(epoch: str, mutations: list[Mutation], **more: Any) -> PushRequest:
    values = {"epoch": epoch, "device": "d", "schema": SCHEMA, "sent_at": 0, "mutations": mutations} | more
    return PushRequest(**values)


def mutation(seq: int, number: int = 0) -> Mutation:
    mid = uuid7(1_700_000_100_000 + (number or seq), bytes(10))
    return Mutation(seq=seq, mid=mid, base=1, made_at=0, ops=[op("set", {"note": f"n{seq}"})])


async def test_repeat_gap_and_fork(store: Store, clock: Clock) -> None:
    book_id, one, _ = await book_with_two_devices(store, clock)

    async def send(*mutations: Mutation) -> tuple[list[Any], str | None]:
        body = request(one.file.epoch or "", list(mutations))
        answer = await store.write(book_id, lambda tx: push.push(tx, body, person_id=PERSON, role="owner"))
        return answer[:2]

    first, stop = await send(mutation(1), mutation(2))
    assert ([r.status for r in first], stop) == (["ok", "ok"], None)
    again, stop = await send(mutation(1), mutation(2), mutation(3))
    assert ([r.ver for r in again[:2]], stop) == ([r.ver for r in first], None)
    results, stop = await send(mutation(5))
    assert (results, stop) == ([], "gap")
    results, stop = await send(mutation(3, number=77))
    assert (results, stop) == ([], "forked")
    results, stop = await send(mutation(4), mutation(4, number=78))
    assert ([r.status for r in results], stop) == (["ok"], "forked")


async def test_numbers_whose_records_were_collected(store: Store, clock: Clock) -> None:
    """What the history has is answered again; anything else under a number that was taken is a fork."""
    book_id, one, _ = await book_with_two_devices(store, clock)

    async def send(*mutations: Mutation) -> tuple[list[Any], str | None]:
        body = request(one.file.epoch or "", list(mutations))
        answer = await store.write(book_id, lambda tx: push.push(tx, body, person_id=PERSON, role="owner"))
        return answer[:2]

    first, _ = await send(mutation(1), mutation(2))
    clock.advance(200 * 86_400_000)
    await store.write(book_id, collect)
    again, stop = await send(mutation(1), mutation(2), mutation(3))
    assert ([r.status for r in again], stop) == (["ok"] * 3, None)
    assert first[1].ver < again[2].ver
    history = await store.read(lambda read: queries.history(read, book_id, row_id=ROW))
    assert [entry["mutation_id"] for entry in history].count(first[0].mid) == 1
    results, stop = await send(mutation(2, number=79))
    assert (results, stop) == ([], "forked")


async def test_what_was_parked_and_is_taken_later_loses_nothing(store: Store, clock: Clock) -> None:
    """Its record was collected, so it is decided again: now the row is there, and somebody else's note on it."""
    book_id, one, _ = await book_with_two_devices(store, clock)
    late = uuid7(1_700_000_000_900, bytes(10))
    edit = mutation(1)
    edit.ops = [op("set", {"note": "from the device"}, row_id=late)]

    async def send(device: str) -> list[Any]:
        body = msgspec.structs.replace(request(one.file.epoch or "", [edit]), device=device)
        return (await store.write(book_id, lambda tx: push.push(tx, body, person_id=PERSON, role="owner")))[0]

    [result] = await send("d")
    assert result.status == "parked:gone"
    clock.advance(200 * 86_400_000)
    await store.write(book_id, collect)
    made = [op("create", expense() | {"note": "of the others"}, row_id=late)]
    await store.write(
        book_id, lambda tx: commands.change(tx, made, person_id=PERSON, role="owner", name="create")
    )
    [result] = await send("e")
    assert result.status == "ok+conflict"
    kept, _ = await store.read(lambda read: queries.conflicts(read, book_id))
    mine = {c["kind"]: c for c in kept if c["mutation_id"] == edit.mid}
    assert mine.keys() == {"parked", "overwritten"}
    while not await one.sync():
        pass
    note = one.rows[("transaction", late)]["note"]
    assert {note, mine["overwritten"]["lost"]["note"]} == {"from the device", "of the others"}


async def test_a_base_from_the_future_counts_as_now(store: Store, clock: Clock) -> None:
    book_id, one, _ = await book_with_two_devices(store, clock)
    head = await store.read(lambda read: read.value("SELECT head FROM book WHERE id = :b", b=book_id))
    ahead = mutation(1)
    ahead.base = 2**53 - 1
    body = request(one.file.epoch or "", [ahead])
    [result], _, _ = await store.write(
        book_id, lambda tx: push.push(tx, body, person_id=PERSON, role="owner")
    )
    assert (result.status, result.ver) == ("ok", head + 1)
    bad = mutation(2)
    bad.ops = [op("set", {"note": 1})]
    bad.base = 2**53 - 1
    body = request(one.file.epoch or "", [bad])
    [result], _, _ = await store.write(
        book_id, lambda tx: push.push(tx, body, person_id=PERSON, role="owner")
    )
    assert result.status.startswith("rejected:")
    kept, _ = await store.read(lambda read: queries.conflicts(read, book_id))
    assert [c["lost"]["base"] for c in kept if c["mutation_id"] == bad.mid] == [head + 1]


async def test_a_push_is_refused_whole(store: Store, clock: Clock) -> None:
    book_id, one, _ = await book_with_two_devices(store, clock)
    await store.write(
        book_id,
        lambda tx: push.push(
            tx, request(one.file.epoch or "", [mutation(1)]), person_id=PERSON, role="owner"
        ),
    )
    too_many = [
        Mutation(seq=n, mid=uuid7(n, bytes(10)), base=0, made_at=0, ops=[op("delete")] * 300) for n in (2, 3)
    ]
    cases = [
        ("epoch", request("other", []), PERSON, "owner"),
        ("upgrade", request(one.file.epoch or "", [], schema=-2), PERSON, "owner"),
        ("device_foreign", request(one.file.epoch or "", [mutation(2)]), STRANGER, "editor"),
        ("forbidden", request(one.file.epoch or "", [mutation(2)]), PERSON, "viewer"),
        ("push_too_large", request(one.file.epoch or "", too_many), PERSON, "owner"),
    ]
    head = await store.read(lambda read: read.value("SELECT head FROM book WHERE id = :b", b=book_id))
    for code, body, person, role in cases:
        with pytest.raises(Refusal) as refused:
            await store.write(
                book_id, lambda tx, b=body, p=person, r=role: push.push(tx, b, person_id=p, role=r)
            )
        assert refused.value.code == code
    assert head == await store.read(lambda read: read.value("SELECT head FROM book WHERE id = :b", b=book_id))
    await store.write(book_id, lambda tx: devices.revoke(tx, "d"))
    with pytest.raises(Refusal, match="device_revoked"):
        await store.write(
            book_id,
            lambda tx: push.push(
                tx, request(one.file.epoch or "", [mutation(2)]), person_id=PERSON, role="owner"
            ),
        )


async def test_a_cursor_that_cannot_be_answered_is_refused(store: Store, clock: Clock) -> None:
    book_id, one, _ = await book_with_two_devices(store, clock)
    await store.write(
        book_id, lambda tx: commands.change(tx, [op("delete")], person_id=PERSON, role="owner", name="delete")
    )
    clock.advance(200 * 86_400_000)
    await store.write(book_id, collect)

    async def ask(epoch: str, cursor: str) -> str:
        with pytest.raises(Refusal) as refused:
            await store.read(
                lambda read: pull.pull(
                    read, book_id=book_id, epoch=epoch, cursor=cursor, device_id="d", last_ack=0, limit=9,
                    schema=SCHEMA, now_ms=0,
                )
            )  # fmt: skip
        return refused.value.code

    assert await ask(one.file.epoch or "", "1:~") == "too_old"
    # the last tombstones that went had the floor's own version: who stands within it has not read all of them
    floor = await store.read(lambda read: read.value("SELECT gc_floor FROM book WHERE id = :b", b=book_id))
    assert await ask(one.file.epoch or "", f"{floor}:{uuid7(1, bytes(10))}") == "too_old"
    assert (
        await store.read(
            lambda read: pull.pull(
                read, book_id=book_id, epoch=one.file.epoch or "", cursor=f"{floor}:~", device_id="d", last_ack=0,
                limit=9, schema=SCHEMA, now_ms=0,
            )
        )
    ).rows == []  # fmt: skip
    assert await ask(one.file.epoch or "", "99:~") == "epoch"
    assert await ask("other", "1:~") == "epoch"
    assert await ask(one.file.epoch or "", "1;drop") == "cursor_invalid"
    assert parse_cursor("12:~") == (12, "~")
    while not await one.sync():  # the device fetches the book anew
        pass
    assert ("transaction", ROW) not in one.file.confirmed


async def test_the_first_page_of_a_large_snapshot_ends_with_the_newest(store: Store, clock: Clock) -> None:
    book_id, _, _ = await book_with_two_devices(store, clock)
    # today is 2026-01-15: tomorrow may have begun where the device is, the day after is to come
    days = ["2026-01-16", "2025-02-02", "2026-01-16", "2026-01-17", "2025-01-05"]
    ids = [uuid7(1_700_000_000_100 + n, bytes(10)) for n in range(len(days))]
    made = [
        op("create", expense() | {"day": day}, row_id=row_id) for day, row_id in zip(days, ids, strict=True)
    ]
    await store.write(
        book_id, lambda tx: commands.change(tx, made, person_id=PERSON, role="owner", name="more")
    )

    async def page(after: str | None, v0: int | None, limit: int = 5) -> ReadPage:
        ask = {"book_id": book_id, "after": after, "v0": v0, "limit": limit, "schema": SCHEMA}
        return travelled(await store.read(lambda read: snapshot.snapshot(read, now_ms=clock.now_ms, **ask)))

    first = await page(None, None)
    named = ["settings", "account", "category", "transaction", "transaction"]
    assert [entity for entity, _ in first.rows] == named
    assert [values[0] for _, values in first.rows[3:]] == [ids[0], ids[2]]
    assert (first.after, first.more, first.total) == ("transaction:", True, 9)
    second = await page(first.after, first.v0)
    assert [values[0] for _, values in second.rows] == [ROW, *ids[:4]]
    third = await page(second.after, first.v0)
    assert [values[0] for _, values in third.rows] == [ids[4]]
    assert (third.after, third.more) == (None, False)
    whole = await page(None, None, 9)
    assert [entity for entity, _ in whole.rows] == [*named[:3], *["transaction"] * 6]
    assert not whole.more


async def test_a_snapshot_has_what_a_pull_has(store: Store, clock: Clock) -> None:
    book_id, *_ = await book_with_two_devices(store, clock)
    note = '"quoted" \\ back\nslash\t\u2028 / é 語 🐈'
    ids = [uuid7(1_700_000_000_100 + n, bytes(10)) for n in range(3)]
    different: list[dict[str, Any]] = [
        {"note": note, "reconciled": True},
        {"note": "", "time": None},
        {"note": None},
    ]
    made = [
        op("create", expense() | fields, row_id=row_id) for fields, row_id in zip(different, ids, strict=True)
    ]
    await store.write(book_id, lambda tx: commands.change(tx, made, person_id=PERSON, role="owner", name="n"))
    epoch, *_ = await store.read(lambda read: pull.book_row(read, book_id))
    pulled = await store.read(
        lambda read: pull.pull(
            read, book_id=book_id, epoch=epoch, cursor="0:", device_id="new", last_ack=0, limit=1000,
            schema=SCHEMA, now_ms=clock.now_ms,
        )
    )  # fmt: skip
    ask = {"book_id": book_id, "after": None, "v0": None, "limit": 1000, "schema": SCHEMA}
    page = travelled(await store.read(lambda read: snapshot.snapshot(read, now_ms=clock.now_ms, **ask)))
    rows = {
        (entity, row_id, ver): dict(zip(page.columns[entity], values, strict=True))
        for entity, [row_id, ver, *values] in page.rows
    }
    assert rows == {
        (entity, row_id, ver): fields for entity, row_id, ver, deleted, fields in pulled.rows if not deleted
    }
    assert rows["transaction", ids[0], pulled.head]["note"] == note


async def test_a_digest_names_the_table_that_differs(store: Store, clock: Clock) -> None:
    book_id, *_ = await book_with_two_devices(store, clock)
    before = await store.read(lambda read: pull.digest(read, book_id=book_id))
    assert before["tables"]["transaction"]["count"] == 1
    await store.write(
        book_id,
        lambda tx: commands.change(tx, [op("set", {"note": "x"})], person_id=PERSON, role="owner", name="n"),
    )
    after = await store.read(lambda read: pull.digest(read, book_id=book_id))
    changed = [name for name in after["tables"] if after["tables"][name] != before["tables"][name]]
    assert (changed, after["ver"]) == (["transaction"], before["ver"] + 1)
    await store.write(
        book_id, lambda tx: commands.change(tx, [op("delete")], person_id=PERSON, role="owner", name="n")
    )
    gone = await store.read(lambda read: pull.digest(read, book_id=book_id))
    assert gone["tables"]["transaction"] == {"count": 0, "xor": "0" * 16}


async def test_a_stream_says_the_head_now_then_each_change_and_hears_other_processes(
    store: Store, clock: Clock
) -> None:
    book_id, *_ = await book_with_two_devices(store, clock)

    async def heads(book_ids: list[str]) -> dict[str, tuple[str, int]]:
        rows = await store.read(
            lambda read: read.all("SELECT id, epoch, head FROM book WHERE id IN :ids", ids=book_ids)
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    async def first() -> tuple[str, int]:
        return (await heads([book_id]))[book_id]

    pokes = Pokes(heads)
    stream = events(pokes, book_id, first=first, lifetime_s=30)
    epoch, head = await first()
    assert await anext(stream) == f'id: {epoch}:{head}\ndata: {{"head":{head}}}\n\n'.encode()
    store.on_commit(pokes.publish)
    note = [op("set", {"note": "poke"})]
    await store.write(book_id, lambda tx: commands.change(tx, note, person_id=PERSON, role="owner", name="n"))
    while f'"head":{head + 1}' not in (await asyncio.wait_for(anext(stream), 5)).decode():
        pass
    # A writer that this process does not hear of: noticed by the poll.
    await store.write_people(lambda tx: tx.run("UPDATE book SET head = head + 1 WHERE id = :b", b=book_id))
    while f'"head":{head + 2}' not in (await asyncio.wait_for(anext(stream), 5)).decode():
        pass
    await stream.aclose()
    assert pokes.count == 0
    await pokes.stop()


async def test_a_stream_ends_with_reauth_when_the_token_does(store: Store, clock: Clock) -> None:
    async def first() -> tuple[str, int]:
        return "e", 1

    async def heads(book_ids: list[str]) -> dict[str, tuple[str, int]]:
        return {}

    pokes = Pokes(heads)
    said = [part async for part in events(pokes, "b", first=first, lifetime_s=0.05)]
    assert said[-1] == b"event: reauth\ndata: {}\n\n"
    await pokes.stop()


def test_an_older_schema_gets_rows_it_knows() -> None:
    def two_to_one(entity: str, fields: dict[str, Any]) -> dict[str, Any] | None:
        if entity == "goal":
            return None
        return {name: value for name, value in fields.items() if name != "mood"}

    steps = {2: two_to_one}
    wire = ("tag", ROW, 4, False, {"name": "Trip", "mood": "good"})
    assert schemas.outgoing(wire, 1, current=2, steps=steps) == ("tag", ROW, 4, False, {"name": "Trip"})
    assert schemas.outgoing(wire, 2, current=2, steps=steps) == wire
    assert schemas.outgoing(("goal", ROW, 4, False, {}), 1, current=2, steps=steps) == (
        "goal",
        ROW,
        4,
        True,
        {},
    )
