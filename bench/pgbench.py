"""pgbench with the statements of one of our creates as its script: the same reads, the same rows, one book for each
of its clients, and the writes sent together as the store's pipeline does."""

from __future__ import annotations

import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from recorded import HEAD, Create

import postgres
from outlay.store.columns import metadata

_PLACE = re.compile(r"%\((\w+)\)[sb]|%[sb]|%%")
_WARM_UP_S = 3
_WIDTH = 12
"""The last group of an id, which becomes the number of a client or of a create."""


def spread(url: str, book_id: str, books: int) -> None:
    """Copies everything of a book to the books of the script's clients, numbered from 0."""
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(books):
            other = f"{book_id[:-_WIDTH]}{number:0{_WIDTH}}"
            for table in metadata.sorted_tables:
                names = [column.name for column in table.columns]
                own = "id" if table.name == "book" else "book_id"
                if own not in names:
                    continue
                values = [
                    f"CASE WHEN {name} = %(book)s THEN %(other)s ELSE {name} END"
                    if name in (own, "id")
                    else name
                    for name in names
                ]
                connection.execute(
                    f'INSERT INTO "{table.name}" ({", ".join(names)}) SELECT {", ".join(values)} '
                    f'FROM "{table.name}" WHERE {own} = %(book)s',
                    {"book": book_id, "other": other},
                )
        connection.execute("ANALYZE")


def script(create: Create) -> str:
    """The create as a pgbench script. Each client takes the next version of its own book."""
    marks = {
        create.book_id: _numbered(create.book_id, ":client_id"),
        create.transaction_id: _numbered(create.transaction_id, ":made"),
        create.mutation_id: _numbered(create.mutation_id, ":made"),
        str(HEAD + 1): ":ver::text",
    }
    lines = [f"\\set made random(1, {10**_WIDTH - 1})"]
    piped = False
    for one in create.statements:
        sql = _filled(one.sql, one.params, marks)
        if sql.startswith("UPDATE book SET head = head"):
            lines += [f"{sql} \\gset", "\\set ver :head + 1"]
            continue
        if sql.startswith("INSERT") and not piped:
            piped = True
            lines.append("\\startpipeline")
        lines.append(f"{sql};")
    lines.append("\\endpipeline")
    return "\n".join(lines) + "\n"


def run(url: str, script_path: Path, clients: int, seconds: float) -> float:
    """Creates a second, once every client is connected and has prepared its statements."""
    length = round(seconds)
    done = subprocess.run(
        [postgres._bin() / "pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1",
         f"--time={_WARM_UP_S + length}", "--progress=1", f"--file={script_path}", url],
        capture_output=True, text=True,
    )  # fmt: skip
    progress = [float(found) for found in re.findall(r"progress: .*?, ([0-9.]+) tps", done.stderr)]
    if done.returncode or "error" in done.stderr or len(progress) < length:
        raise RuntimeError(f"pgbench: {done.stdout}\n{done.stderr[-4000:]}")
    return statistics.mean(progress[-length:])


def _numbered(row_id: str, variable: str) -> str:
    return f"('{row_id[:-_WIDTH]}' || lpad({variable}::text, {_WIDTH}, '0'))"


def _filled(sql: str, params: Any, marks: dict[str, str]) -> str:
    """A statement with its parameters written in."""
    sql = " ".join(sql.split())
    order = iter(params) if params is not None and not isinstance(params, dict) else iter(())

    def value(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        return _literal(params[found[1]] if found[1] else next(order), marks)

    return _PLACE.sub(value, sql)


def _literal(value: Any, marks: dict[str, str]) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return ":ver" if value == HEAD + 1 else str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, list):
        return f"ARRAY[{', '.join(_literal(item, marks) for item in value)}]::text[]"
    parts = re.split("(" + "|".join(marks) + ")", str(value))
    return " || ".join(marks.get(part) or _quoted(part) for part in parts if part) or "''"


def _quoted(text: str) -> str:
    """pgbench takes `:word` for a variable, inside quotes too."""
    return re.sub(r":(?=\w)", ":' || '", f"'{text}'")
