"""What must hold, whatever happens: the invariants I1 to I14 of docs/sync.md, judged from outside.

The oracle keeps its own books: which mutations were made, with which operations and bases they reached the
server, and what the server acknowledged. A backup of the server takes the oracle's books of the server along
(`memory`), so that they always describe the log that is in force.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from outlay.kernel.ids import version
from outlay.kernel.money import MAX_MINOR
from outlay.ledger.check import check
from outlay.ledger.entities import entities, fields_of
from outlay.ledger.lines import lines_of
from outlay.ledger.undo import created
from outlay.sync import pull, schemas
from prove.edits import counted
from prove.server import Server, live
from sync.device import Device, File, Key, Request, Row, version_of


class Violation(AssertionError):
    """An invariant does not hold. The message begins with its number."""


def must(holds: bool, invariant: str, what: object) -> None:
    if not holds:
        raise Violation(f"{invariant}: {what}"[:4000])


class Memory:
    """What the server in force has answered: goes back in time with it."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, int]] = {}
        """mid to (status, version) of its first processing."""
        self.sent: dict[str, Row] = {}
        """mid to {base, device, ops, at} as it was when it was first processed; `at` is when it was edited, by the
        server's clock: then, less its age."""
        self.collected: set[str] = set()
        self.free: set[str] = set()
        """Mutations whose operations the server made up itself: undo, imports."""

    def copy(self) -> Memory:
        other = Memory()
        other.known, other.sent = dict(self.known), dict(self.sent)
        other.collected, other.free = set(self.collected), set(self.free)
        return other


