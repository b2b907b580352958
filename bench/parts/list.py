"""The first page of transactions by REST, against the bare SELECTs of that page in a sqlcipher3 loop. 32 clients."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from clients import CLIENTS, Book, Load, make_books
from figures import Figure, alternate, ratio
from litestar.testing import AsyncTestClient
from recorded import Statement, open_bare

from outlay.main import DATABASE_FILE, build_app, open_migrated
from outlay.settings import Settings
from outlay.store.sqlite import SqliteConnection
from system.process import Outlay

ROUNDS = 3
SECONDS = 2.0
TRANSACTIONS = 10_000
KEY = "5e" * 32


def run(folder: Path) -> list[Figure]:
    """On SQLite, at 10,000 transactions."""
    with Outlay.started(folder, OUTLAY_MASTER_KEY=KEY) as server:
        book = make_books(server.url, 1, TRANSACTIONS)[0]
        statements = asyncio.run(_recorded(Settings(data_dir=folder, master_key=KEY, rate_limit=False), book))
        loop = open_bare(folder / DATABASE_FILE, KEY)
        last: dict[str, Any] = {}

        def bare() -> float:
            begun, done = time.perf_counter(), 0
            while time.perf_counter() < begun + SECONDS:
                for one in statements:
                    loop.execute(one.sql, one.params).fetchall()
                done += 1
            return done / (time.perf_counter() - begun)

        with Load.of(server.port, [book.spec("list")] * CLIENTS) as load:

            def rest() -> float:
                before = server.cpu_s()
                last.update(load.round(SECONDS))
                last["cpu_ms"] = (server.cpu_s() - before) / last["done"] * 1000
                return float(last["per_second"])

            found = alternate(ROUNDS, rest=rest, bare=bare)
        with Load.of(server.port, [book.spec("list")]) as load:
            load.round(0.5)
            alone = load.round(SECONDS)
        loop.close()
    per_second = {side: sorted(values)[len(values) // 2] for side, values in found.items()}
    return [
        Figure("list page of 50, p50", last["p50_ms"], "ms", "",
               f"{CLIENTS} clients; one alone {alone['p50_ms']:.1f} ms"),
        Figure("  against its bare SELECTs", ratio(found["rest"], found["bare"]), "×", "",
               f"of a bare loop ({per_second['rest']:,.0f}/s against {per_second['bare']:,.0f}/s)"),
        Figure("  one page", last["cpu_ms"], "ms", "", "CPU of the server process"),
    ]  # fmt: skip


async def _recorded(settings: Settings, book: Book) -> list[Statement]:
    """What the real application reads for one page."""
    statements: list[Statement] = []
    store = open_migrated(settings)
    every = SqliteConnection.all

    def recording(self: SqliteConnection, sql: str, params: dict[str, Any]) -> Any:
        raw = self.raw
        self.raw = _Raw(raw, statements)
        try:
            return every(self, sql, params)
        finally:
            self.raw = raw

    try:
        async with AsyncTestClient(build_app(settings, store=store)) as client:
            headers = {"authorization": f"Bearer {book.token}"}
            path = f"/api/v1/transactions?book={book.household.book_id}&limit=50"
            for _ in range(2):
                statements.clear()
                SqliteConnection.all = recording  # type: ignore[method-assign]  # put back below
                (await client.get(path, headers=headers)).raise_for_status()
                SqliteConnection.all = every  # type: ignore[method-assign]  # as it was
    finally:
        SqliteConnection.all = every  # type: ignore[method-assign]  # as it was
        await store.close()
    return list(statements)


class _Raw:
    """A connection that writes down what it is asked."""

    def __init__(self, raw: Any, statements: list[Statement]) -> None:
        self._raw = raw
        self._statements = statements

    def execute(self, sql: str, params: Any) -> Any:
        self._statements.append(Statement(sql, params))
        return self._raw.execute(sql, params)
