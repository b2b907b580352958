"""Clients that hold a connection and give nothing, over sockets of a real server (CWE-400, slowloris)."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from attack.tally import attacked
from outlay.kernel import limits
from outlay.settings import Settings
from outlay.store.engine import Store
from sites import served

# What the server does before it reads a body is not the store's.
pytestmark = pytest.mark.parametrize("store_settings", ["sqlite"], indirect=True)

SIGN_IN = b"POST /api/v1/auth/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
BODY = b'{"email":"nobody@outlay.example","password":"' + b"x" * 900 + b'"}'


@pytest.fixture
def address(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A server that waits a second and a half."""
    monkeypatch.setattr(limits, "HEAD_TIMEOUT_MS", 1500)
    monkeypatch.setattr(limits, "STALLED_TIMEOUT_MS", 1500)
    with served(store, settings) as (url, _):
        yield "127.0.0.1", httpx.URL(url).port or 0


def opened(address: tuple[str, int], sent: bytes) -> socket.socket:
    connection = socket.create_connection(address, 30)
    connection.sendall(sent)
    return connection


def answer_of(connection: socket.socket) -> bytes:
    """Everything until the server closes."""
    found = b""
    with connection:
        try:
            while piece := connection.recv(65536):
                found += piece
        except ConnectionError:
            pass
    return found


def test_slow_clients_are_ended_and_others_are_answered(
    address: tuple[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    slow = {
        "silence": [opened(address, b"") for _ in range(20)],
        "half a head": [opened(address, SIGN_IN) for _ in range(20)],
        "empty lines": [opened(address, b"\r\n") for _ in range(5)],
        "half a body": [opened(address, SIGN_IN + b"content-length: 900\r\n\r\n{") for _ in range(20)],
        "half a chunk": [
            opened(address, SIGN_IN + b"transfer-encoding: chunked\r\n\r\n9\r\n{") for _ in range(5)
        ],
    }
    assert httpx.get(f"http://127.0.0.1:{address[1]}/healthz", timeout=30).status_code == 200
    for how, connections in slow.items():
        assert all(answer_of(each).startswith(b"HTTP/1.1 408 ") for each in connections), how
        attacked("POST", "/api/v1/auth/sign-in", f"slow: {how}")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_second_request_of_a_connection_is_awaited_no_longer(address: tuple[str, int]) -> None:
    connection = opened(address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
    assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    connection.sendall(SIGN_IN)
    assert b"HTTP/1.1 408 " in answer_of(connection)


def test_a_slow_body_that_keeps_its_pace_arrives(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY_BYTES_PER_S", 1)
    head = SIGN_IN + b"connection: close\r\ncontent-length: " + str(len(BODY)).encode() + b"\r\n\r\n"
    connection = opened(address, head + BODY[:400])
    for begin in (400, 600, 800):
        time.sleep(1)
        connection.sendall(BODY[begin : begin + 200])
    assert answer_of(connection).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("line", [b"x-a: " + b"a" * 1000 + b"\r\n", b"a"])
def test_a_head_without_an_end_is_cut(address: tuple[str, int], line: bytes) -> None:
    connection = opened(address, b"GET /healthz HTTP/1.1\r\n" if len(line) > 1 else b"GET /")
    try:
        for _ in range(20 * limits.HEAD_BYTES // len(line) // 100):
            connection.sendall(line * 100)
    except ConnectionError:
        pass
    else:
        assert b" 431 " in answer_of(connection)
    attacked("GET", "/healthz", "a head without an end")


def test_an_answer_that_nobody_fetches_is_dropped(address: tuple[str, int]) -> None:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(60)
    connection.connect(address)
    connection.sendall(b"GET /schema/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n" * 60)
    time.sleep(5)
    whole = len(httpx.get(f"http://127.0.0.1:{address[1]}/schema/openapi.json", timeout=30).content)
    assert len(answer_of(connection)) < 60 * whole
    attacked("GET", "/schema/openapi.json", "slow: an answer that nobody fetches")


SMUGGLED = [
    b"content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    b"content-length: 4\r\ncontent-length: 5\r\n\r\nabcd",
    b"transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"transfer-encoding: xchunked\r\ncontent-length: 2\r\n\r\n{}",
    b"content-length: +2\r\n\r\n{}",
    b"x: a\nb\r\n\r\n",
    b" folded: a\r\n\r\n",
    b"x\0y: a\r\n\r\n",
]


def test_no_request_hides_in_another(address: tuple[str, int]) -> None:
    """RFC 9112, 6.1 and 11.2: what two readers could read in two ways is refused, and the connection ends."""
    for smuggled in SMUGGLED:
        connection = opened(address, SIGN_IN + smuggled + b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        found = answer_of(connection)
        assert found.startswith(b"HTTP/1.1 400 "), (smuggled, found[:200])
        assert found.count(b"HTTP/1.1 ") == 1, smuggled
        attacked("POST", "/api/v1/auth/sign-in", "smuggling")
