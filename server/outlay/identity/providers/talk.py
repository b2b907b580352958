"""The talk with a provider: where the person is sent, and who it then says they are.

OAuth 2 with PKCE (RFC 7636) and state everywhere; OpenID Connect Core 1.0 with nonce where the provider speaks
it. What RFC 9700 says of clients holds: exact redirect addresses, one per provider, and the issuer compared
(RFC 9207). A provider's tokens live as long as the talk and are not kept.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec

from outlay.identity.providers.config import Provider
from outlay.kernel.refusal import Refusal

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client
    from httpx import AsyncBaseTransport

TIMEOUT_S: Final = 10.0
ANSWER_BYTES: Final = 1_000_000
METADATA_MS: Final = 3_600_000
LEEWAY_S: Final = 60
ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "RS384", "RS512", "Ed25519", "EdDSA"]
"""Asymmetric ones: no client secret signs, and nothing is unsigned."""

APPLE_SECRET_S: Final = 300
_log = logging.getLogger("outlay.providers")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says somebody is. `email` only counts as an address of theirs when it is verified."""

    provider: str
    subject: str
    email: str | None
    email_verified: bool
    name: str | None

    @property
    def label(self) -> str | None:
        """What the person knows this account by."""
        return self.email or self.name


@dataclass(frozen=True, slots=True)
class Round:
    """One way there and back: what was sent along and must be right in the answer."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str


class Providers:
    """The configured ones. Made once by main; what a provider publishes is kept for an hour."""

    def __init__(self, configured: dict[str, Provider], clock: Callable[[], int]) -> None:
        self.configured = configured
        self._clock = clock
        self._metadata: dict[str, tuple[int, dict[str, Any]]] = {}
        self._keys: dict[str, Any] = {}
        self._inside: dict[str, bool] = {}

    def get(self, name: str) -> Provider:
        """Refuses `provider_unknown`."""
        provider = self.configured.get(name)
        if provider is None:
            raise Refusal("provider_unknown", field="name")
        return provider

    async def address(self, name: str, at: Round) -> str:
        """Where the person is sent. Refuses `provider_unknown`, `provider_failed`."""
        provider = self.get(name)
        more: dict[str, str] = {}
        if provider.issuer:
            more["nonce"] = at.nonce
        if provider.kind == "apple":
            more["response_mode"] = "form_post"  # what Apple wants where a name or address is asked for
        try:
            url = provider.authorize_url or (await self._described(provider))["authorization_endpoint"]
            async with await self._client(provider, at.redirect_uri) as client:
                made: str = client.create_authorization_url(
                    url, state=at.state, code_verifier=at.verifier, **more
                )[0]
            return made
        except Exception as error:
            raise _failed(provider, error) from None

    async def identity(self, name: str, at: Round, answer: dict[str, str]) -> Identity:
        """Who has come back with `answer`, the parameters of the callback.
        Refuses `provider_denied`, `provider_failed`."""
        provider = self.get(name)
        try:
            await self._check_issuer(provider, answer.get("iss"))
            if "error" in answer:
                if answer["error"] in ("access_denied", "user_cancelled_authorize", "login_required"):
                    raise Refusal("provider_denied")
                raise ValueError("an error answer")
            async with await self._client(provider, at.redirect_uri) as client:
                return await self._ask(provider, client, at, answer)
        except Refusal:
            raise
        except Exception as error:
            raise _failed(provider, error) from None

    async def _ask(
        self, provider: Provider, client: AsyncOAuth2Client, at: Round, answer: dict[str, str]
    ) -> Identity:
        url = provider.token_url or (await self._described(provider))["token_endpoint"]
        token = await client.fetch_token(
            url, grant_type="authorization_code", code=answer["code"], code_verifier=at.verifier
        )
        if provider.kind == "facebook":
            proof = hmac.new(
                provider.client_secret.encode(), token["access_token"].encode(), hashlib.sha256
            ).hexdigest()
            me = _json(
                await client.get(
                    provider.me_url, params={"fields": "id,name,email", "appsecret_proof": proof}
                )
            )
            # Facebook does not say whether the address was ever confirmed.
            return _identity(provider, me["id"], me.get("email"), False, me.get("name"))
        if provider.kind == "x":
            me = _json(await client.get(provider.me_url))["data"]
            return _identity(provider, me["id"], None, False, f"@{me['username']}")
        claims = await self._id_token(provider, token, at.nonce)
        if provider.kind == "apple":
            claims = {**claims, **_apple_name(answer.get("user"))}
        elif "email" not in claims and (
            userinfo := (await self._described(provider)).get("userinfo_endpoint")
        ):
            told = _json(await client.get(userinfo))
            if told.get("sub") != claims["sub"]:
                raise ValueError("userinfo of somebody else")
            claims = {**told, **claims}
        # Apple writes its flags as words.
        verified = claims.get("email_verified") in (True, "true")
        return _identity(provider, claims["sub"], claims.get("email"), verified, claims.get("name"))

    async def _id_token(self, provider: Provider, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The checked claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError

        metadata = await self._described(provider)
        try:
            decoded = jwt.decode(token["id_token"], await self._jwks(provider, metadata), ALGORITHMS)
        except InvalidKeyIdError:  # the provider has changed its keys
            self._keys.pop(provider.name, None)
            decoded = jwt.decode(token["id_token"], await self._jwks(provider, metadata), ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": provider.client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=self._clock() // 1000, leeway=LEEWAY_S)
        return dict(claims)

    async def _check_issuer(self, provider: Provider, iss: str | None) -> None:
        """An answer that says who it is from must be from whom we sent the person to (RFC 9207)."""
        if not provider.issuer:
            if iss is not None:
                raise ValueError("an issuer where none was")
            return
        metadata = await self._described(provider)
        promised = metadata.get("authorization_response_iss_parameter_supported") is True
        if (iss is None and promised) or (iss is not None and iss != metadata["issuer"]):
            raise ValueError("the answer of another issuer")

    async def _described(self, provider: Provider) -> dict[str, Any]:
        """What an OpenID provider publishes of itself (OpenID Connect Discovery 1.0, 4)."""
        known = self._metadata.get(provider.name)
        if known is not None and self._clock() - known[0] < METADATA_MS:
            return known[1]
        issuer = provider.issuer.rstrip("/")
        found = await self._fetch(provider, f"{issuer}/.well-known/openid-configuration")
        if found["issuer"].rstrip("/") != issuer:
            raise ValueError("the description of another issuer")
        self._metadata[provider.name] = (self._clock(), found)
        self._keys.pop(provider.name, None)
        return found

    async def _jwks(self, provider: Provider, metadata: dict[str, Any]) -> Any:
        from joserfc.jwk import KeySet

        if provider.name not in self._keys:
            self._keys[provider.name] = KeySet.import_key_set(await self._fetch(provider, metadata["jwks_uri"]))  # type: ignore[arg-type]  # a JWK set
        return self._keys[provider.name]

    async def _fetch(self, provider: Provider, url: str) -> dict[str, Any]:
        import httpx

        async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=await self._transport(provider)) as client:
            return _json(await client.get(url))

    async def _transport(self, provider: Provider) -> AsyncBaseTransport | None:
        """An OpenID provider says itself where it is to be asked: nowhere behind our walls, unless it is there itself
        (decided once, by where its issuer is). The others' addresses are ours."""
        if not provider.issuer:
            return None
        from outlay.identity.public import PublicOnly, are_public

        if provider.name not in self._inside:
            at = urlsplit(provider.issuer)
            self._inside[provider.name] = not await are_public(at.hostname or "", at.port or 443)
        return None if self._inside[provider.name] else PublicOnly()

    async def _client(self, provider: Provider, redirect_uri: str) -> AsyncOAuth2Client:
        import authlib.deprecate  # noqa: F401 - it lets its warnings through

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would rather have a successor of httpx
            from authlib.integrations.httpx_client import AsyncOAuth2Client

        secret = self._apple_secret(provider) if provider.kind == "apple" else provider.client_secret
        by_form = provider.kind in ("apple", "facebook")
        return AsyncOAuth2Client(
            provider.client_id,
            secret or None,
            token_endpoint_auth_method=("client_secret_post" if by_form else "client_secret_basic")
            if secret
            else "none",
            scope=provider.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            transport=await self._transport(provider),
        )

    def _apple_secret(self, provider: Provider) -> str:
        """Apple's client secret: a JWT that the developer's key signs, valid for this talk."""
        from joserfc import jwt
        from joserfc.jwk import ECKey

        now_s = self._clock() // 1000
        claims = {
            "iss": provider.team_id,
            "iat": now_s,
            "exp": now_s + APPLE_SECRET_S,
            "aud": provider.issuer,
            "sub": provider.client_id,
        }
        key = ECKey.import_key(provider.private_key)
        return jwt.encode({"alg": "ES256", "kid": provider.key_id}, claims, key, algorithms=["ES256"])


