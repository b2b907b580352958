"""What handlers are given: the opened rooms, who calls, and the door to one book with its permission
check."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final, TypeVar

from litestar import Request
from litestar.params import QueryParameter

from outlay.files.objects import Objects
from outlay.http.throttle import Throttle
from outlay.identity import books, keys, sessions
from outlay.identity.keys import ServerKeys
from outlay.identity.passwords import Passwords
from outlay.identity.providers.talk import Providers
from outlay.identity.rules import Role
from outlay.identity.tokens import Tokens
from outlay.kernel import limits
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.settings import Settings
from outlay.store.engine import Store
from outlay.store.read import Read
from outlay.store.write import Tx
from outlay.sync.stream import Pokes

T = TypeVar("T")
FIRST_BOOKS: Final = 20_000


class Uploads:
    """The files that come in at this moment, each held in memory until it is looked into and kept."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    @contextmanager
    def of(self, person_id: str) -> Iterator[None]:
        """A place for one file of a person. Refuses `busy`: nobody takes all of them."""
        taken = self._held[person_id] >= limits.FILE_UPLOADS_OF_PERSON
        if taken or self._held.total() >= limits.FILE_UPLOADS:
            raise Refusal("busy")
        self._held[person_id] += 1
        try:
            yield
        finally:
            self._held[person_id] -= 1
            if not self._held[person_id]:
                del self._held[person_id]


class Rooms:
    """Opened once by main and kept in the application's state. (Handlers' arguments are plain classes:
    msgspec would look into dataclasses at every request.)"""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        clock: Callable[[], int],
        tokens: Tokens,
        passwords: Passwords,
        server_keys: ServerKeys,
        throttle: Throttle,
        pokes: Pokes,
        objects: Objects,
        providers: Providers,
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.tokens = tokens
        self.passwords = passwords
        self.server_keys = server_keys
        self.throttle = throttle
        self.pokes = pokes
        self.objects = objects
        self.uploads = Uploads()
        self.providers = providers
        self.first_books: OrderedDict[str, str] = OrderedDict()

    async def reload_keys(self) -> None:
        """Takes in signing keys that another process made."""
        found = await self.store.read(keys.load)
        if found is not None:
            self.tokens.use(found.signing)

    async def first_book(self, person_id: str) -> str:
        """The book that is meant when none is named (remembered; `forget_books` when memberships change)."""
        book_id = self.first_books.get(person_id)
        if book_id is None:
            book_id = await self.store.read(lambda read: books.first_of(read, person_id))
            self.first_books[person_id] = book_id
            if len(self.first_books) > FIRST_BOOKS:
                self.first_books.popitem(last=False)
        return book_id

    def forget_books(self, person_id: str) -> None:
        self.first_books.pop(person_id, None)


class Caller:
    """Who a verified access token speaks for."""

    __slots__ = ("expires_ms", "person_id", "session_id")

    def __init__(self, person_id: str, session_id: str, expires_ms: int) -> None:
        self.person_id = person_id
        self.session_id = session_id
        self.expires_ms = expires_ms


async def provide_rooms(request: Request[Any, Any, Any]) -> Rooms:
    """The rooms of this application."""
    rooms: Rooms = request.app.state.rooms
    return rooms


async def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """Who calls; the guard has verified it."""
    caller: Caller = request.scope["user"]
    return caller


def address_of(request: Request[Any, Any, Any]) -> str:
    """The client's address; behind a trusted proxy the one that it tells (OUTLAY_TRUSTED_PROXIES)."""
    return request.client.host if request.client else ""


async def authenticate(rooms: Rooms, authorization: str | None) -> Caller:
    """The caller of a bearer token (RFC 6750). Refuses `unauthenticated`, `token_expired`,
    `session_ended`."""
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Refusal("unauthenticated")
    now_ms = rooms.clock()
    try:
        claims = rooms.tokens.verify(token, now_ms)
    except Refusal as refusal:
        if refusal.code != "unauthenticated" or not rooms.tokens.names_unknown_key(token, now_ms):
            raise
        await rooms.reload_keys()
        claims = rooms.tokens.verify(token, now_ms)
    if now_ms - claims.checked_ms > rooms.tokens.recheck_ms:
        alive = await rooms.store.read(
            lambda read: sessions.alive(read, claims.person_id, claims.session_id, now_ms)
        )
        if not alive:
            rooms.tokens.end(claims.person_id, claims.session_id)
            raise Refusal("session_ended")
        claims.checked_ms = now_ms
    return Caller(claims.person_id, claims.session_id, claims.expires_ms)


class Access:
    """One caller at the door of one book. Nothing of a book is read or written past it."""

    __slots__ = ("book_id", "caller", "rooms")

    def __init__(self, rooms: Rooms, caller: Caller, book_id: str) -> None:
        self.rooms = rooms
        self.caller = caller
        self.book_id = book_id

    async def read(self, f: Callable[[Read], T], *, to: str = "read") -> T:
        """`f` in one snapshot, for members."""

        def checked(read: Read) -> T:
            books.need(read, self.book_id, self.caller.person_id, to=to)
            return f(read)

        return await self._run(self.rooms.store.read(checked))

    async def write(self, f: Callable[[Tx, Role], T], *, to: str = "write") -> T:
        """`f` under the book's lock, for members whose role suffices."""

        def checked(tx: Tx) -> T:
            return f(tx, books.need(tx, self.book_id, self.caller.person_id, to=to))

        return await self._run(self.rooms.store.write(self.book_id, checked))

    async def role(self, *, to: str = "read") -> Role:
        """The caller's role, when it suffices."""
        return await self._run(
            self.rooms.store.read(lambda read: books.need(read, self.book_id, self.caller.person_id, to=to))
        )

    async def _run(self, work: Awaitable[T]) -> T:
        try:
            return await work
        except Refusal as refusal:
            if refusal.code in ("book_not_found", "book_deleted"):
                self.rooms.forget_books(self.caller.person_id)
            raise


async def provide_access(
    request: Request[Any, Any, Any],
    book: Annotated[
        str | None,
        QueryParameter(
            name="book", description="The book's id; left out: the person's first book.", required=False
        ),
    ] = None,
) -> Access:
    """The door to the book that is named, or to the person's first. (Asks no other dependency:
    Litestar would start a task for each.)"""
    rooms: Rooms = request.app.state.rooms
    caller: Caller = request.scope["user"]
    if book is None:
        return Access(rooms, caller, await rooms.first_book(caller.person_id))
    if not is_id(book):
        raise Refusal("book_not_found", field="book")
    return Access(rooms, caller, book)
