"""What is done for people while they do something else: copies of their data, erasures whose day has come, and the
daily round of retention. Each is claimed by a conditional UPDATE, so any number of processes may run this."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

EVERY_S: Final = 60
DAY_S: Final = 86_400

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[int]]


class Wake:
    """Somebody has just asked for something: not everything waits for the next minute."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def __call__(self) -> None:
        self._event.set()

    async def wait(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


async def run(wake: Wake, *, often: tuple[Work, ...], daily: tuple[Work, ...]) -> None:
    """Rounds for ever. What goes wrong in one is logged, and the next one comes."""
    loop = asyncio.get_running_loop()
    next_day = loop.time()
    while True:
        works = often
        if loop.time() >= next_day:
            works, next_day = (*often, *daily), loop.time() + DAY_S
        for work in works:
            try:
                await work()
            except Exception:
                log.exception("a round for people failed")
        await wake.wait(EVERY_S)
