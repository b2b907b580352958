"""What handlers are given: the opened rooms, who calls, and the door to one book with its permission
check."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from litestar import Request
from litestar.params import QueryParameter

from outlay.files.objects import Objects
from outlay.http.afterwards import Afterwards
from outlay.http.throttle import Throttle
from outlay.identity import api_tokens, books, keys, sessions
from outlay.identity.keys import ServerKeys
from outlay.identity.passwords import Passwords
from outlay.identity.providers.talk import Providers
from outlay.identity.rules import Role
from outlay.identity.tokens import Tokens
from outlay.kernel import limits
from outlay.kernel.dates import parse_day
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.notify.mail import Mail
from outlay.notify.sms import Sms
from outlay.settings import Settings
from outlay.store.engine import Store
from outlay.store.read import Read
from outlay.store.write import Tx
from outlay.sync.stream import Pokes

T = TypeVar("T")
FIRST_BOOKS: Final = 20_000
API_TOKENS: Final = 10_000


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
        exports_folder: Path,
        wake: Callable[[], None],
        providers: Providers,
        mail: Mail,
        sms: Sms,
        afterwards: Afterwards,
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
        self.exports_folder = exports_folder
        self.wake = wake
        self.uploads = Uploads()
        self.providers = providers
        self.mail = mail
        self.sms = sms
        self.afterwards = afterwards
        self.origin = settings.origin
        self.first_books: OrderedDict[str, str] = OrderedDict()
        self.api_tokens: OrderedDict[str, tuple[Caller, int]] = OrderedDict()

    def forget_api_tokens(self, of: str) -> None:
        """What is remembered of a token, by its id, or of every token of a person."""
        self.api_tokens = OrderedDict(
            (token, kept)
            for token, kept in self.api_tokens.items()
            if of not in (kept[0].session_id, kept[0].person_id)
        )

    async def reload_keys(self) -> None:
        """Takes in signing keys that another process made, and drops those that have run out."""
        now_ms = self.clock()
        found = await self.store.read(lambda read: keys.load(read, now_ms))
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

    __slots__ = ("expires_ms", "only_book_id", "person_id", "scopes", "session_id")

    def __init__(
        self,
        person_id: str,
        session_id: str,
        expires_ms: int,
        scopes: frozenset[str] | None = None,
        only_book_id: str | None = None,
    ) -> None:
        self.person_id = person_id
        self.session_id = session_id
        self.expires_ms = expires_ms
        self.scopes = scopes
        """What a personal API token may do; None: a signed-in person, who may do everything."""
        self.only_book_id = only_book_id


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
    if token.startswith(api_tokens.PREFIX):
        return await _by_api_token(rooms, token, now_ms)
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


async def _by_api_token(rooms: Rooms, token: str, now_ms: int) -> Caller:
    """The caller of a personal API token; it is asked for again, and its use noted, every minute."""
    known = rooms.api_tokens.get(token)
    if known is not None and now_ms < known[1]:
        if known[0].expires_ms <= now_ms:
            raise Refusal("token_expired")
        return known[0]
    rooms.api_tokens.pop(token, None)
    row = await rooms.store.read(lambda read: api_tokens.find(read, token, now_ms))
    caller = Caller(
        row["person_id"],
        row["id"],
        row["expires_at_ms"],
        frozenset(row["scopes"].split()),
        row["only_book_id"],
    )
    if row["used_at_ms"] is None or now_ms - row["used_at_ms"] >= api_tokens.USE_NOTED_MS:
        await rooms.store.write_people(
            lambda tx: api_tokens.note_use(tx, caller.person_id, caller.session_id)
        )
    rooms.api_tokens[token] = caller, now_ms + rooms.tokens.recheck_ms
    if len(rooms.api_tokens) > API_TOKENS:
        rooms.api_tokens.popitem(last=False)
    return caller


OPEN_TO_API_TOKENS: Final = frozenset(
    [
        "account-kinds", "accounts", "budgets", "categories", "conflicts", "files", "filters", "history", "imports",
        "payees", "rates", "receipts", "reconciliations", "reports", "schedules", "settings", "tags", "templates",
        "transaction-types", "transactions",
    ]
)  # fmt: skip
"""The first word of the routes that a personal API token may ask; everything else is a person's."""


def need_scope(caller: Caller, method: str, path: str) -> None:
    """Refuses `token_scope` when an API token asks for more than it was made for."""
    if caller.scopes is None:
        return
    words = path.removeprefix("/api/v1/").split("/")
    reads = method in ("GET", "HEAD")
    if words[0] not in OPEN_TO_API_TOKENS and not (reads and words == ["books"]):
        raise Refusal("token_scope")
    wanted = "read" if reads else "import" if words[0] == "imports" else "write"
    if wanted not in caller.scopes and wanted != "read":
        raise Refusal("token_scope", detail=f"It has not the scope {wanted}.", scope=wanted)


class Access:
    """One caller at the door of one book. Nothing of a book is read or written past it."""

    __slots__ = ("book_id", "caller", "rooms")

    def __init__(self, rooms: Rooms, caller: Caller, book_id: str) -> None:
        if caller.only_book_id not in (None, book_id):
            raise Refusal("book_not_found", field="book")
        self.rooms = rooms
        self.caller = caller
        self.book_id = book_id

    def today(self, said: str | None = None) -> str:
        """The asker's day; the server's, UTC, for who does not say it. Refuses `day_malformed`."""
        if said is not None:
            return parse_day(said, "today")
        return datetime.fromtimestamp(self.rooms.clock() / 1000, UTC).date().isoformat()

    async def read(self, f: Callable[[Read], T], *, to: str = "read") -> T:
        """`f` in one snapshot, for members."""

        def checked(read: Read) -> T:
            books.need(read, self.book_id, self.caller.person_id, to=to)
            return f(read)

        return await self._run(self.rooms.store.read(checked))

    async def read_as(self, f: Callable[[Read, Role], T]) -> T:
        """`f` in one snapshot, for members, with what they may do."""

        def checked(read: Read) -> T:
            return f(read, books.need(read, self.book_id, self.caller.person_id))

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
        first = caller.only_book_id or await rooms.first_book(caller.person_id)
        return Access(rooms, caller, first)
    if not is_id(book):
        raise Refusal("book_not_found", field="book")
    return Access(rooms, caller, book)
