"""An authenticator for passkeys written here: keys of its own, CBOR, counters, and what a browser signs."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

BASE = "https://outlay.example"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclasses.dataclass
class Authenticator:
    """One passkey: a P-256 key, its id, and how often it signed."""

    key: ec.EllipticCurvePrivateKey = dataclasses.field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = dataclasses.field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 1
    origin: str = BASE
    rp_id: str = "outlay.example"
    flags: int = PRESENT | VERIFIED
    user_id: str = ""

    def client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def data(self, flags: int, more: bytes = b"") -> bytes:
        """Authenticator data (WebAuthn 6.1)."""
        return (
            hashlib.sha256(self.rp_id.encode()).digest()
            + bytes([flags])
            + self.count.to_bytes(4, "big")
            + more
        )

    def create(self, question: dict[str, Any], **more: Any) -> dict[str, Any]:
        """An answer to `navigator.credentials.create`, attestation `none`."""
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, **point})
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        data = self.data(self.flags | ATTESTED, credential)
        self.user_id = question["user_id"]
        return {
            "id": b64(self.id),
            "client_data": b64(self.client_data("webauthn.create", question["challenge"])),
            "attestation": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            **more,
        }

    def get(self, question: dict[str, Any]) -> dict[str, Any]:
        """An answer to `navigator.credentials.get`."""
        self.count += 1
        client_data, data = self.client_data("webauthn.get", question["challenge"]), self.data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "id": b64(self.id),
            "client_data": b64(client_data),
            "authenticator_data": b64(data),
            "signature": b64(signature),
            "client": "native",
        }
