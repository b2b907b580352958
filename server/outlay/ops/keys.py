"""`outlay keys`: what keys there are, copies of the key store, and new keys in the place of old ones."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from outlay.ops import opening

if TYPE_CHECKING:
    from outlay.store.engine import Store, StoreSettings
    from outlay.store.key_store import KeyStore

DAY_S: Final = 86_400


@click.group()
def keys() -> None:
    """Keys: list, back up, restore, change."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def list_(as_json: bool) -> None:
    """List the data keys: whose, which, since when. No secrets."""
    names = ("scope_id", "number", "made_at_ms", "retired_at_ms", "orphan_since_ms")
    store = _opened(opening.store_settings())
    try:
        rows = [{name: getattr(kept, name) for name in names} for kept in store.listed()]
    finally:
        store.close()
    if as_json:
        opening.show(rows)
        return
    for row in rows:
        notes = [f"retired {_day(row['retired_at_ms'])}"] if row["retired_at_ms"] else []
        notes += [f"without data since {_day(row['orphan_since_ms'])}"] if row["orphan_since_ms"] else []
        line = f"{row['scope_id']:36}  {row['number']}  {_day(row['made_at_ms'])}  {', '.join(notes)}"
        click.echo(line.rstrip())


@keys.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy the key store into TARGET, encrypted with the master key, also while Outlay is serving.

    A folder gets a file with the moment in its name, and its copies that are older than OUTLAY_KEYS_RETENTION_DAYS are
    deleted. Keep them apart from the backups of the data, and none for longer: whoever was erased stays readable for as
    long as an old copy of their key and an old copy of their data are both there.
    """
    settings = opening.settings()
    chosen = opening.store_settings()
    now_s = int(time.time())
    file = target / f"keys-{_moment(now_s)}.db" if target.is_dir() else target
    count = opening.stored(lambda: _copy(chosen, file))
    click.echo(
        f"{count} keys were written to {file}. Destroy it in {settings.keys_retention_days} days.", err=True
    )
    if target.is_dir():
        gone = _prune(target, now_s - settings.keys_retention_days * DAY_S)
        if gone:
            click.echo(f"{gone} older copies were deleted.", err=True)


@keys.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring keys of a copy by `outlay keys backup` back that the key store does not have.

    Only when the key store was lost: keys of people who were erased after the copy was made come back with it.
    """
    chosen = opening.store_settings(restoring=True)

    def work() -> int:
        from outlay.store.key_store import open_keys

        copy = open_keys(file, chosen.masters)
        store = _opened(chosen)
        try:
            return copy.copy_to(store)
        finally:
            copy.close()
            store.close()

    click.echo(f"{opening.stored(work)} keys are there.", err=True)


@keys.command()
@click.option("--data", is_flag=True, help="New data keys, while Outlay is serving.")
@click.option("--book", "book_id", metavar="ID", help="With --data: of this book.")
@click.option("--person", "person_id", metavar="ID", help="With --data: of this person.")
@click.option(
    "--all", "everything", is_flag=True, help="With --data: of every person, every book and the server."
)
@click.option("--tokens", is_flag=True, help="A new key that signs access tokens, while Outlay is serving.")
@click.option("--at-once", is_flag=True, help="With --tokens: the old ones are believed no more.")
def rotate(
    data: bool, book_id: str | None, person_id: str | None, everything: bool, tokens: bool, at_once: bool
) -> None:
    """Put new keys in the place of old ones. Interrupted, it goes on where it was when it is called again.

    Without --data or --tokens a new master key: every data key is wrapped anew, and the encrypted files are brought
    under it. Stop Outlay first. With OUTLAY_MASTER_KEY set, set it to the new key and OUTLAY_MASTER_KEY_FORMER to the
    one until now.
    """
    if at_once and not tokens:
        raise click.UsageError("--at-once goes with --tokens.")
    if tokens:
        if data or book_id or person_id or everything:
            raise click.UsageError("--tokens goes alone.")
        key_id = opening.run(lambda store: _new_token_key(store, at_once))
        click.echo(f"Access tokens are signed with {key_id} within a minute.", err=True)
        return
    if data != bool(book_id or person_id or everything):
        raise click.UsageError("--data goes with one of --book ID, --person ID and --all.")
    if data:
        count = _renew([book_id or person_id or ""] if not everything else None)
        days = opening.settings().keys_retention_days
        click.echo(f"{count} rows and files were sealed anew. The former keys stay {days} days.", err=True)
        return
    kept = opening.stored(_change_master)
    click.echo("The master key was changed.", err=True)
    if kept is not None:
        click.echo(
            f"The former one is {kept}: copies that were made with it need it. Destroy it together with them.",
            err=True,
        )


