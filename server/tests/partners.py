"""Whom the sign-in tests talk to: a certified OpenID provider (oidc-provider, under Node), and a local server that
speaks the real endpoints of Google, Apple, Facebook and X, shows a page as they do and checks what those check.

    python server/tests/partners.py FOLDER      writes FOLDER/providers.toml, says so, and serves until it is ended
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def openid_provider(redirect_uri: str) -> Iterator[str]:
    """A running oidc-provider; its issuer."""
    node = ROOT / ".tools" / "bin" / "node"
    assert node.exists(), "Node is missing: run make setup"
    process = subprocess.Popen(
        [node, ROOT / "app" / "e2e" / "openid.ts", json.dumps({"redirect_uris": [redirect_uri]})],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("http://"):
                yield line.strip()
                return
        raise AssertionError("the OpenID provider did not start:\n" + "".join(said))
    finally:
        process.terminate()
        process.wait(10)


async def consent(url: str, subject: str, *, cancel: bool = False) -> str:
    """What a person does at oidc-provider: says who they are, agrees; the address they are sent back to."""
    async with httpx.AsyncClient(timeout=30) as browser:
        answer = await browser.get(url)
        for _ in range(12):
            while answer.is_redirect:
                to = urljoin(str(answer.request.url), answer.headers["location"])
                if urlsplit(to).port != urlsplit(url).port:
                    return to
                answer = await browser.get(to)
            assert answer.status_code == 200, answer.text
            here = str(answer.request.url)
            if cancel:
                to = re.search(r'href="([^"]+/abort)"', answer.text)
                assert to, answer.text
                answer = await browser.get(urljoin(here, to[1]))
                continue
            action = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)
            assert action, answer.text
            assert prompt, answer.text
            fields = {"prompt": prompt[1], "login": subject, "password": "any"}
            answer = await browser.post(urljoin(here, action[1]), data=fields)
    raise AssertionError("the provider never came to an end")


@functools.cache
def rsa_key(key_id: str) -> RSAKey:
    """Made once: it takes long."""
    return RSAKey.generate_key(2048, {"kid": key_id, "use": "sig"})


@dataclass
class Partner:
    """Google, Apple, Facebook and X in one local server. `me` is who signs in, on a page one of `people`; `relay` the
    address that Apple gives out for who hides theirs; what a test changes goes wrong."""

    url: str = ""
    me: dict[str, Any] = field(
        default_factory=lambda: {"id": "1001", "name": "Robin Reed", "email": "robin@example.com"}
    )
    people: list[dict[str, Any]] = field(default_factory=list)
    relay: str = ""
    named: set[str] = field(default_factory=set)
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    apple_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    keys: RSAKey = field(default_factory=lambda: rsa_key("apple-1"))
    signed_with: Any = None
    algorithm: str = "RS256"

    def file(self, folder: Path, more: str = "") -> Path:
        """What OUTLAY_PROVIDERS names."""
        pem = self.apple_key.raw_value.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[union-attr]  # a private key
        (folder / "AuthKey.p8").write_bytes(pem)
        made = folder / "providers.toml"
        made.write_text(
            f"""
[google]
client_id = "google-app"
client_secret = "google-secret"
issuer = "{self.url}/google"

[facebook]
client_id = "fb-app"
client_secret = "fb-secret"
authorize_url = "{self.url}/dialog/oauth"
token_url = "{self.url}/oauth/access_token"
me_url = "{self.url}/me"

[x]
client_id = "x-app"
client_secret = "x-secret"
authorize_url = "{self.url}/i/oauth2/authorize"
token_url = "{self.url}/2/oauth2/token"
me_url = "{self.url}/2/users/me"

