"""`outlay demo`: a person with the book of a household, made once."""

from __future__ import annotations

import datetime
import sys
from typing import Final

import click

from outlay.identity import books, keys
from outlay.identity import people as identities
from outlay.ops import demo, people, seeding
from outlay.store.engine import Store

EMAIL: Final = "demo@example.com"
PASSWORD: Final = "three-years-of-outlay"
"""Public on purpose: the demo book holds nothing that is anybody's."""


async def make(
    store: Store,
    *,
    seed: int = 7,
    years: int = 3,
    today: str | None = None,
    language: str = "en",
    country: str | None = None,
    quiet: bool = False,
) -> str:
    """Makes the demo person and book unless they are there, says how to sign in; the book's id. Categories are
    named in `language`, with what is usual in `country` (ISO 3166)."""
    server_keys = await store.write_people(keys.ensure)
    person_id = await store.read(lambda read: identities.find(read, server_keys, EMAIL))
    if person_id is None:
        person_id = await people.add(
            store,
            email=EMAIL,
            password=PASSWORD,
            name="Alex Demo",
            base_currency=demo.BASE,
            language=language,
            country=country,
        )
    book_id = await store.read(lambda read: books.first_of(read, person_id))
    count = 'SELECT COUNT(*) FROM "transaction" WHERE book_id = :book AND NOT deleted'
    there = await store.read(lambda read: read.value(count, book=book_id))
    if not there:
        day = today or datetime.date.today().isoformat()  # noqa: DTZ011  # the day of who sits here
        first, transactions = demo.household(book_id, today=day, seed=seed, years=years)
        ops = [*first, *transactions]
        bar = click.progressbar(
            length=len(ops),
            label="Making the demo book",
            file=sys.stderr,
            hidden=quiet or not sys.stderr.isatty(),
        )
        with bar:
            await seeding.write(store, book_id, ops, person_id=person_id, progress=bar.update)
        there = len(transactions)
    if not quiet:
        click.echo(
            f"The demo book has {there} transactions.\nSign in as {EMAIL} with the password {PASSWORD}"
        )
    return book_id
