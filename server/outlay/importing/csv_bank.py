"""Any bank's CSV file: everything that a bank may choose is found, shown and can be overridden.

There is no standard (RFC 4180 covers only commas and quotes). What is found: encoding, delimiter,
lines before the header and after the rows, which column is what, the order of day and month, the
decimal sign, the sign of amounts. What the file does not show is asked.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from outlay.importing import amounts, columns, days, headers, table
from outlay.importing.columns import Columns
from outlay.importing.encoding import decode
from outlay.importing.reading import (
    Found,
    Options,
    Question,
    Row,
    RowProblem,
    Skipped,
    SourceAccount,
    problem,
    without_zero,
)
from outlay.importing.table import Layout, Line
from outlay.kernel.money import CURRENCIES

# Of more columns of numbers one is not chosen from a list.
COLUMNS_OFFERED = 6
_CODE = re.compile(r"\b([A-Z]{3})\b")
_BLANKS = re.compile(r"[ \t]+")


def read(data: bytes, options: Options = Options()) -> Found:  # noqa: B008  # frozen
    """All rows of a CSV file. Refuses `import_empty_file`, `import_not_text`, `import_encoding`, `import_quotes`,
    `import_not_transactions`, `import_no_transactions`, `import_columns`, `import_too_many_rows`."""
    if not data.strip():
        raise problem("import_empty_file", "The file is empty.")
    text, encoding = decode(data, options.encoding)
    delimiter = options.delimiter or table.find_delimiter(text)
    rows = table.split(text, delimiter)
    layout = table.find_layout(rows, options.skip_lines, options.header)
    found = columns.find(layout)
    width = columns.common_width([*([layout.header] if layout.header else []), *layout.body])
    if options.columns:
        found = columns.given(options.columns, found, width)
    _check(layout, found)
    return _Reading(layout, found, options, encoding, delimiter).found()


def _check(layout: Layout, found: Columns) -> None:
    """A file without a day or an amount is no bank file; with them and no rows it is an empty statement."""
    header = layout.header
    money = found.amount, found.debit, found.credit
    dated = [row for row in layout.body if table.is_day(row.cell(found.date))]
    named = header is not None and headers.is_header(list(header.cells))
    if header and named and not dated and not any(map(table.is_data, layout.body)):
        said = "The column names are here, but no transaction stands under them."
        raise problem("import_no_transactions", said, header.line)
    if found.date is None:
        line = (header or (layout.body or layout.before)[0]).line
        raise problem(
            "import_not_transactions", "No column holds days: this is not a list of transactions.", line
        )
    if all(i is None for i in money):
        numeric = any(table.is_data(row) for row in layout.body)
        line = (header or layout.body[0]).line
        if not numeric:
            raise problem(
                "import_not_transactions",
                "No column holds amounts: this is not a list of transactions.",
                line,
            )


@dataclasses.dataclass(slots=True)
class _Reading:
    """One pass over one file; holds what was agreed over all rows."""

    layout: Layout
    columns: Columns
    options: Options
    encoding: str
    delimiter: str
    own_account: str = ""
    order: str = "ymd"
    sign: str = "."
    turned: bool = False
    signed_debit: bool = False
    signed_direction: str = "plain"
    questions: list[Question] = dataclasses.field(default_factory=list)
    findings: dict[str, object] = dataclasses.field(default_factory=dict)
    tokens: Counter[str] = dataclasses.field(default_factory=Counter)
    numbers: dict[int | None, list[Decimal | None]] = dataclasses.field(default_factory=dict)

    def found(self) -> Found:
        self.own_account = _own_account(self.layout.before)
        body, skipped = self._sort_out()
        self._agree_order(body)
        self._agree_decimal(body)
        self._agree_signs(body)
        currency = self._agree_currency(body)
        rows = self._rows(body, currency)
        if (
            not any(row.amount is not None and row.day for row in rows)
            and all(r.problem for r in rows)
            and not self.questions
        ):
            first = next((r for r in rows if r.problem), None)
            told = first.problem.detail if first and first.problem else "No row holds a transaction."
            raise problem("import_no_transactions", told, first.line if first else None)
        if all(i is None for i in (self.columns.amount, self.columns.debit, self.columns.credit)):
            self.questions.append(self._columns_question(body))
        rows, zero = without_zero(rows)
        skipped += zero
        return Found(
            "csv",
            self._accounts(rows, currency),
            tuple(rows),
            tuple(skipped),
            tuple(self.questions),
            self._shown(),
        )

    # -- which lines are transactions ----------------------------------------------------------

    def _sort_out(self) -> tuple[list[Line], list[Skipped]]:
        """Rows with a day or an amount; all others are told as skipped."""
        body: list[Line] = []
        skipped = [_skipped(row, "before the column names") for row in self.layout.before]
        c = self.columns
        money = [i for i in (c.amount, c.debit, c.credit) if i is not None]
        told = {c.category, c.account, c.direction}
        for row in self.layout.body:
            day = table.is_day(row.cell(c.date))
            amount = any(table.is_number(row.cell(i)) for i in money) or (not money and table.is_data(row))
            texts = [cell for i, cell in enumerate(row.cells) if i not in told]
            if headers.is_balance_line(texts):
                skipped.append(_skipped(row, "a balance, not a transaction"))
            elif day or amount or self._half_row(row):
                body.append(row)
            else:
                skipped.append(_skipped(row, "neither a day nor an amount"))
        return body, skipped

    def _half_row(self, row: Line) -> bool:
        """As many filled cells as a transaction has, with text where the day and the amount stand: a broken one."""
        c = self.columns
        return bool(row.cell(c.date)) and any(
            row.cell(i) for i in (c.amount, c.debit, c.credit) if i is not None
        )

    # -- what all rows agree on ----------------------------------------------------------------

    def _agree_order(self, body: list[Line]) -> None:
        order = columns.agreed_order(body, self.columns)
        if self.options.date_order:
            self.order = self.options.date_order
        elif order == "?":
            self.order = "dmy"
            self.questions.append(self._order_question(body))
        else:
            self.order = order or "ymd"
        self.findings["date_order"] = self.order

    def _order_question(self, body: list[Line]) -> Question:
        cell = next(row.cell(self.columns.date) for row in body if table.is_day(row.cell(self.columns.date)))
        written = days.take_apart(cell)
        choices = [
            {"value": order, "label": day}
            for order in ("dmy", "mdy")
            if written and (day := days.read(written, order))
        ]
        return Question("date_order", f"Which day is meant by {cell}?", tuple(choices), about=cell)

    def _columns_question(self, body: list[Line]) -> Question:
        """One column, or money out in one and money in in another where no row has both."""
        header = self.layout.header
        width = columns.common_width([*([header] if header else []), *body])
        filled = {i: [table.is_number(cell) for cell in table.column(body, i)] for i in range(width)}
        numeric = [i for i in filled if i != self.columns.date and any(filled[i])][:COLUMNS_OFFERED]
        names = {i: (header.cell(i) if header else "") or str(i + 1) for i in numeric}
        choices: list[dict[str, Any]] = [{"value": {"amount": i}, "label": names[i]} for i in numeric]
        choices += [
            {"value": {"debit": out, "credit": into}, "label": f"{names[out]} (\u2212), {names[into]} (+)"}
            for out, into in itertools.permutations(numeric, 2)
            if not any(map(all, zip(filled[out], filled[into], strict=True)))
        ]
        return Question("columns", "Which column holds the amounts (money out, money in)?", tuple(choices))

    def _money_columns(self) -> list[int]:
        c = self.columns
        return [i for i in (c.amount, c.debit, c.credit) if i is not None]

    def _agree_decimal(self, body: list[Line]) -> None:
        indexes = [
            *self._money_columns(),
            *([self.columns.balance] if self.columns.balance is not None else []),
        ]
        bodies: list[str] = []
        for cells in zip(*(table.column(body, i) for i in indexes), strict=True):
            for written in map(amounts.take_apart, cells):
                if written:
                    bodies.append(written.body)
                    if written.token:
                        self.tokens.update(amounts.currencies_of(written.token)[:3])
        sign = amounts.agreed_sign(bodies)
        if self.options.decimal:
            self.sign = self.options.decimal
        elif sign == "?":
            self.sign = "."
            example = next(b for b in bodies if amounts.decimal_sign(b) == "?" or "." in b or "," in b)
            self.questions.append(
                Question(
                    "decimal",
                    f"How much is {example}?",
                    (
                        {"value": ".", "label": "a point marks the decimals"},
                        {"value": ",", "label": "a comma marks the decimals"},
                    ),
                    about=example,
                )
            )
        else:
            self.sign = sign or ("," if self.delimiter == ";" else ".")
        self.findings["decimal"] = self.sign

    def _numbers(self, body: list[Line], index: int | None) -> list[Decimal | None]:
        """The numbers of a column, read once; what is asked after the decimal sign was agreed on."""
        if index not in self.numbers:
            written = map(amounts.take_apart, table.column(body, index))
            self.numbers[index] = [amounts.read(w, self.sign) if w else None for w in written]
        return self.numbers[index]

    def _agree_signs(self, body: list[Line]) -> None:
        """Whether positive is money in: by a direction column, by balances that add up, by a card's payment
        line; one that has only positive amounts and none of these is asked about."""
        c = self.columns
        if c.amount is None:
            debits = [v for v in self._numbers(body, c.debit) if v]
            self.signed_debit = bool(debits) and all(v < 0 for v in debits)
            credits_ = [v for v in self._numbers(body, c.credit) if v]
            if debits and not self.signed_debit and sum(v < 0 for v in debits) > len(debits) / 2 and credits_:
                self.signed_debit = True
            self.findings["sign"] = "debit_credit"
            return
        values = self._numbers(body, c.amount)
        if c.direction is not None:
            self._agree_direction(body, values)
            return
        if self.options.sign:
            self.turned = self.options.sign == "inverted"
        elif (said := self._balance_says(body, values)) is not None:
            self.turned = said == "inverted"
        elif self._payment_is_negative(body, values):
            self.turned = True
        elif not any(v is not None and v < 0 for v in values) and any(values):
            self.questions.append(
                Question(
                    "sign",
                    "All amounts are positive. Are they money in or money out?",
                    ({"value": "as_is", "label": "money in"}, {"value": "inverted", "label": "money out"}),
                )
            )
        self.findings["sign"] = "inverted" if self.turned else "as_is"

    def _agree_direction(self, body: list[Line], values: list[Decimal | None]) -> None:
        """Amounts beside a direction may be plain, signed already, or signed the other way (a debit is positive)."""
        told = [headers.direction(row.cell(self.columns.direction)) for row in body]
        outs = [v for v, d in zip(values, told, strict=True) if v and d == "out"]
        ins = [v for v, d in zip(values, told, strict=True) if v and d == "in"]
        if outs and all(v < 0 for v in outs) and all(v > 0 for v in ins):
            self.signed_direction = "signed"
        elif ins and all(v < 0 for v in ins) and all(v > 0 for v in outs):
            self.signed_direction = "inverted"
        self.findings["sign"] = "direction"

    def _balance_says(self, body: list[Line], values: list[Decimal | None]) -> str | None:
        if self.columns.balance is None:
            return None
        balances = self._numbers(body, self.columns.balance)
        if columns.adds_up(values, balances):
            return "as_is"
        return "inverted" if columns.adds_up([None if v is None else -v for v in values], balances) else None

    def _payment_is_negative(self, body: list[Line], values: list[Decimal | None]) -> bool:
        """A card lists charges as positive when the payment of its bill is negative."""
        c = self.columns
        plain = {c.date, c.value_date, c.amount, c.balance}
        texts = {cell for _, cells in body for i, cell in enumerate(cells) if i not in plain}
        payments = set(filter(headers.is_card_payment, texts))
        if not payments:
            return False
        paid = [
            v
            for (_, cells), v in zip(body, values, strict=True)
            if v and any(cell in payments for i, cell in enumerate(cells) if i not in plain)
        ]
        return bool(paid) and all(v < 0 for v in paid)

    def _agree_currency(self, body: list[Line]) -> str | None:
        """One currency for rows that name none: the option, the amount column's name, the currency column, a symbol."""
        if self.options.currency:
            return self.options.currency
        c = self.columns
        if c.currency is not None:
            named = {row.cell(c.currency).upper() for row in body} & set(CURRENCIES)
            return named.pop() if len(named) == 1 else None
        if self.layout.header:
            for index in self._money_columns():
                said: list[str] = _CODE.findall(self.layout.header.cell(index))
                codes = [code for code in said if code in CURRENCIES]
                if codes:
                    return codes[0]
        symbols = [code for code in self.tokens if code in CURRENCIES]
        if len(symbols) == 1:
            return symbols[0]
        likely = symbols or self._currency_hints()
        self.questions.append(
            Question(
                "currency",
                "Which currency are the amounts in?",
                tuple({"value": x, "label": x} for x in likely),
            )
        )
        return None

    def _currency_hints(self) -> list[str]:
        """What the lines before the header hint at; offered, never taken."""
        said = " ".join(cell for row in self.layout.before for cell in row.cells)
        hints = [code for code in _CODE.findall(said) if code in CURRENCIES]
        hints += [
            codes[0] for symbol, codes in amounts.SYMBOLS.items() if len(symbol) == 1 and symbol in said
        ]
        return list(dict.fromkeys(hints))[:5]

    # -- one row ---------------------------------------------------------------------------------

    def _rows(self, body: list[Line], currency: str | None) -> list[Row]:
        """Column by column. Days and texts, of which a file has few, are read once."""
        c = self.columns
        read: dict[str, tuple[str | None, str | None]] = {}
        dated = table.column(body, c.date)
        for cell in set(dated):
            written = days.take_apart(cell)
            read[cell] = (days.read(written, self.order), written.time) if written else (None, None)
        said: dict[tuple[str, ...], tuple[str, str]] = {}
        columns = zip(
            body, dated, self._amounts(body), zip(*(table.column(body, i) for i in (c.payee, *c.note)), strict=True),
            *(table.column(body, i) for i in (c.time, c.currency, c.account, c.category, c.bank_id)),
            strict=True,
        )  # fmt: skip
        made = []
        for line, on, (amount, trouble), cells, at, named, account, category, bank_id in columns:
            day, time = read[on]
            if time is None and at and re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", at):
                time = at.zfill(5)[:5] if at[1] == ":" else at[:5]
            if day is None:
                trouble = self._day_problem(on)
            code = named.upper()
            if code and code not in CURRENCIES and not trouble:
                trouble = RowProblem("import_row_currency", f"{named!r} is no currency.")
            if c.account is not None and not account and not trouble:
                trouble = RowProblem("import_row_account", "The row names no account, other rows do.")
            if (text := said.get(cells)) is None:
                text = said[cells] = _texts(cells[0], cells[1:])
            made.append(Row(
                line.line, day, time, amount, (code if code in CURRENCIES else None) or currency,
                account if c.account is not None else self.own_account, *text, category, bank_id or None, trouble,
            ))  # fmt: skip
        return made

    def _day_problem(self, cell: str) -> RowProblem:
        if headers.is_pending(cell):
            return RowProblem("import_row_pending", f"{cell!r}: the bank has not booked it yet.")
        return RowProblem("import_row_day", f"{cell!r} is no day." if cell else "The day is missing.")

    def _amounts(self, body: list[Line]) -> Iterator[tuple[Decimal | None, RowProblem | None]]:
        c = self.columns
        if c.amount is None:
            columns = (c.debit, c.credit)
            cells = zip(*(table.column(body, i) for i in columns), strict=True)
            values = zip(*(self._numbers(body, i) for i in columns), strict=True)
            yield from map(self._of_two, cells, values)
            return
        given = zip(
            table.column(body, c.amount), self._numbers(body, c.amount), table.column(body, c.direction),
            strict=True,
        )  # fmt: skip
        for cell, value, way in given:
            if value is None:
                said = f"{cell!r} is no amount." if cell else "The amount is missing."
                yield None, RowProblem("import_row_amount", said)
            elif c.direction is not None:
                yield self._directed(value, way)
            else:
                yield (-value if self.turned else value), None

    def _directed(self, value: Decimal, cell: str) -> tuple[Decimal | None, RowProblem | None]:
        way = headers.direction(cell)
        if way is None:
            return None, RowProblem(
                "import_row_direction", f"{cell!r} does not say whether it is money in or out."
            )
        if way == "neither":
            return Decimal(0), RowProblem(
                "import_row_neutral", f"{cell!r}: the bank says it is neither money in nor out."
            )
        if self.signed_direction == "signed":
            return value, None
        if self.signed_direction == "inverted":
            return -value, None
        return (value if way == "in" else -value), None

    def _of_two(
        self, cells: tuple[str, ...], values: tuple[Decimal | None, ...]
    ) -> tuple[Decimal | None, RowProblem | None]:
        """From a debit and a credit column."""
        out, into = values
        for cell, value in zip(cells, values, strict=True):
            if value is None and cell and cell not in ("-", "--", "–"):
                return None, RowProblem("import_row_amount", f"{cell!r} is no amount.")
        if out is None and into is None:
            return None, RowProblem("import_row_amount", "The amount is missing.")
        if out and into:
            return None, RowProblem("import_row_amount", "The row has money out and money in.")
        if out:
            return (out if self.signed_debit else -out), None
        return into or Decimal(0), None

    # -- what is shown -----------------------------------------------------------------------------

    def _accounts(self, rows: list[Row], currency: str | None) -> tuple[SourceAccount, ...]:
        """One account per name in the account column (or one without a name), with the currency of its rows."""
        currencies: dict[str, set[str]] = {}
        for row in rows:
            if row.account or self.columns.account is None:
                used = currencies.setdefault(row.account, set())
                if row.currency:
                    used.add(row.currency)
        accounts = []
        for key, used in (currencies or {self.own_account: set()}).items():
            accounts.append(SourceAccount(key, key, "bank", used.pop() if len(used) == 1 else currency))
        return tuple(accounts)

    def _shown(self) -> dict[str, object]:
        header = self.layout.header
        return {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header": header is not None,
            "skip_lines": (header.line - 1) if header else 0,
            "column_names": list(header.cells) if header else [],
            "columns": self.columns.shown(),
            "currency": self.options.currency,
            **self.findings,
        }


def _own_account(before: list[Line]) -> str:
    """The number beside a cell that says 'account' or 'IBAN', in the lines before the column names."""
    for row in before:
        for cell, following in itertools.pairwise([cell for cell in row.cells if cell]):
            digits = sum(c.isdigit() for c in following)
            if headers.rank(cell, "account") is not None and 4 <= digits <= 34 >= len(following) - 10:
                return following
    return ""


def _skipped(row: Line, why: str) -> Skipped:
    return Skipped(row.line, " ".join(cell for cell in row.cells if cell)[:200], why)


def _texts(payee_cell: str, note_cells: tuple[str, ...]) -> tuple[str, str]:
    """Payee and note; where there is no payee, the note's first line stands in for it."""
    payee = _one_line(payee_cell)
    notes = [_BLANKS.sub(" ", cell) for cell in note_cells if cell not in ("", "/", "-")]
    note = "\n".join(dict.fromkeys(n for n in notes if n != payee))
    if not payee and note:
        payee = _one_line(note.splitlines()[0])
        note = "" if note == payee else note
    return payee, note


def _one_line(text: str) -> str:
    return " ".join(text.split())
