"""A whole application over the test's store, people with tokens, and a book with one row of everything.

async def test_something(site):                  # runs on both engines
    who = await site.person()
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import functools
import json
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import uvicorn
from litestar import Litestar

from outlay.http.app import build
from outlay.http.patience import PatientProtocol
from outlay.http.rooms import Rooms
from outlay.identity import books, people, photos, sessions
from outlay.kernel.ids import uuid7
from outlay.ledger.commands import change
from outlay.ledger.defaults import seed_ops
from outlay.main import HttpServer, build_app, open_rooms
from outlay.settings import Settings
from outlay.store.engine import Store
from outlay.store.write import Tx

NO_PASSWORD = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$7Lx4pyS2FcJ/lTcGzoYHVwDCwX5m1h3XVjGUOfhj4uk"
"""A hash with the smallest parameters, of something that no test types."""
PASSWORD = "correct horse battery"
ORIGIN = "http://127.0.0.1:8000"
PHONE = "+4915123456789"
OTHER_PHONE = "+14155552671"
CSV = b"Date,Description,Amount\n2026-01-02,Corner shop,-12.50\n2026-01-03,Salary,1000.00\n"


@dataclass(frozen=True)
class Somebody:
    """A signed-in person without a password (a hash costs a quarter of a second)."""

    id: str
    session_id: str
    token: str
    email: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


class Site:
    """The application, a client of it, and shortcuts."""

    def __init__(self, app: Litestar, client: httpx.AsyncClient) -> None:
        self.app = app
        self.client = client
        self.rooms: Rooms = app.state.rooms
        self.store: Store = self.rooms.store
        self._made = 0

    def mails(self) -> list[EmailMessage]:
        """What was written into the outbox, the oldest first; wait for `rooms.mail.sent()` before."""
        files = sorted((self.rooms.settings.data_dir / "outbox").glob("*.eml"))
        parsed = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return cast(list[EmailMessage], parsed)

    def texts(self) -> list[tuple[str, str]]:
        """(number, text) of every text message, as with mails."""
        files = sorted((self.rooms.settings.data_dir / "outbox").glob("*.sms.txt"))
        parts = [file.read_text("utf-8").split("\n", 1) for file in files]
        return [(phone, text) for phone, text in parts]

    async def person(self, name: str = "someone") -> Somebody:
        """Somebody new, with a session and no book."""
        self._made += 1
        email = f"{name}{self._made}@outlay.example"
        person_id = uuid7(self.store.clock(), self._made.to_bytes(10, "big"))

        def add(tx: Any) -> str:
            people.add(
                tx,
                self.rooms.server_keys,
                person_id=person_id,
                email=email,
                secret_hash=NO_PASSWORD,
                name=name,
            )
            return sessions.start(tx, person_id=person_id, client="native", device_name="test", days=90)[0]

        session_id = await self.store.write_people(add)
        token = self.rooms.tokens.issue(person_id, session_id, self.store.clock())
        return Somebody(person_id, session_id, token, email)

    async def again(self, who: Somebody) -> Somebody:
        """The same person, signed in anew."""
        session_id = await self.store.write_people(
            lambda tx: sessions.start(tx, person_id=who.id, client="native", device_name="test", days=90)[0]
        )
        token = self.rooms.tokens.issue(who.id, session_id, self.store.clock())
        return Somebody(who.id, session_id, token, who.email)

    async def book(self, owner: Somebody, **members: Somebody) -> str:
        """A seeded book of the owner; `editor=…, viewer=…` join it."""
        self._made += 1
        book_id = uuid7(self.store.clock(), self._made.to_bytes(10, "big"))

        def make(tx: Any) -> None:
            tx.create_book(book_id)
            books.join(tx, book_id=book_id, person_id=owner.id, role="owner")
            for role, member in members.items():
                books.join(tx, book_id=book_id, person_id=member.id, role=role)  # type: ignore[arg-type]

        await self.store.write_people(make)
        ops = seed_ops(book_id, "EUR")
        await self.store.write(
            book_id, lambda tx: change(tx, ops, person_id=owner.id, role="owner", name="book.make")
        )
        return book_id

    async def join(self, book_id: str, owner: Somebody, member: Somebody, role: str = "editor") -> None:
        """The member takes an invitation of the owner, as people do."""
        made = await self.make(f"/api/v1/books/{book_id}/invitations", owner, {"role": role})
        taken = await self.ask("POST", "/api/v1/invitations/take", member, json={"token": made["token"]})
        assert taken.status_code == 200, taken.text

    async def ask(self, method: str, path: str, who: Somebody | None = None, **more: Any) -> httpx.Response:
        """A request; with `who` it carries their token."""
        headers = {**(who.headers if who else {}), **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def get(self, path: str, who: Somebody | None = None, **more: Any) -> Any:
        """The body of a GET that must succeed."""
        answer = await self.ask("GET", path, who, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def make(self, path: str, who: Somebody, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The body of a POST that must make something."""
        answer = await self.ask("POST", path, who, json=body, **more)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


