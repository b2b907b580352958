"""A future in which the schema is 3: a transaction's `time` came with 3, its `payee_id`, tags and plans with 2.

So that a client of schema 1 can take part in a story (I12), although 1 is the only schema yet. The server's
own door for it (`outlay.sync.schemas.STEPS`) is filled for the length of a `with`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from outlay.sync import schemas, snapshot
from sync.device import Request, Row

SCHEMA = 3
AFTER_1 = {
    "tag", "budget", "budget_amount", "schedule", "template", "filter", "reconciliation", "receipt",
}  # fmt: skip


def _to_2(entity: str, fields: Row) -> Row | None:
    return {n: v for n, v in fields.items() if n != "time"} if entity == "transaction" else fields


def _to_1(entity: str, fields: Row) -> Row | None:
    if entity in AFTER_1:
        return None
    return {n: v for n, v in fields.items() if n != "payee_id"} if entity == "transaction" else fields


@contextmanager
def schema_3() -> Iterator[None]:
    """The server speaks schemas 1 to 3."""
    before, steps = schemas.schema, dict(schemas.STEPS)
    schemas.schema = lambda: SCHEMA  # type: ignore[assignment]
    snapshot.newest_schema = lambda: SCHEMA
    schemas.STEPS.update({3: _to_2, 2: _to_1})
    try:
        yield
    finally:
        schemas.schema = before
        snapshot.newest_schema = before
        schemas.STEPS.clear()
        schemas.STEPS.update(steps)


def mark(request: Request) -> Request:
    """A push of an old client says so in each mutation, for the oracle alone."""
    if request.kind != "push" or request.body["schema"] == SCHEMA:
        return request
    mutations = [mutation | {"old": True} for mutation in request.body["mutations"]]
    return replace(request, body=request.body | {"mutations": mutations})
