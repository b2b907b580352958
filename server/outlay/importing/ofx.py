"""OFX 1 (SGML), OFX 2 (XML) and QFX, read by ofxparse, which forgives much; the guards stand here.

Source: Open Financial Exchange 2.2 (chapters 2 and 11). The text is decoded and its comments are
blanked before ofxparse sees it, days are the digits of DTPOSTED (ofxparse would move them by the time
zone into another day), and every entry that ofxparse drops comes back as a faulty row with its line.
"""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any, Final

from outlay.importing import amounts, days
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
from outlay.kernel.limits import IMPORT_ROWS
from outlay.kernel.money import CURRENCIES

TAGS: Final = 1_000_000
TAG_NAMES: Final = 1_000
"""OFX has about 600; ofxparse takes quadratic time over their number."""

_HEADER = re.compile(
    r"^\s*(OFXHEADER|DATA|VERSION|SECURITY|ENCODING|CHARSET|COMPRESSION|OLDFILEUID|NEWFILEUID)\s*:\s*(.*?)\s*$",
    re.M,
)
_TRADE = re.compile(r"<((?:BUY|SELL)(?:DEBT|MF|OPT|OTHER|STOCK)|INCOME|INVEXPENSE|REINVEST)>", re.I)
_STATUS = re.compile(
    r"<STATUS>\s*<CODE>\s*(?P<code>\d+)(?:\s*</CODE>)?\s*<SEVERITY>\s*(?P<severity>\w+)(?:\s*</SEVERITY>)?"
    r"(?:\s*<MESSAGE>\s*(?P<message>[^<\r\n]*))?",
    re.I,
)
_KINDS = {"SAVINGS": "savings", "MONEYMRKT": "savings", "CREDITLINE": "loan", "CD": "savings"}


def looks_like(data: bytes) -> bool:
    """Whether a file claims to be OFX (its header or its root element stands near the beginning)."""
    head = data[:4000].replace(b"\0", b"").upper()
    return b"OFXHEADER" in head or b"<OFX>" in head


def read(data: bytes, options: Options = Options()) -> Found:  # noqa: B008  # frozen
    """All accounts and transactions of an OFX file; faulty entries are rows with a problem.

    Refuses `import_empty_file`, `import_encoding`, `import_not_ofx`, `import_cut_off`,
    `import_bank_error` (the bank answered with an error instead of a statement),
    `import_no_transactions` (entries are there and none can be read), `import_too_many_rows`.
    """
    if not data.strip():
        raise problem("import_empty_file", "The file is empty.")
    text, encoding = _text(data, options)
    _check(text)
    parsed = _parse(text)
    reading = _Reading(parsed, text, options)
    return reading.found(encoding)


def _text(data: bytes, options: Options) -> tuple[str, str]:
    """The text with comments blanked (lines stay where they are).

    A file that is valid UTF-8 is taken as such whatever its header says: banks copy the header from
    the specification. Else the header's CHARSET decides, then the usual guess.
    """
    encoding = options.encoding
    if encoding is None:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            named = dict(_HEADER.findall(data[:2000].decode("latin-1")))
            charset = named.get("CHARSET", "").upper()
            encoding = {"1252": "cp1252", "8859-1": "latin-1", "ISO-8859-1": "latin-1"}.get(charset)
            if encoding is None and re.fullmatch(r"125\d|\d{3,5}", charset):
                encoding = f"cp{charset}"
    text, name = decode(data, encoding)
    text = re.sub(r"\r+\n|\r", "\n", text)
    return _without_comments(text), name


def _without_comments(text: str) -> str:
    """Comments blanked, their line ends kept. One that is never closed stays as it is."""
    out, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        out += [text[position:start], re.sub(r"[^\n]", " ", text[start : end + 3])]
        position = end + 3
    return "".join([*out, text[position:]])


