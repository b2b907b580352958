"""The command `outlay`. Thin: each command opens the store, calls a room, prints.

Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from outlay.identity.rules import LANGUAGES
from outlay.ops import opening
from outlay.ops.keys import keys

_USER = click.option(
    "--user", "email", metavar="EMAIL", help="Whose book; not needed while there is one person."
)
_BOOK = click.option("--book", "book_id", metavar="ID", help="Which book; left out: the person's first.")
_AGAIN = "Devices send again what they still have."
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Outlay: money that a household keeps together.

    Exit codes: 0 done; 1 refused, or differences found; 2 wrong use; 3 the settings or the database cannot be used;
    4 an import has open questions or faulty rows (nothing was changed).
    """


main.add_command(keys)


@main.command()
@_JSON
def version(as_json: bool) -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    found = installed("outlay")
    opening.show({"version": found}) if as_json else click.echo(f"outlay {found}")


@main.command()
@click.option("--host", help="Address to listen on (OUTLAY_HOST).")
@click.option("--port", type=int, help="Port to listen on (OUTLAY_PORT).")
def serve(host: str | None, port: int | None) -> None:
    """Serve the API and the app until stopped."""
    chosen = opening.settings(host=host, port=port)
    from outlay import main as composition
    from outlay.settings import SettingsError
    from outlay.store.errors import StoreError

    try:
        composition.serve(chosen)
    except (SettingsError, StoreError) as error:
        opening.fail(str(error), opening.UNUSABLE)


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema (serve does so by itself)."""

    async def work(store: Any) -> str:
        return str(store.dialect)

    click.echo(f"The {opening.run(work)} database is at the newest schema.")


@main.group()
def user() -> None:
    """People: add, list, set a password, take a second factor off."""


@user.command("add")
@click.argument("email")
@click.option("--name", help="How the person is called.")
@click.option("--currency", default="EUR", show_default=True, help="Base currency of the first book.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@_JSON
def user_add(email: str, name: str | None, currency: str, password_stdin: bool, as_json: bool) -> None:
    """Add a person with a first book."""
    password = _password(password_stdin)

    async def work(store: Any) -> str:
        from outlay.ops import people

        return await people.add(store, email=email, password=password, name=name, base_currency=currency)

    person_id = opening.run(work)
    opening.show({"person_id": person_id, "email": email}) if as_json else click.echo(f"{email} was added.")


@user.command("list")
@_JSON
def user_list(as_json: bool) -> None:
    """List everyone."""

    async def work(store: Any) -> list[dict[str, Any]]:
        from outlay.ops import people

        return await people.listed(store)

    rows = opening.run(work)
    if as_json:
        opening.show(rows)
        return
    for row in rows:
        click.echo(f"{row['person_id']}  {row['email']}  {row['name'] or ''}".rstrip())


@user.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def user_password(email: str, password_stdin: bool) -> None:
    """Set a new password; the person is signed out everywhere."""
    password = _password(password_stdin)

    async def work(store: Any) -> int:
        from outlay.ops import people

        return await people.set_password(store, email=email, password=password)

    click.echo(f"The password of {email} was changed; {opening.run(work)} sessions were ended.")


@user.command("second-factor")
@click.argument("who", metavar="EMAIL")
@click.option("--remove", is_flag=True, help="Take it off, for who has lost it and the recovery codes.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before.")
@_JSON
def user_second_factor(who: str, remove: bool, yes: bool, as_json: bool) -> None:
    """Say whether a code is asked for at signing in, or take that off. An id of `outlay user list` does for EMAIL."""
    from outlay.ops import people

    if not remove:
        found = opening.run(lambda store: people.second_factor_of(store, who))
        if as_json:
            opening.show({"on": found is not None, **(found or {})})
        else:
            click.echo(f"On; {found['recovery_left']} recovery codes are left." if found else "Off.")
        return
    if not yes:
        click.confirm(
            f"Are you sure that it is {who} who asks? The password alone will do from then on", abort=True
        )

    async def work(store: Any) -> bool:
        async with opening.mail(store) as mail:
            return await people.remove_second_factor(store, mail, who)

    mailed = opening.run(work)
    opening.show({"removed": True}) if as_json else click.echo(
        f"The second factor of {who} was taken off; their security log {'and a mail tell' if mailed else 'tells'} them."
    )


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@main.command("import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_USER
@_BOOK
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="[KEY=]NAME",
    help="Account of the book that a file's account is; KEY where a file has several.",
)
@click.option(
    "--new-account",
    "new_accounts",
    multiple=True,
    metavar="[KEY=]NAME",
    help="The same, for an account that is made.",
)
@click.option(
    "--kind",
    type=click.Choice(["cash", "bank", "card", "savings", "loan", "investment"]),
    help="Kind of new accounts.",
)
@click.option("--currency", metavar="CODE", help="Currency, where the file does not say it.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="Order of day, month and year.")
@click.option("--decimal", type=click.Choice([".", ","]), help="Decimal sign.")
@click.option(
    "--sign", type=click.Choice(["as_is", "inverted"]), help="Whether positive amounts are money in."
)
@click.option(
    "--delimiter", type=click.Choice([",", ";", "tab", "|"]), help="What stands between CSV columns."
)
@click.option("--encoding", help="Encoding of the text, e.g. cp1252.")
@click.option("--skip-lines", type=int, help="Lines before the column names.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="ROLE=NUMBER",
    help="Set a CSV column by hand, the first is 0. Roles: date, amount, debit, credit, direction, payee, note, "
    "currency, category, balance, account, bank_id.",
)
@click.option("--skip-faulty", is_flag=True, help="Leave faulty rows out and import the others.")
@click.option("--possible", is_flag=True, help="Import rows, too, that may be in the book already.")
@click.option("--dry-run", is_flag=True, help="Show what would be imported and stop.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before importing.")
@click.option("--undo", metavar="ID", help="Take a whole import back.")
@click.option("--list", "listing", is_flag=True, help="List what was imported.")
@_JSON
def import_(
    files: tuple[Path, ...], email: str | None, book_id: str | None, as_json: bool, **given: Any
) -> None:
    """Import OFX, QFX and CSV files of banks.

    Shows first what is new, already there, possibly the same or faulty, asks what a file does not say, and imports each
    file as one change that can be undone as a whole.
    """
    from outlay.ops import imports

    if not files and not given["undo"] and not given["listing"]:
        raise click.UsageError("Name a file, or --list, or --undo ID.")

    async def work(store: Any) -> int:
        who, chosen, role = await opening.book(store, email, book_id)
        me = imports.Importer(store, chosen, who["person_id"], role, as_json)
        if given["listing"]:
            return await me.show_list()
        if given["undo"]:
            return await me.undo(given["undo"])
        return await me.bring_in(files, given)

    sys.exit(opening.run(work))


@main.command()
@click.argument("name")
@_USER
@_BOOK
@click.option("--period", type=click.Choice(["week", "month", "year", "all"]), help="The one around --day.")
@click.option("--day", help="A day of the period, YYYY-MM-DD; today when left out.")
@click.option("--from", "from_day", help="First day, instead of --period.")
@click.option("--to", "to_day", help="Last day.")
@click.option(
    "--bucket", type=click.Choice(["day", "week", "month", "year"]), help="What is summed together."
)
@click.option("--flow", type=click.Choice(["expense", "income", "transfer"]), help="Only these.")
@click.option("--mode", type=click.Choice(["as_it_was", "todays_rate"]), help="Which rates count.")
@_JSON
def report(name: str, email: str | None, book_id: str | None, as_json: bool, **given: Any) -> None:
    """Print a report: totals, trend_by_type, trend_by_category, allocation, accounts, calendar, daily, monthly, annual,
    period, balance_over_time, budgets, unusual."""
    from outlay.ops import reporting

    async def work(store: Any) -> Any:
        _, chosen, _ = await opening.book(store, email, book_id)
        return await reporting.made(store, chosen, name, given)

    found = opening.run(work)
    opening.show(found) if as_json else reporting.echo(found)


@main.command()
@click.option("--book", "book_id", metavar="ID", help="Only this book; left out: every book.")
@_JSON
def check(book_id: str | None, as_json: bool) -> None:
    """Recompute lines, rollups and balances of every book and print the differences (there are none)."""
    from outlay.ops import checking

    found = opening.run(lambda store: checking.check(store, book_id, quiet=as_json))
    if as_json:
        opening.show(found)
    else:
        checking.echo(found)
    sys.exit(opening.REFUSED if found["differences"] else 0)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the encrypted database into FILE, also while Outlay is serving. Its keys: `outlay keys backup`."""
    chosen = opening.store_settings()
    from outlay.ops import backups

    size = opening.stored(lambda: backups.backup(chosen, file))
    click.echo(f"{size:,} bytes were written to {file}.", err=True)
    from outlay.main import open_objects

    click.echo(f"Receipts are not in it. They lie sealed in {open_objects(opening.settings()).url}", err=True)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put a copy made by `outlay backup` in the database's place. Stop Outlay first."""
    chosen = opening.store_settings(restoring=True)
    from outlay.ops import backups

    books, erased, kept = opening.stored(lambda: backups.restore(chosen, file))
    click.echo(f"{'1 book is' if books == 1 else f'{books} books are'} back. {_AGAIN}", err=True)
    _erased_again(erased)
    if kept:
        click.echo(f"The database that was there is now {kept}.", err=True)


