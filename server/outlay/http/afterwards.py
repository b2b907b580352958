"""What is done after an answer, so that no answer's time tells whether there was something to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from outlay.kernel import limits

Work = Callable[[], Awaitable[object]]

LAST_S: Final = 3.0
"""How long a server that stops still works on what is waiting."""

log = logging.getLogger(__name__)


class Afterwards:
    """One thing after another, in the order of asking. Whoever asks puts the same for known and unknown, and the work
    itself finds out. What fails is not tried again. Made inside the event loop."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Work] = asyncio.Queue(limits.OUTGOING_QUEUE)
        self._task = asyncio.create_task(self._run())

    def put(self, work: Work) -> None:
        """Queues; one too many is dropped and said in the log."""
        try:
            self._queue.put_nowait(work)
        except asyncio.QueueFull:
            log.error("afterwards: too much is waiting; one was dropped")

    async def done(self) -> None:
        """Waits until everything queued so far was done or failed."""
        await self._queue.join()

    async def stop(self) -> None:
        """Does what is waiting for a few seconds, then ends."""
        try:
            await asyncio.wait_for(self._queue.join(), LAST_S)
        except TimeoutError:
            log.warning("afterwards: %d were not done", self._queue.qsize() + 1)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            work = await self._queue.get()
            try:
                await work()
            except Exception as error:
                log.error("afterwards: one failed (%s)", type(error).__name__)  # its text may hold an address
            finally:
                self._queue.task_done()
