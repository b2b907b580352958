"""Who asks in a benchmark: one person with many books, each made and filled through the API as a device would,
and the load generator that speaks for all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from household import NOW_MS, Household, mutations

from outlay.kernel.ids import uuid7

CLIENTS = 32
EMAIL, PASSWORD = "bench@example.com", "nine quiet otters"
_FILL = 500


@dataclass(frozen=True)
class Book:
    """A book on the server, and the token of its owner."""

    household: Household
    token: str
    epoch: str
    cursor: str

    def spec(self, kind: str, number: int = 0) -> dict[str, Any]:
        """What `load.py` needs to be a client of it."""
        house = self.household
        return {
            "kind": kind, "token": self.token, "book_id": house.book_id, "epoch": self.epoch, "cursor": self.cursor,
            "account_id": house.account_ids[0], "category_id": house.category_ids[0],
            "payee_id": house.payee_ids[0], "device": f"bench-{number}", "seed": number + 1,
        }  # fmt: skip


def make_books(
    url: str, count: int, transactions: int = 0, *, token: str | None = None, email: str = EMAIL
) -> list[Book]:
    """Fills `count` new books: accounts, categories, payees, and transactions if any. Signs a person up, and the first
    book is the person's first; or, with a token, they are further books of whoever it belongs to."""
    ids = [uuid7(time.time_ns() // 1_000_000, os.urandom(10)) for _ in range(count)]
    epochs = []
    with httpx.Client(base_url=f"{url}/api/v1", timeout=60) as client:
        if token is None:
            person = {"email": email, "password": PASSWORD, "name": "Bench", "book_id": ids[0]}
            signed_up = _ok(client.post("/auth/sign-up", json=person))
            token, epochs = str(signed_up["access_token"]), [signed_up["books"][0]["epoch"]]
        client.headers["authorization"] = f"Bearer {token}"
        epochs += [
            _ok(client.post("/books", json={"id": book_id, "name": "Bench"}))["epoch"]
            for book_id in ids[len(epochs) :]
        ]
        return [
            _fill(client, token, Household(book_id, seed=1, expected=transactions), epoch, transactions)
            for book_id, epoch in zip(ids, epochs, strict=True)
        ]


def _fill(client: httpx.Client, token: str, household: Household, epoch: str, transactions: int) -> Book:
    beginnings = household.beginnings()
    seq, cursor, left = 1, "0:~", transactions
    while beginnings or left:
        ops = beginnings or list(household.transactions(min(left, _FILL)))
        left, beginnings = (left if beginnings else left - len(ops)), []
        found = mutations(ops, household, first_seq=seq, base=0)
        seq += len(found)
        answer = _ok(
            client.post(
                "/sync/push", params={"book": household.book_id},
                json={"epoch": epoch, "device": "bench", "schema": 1, "sent_at": NOW_MS, "cursor": cursor,
                      "last_ack": seq - 1, "limit": 1, "mutations": found},
            )
        )  # fmt: skip
        assert all(result["status"] == "ok" for result in answer["results"]), answer["results"]
        cursor = f"{answer['page']['head']}:~"
    return Book(household, token, epoch, cursor)


def _ok(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= 400:
        raise RuntimeError(f"{response.status_code} {response.text[:2000]}")
    answer: dict[str, Any] = response.json()
    return answer


class Load:
    """The load generator's process."""

    def __init__(self, port: int, specs: list[dict[str, Any]]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("load.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._ask({"port": port, "clients": specs})

    @classmethod
    @contextmanager
    def of(cls, port: int, specs: list[dict[str, Any]]) -> Iterator[Load]:
        load = cls(port, specs)
        try:
            yield load
        finally:
            load._process.kill()
            load._process.wait()

    def round(self, seconds: float) -> dict[str, Any]:
        """All clients, for so long: {done, seconds, per_second, p50_ms, p99_ms, bytes}."""
        return self._ask({"seconds": seconds})

    def _ask(self, command: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended")
        answer: dict[str, Any] = json.loads(line)
        return answer
