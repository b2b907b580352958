"""What travels between a device and the server: the shapes of SYNC 2.4 and 2.7, and the cursor.

Owns no behaviour but the cursor's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal

END = "~"
"""Sorts after every id: the second half of a cursor that has all rows of its version."""


class Mutation(msgspec.Struct, kw_only=True):
    """One all-or-nothing change, as the device recorded it. Times are ms since the epoch by its clock."""

    seq: Annotated[int, msgspec.Meta(ge=1)]
    mid: str
    base: Annotated[int, msgspec.Meta(ge=0)]
    made_at: int
    name: str = ""
    ops: list[dict[str, Any]]


class PushRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The body of a push: mutations in sequence, and where this device has read to. `name` is what the members of
    the book read of the device in a history; left out, it stays what it was."""

    epoch: str
    device: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)] | None = None
    schema: int
    sent_at: int
    cursor: str = "0:"
    last_ack: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=limits.PULL_ROWS)] = limits.PULL_ROWS
    mutations: Annotated[list[Mutation], msgspec.Meta(max_length=limits.PUSH_MUTATIONS)]


class Result(msgspec.Struct, kw_only=True):
    """What became of it: `ok`, `ok+rewritten`, `ok+conflict`, `rejected:<code>` or `parked:<code>`."""

    seq: int
    mid: str
    status: str
    ver: int
    result: dict[str, Any] | None = None


class Page(msgspec.Struct, kw_only=True, rename={"from_": "from"}):
    """Rows after `from_` up to `to`. Acks stand on the last page only (`more` false), never ahead. `role` is what
    the person may do in the book now.
    """

    epoch: str
    from_: str
    to: str
    head: int
    more: bool
    rows: list[tuple[str, str, int, bool, dict[str, Any]]]
    acks: list[tuple[int, str, str, int, dict[str, Any] | None]]
    time: int
    role: Literal["owner", "editor", "viewer"] | None = None


class PushResponse(msgspec.Struct, kw_only=True):
    """Results in the order of the mutations. `stop` says why the rest was not taken: `gap` or `forked`."""

    results: list[Result]
    stop: str | None
    page: Page


class Table(msgspec.Struct, kw_only=True):
    """Rows of an entity by column: id, ver and its fields, as they are stored (lists and JSON are text). A column in
    which all values are one is a list of that one. By column 100,000 transactions are 3.7 MB on the wire, by row 5.3.
    """

    rows: int
    columns: dict[str, Sequence[Any]]


class SnapshotPage(msgspec.Struct, kw_only=True, rename={"from_": "from"}):
    """Live rows in (entity, id) order after `from_`, by entity."""

    epoch: str
    from_: str | None
    v0: int
    tables: dict[str, Table]
    after: str | None
    more: bool
    total: int


def parse_cursor(text: str) -> tuple[int, str]:
    """`VER:ID` to (version, id); rows after it have a greater one. Refuses `cursor_invalid`."""
    version, colon, row_id = text.partition(":")
    if not colon or not version.isascii() or not version.isdigit() or len(version) > 16 or len(row_id) > 36:
        raise Refusal("cursor_invalid", field="cursor")
    return int(version), row_id
