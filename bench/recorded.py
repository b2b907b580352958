"""Exactly the statements of one create, recorded from the store while the real application handles the request,
so that a bare loop in the driver and pgbench can run nothing more and nothing less.

What differs from create to create (the ids and versions) is replaced; sealed texts are taken as they are.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from household import NOW_MS, Household, mutations
from litestar.testing import AsyncTestClient
from sqlcipher3 import dbapi2 as sqlcipher

from outlay.kernel.ids import uuid7
from outlay.main import build_app
from outlay.settings import Settings
from outlay.store.engine import Store, system_clock
from outlay.store.keys import derive
from outlay.store.postgres import PostgresConnection

HEAD = 7_000_000_001
"""The version that the recorded create finds, a number that stands nowhere else."""

WARM_UP = 3


@dataclass(frozen=True)
class Statement:
    """One statement as the driver got it; `rows` for executemany."""

    sql: str
    params: Any
    rows: bool = False


@dataclass(frozen=True)
class Create:
    """The statements of one create, and what in them is its own."""

    statements: list[Statement]
    book_id: str
    transaction_id: str
    mutation_id: str

    def again(self, number: int) -> Iterator[Statement]:
        """The same create with other ids, as the `number`th after it."""
        now = system_clock()
        texts = {
            self.transaction_id: uuid7(now, os.urandom(10)),
            self.mutation_id: uuid7(now, os.urandom(10)),
        }
        texts[str(HEAD)], texts[str(HEAD + 1)] = str(HEAD + number - 1), str(HEAD + number)
        pattern = re.compile("|".join(texts))

        def other(value: Any) -> Any:
            if isinstance(value, str):
                return pattern.sub(lambda found: texts[found[0]], value)
            return value + number - 1 if isinstance(value, int) and value in (HEAD, HEAD + 1) else value

        def others(params: Any) -> Any:
            if isinstance(params, dict):
                return {name: other(value) for name, value in params.items()}
            return tuple(other(value) for value in params)

        for one in self.statements:
            if one.rows:
                yield Statement(one.sql, [others(row) for row in one.params], rows=True)
            else:
                yield Statement(one.sql, others(one.params or ()))


def open_bare(path: Path, key: str) -> Any:
    """A database as the store opens its writer, and nothing around it."""
    connection = sqlcipher.connect(str(path), isolation_level=None, cached_statements=512)
    connection.execute(f"PRAGMA key = \"x'{derive(bytes.fromhex(key), 'sqlcipher').hex()}'\"")
    connection.execute("PRAGMA synchronous = FULL")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    return connection


def record(store: Store, settings: Settings) -> Create:
    """Makes a person with a filled book through the real application, then records the create of a transaction."""
    return asyncio.run(_record(store, settings))


async def _record(store: Store, settings: Settings) -> Create:
    house = Household("", seed=7)
    house = Household(house.new_id(), seed=1)
    async with AsyncTestClient(build_app(settings, store=store)) as client:
        person = {
            "email": "bench@example.com",
            "password": "a long enough password",
            "book_id": house.book_id,
        }
        signed_up = (await client.post("/api/v1/auth/sign-up", json=person)).json()
        client.headers["authorization"] = f"Bearer {signed_up['access_token']}"
        batch = mutations(house.beginnings(), house, first_seq=1, base=0)
        push = {"epoch": signed_up["books"][0]["epoch"], "device": "bench", "schema": 1, "sent_at": NOW_MS}
        pushed = await client.post("/api/v1/sync/push", json=push | {"mutations": batch})
        assert pushed.status_code == 200, pushed.text
        body = {
            "kind": "expense", "account_id": house.account_ids[0], "amount_minor": 100,
            "category_id": house.category_ids[0], "payee_id": house.payee_ids[0], "day": "2026-01-15",
            "note": "lunch with Anna",
        }  # fmt: skip
        for _ in range(WARM_UP):
            (await client.post("/api/v1/transactions", json=body)).raise_for_status()
        await store.write(
            house.book_id,
            lambda tx: tx.run("UPDATE book SET head = :head WHERE id = :id", head=HEAD, id=house.book_id),
        )
        with _recording(store) as statements:
            made = (await client.post("/api/v1/transactions", json=body)).json()
        assert made["ver"] == HEAD + 1, made
        known = await store.read(
            lambda read: read.value(
                "SELECT id FROM mutation WHERE book_id = :book AND ver = :ver",
                book=house.book_id,
                ver=HEAD + 1,
            )
        )
        return Create(list(statements), house.book_id, made["id"], known)


@contextmanager
def _recording(store: Store) -> Iterator[list[Statement]]:
    """Everything that the store's writing connections execute meanwhile."""
    statements: list[Statement] = []
    if store.dialect == "sqlite":
        writer = store._engine._writer  # type: ignore[union-attr]  # a benchmark may look inside
        raw = writer.raw
        writer.raw = _Sqlite(raw, statements)
        try:
            yield statements
        finally:
            writer.raw = raw
        return
    send = PostgresConnection._send

    def recorded(self: PostgresConnection, text: str, params: Any) -> Any:
        statements.append(Statement(text, params))
        return send(self, text, params)

    PostgresConnection._send = recorded  # type: ignore[method-assign]  # put back below
    try:
        yield statements
    finally:
        PostgresConnection._send = send  # type: ignore[method-assign]  # as it was


class _Sqlite:
    """A connection that writes down what passes."""

    def __init__(self, raw: Any, statements: list[Statement]) -> None:
        self._raw = raw
        self._statements = statements

    def execute(self, sql: str, params: Any = ()) -> Any:
        self._statements.append(Statement(sql, params))
        return self._raw.execute(sql, params)

    def executemany(self, sql: str, rows: Any) -> Any:
        rows = list(rows)
        self._statements.append(Statement(sql, rows, rows=True))
        return self._raw.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)
