"""The master key, what is derived from it, and the sealing of text under a key per book or person.

Master key: 32 bytes, from OUTLAY_MASTER_KEY (64 hex digits) or the file `master.key` (0600) beside the data.
From it, by HKDF-SHA256 (RFC 5869): the raw key of the SQLCipher file and the key that wraps data keys.
A data key (table `data_key`) is 32 random bytes wrapped by AES-256-GCM, bound to its scope's id.
Deleting a data key makes every text that it sealed unreadable for good.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outlay.kernel import limits
from outlay.store.errors import StoreError

SERVER_SCOPE: Final = "server"
"""The scope of secrets that belong to the installation itself, e.g. token signing keys."""

_FORM: Final = b"\x01"  # first byte of a sealed value: AES-256-GCM, 12-byte nonce, 16-byte tag
_NONCE: Final = 12


def master_key(given: str | None, folder: Path, *, data_exists: bool) -> bytes:
    """The 32-byte master key: `given` as 64 hex digits, else the file, which is made for new data only.

    StoreError for a malformed key, a readable-by-others file, or data without its key.
    """
    if given:
        return _parse(given, "OUTLAY_MASTER_KEY")
    file = folder / "master.key"
    if file.exists():
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise StoreError(f"{file} can be read by others. Run: chmod 600 {file}")
        return _parse(file.read_text("ascii"), str(file))
    if data_exists:
        raise StoreError(f"The key is missing: put master.key back into {folder} or set OUTLAY_MASTER_KEY.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = os.urandom(32)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
    return key


def _parse(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise StoreError(f"{where} must be 64 hex digits.")
    return key


def derive(master: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"outlay/{purpose}".encode()).derive(master)


def aad(table: str, column: str, *key: object) -> bytes:
    """What a sealed value is bound to: its table, column and primary key in column order."""
    return "\x1f".join((table, column, *map(str, key))).encode()


class DataKey:
    """An opened data key. Sealing costs about 2 µs; nonces come from the system's generator in blocks."""

    __slots__ = ("_decrypt", "_encrypt", "_nonces", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        cipher = AESGCM(raw)
        self._encrypt, self._decrypt = cipher.encrypt, cipher.decrypt
        self._nonces: list[bytes] = []

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one other purpose."""
        return derive(self._raw, purpose)

    def seal(self, text: str, bound_to: bytes) -> bytes:
        try:
            nonce = self._nonces.pop()  # one step, so two threads never get the same
        except IndexError:
            block = os.urandom(_NONCE * 64)
            nonce = block[:_NONCE]
            self._nonces.extend([block[at : at + _NONCE] for at in range(_NONCE, len(block), _NONCE)])
        return _FORM + nonce + self._encrypt(nonce, text.encode(), bound_to)

    def open(self, sealed: bytes, bound_to: bytes) -> str:
        """StoreError when the value was changed, moved or sealed with another key."""
        if sealed[:1] != _FORM:
            raise StoreError("This is not a sealed value.")
        try:
            return self._decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to).decode()
        except InvalidTag:
            raise StoreError("A sealed value does not open: wrong key, or it was changed or moved.") from None


class Keyring:
    """Wraps and unwraps data keys, and keeps the opened ones of committed scopes."""

    def __init__(self, master: bytes) -> None:
        self._wrapper = AESGCM(derive(master, "data-keys"))
        self._opened: dict[str, DataKey] = {}

    def make(self, scope: str) -> tuple[bytes, DataKey]:
        """A new data key: as stored, and opened. It is the caller's to publish after the commit."""
        raw, nonce = os.urandom(32), os.urandom(_NONCE)
        return _FORM + nonce + self._wrapper.encrypt(nonce, raw, scope.encode()), DataKey(raw)

    def get(self, scope: str, load: Callable[[str], bytes | None]) -> DataKey:
        """The opened key of a scope; `load` reads what is stored. StoreError when there is none."""
        key = self._opened.get(scope)
        if key is None:
            wrapped = load(scope)
            if wrapped is None:
                raise StoreError(f"There is no data key for {scope}: it was erased or never made.")
            key = self.unwrap(scope, wrapped)
            self.publish(scope, key)
        return key

    def unwrap(self, scope: str, wrapped: bytes) -> DataKey:
        try:
            raw = self._wrapper.decrypt(wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :], scope.encode())
        except InvalidTag:
            raise StoreError(
                "The master key is not the one this database was made with. "
                "Put the right master.key back or set OUTLAY_MASTER_KEY."
            ) from None
        return DataKey(raw)

    def publish(self, scope: str, key: DataKey) -> None:
        """Keep an opened key of a committed scope."""
        while len(self._opened) >= limits.KEY_CACHE:
            try:
                self._opened.pop(next(iter(self._opened)), None)
            except (StopIteration, RuntimeError):  # another thread changed it; it is only a cache
                break
        self._opened[scope] = key

    def forget(self, scope: str) -> None:
        """Drop an opened key whose scope was erased."""
        self._opened.pop(scope, None)
