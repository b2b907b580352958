"""What is derived from the master key, and the sealing of text under a key per book or person.

From the master key (32 bytes, `master.py`), by HKDF-SHA256 (RFC 5869): the raw keys of the SQLCipher files and the
key that wraps data keys. A data key is 32 random bytes wrapped by AES-256-GCM, bound to its scope's id; it lies in the
key store (`key_store.py`). Destroying it there makes every text that it sealed unreadable for good, also in copies.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outlay.store.errors import StoreError

SERVER_SCOPE: Final = "server"
"""The scope of secrets that belong to the installation itself, e.g. token signing keys."""

_FORM: Final = b"\x01"  # first byte of a sealed value: AES-256-GCM, 12-byte nonce, 16-byte tag
_NONCE: Final = 12


def derive(master: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"outlay/{purpose}".encode()).derive(master)


def aad(table: str, column: str, *key: object) -> bytes:
    """What a sealed value is bound to: its table, column and primary key in column order."""
    return "\x1f".join((table, column, *map(str, key))).encode()


class Wrapper:
    """Wraps data keys under one master key."""

    def __init__(self, master: bytes) -> None:
        self.master_id = derive(master, "id")[:8].hex()
        """Names the master key without telling it."""
        self._cipher = AESGCM(derive(master, "data-keys"))

    def wrap(self, scope: str, raw: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _FORM + nonce + self._cipher.encrypt(nonce, raw, scope.encode())

    def unwrap(self, scope: str, wrapped: bytes) -> bytes:
        """StoreError when another master key wrapped it, or another scope's key lies in its place."""
        try:
            return self._cipher.decrypt(wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :], scope.encode())
        except InvalidTag:
            raise StoreError(
                "The master key is not the one these data keys were wrapped with. Put the right master.key back or "
                "set OUTLAY_MASTER_KEY, and start Outlay anew after `outlay keys rotate`."
            ) from None


class DataKey:
    """The opened data keys of one scope: the first seals; those that it took the place of still open what they
    sealed. Sealing costs about 2 µs; nonces come from the system's generator in blocks."""

    __slots__ = ("_encrypt", "_nonces", "_opening", "_raws")

    def __init__(self, raw: bytes, *former: bytes) -> None:
        self._raws = (raw, *former)
        ciphers = [AESGCM(each) for each in self._raws]
        self._encrypt = ciphers[0].encrypt
        self._opening = tuple([cipher.decrypt for cipher in ciphers])
        self._nonces: list[bytes] = []

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one other purpose."""
        return derive(self._raws[0], purpose)

    def derive_all(self, purpose: str) -> list[bytes]:
        """The same of every key, the present one first."""
        return [derive(raw, purpose) for raw in self._raws]

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
        for decrypt in self._opening:
            try:
                return decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to).decode()
            except InvalidTag:
                continue
        raise StoreError("A sealed value does not open: wrong key, or it was changed or moved.")

    def is_present(self, sealed: bytes, bound_to: bytes) -> bool:
        """Whether the present key sealed it."""
        try:
            self._opening[0](sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to)
        except InvalidTag:
            return False
        return True
