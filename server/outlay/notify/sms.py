"""Text messages: through a gateway that Apprise speaks to, or, without one, into the folder `outbox`.

The gateway's URL has `{phone}` where the number goes, such as `twilio://SID:TOKEN@FROM/{phone}`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from outlay.notify.mail import say
from outlay.notify.outgoing import WAITS_S, Outgoing, file_name, write_out


class NotSent(Exception):
    """The gateway did not take it."""


class Sms:
    """`send` queues; it never waits for a gateway. Made inside the event loop."""

    def __init__(
        self,
        *,
        url: str | None,
        outbox: Path,
        clock: Callable[[], int],
        waits_s: tuple[float, ...] = WAITS_S,
    ) -> None:
        self._url = url
        self._outbox = outbox
        self._clock = clock
        self._numbers = itertools.count(1)
        self._outgoing = Outgoing("text message", self._deliver, waits_s=waits_s)

    async def send(self, *, to: str, kind: str, language: str, values: dict[str, str]) -> None:
        """A text of `words` to a number in E.164."""
        self._outgoing.put((to, say(language, kind, values)))

    async def sent(self) -> None:
        """Waits until everything queued so far was sent or given up."""
        await self._outgoing.done()

    async def stop(self) -> None:
        await self._outgoing.stop()

    async def _deliver(self, message: tuple[str, str]) -> None:
        to, text = message
        if self._url is None:
            data = f"{to}\n{text}\n".encode()
            await asyncio.to_thread(
                write_out, self._outbox, file_name(self._clock(), next(self._numbers), "sms.txt"), data
            )
        elif not await asyncio.to_thread(_by_gateway, self._url.replace("{phone}", quote(to, safe="")), text):
            raise NotSent


def _by_gateway(url: str, text: str) -> bool:
    from apprise import Apprise

    gateway = Apprise()
    return bool(gateway.add(url)) and bool(gateway.notify(body=text))