def _line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _check(text: str) -> None:
    """What ofxparse would let pass: no OFX, a cut-off file, an error message in place of a statement."""
    start = re.search(r"<OFX>", text, re.I)
    if start is None:
        raise problem("import_not_ofx", "There is no <OFX> element: this is not an OFX file.", 1)
    if re.search(r"</OFX\s*>", text, re.I) is None:
        raise problem("import_cut_off", "The file ends before </OFX>: it was cut off.", text.count("\n") + 1)
    statements = re.search(r"<(STMTRS|CCSTMTRS|INVSTMTRS|ACCTINFORS)>", text, re.I)
    for status in _STATUS.finditer(text):
        if status["severity"].upper() == "ERROR" and statements is None:
            said = (status["message"] or "").strip() or "an error without a message"
            line = _line_of(text, status.start("message") if status["message"] else status.start("code"))
            raise problem(
                "import_bank_error", f"The bank answered with error {status['code']}: {said}.", line
            )
    if statements is None:
        raise problem(
            "import_not_ofx", "The file holds no bank or card statement.", _line_of(text, start.start())
        )
    tags = re.findall(r"<([A-Za-z0-9_.]+)>", text)
    if sum(tag.upper() == "STMTTRN" for tag in tags) > IMPORT_ROWS or len(tags) > TAGS:
        raise problem("import_too_many_rows", f"The file has more than {IMPORT_ROWS} transactions.")
    if len(set(tags)) > TAG_NAMES:
        raise problem("import_not_ofx", "The file has elements that OFX does not know.")


def _parse(text: str) -> Any:
    """ofxparse's objects; every transaction also carries its element (`.tag`)."""
    from ofxparse.ofxparse import OfxParser

    class Parser(OfxParser):  # type: ignore[misc]  # ofxparse brings no types
        """Keeps the element of each transaction: it knows its line and the text as written."""

        @classmethod
        def parseTransaction(cls, txn_ofx: Any) -> Any:  # noqa: N802  # ofxparse's name
            transaction = super().parseTransaction(txn_ofx)
            transaction.tag = txn_ofx
            return transaction

    start = re.search(r"<OFX>", text, re.I)
    lines_before = text[: start.start()].count("\n") if start else 0
    body = "\n" * lines_before + _closed(text[start.start() if start else 0 :])
    # Without its header the file would be read as ASCII: give it one that says UTF-8. Its lines end in a bare
    # carriage return, which does not count, so that elements keep their line numbers.
    head = "OFXHEADER:100\rENCODING:UTF-8\r\r"
    try:
        return Parser.parse(io.BytesIO((head + body).encode()), fail_fast=False)
    except Exception as error:
        raise problem(
            "import_not_ofx", f"The structure of the file is broken ({type(error).__name__}: {error})."
        ) from error


def _closed(text: str) -> str:
    """SGML with its end tags: what ofxparse does itself by looking through a list of all end tags at every tag,
    which takes a minute for 20,000 transactions."""
    ended = {name.upper() for name in re.findall(r"</([A-Za-z0-9_.]+)>", text)}
    out: list[str] = []
    waiting = ""
    for token in re.split(r"(</?[A-Za-z0-9_.]+>)", text):
        if token.startswith("<") and token.endswith(">"):
            if waiting:
                out.append(f"</{waiting}>")
            name = token.strip("</>")
            waiting = name if token[1] != "/" and name.upper() not in ended else ""
        out.append(token)
    return "".join(out)


