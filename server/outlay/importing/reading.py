"""What a reader finds in a file, before any book is asked.

Readers (`ofx`, `csv_bank`) are pure: bytes and options in, a `Found` out, or a `Refusal` that
names the line. They do not know the book, its accounts or its database, and they never guess: what a
file does not say becomes a `Question`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from outlay.kernel.refusal import Refusal


def problem(code: str, detail: str, line: int | None = None) -> Refusal:
    """The refusal of a file as a whole.

    code: one of the `import_*` codes of spec/refusals.json. line: 1-based line of the file, or None
    where no single line is at fault. detail: one English sentence for the person.
    """
    said = f"Line {line}: {detail}" if line else detail
    return Refusal(code, "file", said, line=line) if line else Refusal(code, "file", said)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row cannot be imported. code: as in `problem`; detail: one English sentence."""

    code: str
    detail: str


class Row(NamedTuple):  # a file has thousands: a tuple costs a fifth of a frozen dataclass
    """One transaction as the file tells it.

    line: 1-based line where it begins. day: YYYY-MM-DD, the digits of the file, no time zone applied.
    amount: signed, in major units of `currency`, money in is positive. account: key of a
    `SourceAccount` ('' when the file names none). bank_id: the bank's own id, unique in its account.
    """

    line: int
    day: str | None = None
    time: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    account: str = ""
    payee: str = ""
    note: str = ""
    category: str = ""
    bank_id: str | None = None
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """An account that the file speaks of. key: stable over files of the same bank; kind: as account.kind."""

    key: str
    name: str
    kind: str = "bank"
    currency: str | None = None
    balance: Decimal | None = None
    balance_day: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the file does not say. name: the option that answers it; choices: what may be answered.

    choices: [{value, label}], may be empty where the answer is free (a currency). account: key of the
    account that is asked about, or None for the whole file. about: what of the file is asked about, as it stands there.
    """

    name: str
    ask: str
    choices: tuple[dict[str, Any], ...] = ()
    account: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that is no transaction (title, footer, balance line), told so that nothing vanishes unseen."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that a reader found. findings: option name → value found, shown and overridable. remembered: what was made of
    the rows, for as long as they are kept (matching.py)."""

    format: str
    accounts: tuple[SourceAccount, ...]
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...] = ()
    questions: tuple[Question, ...] = ()
    findings: dict[str, Any] = field(default_factory=dict)
    remembered: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Options:
    """What the person answered or overrode; None means: find it.

    columns: role → column index from 0 (a list of them for `note`). date_order: dmy | mdy | ymd.
    decimal: '.' | ','. sign: as_is | inverted. skip_lines: lines before the header (or the first row).
    header: whether the first line after those names the columns.
    """

    encoding: str | None = None
    delimiter: str | None = None
    skip_lines: int | None = None
    header: bool | None = None
    columns: dict[str, Any] | None = None
    date_order: str | None = None
    decimal: str | None = None
    sign: str | None = None
    currency: str | None = None


def without_zero(rows: list[Row]) -> tuple[list[Row], list[Skipped]]:
    """Banks write notices as transactions of nothing: they are told as skipped, there is nothing to book."""
    kept = [row for row in rows if row.amount != 0 or row.problem]
    zero = [
        Skipped(row.line, row.payee, "the amount is zero")
        for row in rows
        if row.amount == 0 and not row.problem
    ]
    return kept, zero
