"""From a file's bytes to what it holds, whatever its format; and how it is kept until it is imported. Pure."""

from __future__ import annotations

import base64
import json
import zlib
from functools import lru_cache
from typing import Final

from outlay.importing import csv_bank, ofx
from outlay.importing.options import READING, Given, for_reader
from outlay.importing.reading import Found, problem
from outlay.kernel.limits import IMPORT_BYTES

_REMEMBERED_BYTES: Final = 2_000_000
"""A larger file is read again: what it holds would take 50 MB."""

READERS: Final = {"ofx": ofx.read, "csv": csv_bank.read}
"""By format; spec/imports.json has the endings and kinds of file that phones and browsers offer for each."""

_BINARY = (
    (b"PK\x03\x04", "a zip archive or an Excel file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an Excel file"),
)


def read(data: bytes, options: Given) -> Found:
    """Finds the format (or takes `format`), reads the file. Refuses `import_too_large`, `import_format` and what the
    readers refuse. Takes a second for a large file: call it beside the event loop.

    What was read last is remembered until it is forgotten: most files are carried out as they were previewed.
    """
    reading = json.dumps({name: options.get(name) for name in ("format", *READING)}, sort_keys=True)
    if len(data) <= _REMEMBERED_BYTES:
        return _remembered(data, reading)
    return _read(data, reading)


def forget() -> None:
    """Lets go of the file that was read last."""
    _remembered.cache_clear()


def _read(data: bytes, reading: str) -> Found:
    options: Given = {name: value for name, value in json.loads(reading).items() if value is not None}
    if len(data) > IMPORT_BYTES:
        raise problem("import_too_large", f"The file has more than {IMPORT_BYTES // 1_000_000} MB.")
    for magic, name in _BINARY:
        if data.startswith(magic):
            raise problem("import_format", f"The file is {name}; export it as CSV or OFX.")
    reader = READERS.get(options.get("format", ""))
    if reader is None:
        reader = ofx.read if ofx.looks_like(data) else csv_bank.read
    return reader(data, for_reader(options))


_remembered = lru_cache(maxsize=1)(_read)


def pack(data: bytes) -> str:
    """Bytes as text for a sealed column: deflated, base64."""
    return base64.b64encode(zlib.compress(data, 1)).decode("ascii")


def unpack(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