class _Reading:
    """One pass over ofxparse's objects."""

    def __init__(self, parsed: Any, text: str, options: Options) -> None:
        self.parsed = parsed
        self.text = text
        self.options = options
        self.questions: list[Question] = []
        self.skipped: list[Skipped] = []

    def found(self, encoding: str) -> Found:
        sign = self._decimal()
        accounts: list[SourceAccount] = []
        rows: list[Row] = []
        for account in self.parsed.accounts:
            source = self._account(account, sign)
            if account.statement is None:
                continue
            if all(known.key != source.key for known in accounts):
                accounts.append(source)
            rows += self._rows(account, source, sign)
        rows.sort(key=lambda row: row.line)
        self._note_the_rest()
        faulty = [row for row in rows if row.problem]
        if faulty and len(faulty) == len(rows):
            raise problem("import_no_transactions", faulty[0].problem.detail, faulty[0].line)  # type: ignore[union-attr]
        for source in accounts:
            if source.currency is None:
                self.questions.append(
                    Question(
                        "currency",
                        f"Which currency is account {source.name or '(no number)'} in?",
                        (),
                        source.key,
                    )
                )
        findings = {"encoding": encoding, "decimal": sign, "currency": self.options.currency}
        rows, zero = without_zero(rows)
        self.skipped += zero
        return Found(
            "ofx", tuple(accounts), tuple(rows), tuple(self.skipped), tuple(self.questions), findings
        )

    def _decimal(self) -> str:
        """OFX 2.2, 3.2.9.1: a point or a comma, and no thousands separators. Banks write those all the same,
        so all amounts of the file are asked together; where none shows it, the standard is taken at its word."""
        if self.options.decimal:
            return self.options.decimal
        written = [
            amounts.take_apart(x) for x in re.findall(r"<(?:TRNAMT|BALAMT)>\s*([^<\r\n]+)", self.text, re.I)
        ]
        bodies = [w.body for w in written if w]
        sign = amounts.agreed_sign(bodies)
        if sign != "?":
            return sign or "."
        return "," if all("." not in body for body in bodies) else "."

    def _account(self, account: Any, sign: str) -> SourceAccount:
        number = (account.account_id or "").strip()
        currency = (account.curdef or getattr(account.statement, "currency", "") or "").upper()
        balance = getattr(account.statement, "balance", None)
        balance_date = getattr(account.statement, "balance_date", None)
        kind = {2: "card", 3: "investment"}.get(account.type) or _KINDS.get(
            account.account_type.upper(), "bank"
        )
        bank = (account.routing_number or "").strip()
        return SourceAccount(
            key=f"{bank}/{number}" if bank and number else number,
            name=number,
            kind=kind,
            currency=currency if currency in CURRENCIES else self.options.currency,
            balance=balance if isinstance(balance, Decimal) and _is_sum(balance) else None,
            balance_day=balance_date.date().isoformat() if balance_date else None,
        )

    def _rows(self, account: Any, source: SourceAccount, sign: str) -> list[Row]:
        rows = []
        for entry in account.statement.transactions:
            if hasattr(entry, "tag"):
                rows.append(self._row(entry, source, sign))
        for dropped in account.statement.discarded_entries:
            tag = dropped["content"]
            if tag.name == "stmttrn":
                rows.append(self._dropped(tag, source, str(dropped["error"])))
        return rows

    def _row(self, entry: Any, source: SourceAccount, sign: str) -> Row:
        tag = entry.tag
        posted = _value(tag, "dtposted")
        day = _day(posted)
        written = amounts.take_apart(_value(tag, "trnamt"))
        amount = amounts.read(written, sign) if written else None
        trouble = None
        if len(tag.find_all("dtposted")) > 1 or tag.find("stmttrn"):
            trouble = RowProblem(
                "import_row_broken", "The transaction is not closed (</STMTTRN> is missing)."
            )
        elif day is None:
            trouble = RowProblem("import_row_day", f"DTPOSTED {posted!r} is no day.")
        elif amount is None:
            trouble = RowProblem("import_row_amount", f"TRNAMT {_value(tag, 'trnamt')!r} is no amount.")
        currency, amount = self._own_currency(tag, source, amount)
        payee, note = _texts(entry)
        return Row(
            line=tag.sourceline, day=day, amount=amount, currency=currency, account=source.key,
            payee=payee, note=note, bank_id=entry.id or None, problem=trouble,
        )  # fmt: skip

    def _own_currency(
        self, tag: Any, source: SourceAccount, amount: Decimal | None
    ) -> tuple[str | None, Decimal | None]:
        """OFX 2.2, 5.2: inside <CURRENCY> the amount is in CURSYM and one unit of it is CURRATE of the account's;
        inside <ORIGCURRENCY> it is converted already. Rounding to the account's decimals is done where minor
        units are made, half to even."""
        foreign = tag.find("currency")
        if foreign is None or amount is None:
            return source.currency, amount
        rate = amounts.take_apart(_value(foreign, "currate"))
        value = amounts.read(rate, "," if "," in rate.body else ".") if rate else None
        if not value:
            return source.currency, amount
        exponent = CURRENCIES.get(source.currency or "", 2)
        return source.currency, (amount * value).quantize(Decimal(1).scaleb(-exponent))

    def _dropped(self, tag: Any, source: SourceAccount, error: str) -> Row:
        posted, amount = _value(tag, "dtposted"), _value(tag, "trnamt")
        if not amount or not (written := amounts.take_apart(amount)):
            said = f"TRNAMT {amount!r} is no amount." if amount else "The amount (TRNAMT) is missing."
            trouble = RowProblem("import_row_amount", said)
        elif not _day(posted):
            said = f"DTPOSTED {posted!r} is no day." if posted else "The day (DTPOSTED) is missing."
            trouble = RowProblem("import_row_day", said)
        elif "FIT" in error:
            return self._without_id(tag, source, written)
        else:
            trouble = RowProblem("import_row_broken", re.sub(r"\s+", " ", error))
        return Row(
            line=tag.sourceline, day=_day(posted), currency=source.currency, account=source.key,
            payee=_value(tag, "name") or _value(tag, "memo"), problem=trouble,
        )  # fmt: skip

    def _without_id(self, tag: Any, source: SourceAccount, written: amounts.Written) -> Row:
        """A transaction without FITID is whole but for its id; it is recognised again by what it says."""
        amount = amounts.read(written, self._decimal())
        trouble = (
            None if amount else RowProblem("import_row_amount", f"TRNAMT {written.body!r} is no amount.")
        )
        payee, note = _value(tag, "name"), _value(tag, "memo")
        return Row(
            line=tag.sourceline, day=_day(_value(tag, "dtposted")), amount=amount, currency=source.currency,
            account=source.key, payee=payee or note, note=note if payee else "", problem=trouble,
        )  # fmt: skip

    def _note_the_rest(self) -> None:
        """Trades and the bank's own error messages are told, not imported: Outlay keeps money, not securities."""
        for status in _STATUS.finditer(self.text):
            if status["severity"].upper() == "ERROR":
                said = f"{status['code']} {(status['message'] or '').strip()}"
                self.skipped.append(
                    Skipped(_line_of(self.text, status.start()), said, "the bank's error message")
                )
        for match in _TRADE.finditer(self.text):
            self.skipped.append(
                Skipped(_line_of(self.text, match.start()), match[1].upper(), "a trade of securities")
            )


