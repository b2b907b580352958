"""From text to rows of cells with their lines: delimiter, quotes, where the header stands. Pure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import NamedTuple

from outlay.importing import amounts, days, headers
from outlay.importing.reading import problem
from outlay.kernel.limits import IMPORT_ROWS
from outlay.kernel.refusal import Refusal

DELIMITERS = (",", ";", "\t", "|")
CELL_CHARACTERS = 100_000
CELL_LINES = 50
COLUMNS = 200


class Line(NamedTuple):
    """line: 1-based line of the file where the row begins; cells: stripped of blanks."""

    line: int
    cells: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not any(self.cells)

    def cell(self, index: int | None) -> str:
        return self.cells[index] if index is not None and 0 <= index < len(self.cells) else ""


def column(rows: list[Line], index: int | None) -> list[str]:
    """`cell` of every row."""
    if index is None or index < 0:
        return [""] * len(rows)
    return [cells[index] if index < len(cells) else "" for _, cells in rows]


def split(text: str, delimiter: str) -> list[Line]:
    """All rows that are not blank. Refuses `import_quotes` (with its line), `import_too_many_rows`."""
    rows: list[Line] = []
    suspect: list[Line] = []
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t"
    )
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if len(cells) > COLUMNS:
                raise problem("import_not_transactions", f"The line has more than {COLUMNS} columns.", line)
            stripped = tuple(map(str.strip, cells))
            if any(stripped):
                rows.append(Line(line, stripped))
                if before - line >= CELL_LINES or sum(map(len, stripped)) > CELL_CHARACTERS:
                    suspect.append(rows[-1])
            if len(rows) > IMPORT_ROWS + 1000:
                raise problem("import_too_many_rows", f"The file has more than {IMPORT_ROWS} rows.", line)
    except csv.Error as error:
        raise problem(
            "import_quotes", f"The line cannot be split into cells ({error}).", before + 1
        ) from None
    _check_quotes(rows, suspect, text)
    return rows


def _check_quotes(rows: list[Line], suspect: list[Line], text: str) -> None:
    """A quote that is never closed makes the rest of the file one cell. `suspect`: rows that are so long."""
    for row in suspect:
        for cell in row.cells:
            if len(cell) > CELL_CHARACTERS or cell.count("\n") > CELL_LINES:
                raise problem("import_quotes", "A quotation mark is opened and never closed.", row.line)
    if rows and text.count('"') % 2 and any("\n" in c or "\r" in c for c in rows[-1].cells):
        raise problem("import_quotes", "A quotation mark is opened and never closed.", rows[-1].line)


def find_delimiter(text: str) -> str:
    """The delimiter under which most rows have a day and a number in cells of their own.

    Where no row has (a file with a header only), the one that gives the most column names we know.
    """
    head = _head(text, 400)
    best, best_score = ",", (-1, -1, -1)
    broken: Refusal | None = None
    for delimiter in DELIMITERS:
        try:
            rows = split(head, delimiter)
        except Refusal as refusal:  # this delimiter does not fit; another may
            broken = broken or refusal
            continue
        data_rows = sum(is_data(row) for row in rows)
        names = max((len(headers.roles_of(list(row.cells))) for row in rows[:60]), default=0)
        score = (data_rows, names, max((len(row.cells) for row in rows), default=0))
        if score > best_score:
            best, best_score = delimiter, score
    if broken and best_score[0] <= 0:
        raise broken
    return best


def _head(text: str, lines: int) -> str:
    position = 0
    for _ in range(lines):
        found = min((p for p in (text.find("\n", position), text.find("\r", position)) if p >= 0), default=-1)
        if found < 0:
            return text
        position = found + 1
    return text[:position]


def is_day(cell: str) -> bool:
    return bool(cell) and days.take_apart(cell) is not None


def is_number(cell: str) -> bool:
    return bool(cell) and amounts.take_apart(cell) is not None


def is_data(row: Line) -> bool:
    """A day in one cell and a number in another."""
    return any(is_day(c) for c in row.cells) and any(is_number(c) and not is_day(c) for c in row.cells)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows are. header: the header's row, or None; body: the rows after it; before: the rows before."""

    header: Line | None
    before: list[Line]
    body: list[Line]


def find_layout(rows: list[Line], skip_lines: int | None, header: bool | None) -> Layout:
    """Looks for the header among the first 100 rows; a header holds no day and no number.

    skip_lines: lines of the file to leave out (then the header, if any, is the next row).
    """
    if skip_lines is not None:
        before = [row for row in rows if row.line <= skip_lines]
        body = rows[len(before) :]
        named = header if header is not None else bool(body) and not is_data(body[0])
        return Layout(body[0] if named and body else None, before, body[1:] if named else body)
    if header is False:
        return Layout(None, [], rows)
    best, most = None, 0
    for index, row in enumerate(rows[:100]):
        if is_data(row) and best is not None:
            break
        cells = list(row.cells)
        if any(is_day(c) or (is_number(c) and not c.isdigit()) for c in cells):
            continue
        if headers.is_header(cells) and len(headers.roles_of(cells)) > most:
            best, most = index, len(headers.roles_of(cells))
    if best is None:
        best = _nameless_header(rows)
    if best is None:
        return Layout(None, [], rows)
    return Layout(rows[best], rows[:best], rows[best + 1 :])


def _nameless_header(rows: list[Line]) -> int | None:
    """The row right before the first transaction, when it has as many cells, all of them words (a language we lack)."""
    for index, row in enumerate(rows[:100]):
        if is_data(row):
            above = rows[index - 1] if index else None
            if above is None or len(above.cells) != len(row.cells) or sum(map(bool, above.cells)) < 3:
                return None
            words = all(not is_day(c) and not is_number(c) for c in above.cells)
            return index - 1 if words and sum(map(is_data, rows[index : index + 3])) else None
    return None
