"""What the store knows of a table: names quoted, keys, which columns need coding, and its hot statements.

Built once per table (and per set of columns) from the shared metadata, then only looked up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Final

import msgspec

from outlay.store import columns
from outlay.store.connection import Tuple
from outlay.store.keys import DataKey, aad

Row = dict[str, Any]
KeyOf = Callable[[str], DataKey]

_encode_json: Final = msgspec.json.Encoder().encode
_decode_json: Final = msgspec.json.Decoder().decode
_ARRAY_TYPES: Final = (
    (columns.Integer, "bigint[]"), (columns.Flag, "boolean[]"),
    (columns.Sealed, "bytea[]"), (columns.Bytes, "bytea[]"),
)  # fmt: skip


def encode_json(value: Any) -> str:
    """JSON text, compact, as columns of type Json hold it."""
    return _encode_json(value).decode()


def decode_json(text: str) -> Any:
    """The value of JSON text."""
    return _decode_json(text)


class Shape:
    """A table's columns by kind, for coding rows both ways."""

    def __init__(self, table: str) -> None:
        described = columns.metadata.tables[table]
        self.table = table
        self.quoted = f'"{table}"'
        self.types = {column.name: column.type for column in described.columns}
        self.names = tuple(self.types)
        self.key = tuple(column.name for column in described.primary_key.columns)
        self.bare_key = len(self.key) == 1
        self.key_of = itemgetter(*self.key)
        self._plans: dict[tuple[str, ...], Plan] = {}

    def array_type(self, column: str) -> str:
        """PostgreSQL's array type for a list of this column's values."""
        for kind, name in _ARRAY_TYPES:
            if isinstance(self.types[column], kind):
                return name
        return "text[]"

    def plan(self, names: tuple[str, ...]) -> "Plan":
        """How rows of these columns are coded, worked out once."""
        plan = self._plans.get(names)
        if plan is None:
            plan = self._plans[names] = Plan(self, names)
        return plan

    def encode(self, names: tuple[str, ...], rows: Sequence[Row], key_of: KeyOf) -> list[tuple[Any, ...]]:
        """Rows as tuples for the driver: JSON written, sealed texts sealed."""
        plan = self.plan(names)
        picked = list(map(plan.pick, rows))
        if not plan.written or not picked:
            return picked
        columns: list[Sequence[Any]] = list(zip(*picked, strict=True))
        for at, name, kind in plan.written:
            if kind is None or kind.json:
                columns[at] = _json_texts(columns[at])
            if kind is not None:
                columns[at] = self._seal(name, kind.scope, columns[at], rows, key_of)
        return list(zip(*columns, strict=True))

    def _seal(
        self, column: str, scope: str, values: Sequence[Any], rows: Sequence[Row], key_of: KeyOf
    ) -> list[bytes | None]:
        opened: dict[str, DataKey] = {}
        sealed: list[bytes | None] = []
        for value, row in zip(values, rows, strict=True):
            if value is not None and not isinstance(value, bytes):
                key = opened.get(row[scope]) or opened.setdefault(row[scope], key_of(row[scope]))
                value = key.seal(value, self._bound(column, row))
            sealed.append(value)
        return sealed

    def decode(self, names: tuple[str, ...], found: Iterable[Sequence[Any]], key_of: KeyOf) -> list[Row]:
        """Driver rows as dicts: JSON read, sealed texts opened, flags as bool.

        A sealed column can be opened only when its scope and the primary key are among `names`.
        """
        plan = self.plan(names)
        out = []
        opened: dict[str, DataKey] = {}
        for values in found:
            row = dict(zip(names, values, strict=True))
            for name in plan.flags:
                if row[name] is not None:
                    row[name] = bool(row[name])
            for _, name, kind in plan.written:
                value = row[name]
                if value is None:
                    continue
                if kind is None:
                    row[name] = _decode_json(value)
                else:
                    scope = row[kind.scope]
                    key = opened.get(scope) or opened.setdefault(scope, key_of(scope))
                    text = key.open(value, self._bound(name, row))
                    row[name] = _decode_json(text) if kind.json else text
            out.append(row)
        return out

    def open_sealed(
        self, names: tuple[str, ...], found: Iterable[Tuple], scope: str, key: DataKey
    ) -> list[Tuple]:
        """Driver rows of one scope with what is sealed opened, all else as it is stored: JSON stays text. All of the
        primary key but the scope comes first in `names`.
        """
        sealed = [(at, name) for at, name, kind in self.plan(names).written if kind is not None]
        keys = len(self.key) - 1
        out: list[Tuple] = []
        for values in found:
            row: list[Any] | None = None
            for at, name in sealed:
                if (value := values[at]) is not None:
                    row = row or list(values)
                    row[at] = key.open(value, aad(self.table, name, scope, *values[:keys]))
            out.append(values if row is None else tuple(row))
        return out

    def _bound(self, column: str, row: Row) -> bytes:
        key = self.key_of(row)
        return aad(self.table, column, key) if self.bare_key else aad(self.table, column, *key)


