"""The master key in a file that only a key management service can open: AWS KMS or Google Cloud KMS, asked over HTTPS
once at each start. `OUTLAY_KMS_KEY` is `aws-kms:KEY` (an id, alias or ARN) or `gcp-kms:projects/…/cryptoKeys/NAME`.

Who may ask is what the cloud's own variables say. AWS: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN,
or the container's credentials (AWS_CONTAINER_CREDENTIALS_…); AWS_REGION; AWS_ENDPOINT_URL_KMS for another address.
Google: the service account's file GOOGLE_APPLICATION_CREDENTIALS, or the machine's metadata server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from outlay.store.errors import StoreError

if TYPE_CHECKING:
    from outlay.store.master import MasterKey

TIMEOUT_S: Final = 20
BOUND_TO: Final = {"app": "outlay", "what": "master key"}
"""What the ciphertext is bound to: the service opens it for nothing else."""
_GOOGLE_SCOPE: Final = "https://www.googleapis.com/auth/cloudkms"
_JWT_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def service(key: str) -> MasterKey:
    """The service of a setting."""
    kind, _, name = key.partition(":")
    return AwsKms(name) if kind == "aws-kms" else GoogleKms(name)


class AwsKms:
    """AWS KMS, API version 2014-11-01: Encrypt and Decrypt."""

    def __init__(self, key: str) -> None:
        self._key = key
        parts = key.split(":")
        region = parts[3] if key.startswith("arn:") and len(parts) > 3 else None
        self._region = (
            region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        )

    def wrap(self, key: bytes) -> str:
        said = self._ask(
            "Encrypt", {"KeyId": self._key, "Plaintext": _text(key), "EncryptionContext": BOUND_TO}
        )
        return f"aws-kms:{said['CiphertextBlob']}"

    def unwrap(self, text: str) -> bytes:
        blob = _sealed(text, "aws-kms")
        said = self._ask(
            "Decrypt", {"KeyId": self._key, "CiphertextBlob": blob, "EncryptionContext": BOUND_TO}
        )
        return base64.b64decode(said["Plaintext"])

    def _ask(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        url = os.environ.get("AWS_ENDPOINT_URL_KMS") or os.environ.get("AWS_ENDPOINT_URL")
        url = (url or f"https://kms.{self._region}.amazonaws.com").rstrip("/") + "/"
        content = json.dumps(body).encode()
        headers = {
            "content-type": "application/x-amz-json-1.1", "host": urlsplit(url).netloc,
            "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()), "x-amz-target": f"TrentService.{action}",
        }  # fmt: skip
        known, secret, session = _aws_credentials()
        if session:
            headers["x-amz-security-token"] = session
        headers["authorization"] = signature(
            "POST", "/", headers, content, known=known, secret=secret, region=self._region, service="kms"
        )
        return _asked("AWS KMS", "POST", url, headers=headers, content=content)


def signature(
    method: str,
    path: str,
    headers: Mapping[str, str],
    content: bytes,
    *,
    known: str,
    secret: str,
    region: str,
    service: str,
) -> str:
    """The Authorization header of a request without a query (AWS Signature Version 4). Every header is signed; their
    names are in lower case, and one is x-amz-date."""
    moment = headers["x-amz-date"]
    names = sorted(headers)
    signed = ";".join(names)
    lines = [method, path, "", *(f"{name}:{headers[name].strip()}" for name in names), "", signed]
    request = "\n".join([*lines, hashlib.sha256(content).hexdigest()])
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    proof = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"AWS4-HMAC-SHA256 Credential={known}/{scope}, SignedHeaders={signed}, Signature={proof}"


def _aws_credentials() -> tuple[str, str, str | None]:
    """(access key id, secret, session token)."""
    known, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if known and secret:
        return known, secret, os.environ.get("AWS_SESSION_TOKEN")
    url = os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if not url and (relative := os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")):
        url = f"http://169.254.170.2{relative}"
    if not url:
        raise StoreError("AWS KMS: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    token = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    if file := os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        token = Path(file).read_text().strip()
    said = _asked("AWS", "GET", url, headers={"authorization": token} if token else {})
    return said["AccessKeyId"], said["SecretAccessKey"], said.get("Token")


class GoogleKms:
    """Google Cloud KMS, REST v1: cryptoKeys.encrypt and decrypt."""

    def __init__(self, name: str, url: str = "https://cloudkms.googleapis.com") -> None:
        self._name = name
        self._url = url

    def wrap(self, key: bytes) -> str:
        said = self._ask("encrypt", {"plaintext": _text(key)})
        return f"gcp-kms:{said['ciphertext']}"

    def unwrap(self, text: str) -> bytes:
        return base64.b64decode(self._ask("decrypt", {"ciphertext": _sealed(text, "gcp-kms")})["plaintext"])

    def _ask(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        body["additionalAuthenticatedData"] = _text(json.dumps(BOUND_TO, sort_keys=True).encode())
        headers = {"authorization": f"Bearer {_google_token()}", "content-type": "application/json"}
        url = f"{self._url}/v1/{self._name}:{action}"
        return _asked("Google Cloud KMS", "POST", url, headers=headers, content=json.dumps(body).encode())


def _google_token() -> str:
    """An access token: for the service account in GOOGLE_APPLICATION_CREDENTIALS (RFC 7523), else the machine's."""
    file = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    if not file:
        host = os.environ.get("GCE_METADATA_HOST", "metadata.google.internal")
        url = f"http://{host}/computeMetadata/v1/instance/service-accounts/default/token"
        return str(_asked("Google", "GET", url, headers={"metadata-flavor": "Google"})["access_token"])
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    account = json.loads(Path(file).read_text("utf-8"))
    now_s, address = int(time.time()), account["token_uri"]
    claims = {
        "iss": account["client_email"], "scope": _GOOGLE_SCOPE, "aud": address, "iat": now_s, "exp": now_s + 600,
    }  # fmt: skip
    head = {"alg": "RS256", "kid": account.get("private_key_id", "")}
    proof = jwt.encode(head, claims, RSAKey.import_key(account["private_key"]), algorithms=["RS256"])
    form = f"grant_type={_JWT_GRANT.replace(':', '%3A')}&assertion={proof}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return str(_asked("Google", "POST", address, headers=headers, content=form)["access_token"])


def _asked(who: str, method: str, url: str, **more: Any) -> dict[str, Any]:
    """The JSON of an answer. StoreError without what the service quotes, but for its name of the error."""
    import httpx

    try:
        answer = httpx.request(method, url, timeout=TIMEOUT_S, **more)
    except httpx.HTTPError as error:
        raise StoreError(f"{who} does not answer: {type(error).__name__}.") from error
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if not answer.is_success or not isinstance(said, dict):
        inner = said.get("error") if isinstance(said, dict) else None
        name = inner.get("status") if isinstance(inner, dict) else said.get("__type") if said else ""
        raise StoreError(f"{who} refused: {answer.status_code} {name or ''}".rstrip() + ".")
    return said


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _sealed(text: str, kind: str) -> str:
    """What the file of this service holds."""
    found, _, blob = text.partition(":")
    if found != kind:
        raise StoreError(f"The master key was encrypted by {found}, and OUTLAY_KMS_KEY names {kind}.")
    return blob
