"""What becomes of each row of a file: new, there already, possibly there, or faulty. Pure.

A row is recognised again by the bank's own id where the bank gives one, else by what it says (account, day,
amount, texts, and its place among rows that say the same). Both are kept as digests in `import_ref`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from outlay.importing.reading import Found, Row, RowProblem
from outlay.kernel import limits
from outlay.kernel.dates import day_number
from outlay.kernel.money import exponent
from outlay.kernel.text import search_key

State = Literal["new", "present", "possible", "faulty"]

DAYS_APART: Final = 3
"""How far apart two days of the same payment may lie: a card is charged today and booked after the weekend."""

PAYEE_CHARACTERS: Final = 120
NOTE_CHARACTERS: Final = 2000


@dataclass(slots=True)  # not frozen: that costs a fourth of reading a file again
class Candidate:
    """A row on its way into the book.

    index: place in the file's rows, from 0, by which a person's choice names it. amount_minor: signed, money in
    is positive. reference: what `import_ref.bank_id` holds for it. match: the transaction it may be (or is).
    """

    index: int
    row: Row
    account_id: str | None
    currency: str | None
    amount_minor: int | None
    reference: str
    state: State
    problem: RowProblem | None = None
    match: str | None = None


class Existing(NamedTuple):
    """What a transaction did to one account. reference: how an import knew it, or None for one made by hand."""

    transaction_id: str
    account_id: str
    day: str
    amount_minor: int
    reference: str | None


def candidates(
    book_id: str, found: Found, accounts: Mapping[str, str], currencies: Mapping[str, str]
) -> list[Candidate]:
    """Every row with its account, its minor units and its reference. accounts: key in the file → account id;
    currencies: key in the file → currency of the account it goes to. What has no account yet is judged as far as
    possible."""
    made: list[Candidate] = []
    seen: dict[tuple[object, ...], int] = {}
    by_bank_id: dict[tuple[str, str], tuple[str | None, Decimal | None]] = {}
    for index, row in enumerate(found.rows):
        account_id = accounts.get(row.account)
        currency = currencies.get(row.account) or row.currency
        trouble = row.problem or _other_currency(row, currency)
        amount_minor: int | None = None
        if trouble is None and row.amount is not None and currency is not None:
            amount_minor, trouble = _minor(row.amount, currency)
        reference = _reference(book_id, row, seen, by_bank_id)
        state: State = "faulty" if trouble else "new"
        made.append(Candidate(index, row, account_id, currency, amount_minor, reference, state, trouble))
    return made


def _other_currency(row: Row, currency: str | None) -> RowProblem | None:
    if row.currency and currency and row.currency != currency:
        return RowProblem("import_row_currency", f"The row is in {row.currency}, the account in {currency}.")
    return None


def _minor(amount: Decimal, currency: str) -> tuple[int | None, RowProblem | None]:
    """Minor units; more decimals than the currency has are a fault of the row, never rounded away."""
    scaled = amount.scaleb(exponent(currency))
    minor = int(scaled)
    if minor != scaled:
        return None, RowProblem("import_row_amount", f"{amount} has more decimals than {currency}.")
    if abs(minor) > limits.AMOUNT_MINOR:
        return None, RowProblem("import_row_amount", f"{amount} is too large.")
    return minor, None


_key_of = lru_cache(maxsize=4_096)(search_key)  # texts come again and again


def _reference(
    book_id: str,
    row: Row,
    seen: dict[tuple[object, ...], int],
    by_bank_id: dict[tuple[str, str], tuple[str | None, Decimal | None]],
) -> str:
    """'b:' digest of the bank's id, 't:' digest of what the row says.

    Some banks give one id to two transactions: the second keeps it with its day and amount added.
    """
    if row.bank_id:
        said = (row.day, row.amount)
        known = by_bank_id.setdefault((row.account, row.bank_id), said)
        name = row.bank_id if known == said else f"{row.bank_id}\n{row.day}\n{row.amount}"
        return "b:" + _digest(f"{book_id}\0{name}")
    amount = None if row.amount is None else str(row.amount.normalize())
    key = (row.account, row.day, amount, _key_of(row.payee), _key_of(row.note))
    place = seen[key] = seen.get(key, 0) + 1
    return "t:" + _digest(f"{book_id}\0{row.day}\0{amount}\0{key[3]}\0{key[4]}\0{place}")


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def judged(
    made: Iterable[Candidate], known: Mapping[tuple[str, str], str], existing: Iterable[Existing]
) -> list[Candidate]:
    """The candidates with their states. known: (account id, reference) → transaction id, also of deleted ones;
    existing: live transactions of these accounts around these days, each of which can be one row only."""
    live = {(e.account_id, e.transaction_id): e for e in existing}
    out: list[Candidate] = []
    taken: set[str] = set()
    in_file: set[tuple[str, str]] = set()
    for candidate in made:
        key = (candidate.account_id or "", candidate.reference)
        if candidate.state == "faulty":
            out.append(candidate)
        elif key in known:
            taken.add(known[key])
            out.append(_known(candidate, known[key], live.get((key[0], known[key]))))
        elif (candidate.row.account, candidate.reference) in in_file:
            out.append(replace(candidate, state="present"))
        else:
            in_file.add((candidate.row.account, candidate.reference))
            out.append(candidate)
    return _with_possible(out, list(live.values()), taken)


def _known(candidate: Candidate, transaction_id: str, there: Existing | None) -> Candidate:
    """Known by its reference. One bank id with another amount is for a person to judge; one that was edited
    or deleted by hand stays as the person left it."""
    reused = (
        there is not None
        and candidate.reference.startswith("b:")
        and (
            there.amount_minor != candidate.amount_minor
            and abs(day_number(there.day) - day_number(candidate.row.day or there.day)) > 31
        )
    )
    return replace(candidate, state="possible" if reused else "present", match=transaction_id)


def _with_possible(made: list[Candidate], existing: list[Existing], taken: set[str]) -> list[Candidate]:
    """The nearest transaction of the same account and amount within DAYS_APART, unless both come from files
    that tell transactions apart in the same way."""
    near: dict[tuple[str, int], list[Existing]] = {}
    for there in existing:
        if there.transaction_id not in taken:
            near.setdefault((there.account_id, there.amount_minor), []).append(there)
    out = []
    for candidate in made:
        match = None
        if near and candidate.state == "new" and candidate.account_id and candidate.amount_minor is not None:
            there_too = near.get((candidate.account_id, candidate.amount_minor))
            match = _nearest(candidate, there_too, taken) if there_too else None
        if match is None:
            out.append(candidate)
        else:
            taken.add(match.transaction_id)
            out.append(replace(candidate, state="possible", match=match.transaction_id))
    return out


def _nearest(candidate: Candidate, there: list[Existing], taken: set[str]) -> Existing | None:
    day = day_number(candidate.row.day or "")
    ranked = sorted(
        (abs(day_number(e.day) - day), e.day, e.transaction_id, e)
        for e in there
        if e.transaction_id not in taken and (e.reference or "")[:1] != candidate.reference[:1]
    )
    return ranked[0][3] if ranked and ranked[0][0] <= DAYS_APART else None
