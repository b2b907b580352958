"""Receipts' bytes over HTTP: what comes back is what went in, for members only, and nothing else gets in."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

import samples
from outlay.batch.keys import begin, renew_sealed
from outlay.files.commands import collect
from outlay.files.objects import Objects, folder_url
from outlay.files.seal import PIECE
from outlay.kernel import limits
from outlay.privacy.book_files import write_receipts
from outlay.settings import Settings
from outlay.store.engine import Store
from samples import JPEG, PDF, PNG, digest
from sites import Site, Somebody, served, world

PATH = "/api/v1/files/"


async def send(site: Site, who: Somebody, data: Any, media_type: str = JPEG, **more: Any) -> httpx.Response:
    path = PATH + (more.pop("sha256", None) or digest(data))
    return await site.ask("PUT", path, who, content=data, headers={"content-type": media_type}, **more)


def stored(settings: Settings) -> dict[str, bytes]:
    folder = settings.data_dir / "files"
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


async def test_what_comes_back_is_what_went_in(site: Site) -> None:
    at = await world(site)
    for data, media_type, ending in (
        (samples.picture(), JPEG, "jpg"), (samples.noise((500, 500)), PNG, "png"), (samples.document(), PDF, "pdf"),
    ):  # fmt: skip
        made = await send(site, at.owner, data, media_type)
        expected = {"sha256": digest(data), "media_type": media_type, "size": len(data), "known": False}
        assert (made.status_code, made.json()) == (200, expected)
        assert (await send(site, at.editor, data, media_type, params={"book": at.book_id})).json() == {
            **expected,
            "known": True,
        }
        read = await site.ask("GET", PATH + digest(data), at.viewer, params={"book": at.book_id})
        assert read.content == data
        head = await site.ask("HEAD", PATH + digest(data), at.owner)
        assert (head.status_code, head.content) == (200, b"")
        for answer in (read, head):
            assert answer.headers["content-type"] == media_type
            assert answer.headers["content-length"] == str(len(data))
            assert answer.headers["etag"] == f'"{digest(data)}"'
            assert (
                answer.headers["content-disposition"]
                == f'attachment; filename="{digest(data)[:12]}.{ending}"'
            )
            assert answer.headers["content-security-policy"].endswith("; sandbox")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"


async def test_a_part_is_read_alone(site: Site) -> None:
    at = await world(site)
    data = samples.noise((700, 700))
    assert len(data) > 5 * PIECE
    assert (await send(site, at.owner, data, PNG)).status_code == 200
    path, size = PATH + digest(data), len(data)

    async def part(asked: str, **headers: str) -> httpx.Response:
        return await site.ask("GET", path, at.owner, headers={"range": asked, **headers})

    for first, last in (
        (0, 0),
        (0, PIECE - 1),
        (PIECE - 1, PIECE),
        (PIECE, size - 1),
        (7, 3 * PIECE),
        (size - 1, size - 1),
    ):
        answer = await part(f"bytes={first}-{last}")
        assert (answer.status_code, answer.content) == (206, data[first : last + 1])
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"
    assert (await part("bytes=-10")).content == data[-10:]
    assert (await part(f"bytes={size - 3}-{size + 99}")).content == data[-3:]
    for ignored in ("bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-"):
        answer = await part(ignored)
        assert (answer.status_code, answer.content) == (200, data)
    beyond = await part(f"bytes={size}-")
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_unsatisfiable")
    same = await site.ask("GET", path, at.owner, headers={"if-none-match": f'"{digest(data)}"'})
    assert (same.status_code, same.content) == (304, b"")


async def test_who_may(site: Site) -> None:
    at = await world(site)
    data = samples.picture()
    assert (await send(site, at.owner, data)).status_code == 200
    for who, book, method, expected in (
        (at.viewer, at.book_id, "GET", (200, None)),
        (at.viewer, at.book_id, "PUT", (403, "forbidden")),
        (at.stranger, at.book_id, "GET", (404, "book_not_found")),
        (at.stranger, at.book_id, "HEAD", (404, None)),
        (at.stranger, at.book_id, "PUT", (404, "book_not_found")),
        (at.stranger, None, "GET", (404, "file_not_found")),
        (None, at.book_id, "GET", (401, "unauthenticated")),
        (None, at.book_id, "PUT", (401, "unauthenticated")),
    ):
        more = {"content": data, "headers": {"content-type": JPEG}} if method == "PUT" else {}
        answer = await site.ask(
            method, PATH + digest(data), who, params={"book": book} if book else {}, **more
        )
        code = answer.json().get("code") if answer.status_code >= 400 and method != "HEAD" else None
        assert (answer.status_code, code) == expected, (who, method)


async def test_nothing_of_it_lies_open(site: Site, settings: Settings) -> None:
    """The bytes are sealed, and the same file in two books has names that tell nothing of each other or of its hash."""
    at = await world(site)
    data = samples.noise((300, 300))
    for who in (at.owner, at.stranger):
        assert (await send(site, who, data, PNG)).status_code == 200
    found = stored(settings)
    (first, one), (second, other) = sorted(found.items())
    assert first.split("/")[1] != second.split("/")[1]
    assert not any(digest(data) in name for name in found)
    for packed in (one, other):
        assert not any(data[at : at + 16] in packed for at in range(0, len(data) - 16, 977))
    assert one[26:] != other[26:]


async def test_what_was_tampered_with_is_not_given_out(site: Site, settings: Settings) -> None:
    at = await world(site)
    data = samples.noise((400, 400))
    other = samples.noise((401, 401))
    for each in (data, other):
        assert (await send(site, at.owner, each, PNG)).status_code == 200
    folder = settings.data_dir / "files"
    names = sorted(stored(settings), key=lambda name: (folder / name).stat().st_size)
    mine, theirs = (folder / name for name in names)
    whole, path = mine.read_bytes(), PATH + digest(data)
    piece = PIECE + 16
    for changed in (
        whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        whole[:26] + whole[26 + piece : 26 + 2 * piece] + whole[26 : 26 + piece] + whole[26 + 2 * piece :],
        bytes([whole[0], 3]) + whole[2:],
        theirs.read_bytes(),
        whole[:10],
    ):
        mine.write_bytes(changed)
        assert not (await site.ask("GET", path, at.owner)).content.startswith(data[:100])
    mine.write_bytes(whole)
    assert (await site.ask("GET", path, at.owner)).content == data


async def test_what_does_not_get_in(site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await world(site)
    good = samples.picture()

    async def refused(data: bytes, media_type: str = JPEG, **more: Any) -> tuple[int, str]:
        answer = await send(site, at.owner, data, media_type, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["code"]

    assert await refused(good, sha256=digest(b"another")) == (422, "digest_differs")
    assert await refused(good, "image/svg+xml") == (415, "media_type_unsupported")
    assert await refused(good, "application/json") == (415, "media_type_unsupported")
    assert await refused(b"") == (422, "file_damaged")
    for name, status, code in (
        ("..%2F..%2Fmaster.key", 404, "not_found"), ("%2e%2e", 422, "digest_malformed"),
        ("A" * 64, 422, "digest_malformed"),
        (digest(good)[:63], 422, "digest_malformed"), (digest(good) + "%00", 404, "not_found"),
        (digest(good) + ".jpg", 422, "digest_malformed"), ("%EF%BC%91" * 64, 422, "digest_malformed"),
    ):  # fmt: skip
        for method in ("GET", "PUT"):
            more = {"content": good, "headers": {"content-type": JPEG}} if method == "PUT" else {}
            answer = await site.ask(method, PATH + name, at.owner, **more)
            if method == "PUT" and status == 404:
                status, code = answer.status_code, answer.json()["code"]
                assert status in (404, 405)
            assert (answer.status_code, answer.json()["code"]) == (status, code), name
    for name, (data, media_type, code) in list(samples.wrong().items())[::6]:
        assert await refused(data, media_type) == (422, code), name
    monkeypatch.setattr(limits, "FILE_BYTES", 2000)
    assert await refused(bytes(2001)) == (413, "file_too_large")
    monkeypatch.setattr(limits, "FILE_BYTES", 10_000_000)
    monkeypatch.setattr(limits, "FILE_BOOK_BYTES", 2 * len(good) - 1)
    assert (await send(site, at.owner, good)).status_code == 200
    assert await refused(samples.picture(size=(41, 30))) == (409, "files_full")
    assert (await send(site, at.owner, good)).json()["known"]
    assert (await send(site, at.stranger, good)).status_code == 200  # a quota of its own
    assert len(stored(settings)) == 2


async def test_it_needs_no_body_in_memory_to_refuse_what_is_too_large(
    store: Store, settings: Settings
) -> None:
    """A body without an announced length is cut off at the limit, one with is not begun."""
    with served(store, settings) as (url, app):

        async def ask() -> None:
            async with httpx.AsyncClient(base_url=url) as client:
                site = Site(app, client)
                who = await site.person()
                await site.book(who)
                address = urlsplit(url)
                for framing, piece in (
                    ("transfer-encoding: chunked", b"10000\r\n" + bytes(65536) + b"\r\n"),
                    ("content-length: 400000000", bytes(65536)),
                ):
                    sent, answer = await asyncio.to_thread(
                        pour, address.hostname or "", address.port or 0, who, framing, piece
                    )
                    assert b" 413 " in answer.split(b"\r\n")[0], answer[:200]
                    assert b"file_too_large" in answer
                    assert sent < 60_000_000

        await ask()


def pour(host: str, port: int, who: Somebody, framing: str, piece: bytes) -> tuple[int, bytes]:
    """Sends without end until the server answers; (how much, the answer)."""
    with socket.create_connection((host, port), timeout=30) as line:
        head = [
            f"PUT {PATH}{'0' * 64} HTTP/1.1", "host: x", f"authorization: Bearer {who.token}", f"content-type: {JPEG}",
            framing, "", "",
        ]  # fmt: skip
        line.sendall("\r\n".join(head).encode())
        line.settimeout(0.05)
        sent, answer = 0, b""
        while sent < 200_000_000:
            with suppress(TimeoutError):
                answer += line.recv(65536)
            if b"file_too_large" in answer:
                break
            try:
                line.settimeout(10)
                line.sendall(piece)
                sent += len(piece)
            except OSError:
                break
            finally:
                line.settimeout(0.002)
        return sent, answer


async def test_an_emptied_bucket_is_mended_by_sending_again(site: Site, settings: Settings) -> None:
    at = await world(site)
    data = samples.picture()
    assert (await send(site, at.owner, data)).status_code == 200
    for name in stored(settings):
        (settings.data_dir / "files" / name).unlink()
    missing = await site.ask("GET", PATH + digest(data), at.owner)
    assert (missing.status_code, missing.json()["code"]) == (404, "file_not_found")
    assert (await send(site, at.owner, data)).json()["known"] is False
    assert (await site.ask("GET", PATH + digest(data), at.owner)).content == data


async def test_two_devices_send_the_same_at_once(site: Site, settings: Settings) -> None:
    at = await world(site)
    data = samples.noise((200, 200))
    answers = await asyncio.gather(*(send(site, at.owner, data, PNG) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(stored(settings)) == 1
    assert (await site.ask("GET", PATH + digest(data), at.owner)).content == data


async def test_one_person_does_not_take_every_place(site: Site) -> None:
    at = await world(site)
    data = samples.picture()
    begun, going = asyncio.Semaphore(0), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield data[:100]
        begun.release()
        await going.wait()
        yield data[100:]

    waiting = [
        asyncio.create_task(send(site, at.owner, slow(), sha256=digest(data)))
        for _ in range(limits.FILE_UPLOADS_OF_PERSON)
    ]
    for _ in waiting:
        await begun.acquire()
    refused = await send(site, at.owner, data)
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert (await send(site, at.editor, data, params={"book": at.book_id})).status_code == 200
    going.set()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
    assert (await send(site, at.owner, data)).status_code == 200


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    objects = Objects(folder_url(tmp_path / "a b" / "files"))
    name = f"book/{hashlib.sha256(b'x').hexdigest()}"
    asyncio.run(objects.put(name, b"content"))
    assert (tmp_path / "a b" / "files" / name).read_bytes() == b"content"
    assert (tmp_path / "a b" / "files").stat().st_mode & 0o077 == 0


async def test_receipts_are_exported_opened_and_inside_their_folder(site: Site, tmp_path: Path) -> None:
    at = await world(site)
    data = [samples.picture(size=(20 + n, 20)) for n in range(5)]
    names = ["../../etc/passwd.jpg", "Lunch.jpg", "lunch.JPG", "..", "a/b\\c:d\n.png"]
    for content, name in zip(data, names, strict=True):
        assert (await send(site, at.owner, content)).status_code == 200
        body = {"transaction_id": at.ids["transaction"], "sha256": digest(content), "media_type": JPEG}
        await site.make("/api/v1/receipts", at.owner, {**body, "size": len(content), "name": name})
    folder = tmp_path / "out"
    # The world's own receipt has no file.
    assert await write_receipts(site.store, site.rooms.objects, at.book_id, folder) == (5, 1)
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    # Which of the two lunches comes first is their ids' affair: they were made in the same millisecond.
    assert sorted(name.casefold() for name in found) == [
        "2026-01-10 a b c d.jpg", "2026-01-10 etc passwd.jpg", "2026-01-10 lunch (1).jpg", "2026-01-10 lunch.jpg",
        "2026-01-10 receipt.jpg",
    ]  # fmt: skip
    assert sorted(found.values()) == sorted(data)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name == "etc") == []


async def test_receipts_move_to_their_books_new_key(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outlay.store.keyring.FRESH_S", 0.05)
    at = await world(site)
    data, path = samples.picture(), PATH + digest(samples.picture())
    assert (await send(site, at.owner, data)).status_code == 200
    [(before, sealed)] = stored(settings).items()
    await begin(site.store, [at.book_id])
    assert (await site.ask("GET", path, at.owner)).content == data, "still under the former name"
    assert (await send(site, at.owner, data)).json()["known"]
    objects = Objects(folder_url(settings.data_dir / "files"))
    assert await collect(site.store, objects, at.book_id) == 0
    assert list(stored(settings)) == [before]
    assert await renew_sealed(site.store, objects, at.book_id) > 1
    [(after, anew)] = stored(settings).items()
    assert after != before
    assert anew != sealed
    assert (await site.ask("GET", path, at.owner)).content == data
    assert await renew_sealed(site.store, objects, at.book_id) == 0
