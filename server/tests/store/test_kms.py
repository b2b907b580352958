"""The master key under a key management service: AWS' by moto's server, Google's by one that speaks its REST."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwt
from joserfc.jwk import RSAKey

from outlay.main import store_settings
from outlay.ops.cli import main
from outlay.settings import Settings, SettingsError
from outlay.store import StoreError, open_store
from outlay.store.kms import AwsKms, GoogleKms, signature
from outlay.store.master import Plain, former_keys, master_key

NAME = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/outlay"


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """The address of a KMS server."""
    program = Path(__file__).resolve().parents[3] / ".tools" / "s3" / "bin" / "moto_server"
    if not program.exists():
        pytest.fail("a KMS server is missing: make setup")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(program), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            assert server.poll() is None, "the KMS server ended"
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < until, "the KMS server does not answer"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture
def aws_key(aws: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ARN of a new key; the environment says where and who."""
    for name, value in (
        ("AWS_ENDPOINT_URL_KMS", aws), ("AWS_ACCESS_KEY_ID", "outlay-test"), ("AWS_SECRET_ACCESS_KEY", "outlay-secret"),
        ("AWS_REGION", "eu-central-1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    made = AwsKms("")._ask("CreateKey", {})
    return str(made["KeyMetadata"]["Arn"])


def test_the_signature_is_the_one_that_aws_publishes() -> None:
    """AWS General Reference, "Signature Version 4 test suite", post-vanilla."""
    headers = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
    said = signature(
        "POST", "/", headers, b"", known="AKIDEXAMPLE", secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        region="us-east-1", service="service",
    )  # fmt: skip
    assert said == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, "
        "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )


def test_aws_opens_what_it_closed(aws_key: str) -> None:
    key = os.urandom(32)
    text = AwsKms(aws_key).wrap(key)
    assert text.startswith("aws-kms:")
    assert key not in base64.b64decode(text.partition(":")[2])
    assert AwsKms(aws_key).unwrap(text) == key
    with pytest.raises(StoreError, match="AWS KMS refused: 400"):
        AwsKms(aws_key).unwrap("aws-kms:" + base64.b64encode(os.urandom(200)).decode())
    with pytest.raises(StoreError, match="encrypted by gcp-kms"):
        AwsKms(aws_key).unwrap("gcp-kms:AAAA")


def test_a_store_under_a_service(aws_key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path, kms_key=f"aws-kms:{aws_key}")
    chosen = store_settings(settings)
    open_store(chosen).close_now()
    file = tmp_path / "master.key"
    assert file.read_text().startswith("aws-kms:")
    assert chosen.master_key.hex() not in file.read_text()
    assert store_settings(settings) == chosen
    with pytest.raises(StoreError, match="set OUTLAY_KMS_KEY"):
        store_settings(Settings(data_dir=tmp_path))
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="AWS KMS does not answer"):
        store_settings(settings)


def test_a_plain_key_moves_to_a_service(
    aws_key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path)
    open_store(store_settings(settings)).close_now()
    monkeypatch.setenv("OUTLAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OUTLAY_KMS_KEY", f"aws-kms:{aws_key}")
    for _ in range(2):  # the second time from one key of the service to another
        done = CliRunner().invoke(main, ["keys", "rotate"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        assert (tmp_path / "master.key").read_text().startswith("aws-kms:")
        for former in tmp_path.glob("master.key.before-*"):
            former.unlink()
    open_store(store_settings(Settings(data_dir=tmp_path, kms_key=f"aws-kms:{aws_key}"))).close_now()


def test_credentials_of_a_container(aws_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Amazon ECS and EKS: GET of an address with a token."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(StoreError, match="AWS_ACCESS_KEY_ID"):
        AwsKms(aws_key).wrap(bytes(32))
    asked: list[str | None] = []

    class Credentials(Quiet):
        def do_GET(self) -> None:
            asked.append(self.headers["authorization"])
            self.say(200, {"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c"})

    with serving(Credentials) as address:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{address}/v2")
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "who-i-am")
        assert AwsKms(aws_key).unwrap(AwsKms(aws_key).wrap(b"k" * 32)) == b"k" * 32
    assert asked == ["who-i-am"] * 2


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers["content-length"]))

    def say(self, status: int, data: dict[str, Any]) -> None:
        content = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class serving:  # noqa: N801
    """A server of a handler for the length of a `with`: its address."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Google(Quiet):
    """cryptoKeys.encrypt and decrypt, the token endpoint for service accounts, and the metadata server."""

    cipher = AESGCM(bytes(32))
    account = rsa.generate_private_key(65537, 2048)
    address = ""

    def do_GET(self) -> None:
        if self.headers["metadata-flavor"] != "Google":
            return self.say(403, {})
        assert self.path == "/computeMetadata/v1/instance/service-accounts/default/token"
        return self.say(200, {"access_token": "of-the-machine", "expires_in": 3599, "token_type": "Bearer"})

    def do_POST(self) -> None:
        body = self.body()
        if self.path == "/token":
            return self.token(parse_qs(body.decode()))
        if self.headers["authorization"] not in ("Bearer of-the-machine", "Bearer of-the-account"):
            return self.say(
                401, {"error": {"code": 401, "status": "UNAUTHENTICATED", "message": "secret words"}}
            )
        name, _, action = self.path.removeprefix("/v1/").partition(":")
        assert name == NAME
        asked = json.loads(body)
        bound = base64.b64decode(asked["additionalAuthenticatedData"])
        if action == "encrypt":
            nonce = os.urandom(12)
            sealed = nonce + self.cipher.encrypt(nonce, base64.b64decode(asked["plaintext"]), bound)
            made = {"name": f"{NAME}/cryptoKeyVersions/1", "ciphertext": base64.b64encode(sealed).decode()}
            return self.say(200, made)
        sealed = base64.b64decode(asked["ciphertext"])
        try:
            plain = self.cipher.decrypt(sealed[:12], sealed[12:], bound)
        except Exception:
            return self.say(
                400, {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "secret words"}}
            )
        return self.say(200, {"plaintext": base64.b64encode(plain).decode()})

    def token(self, form: dict[str, list[str]]) -> None:
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        public = RSAKey.import_key(self.account.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo,
        ))  # fmt: skip
        claims = jwt.decode(form["assertion"][0], public, algorithms=["RS256"]).claims
        assert claims["iss"] == "outlay@p.iam.gserviceaccount.com"
        assert claims["aud"] == f"{self.address}/token"
        assert claims["scope"].endswith("/auth/cloudkms")
        self.say(200, {"access_token": "of-the-account", "expires_in": 3599, "token_type": "Bearer"})


@pytest.fixture
def google() -> Iterator[str]:
    with serving(Google) as address:
        Google.address = address
        yield address


@pytest.mark.parametrize("by", ["machine", "account"])
def test_google_opens_what_it_closed(
    google: str, by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "machine":
        monkeypatch.setenv("GCE_METADATA_HOST", google.removeprefix("http://"))
    else:
        file = tmp_path / "account.json"
        key = Google.account.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        about = {
            "type": "service_account", "client_email": "outlay@p.iam.gserviceaccount.com", "private_key_id": "1",
            "private_key": key.decode(), "token_uri": f"{google}/token",
        }  # fmt: skip
        file.write_text(json.dumps(about))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    service = GoogleKms(NAME, google)
    key_file = tmp_path / "data"
    made = master_key(None, key_file, data_exists=False, kept=service)
    assert (key_file / "master.key").read_text().startswith("gcp-kms:")
    assert master_key(None, key_file, data_exists=True, kept=service) == made
    with pytest.raises(StoreError, match=r"^Google Cloud KMS refused: 400 INVALID_ARGUMENT\.$"):
        service.unwrap("gcp-kms:" + base64.b64encode(bytes(60)).decode())


def test_a_stranger_is_refused_by_google_without_its_words(
    google: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outlay.store.kms._google_token", lambda: "forged")
    with pytest.raises(StoreError, match=r"^Google Cloud KMS refused: 401 UNAUTHENTICATED\.$"):
        GoogleKms(NAME, google).wrap(bytes(32))


def test_what_names_no_service_is_refused(tmp_path: Path) -> None:
    for name in ("azure:x", "gcp-kms:x"):
        with pytest.raises(SettingsError, match="OUTLAY_KMS_KEY"):
            Settings(kms_key=name)
    with pytest.raises(SettingsError, match="OUTLAY_MASTER_KEY"):
        Settings(kms_key="aws-kms:alias/x", master_key="00" * 32)
    assert Plain().unwrap(Plain().wrap(b"x" * 32)) == b"x" * 32
    assert former_keys("11" * 32, tmp_path) == (b"\x11" * 32,)
