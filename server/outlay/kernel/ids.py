"""Ids: UUIDv7 made where the row is made, UUIDv5 for rows that two devices would both invent (RFC 9562)."""

import re
import uuid
from typing import Final

ID_PATTERN: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_ID: Final = re.compile(ID_PATTERN)


def uuid7(ms: int, random_bytes: bytes) -> str:
    """UUIDv7 (RFC 9562, 5.7) of a time in ms since the epoch and 10 random bytes; lower case text."""
    if len(random_bytes) != 10:
        raise ValueError("uuid7 takes 10 random bytes")
    a = (random_bytes[0] << 8 | random_bytes[1]) & 0x0FFF | 0x7000
    b = (random_bytes[2] << 8 | random_bytes[3]) & 0x3FFF | 0x8000
    time = f"{ms & 0xFFFFFFFFFFFF:012x}"
    return f"{time[:8]}-{time[8:]}-{a:04x}-{b:04x}-{random_bytes[4:].hex()}"


def uuid5(namespace: str, name: str) -> str:
    """UUIDv5 (RFC 9562, 5.5) of a name in a namespace that is itself an id (a book's)."""
    return str(uuid.uuid5(uuid.UUID(namespace), name))


def is_id(text: object) -> bool:
    """True for the lower case text of a UUID version 5 or 7."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def version(id: str) -> int:
    """The UUID's version: 5 (deterministic) or 7 (made once)."""
    return int(id[14], 16)
