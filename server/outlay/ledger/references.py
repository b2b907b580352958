"""Ids that point to other rows: where they lead now, what becomes of them when their row is deleted. Pure.

A transaction is never refused for its category, payee or tag: a merged one is followed to its target, a
deleted one is let go (SYNC 2.6). An account that is gone parks the transaction instead, because money must
not lose its account silently.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import Entity, Row

if TYPE_CHECKING:
    from outlay.ledger.merge import Draft

CHAIN: Final = 64
"""Longest chain of merges that is followed; a longer one counts as deleted."""

MERGEABLE: Final = ("category", "payee")
_LIKE_TRANSACTIONS: Final = ("transaction", "schedule", "template")
"""They refer to accounts, payees, tags, and by their lines to categories."""
_STRICT: Final = {
    "category": "category_unknown",
    "payee": "payee_unknown",
    "tag": "tag_unknown",
    "account": "account_gone",
}


def refers(entity: str, row: Row, target: str, row_id: str) -> bool:
    """Does this row refer to `row_id` of entity `target`?"""
    if entity in _LIKE_TRANSACTIONS:
        if target == "account":
            return bool(row["account_id"] == row_id or row["to_account_id"] == row_id)
        if target == "category":
            return any(item["category_id"] == row_id for item in row["lines"] or ())
        if target == "payee":
            return bool(row["payee_id"] == row_id)
        return target == "tag" and bool(row_id in (row["tag_ids"] or ()))
    if entity == "category":
        return target == "category" and row["parent_id"] == row_id
    if entity in ("payee", "budget"):
        return target == "category" and row["category_id"] == row_id
    if entity == "settings":
        name = {"account": "default_account_id", "category": "default_category_id"}.get(target)
        return name is not None and row[name] == row_id
    return False


def resolve(draft: Draft, entity: str, row_id: str) -> str | None:
    """The live row that an id stands for: itself, or where it was merged into; None when it is gone."""
    for _ in range(CHAIN):
        row = draft.get(entity, row_id)
        if row is None:
            return None
        if not row["deleted"]:
            return row_id
        following = row.get("merged_into")
        if following is None:
            return None
        row_id = following
    return None


def mend(draft: Draft, entity: Entity, row: Row, names: Iterable[str]) -> Refusal | None:
    """Points the row's references `names` to where they lead now (changes `row`, which is new).

    Accounts of a transaction or schedule, and owners, are left for the rules to judge; so is the category of a
    budget, which may be merged but not let go. In a strict draft a dead reference is refused.
    """
    for name in names:
        value = row[name]
        if not value:
            continue
        target, kind = entity.fields[name].ref, entity.fields[name].type
        assert target is not None
        if target == "account" and entity.name in ("transaction", "schedule"):
            continue
        if not entity.fields[name].null and kind == "id":
            continue
        now: Any
        if kind == "id":
            now = resolve(draft, target, value)
        elif kind == "ids":
            found = [live for item in value if (live := resolve(draft, target, item)) is not None]
            now = list(dict.fromkeys(found))
        else:
            now = _mended_lines(draft, value)
        if now is None and entity.name == "budget":
            continue
        if now != value:
            if draft.strict:
                return Refusal(_STRICT[target], name)
            draft.rewritten = True
            row[name] = now
    return None


def _mended_lines(draft: Draft, lines: list[Row]) -> list[Row]:
    """The same for the categories of a transaction's lines."""
    return [
        item
        if (old := item["category_id"]) is None or (now := resolve(draft, "category", old)) == old
        else {**item, "category_id": now}
        for item in lines
    ]


def target(draft: Draft, entity: Entity, row: Row, into: str | None) -> tuple[str | None, Refusal | None]:
    """Where a deleted row's references go: the live row behind `into`, of the same kind, not the row itself."""
    if into is None:
        return None, None
    if entity.name not in MERGEABLE:
        return None, Refusal("not_allowed", "into")
    found = resolve(draft, entity.name, into)
    if found is None:
        return None, Refusal("into_gone", "into")
    if found == row["id"]:
        return None, Refusal("merge_cycle", "into")
    other = draft.get(entity.name, found)
    assert other is not None
    if entity.name == "category" and other["kind"] != row["kind"]:
        return None, Refusal("category_kind", "into")
    return found, None


def cascade(draft: Draft, entity: str, row: Row, into: str | None) -> None:
    """What follows when `row` becomes a tombstone: nothing live refers to it any more."""
    if entity not in ("account", "category", "payee", "tag"):
        return
    for other, user in draft.using(entity, row["id"]):
        if other in _LIKE_TRANSACTIONS:
            _cascade_transaction(draft, entity, row["id"], other, user, into)
        elif other == "budget":
            _cascade_budget(draft, user, into)
        elif other == "category":
            _cascade_child(draft, user, into)
        elif other == "payee":
            draft.change("payee", user, category_id=into)
        elif entity == "account":
            draft.change("settings", user, default_account_id=None)
        else:
            draft.change("settings", user, default_category_id=into)


def _cascade_transaction(
    draft: Draft, entity: str, row_id: str, other: str, user: Row, into: str | None
) -> None:
    if entity == "category":
        lines = [{**i, "category_id": into} if i["category_id"] == row_id else i for i in user["lines"]]
        draft.change(other, user, lines=lines)
    elif entity == "payee":
        draft.change(other, user, payee_id=into)
    elif entity == "tag":
        draft.change(other, user, tag_ids=[item for item in user["tag_ids"] if item != row_id])
    else:
        _cascade_account(draft, row_id, other, user)


def _cascade_account(draft: Draft, row_id: str, other: str, user: Row) -> None:
    """Its own entries die with an account; a transfer keeps the leg in the other one. Schedules and templates
    stay without it: a schedule waits for another account."""
    legs = {name: user[name] for name in ("account_id", "to_account_id") if user[name] != row_id}
    if other == "transaction" and (user["kind"] != "transfer" or not any(legs.values())):
        draft.bury(other, user)
        return
    draft.change(other, user, **{n: None for n in ("account_id", "to_account_id") if n not in legs})


def _cascade_budget(draft: Draft, user: Row, into: str | None) -> None:
    """A budget goes with its category: to the one that this was merged into, unless that has its own."""
    if into is None or taken(draft, {**user, "category_id": into}):
        draft.bury("budget", user)
    else:
        draft.change("budget", user, category_id=into)


def taken(draft: Draft, budget: Row) -> bool:
    """Has another live budget this one's category and period?"""
    if budget["category_id"] is None:
        return False
    return any(
        other == "budget" and user["period"] == budget["period"] and user["id"] != budget["id"]
        for other, user in draft.using("category", budget["category_id"])
    )


def _cascade_child(draft: Draft, child: Row, into: str | None) -> None:
    """Children of a deleted category move beside where it went, and never below the second level."""
    if into is None or into == child["id"]:
        parent_id = None
    else:
        other = draft.get("category", into)
        assert other is not None
        beside = other["parent_id"]
        parent_id = into if beside in (None, child["parent_id"]) else beside
    if child["parent_id"] != parent_id:
        draft.change("category", child, parent_id=parent_id)
