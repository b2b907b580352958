"""Where sealed files lie: a folder, S3, Google Cloud Storage or Azure, by `obstore`. Knows names and bytes only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import unquote, urlsplit

from outlay.store.errors import StoreError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

T = TypeVar("T")
TRIES: Final = 3
TIMEOUT_S: Final = 30


class Missing(Exception):
    """There is no object of this name."""


class Objects:
    """`url`: `file:///folder`, `s3://bucket/prefix`, `gs://bucket/prefix`, `az://container/prefix`; who may is what
    the cloud's own variables say (AWS_ACCESS_KEY_ID, …). Nothing is opened before it is needed."""

    def __init__(self, url: str, *, tries: int = TRIES) -> None:
        self.url = url
        self._tries = tries
        self._opened: ObjectStore | None = None
        parts = urlsplit(url)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None

    @property
    def _store(self) -> ObjectStore:
        if self._opened is None:
            from obstore.store import LocalStore, from_url

            if self._folder is not None:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._opened = LocalStore(self._folder)
            else:
                self._opened = from_url(
                    self.url,
                    retry_config={"max_retries": self._tries, "retry_timeout": timedelta(seconds=TIMEOUT_S)},
                )
        return self._opened

    async def put(self, name: str, data: bytes) -> None:
        """All of it under this name, in the place of what was there; it is on the disk afterwards."""
        import obstore

        await _asked(obstore.put_async(self._store, name, data, use_multipart=False))
        if self._folder is not None:
            await asyncio.to_thread(_to_disk, self._folder / name)

    async def read(self, name: str, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`. Raises Missing."""
        import obstore

        return bytes(await _asked(obstore.get_range_async(self._store, name, start=start, end=end)))

    async def delete(self, names: Sequence[str]) -> None:
        """Those that are there."""
        import obstore

        for name in names:
            try:
                await _asked(obstore.delete_async(self._store, name))
            except Missing:
                continue

    async def names(self, folder: str) -> AsyncIterator[tuple[str, int]]:
        """(name, when it was written in ms) of every object under a folder."""
        import obstore

        stream = obstore.list(self._store, prefix=f"{folder}/")
        while True:
            try:
                found = await _asked(stream.__anext__())
            except StopAsyncIteration:
                return
            for each in found:
                yield each["path"], int(each["last_modified"].timestamp() * 1000)


async def _asked(work: Awaitable[T]) -> T:
    """Errors of the network and of the service as ours, without what they quote."""
    from obstore.exceptions import BaseError

    try:
        return await work
    except FileNotFoundError:
        raise Missing from None
    except BaseError as error:
        raise StoreError(f"The object store does not answer: {type(error).__name__}.") from error


def _to_disk(file: Path) -> None:
    for path in (file, file.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def folder_url(folder: Path) -> str:
    """The URL of a folder."""
    return folder.absolute().as_uri()
