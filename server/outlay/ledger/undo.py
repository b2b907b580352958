"""What a change was, and the operations that take it back. Pure. Twin: app/src/ledger/undo.ts.

A history payload is {"before", "after"} with whole merge units only, so that what is taken back is a complete
group again. What a new row held is not stored twice: `stored` leaves it out, `created` finds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from outlay.ledger.entities import Row, entities, fields_of
from outlay.ledger.merge import Write


def payload(write: Write) -> Row | None:
    """Before and after of the units that a write changed. A new row has all its values under `after`."""
    before, after = write.before, write.after
    entity = entities()[write.entity]
    if before is None:
        if after["deleted"]:
            return None
        return {"before": None, "after": {n: after[n] for n in entity.fields if after[n] is not None}}
    names = [
        name
        for members in entity.units.values()
        if any(before[member] != after[member] for member in members)
        for name in members
    ]
    return {"before": {n: before[n] for n in names}, "after": {n: after[n] for n in names}}


def stored(write: Write) -> Row | None:
    """The payload as `history` keeps it. A new row has none: its values stand in the row until something
    changes them, and from then on under that change's `before`. A delete keeps the whole row as `row`,
    because its tombstone is collected one day."""
    action = write.action
    if action == "create":
        return None
    kept = payload(write)
    if action == "delete" and kept is not None and write.before is not None:
        kept["row"] = fields_of(write.entity, write.before)
    return kept


def created(entity: str, later: Iterable[Row | None], row: Row | None) -> Row:
    """What a new row held: `later` are the payloads of its later changes in order, `row` is how it is now."""
    values: Row = {}
    for change in later:
        for old in ((change or {}).get("before"), (change or {}).get("row")):
            values = {**(old or {}), **values}
    if row is not None:
        values = {**fields_of(entity, row), **values}
    return {name: value for name in entities()[entity].fields if (value := values.get(name)) is not None}


def undo_ops(
    changes: Iterable[Mapping[str, Any]], current: Callable[[str, str], Row | None], *, force: bool = False
) -> list[Row]:
    """The operations that undo one change.

    `changes` are its history rows {entity, row_id, action, payload}; `current` looks up rows as they are now.
    What somebody has changed again since is left as it is, unless `force`. Rows that others refer to come back
    before, and go after, those that refer to them.
    """
    order = {name: at for at, name in enumerate(entities())}
    ranked = sorted(changes, key=lambda change: (order[change["entity"]], change["row_id"]))
    restores, sets, deletes = [], [], []
    for change in ranked:
        row = current(change["entity"], change["row_id"])
        if row is None:
            continue
        op = {"e": change["entity"], "id": change["row_id"]}
        action = change["action"]
        if action == "delete":
            if row["deleted"]:
                restores.append({**op, "k": "restore", "f": _returning(change, row, force=True)})
        elif row["deleted"]:
            continue
        elif action in ("create", "restore"):
            deletes.append({**op, "k": "delete", "unlock": True})
        elif given := _returning(change, row, force=force):
            sets.append({**op, "k": "set", "f": given, "unlock": True})
    return [op for op in restores + sets + deletes[::-1] if op["e"] != "settings" or op["k"] == "set"]


def _returning(change: Mapping[str, Any], row: Row, *, force: bool) -> Row:
    """The old values of the units that still are as the change left them."""
    before, after = (change["payload"] or {}).get("before"), (change["payload"] or {}).get("after")
    if before is None or after is None:
        return {}
    given: Row = {}
    fields = entities()[change["entity"]].fields
    for members in entities()[change["entity"]].units.values():
        if members[0] not in before or fields[members[0]].by is not None:
            continue
        if force or all(row[member] == after[member] for member in members):
            given.update({member: before[member] for member in members})
    return given
