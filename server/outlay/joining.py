"""What crosses identity and ledger: a person with a first book, a new book, and their end.

Stands above both rooms; http and the command line call it.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from outlay.identity import books, erasures, invitations, people, rules, sessions
from outlay.identity.keys import ServerKeys
from outlay.identity.passwords import Passwords
from outlay.kernel.ids import uuid7
from outlay.kernel.money import CURRENCIES
from outlay.kernel.refusal import Refusal
from outlay.ledger.commands import change
from outlay.ledger.defaults import seed_ops
from outlay.ledger.entities import Row
from outlay.store.columns import metadata
from outlay.store.engine import Store
from outlay.store.errors import Duplicate
from outlay.store.read import Read
from outlay.store.write import Tx
from outlay.sync import devices


async def sign_up(
    store: Store,
    passwords: Passwords,
    server_keys: ServerKeys,
    *,
    email: str,
    password: str,
    name: str | None = None,
    book_id: str | None = None,
    base_currency: str = "EUR",
    language: str = "en",
    country: str | None = None,
    email_confirmed: bool = False,
) -> str:
    """A person with an address, a password and a first book; the person's id. Refuses `email_taken`,
    `book_exists` and what the fields' rules refuse."""
    email = rules.email(email)
    kept_password = rules.password(password, names=(email, name))
    if await store.read(lambda read: people.find(read, server_keys, email)) is not None:
        raise Refusal("email_taken", field="email")
    return await new_person(
        store,
        server_keys,
        email=email,
        email_confirmed=email_confirmed,
        secret_hash=await passwords.hash(kept_password),
        name=name,
        book_id=book_id,
        base_currency=base_currency,
        language=language,
        country=country,
    )


async def new_person(
    store: Store,
    server_keys: ServerKeys,
    *,
    email: str | None = None,
    secret_hash: str | None = None,
    name: str | None = None,
    book_id: str | None = None,
    base_currency: str = "EUR",
    language: str = "en",
    country: str | None = None,
    email_confirmed: bool = False,
    more: Callable[[Tx, str], object] = lambda tx, person_id: None,
) -> str:
    """A person with a first book, and with the ways in that `more` adds in the same transaction; the person's id.
    A given `book_id` comes from a device and stays empty here.

    The book is made and filled first, the person last: a crash between leaves a book that nobody sees.
    Refuses `email_taken`, `book_exists` and what the fields' rules refuse.
    """
    person_id = uuid7(store.clock(), os.urandom(10))
    seeded = book_id is None
    made_id = book_id or uuid7(store.clock(), os.urandom(10))
    if seeded:
        ops = _seed_ops(made_id, base_currency, language=language, country=country)
        await _make_book(store, made_id)
        await _seed(store, made_id, person_id, ops)

    def add(tx: Tx) -> None:
        people.add(
            tx,
            server_keys,
            person_id=person_id,
            email=email,
            secret_hash=secret_hash,
            name=name,
            language=language,
            email_confirmed=email_confirmed,
        )
        more(tx, person_id)
        if not seeded:
            _create(tx, made_id)
        books.join(tx, book_id=made_id, person_id=person_id, role="owner")

    try:
        await store.write_people(add)
    except Duplicate:
        raise Refusal("email_taken", field="email") from None
    return person_id


async def new_book(
    store: Store,
    *,
    person_id: str,
    book_id: str | None,
    name: str | None,
    base_currency: str,
    language: str,
    country: str | None = None,
) -> str:
    """Another book of a person; its id. A given id is a device's, and stays empty. Refuses `book_exists`."""
    made_id = book_id or uuid7(store.clock(), os.urandom(10))
    if book_id is None:
        ops = _seed_ops(made_id, base_currency, language=language, name=name, country=country)
        await _make_book(store, made_id)
        await _seed(store, made_id, person_id, ops)

    def add(tx: Tx) -> None:
        if book_id is not None:
            _create(tx, made_id)
        books.join(tx, book_id=made_id, person_id=person_id, role="owner")

    await store.write_people(add)
    return made_id


def books_of(read: Read, person_id: str) -> list[dict[str, Any]]:
    """A person's books with their names: id, name, base_currency, role, epoch, ver, joined_at_ms."""
    found = books.of_person(read, person_id)
    named = {
        row["book_id"]: row
        for row in read.select(
            "settings", "book_id IN :ids AND id IN :ids", ids=[book["id"] for book in found]
        )
    }
    return [
        {
            "id": book["id"],
            "name": named[book["id"]]["name"] if book["id"] in named else "",
            "base_currency": named[book["id"]]["base_currency"] if book["id"] in named else None,
            "role": book["role"],
            "epoch": book["epoch"],
            "ver": book["head"],
            "joined_at_ms": book["joined_at_ms"],
        }
        for book in found
    ]


def name_of(read: Read, book_id: str) -> str:
    """What a book is called; empty while it has no settings."""
    rows = read.select("settings", "book_id = :book AND id = :book", book=book_id)
    return str(rows[0]["name"] or "") if rows else ""


def erase_book(tx: Tx) -> None:
    """Erases everything in the locked book, and the key of its texts. The book's row and its members stay,
    so that their devices are told `book_deleted`."""
    book_id = tx.book["id"]
    members = [row["person_id"] for row in books.members(tx, book_id)]
    tx.run(
        "DELETE FROM person_book WHERE book_id = :book_id AND person_id IN :members",
        book_id=book_id,
        members=members,
    )
    for table in metadata.sorted_tables:
        if "book_id" in table.primary_key.columns and table.name not in ("member", "person_book"):
            tx.run(f'DELETE FROM "{table.name}" WHERE book_id = :book_id', book_id=book_id)
    tx.erase_key(book_id)
    tx.next_version()
    tx.set_book(status="deleted")


