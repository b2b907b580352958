"""A transaction made by REST, against its own statements and nothing else: a bare sqlcipher3 loop that commits each,
and pgbench. 32 clients, a book each."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pgbench
from clients import CLIENTS, Load, make_books
from figures import Figure, alternate, ratio
from recorded import open_bare, record

from outlay.main import DATABASE_FILE, open_migrated
from outlay.settings import Settings
from postgres import Cluster
from system.process import Outlay

ROUNDS = 4
SECONDS = 3.0
KEY = "5e" * 32


def on_sqlite(folder: Path) -> list[Figure]:
    """The server on an encrypted file, and the loop on another beside it."""
    settings = Settings(data_dir=folder / "loop", master_key=KEY, rate_limit=False)
    store = open_migrated(settings)
    create = record(store, settings)
    store.close_now()
    loop = open_bare(settings.data_dir / DATABASE_FILE, KEY)
    made = [0]

    def bare() -> float:
        begun, number = time.perf_counter(), made[0]
        while time.perf_counter() < begun + SECONDS:
            made[0] += 1
            for one in create.again(made[0] + 1):
                if one.rows:
                    loop.executemany(one.sql, one.params)
                else:
                    loop.execute(one.sql, one.params).fetchall()
        return (made[0] - number) / (time.perf_counter() - begun)

    with Outlay.started(folder / "server", OUTLAY_MASTER_KEY=KEY) as server:
        books = make_books(server.url, CLIENTS)
        found, details = _against(server, [book.spec("create") for book in books], bare)
    loop.close()
    return [
        Figure("create by REST, SQLite", ratio(found["rest"], found["bare"]), "×", "≥ 1.0",
               f"of a bare loop, commit each ({_per_second(found)}; {len(create.statements)} statements)"),
        *details("SQLite"),
    ]  # fmt: skip


def on_postgres(folder: Path) -> list[Figure]:
    """The server on a private, durable cluster, and pgbench on another database of it."""
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster.started(durable=True))
        url = cluster.create_database()
        settings = Settings(data_dir=folder / "record", master_key=KEY, database_url=url, rate_limit=False)
        store = open_migrated(settings)
        create = record(store, settings)
        store.close_now()
        pgbench.spread(url, create.book_id, CLIENTS)
        script = folder / "create.sql"
        script.write_text(pgbench.script(create))
        server = stack.enter_context(
            Outlay.started(folder / "server", cluster.create_database(), OUTLAY_MASTER_KEY=KEY)
        )
        books = make_books(server.url, CLIENTS)
        found, details = _against(
            server,
            [book.spec("create") for book in books],
            lambda: pgbench.run(url, script, CLIENTS, SECONDS),
        )
        return [
            Figure("create by REST, PostgreSQL", ratio(found["rest"], found["bare"]), "×", "≥ 0.25",
                   f"of pgbench, one worker ({_per_second(found)}; fsync on)"),
            *details("PostgreSQL"),
        ]  # fmt: skip


def _against(server: Outlay, specs: list[dict[str, Any]], bare: Any) -> tuple[dict[str, list[float]], Any]:
    """Rounds of the server's creates and of the bare side in turn; and the details of the last round."""
    last: dict[str, Any] = {}
    with Load.of(server.port, specs) as load:

        def rest() -> float:
            before = server.cpu_s()
            last.update(load.round(SECONDS))
            last["cpu_ms"] = (server.cpu_s() - before) / last["done"] * 1000
            return float(last["per_second"])

        found = alternate(ROUNDS, rest=rest, bare=bare)

    def details(engine: str) -> list[Figure]:
        return [
            Figure(f"  one create, {engine}", last["cpu_ms"], "ms", "", "CPU of the server process"),
            Figure(f"  answer p50, {engine}", last["p50_ms"], "ms", "",
                   f"{CLIENTS} clients; p99 {last['p99_ms']:.0f} ms"),
        ]  # fmt: skip

    return found, details


def _per_second(found: dict[str, list[float]]) -> str:
    rest, bare = (sorted(found[side])[len(found[side]) // 2] for side in ("rest", "bare"))
    return f"{rest:,.0f}/s against {bare:,.0f}/s"


def run(folder: Path) -> list[Figure]:
    """Both engines."""
    (folder / "postgres").mkdir()
    return [*on_sqlite(folder / "sqlite"), *on_postgres(folder / "postgres")]