async def signed_up(site: Site, email: str = "ana@outlay.example") -> dict[str, Any]:
    """What a native client gets, with its headers under `bearer`."""
    body = {"email": email, "password": PASSWORD, "client": "native", "device_name": "Ana's phone"}
    made: dict[str, Any] = (await site.ask("POST", "/api/v1/auth/sign-up", json=body)).json()
    return {**made, "bearer": {"authorization": f"Bearer {made['access_token']}"}}


async def recent(site: Site, who: Somebody) -> None:
    """The person has just proved who they are."""
    await site.store.write_people(
        lambda tx: sessions.confirm(tx, person_id=who.id, session_id=who.session_id)
    )


async def last_mail(site: Site) -> EmailMessage:
    await site.rooms.afterwards.done()
    await site.rooms.mail.sent()
    return site.mails()[-1]


async def last_code(site: Site) -> tuple[str, str]:
    """(number, code) of the last text message."""
    await site.rooms.afterwards.done()
    await site.rooms.sms.sent()
    phone, text = site.texts()[-1]
    return phone, re.findall(r"\d{6}", text)[0]


def link_of(mail: EmailMessage, page: str) -> str:
    """The token of the link in a mail, which says the same in both of its forms."""
    plain, page_text = (part.get_content() for part in mail.iter_parts())
    found: list[str] = re.findall(rf"http://127\.0\.0\.1:8000/{page}#(\S+)", plain)
    assert len(found) == 1
    assert f"/{page}#{found[0]}" in page_text
    return found[0]


def meanwhile(monkeypatch: pytest.MonkeyPatch, f: Callable[[Tx], Any]) -> None:
    """Writes `f` when a sign-in is about to write its session or its ticket."""
    write = Store.write_people

    async def overtaken(self: Store, given: Callable[[Tx], Any]) -> Any:
        if given.__qualname__.startswith("start_session."):
            await write(self, f)
        return await write(self, given)

    monkeypatch.setattr(Store, "write_people", overtaken)


def later(site: Site, minutes: float) -> None:
    site.rooms.clock.advance(int(minutes * 60_000))  # type: ignore[attr-defined]  # the test's clock


@functools.cache
def application(public_url: str | None, allowed_origins: tuple[str, ...]) -> Litestar:
    """The routes, made once for all tests (a quarter of a second) that ask for the same in their settings;
    a test brings the rooms."""

    @asynccontextmanager
    async def nothing(_: Litestar) -> AsyncIterator[None]:
        yield

    return build(Settings(public_url=public_url, allowed_origins=allowed_origins), nothing)


@asynccontextmanager
async def site_of(store: Store, settings: Settings) -> AsyncIterator[Site]:
    """The application, started, in this event loop."""
    app = application(settings.public_url, settings.allowed_origins)
    async with open_rooms(settings, store=store) as app.state.rooms, app.lifespan():
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]  # ASGI types differ
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            yield Site(app, client)


@contextmanager
def served(store: Store, settings: Settings) -> Iterator[tuple[str, Any]]:
    """A real server in a thread: (its address, the application)."""
    app = build_app(settings, store=store)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ws="none",
        http=PatientProtocol,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
    )
    server = HttpServer(config, settings, app)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < until
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", app
    finally:
        server.should_exit = True
        thread.join(20)


@dataclass
class World:
    """A book with one row of everything, its people, and a stranger with a book of their own."""

    owner: Somebody
    editor: Somebody
    viewer: Somebody
    stranger: Somebody
    book_id: str
    ids: dict[str, str]