class Oracle:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.memory = Memory()
        self.made: dict[str, Row] = {}
        self.excused: dict[str, str] = {}
        """mid to why it may be missing: its only copies went with a disk or a backup."""
        self.served = 0
        """The highest version that anybody was told to have read up to, in this log."""
        self.read: dict[int, tuple[str | None, int]] = {}
        self.heard: set[str] = set()
        """Mutations that a device knew to be acknowledged."""
        self.ids: set[str] = set()
        """Every id that somebody made for a row of this book."""
        self.away: set[str] = set()
        """Mutations that waited on a device for longer than tombstones are kept."""
        self.tally: Counter[str] = Counter()

    # While the story runs

    def applied(self, mid: str, status: str, ver: int, sent: Row) -> None:
        """The server says what became of a mutation. What it says first stays true (I2), and is new (I5)."""
        sent = {"at": self.server.store.clock()} | sent
        if mid in self.memory.known:
            self._again(mid, status, ver, sent)
            return
        must(ver > self.served, "I5", f"version {ver} commits behind {self.served}, which was served")
        self.memory.known[mid] = (status, ver)
        self.memory.sent[mid] = sent
        self.tally[status.partition(":")[0]] += 1

    def _again(self, mid: str, status: str, ver: int, sent: Row) -> None:
        """A repeat is told what was said first. When its record was collected, what changed the book is still
        known ("ok"), and what changed nothing may be decided again."""
        first, _ = self.memory.known[mid]
        if mid not in self.memory.collected:
            must(first == status, "I2", f"{mid} was {first}, is {status}")
            return
        changed = self.server.read(
            lambda r: r.value(
                "SELECT COUNT(*) FROM history WHERE book_id = :b AND mutation_id = :m AND ver < :v",
                b=self.server.book_id, m=mid, v=ver,
            )
        )  # fmt: skip
        if changed:
            must(status == "ok", "I2", f"{mid} changed the book as {first} and again as {status}")
            return
        self.memory.known[mid] = (status, ver)
        self.memory.sent[mid] = sent
        self.memory.collected.discard(mid)

    def answered(self, request: Request, answer: Any) -> None:
        """Before the answer travels: results of a push, and what the page says has been read."""
        by_mid = {m["mid"]: m for m in request.body.get("mutations", ())}
        for result in answer.results:
            must(result.mid in by_mid, "I2", f"an answer about {result.mid}, which was not sent")
            mutation = by_mid[result.mid]
            age_ms = max(0, request.body["sent_at"] - mutation["made_at"])
            sent = {"device": request.device_id, "at": max(0, self.server.store.clock() - age_ms)}
            self.applied(result.mid, result.status, result.ver, {**mutation, **sent})
        page = answer.body
        if page is None:
            return
        if request.kind != "snapshot" and not page.more:
            self.served = max(self.served, version_of(page.to))
        for row in page.rows:
            row_id = row[1] if request.kind != "snapshot" else row[1][0]
            must(self._is_ours(row[0], row_id), "I11", f"a row of another book: {row[0]} {row_id}")

    def _is_ours(self, entity: str, row_id: str) -> bool:
        if version(row_id) == 5 or entity == "settings":
            return entity != "settings" or row_id == self.server.book_id
        return row_id in self.ids

    def landed(self, device: Device, number: int) -> None:
        """After a local transaction of a device: I4, I5, I6 on its disk."""
        file = device.file
        epoch, before = self.read.get(number, (None, 0))
        if file.cursor is not None:
            now = version_of(file.cursor)
            must(epoch != file.epoch or now >= before, "I5", f"the cursor went from {before} to {now}")
            self.read[number] = (file.epoch, now)
        if file.cursor is None or file.staged_to is not None:
            return
        money(file.confirmed, "I6: confirmed")
        money(file.view, "I6: shown")
        for mutation in file.acked[-12:]:
            # One that was known before may concern rows that went before this device's snapshot.
            first = self.memory.known.get(mutation["mid"]) == (mutation["status"], mutation["ver"])
            if first and mutation["status"].startswith("ok") and mutation["hydrations"] == file.hydrations:
                self._is_there(file, mutation)
        # One that was acknowledged waits again after a gap, and is shown again when the server has decided.
        self.heard.update(mutation["mid"] for mutation in file.acked)
        for mutation in file.outbox[-12:]:
            for op in mutation["ops"]:
                if op["k"] == "create" and mutation["mid"] not in file.hidden | self.heard:
                    there = file.view.get((op["e"], op["id"]))
                    must(there is not None, "I4", f"own {op['e']} {op['id']} vanished before it was sent")
        self._is_shown(file)

    def _is_shown(self, file: File) -> None:
        """What waits stands on the screen, whatever came in meanwhile (I4): the last of each that refers to nothing.
        An instance of a schedule is as whoever was first made it."""
        last: dict[tuple[str, str], tuple[str, Any]] = {}
        for mutation in file.outbox[-12:]:
            for op in mutation["ops"]:
                if op["e"] != "transaction" or (op["k"] == "create" and version(op["id"]) == 5):
                    continue
                for name in ("note", "day", "time"):
                    if name in op.get("f", {}):
                        last[(op["id"], name)] = (mutation["mid"], op["f"][name])
        for (row_id, name), (mid, value) in last.items():
            row = file.view.get(("transaction", row_id))
            if row is not None and not row["deleted"] and mid not in file.hidden | self.heard:
                must(row[name] == value, "I4", f"own {name} of {row_id} is not shown")

    def _is_there(self, file: File, mutation: Row) -> None:
        """An acknowledged change is among the rows, as created or as deleted since (I4)."""
        for op in mutation["ops"]:
            row = file.confirmed.get((op["e"], op["id"]))
            if op["k"] in ("create", "restore") and version(op["id"]) != 5:
                must(row is not None, "I4", f"acknowledged {op['e']} {op['id']} is not here")
            if op["k"] == "delete" and row is not None and not row["deleted"]:
                must(row["ver"] > mutation["ver"], "I4", f"deleted {op['id']} is still here")

    def lost_copies(self, gone: set[str], files: list[File], why: str) -> None:
        """Copies of mutations went. Those that neither the server nor another disk has may be missing now."""
        for mid in gone - self.memory.known.keys():
            if not any(mid in file.mids() for file in files):
                self.excused[mid] = why

    # At the end

    def final(self, devices: list[Device], fresh: Device) -> dict[Key, Row]:
        """Judges everything; the rows of the book in the end."""
        rows = self.server.dump()
        history = self.server.history()
        must(
            self.server.read(lambda read: check(read, self.server.book_id)) == [],
            "I6/I10",
            "outlay check differs",
        )
        theirs = self.server.read(lambda read: pull.digest(read, book_id=self.server.book_id))["tables"]
        for device in [*devices, fresh]:
            self._agrees(device, rows, theirs)
        self._once(history)
        self._counters(rows, history)
        self._lives(history)
        self._done(history)
        self._kept_whole(rows)
        for entity in JUDGED:
            Causes(self, entity, history, rows).check()
        self._balances(rows, fresh)
        return rows

    def _agrees(self, device: Device, rows: dict[Key, Row], theirs: Row) -> None:
        """I1, I13, I14: a device that came to rest has what the server has."""
        must(not device.file.outbox, "I1", f"{len(device.file.outbox)} left in an outbox")
        expected = {}
        for (entity, row_id), fields in live(rows).items():
            wire = schemas.outgoing((entity, row_id, 0, False, fields), device.schema)
            if not wire[3]:
                expected[(entity, row_id)] = dict.fromkeys(entities()[entity].fields) | wire[4]
        for name, found in (("confirmed", device.file.confirmed), ("shown", device.file.view)):
            have = live(found)
            differs = sorted(k for k in expected.keys() | have.keys() if expected.get(k) != have.get(k))
            must(
                not differs,
                "I1",
                f"{name} rows differ: {[(k, expected.get(k), have.get(k)) for k in differs[:2]]}",
            )
        if device.schema == schemas.schema():
            must(theirs == digest(device.file.confirmed), "I13", "digests differ")

    def _once(self, history: list[Row]) -> None:
        """I2: a mutation has one version, nothing acknowledged is missing, nothing known was forgotten."""
        versions: dict[str, set[int]] = {}
        for entry in history:
            versions.setdefault(entry["mutation_id"], set()).add(entry["ver"])
        twice = {mid: vers for mid, vers in versions.items() if len(vers) > 1}
        must(not twice, "I2", f"applied more than once: {twice}")
        stored = self.server.mutations()
        for mid in self.made:
            if mid in self.memory.known:
                there = mid in stored or mid in self.memory.collected
                must(there, "I2", f"{mid} was acknowledged and is not in the log")
            else:
                must(mid in self.excused, "I2", f"{mid} is lost: {self.made[mid]['ops'][:2]}")
                self.tally["excused"] += 1
        for mid, ver in ((m, v) for m, (_, v) in self.memory.known.items() if m in versions):
            must(
                versions[mid] == {ver},
                "I2",
                f"{mid} stands under {versions[mid]}, was acknowledged under {ver}",
            )

    def _counters(self, rows: dict[Key, Row], history: list[Row]) -> None:
        """I3: what was counted is the sum of what was acknowledged, and of what an undo took back."""
        sums: Counter[str] = Counter()
        for entry in history:
            payload = entry["payload"] or {}
            if entry["mutation_id"] in self.memory.free and "position" in (payload.get("after") or {}):
                sums[entry["row_id"]] += payload["after"]["position"] - payload["before"]["position"]
        for mid, (status, _) in self.memory.known.items():
            if status.startswith("ok") and mid in self.memory.sent:
                sums.update(counted(self.memory.sent[mid]["ops"]))
        for (entity, row_id), row in rows.items():
            if entity == "account" and not row["deleted"]:
                must(
                    row["position"] == sums[row_id],
                    "I3",
                    f"{row_id}: counted {row['position']} of {sums[row_id]}",
                )

    def _lives(self, history: list[Row]) -> None:
        """I7: a row begins with a create and returns by a restore, each asked for by that very mutation."""
        dead: set[Key] = set()
        ends = sorted(
            (ver, (op["e"], op["id"]))
            for mid, (status, ver) in self.memory.known.items()
            if status.startswith("ok") and mid in self.memory.sent
            for op in self.memory.sent[mid]["ops"]
            if op["k"] == "delete"
        )
        for entry in history:
            while ends and ends[0][0] < entry["ver"]:
                dead.add(ends.pop(0)[1])
            key, action, mid = (entry["entity"], entry["row_id"]), entry["action"], entry["mutation_id"]
            if mid not in self.memory.free and action in ("create", "restore"):
                asked = {op["k"] for op in self.memory.sent[mid]["ops"] if (op["e"], op["id"]) == key}
                must(action in asked, "I7", f"{key} came to life by {asked}")
                deterministic = key[0] == "settings" or version(key[1]) == 5
                fine = action == "restore" or key not in dead or deterministic or mid in self.away
                must(fine, "I7", f"{key} was made again")
            if action == "delete":
                dead.add(key)
            must(action != "set" or key not in dead, "I7", f"{key} was changed after its end")
            if action in ("create", "restore"):
                dead.discard(key)
                ends = [end for end in ends if end != (entry["ver"], key)]

    def _done(self, history: list[Row]) -> None:
        """I3: how far a schedule is done never goes back but by an undo."""
        for entry in history:
            if (
                entry["entity"] != "schedule"
                or entry["mutation_id"] in self.memory.free
                or entry["action"] != "set"
            ):
                continue
            payload = entry["payload"] or {}
            before, after = (payload.get(side) or {} for side in ("before", "after"))
            if "done_through" in after:
                went = (before["done_through"] or "", after["done_through"] or "")
                must(
                    went[0] <= went[1],
                    "I3",
                    f"schedule {entry['row_id']} was done until {went[0]}, is {went[1]}",
                )

    def _kept_whole(self, rows: dict[Key, Row]) -> None:
        """I2: what was parked or rejected lies there whole, so that its person can try it again."""
        lost = {
            row["mutation_id"]: (row["lost"] or {}).get("ops")
            for (entity, _), row in rows.items()
            if entity == "sync_conflict" and row["kind"] not in ("overwritten", "deleted_over_edit")
        }
        for mid, (status, _) in self.memory.known.items():
            if not status.startswith("ok") and mid in self.memory.sent:
                must(lost.get(mid) == self.memory.sent[mid]["ops"], "I2", f"{status} {mid} is kept as {lost.get(mid)}")

    def _balances(self, rows: dict[Key, Row], device: Device) -> None:
        """I10: the server's SQL, its rollups and a fold over a device's documents count the same money."""
        sql = "SELECT account_id, CAST(SUM(amount_minor) AS BIGINT) FROM {} WHERE book_id = :b GROUP BY account_id"
        stored = [
            {
                row[0]: row[1]
                for row in self.server.read(lambda r, t=t: r.all(sql.format(t), b=self.server.book_id))
            }
            for t in ("line", "rollup")
        ]
        folded: Counter[str] = Counter()
        for (entity, _), row in device.file.confirmed.items():
            if entity == "transaction":
                for line in lines_of(row):
                    folded[line.account_id or ""] += line.amount_minor
        for account_id in {row_id for entity, row_id in rows if entity == "account"}:
            sums = {int(s.get(account_id) or 0) for s in stored} | {folded[account_id]}
            must(len(sums) == 1, "I10", f"balances of {account_id}: {sums}")


