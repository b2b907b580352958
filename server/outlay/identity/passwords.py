"""Hashing passwords (argon2id, RFC 9106) in a bounded pool: a hash costs 64 MiB and tens of milliseconds,
so only a few run at once and only a bounded number wait; the rest is refused as `busy`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from outlay.kernel.refusal import Refusal

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

WORKERS: Final = 2
WAITING: Final = 64


class Passwords:
    """Made once by main. `hash` and `matches` may be awaited from any request."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="password")
        self._waiting = 0
        self._hasher: PasswordHasher | None = None
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The PHC string to keep."""
        return await self._run(lambda hasher: hasher.hash(password))

    async def matches(self, secret_hash: str | None, password: str) -> tuple[bool, str | None]:
        """Whether the password is right, and a new hash to keep when the parameters have grown since.

        Without a hash (no such person) it takes the same time and answers False.
        """
        return await self._run(lambda hasher: self._matches(hasher, secret_hash, password))

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _run(self, work: Callable[[PasswordHasher], T]) -> T:
        if self._waiting >= WAITING:
            raise Refusal("busy")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(self._open()))
        finally:
            self._waiting -= 1

    def _open(self) -> PasswordHasher:
        if self._hasher is None:
            from argon2 import PasswordHasher

            self._hasher = PasswordHasher()
        return self._hasher

    def _matches(
        self, hasher: PasswordHasher, secret_hash: str | None, password: str
    ) -> tuple[bool, str | None]:
        from argon2.exceptions import VerifyMismatchError

        if self._nobody is None:
            self._nobody = hasher.hash("nobody has this password")
        try:
            hasher.verify(secret_hash or self._nobody, password)
        except VerifyMismatchError:
            return False, None
        if secret_hash is None:
            return False, None
        return True, hasher.hash(password) if hasher.check_needs_rehash(secret_hash) else None
