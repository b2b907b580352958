"""Devices that only listen: many event streams in a process of its own.

    python bench/listeners.py PORT COUNT        the books come as a line of JSON: [[token, book_id], …]

Prints how many streams are open once all have said something, and again, when its input ends, how many still are.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import uvloop

AT_ONCE = 50
OPEN_S = 120.0


class Stream(asyncio.Protocol):
    """One of them: open from its first event until the line ends."""

    def __init__(self, token: str, book_id: str) -> None:
        self.heard = asyncio.Event()
        self.open = False
        self._head = (
            f"GET /api/v1/sync/events?book={book_id} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
            "Accept: text/event-stream\r\n\r\n"
        )

    def connection_made(self, transport: Any) -> None:
        transport.write(self._head.encode())

    def data_received(self, data: bytes) -> None:
        self.open = self.open or b"id:" in data or b"data:" in data
        if self.open:
            self.heard.set()

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        self.heard.set()


async def main() -> None:
    loop = asyncio.get_running_loop()
    port, count = int(sys.argv[1]), int(sys.argv[2])
    books = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    streams = [Stream(*books[number % len(books)]) for number in range(count)]
    async with asyncio.timeout(OPEN_S):
        for at in range(0, count, AT_ONCE):
            some = streams[at : at + AT_ONCE]
            await asyncio.gather(
                *(loop.create_connection(lambda one=one: one, "127.0.0.1", port) for one in some)
            )
            await asyncio.gather(*(one.heard.wait() for one in some))
    print(sum(one.open for one in streams), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(sum(one.open for one in streams), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
