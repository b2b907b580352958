"""Devices of other ages: what a row looks like in an older schema, and who is too old to talk to (SYNC 2.10).

The server speaks schema N and the two before it. A step from N to N-1 is a function over a row's fields,
applied to what goes out; fields that an old device does not know simply never come from it, because it sends
changed fields only. A newer device is welcome: what is unknown here is parked, never dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from outlay.kernel.refusal import Refusal
from outlay.ledger.entities import entities, schema

WireRow = tuple[str, str, int, bool, dict[str, Any]]
Step = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""(entity, fields) of schema n to the fields of schema n - 1; None where that has no such entity."""

KEPT: Final = 2
"""How many older schemas are spoken."""

STEPS: Final[dict[int, Step]] = {}
"""`STEPS[n]` leads from schema n to n - 1. Empty while the first schema is the only one."""


def check(device_schema: int) -> None:
    """Refuses `upgrade` when the device's schema is older than the server speaks."""
    oldest = max(1, schema() - KEPT)
    if device_schema < oldest:
        raise Refusal("upgrade", field="schema", oldest=oldest, newest=schema())


def outgoing(
    row: WireRow, device_schema: int, *, current: int | None = None, steps: dict[int, Step] = STEPS
) -> WireRow:
    """The row as the device's schema has it. An entity it does not know arrives as a tombstone it ignores."""
    entity, row_id, version, deleted, fields = row
    for number in range(current or schema(), device_schema, -1):
        older = steps[number](entity, fields)
        if older is None:
            return entity, row_id, version, True, {}
        fields = older
    return entity, row_id, version, deleted, fields


def columns(entity: str, device_schema: int) -> list[str]:
    """The fields of an entity in the device's schema, in order; none when it has no such entity."""
    fields = dict.fromkeys(entities()[entity].fields)
    return list(outgoing((entity, "", 0, False, fields), device_schema)[4])
