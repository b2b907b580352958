"""Who waits for news of which book, and the text of the event stream (SYNC 2.11).

A poke says "book B is at head N" and nothing else: a lost one costs a late pull, never data. It is sent
after the commit. Writers in other processes (a second server, the command line) are noticed by asking for the
heads of the watched books once a second, in one query.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

HEARTBEAT_S = 20.0
POLL_S = 1.0

Heads = Callable[[list[str]], Awaitable[dict[str, tuple[str, int]]]]


class Watch:
    """One open stream: the newest (epoch, head) it has not been told yet. Newer ones replace it."""

    __slots__ = ("_event", "news", "told")

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.news: tuple[str, int] | None = None
        self.told: tuple[str, int] | None = None

    def tell(self, epoch: str, head: int) -> None:
        if (epoch, head) == self.told:
            return
        if self.news is None or self.news[0] != epoch or self.news[1] < head:
            self.news = (epoch, head)
            self._event.set()

    def wake(self) -> None:
        """Ends a wait without news."""
        self._event.set()

    async def wait(self, timeout_s: float) -> tuple[str, int] | None:
        """The newest poke, or None when nothing came in time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return None
        self._event.clear()
        news, self.news = self.news, None
        self.told = news or self.told
        return news


class Pokes:
    """The streams of this process, by book. Every method runs on the event loop."""

    def __init__(self, heads: Heads) -> None:
        self._heads = heads
        self._watches: dict[str, set[Watch]] = {}
        self._known: dict[str, tuple[str, int]] = {}
        self._poll: asyncio.Task[None] | None = None
        self.ended = False

    def publish(self, book_id: str, epoch: str, head: int) -> None:
        """Tells every stream of a book; given to `store.on_commit`."""
        if watches := self._watches.get(book_id):
            self._known[book_id] = (epoch, head)
            for watch in watches:
                watch.tell(epoch, head)

    def open(self, book_id: str) -> Watch:
        watch = Watch()
        self._watches.setdefault(book_id, set()).add(watch)
        if self._poll is None or self._poll.done():
            self._poll = asyncio.create_task(self._ask())
        return watch

    def close(self, book_id: str, watch: Watch) -> None:
        watches = self._watches.get(book_id, set())
        watches.discard(watch)
        if not watches:
            self._watches.pop(book_id, None)
            self._known.pop(book_id, None)

    @property
    def count(self) -> int:
        """How many streams are open."""
        return sum(len(watches) for watches in self._watches.values())

    def end(self) -> None:
        """Ends every stream: the server is about to stop, and must not wait for what never ends by itself."""
        self.ended = True
        for watches in self._watches.values():
            for watch in watches:
                watch.wake()

    async def stop(self) -> None:
        if self._poll is not None:
            self._poll.cancel()
            await asyncio.gather(self._poll, return_exceptions=True)

    async def _ask(self) -> None:
        while self._watches:
            await asyncio.sleep(POLL_S)
            try:
                heads = await self._heads(list(self._watches))
            except Exception:  # nosec B112 - the store says what is wrong where it is asked for something
                continue
            for book_id, (epoch, head) in heads.items():
                if self._known.get(book_id) != (epoch, head):
                    self.publish(book_id, epoch, head)


async def events(
    pokes: Pokes, book_id: str, *, first: Callable[[], Awaitable[tuple[str, int]]], lifetime_s: float
) -> AsyncIterator[bytes]:
    """Server-sent events (WHATWG HTML, 9.2) of one book: its head now, then every change of it.

    `first` reads (epoch, head) after the watch is open, so that nothing falls between. After `lifetime_s`
    (the access token's rest) it says `reauth` and ends; the client comes back with a new token.
    """
    watch = pokes.open(book_id)
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + lifetime_s
    try:
        watch.told = await first()
        yield _head(*watch.told)
        while (rest_s := ends_at - loop.time()) > 0:
            news = await watch.wait(min(HEARTBEAT_S, rest_s))
            if pokes.ended:
                return
            yield _head(*news) if news is not None else b": beat\n\n"
        yield b"event: reauth\ndata: {}\n\n"
    finally:
        pokes.close(book_id, watch)


def _head(epoch: str, head: int) -> bytes:
    return f'id: {epoch}:{head}\ndata: {{"head":{head}}}\n\n'.encode()
