"""Passkeys (WebAuthn Level 3): what a browser is asked, and whether its answer holds.

Always discoverable and with user verification: a passkey is the whole sign-in, nobody types a name. Bound to
the address that people use; `base` is that origin, its host the relying party. Attestation is not asked for.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from outlay.kernel.refusal import Refusal

TIMEOUT_MS: Final = 120_000
ANSWER_CHARACTERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey. `credential_id` is base64url."""

    credential_id: str
    public_key: bytes
    sign_count: int


def relying_party(base: str) -> str:
    """The host that passkeys of this installation belong to."""
    return urlsplit(base).hostname or ""


def challenge_of(client_data: str) -> str:
    """The challenge that an answer says it is for, in base64url. Refuses `passkey_invalid`."""
    try:
        told = msgspec.json.decode(_bytes(client_data), type=dict[str, Any])
        challenge = told["challenge"]
    except (msgspec.DecodeError, KeyError, binascii.Error, ValueError):
        raise Refusal("passkey_invalid") from None
    if not isinstance(challenge, str) or len(challenge) > 200:
        raise Refusal("passkey_invalid")
    return challenge


def made(*, base: str, challenge: str, credential_id: str, client_data: str, attestation: str) -> Made:
    """Checks a registration (WebAuthn 7.1). Refuses `passkey_invalid`."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    credential = {
        "id": credential_id,
        "rawId": credential_id,
        "type": "public-key",
        "response": {"clientDataJSON": client_data, "attestationObject": attestation},
    }
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=_bytes(challenge),
            expected_rp_id=relying_party(base),
            expected_origin=base,
            require_user_verification=True,
        )
    except Exception as error:  # the library's own, and those of CBOR and of keys
        raise Refusal("passkey_invalid") from error
    return Made(bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count)


def shown(
    *,
    base: str,
    challenge: str,
    credential_id: str,
    client_data: str,
    authenticator_data: str,
    signature: str,
    public_key: bytes,
    sign_count: int,
) -> int:
    """Checks a sign-in (WebAuthn 7.2); the passkey's new count, which must have grown where it counts at all: one
    that has not was copied. Refuses `passkey_invalid`."""
    from webauthn import verify_authentication_response

    credential = {
        "id": credential_id,
        "rawId": credential_id,
        "type": "public-key",
        "response": {
            "clientDataJSON": client_data,
            "authenticatorData": authenticator_data,
            "signature": signature,
        },
    }
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=_bytes(challenge),
            expected_rp_id=relying_party(base),
            expected_origin=base,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise Refusal("passkey_invalid") from error
    return found.new_sign_count


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
