"""A load generator in a process of its own: many connections, each with one request at a time.

Reads commands as lines of JSON and answers each with one line:
`{"port", "clients": [{"token", "kind", ...}]}` says who asks, `{"seconds"}` runs a round (each client on a new
connection, which is made before the clock runs) and answers {done, seconds, per_second, p50_ms, p99_ms, bytes}.
Raw sockets and httptools, because the server needs the CPU.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import httptools
import uvloop
from household import NOW_MS, Household, mutations

PUSH_OPERATIONS = 500
AHEAD = 3
_CURSOR = re.compile(rb'"to":"([^"]+)"')


def _post(path: str, token: str, body: bytes) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def creates(spec: dict[str, Any], client: Client) -> Iterator[bytes]:
    """`POST /transactions`: an expense of today with a payee and a note."""
    for number in range(10**9):
        body = {
            "kind": "expense", "account_id": spec["account_id"], "amount_minor": 100 + number % 5000,
            "category_id": spec["category_id"], "payee_id": spec["payee_id"], "day": "2026-01-15",
            "note": "lunch with Anna",
        }  # fmt: skip
        yield _post(f"/api/v1/transactions?book={spec['book_id']}", spec["token"], json.dumps(body).encode())


def lists(spec: dict[str, Any], client: Client) -> Iterator[bytes]:
    """`GET /transactions`: the first page."""
    request = (
        f"GET /api/v1/transactions?book={spec['book_id']}&limit=50 HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {spec['token']}\r\n\r\n"
    ).encode()
    while True:
        yield request


def pushes(spec: dict[str, Any], client: Client) -> Iterator[bytes]:
    """`POST /sync/push`: 500 operations in 50 mutations, from where the answer before said. They are written
    down a few at a time, the first ones before the clock of a round runs."""
    household = Household(spec["book_id"]).on_device(spec["seed"])
    seq, cursor, ready = 1, spec["cursor"], deque[tuple[int, bytes]]()
    while True:
        for _ in range(0 if ready else AHEAD):
            found = mutations(list(household.transactions(PUSH_OPERATIONS)), household, first_seq=seq, base=0)
            ready.append((seq, json.dumps(found).encode()))
            seq += len(found)
        first, written = ready.popleft()
        head = {
            "epoch": spec["epoch"], "device": spec["device"], "schema": 1, "sent_at": NOW_MS, "cursor": cursor,
            "last_ack": first - 1,
        }  # fmt: skip
        body = json.dumps(head).encode()[:-1] + b', "mutations": ' + written + b"}"
        yield _post(f"/api/v1/sync/push?book={spec['book_id']}", spec["token"], body)
        if (to := _CURSOR.search(client.body)) is not None:
            cursor = to[1].decode()


def pulls(spec: dict[str, Any], client: Client) -> Iterator[bytes]:
    """`GET /sync/pull` of a device that has everything but the newest rows."""
    cursor = spec["cursor"]
    asked = f"book={spec['book_id']}&epoch={spec['epoch']}&device={spec['device']}&last_ack=0&schema=1"
    while True:
        yield (
            f"GET /api/v1/sync/pull?{asked}&cursor={cursor} HTTP/1.1\r\nHost: bench\r\n"
            f"Authorization: Bearer {spec['token']}\r\n\r\n"
        ).encode()
        if (to := _CURSOR.search(client.body)) is not None:
            cursor = to[1].decode()


_KINDS = {"pull": pulls, "create": creates, "list": lists, "push": pushes}


class Client(asyncio.Protocol):
    """Sends, waits for the whole answer, sends again until the round is over."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.requests = _KINDS[spec["kind"]](spec, self)
        self.body = b""
        self.latencies: list[float] = []
        self.received = 0
        self._next: bytes | None = None
        self._sent_at = 0.0
        self._until = 0.0
        self._done: asyncio.Future[None] | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def leave(self) -> None:
        self._done = None
        self._transport.close()

    def begin(self, until: float) -> asyncio.Future[None]:
        self.latencies, self.received, self._until = [], 0, until
        self._done = asyncio.get_running_loop().create_future()
        self._send()
        return self._done

    def prepare(self) -> None:
        """The next request is made before the clock of a round runs."""
        if self._next is None:
            self._next = next(self.requests)

    def _send(self) -> None:
        self.prepare()
        assert self._next is not None
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []
        self._sent_at = time.perf_counter()
        self._transport.write(self._next)
        self._next = None

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        self._parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        self._parts.append(data)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self.latencies.append(now - self._sent_at)
        self.body = b"".join(self._parts)
        status = self._parser.get_status_code()
        if status not in (200, 201) or b'"status":"rejected' in self.body or b'"status":"parked' in self.body:
            self._fail(RuntimeError(f"{status}: {self.body[:2000]!r}"))
        elif now < self._until:
            self._send()
        elif self._done is not None:
            self._done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(error or ConnectionError("the server closed the connection"))

    def _fail(self, error: Exception) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(error)


async def _round(port: int, clients: list[Client], seconds: float) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    for client in clients:
        client.prepare()
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)
    begun = time.perf_counter()
    await asyncio.gather(*(client.begin(begun + seconds) for client in clients))
    took = time.perf_counter() - begun
    for client in clients:
        client.leave()
    latencies = sorted(latency for client in clients for latency in client.latencies)
    return {
        "done": len(latencies), "seconds": took, "per_second": len(latencies) / took,
        "p50_ms": latencies[len(latencies) // 2] * 1000, "p99_ms": latencies[len(latencies) * 99 // 100] * 1000,
        "bytes": sum(client.received for client in clients),
    }  # fmt: skip


async def main() -> None:
    loop = asyncio.get_running_loop()
    port, clients = 0, []
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        if "seconds" in command:
            answer = await _round(port, clients, command["seconds"])
        else:
            port, clients = command["port"], [Client(spec) for spec in command["clients"]]
            answer = {"clients": len(clients)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
