"""What the commands share: the store of the settings, the person and book that are meant, and how errors end.

Exit codes: 0 done · 1 refused, or differences found · 2 wrong use (click) · 3 the settings or the database cannot be
used · 4 an import has open questions or faulty rows, nothing was changed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from outlay.kernel.refusal import Refusal
    from outlay.notify.mail import Mail
    from outlay.settings import Settings
    from outlay.store.engine import Store, StoreSettings

T = TypeVar("T")

REFUSED: Final = 1
UNUSABLE: Final = 3
UNANSWERED: Final = 4


def settings(**given: Any) -> Settings:
    """The settings of the environment, with those of the command line over them."""
    from outlay.settings import SettingsError, read_settings

    try:
        return read_settings(**given)
    except SettingsError as error:
        fail(str(error), UNUSABLE)


def store_settings(*, restoring: bool = False) -> StoreSettings:
    """Where the database of the settings is, and its key, without opening it."""
    from outlay import main

    main.import_tables()
    return stored(lambda: main.store_settings(settings(), restoring=restoring))


def stored(work: Callable[[], T]) -> T:
    """Does something with the database's file; what is wrong with it ends the command with its sentence."""
    from outlay.store.errors import StoreError

    try:
        return work()
    except StoreError as error:
        fail(str(error), UNUSABLE)


def run(work: Callable[[Store], Awaitable[T]]) -> T:
    """Opens the store (at the newest schema), awaits the work, closes. What is refused ends the command with its
    sentence; a crash stays a crash, with its trace."""
    from outlay.kernel.refusal import Refusal
    from outlay.store.errors import StoreError

    async def whole() -> T:
        async with opened() as store:
            return await work(store)

    try:
        return asyncio.run(whole())
    except Refusal as refusal:
        fail(sentence(refusal), REFUSED)
    except StoreError as error:
        fail(str(error), UNUSABLE)


@asynccontextmanager
async def opened() -> AsyncIterator[Store]:
    """The migrated store. Works beside a running server: PostgreSQL as ever; on SQLite this process is a second
    writer, which waits for the other's transaction for up to ten seconds."""
    from outlay.main import open_migrated

    store = await asyncio.to_thread(open_migrated, settings())
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def mail(store: Store) -> AsyncIterator[Mail]:
    """The outgoing mail of the settings; what was put into it has left, or been given up, at the end."""
    from outlay.main import open_mail

    outgoing = open_mail(settings(), store.clock)
    try:
        yield outgoing
        await outgoing.sent()
    finally:
        await outgoing.stop()


def sentence(refusal: Refusal) -> str:
    """What a person reads: the code's sentence, then what was wrong with this very value."""
    from outlay.kernel import spec

    known = spec.read("refusals.json").get(refusal.code, {})
    said = str(known.get("message", refusal.code))
    return f"{said} {refusal.detail}".strip()


def fail(text: str, code: int = REFUSED) -> NoReturn:
    """Says why on the error stream and ends."""
    click.echo(f"outlay: {text}", err=True)
    sys.exit(code)


def show(data: Any) -> None:
    """Data as JSON on the output, for programs."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


async def person(store: Store, email: str | None) -> dict[str, Any]:
    """The person with this address; without one the only person there is. Ends the command when it is unclear."""
    from outlay.identity import keys, people

    if email is None:
        everyone = await store.read(lambda read: people.everyone(read, limit=2))
        if len(everyone) == 1:
            return everyone[0]
        fail(
            "There is nobody yet: outlay user add EMAIL" if not everyone else "Say whose book: --user EMAIL",
            2,
        )
    server_keys = await store.write_people(keys.ensure)
    person_id = await store.read(lambda read: people.find(read, server_keys, email))
    row = await store.read(lambda read: people.get(read, person_id)) if person_id else None
    if row is None:
        fail(f"There is nobody with the address {email}.")
    return row


async def book(store: Store, email: str | None, book_id: str | None) -> tuple[dict[str, Any], str, str]:
    """(person, book id, role): the book that is named, else the person's first."""
    from outlay.identity import books

    who = await person(store, email)
    chosen = book_id or str(await store.read(lambda read: books.first_of(read, who["person_id"])))
    role = await store.read(lambda read: books.need(read, chosen, who["person_id"]))
    return who, chosen, role