def _json_texts(values: Sequence[Any]) -> list[Any]:
    """JSON of each value; one that several rows share, such as the stamp of a change, is written once."""
    texts: list[Any] = []
    last: Any = None
    text = ""
    for value in values:
        if value is None or isinstance(value, bytes):
            texts.append(value)
            continue
        if value is not last:
            last, text = value, _encode_json(value).decode()
        texts.append(text)
    return texts


class Plan:
    """The columns among `names` that are not stored as they are: flags by name; JSON and sealed ones as
    (position, name, sealed type or None for JSON)."""

    __slots__ = ("flags", "pick", "written")

    def __init__(self, shape: Shape, names: tuple[str, ...]) -> None:
        self.pick = _picker(names)
        self.flags = [name for name in names if isinstance(shape.types[name], columns.Flag)]
        self.written: list[tuple[int, str, Any]] = []
        for at, name in enumerate(names):
            kind = shape.types[name]
            if isinstance(kind, columns.Json | columns.Sealed):
                self.written.append((at, name, kind if isinstance(kind, columns.Sealed) else None))


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) == 1:
        only = names[0]
        return lambda row: (row[only],)
    return itemgetter(*names)


@cache
def shape(table: str) -> Shape:
    """The shape of a table in the shared metadata. KeyError when its room was not imported."""
    return Shape(table)


def stored(table: str, column: str, value: Any) -> Any:
    """A value as `open_sealed` gives it: lists and JSON as text. A column that the table does not have goes by what
    it holds."""
    kind = shape(table).types.get(column)
    of_json = isinstance(kind, columns.Json | columns.SealedJson) if kind else isinstance(value, list | dict)
    return encode_json(value) if of_json and value is not None else value


@cache
def select_sql(table: str, names: tuple[str, ...]) -> str:
    """`SELECT columns FROM table`."""
    return f"SELECT {', '.join(names)} FROM {shape(table).quoted}"


@cache
def insert_sql(
    table: str, names: tuple[str, ...], values: str, add: tuple[str, ...] | None, ignore: bool
) -> str:
    """An INSERT with the given source (`VALUES (...)` or `SELECT ...`).

    `add` None: plain insert, or ON CONFLICT DO NOTHING with `ignore`.
    Otherwise an upsert by primary key; columns in `add` are added to what is there, others replaced.
    """
    it = shape(table)
    head = f"INSERT INTO {it.quoted} ({', '.join(names)}) {values}"
    if ignore:
        return f"{head} ON CONFLICT DO NOTHING"
    if add is None:
        return head
    sets = [
        f"{name} = {it.quoted}.{name} + excluded.{name}" if name in add else f"{name} = excluded.{name}"
        for name in names
        if name not in it.key
    ]
    action = f"DO UPDATE SET {', '.join(sets)}" if sets else "DO NOTHING"
    return f"{head} ON CONFLICT ({', '.join(it.key)}) {action}"
