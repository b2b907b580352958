"""How long the server waits for a client: uvicorn's protocol with limits for the head of a request, the pace of its
body and answers that nobody fetches. (uvicorn waits for ever, and keeps a head of any size.)

A client may be slow, as a phone in a lift is; one that is slower holds a connection for nothing (CWE-400).
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from outlay.kernel import limits

LOOK_S: Final = 1.0
"""How often the server looks at its connections."""

_ANSWER: Final = b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class PatientProtocol(HttpToolsProtocol):
    """One connection. `look` is called every LOOK_S."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._awaits: Literal["head", "body"] | None = "head"
        self._since_s = self.loop.time()
        self._bytes = 0
        self._stuck_since_s: float | None = None

    def data_received(self, data: bytes) -> None:
        if self._awaits is None and (self.cycle is None or self.cycle.response_complete):
            self._await("head")
        self._bytes += len(data)
        super().data_received(data)
        if self._awaits == "head" and self._bytes > limits.HEAD_BYTES:
            self._refuse(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        self._await("body")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._awaits = None
        super().on_message_complete()

    def pause_writing(self) -> None:
        self._stuck_since_s = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._stuck_since_s = None
        super().resume_writing()

    def look(self, now_s: float) -> None:
        """Ends the connection when its client is too slow."""
        if self._stuck_since_s is not None and now_s - self._stuck_since_s > limits.STALLED_TIMEOUT_MS / 1000:
            self.transport.abort()
        elif self._awaits == "body" and self.flow.read_paused:
            self._since_s += LOOK_S  # we are the slow one
        elif self._awaits is not None:
            paid_s = self._bytes / limits.BODY_BYTES_PER_S if self._awaits == "body" else 0
            if now_s - self._since_s > limits.HEAD_TIMEOUT_MS / 1000 + paid_s:
                self._refuse(b"408 Request Timeout")

    def _await(self, what: Literal["head", "body"]) -> None:
        self._awaits, self._since_s, self._bytes = what, self.loop.time(), 0

    def _refuse(self, status: bytes) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_ANSWER % status)
        self.transport.close()


def look_at(connections: set[Any], now_s: float) -> None:
    """Looks at every connection of a server."""
    for connection in list(connections):
        connection.look(now_s)