[apple]
client_id = "app.outlay.web"
team_id = "TEAM123456"
key_id = "KEY1234567"
private_key_file = "AuthKey.p8"
issuer = "{self.url}"
{more}"""
        )
        return made

    def sign_in(self, url: str, me: dict[str, Any] | None = None) -> dict[str, str]:
        """What a person does there: the parameters that the provider sends back with them."""
        me = me or self.me
        asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        self.asked = asked
        assert url.startswith(self.url)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) > 40
        code = secrets.token_urlsafe(20)
        self.codes[code] = asked, me
        answer = {"code": code, "state": asked["state"]}
        if asked["client_id"] == "app.outlay.web":
            assert asked["response_mode"] == "form_post", "Apple wants it where a name is asked for"
            assert set(asked["scope"].split()) == {"openid", "name", "email"}
            if me["id"] not in self.named:  # once only
                first, last = me["name"].split()
                named = {"name": {"firstName": first, "lastName": last}, "email": self.relay or me["email"]}
                answer["user"] = json.dumps(named)
        return answer

    def page(self, url: str) -> str:
        """What a person sees there. Whoever cancels is sent back with what each of them says then."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        back, state = asked["redirect_uri"], asked["state"]
        apple = asked.get("response_mode") == "form_post"
        denied = {"error": "user_cancelled_authorize" if apple else "access_denied", "state": state}
        if asked["client_id"] == "fb-app":
            denied |= {"error_reason": "user_denied", "error_code": "200"}
        choices = [(f"Continue as {each['name']}", self.sign_in(url, each)) for each in self.people]
        forms = "".join(
            f'<form method="{"post" if apple else "get"}" action="{escape(back)}">'
            + "".join(
                f'<input type="hidden" name="{key}" value="{escape(text)}">' for key, text in sent.items()
            )
            + f"<button>{escape(label)}</button></form>"
            for label, sent in [*choices, ("Cancel", denied)]
        )
        return f"<!doctype html><title>Sign in</title><p>Outlay wants to know who you are.</p>{forms}"

    def redeem(self, form: dict[str, str]) -> str:
        """A code for a token, once, with everything that RFC 6749 4.1.3 and RFC 7636 4.6 want."""
        asked, me = self.codes.pop(form["code"])
        assert form["grant_type"] == "authorization_code"
        assert form["redirect_uri"] == asked["redirect_uri"]
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        self.asked = asked
        token = secrets.token_urlsafe(20)
        self.tokens[token] = me
        return token

    def answer(
        self, method: str, path: str, query: dict[str, str], form: dict[str, str], authorization: str
    ) -> Any:
        bearer = authorization.removeprefix("Bearer ")
        match (method, path):
            case ("POST", "/oauth/access_token"):
                assert (form["client_id"], form["client_secret"]) == ("fb-app", "fb-secret")
                return {"access_token": self.redeem(form), "token_type": "bearer", "expires_in": 5183944}
            case ("GET", "/me"):
                assert bearer in self.tokens
                proof = hmac.new(b"fb-secret", bearer.encode(), hashlib.sha256).hexdigest()
                assert query["appsecret_proof"] == proof
                me = self.tokens[bearer]
                return {key: me[key] for key in query["fields"].split(",") if key in me}
            case ("POST", "/2/oauth2/token"):
                assert base64.b64decode(authorization.removeprefix("Basic ")) == b"x-app:x-secret"
                return {
                    "access_token": self.redeem(form),
                    "token_type": "bearer",
                    "scope": "users.read tweet.read",
                }
            case ("GET", "/2/users/me"):
                assert bearer in self.tokens
                me = self.tokens[bearer]
                username = me["name"].lower().replace(" ", "_")
                return {"data": {"id": me["id"], "name": me["name"], "username": username}}
            case ("GET", "/.well-known/openid-configuration"):
                return {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/auth/authorize",
                    "token_endpoint": f"{self.url}/auth/token",
                    "jwks_uri": f"{self.url}/auth/keys",
                    "response_modes_supported": ["query", "fragment", "form_post"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            case ("GET", "/google/.well-known/openid-configuration"):
                return {
                    "issuer": f"{self.url}/google",
                    "authorization_endpoint": f"{self.url}/o/oauth2/v2/auth",
                    "token_endpoint": f"{self.url}/token",
                    "jwks_uri": f"{self.url}/oauth2/v3/certs",
                    "response_types_supported": ["code", "token", "id_token"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                }
            case ("POST", "/token"):
                assert base64.b64decode(authorization.removeprefix("Basic ")) == b"google-app:google-secret"
                return self.google_token(form)
            case ("GET", "/auth/keys" | "/oauth2/v3/certs"):
                return {"keys": [self.keys.as_dict(private=False)]}
            case ("POST", "/auth/token"):
                return self.apple_token(form)
        raise AssertionError(f"{method} {path}")

    def apple_token(self, form: dict[str, str]) -> dict[str, Any]:
        now_s = int(time.time())
        secret = jwt.decode(form["client_secret"], self.apple_key, algorithms=["ES256"])
        assert secret.header["kid"] == "KEY1234567"
        assert secret.claims["iss"] == "TEAM123456"
        assert secret.claims["sub"] == form["client_id"] == "app.outlay.web"
        assert secret.claims["aud"] == self.url
        assert now_s - 60 <= secret.claims["iat"] <= now_s + 5 < secret.claims["exp"] < now_s + 15_777_000
        token = self.redeem(form)
        me = self.tokens[token]
        self.named.add(me["id"])
        return self.signed(token, {
            "iss": self.url, "aud": "app.outlay.web", "sub": f"apple-{me['id']}", "iat": now_s, "exp": now_s + 600,
            "nonce": self.asked["nonce"], "nonce_supported": True, "email": self.relay or me["email"],
            "email_verified": "true", **self.claims,
        })  # fmt: skip

    def google_token(self, form: dict[str, str]) -> dict[str, Any]:
        now_s = int(time.time())
        token = self.redeem(form)
        me = self.tokens[token]
        first, last = me["name"].split()
        return self.signed(token, {
            "iss": f"{self.url}/google", "azp": "google-app", "aud": "google-app", "sub": f"google-{me['id']}",
            "email": me["email"], "email_verified": True, "name": me["name"], "given_name": first, "family_name": last,
            "nonce": self.asked["nonce"], "iat": now_s, "exp": now_s + 3600,
        })  # fmt: skip

    def signed(self, token: str, claims: dict[str, Any]) -> dict[str, Any]:
        claims = {key: value for key, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.keys.kid}
        id_token = jwt.encode(header, claims, self.signed_with or self.keys, algorithms=[self.algorithm])
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "id_token": id_token}


PAGES = ("/o/oauth2/v2/auth", "/auth/authorize", "/dialog/oauth", "/i/oauth2/authorize")
"""Where people are sent; the rest is asked by servers."""


@contextmanager
def partner() -> Iterator[Partner]:
    """Running; what it finds wrong in a request is an error answer there and fails the sign-in here."""
    made = Partner()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond()

        def do_POST(self) -> None:
            self._respond()

        def _respond(self) -> None:
            split = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(split.query).items()}
            length = int(self.headers.get("content-length") or 0)
            form = {key: values[0] for key, values in parse_qs(self.rfile.read(length).decode()).items()}
            asked = query, form, self.headers.get("authorization") or ""
            status, kind = 200, "application/json"
            try:
                if split.path in PAGES:
                    kind, content = "text/html", made.page(made.url + self.path)
                else:
                    content = json.dumps(made.answer(self.command, split.path, *asked))
            except Exception as error:
                status = 400
                content = json.dumps({"error": "invalid_request", "error_description": repr(error)})
            self.send_response(status)
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.send_header("content-length", str(len(content.encode())))
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def with_query(url: str, parameters: dict[str, str]) -> str:
    """The address with parameters."""
    return f"{url}?{urlencode(parameters)}"


def main(folder: Path) -> None:
    with partner() as running:
        sam = {"id": "1002", "name": "Sam Stone", "email": "sam@example.com"}
        running.people = [running.me, sam]
        running.relay = "q7x2@privaterelay.appleid.com"
        print(running.file(folder), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
