"""How often one address may ask (`limits`: moving windows in memory, one process)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from outlay.kernel.refusal import Refusal
from outlay.settings import Settings


class Throttle:
    """`hit` counts and refuses `rate_limited` with the seconds to wait. Keys are addresses or ids, never
    kept on disk."""

    def __init__(self, settings: Settings) -> None:
        self._on = settings.rate_limit
        self._trying: dict[str, int] = {}
        if not self._on:
            return
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

        storage = MemoryStorage()
        self._moving: Any = MovingWindowRateLimiter(storage)
        self._fixed: Any = FixedWindowRateLimiter(storage)
        self._sign_in = RateLimitItemPerMinute(settings.sign_in_per_minute, namespace="sign-in")
        self._wrong = RateLimitItemPerMinute(settings.password_tries_per_quarter, 15, namespace="wrong")
        self._all = (
            RateLimitItemPerMinute(settings.requests_per_minute, namespace="all")
            if settings.requests_per_minute
            else None
        )

    def request(self, address: str) -> None:
        """Counts any request of an address."""
        if self._on and self._all is not None and not self._fixed.hit(self._all, address):
            raise self._refusal(self._fixed, self._all, address)

    def sign_in(self, address: str) -> None:
        """Counts a request to the auth routes."""
        if self._on and not self._moving.hit(self._sign_in, address):
            raise self._refusal(self._moving, self._sign_in, address)

    @contextmanager
    def trying(self, key: str) -> Iterator[Callable[[], None]]:
        """Around one look at a password of an account: refuses when there were too many wrong ones, and gives what
        counts one. Those that are being looked at count meanwhile: a hundred at once are no more tries than one
        after the other."""
        flying = self._trying.get(key, 0)
        if self._on and self._moving.get_window_stats(self._wrong, key).remaining <= flying:
            raise self._refusal(self._moving, self._wrong, key)
        self._trying[key] = flying + 1
        try:
            yield lambda: self._count_wrong(key)
        finally:
            self._trying[key] -= 1
            if not self._trying[key]:
                del self._trying[key]

    def _count_wrong(self, key: str) -> None:
        if self._on:
            self._moving.hit(self._wrong, key)

    @staticmethod
    def _refusal(limiter: Any, item: Any, key: str) -> Refusal:
        wait_s = max(1, math.ceil(limiter.get_window_stats(item, key).reset_time - time.time()))
        return Refusal("rate_limited", detail=f"Try again in {wait_s} seconds.", retry_after_s=wait_s)
