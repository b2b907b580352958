"""Changing keys: the master key of everything (`change_master`), and the data key of one scope (`reseal`).

Both may be interrupted and repeated. While the master key changes, nothing else may have the store open; every file and
the key store each go over as a whole, and the old and the new key are both tried until all of them have. A data key is
renewed while Outlay serves: the key store gives the scope a new one, every process hears of it within
`keyring.FRESH_S`, and from then on nobody seals with the former one; then `reseal` goes through the scope's rows.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from outlay.store import columns
from outlay.store.columns import metadata
from outlay.store.engine import Store, StoreSettings
from outlay.store.key_store import KEYS_FILE_KEY, open_keys
from outlay.store.keys import DataKey, aad
from outlay.store.read import Read
from outlay.store.shape import Shape, shape
from outlay.store.write import Tx

ROWS: Final = 500
"""Rows of one transaction: the book is locked for some ten milliseconds."""

Tick = Callable[[int], None]


def change_master(settings: StoreSettings, tick: Tick) -> None:
    """Brings the key store and the files under `settings.master_key`, from whichever of `masters` they are under.
    StoreError while something has a file open. `tick` hears how many data keys are done."""
    from outlay.store import backup as files

    if settings.path is not None and settings.path.exists():
        files.alone(settings.path, settings.masters)
    place = settings.key_place
    if isinstance(place, Path):
        files.alone(place, settings.masters, KEYS_FILE_KEY)
    keys = open_keys(place, settings.masters, settings.connect_timeout_s)
    try:
        keys.rewrap(settings.master_key, tick)
    finally:
        keys.close()
    if isinstance(place, Path):
        files.rekey(place, settings.masters, KEYS_FILE_KEY)
    if settings.path is not None and settings.path.exists():
        files.rekey(settings.path, settings.masters)


async def reseal(store: Store, scope: str, *, book: bool, tick: Tick | None = None) -> int:
    """Seals with the scope's present key what a former one sealed; how many rows. `tick` hears of each row looked at.
    A book is locked for one batch at a time; for others a table is held for one."""
    count = 0
    for table, names in sealed_columns(book=book):
        after: tuple[Any, ...] | None = None
        while True:

            def batch(
                tx: Tx, table: str = table, names: list[str] = names, after: tuple[Any, ...] | None = after
            ) -> tuple[int, int, tuple[Any, ...] | None]:
                return _batch(tx, table, names, scope, after)

            looked, changed, after = await (store.write(scope, batch) if book else store.write_people(batch))
            count += changed
            if tick is not None:
                tick(looked)
            if after is None:
                break
    return count


def rows_of(read: Read, scope: str, *, book: bool) -> int:
    """How many rows `reseal` looks at."""
    count = 0
    for table, names in sealed_columns(book=book):
        kind = shape(table).types[names[0]]
        assert isinstance(kind, columns.Sealed)
        sql = f"SELECT COUNT(*) FROM {shape(table).quoted} WHERE {kind.scope} = :scope"
        count += int(read.value(sql, scope=scope))
    return count


def sealed_columns(*, book: bool) -> Iterator[tuple[str, list[str]]]:
    """(table, its columns that are sealed with a book's key, or else with a person's or the server's)."""
    for table in metadata.sorted_tables:
        by_scope: dict[str, list[str]] = {}
        for column in table.columns:
            if isinstance(column.type, columns.Sealed):
                by_scope.setdefault(column.type.scope, []).append(column.name)
        for scope, names in by_scope.items():
            if (scope == "book_id") == book:
                yield table.name, names


def _batch(
    tx: Tx, table: str, names: list[str], scope: str, after: tuple[Any, ...] | None
) -> tuple[int, int, tuple[Any, ...] | None]:
    """(rows looked at, rows changed, the key to go on after)."""
    it = shape(table)
    kind = it.types[names[0]]
    assert isinstance(kind, columns.Sealed)
    if tx.dialect == "postgresql" and not tx.has_book:
        # Waits for whoever still writes with the former key, and holds off who comes.
        tx.run(f"LOCK TABLE {it.quoted} IN SHARE ROW EXCLUSIVE MODE")
    where, params = f"{kind.scope} = :scope", {"scope": scope}
    if after is not None:
        marks = [f":k{at}" for at in range(len(it.key))]
        where += f" AND ({', '.join(it.key)}) > ({', '.join(marks)})"
        params |= {f"k{at}": value for at, value in enumerate(after)}
    picked = ", ".join([*it.key, *names])
    order = ", ".join(it.key)
    sql = f"SELECT {picked} FROM {it.quoted} WHERE {where} ORDER BY {order} LIMIT {ROWS}"
    rows = tx.all(sql, **params)
    if not rows:
        return 0, 0, None
    changed = _again(it, names, rows, tx.data_key(scope))
    if changed:
        sets = ", ".join(f"{name} = :{name}" for name in names)
        keys = " AND ".join(f"{name} = :{name}" for name in it.key)
        tx.many(f"UPDATE {it.quoted} SET {sets} WHERE {keys}", changed)
    width = len(it.key)
    return len(rows), len(changed), tuple(rows[-1][:width]) if len(rows) == ROWS else None


def _again(it: Shape, names: list[str], rows: list[tuple[Any, ...]], key: DataKey) -> list[dict[str, Any]]:
    """The rows of which something is sealed with a former key, with the same texts under the present one."""
    changed, width = [], len(it.key)
    for row in rows:
        values: dict[str, Any] = {}
        old = False
        for name, value in zip(names, row[width:], strict=True):
            bound = aad(it.table, name, *row[:width])
            if value is not None and not key.is_present(bytes(value), bound):
                old = True
                value = key.seal(key.open(bytes(value), bound), bound)
            values[name] = value
        if old:
            changed.append(values | dict(zip(it.key, row[:width], strict=True)))
    return changed
