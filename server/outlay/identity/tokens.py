"""Access tokens: JWTs (RFC 7519) signed with Ed25519 (EdDSA, RFC 8037), 15 minutes long, bearer only.

Claims: `sub` the person, `sid` the session, `iat` and `exp` in seconds, `iss` this server. A verified token
is remembered until it expires or its session ends; whether the session still stands is asked again every
`RECHECK_MS`, so that another process's sign-out is felt within that time.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

ISSUER: Final = "outlay"
ALGORITHM: Final = "EdDSA"
TOKEN_MAX: Final = 2_000
REMEMBERED: Final = 20_000
RECHECK_MS: Final = 60_000


@dataclass(slots=True)
class Claims:
    """Who a token speaks for. `checked_ms`: when its session was last seen alive (0: never)."""

    person_id: str
    session_id: str
    expires_ms: int
    checked_ms: int = 0


class Tokens:
    """Issues and verifies. Knows the public keys by their id; signs with the newest."""

    def __init__(self, *, lifetime_s: int, recheck_ms: int = RECHECK_MS) -> None:
        self.lifetime_s = lifetime_s
        self.recheck_ms = recheck_ms
        self._looked_ms = 0
        self._keys: dict[str, OKPKey] = {}
        self._signer: tuple[str, OKPKey] | None = None
        self._known: OrderedDict[str, Claims] = OrderedDict()
        self._ended: OrderedDict[tuple[str, str], None] = OrderedDict()

    def use(self, keys: list[dict[str, Any]]) -> None:
        """Private keys as JWK objects (RFC 7517, 8037), the one that signs last. What a key signed that is not among
        them any more is not believed."""
        from joserfc.jwk import OKPKey

        if {key["kid"] for key in keys} == self._keys.keys():
            return
        self._keys = {key["kid"]: OKPKey.import_key(key) for key in keys}
        self._signer = keys[-1]["kid"], self._keys[keys[-1]["kid"]]
        self.forget()

    def public(self) -> list[dict[str, Any]]:
        """Public keys as JWK objects, for whoever verifies tokens elsewhere."""
        return [
            {**key.as_dict(private=False), "kid": key_id, "use": "sig", "alg": ALGORITHM}
            for key_id, key in self._keys.items()
        ]

    def names_unknown_key(self, token: str, now_ms: int) -> bool:
        """Whether a token names a key that is not here and may be worth a look into the database
        (at most once a second: anybody can write a key's name into a token)."""
        key_id = _header(token).get("kid")
        if not isinstance(key_id, str) or key_id in self._keys or now_ms - self._looked_ms < 1000:
            return False
        self._looked_ms = now_ms
        return True

    def issue(self, person_id: str, session_id: str, now_ms: int) -> str:
        """A token for one session, valid from now for `lifetime_s`."""
        from joserfc import jwt

        assert self._signer is not None, "no signing key was loaded"
        key_id, key = self._signer
        now_s = now_ms // 1000
        claims = {
            "iss": ISSUER,
            "sub": person_id,
            "sid": session_id,
            "iat": now_s,
            "exp": now_s + self.lifetime_s,
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # RFC 9864 renames EdDSA to Ed25519; verifiers know the old name
            return jwt.encode({"alg": ALGORITHM, "kid": key_id}, claims, key, algorithms=[ALGORITHM])

    def verify(self, token: str, now_ms: int) -> Claims:
        """The token's claims. Refuses `unauthenticated` (not ours) and `token_expired`."""
        claims = self._known.get(token)
        if claims is None:
            claims = self._decode(token)
            self._known[token] = claims
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        if claims.expires_ms <= now_ms:
            self._known.pop(token, None)
            raise Refusal("token_expired")
        if (claims.person_id, claims.session_id) in self._ended:
            raise Refusal("session_ended")
        return claims

    def end(self, person_id: str, session_id: str) -> None:
        """No token of this session is valid in this process from now on."""
        self._ended[person_id, session_id] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)

    def forget(self) -> None:
        """Drop what was verified (tests, key changes)."""
        self._known.clear()

    def _decode(self, token: str) -> Claims:
        from joserfc import jwt
        from joserfc.errors import JoseError

        key = self._keys.get(str(_header(token).get("kid")))
        if key is None:
            raise Refusal("unauthenticated")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, TypeError, KeyError):
            raise Refusal("unauthenticated") from None
        person_id, session_id, expires_s = claims.get("sub"), claims.get("sid"), claims.get("exp")
        if (
            claims.get("iss") != ISSUER
            or not is_id(person_id)
            or not is_id(session_id)
            or type(expires_s) is not int
        ):
            raise Refusal("unauthenticated")
        return Claims(str(person_id), str(session_id), expires_s * 1000)


def _header(token: str) -> dict[str, Any]:
    """The unverified header, only to find the key; the algorithm is never taken from it."""
    import base64
    import json

    if len(token) > TOKEN_MAX or token.count(".") != 2 or not token.isascii():
        return {}
    part = token.split(".", 1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return header if isinstance(header, dict) else {}