@main.command()
def restored() -> None:
    """Tell devices that the database went back in time, and erase again what was erased since (after pg_restore;
    `outlay restore` does so by itself)."""
    from outlay.ops import backups

    books, erased = opening.run(backups.went_back)
    click.echo(f"{'1 book was' if books == 1 else f'{books} books were'} told. {_AGAIN}", err=True)
    _erased_again(erased)


def _erased_again(count: int) -> None:
    if count:
        click.echo(f"{count} people or books without a key were erased again.", err=True)


@main.command()
@_USER
@_BOOK
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="json is complete; csv has one row per line of a transaction.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; left out: standard output.",
)
@click.option(
    "--receipts",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write the receipts into as well, opened.",
)
def export(
    email: str | None, book_id: str | None, form: str, output: Path | None, folder: Path | None
) -> None:
    """Write a book as JSON or CSV."""
    from outlay.main import open_objects
    from outlay.privacy import book_files as writer

    async def work(store: Any) -> tuple[int, tuple[int, int] | None]:
        _, chosen, _ = await opening.book(store, email, book_id)
        objects = open_objects(opening.settings())
        written = await writer.write(store, chosen, form, output)
        return written, await writer.write_receipts(store, objects, chosen, folder) if folder else None

    count, receipts = opening.run(work)
    if output:
        click.echo(f"{count} transactions were written to {output}.", err=True)
    if receipts:
        click.echo(
            f"{receipts[0]} receipts were written to {folder}; {receipts[1]} are not on the server.", err=True
        )


@main.command()
@click.option("--seed", default=7, show_default=True, help="Another seed is another household.")
@click.option("--years", type=click.IntRange(1, 20), default=3, show_default=True)
@click.option("--today", help="Last day of the book, YYYY-MM-DD; today when left out.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of its categories."
)
@click.option("--country", help="ISO 3166, such as DE: categories that are usual there come too.")
def demo(seed: int, years: int, today: str | None, language: str, country: str | None) -> None:
    """Make a demo person with the book of a household, once."""
    from outlay.ops import demonstration

    opening.run(
        lambda store: demonstration.make(
            store, seed=seed, years=years, today=today, language=language, country=country
        )
    )


if __name__ == "__main__":
    main()
