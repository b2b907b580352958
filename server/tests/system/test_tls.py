"""On the wire: https by Outlay itself, PostgreSQL and Redis over TLS, with certificates of a test authority."""

from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

import postgres
from certificates import Authority
from outlay.http.throttle import Throttle
from outlay.kernel.refusal import Refusal
from outlay.settings import Settings
from outlay.store import StoreError, StoreSettings, open_store
from redis_server import redis_started
from stores import MASTER_KEY, make_book

from .process import Outlay


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
def test_https_without_a_proxy(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    cert, key = authority.issue()
    server = Outlay(tmp_path / "data", OUTLAY_TLS_CERT=str(cert), OUTLAY_TLS_KEY=str(key))
    server.url = f"https://localhost:{server.port}"
    server.tls = ssl.create_default_context(cafile=str(authority.ca))
    server.start()
    try:
        assert f"https://127.0.0.1:{server.port}" in server.output
        with httpx.Client(base_url=server.url, verify=server.tls, timeout=120) as client:
            person = {"email": "ana@example.com", "password": "correct horse battery"}
            made = client.post("/api/v1/auth/sign-up", json=person, headers={"origin": server.url})
            assert made.status_code == 201, made.text
            cookie = made.headers["set-cookie"].lower()
            assert "secure" in cookie
            assert "httponly" in cookie
            for answer in (made, client.get("/healthz"), client.get("/api/nothing"), client.get("/")):
                assert "max-age=31536000" in answer.headers["strict-transport-security"], answer.url
                assert answer.headers["x-content-type-options"] == "nosniff"
                scripts = (
                    answer.headers["content-security-policy"].partition("script-src")[2].partition(";")[0]
                )
                assert "unsafe-inline" not in scripts
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{server.port}/healthz")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{server.url}/healthz")
        assert _agreed(server, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
        assert _agreed(server, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        assert _agreed(server, ssl.TLSVersion.TLSv1_1) is None
    finally:
        server.stop()


def _agreed(server: Outlay, version: ssl.TLSVersion) -> str | None:
    """What the server speaks with somebody who knows this version only."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:@SECLEVEL=0")
    client.minimum_version = client.maximum_version = version
    with socket.create_connection(("127.0.0.1", server.port), 10) as line:
        try:
            with client.wrap_socket(line) as spoken:
                return spoken.version()
        except (ssl.SSLError, ConnectionError):
            return None


def test_a_certificate_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    cert, key = Authority(tmp_path).issue()
    key.write_text("no key")
    server = Outlay(tmp_path / "data", OUTLAY_TLS_CERT=str(cert), OUTLAY_TLS_KEY=str(key))
    with pytest.raises(RuntimeError, match=r"ended with 3(.|\n)*OUTLAY_TLS_CERT"):
        server.start()


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The URL of a PostgreSQL database that answers over TLS only, and the certificate of its authority."""
    with postgres.Cluster.started() as cluster:
        url = cluster.create_database()
        authority = Authority(tmp_path)
        data = cluster.folder / "data"
        for file, name in zip(authority.issue(), ("server.crt", "server.key"), strict=True):
            shutil.copyfile(file, data / name)
            shutil.chown(data / name, (data / "PG_VERSION").owner())
            (data / name).chmod(0o600)
        hba = data / "pg_hba.conf"
        hba.write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute("ALTER SYSTEM SET ssl = on")
            raw.execute("SELECT pg_reload_conf()")
        yield url, authority.ca


async def test_postgresql_over_tls(secured: tuple[str, Path], tmp_path: Path) -> None:
    url, ca = secured
    keys = tmp_path / "keys.db"
    checked = f"{url}?sslmode=verify-full&sslrootcert={ca}"
    store = open_store(StoreSettings(master_key=MASTER_KEY, url=checked, keys=keys))
    try:
        store.migrate()
        await make_book(store)
        assert await store.read(
            lambda read: read.all("SELECT DISTINCT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        ) == [(True,)]
    finally:
        store.close_now()
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other").ca
    for refused in (f"{url}?sslmode=disable", f"{url}?sslmode=verify-full&sslrootcert={other}"):
        settings = StoreSettings(master_key=MASTER_KEY, url=refused, keys=keys, connect_timeout_s=1)
        with pytest.raises(StoreError, match="does not answer"):
            open_store(settings)


async def test_redis_over_tls(tmp_path: Path) -> None:
    """Processes share their counts over it; whom the authority does not vouch for is not asked."""
    (tmp_path / "other").mkdir()
    authority, other = Authority(tmp_path), Authority(tmp_path / "other")
    with redis_started(authority.issue()) as (url, _):

        def throttle(ca: Path) -> Throttle:
            return Throttle(Settings(redis_url=f"{url}?ssl_ca_certs={ca}", sign_in_per_minute=1), b"secret")

        one, two, alone = throttle(authority.ca), throttle(authority.ca), throttle(other.ca)
        await one.sign_in("203.0.113.9")
        with pytest.raises(Refusal, match="rate_limited"):
            await two.sign_in("203.0.113.9")
        await alone.sign_in("203.0.113.9")
        for each in (one, two, alone):
            await each.close()
