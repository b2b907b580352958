"""The write door: a queue per key (a book), drained by a few threads, many writes per transaction.

Waiting costs a place in a queue, not a thread and not a connection. A key is worked by one thread at
a time, in order of arrival; everything that waited for it meanwhile (at most GROUP_COMMIT) goes into one
database transaction. SQLite has one thread and one key; PostgreSQL a key per book.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.connection import Connection
from outlay.store.errors import ConnectionLost, StoreError
from outlay.store.keyring import Keyring
from outlay.store.write import Group, GroupFailed, Tx

Moved = tuple[str, str, int]
"""(book, epoch, head) after a commit."""
OnCommit = Callable[[str, str, int], None]

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Item:
    """One queued write and who waits for it."""

    book_id: str | None
    f: Callable[[Tx], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    callbacks: Sequence[Callable[[], None]] = ()


@dataclass(slots=True)
class Progress:
    """How far a transaction came: once COMMIT is on its way, nobody may try again."""

    committing: bool = False


class Door:
    """Queues and threads. `connect` lends a connection for one transaction, `repair` replaces dead ones."""

    def __init__(
        self,
        *,
        threads: int,
        begin: str,
        connect: Callable[[], AbstractContextManager[Connection]],
        repair: Callable[[], None],
        keyring: Keyring,
        clock: Callable[[], int],
    ) -> None:
        self._begin = begin
        self._connect = connect
        self._repair = repair
        self._keyring = keyring
        self._clock = clock
        self._queues: dict[Hashable, deque[Item]] = {}
        self._ready: deque[Hashable] = deque()
        self._waiting = 0
        self._closed = False
        self._condition = Condition()
        self._on_commit: list[OnCommit] = []
        self._threads = [
            Thread(target=self._work, name=f"outlay-write-{n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def on_commit(self, callback: OnCommit) -> None:
        """Call back in an event loop after each commit that moved a book's head."""
        self._on_commit.append(callback)

    async def put(self, key: Hashable, book_id: str | None, f: Callable[[Tx], Any]) -> Any:
        """Queues a write and waits for its commit. Refuses `busy` when the queues are full."""
        loop = asyncio.get_running_loop()
        item = Item(book_id, f, loop, loop.create_future())
        with self._condition:
            if self._closed:
                raise StoreError("The store is closed.")
            queue = self._queues.get(key)
            full = queue is not None and book_id is not None and len(queue) >= limits.BOOK_QUEUE
            if full or self._waiting >= limits.WRITE_QUEUE:
                raise Refusal("busy")
            if queue is None:
                queue = self._queues[key] = deque()
                self._ready.append(key)
                self._condition.notify()
            queue.append(item)
            self._waiting += 1
        return await item.future

    def close(self) -> None:
        """Refuses new writes, finishes the queued ones, ends the threads."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._condition:
                while not self._ready:
                    if self._closed:
                        return
                    self._condition.wait()
                key = self._ready.popleft()
                queue = self._queues[key]
                items = [queue.popleft() for _ in range(min(len(queue), limits.GROUP_COMMIT))]
                self._waiting -= len(items)
            items = [item for item in items if not item.future.cancelled()]
            try:
                if items:
                    self._deliver(items, self._transact(items))
            except BaseException:  # the thread must live
                log.exception("The write door failed")
            with self._condition:
                if queue:
                    self._ready.append(key)
                    self._condition.notify()
                else:
                    del self._queues[key]

    def _transact(self, items: list[Item]) -> list[Moved]:
        """One database transaction for all items; what goes wrong with it becomes each item's error.

        When that cannot be undone alone (on PostgreSQL a statement that failed, or a write that raised after
        its first statement), the transaction is rolled back and each item has one of its own.
        A connection that was lost before the COMMIT was sent is tried once more on another.
        """
        for attempt in (1, 2):
            progress = Progress()
            try:
                with self._connect() as connection:
                    return self._transact_on(connection, items, progress)
            except GroupFailed:
                return [moved for item in items for moved in self._transact([item])]
            except ConnectionLost as error:
                if attempt == 1 and not progress.committing:
                    log.warning("The database connection was lost, trying another: %s", error)
                    self._repair()
                    continue
                _fail(items, Refusal("unavailable", detail="The database does not answer."))
            except BaseException as error:
                _fail(items, error)
            return []
        raise AssertionError("unreachable")

    def _transact_on(self, connection: Connection, items: list[Item], progress: "Progress") -> list[Moved]:
        group = Group(connection, self._keyring, self._clock, shared=len(items) > 1)
        moved: list[Moved] = []
        try:
            with connection.batch():
                connection.command(self._begin)
                for item in items:
                    if item.book_id is None and group.books:
                        # It may change any book's row: begin again with what it leaves.
                        moved += group.write_heads()
                        group.books.clear()
                    _run(group, item)
                if not group.shared and items[0].error is not None:
                    raise items[0].error
                moved += group.write_heads()
                progress.committing = True
                connection.command("COMMIT")
                connection.settle()
        except BaseException as error:
            end = "ROLLBACK" if group.wrote or connection.failed else "COMMIT"
            try:
                connection.command(end)
            except Exception as lost:
                log.warning("%s failed: %s", end, lost)
            if connection.failed and group.shared and not isinstance(error, ConnectionLost):
                raise GroupFailed from error
            raise
        group.committed()
        return moved

    def _deliver(self, items: list[Item], moved: list[Moved]) -> None:
        """Wakes the callers: one hop per event loop; commit callbacks first, in the first caller's loop."""
        by_loop: dict[asyncio.AbstractEventLoop, list[Item]] = {}
        for item in items:
            by_loop.setdefault(item.loop, []).append(item)
        for loop, waiting in by_loop.items():
            try:
                loop.call_soon_threadsafe(self._finish, waiting, moved)
            except RuntimeError:  # that loop is gone, and with it who waited
                continue
            moved = []

    def _finish(self, items: list[Item], moved: list[Moved]) -> None:
        for book_id, epoch, head in moved:
            for callback in self._on_commit:
                _call(callback, book_id, epoch, head)
        for item in items:
            for after in item.callbacks:
                _call(after)
            if item.future.done():
                continue
            if isinstance(item.error, StopIteration):  # asyncio does not take it
                item.future.set_exception(RuntimeError("a write raised StopIteration"))
            elif item.error is not None:
                item.future.set_exception(item.error)
            else:
                item.future.set_result(item.result)


def _call(callback: Callable[..., None], *values: Any) -> None:
    try:
        callback(*values)
    except Exception:  # what is committed stays committed
        log.exception("A commit callback failed")


def _fail(items: list[Item], error: BaseException) -> None:
    for item in items:
        item.result, item.callbacks = None, ()
        item.error = item.error or error


def _run(group: Group, item: Item) -> None:
    """Runs one write; its error is kept on the item, unless it has ended the shared transaction."""
    item.result, item.error, item.callbacks = None, None, ()
    tx = None
    try:
        tx = Tx(group, item.book_id)
        item.result = item.f(tx)
        tx.keep()
        item.callbacks = tx.callbacks
    except BaseException as error:
        if tx is not None:
            tx.undo()
        if group.shared and (group.failed or group.connection.failed):
            raise GroupFailed from error
        item.error = error
