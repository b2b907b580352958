"""A file that is sealed while it is written and opened while it is read: no byte of it is ever plain on a disk.

Salt (16 bytes), then pieces of 64 KiB, each AES-256-GCM; nonces count, and the last piece says that it is the last
(STREAM, Hoang, Reyhanitabar, Rogaway and Vizár 2015): a file that was cut or reordered does not open.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outlay.store.errors import StoreError

PIECE: Final = 65_536
TAG: Final = 16
SALT: Final = 16


class SealedWriter(io.RawIOBase):
    """For `zipfile`, which writes without going back. `close` writes the last piece."""

    def __init__(self, path: Path, key: bytes, bound_to: bytes) -> None:
        super().__init__()
        salt = os.urandom(SALT)
        self._cipher, self._bound_to = _cipher(key, salt), bound_to
        self._held = bytearray()
        self._number = 0
        self.size = 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._out = os.fdopen(handle, "wb")
        self._out.write(salt)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        given = bytes(data)  # type: ignore[call-overload]  # zipfile gives bytes
        self._held += given
        self.size += len(given)
        # One piece stays: it may be the last.
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(given)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._held), last=True)
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()
        super().close()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last), piece, self._bound_to))
        self._number += 1


def opened(path: Path, key: bytes, bound_to: bytes) -> Iterator[bytes]:
    """The plain bytes, a piece at a time. StoreError when the file was changed or cut."""
    with path.open("rb") as file:
        cipher = _cipher(key, file.read(SALT))
        number, piece = 0, file.read(PIECE + TAG)
        while True:
            following = file.read(PIECE + TAG)
            try:
                yield cipher.decrypt(_nonce(number, not following), piece, bound_to)
            except InvalidTag:
                raise StoreError("A sealed file does not open: it was changed or cut off.") from None
            if not following:
                return
            number, piece = number + 1, following


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"outlay/export").derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