async def world(site: Site) -> World:
    """Made through the API, as the owner."""
    owner, editor, viewer, stranger = [
        await site.person(name) for name in ("owner", "editor", "viewer", "stranger")
    ]
    book_id = await site.book(owner, editor=editor, viewer=viewer)
    other = await site.person("other")
    await site.join(book_id, owner, other)
    await site.book(stranger)
    account = await site.make("/api/v1/accounts", owner, {"name": "Bank", "kind": "bank", "currency": "EUR"})
    category = await site.make("/api/v1/categories", owner, {"name": "Hobby", "kind": "expense"})
    payee = await site.make("/api/v1/payees", owner, {"name": "Corner shop"})
    tag = await site.make("/api/v1/tags", owner, {"name": "fun"})
    rate = await site.make(
        "/api/v1/rates",
        owner,
        {"day": "2026-01-01", "from_currency": "USD", "to_currency": "EUR", "rate": "0.9"},
    )
    transaction = await site.make(
        "/api/v1/transactions",
        owner,
        {"kind": "expense", "account_id": account["id"], "amount_minor": 1234, "day": "2026-01-10"},
    )
    plans = {
        "budget": {
            "category_id": category["id"], "period": "month", "currency": "EUR", "amount_minor": 20000,
            "from_day": "2026-01-01",
        },
        "schedule": {
            "name": "Gym", "kind": "expense", "account_id": account["id"], "amount_minor": 3000,
            "start_day": "2026-01-05", "rule": "FREQ=MONTHLY", "mode": "ask",
        },
        "template": {"name": "Coffee", "kind": "expense", "account_id": account["id"]},
        "filter": {"name": "Trips", "query": {"tag_id": tag["id"]}},
        "reconciliation": {"account_id": account["id"], "day": "2026-01-31", "statement_minor": 5},
        "receipt": {
            "transaction_id": transaction["id"], "sha256": "ab" * 32, "media_type": "image/png", "size": 5,
            "name": "a.png",
        },
    }  # fmt: skip
    made = {noun: await site.make(f"/api/v1/{noun}s", owner, body) for noun, body in plans.items()}
    options = json.dumps({"accounts": {"": {"id": account["id"]}}, "currency": "EUR"})
    preview = await site.ask(
        "POST", "/api/v1/imports", owner, files={"file": ("a.csv", CSV)}, data={"options": options}
    )
    assert preview.status_code == 201, preview.text
    invited = await site.make(f"/api/v1/books/{book_id}/invitations", owner, {"role": "viewer"})
    api_token = await site.make("/api/v1/auth/tokens", owner, {"name": "Backup", "scopes": ["read"]})
    await site.store.write_people(lambda tx: photos.keep(tx, owner.id, b"a picture"))
    device = "device-1"
    epoch = (await site.get("/api/v1/books", owner))["items"][0]["epoch"]
    pushed = await site.ask(
        "POST", "/api/v1/sync/push", owner, json={**push_body(epoch), "device": device, "mutations": [PARKED]}
    )
    assert pushed.status_code == 200, pushed.text
    assert pushed.json()["results"][0]["status"] == "parked:account_gone"
    conflict = (await site.get("/api/v1/conflicts", owner))["items"][0]
    ids = {
        "account": account["id"],
        "category": category["id"],
        "payee": payee["id"],
        "tag": tag["id"],
        "rate": rate["id"],
        "transaction": transaction["id"],
        **{noun: row["id"] for noun, row in made.items()},
        "ver": str(transaction["ver"]),
        "import": preview.json()["id"],
        "device": device,
        "conflict": conflict["id"],
        "epoch": epoch,
        "book": book_id,
        "member": other.id,
        "session": owner.session_id,
        "api_token": api_token["api_token"]["id"],
        "owner": owner.id,
        "invitation": invited["invitation"]["id"],
        "invitation_token": invited["token"],
    }
    return World(owner, editor, viewer, stranger, book_id, ids)


def made_world(app: Any, url: str) -> World:
    """A book with a row of everything, made in a loop of its own."""

    async def make() -> World:
        async with httpx.AsyncClient(base_url=url) as client:
            return await world(Site(app, client))

    return asyncio.run(make())


PARKED: dict[str, Any] = {
    # An entry on an account that nobody has any more.
    "seq": 1, "mid": "01890000-0000-7000-8000-00000000aaaa", "base": 0, "made_at": 0, "name": "transaction.add",
    "ops": [
        {
            "e": "transaction", "id": "01890000-0000-7000-8000-00000000bbbb", "k": "create",
            "f": {
                "kind": "expense", "day": "2026-01-05", "account_id": "01890000-0000-7000-8000-00000000cccc",
                "amount_minor": 700, "currency": "EUR", "rate": "1", "base_minor": 700, "base_currency": "EUR",
                "to_account_id": None, "to_amount_minor": None, "to_currency": None,
                "lines": [{"category_id": None, "amount_minor": 700}],
            },
        }
    ],
}  # fmt: skip


def push_body(epoch: str) -> dict[str, Any]:
    """A push of nothing."""
    return {"epoch": epoch, "device": "device-2", "schema": 1, "sent_at": 0, "mutations": []}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    app = tmp_path / "app"
    (app / "_app" / "immutable").mkdir(parents=True)
    (app / "index.html").write_text(
        "<!doctype html><script>start()</script><script src='/theme.js'></script><p>Outlay</p>"
    )
    (app / "_app" / "immutable" / "a.js").write_text("export default 1;" * 100)
    return Settings(data_dir=tmp_path / "data", app_dir=app, rate_limit=False)


@pytest.fixture
async def site(store: Store, settings: Settings) -> AsyncIterator[Site]:
    async with site_of(store, settings) as opened:
        yield opened