async def _new_token_key(store: Store, at_once: bool) -> str:
    """Old keys verify until what they signed has run out, and other processes have noticed the new one."""
    from outlay.identity.keys import rotate as rotate_tokens

    grace_ms = 0 if at_once else opening.settings().access_token_s * 1000 + 2 * 60_000
    return await store.write_people(lambda tx: rotate_tokens(tx, grace_ms=grace_ms))


def _change_master() -> Path | None:
    """Where the former key's file is now; None when the key is given by the environment."""
    from outlay.main import master_keeper
    from outlay.store import master, rotation
    from outlay.store.errors import StoreError

    settings, chosen = opening.settings(), opening.store_settings()
    if settings.master_key and not settings.master_key_former:
        raise StoreError(
            "Set OUTLAY_MASTER_KEY to the new key and OUTLAY_MASTER_KEY_FORMER to the one until now."
        )
    opening.run(_dialect)  # keys that an older version kept in the database come over first
    if not settings.master_key:
        following = settings.data_dir / master.NEXT
        keeper = master_keeper(settings)
        if not following.exists():
            master.write(following, os.urandom(32), keeper)
        new = master.read(following, keeper)
        chosen = replace(chosen, master_key=new, former_keys=(chosen.master_key, *chosen.former_keys))
    store = _opened(chosen)
    count = sum(1 for _ in store.listed())
    store.close()
    with click.progressbar(length=count, label="Wrapping keys anew", file=sys.stderr) as bar:
        rotation.change_master(chosen, bar.update)
    return None if settings.master_key else master.finish_change(settings.data_dir)


async def _dialect(store: Store) -> str:
    return store.dialect


def _renew(scopes: list[str] | None) -> int:
    async def work(store: Store) -> int:
        from outlay.batch import keys as renewing
        from outlay.main import open_objects

        chosen = scopes or sorted({kept.scope_id for kept in store.keys.listed()})
        missing = store.keys.missing(chosen)
        if missing:
            opening.fail(f"There is no key of {missing[0]}.")
        length = await store.read(lambda read: sum(renewing.rows_of(read, scope) for scope in chosen))
        click.echo("Waiting until every process has heard of the new keys …", err=True)
        await renewing.begin(store, chosen)
        with click.progressbar(length=length, label="Sealing anew", file=sys.stderr) as bar:
            objects = open_objects(opening.settings())
            return sum([await renewing.renew_sealed(store, objects, scope, bar.update) for scope in chosen])

    return opening.run(work)


def _opened(chosen: StoreSettings) -> KeyStore:
    from outlay.store.key_store import open_keys

    return opening.stored(lambda: open_keys(chosen.key_place, chosen.masters))


def _copy(chosen: StoreSettings, file: Path) -> int:
    """A new SQLCipher file with every key, whole or not at all."""
    from outlay.store.errors import StoreError
    from outlay.store.key_store import open_keys
    from outlay.store.master import to_disk

    if file.exists():
        raise StoreError(f"{file} exists already.")
    if not file.parent.is_dir():
        raise StoreError(f"There is no folder {file.parent}.")
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    store = _opened(chosen)
    try:
        copy = open_keys(unfinished, (chosen.master_key,))
        try:
            count = store.copy_to(copy)
        finally:
            copy.close()
        to_disk(unfinished)
        unfinished.replace(file)
        to_disk(file.parent)
    finally:
        store.close()
        unfinished.unlink(missing_ok=True)
    return count


def _prune(folder: Path, before_s: int) -> int:
    """Deletes the copies in a folder that were made before then, as their names say; how many."""
    old = [each for each in folder.glob("keys-*Z.db") if each.name < f"keys-{_moment(before_s)}.db"]
    for each in old:
        each.unlink()
    return len(old)


def _moment(at_s: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at_s))


def _day(at_ms: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at_ms / 1000))
