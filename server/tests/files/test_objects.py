"""The same promises of a folder and of an S3 server (moto's, which scripts/s3.sh brings), over S3's own protocol."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import samples
from outlay.files.commands import Stored
from outlay.files.objects import Missing, Objects, folder_url
from outlay.files.seal import HEADER_BYTES, read_head, seal
from outlay.store.errors import StoreError

KEY, SECRET = "outlay-test", "outlay-test-secret"
BOOK = "01900000-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with a bucket `receipts`."""
    program = Path(__file__).resolve().parents[3] / ".tools" / "s3" / "bin" / "moto_server"
    if not program.exists():
        pytest.fail("an S3 server is missing: make setup")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(program), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            assert server.poll() is None, "the S3 server ended"
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < until, "the S3 server does not answer"
            time.sleep(0.05)
        address = f"http://127.0.0.1:{port}"
        assert httpx.put(f"{address}/receipts", timeout=120).is_success
        yield address
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Objects:
    if request.param == "folder":
        return Objects(folder_url(tmp_path / "files"))
    sign(monkeypatch, request.getfixturevalue("s3"), SECRET)
    return Objects(f"s3://receipts/{tmp_path.name}")


def sign(monkeypatch: pytest.MonkeyPatch, address: str, secret: str) -> None:
    for name, value in (
        ("AWS_ENDPOINT", address), ("AWS_ALLOW_HTTP", "true"), ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", secret), ("AWS_REGION", "us-east-1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)


async def names(objects: Objects, folder: str) -> list[str]:
    return sorted([name async for name, _ in objects.names(folder)])


async def test_it_keeps_gives_lists_and_deletes(objects: Objects) -> None:
    a, b, other = f"{BOOK}/{'a' * 64}", f"{BOOK}/{'b' * 64}", f"{BOOK}0/{'c' * 64}"
    with pytest.raises(Missing):
        await objects.read(a, 0, 5)
    for name in (a, b, other):
        await objects.put(name, name.encode())
    await objects.put(a, b"once more, and longer")
    assert await objects.read(a, 5, 9) == b"more"
    assert await names(objects, BOOK) == [a, b]
    async for _, written_ms in objects.names(BOOK):
        assert abs(written_ms - time.time() * 1000) < 120_000
    await objects.delete([a, b, f"{BOOK}/{'d' * 64}"])
    assert await names(objects, BOOK) == []
    assert await names(objects, f"{BOOK}0") == [other]


async def test_a_sealed_file_is_read_piece_by_piece(objects: Objects) -> None:
    data = samples.noise((1500, 1500))
    key, name, bound = os.urandom(32), f"{BOOK}/{'e' * 64}", b"bound"
    packed = b"".join(seal(key, bound, "image/png", data))
    await objects.put(name, packed)
    head = read_head(await objects.read(name, 0, HEADER_BYTES))
    assert (head.media_type, head.size, head.stored_bytes) == ("image/png", len(data), len(packed))
    stored = Stored(head, objects, name, key, bound)
    parts = [part async for part in stored.part(0, len(data) - 1)]
    assert b"".join(parts) == data
    assert len(data) > 1_200_000
    assert max(map(len, parts)) <= 1024 * 1024
    assert b"".join([part async for part in stored.part(100_000, 1_150_000)]) == data[100_000:1_150_001]
    with pytest.raises(StoreError):
        [part async for part in Stored(head, objects, name, key, b"other").part(0, 9)]


async def test_a_store_that_does_not_answer_is_said_so_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        sign(monkeypatch, f"http://127.0.0.1:{nobody.getsockname()[1]}", "very-secret")
    objects = Objects("s3://receipts/x", tries=1)
    with pytest.raises(StoreError) as refused:
        await objects.put(f"{BOOK}/{'a' * 64}", b"1")
    assert not {"secret", "receipts", "127.0.0.1"} & set(str(refused.value).replace("-", " ").split())
