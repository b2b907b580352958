"""The opened data keys that a process keeps in memory, in front of the key store."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from outlay.kernel import limits
from outlay.store.errors import StoreError
from outlay.store.key_store import KeyStore
from outlay.store.keys import DataKey

FRESH_S: Final = 10
"""For so long a process may not know that another one changed a key. `rotation` waits for it."""


class Keyring:
    """Opened keys by scope. Asks the key store every FRESH_S whether another process changed any."""

    def __init__(self, keys: KeyStore, clock: Callable[[], int]) -> None:
        self.keys = keys
        self._clock = clock
        self._opened: dict[str, DataKey] = {}
        self._asking = Lock()
        self._generation = keys.generation()
        self._fresh_until = time.monotonic() + FRESH_S

    def make(self, scope: str) -> DataKey:
        """The data key of a new scope. It is durable before the data that it seals; if that is never committed, the
        key has nothing to open and is swept later."""
        key = DataKey(self.keys.make(scope, self._clock()))
        self._keep(scope, key)
        return key

    def get(self, scope: str) -> DataKey:
        """The opened key of a scope. StoreError when there is none."""
        if time.monotonic() >= self._fresh_until:
            self._refresh()
        key = self._opened.get(scope)
        if key is None:
            generation = self._generation
            raws = self.keys.load(scope)
            if not raws:
                raise StoreError(f"There is no data key for {scope}: it was erased or never made.")
            key = DataKey(*raws)
            if generation == self._generation:
                self._keep(scope, key)
        return key

    def destroy(self, scope: str) -> None:
        """For good. After the commit of what erased the scope."""
        self._opened.pop(scope, None)
        self.keys.destroy([scope])
        self._opened.pop(scope, None)  # somebody may have read it meanwhile

    def forget_all(self) -> None:
        """Every key is read anew."""
        with self._asking:
            self._generation = self.keys.generation()
            self._opened.clear()

    def _refresh(self) -> None:
        with self._asking:
            if time.monotonic() < self._fresh_until:
                return
            generation = self.keys.generation()
            if generation != self._generation:
                self._generation = generation
                self._opened.clear()
            self._fresh_until = time.monotonic() + FRESH_S

    def _keep(self, scope: str, key: DataKey) -> None:
        while len(self._opened) >= limits.KEY_CACHE:
            try:
                self._opened.pop(next(iter(self._opened)), None)
            except (StopIteration, RuntimeError):  # another thread changed it; it is only a cache
                break
        self._opened[scope] = key
