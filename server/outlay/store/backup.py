"""Copies of the encrypted SQLite file: taken beside a running server, checked, and put in its place.

PostgreSQL has its own tools (pg_dump, pg_restore). Errors are StoreError, with a sentence for whoever runs this.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

from outlay.kernel import limits
from outlay.store.errors import StoreError
from outlay.store.keys import derive
from outlay.store.master import to_disk
from outlay.store.migrations.run import current, newest
from outlay.store.sqlite import DATA_FILE_KEY

IN_USE: Final = "The database is in use. Stop the server first."
_SHARED_FIRST: Final = 0x40000002
_SHARED_BYTES: Final = 510


class Damaged(StoreError):
    """The file is there, and cannot be opened as a database with this key."""


def backup(file: Path, masters: Sequence[bytes], target: Path) -> int:
    """Writes a consistent copy, encrypted with the same key, of the newest commit; its bytes. Writers go on.
    `masters`, here and below: the master key, then others that a file may be under."""
    if target.exists():
        raise StoreError(f"{target} exists already.")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with _opened(file, masters) as raw:
            raw.execute("VACUUM INTO ?", (str(unfinished),))
        to_disk(unfinished)
        unfinished.replace(target)
        to_disk(target.parent)
    except (OSError, sqlcipher.Error) as error:
        raise StoreError(f"The copy could not be written: {error}.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return target.stat().st_size


def stage(copy: Path, file: Path, masters: Sequence[bytes]) -> Path:
    """The copy brought beside the database that it is to become, whole, opened by a key, under the present one and of a
    schema that this version knows. Nothing else is touched."""
    wal = _beside(copy)[0]
    if wal.exists() and wal.stat().st_size:
        raise StoreError(
            f"{copy} is not the whole database: {wal} belongs to it. Use a copy by `outlay backup`."
        )
    staged = file.with_name(file.name + ".restoring")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _remove(staged, *_beside(staged))
        staged.touch(mode=0o600)
        shutil.copyfile(copy, staged)
        with _opened(staged, masters, name=copy) as raw:
            found = raw.execute("PRAGMA quick_check").fetchone()[0]
            revision = current(raw, "sqlite")
        if found != "ok":
            raise StoreError(f"{copy} is damaged: {found}")
        if revision is None:
            raise StoreError(f"{copy} is no database of Outlay.")
        if revision > newest():
            raise StoreError(f"{copy} was made by a newer Outlay (schema {revision}, here {newest()}).")
        rekey(staged, masters)
        to_disk(staged)
    except BaseException as error:
        with suppress(OSError):
            _remove(staged, *_beside(staged))
        if isinstance(error, (OSError, sqlcipher.Error)):
            raise StoreError(f"The copy could not be read: {error}.") from error
        raise
    return staged


def replace(file: Path, staged: Path, masters: Sequence[bytes]) -> Path | None:
    """Puts a staged copy in the database's place; where the old one is kept now, None when there was none.

    At every moment there is a database: the old one gets a second name, then the new one takes its first. One that
    is damaged is kept with its log. StoreError while something has the database open, since its log must not be
    mixed with another file, and when something was kept in the same second.
    """
    alone(staged, masters)
    try:
        kept = _keep(file, masters) if file.exists() else None
        _remove(*_beside(file))
        to_disk(file.parent)
        staged.replace(file)
        to_disk(file.parent)
    except OSError as error:
        raise StoreError(f"The copy could not be put in place: {error}.") from error
    return kept


def alone(file: Path, masters: Sequence[bytes], purpose: str = DATA_FILE_KEY) -> None:
    """Everything is in the one file afterwards. Only whoever has it alone may: StoreError."""
    with _opened(file, masters, wait_ms=500, purpose=purpose) as raw:
        _only_file(raw, file)


def rekey(file: Path, masters: Sequence[bytes], purpose: str = DATA_FILE_KEY) -> None:
    """Brings a file under the first of the keys, all of it or nothing. StoreError while something has it open."""
    with suppress(Damaged), _opened(file, masters[:1], purpose=purpose):
        return
    with _opened(file, masters[1:], purpose=purpose) as raw:
        _only_file(raw, file)
        try:
            raw.execute(f"PRAGMA rekey = \"x'{derive(masters[0], purpose).hex()}'\"")
        except sqlcipher.DatabaseError as error:
            raise StoreError(f"{file} could not be brought under the new key: {error}.") from error


def _keep(file: Path, masters: Sequence[bytes]) -> Path:
    """Gives the database a second name, which has the moment in it (UTC). Its log is in it, or named alike."""
    kept = file.with_name(f"{file.name}.before-restore-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
    if any(each.exists() for each in (kept, *_beside(kept))):
        raise StoreError(f"{kept} exists already.")
    log, kept_log = _beside(file)[0], _beside(kept)[0]
    if log.exists():
        os.link(log, kept_log)  # SQLite removes a log that it cannot read
    damaged = False
    try:
        try:
            alone(file, masters)
        except Damaged:
            _alone(file)
            damaged = True
    finally:
        if not damaged:
            kept_log.unlink(missing_ok=True)
    os.link(file, kept)
    return kept


def _only_file(raw: Any, file: Path) -> None:
    try:
        raw.execute("PRAGMA journal_mode = DELETE")
    except sqlcipher.DatabaseError as error:
        if _busy(error):
            raise StoreError(IN_USE) from None
        raise Damaged(f"{file} is damaged: {error}.") from error


def _alone(file: Path) -> None:
    """StoreError when another process has the file open as a database, which may be damaged: every connection to a
    database with a log holds a lock on these bytes (https://www.sqlite.org/src/file/src/os.h, SHARED_FIRST)."""
    with file.open("r+b") as handle:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_BYTES, _SHARED_FIRST)
        except BlockingIOError:
            raise StoreError(IN_USE) from None


@contextmanager
def _opened(
    file: Path,
    masters: Sequence[bytes],
    *,
    wait_ms: int = limits.LOCK_TIMEOUT_MS,
    name: Path | None = None,
    purpose: str = DATA_FILE_KEY,
) -> Iterator[Any]:
    """A connection. Damaged when the file is no database by this key; `name` is what the sentence calls it."""
    if not file.exists():
        raise StoreError(f"There is no database at {file}.")
    for at, master in enumerate(masters):
        raw = sqlcipher.connect(str(file), isolation_level=None)
        try:
            raw.execute("PRAGMA cipher_log_level = NONE")  # a key that does not open it is no surprise here
            raw.execute(f"PRAGMA key = \"x'{derive(master, purpose).hex()}'\"")
            raw.execute(f"PRAGMA busy_timeout = {wait_ms}")
            raw.execute("PRAGMA temp_store = MEMORY")
            try:
                raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlcipher.DatabaseError as error:
                if _busy(error):
                    raise StoreError(IN_USE) from None
                if at + 1 < len(masters):
                    continue
                raise Damaged(f"The key does not open {name or file}, or it is damaged.") from error
            yield raw
            return
        finally:
            raw.close()


def _busy(error: sqlcipher.DatabaseError) -> bool:
    return isinstance(error, sqlcipher.OperationalError) and "locked" in str(error)


def _remove(*files: Path) -> None:
    for each in files:
        each.unlink(missing_ok=True)


def _beside(file: Path) -> tuple[Path, ...]:
    return tuple(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))
