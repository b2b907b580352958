"""Copies of the encrypted SQLite file: taken beside a running server, checked, and put in its place.

PostgreSQL has its own tools (pg_dump, pg_restore). Errors are StoreError, with a sentence for whoever runs this.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from outlay.kernel import limits
from outlay.store.errors import StoreError
from outlay.store.keys import derive
from outlay.store.migrations.run import current, newest


def backup(file: Path, master_key: bytes, target: Path) -> int:
    """Writes a consistent copy, encrypted with the same key, of the newest commit; its bytes. Writers go on."""
    if target.exists():
        raise StoreError(f"{target} exists already.")
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        with _opened(file, master_key) as raw:
            raw.execute("VACUUM INTO ?", (str(unfinished),))
        _to_disk(unfinished)
        unfinished.replace(target)
        _to_disk(target.parent)
    except (OSError, sqlcipher.Error) as error:
        raise StoreError(f"The copy could not be written: {error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def stage(copy: Path, file: Path, master_key: bytes) -> Path:
    """The copy brought beside the database that it is to become, whole, opened by the key and of a schema that this
    version knows. Nothing else is touched."""
    staged = file.with_name(file.name + ".restoring")
    for each in (staged, *_beside(staged)):
        each.unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged.touch(mode=0o600)
    try:
        staged.write_bytes(copy.read_bytes())
        with _opened(staged, master_key) as raw:
            found = raw.execute("PRAGMA quick_check").fetchone()[0]
            revision = current(raw, "sqlite")
        if found != "ok":
            raise StoreError(f"{copy} is damaged: {found}")
        if revision is None:
            raise StoreError(f"{copy} is no database of Outlay.")
        if revision > newest():
            raise StoreError(f"{copy} was made by a newer Outlay (schema {revision}, here {newest()}).")
        _to_disk(staged)
    except OSError as error:
        raise StoreError(f"The copy could not be read: {error}.") from error
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return staged


def replace(file: Path, staged: Path, master_key: bytes) -> Path | None:
    """Puts a staged copy in the database's place; where the old one is kept now, None when there was none.

    StoreError while something has the database open: its log must not be mixed with another file.
    """
    kept = file.with_name(file.name + ".before-restore") if file.exists() else None
    _end_log(staged, master_key)
    if kept is not None:
        _end_log(file, master_key)
        file.replace(kept)
    staged.replace(file)
    _to_disk(file.parent)
    return kept


def _end_log(file: Path, master_key: bytes) -> None:
    """Everything is in the one file afterwards. Only whoever has it alone may."""
    with _opened(file, master_key, wait_ms=500) as raw:
        try:
            raw.execute("PRAGMA journal_mode = DELETE")
        except sqlcipher.OperationalError:
            raise StoreError("The database is in use. Stop the server first.") from None


@contextmanager
def _opened(file: Path, master_key: bytes, wait_ms: int = limits.LOCK_TIMEOUT_MS) -> Iterator[Any]:
    if not file.exists():
        raise StoreError(f"There is no database at {file}.")
    raw = sqlcipher.connect(str(file), isolation_level=None)
    try:
        raw.execute(f"PRAGMA key = \"x'{derive(master_key, 'sqlcipher').hex()}'\"")
        raw.execute(f"PRAGMA busy_timeout = {wait_ms}")
        raw.execute("PRAGMA temp_store = MEMORY")
        try:
            raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher.DatabaseError as error:
            raise StoreError(f"The key does not open {file}, or it is damaged.") from error
        yield raw
    finally:
        raw.close()


def _beside(file: Path) -> tuple[Path, ...]:
    return tuple(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
