"""The synced entities as spec/sync/entities.json describes them: fields, groups, defaults.

Read once when first asked for. A row is a dict of every field plus `id`, `ver`, `deleted`, `fmeta`, `extra`;
rows are values: whoever changes one makes a new dict.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from outlay.kernel import spec

Row = dict[str, Any]

ROW_KEYS: Final = ("id", "ver", "deleted", "fmeta", "extra")
"""What every row has beside its fields."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its type and limits. `unit` is the group it merges with, its own name when it has none."""

    name: str
    type: str
    unit: str
    null: bool
    required: bool
    default: Any
    min: int | None
    max: int | None
    values: frozenset[str] | None
    ref: str | None
    sealed: bool
    fixed: bool
    by: str | None
    merge: str | None


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity. `units` maps a merge unit to its fields, in the order of the file."""

    name: str
    fields: dict[str, Field]
    units: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    defaults: Row
    required: tuple[str, ...]
    fixed: tuple[str, ...]
    refs: tuple[str, ...]


def _field(name: str, data: dict[str, Any]) -> Field:
    null = data.get("null", False)
    return Field(
        name=name,
        type=data["type"],
        unit=data.get("unit", name),
        null=null,
        required=not null and "default" not in data,
        default=data.get("default"),
        min=data.get("min"),
        max=data.get("max"),
        values=frozenset(data["enum"]) if "enum" in data else None,
        ref=data.get("ref"),
        sealed=data.get("sealed", False),
        fixed=data.get("fixed", False),
        by=data.get("by"),
        merge=data.get("merge"),
    )


def _entity(name: str, data: dict[str, Any]) -> Entity:
    fields = {key: _field(key, value) for key, value in data["fields"].items()}
    units: dict[str, tuple[str, ...]] = {}
    for field in fields.values():
        units[field.unit] = (*units.get(field.unit, ()), field.name)
    return Entity(
        name=name,
        fields=fields,
        units=units,
        groups={unit: names for unit, names in units.items() if len(names) > 1},
        defaults={field.name: field.default for field in fields.values()},
        required=tuple(field.name for field in fields.values() if field.required),
        fixed=tuple(field.name for field in fields.values() if field.fixed),
        refs=tuple(field.name for field in fields.values() if field.ref and field.by is None),
    )


@cache
def entities() -> dict[str, Entity]:
    """Every entity by name, in the order of the file (what others refer to comes first)."""
    data = spec.read("sync/entities.json")["entities"]
    return {name: _entity(name, entity) for name, entity in data.items()}


@cache
def schema() -> int:
    """The schema number of this build's entities."""
    return int(spec.read("sync/entities.json")["schema"])


def fields_of(entity: str, row: Row) -> Row:
    """The row's fields alone, in the order of the file: what travels and what a person may see."""
    return {name: row.get(name) for name in entities()[entity].fields}


def bare(entity: str, row_id: str) -> Row:
    """A row without content: the tombstone of an id that was never seen."""
    fields = dict.fromkeys(entities()[entity].fields)
    return {**fields, "id": row_id, "ver": 0, "deleted": True, "fmeta": {}, "extra": None}
