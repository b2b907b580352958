"""Many new documents in one change, as an import brings them: which rows they become. Pure.

The rules are those of `merge.decide`; what many documents share (an account, a day, a payee) is looked at once.
Only what fits as it is comes out: for anything else `decide` says what becomes of it, a document at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from outlay.ledger import rules
from outlay.ledger.entities import ROW_KEYS, Entity, Row, entities
from outlay.ledger.merge import Stamp, State

_NONE: Final = type(None)


def named(entity: str, documents: Sequence[Row]) -> dict[str, set[str]]:
    """{entity: ids} of every row that the documents refer to, of whatever type it is."""
    fields = entities()[entity].fields
    found: dict[str, set[str]] = {}
    for name in entities()[entity].refs:
        column = _distinct([document[name] for document in documents])
        lists = [value for value in column if type(value) is list]
        items = {id(item): item for value in lists for item in value}.values() if lists else column
        ids = [item.get("category_id") if type(item) is dict else item for item in items]
        found.setdefault(fields[name].ref or "", set()).update(i for i in ids if type(i) is str)
    return found


def rows(
    state: State, entity: str, documents: Sequence[Row], references: dict[str, set[str]], *, ver: int, stamp: Stamp
) -> list[Row] | None:
    """The rows of whole new documents (`id`, which nobody has, and every field), as `create` makes them; None when
    one of them does not fit as it is: a rule refuses it, or it refers to what has gone or was merged. `references`:
    those of the documents (`named`)."""
    if not (_values_fit(entities()[entity], documents) and _references_live(state, references)):
        return None
    beside: Row = {"ver": ver, "deleted": False, "fmeta": {"*": stamp}, "extra": None}
    made = [{**document, **beside} for document in documents]
    document_fits, get = rules.document, state.get
    return made if all(document_fits(entity, row, None, get) is None for row in made) else None


def operations(entity: str, documents: Sequence[Row]) -> list[Row]:
    """The same documents as operations of a mutation."""
    fields = entities()[entity].fields
    return [
        {"e": entity, "id": document["id"], "k": "create", "f": {name: document[name] for name in fields}}
        for document in documents
    ]


def _values_fit(entity: Entity, documents: Sequence[Row]) -> bool:
    """`rules.fields` of every document, each value that several have once."""
    names = {"id", *entity.fields}
    if any(document.keys() != names for document in documents) or names & set(ROW_KEYS) != {"id"}:
        return False
    for name in entity.fields:
        column = [document[name] for document in documents]
        if len(set(map(type, column)) - {_NONE}) > 1:
            return False  # of 1, 1.0 and True only one would be looked at
        if any(rules.fields(entity, {name: value}, creating=False) for value in _distinct(column)):
            return False
    return True


def _references_live(state: State, references: dict[str, set[str]]) -> bool:
    """Whatever is referred to is there: nothing to follow, to let go or to refuse."""
    for target, row_ids in references.items():
        for row_id in row_ids:
            row = state.get(target, row_id)
            if row is None or row["deleted"]:
                return False
    return True


def _distinct(column: list[Any]) -> Collection[Any]:
    """The values of a column, equal ones once; of lists only those that are one object."""
    try:
        return set(column)
    except TypeError:
        return {id(value): value for value in column}.values()