JUDGED: dict[str, tuple[str, ...]] = {
    "transaction": ("note", "day", "time", "money"), "settings": ("name", "first_day_of_month", "dashboard"),
    "account": ("name",), "category": ("name",), "rate": ("rate",), "budget": ("carry_over",),
    "budget_amount": ("amount_minor", "once"), "schedule": ("rule", "mode", "archived", "note", "money"),
}  # fmt: skip
"""Units of which I8 is judged: those that refer to nothing, and of money what refers to nothing (`_plain`)."""
LOCKED = ("money", "day")


class Causes:
    """I8 and I12 of one entity: history read again in order. An edit that knew the last one holds; of two that did not
    know each other the later by age does, and what lost is in a conflict, whole; so is what a delete overran. An old
    client never clears what it does not know."""

    def __init__(self, oracle: Oracle, entity: str, history: list[Row], rows: dict[Key, Row]) -> None:
        self.entity, self.about = entity, entities()[entity]
        self.judged = JUDGED[entity]
        self.units = (*self.judged, "payee_id") if entity == "transaction" else self.judged
        self.sent, self.oracle = oracle.memory.sent, oracle
        self.marks: dict[tuple[str, str], tuple[int, str, int]] = {}
        """Of a row's unit: version, device and time of the last edit."""
        self.unclear: set[tuple[str, str]] = set()
        """Units of rows of which nobody outside knows who wrote them last, until the next does."""
        conflicts = [row for (e, _), row in rows.items() if e == "sync_conflict" and row["entity"] == entity]
        self.kept: dict[tuple[str, str, str], list[Row]] = {}
        """What was kept of a mutation, a row and a unit; one that was decided again has more than one."""
        for c in conflicts:
            if c["kind"] == "overwritten":
                self.kept.setdefault((c["mutation_id"], c["row_id"], c["unit"]), []).append(c)
        self.overrun = {(c["mutation_id"], c["row_id"]): c for c in conflicts if c["kind"] == "deleted_over_edit"}
        self.values: dict[str, Row] = {}
        self.dead: set[str] = set()
        self.changes = [e for e in history if e["entity"] == entity]
        self.first: dict[tuple[str, int], Row] = {}
        """By row and version: what was made, for a row whose tombstone went can be made again."""
        later: dict[str, list[Row | None]] = {}
        for entry in reversed(self.changes):
            after = later.setdefault(entry["row_id"], [])
            if entry["action"] == "create":
                made = created(entity, reversed(after), rows.get((entity, entry["row_id"])))
                self.first[entry["row_id"], entry["ver"]] = made
            else:
                after.append(entry["payload"])

    def check(self) -> None:
        written = {(e["ver"], e["row_id"]): e for e in self.changes}
        order = sorted((v, mid) for mid, (s, v) in self.oracle.memory.known.items() if s.startswith("ok"))
        read = 0
        for ver, mid in order:
            while read < len(self.changes) and self.changes[read]["ver"] < ver:
                self._read(self.changes[read])
                read += 1
            sent = self.sent.get(mid)
            ops = [op for op in sent["ops"] if op["e"] == self.entity] if sent is not None else []
            ids = [op["id"] for op in ops]
            alone = sent is not None and all(
                op["k"] in ("set", "create", "inc") and op["e"] != "category" for op in sent["ops"]
            )
            for entry in self.changes[read:]:
                if entry["ver"] != ver:
                    break
                if entry["action"] == "delete" and sent is not None:
                    self._buried(entry["row_id"], mid, sent)
            for op in ops:
                entry = written.get((ver, op["id"]))
                made = op["k"] == "create" and entry is not None and entry["action"] == "create"
                if made or op["k"] == "restore":
                    self._mark(op["id"], op.get("f", {}) if op["k"] == "restore" else None, ver, sent)
                elif op["k"] in ("set", "create") and ids.count(op["id"]) == 1:
                    self._judge(op, entry, ver, mid, sent, alone)
                elif op["k"] == "undo" and len(sent["ops"]) > 1:
                    # what took the category away with it may be all that changed, and that leaves no mark
                    self.unclear |= {(op["id"], unit) for unit in self.units}
                elif op["k"] in ("set", "create", "undo"):
                    self._mark(op["id"], ((entry or {}).get("payload") or {}).get("after") or {}, ver, sent)
        if self.entity == "transaction":
            self._old_clients()
        self._only_what_was_edited()

    def _read(self, entry: Row) -> None:
        """What the row holds from then on."""
        row_id = entry["row_id"]
        if entry["action"] == "create":
            self.values[row_id] = dict(self.first[row_id, entry["ver"]])
        elif row_id in self.values:
            self.values[row_id].update((entry["payload"] or {}).get("after") or {})
        (self.dead.add if entry["action"] == "delete" else self.dead.discard)(row_id)

    def _mark(self, row_id: str, fields: Row | None, ver: int, sent: Row) -> None:
        if fields is None and self.entity == "transaction" and version(row_id) == 5:
            return  # as a schedule posted it everybody knows it
        for unit in self.units:
            if fields is None or self._names(unit)[0] in fields:
                self._marked(row_id, unit, ver, sent)

    def _marked(self, row_id: str, unit: str, ver: int, sent: Row) -> None:
        self.marks[(row_id, unit)] = (ver, sent["device"], sent["at"])
        self.unclear.discard((row_id, unit))

    def _is_unseen(self, row_id: str, unit: str, sent: Row) -> bool:
        mark = self.marks.get((row_id, unit))
        return mark is not None and mark[0] > sent["base"] and mark[1] != sent["device"]

    def _buried(self, row_id: str, mid: str, sent: Row) -> None:
        """What its deleter had not seen is kept, also of a row that went with another."""
        row = self.values.get(row_id)
        if row is None or row_id in self.dead or any((row_id, unit) in self.unclear for unit in self.units):
            return
        asked = [op for op in sent["ops"] if op["id"] == row_id and op["k"] == "delete"]
        if mid in self.oracle.memory.free:
            asked = []  # an undo unlocks what it takes back
        locked = row.get("reconciled") and asked and not any(op.get("unlock") for op in asked)
        must(not locked, "I6", f"{mid} deleted {row_id}, which is reconciled")
        if any(self._is_unseen(row_id, unit, sent) for unit in self.units):
            kept = self.overrun.get((mid, row_id))
            must(kept is not None, "I8", f"{mid} deleted {row_id} over an edit, and nothing was kept")
            self.oracle.tally["deleted_over_edit"] += 1
            for unit in self.judged:
                same = kept is not None and self._plain(unit, kept["lost"]) == self._plain(unit, row)
                must(same, "I8", f"{mid} deleted {row_id} over an edit; kept of {unit} is {kept and kept['lost']}")

    def _judge(self, op: Row, entry: Row | None, ver: int, mid: str, sent: Row, alone: bool) -> None:
        after = (entry["payload"] or {}).get("after") or {} if entry is not None else {}
        row = self.values.get(op["id"])
        if op["k"] == "create" and (row is None or op["id"] in self.dead or self.entity == "transaction"):
            return
        for unit in self.judged:
            names = self._names(unit)
            if names[0] not in op["f"]:
                continue
            mark = self.marks.get((op["id"], unit))
            unseen = self._is_unseen(op["id"], unit, sent)
            changed = names[0] in after
            kept = self.kept.get((mid, op["id"], unit), [])
            conflicts = any(c["fmeta"]["*"][0] == ver for c in kept)
            unclear = (op["id"], unit) in self.unclear
            if changed:
                must(after.keys() >= set(names), "I8", f"{mid} changed {unit} of {op['id']} by halves")
                same = self._plain(unit, after) == self._plain(unit, op["f"])
                must(same, "I8", f"{unit} of {op['id']} is not what {mid} said")
                locked = unit in LOCKED and row is not None and row.get("reconciled") and not op.get("unlock")
                must(not locked, "I6", f"{mid} changed {unit} of {op['id']}, which is reconciled")
                self._marked(op["id"], unit, ver, sent)
            if unclear:
                continue
            must(unseen or not conflicts, "I8", f"{mid} knew {unit} of {op['id']} and still conflicts")
            differs = row is not None and alone and self._plain(unit, row) != self._plain(unit, op["f"])
            if not unseen:
                must(changed or not differs, "I8", f"{mid} knew {unit} of {op['id']} and does not hold")
                continue
            assert mark is not None
            won = sent["at"] >= mark[2]
            must(won or not changed, "I8", f"{mid} is older than what {unit} of {op['id']} was, and won")
            held = changed or not won or not differs
            must(held, "I8", f"{mid} is younger than what {unit} of {op['id']} was, and lost")
            if changed or differs:
                self.oracle.tally["overwritten"] += 1
                must(bool(kept), "I8", f"of {mid} and {unit} of {op['id']} one is gone and nothing was kept")
                loser = row if won else op["f"]
                lost = [c["lost"] for c in kept]
                same = loser is None or self._plain(unit, loser) in [self._plain(unit, one) for one in lost]
                must(same, "I8", f"{mid}: kept is {lost}")

    def _only_what_was_edited(self) -> None:
        """A device's `set` changes the units that its person changed, and nothing beside (SYNC 2.5.2)."""
        for entry in self.changes:
            made = self.oracle.made.get(entry["mutation_id"])
            if made is None or entry["action"] != "set":
                continue
            asked = [op for op in made["ops"] if op["id"] == entry["row_id"]]
            cascade = len(made["ops"]) > len(asked) or not asked
            if cascade or any(op["k"] != "set" for op in asked):
                continue
            names = {name for op in asked for name in op["f"]}
            changed = (entry["payload"] or {}).get("after") or {}
            must(changed.keys() <= names, "I8", f"{changed.keys() - names} changed, edited was {names}")

    def _old_clients(self) -> None:
        """I12: what a client of schema 1 does not know changes only by others."""
        for entry in self.changes:
            sent = self.sent.get(entry["mutation_id"])
            if sent is None or not sent.get("old") or entry["action"] != "set":
                continue
            payload = entry["payload"] or {}
            for name in ("time",):
                before, after = payload.get("before") or {}, payload.get("after") or {}
                must(
                    before.get(name) == after.get(name),
                    "I12",
                    f"an old client changed {name} of {entry['row_id']}",
                )

    def _names(self, unit: str) -> tuple[str, ...]:
        return self.about.groups.get(unit, (unit,))

    def _plain(self, unit: str, row: Row) -> Row:
        """A unit's values without what a mended reference may change; of the lines their amounts."""
        names = (name for name in self._names(unit) if self.about.fields[name].ref is None)
        values = {name: row.get(name) for name in names}
        if unit == "money":
            values["lines"] = [item["amount_minor"] for item in row.get("lines") or ()]
        return values