async def ask_to_be_erased(
    store: Store, person_id: str, *, days: int, hand_over: dict[str, str], note: Callable[[Tx], None]
) -> dict[str, Any]:
    """Keeps the wish of a person and ends their sessions: `erase_at_ms`, `sessions` that ended, `erased` (id and name
    of the books that end with them) and `kept` (those that stay, with `new_owner_id` where they were the only owner).

    Refuses `last_owner` while a shared book has nobody named who takes it over, `person_not_found` for somebody who is
    no member of it.
    """

    def plan(read: Read) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        stranded = set(books.sole_owner_with_others(read, person_id))
        erased, kept = [], []
        for book in books_of(read, person_id):
            others = {row["person_id"] for row in books.members(read, book["id"])} - {person_id}
            named = {"id": book["id"], "name": book["name"]}
            if not others:
                erased.append(named)
                continue
            heir = hand_over.get(book["id"]) if book["id"] in stranded else None
            if heir is not None and heir not in others:
                raise Refusal("person_not_found", field="hand_over")
            kept.append({**named, "new_owner_id": heir})
        missing = sorted(stranded - hand_over.keys())
        if missing:
            raise Refusal("last_owner", detail="Say who takes over your shared books.", books=missing)
        return erased, kept

    erased, kept = await store.read(plan)

    def ask(tx: Tx) -> tuple[int, list[str]]:
        chosen = {book["id"]: book["new_owner_id"] for book in kept if book["new_owner_id"]}
        due_ms = erasures.ask(tx, person_id, days=days, hand_over=chosen)
        note(tx)
        return due_ms, sessions.end_others(tx, person_id=person_id, but=None)

    due_ms, ended = await store.write_people(ask)
    return {"erase_at_ms": due_ms, "sessions": ended, "erased": erased, "kept": kept}


class Gone(NamedTuple):
    """Where somebody who has been erased can be told so, and in which language. Kept nowhere."""

    email: str
    language: str


async def _nobody(gone: Gone) -> None:
    """Tells nobody."""


async def erase_due(store: Store, tell: Callable[[Gone], Awaitable[None]] = _nobody) -> int:
    """Erases those whose day has come, and tells each of them; how many."""
    count = 0
    for person_id in await store.read(lambda read: erasures.due(read, store.clock())):
        if await store.write_people(lambda tx, p=person_id: erasures.claim(tx, p)):  # type: ignore[misc]
            gone = await erase_person(store, person_id)
            count += 1
            if gone is not None:
                await tell(gone)
    return count


async def erase_person(store: Store, person_id: str) -> Gone | None:
    """Erases a person and the books that are theirs alone. A shared book gets the owner whom they named, or, when that
    one has gone, the member who has been there for longest, one who may write first. None: they had no address.

    Each book is a write of its own; the person goes last, so that an interrupted call can be repeated.
    """
    person, wish, mine = await store.read(
        lambda read: (
            people.get(read, person_id),
            erasures.of_person(read, person_id),
            books.of_person(read, person_id),
        )
    )
    named = wish["hand_over"] if wish else {}
    for book in mine:
        heir = named.get(book["id"])
        await store.write(book["id"], lambda tx, heir=heir: _leave_or_erase(tx, person_id, heir))  # type: ignore[misc]

    await store.write_people(lambda tx: people.erase(tx, person_id))
    return Gone(person["email"], person["language"]) if person and person["email"] else None


def _leave_or_erase(tx: Tx, person_id: str, heir: str | None) -> None:
    book_id = tx.book["id"]
    if tx.book["status"] != "live":
        return
    others = [row for row in books.members(tx, book_id) if row["person_id"] != person_id]
    if not others:
        erase_book(tx)
        return
    if not any(row["role"] == "owner" for row in others):
        order = {"editor": 0, "viewer": 1}
        after = min(
            others, key=lambda row: (row["person_id"] != heir, order[row["role"]], row["joined_at_ms"])
        )
        books.join(tx, book_id=book_id, person_id=after["person_id"], role="owner")
    books.leave(tx, book_id=book_id, person_id=person_id)
    invitations.forget(tx, book_id, person_id)
    devices.forget_names(tx, person_id)
    books.moved(tx)


async def _make_book(store: Store, book_id: str) -> None:
    await store.write_people(lambda tx: _create(tx, book_id))


def _create(tx: Tx, book_id: str) -> None:
    if tx.book_row(book_id) is not None:
        raise Refusal("book_exists", field="book_id")
    tx.create_book(book_id)


def _seed_ops(
    book_id: str,
    base_currency: str,
    *,
    language: str,
    name: str | None = None,
    country: str | None = None,
) -> list[Row]:
    """The settings, categories and the account that a book is born with. Refuses `currency_unknown`."""
    if base_currency not in CURRENCIES:
        raise Refusal("currency_unknown", field="base_currency")
    return seed_ops(book_id, base_currency, language, name, country)


async def _seed(store: Store, book_id: str, person_id: str, ops: list[Row]) -> None:
    await store.write(
        book_id, lambda tx: change(tx, ops, person_id=person_id, role="owner", name="book.make")
    )
