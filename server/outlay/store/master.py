"""The master key: 32 bytes that everything else hangs on, and the ways it is kept.

From OUTLAY_MASTER_KEY (64 hex digits), else from the file `master.key` (0600) in the data folder: as 64 hex digits, or
with OUTLAY_KMS_KEY as what a key management service encrypted (`kms.py`), which is asked once at each start.
"""

import os
import stat
import time
from pathlib import Path
from typing import Final, Protocol

from outlay.store.errors import StoreError

FILE: Final = "master.key"
NEXT: Final = "master.key.next"
"""The new key while `outlay keys rotate` is under way."""


class MasterKey(Protocol):
    """How the master key is written in its file: `wrap` is the text, `unwrap` the key. StoreError when that fails."""

    def wrap(self, key: bytes) -> str: ...
    def unwrap(self, text: str) -> bytes: ...


class Plain:
    """As it is, in hex: the file's rights and the disk protect it."""

    def wrap(self, key: bytes) -> str:
        return key.hex()

    def unwrap(self, text: str) -> bytes:
        return _parse(text, FILE)


def master_key(given: str | None, folder: Path, *, data_exists: bool, kept: MasterKey | None = None) -> bytes:
    """The 32-byte master key: `given` as 64 hex digits, else the file, which is made for new data only.

    StoreError for a malformed key, a readable-by-others file, or data without its key.
    """
    if given:
        return _parse(given, "OUTLAY_MASTER_KEY")
    file = folder / FILE
    if file.exists():
        return read(file, kept)
    if data_exists:
        raise StoreError(f"The key is missing: put master.key back into {folder} or set OUTLAY_MASTER_KEY.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = os.urandom(32)
    write(file, key, kept)
    return key


def former_keys(
    given: str | None, folder: Path, *, kept: MasterKey | None = None, all_of_them: bool = False
) -> tuple[bytes, ...]:
    """Other keys that data may be under: OUTLAY_MASTER_KEY_FORMER, the new one of a change that is under way, and
    `all_of_them`, for older copies, those that were ever replaced in this folder."""
    files = [folder / NEXT]
    if all_of_them:
        files += sorted(folder.glob(f"{FILE}.before-*"), reverse=True)
    keys = [read(file, kept) for file in files if file.exists()]
    return (*([_parse(given, "OUTLAY_MASTER_KEY_FORMER")] if given else []), *keys)


def read(file: Path, kept: MasterKey | None) -> bytes:
    """The key in a file. One in hex is read whatever keeps new ones."""
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise StoreError(f"{file} can be read by others. Run: chmod 600 {file}")
    text = file.read_text("ascii").strip()
    if ":" not in text:
        return _parse(text, str(file))
    if kept is None:
        raise StoreError(f"{file} is encrypted by a key management service: set OUTLAY_KMS_KEY.")
    return kept.unwrap(text)


def write(file: Path, key: bytes, kept: MasterKey | None) -> None:
    """A new file with a key, on the disk when this returns."""
    text = (kept or Plain()).wrap(key)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    to_disk(file.parent)


def finish_change(folder: Path) -> Path:
    """The new key's file takes its place; where the one until now is kept, for copies that were made with it."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    file, former = folder / FILE, folder / f"{FILE}.before-{moment}"
    os.link(file, former)
    (folder / NEXT).replace(file)
    to_disk(folder)
    return former


def to_disk(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parse(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise StoreError(f"{where} must be 64 hex digits.")
    return key