def _identity(provider: Provider, subject: Any, email: Any, verified: bool, name: Any) -> Identity:
    subject = str(subject)
    if not 0 < len(subject) <= 255:
        raise ValueError("not a subject")
    kept = email if isinstance(email, str) and email else None
    return Identity(
        provider.name, subject, kept, verified and kept is not None, name if isinstance(name, str) else None
    )


def _apple_name(user: str | None) -> dict[str, str]:
    """The name that Apple's page sends along, at somebody's first sign-in only. Unsigned: it names, no more."""
    try:
        told = msgspec.json.decode(user or "{}", type=dict[str, Any]).get("name") or {}
        words = [told.get("firstName"), told.get("lastName")]
    except (msgspec.DecodeError, AttributeError):
        return {}
    name = " ".join(word for word in words if isinstance(word, str) and word)
    return {"name": name} if name else {}


def _json(response: Any) -> dict[str, Any]:
    response.raise_for_status()
    if len(response.content) > ANSWER_BYTES:
        raise ValueError("too long an answer")
    found: dict[str, Any] = msgspec.json.decode(response.content, type=dict[str, Any])
    return found


def _failed(provider: Provider, error: Exception) -> Refusal:
    """Logged by its kind: messages of libraries quote what was sent."""
    reason = str(error) if type(error) is ValueError else ""
    _log.warning("%s: %s %s", provider.name, type(error).__name__, reason)
    return Refusal("provider_failed")
