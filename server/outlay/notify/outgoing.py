"""Messages on their way out: a bounded queue that a background task empties, so that nobody waits for it and no
answer's time tells whether something was sent."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from outlay.kernel import limits

T = TypeVar("T")

WAITS_S: Final = (1.0, 5.0, 25.0)
"""Between one try and the next."""
LAST_S: Final = 3.0
"""What a server that stops still waits for."""

log = logging.getLogger(__name__)


class Outgoing(Generic[T]):
    """`deliver` sends one message and raises when it could not; it is then tried again, `limits.OUTGOING_TRIES`
    times in all. Made inside the event loop. Logs say that, never to whom or what."""

    def __init__(
        self,
        name: str,
        deliver: Callable[[T], Awaitable[None]],
        *,
        waits_s: tuple[float, ...] = WAITS_S,
    ) -> None:
        self._name = name
        self._deliver = deliver
        self._waits_s = waits_s
        self._queue: asyncio.Queue[T] = asyncio.Queue(limits.OUTGOING_QUEUE)
        self._task = asyncio.create_task(self._run())

    def put(self, message: T) -> None:
        """Queues a message; one too many is dropped and said in the log."""
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            log.error("%s: too many are waiting; one was dropped", self._name)

    async def done(self) -> None:
        """Waits until everything queued so far was done or given up."""
        await self._queue.join()

    async def stop(self) -> None:
        """Sends what is waiting for a few seconds, then ends."""
        try:
            await asyncio.wait_for(self._queue.join(), LAST_S)
        except TimeoutError:
            log.warning("%s: %d were not done", self._name, self._queue.qsize() + 1)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            message = await self._queue.get()
            try:
                await self._try(message)
            finally:
                self._queue.task_done()

    async def _try(self, message: T) -> None:
        for wait_s in (*self._waits_s[: limits.OUTGOING_TRIES - 1], None):
            try:
                await self._deliver(message)
                log.info("%s: one was done", self._name)
                return
            except Exception as error:
                kind = type(error).__name__  # its text may hold the address
                if wait_s is None:
                    log.error("%s: one failed and was given up (%s)", self._name, kind)
                    return
                log.warning("%s: one failed and will be tried again (%s)", self._name, kind)
                await asyncio.sleep(wait_s)


def write_out(folder: Path, name: str, data: bytes) -> None:
    """Writes a message into the outbox folder, for its owner alone, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = folder / name
    part = whole.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    part.rename(whole)


def file_name(now_ms: int, number: int, ending: str) -> str:
    """In the order of time, then of `number`."""
    return f"{now_ms:014d}-{number:06d}-{os.urandom(4).hex()}.{ending}"
