"""A file as it is stored: a header in the open, then pieces of 64 KiB, each sealed, so that any part can be read alone.

Object = header (26 bytes: form, type, salt, size) + pieces. A piece is AES-256-GCM of up to PIECE bytes with its tag
at the end. Its key is the file's own (HKDF-SHA256 of the book's file key and the salt), so nonces count: number of
the piece, and whether it is the last (STREAM, Hoang, Reyhanitabar, Rogaway and Vizár 2015). Bound to the header, the
book and the file's SHA-256: an object that is cut, joined, reordered or put in another's place does not open.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outlay.store.errors import StoreError

PIECE: Final = 65_536
"""Bytes of a piece before sealing."""
TAG: Final = 16
MEDIA_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "application/pdf")
"""What a file can be; its place here is what the header says. New ones go to the end."""

ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}

_HEADER: Final = struct.Struct(">BB16sQ")
HEADER_BYTES: Final = _HEADER.size
_FORM: Final = 1


@dataclass(frozen=True, slots=True)
class Head:
    """What the header of a stored file says."""

    media_type: str
    size: int
    salt: bytes
    packed: bytes

    @property
    def stored_bytes(self) -> int:
        """Length of the whole object."""
        return HEADER_BYTES + self.size + TAG * pieces_of(self.size)


def pieces_of(size: int) -> int:
    return -(-size // PIECE)


def read_head(packed: bytes) -> Head:
    """StoreError for what is no header of ours."""
    if len(packed) < HEADER_BYTES:
        raise StoreError("A stored file is cut off.")
    form, type_, salt, size = _HEADER.unpack(packed[:HEADER_BYTES])
    if form != _FORM or type_ >= len(MEDIA_TYPES) or size == 0:
        raise StoreError("A stored file is of no form that this version knows.")
    return Head(MEDIA_TYPES[type_], size, salt, packed[:HEADER_BYTES])


def seal(key: bytes, bound_to: bytes, media_type: str, data: bytes) -> Iterator[bytes]:
    """The object's parts in order. `key`: the book's file key, 32 bytes; `bound_to`: book and digest."""
    salt = os.urandom(16)
    packed = _HEADER.pack(_FORM, MEDIA_TYPES.index(media_type), salt, len(data))
    cipher, count = _cipher(key, salt), pieces_of(len(data))
    yield packed
    for number in range(count):
        piece = data[number * PIECE : (number + 1) * PIECE]
        yield cipher.encrypt(_nonce(number, count), piece, packed + bound_to)


def span(head: Head, first: int, last: int) -> tuple[int, int]:
    """Where in the object the pieces lie that hold the bytes `first` to `last` (both with): start and end."""
    start = HEADER_BYTES + first // PIECE * (PIECE + TAG)
    end = HEADER_BYTES + (last // PIECE + 1) * (PIECE + TAG)
    return start, min(end, head.stored_bytes)


def unseal(key: bytes, bound_to: bytes, head: Head, sealed: bytes, number: int) -> bytes:
    """The bytes of whole pieces, of which the first is `number`. StoreError when they were changed or moved."""
    cipher, count = _cipher(key, head.salt), pieces_of(head.size)
    opened = []
    try:
        for at in range(0, len(sealed), PIECE + TAG):
            piece = sealed[at : at + PIECE + TAG]
            opened.append(cipher.decrypt(_nonce(number, count), piece, head.packed + bound_to))
            number += 1
    except InvalidTag:
        raise StoreError("A stored file does not open: it was changed or moved.") from None
    return b"".join(opened)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"outlay/file").derive(key))


def _nonce(number: int, count: int) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if number == count - 1 else b"\x00")
