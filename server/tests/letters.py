"""A mail server for tests that keeps what it is given, plain or by TLS."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP


class Letters:
    """What an SMTP server was given; `refuse` says how often it answers that it is busy first."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.refuse = 0

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.refuse:
            self.refuse -= 1
            return "451 busy"
        self.got.append(
            cast(EmailMessage, email.message_from_bytes(envelope.content, policy=email.policy.default))
        )
        return "250 OK"


@asynccontextmanager
async def mail_server(letters: Letters, tls: ssl.SSLContext | None = None, **more: Any) -> AsyncIterator[int]:
    """A server for mails on a port; with `tls` it speaks TLS from the start."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(letters, **more), "127.0.0.1", 0, ssl=tls)
    yield server.sockets[0].getsockname()[1]
    server.close()
