"""Tokens that look like somebody's and are not."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from sites import Site, Somebody


def forged(site: Site, who: Somebody) -> dict[str, str]:
    """By what is wrong with them (RFC 8725, 2): each must be refused as if it were no token at all."""
    now_s = site.store.clock() // 1000
    claims = {"iss": "outlay", "sub": who.id, "sid": who.session_id, "iat": now_s, "exp": now_s + 900}
    header, body, signature = who.token.split(".")
    key_id = json.loads(unpacked(header))["kid"]
    public = site.rooms.tokens._keys[key_id]
    jwk = public.as_dict(private=False)
    other = OKPKey.generate_key("Ed25519", {"kid": key_id})

    def signed(key: Any, algorithm: str = "EdDSA", **more: Any) -> str:
        return jwt.encode({"alg": algorithm, "kid": key_id, **more}, claims, key, algorithms=[algorithm])

    def by_secret(secret: bytes, algorithm: str = "sha256", **more: Any) -> str:
        """Made by hand: a library that is on our side does not sign with such keys."""
        text = f"{packed({'alg': 'HS' + algorithm[3:], 'kid': key_id, **more})}.{packed(claims)}"
        mac = hmac.new(secret, text.encode(), algorithm).digest()
        return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def altered(**changed: Any) -> str:
        return f"{header}.{packed({**json.loads(unpacked(body)), **changed})}.{signature}"

    later_ms = site.store.clock() - site.rooms.tokens.lifetime_s * 1000
    return {
        "another key": signed(other),
        "an unknown key": signed(other, kid="x"),
        "a key from a file": by_secret(b"", kid="../../../../dev/null"),
        "a key from SQL": signed(other, kid="x' UNION SELECT 'x"),
        "a key in the token": signed(other, jwk=other.as_dict(private=False)),
        "a key at an address": signed(other, jku="http://127.0.0.1:9/jwks.json"),
        "no algorithm": f"{packed({'alg': 'none', 'kid': key_id})}.{packed(claims)}.",
        "no algorithm, our signature": f"{packed({'alg': 'None', 'kid': key_id})}.{packed(claims)}.{signature}",
        "HS256 with the public key": by_secret(unpacked(jwk["x"])),
        "HS256 with the public JWK": by_secret(json.dumps(jwk).encode()),
        "HS512 with the public PEM": by_secret(public.as_pem(private=False), "sha512"),
        "RS256": signed(RSAKey.generate_key(2048), "RS256"),
        "ES256": signed(ECKey.generate_key("P-256"), "ES256"),
        "a longer life": altered(exp=now_s + 9_000_000),
        "another person": altered(sub="01890000-0000-7000-8000-00000000dddd"),
        "half a token": who.token[: len(who.token) // 2],
        "without a signature": f"{header}.{body}.",
        "an expired one": site.rooms.tokens.issue(who.id, who.session_id, later_ms),
        "nonsense": "x.y.z",
        "a long one": "a" * 9_000,
    }


def packed(value: Any) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
