"""Mails: composed in the reader's language from `words/<language>.json`, sent by SMTP (RFC 5321) or, without a
server to send by, written into the folder `outbox` in the data folder."""

from __future__ import annotations

import asyncio
import html
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from outlay.notify.outgoing import WAITS_S, Outgoing, file_name, write_out

WORDS: Final = Path(__file__).with_name("words")
TIMEOUT_S: Final = 20.0
NAME: Final = "Outlay"


class Mail:
    """`send` composes and queues; it never waits for a server. Made inside the event loop."""

    def __init__(
        self,
        *,
        smtp_url: str | None,
        sender: str,
        outbox: Path,
        clock: Callable[[], int],
        waits_s: tuple[float, ...] = WAITS_S,
    ) -> None:
        self._smtp = None if smtp_url is None else urlsplit(smtp_url)
        self._sender = sender
        self._outbox = outbox
        self._clock = clock
        self._numbers = itertools.count(1)
        self._outgoing = Outgoing("mail", self._deliver, waits_s=waits_s)

    async def send(self, *, to: str, kind: str, language: str, values: dict[str, str]) -> None:
        """A mail of a kind of `words`, with `values` for its gaps (`link` becomes the button)."""
        self._outgoing.put(
            compose(
                sender=self._sender,
                to=to,
                kind=kind,
                language=language,
                values=values,
                now_ms=self._clock(),
            )
        )

    async def sent(self) -> None:
        """Waits until everything queued so far was sent or given up."""
        await self._outgoing.done()

    async def stop(self) -> None:
        await self._outgoing.stop()

    async def _deliver(self, message: EmailMessage) -> None:
        if self._smtp is None:
            data = message.as_bytes(policy=SMTP)
            await asyncio.to_thread(
                write_out, self._outbox, file_name(self._clock(), next(self._numbers), "eml"), data
            )
        else:
            await _by_smtp(self._smtp, message)


def compose(
    *, sender: str, to: str, kind: str, language: str, values: dict[str, str], now_ms: int
) -> EmailMessage:
    """The mail: plain text, and the same as simple HTML."""
    words = _words(language)
    mail = words["mails"][kind]
    lines = [line.format_map(values) for line in mail["text"]]
    after = [line.format_map(values) for line in mail.get("after", [])]
    message = EmailMessage()
    message["Subject"] = " ".join(mail["subject"].format_map(values).split())
    message["From"] = sender
    message["To"] = to
    message["Date"] = format_datetime(datetime.fromtimestamp(now_ms / 1000, UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">") or None)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers from machines
    link = values.get("link")
    plain = [words["hello"], *lines, *([link] if link else []), *after, words["end"]]
    message.set_content("\n\n".join(plain) + "\n", cte="base64")
    message.add_alternative(_html(language, words, mail, lines, after, link), subtype="html", cte="base64")
    return message


def _html(
    language: str,
    words: dict[str, Any],
    mail: dict[str, Any],
    lines: list[str],
    after: list[str],
    link: str | None,
) -> str:
    def paragraphs(texts: list[str]) -> str:
        return "".join(f"<p>{html.escape(text)}</p>" for text in texts)

    button = ""
    if link:
        style = (
            "display:inline-block;padding:12px 20px;border-radius:10px;background:#0f766e;color:#fff;"
            "text-decoration:none"
        )
        button = f'<p><a style="{style}" href="{html.escape(link)}">{html.escape(mail["button"])}</a></p>'
    direction = "rtl" if language == "ar" else "ltr"
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><body style="font:16px/1.5 sans-serif;'
        f'max-width:36em;margin:2em auto;padding:0 1em">{paragraphs([words["hello"], *lines])}{button}'
        f'{paragraphs(after)}<p style="color:#666">{html.escape(words["end"])}</p></body></html>\n'
    )


@cache
def _words(language: str) -> dict[str, Any]:
    file = WORDS / f"{language}.json"
    found: dict[str, Any] = json.loads((file if file.exists() else WORDS / "en.json").read_text("utf-8"))
    return found


def say(language: str, kind: str, values: dict[str, str]) -> str:
    """The text of a text message."""
    text: str = _words(language)["texts"][kind]
    return text.format_map(values)


async def _by_smtp(url: SplitResult, message: EmailMessage) -> None:
    """`smtps://` is TLS from the start (RFC 8314), `smtp+starttls://` refuses to go on without it, and `smtp://`
    takes STARTTLS where it is offered."""
    import aiosmtplib

    ports = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
    await aiosmtplib.send(
        message,
        hostname=url.hostname or "localhost",
        port=url.port or ports[url.scheme],
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        use_tls=url.scheme == "smtps",
        start_tls={"smtps": False, "smtp+starttls": True, "smtp": None}[url.scheme],
        timeout=TIMEOUT_S,
    )
