"""Runs `look.py` on a file: a process of its own for each, few at a time."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import Final

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal

_PROGRAM: Final = str(Path(__file__).with_name("look.py"))
_WAIT_S: Final = 60
_CODES: Final = {
    "file_type": "file_type", "file_damaged": "file_damaged", "file_pixels": "file_pixels", "file_mixed": "file_mixed",
    "file_metadata": "file_metadata", "file_locked": "file_locked", "file_active": "file_active",
}  # fmt: skip
_gates: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


def check_digest(data: bytes, sha256: str) -> None:
    """Refuses `digest_differs`."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refusal("digest_differs", field="sha256")


async def small_photo(data: bytes, media_type: str) -> bytes:
    """The picture drawn anew as a small square JPEG. Refuses `file_type`, `file_damaged`, `file_pixels`."""
    said = await _ask(data, media_type, str(limits.FILE_PIXELS), str(limits.PHOTO_SIDE))
    if said.startswith(b"ok\n"):
        return said[3:]
    raise Refusal(_CODES.get(said.decode("ascii", "replace").strip(), "file_damaged"), field="body")


async def check_content(data: bytes, media_type: str) -> None:
    """Refuses `file_type`, `file_damaged`, `file_pixels`, `file_mixed`, `file_metadata`, `file_locked`, `file_active`,
    and `busy` when too many wait."""
    word = (await _ask(data, media_type, str(limits.FILE_PIXELS))).decode("ascii", "replace").strip()
    if word != "ok":
        raise Refusal(_CODES.get(word, "file_damaged"), field="body")


async def _ask(data: bytes, *words: str) -> bytes:
    """What the program says of a file; nothing when it took too long."""
    async with _gate():
        looking = await asyncio.create_subprocess_exec(
            sys.executable, "-I", _PROGRAM, *words,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={}, cwd="/",
        )  # fmt: skip
        try:
            said, _ = await asyncio.wait_for(looking.communicate(data), _WAIT_S)
        except TimeoutError:
            said = b""
        finally:
            if looking.returncode is None:
                looking.kill()
                await looking.wait()
    return said


def _gate() -> asyncio.Semaphore:
    """One for each event loop: tests have many, a server has one."""
    loop = asyncio.get_running_loop()
    for old in [each for each in _gates if each.is_closed()]:
        del _gates[old]
    return _gates.setdefault(loop, asyncio.Semaphore(limits.FILE_CHECKS))