def _is_sum(value: Decimal) -> bool:
    """ofxparse lets NaN and 1E+999999 pass."""
    return value.is_finite() and value.adjusted() < 16


def _value(tag: Any, name: str) -> str:
    """The text of a child element, '' where it has none."""
    child = tag.find(name)
    if child is None or not child.contents:
        return ""
    return re.sub(r"\s+", " ", str(child.contents[0])).strip() if child.contents[0].name is None else ""


def _day(posted: str) -> str | None:
    """The day as the digits of a date say it (OFX 2.2, 3.2.8: YYYYMMDDHHMMSS.XXX[offset:name])."""
    match = re.match(r"(\d{4})(\d{2})(\d{2})(?:\d{2}|\D|$)", posted)
    if match is None:
        return None
    parts = (int(match[1]), int(match[2]), int(match[3]))
    return days.read(days.Written(parts, parts, "", None), "ymd")


def _texts(entry: Any) -> tuple[str, str]:
    """Payee and note; without a NAME the MEMO is the payee."""
    payee, memo = (re.sub(r"\s+", " ", x or "").strip() for x in (entry.payee, entry.memo))
    note = [memo] if payee and memo != payee else []
    if entry.checknum and entry.checknum.strip("0"):
        note.append(f"#{entry.checknum}")
    return payee or memo, "\n".join(note)