def money(rows: dict[Key, Row], where: str) -> None:
    """I6: lines sum to the amount, a transfer has both accounts or says that one is gone, nothing dangles."""
    for (entity, row_id), row in rows.items():
        if entity != "transaction" or row["deleted"]:
            continue
        accounts = [row["account_id"], row["to_account_id"]]
        if row["kind"] == "transfer":
            must(any(accounts), where, f"{row_id} has no account")
            must(row["amount_minor"] == row["to_amount_minor"], where, f"{row_id} is not balanced")
        else:
            total = sum(item["amount_minor"] for item in row["lines"])
            must(total == row["amount_minor"] <= MAX_MINOR, where, f"{row_id} does not sum")
            must(accounts[0] is not None, where, f"{row_id} has no account")
        for account_id in accounts:
            there = rows.get(("account", account_id)) if account_id else None
            must(
                account_id is None or (there is not None and not there["deleted"]),
                where,
                f"{row_id}: dangling account",
            )
        for item in row["lines"]:
            there = rows.get(("category", item["category_id"])) if item["category_id"] else None
            fine = item["category_id"] is None or (there is not None and not there["deleted"])
            must(fine, where, f"{row_id}: dangling category")


def digest(rows: dict[Key, Row]) -> dict[str, Row]:
    """A device's own digest, as docs/sync.md defines it."""
    tables: dict[str, Row] = {}
    for name in entities():
        found = [(i, r["ver"]) for (e, i), r in rows.items() if e == name and not r["deleted"]]
        folded = 0
        for row_id, ver in found:
            folded ^= int.from_bytes(hashlib.sha256(f"{row_id}:{ver}".encode()).digest()[:8])
        tables[name] = {"count": len(found), "xor": f"{folded:016x}"}
    return tables


def fingerprint(rows: dict[Key, Row]) -> str:
    """Of everything that a book is in the end: the same for a seed on both engines."""
    text = repr(
        sorted(
            (key, row["ver"], row["deleted"], sorted(fields_of(key[0], row).items(), key=str))
            for key, row in rows.items()
        )
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]
