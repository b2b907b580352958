"""What the server writes into its log: its own words and its web server's, and of other libraries only what went wrong.

No secret and nobody's data gets in (CWE-532): of an exception stand its kind and its place there, never its text, which
quotes what was wrong; an SMS gateway's library is not heard at all, since all that it says names the number.
"""

from __future__ import annotations

import copy
import logging
import traceback
from collections.abc import Iterator
from typing import Any, Final, TextIO

from outlay.store.errors import StoreError

OURS: Final = ("outlay", "uvicorn")
UNHEARD: Final = ("apprise",)
FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
CHAIN_MAX: Final = 10


def handler(stream: TextIO) -> logging.Handler:
    """Writes to `stream` what may be written."""
    made = logging.StreamHandler(stream)
    made.addFilter(_is_heard)
    made.setFormatter(Words(FORMAT))
    return made


def _is_heard(record: logging.LogRecord) -> bool:
    """An HTTP client tells every address that it asks, an image library every piece it reads: only we know what of
    that is a secret."""
    room = record.name.partition(".")[0]
    return room in OURS or (record.levelno >= logging.WARNING and room not in UNHEARD)


class Words(logging.Formatter):
    """A line of the log; exceptions by their kinds and places."""

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # another handler may have left its own, with everything in it
        if record.name == "asyncio" and record.exc_info:
            own.msg, own.args = (
                record.getMessage().partition("\n")[0],
                None,
            )  # then come tasks and their errors
        return super().format(own)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the standard library's name
        return "".join(_told(ei[1], CHAIN_MAX)).rstrip("\n") if ei[1] is not None else ""


def _told(error: BaseException, left: int) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and left:
        yield from _told(before, left - 1)
        yield "\nwhich led to:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}{_text(error)}\n"
    if isinstance(error, BaseExceptionGroup) and left:
        for each in error.exceptions:
            yield from _told(each, left - 1)


def _text(error: BaseException) -> str:
    """What is known to name nobody: our own sentences, and what the operating system calls it."""
    if isinstance(error, StoreError):
        return f": {error}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    return ""
