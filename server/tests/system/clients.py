"""Clients of a real server over HTTP, each with a connection of its own: a device, a REST caller, a poller.

A client never gives up on a change: what was not answered is sent again, as the same change.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from outlay.kernel.ids import uuid7

PASSWORD = "correct horse battery"
Row = dict[str, Any]


def new_id() -> str:
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


class Person:
    """Somebody who has signed up, with their first book and an account in it."""

    def __init__(self, url: str) -> None:
        with httpx.Client(base_url=f"{url}/api/v1", timeout=120) as client:
            given = {"email": "ana@outlay.example", "password": PASSWORD}
            made = ok(client.post("/auth/sign-up", json=given))
            self.headers = {"authorization": f"Bearer {made['access_token']}"}
            self.book_id: str = made["books"][0]["id"]
            self.epoch: str = made["books"][0]["epoch"]
            account = {"name": "Purse", "kind": "cash", "currency": "EUR", "position": 0}
            self.account_id: str = ok(client.post("/accounts", json=account, headers=self.headers))["id"]


class Client:
    """One connection. `gate` is closed while the server is away; whoever loses it waits there."""

    def __init__(self, person: Person, url: str, gate: threading.Event | None = None) -> None:
        self.person = person
        self._http = httpx.Client(base_url=f"{url}/api/v1", headers=person.headers, timeout=120)
        self._gate = gate
        self.sent_again = 0

    def close(self) -> None:
        self._http.close()

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """An answer, however often it must be asked for."""
        while True:
            try:
                return ok(self._http.request(method, path, **given))
            except httpx.TransportError:
                if self._gate is None:
                    raise
                self.sent_again += 1
                time.sleep(0.02)  # the gate closes a moment after the connection
                self._gate.wait()


class Device(Client):
    """Pushes changes in sequence. `made` holds the transactions it sent, `acked` those that were answered."""

    def __init__(self, person: Person, url: str, gate: threading.Event | None = None) -> None:
        super().__init__(person, url, gate)
        self.device_id = f"device-{new_id()}"
        self.made: set[str] = set()
        self.acked: set[str] = set()
        self.mutations = 0

    def push(self, mutations: int, note: str) -> None:
        """Sends some mutations of two operations: a new transaction, and one more on the account's counter."""
        batch = [self._mutation(note) for _ in range(mutations)]
        ids = {mutation["ops"][0]["id"] for mutation in batch}
        self.made |= ids
        request = {
            "epoch": self.person.epoch, "device": self.device_id, "schema": 1, "sent_at": 0, "limit": 1,
            "last_ack": self.mutations - len(batch), "mutations": batch,
        }  # fmt: skip
        answer = self.ask("POST", "/sync/push", json=request)
        assert answer["stop"] is None, answer["stop"]
        assert [(r["mid"], r["status"]) for r in answer["results"]] == [(m["mid"], "ok") for m in batch]
        self.acked |= ids

    def _mutation(self, note: str) -> Row:
        self.mutations += 1
        account_id = self.person.account_id
        fields = {
            "kind": "expense", "account_id": account_id, "amount_minor": 100, "currency": "EUR",
            "to_account_id": None, "to_amount_minor": None, "to_currency": None,
            "lines": [{"category_id": None, "amount_minor": 100}], "rate": "1", "base_minor": 100,
            "base_currency": "EUR", "day": "2026-01-15", "note": note,
        }  # fmt: skip
        return {
            "seq": self.mutations, "mid": new_id(), "base": 0, "made_at": 0, "name": "transaction.add",
            "ops": [
                {"e": "transaction", "id": new_id(), "k": "create", "f": fields},
                {"e": "account", "id": account_id, "k": "inc", "f": {"position": 1}},
            ],
        }  # fmt: skip


class Rest(Client):
    """Makes transactions by REST, the server gives the ids. `acked` maps an Idempotency-Key to its row."""

    def __init__(self, person: Person, url: str, gate: threading.Event | None = None) -> None:
        super().__init__(person, url, gate)
        self.acked: dict[str, str] = {}

    def create(self) -> None:
        key = f"key-{new_id()}"
        body = {
            "kind": "expense",
            "account_id": self.person.account_id,
            "amount_minor": 100,
            "day": "2026-01-15",
        }
        body["note"] = key
        answer = self.ask("POST", "/transactions", json=body, headers={"idempotency-key": key})
        self.acked[key] = answer["id"]


class Poller(Client):
    """Reads the book as a device does, page after page. `rows` is what it knows: (entity, id) to (version, fields)."""

    def __init__(self, person: Person, url: str) -> None:
        super().__init__(person, url)
        self.cursor = "0:"
        self.rows: dict[tuple[str, str], tuple[int, bool, Row]] = {}

    def pull(self) -> int:
        """Everything there is now; the head it has read to. Versions never go back."""
        while True:
            page = self.ask(
                "GET", "/sync/pull",
                params={"epoch": self.person.epoch, "device": "poller", "cursor": self.cursor, "limit": 200},
            )  # fmt: skip
            assert page["from"] == self.cursor
            version = int(self.cursor.partition(":")[0])
            assert page["head"] >= version
            for entity, row_id, ver, deleted, fields in page["rows"]:
                assert ver >= version, "a row behind the cursor"
                self.rows[(entity, row_id)] = (ver, deleted, fields)
            self.cursor = page["to"]
            if not page["more"]:
                return int(page["head"])

    def transactions(self) -> dict[str, Row]:
        return {
            row_id: fields
            for (entity, row_id), (_, deleted, fields) in self.rows.items()
            if entity == "transaction" and not deleted
        }


class Workers:
    """Threads that run until they are told to stop; the first error of one fails the test."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []

    def run(self, work: Callable[[], object]) -> None:
        """`work` again and again, in a thread of its own."""

        def loop() -> None:
            try:
                while not self.stopping.is_set():
                    work()
            except BaseException as error:
                self._errors.append(error)
                self.stopping.set()

        self._threads.append(threading.Thread(target=loop, daemon=True))
        self._threads[-1].start()

    def stop(self, timeout_s: float = 30) -> None:
        """Each finishes what it does."""
        self.stopping.set()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))
            assert not thread.is_alive(), "a client did not come to its end"
        if self._errors:
            raise self._errors[0]


def ok(response: httpx.Response) -> Any:
    assert response.status_code < 400, f"{response.status_code} {response.text[:2000]}"
    return response.json() if response.content else None
