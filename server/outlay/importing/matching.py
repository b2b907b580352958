"""What the book knows about a file: its accounts, its bank ids, its transactions, its payees' habits. Reads only."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from outlay.importing.options import Given
from outlay.importing.reading import Found, Question, SourceAccount
from outlay.importing.rules import DAYS_APART, Candidate, Existing, candidates, judged
from outlay.kernel.dates import LAST_DAY, day_number, day_of
from outlay.kernel.text import search_key
from outlay.ledger.queries import rows
from outlay.store.read import Read

Row = dict[str, Any]

NEWEST_PAGE: Final = 1_000
NEWEST_PAGES: Final = 5
"""How far back payees are looked for together; beyond, each by itself."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A file beside its book. chosen: key in the file → account id, or the new account to make."""

    found: Found
    accounts: dict[str, Row]
    chosen: dict[str, Row]
    questions: tuple[Question, ...]
    candidates: list[Candidate]


def match(read: Read, book_id: str, found: Found, options: Given) -> Matched:
    """Chooses accounts, then judges every row."""
    accounts = {row["id"]: row for row in rows(read, book_id, "account")}
    chosen = _choose(read, book_id, found, options, accounts)
    ids = {key: choice["id"] for key, choice in chosen.items() if "id" in choice}
    made = _candidates(book_id, found, ids, _currencies(found, chosen, accounts))
    used = set(ids.values())
    known = known_references(read, book_id, used)
    existing = existing_near(read, book_id, used, [c.row.day for c in made if c.row.day], known)
    return Matched(found, accounts, chosen, _questions(found, chosen), judged(made, known, existing))


def _candidates(
    book_id: str, found: Found, accounts: Mapping[str, str], currencies: Mapping[str, str]
) -> list[Candidate]:
    """Most files are carried out as they were previewed, and then these are the same."""
    key = (book_id, *sorted(accounts.items()), *sorted(currencies.items()))
    if key not in found.remembered:
        found.remembered.clear()
        found.remembered[key] = candidates(book_id, found, accounts, currencies)
    made: list[Candidate] = found.remembered[key]
    return made


def _currencies(found: Found, chosen: Mapping[str, Row], accounts: Mapping[str, Row]) -> dict[str, str]:
    """Key in the file → currency of the book's account, or of the new one."""
    currencies: dict[str, str] = {}
    for source in found.accounts:
        choice = chosen.get(source.key, {})
        if "id" in choice:
            currencies[source.key] = accounts[choice["id"]]["currency"]
        elif currency := choice.get("new", {}).get("currency") or source.currency:
            currencies[source.key] = currency
    return currencies


def _choose(
    read: Read, book_id: str, found: Found, options: Given, accounts: Mapping[str, Row]
) -> dict[str, Row]:
    """A person's choice, else the account of an earlier file with the same key, else one of the same name."""
    chosen: dict[str, Row] = {}
    earlier = _earlier_choices(read, book_id)
    for source in found.accounts:
        given = options.get("accounts", {}).get(source.key)
        if given is not None and ("new" in given or given["id"] in accounts):
            chosen[source.key] = given
        elif source.key and earlier.get(source.key) in accounts:
            chosen[source.key] = {"id": earlier[source.key]}
        elif (named := _by_name(source, accounts)) is not None:
            chosen[source.key] = {"id": named}
    return chosen


def _earlier_choices(read: Read, book_id: str) -> dict[str, str]:
    done = read.select(
        "import", "book_id = :book AND status = 'done'", order="created_at_ms DESC, id DESC", limit=100,
        columns=["book_id", "id", "accounts"], book=book_id,
    )  # fmt: skip
    earlier: dict[str, str] = {}
    for row in reversed(done):
        earlier.update(row["accounts"] or {})
    return earlier


def _by_name(source: SourceAccount, accounts: Mapping[str, Row]) -> str | None:
    key = search_key(source.name)
    fitting = [
        row["id"]
        for row in accounts.values()
        if key and search_key(row["name"]) == key and source.currency in (None, row["currency"])
    ]
    return fitting[0] if len(fitting) == 1 else None


def suggestions(source: SourceAccount, accounts: Mapping[str, Row]) -> list[str]:
    """Accounts of the book that may be meant, likeliest first: the last digits in the name, the kind, the order."""
    last = source.name[-4:]
    fitting = [r for r in accounts.values() if not r["archived"] and source.currency in (None, r["currency"])]
    fitting.sort(
        key=lambda r: (
            not (len(last) == 4 and last in r["name"]),
            r["kind"] != source.kind,
            r["position"],
            r["id"],
        )
    )
    return [row["id"] for row in fitting[:20]]


def _questions(found: Found, chosen: Mapping[str, Row]) -> tuple[Question, ...]:
    """The reader's questions that the accounts do not answer, and the accounts that nobody named."""
    with_rows = {row.account for row in found.rows}
    left = []
    for question in found.questions:
        if question.name == "currency":
            keys = {question.account} if question.account is not None else with_rows
            if all(key not in with_rows or _settles_currency(chosen.get(key or "")) for key in keys):
                continue
        left.append(question)
    for source in found.accounts:
        if source.key in with_rows and source.key not in chosen:
            named = f"account {source.name}" if source.name else "this file's account"
            left.append(Question("account", f"Which account of the book is {named}?", (), source.key))
    return tuple(left)


def _settles_currency(choice: Row | None) -> bool:
    return choice is not None and ("id" in choice or "currency" in choice.get("new", {}))


def known_references(read: Read, book_id: str, account_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """(account id, reference) → transaction id, for everything ever imported into these accounts."""
    if not account_ids:
        return {}
    found = read.all(
        "SELECT account_id, bank_id, transaction_id FROM import_ref WHERE book_id = :book AND account_id IN :accounts",
        book=book_id, accounts=sorted(account_ids),
    )  # fmt: skip
    return {(account_id, reference): transaction_id for account_id, reference, transaction_id in found}


def existing_near(
    read: Read,
    book_id: str,
    account_ids: Collection[str],
    days: Sequence[str],
    known: Mapping[tuple[str, str], str],
) -> list[Existing]:
    """What live transactions do to these accounts from a few days before the first day to a few after the last."""
    if not account_ids or not days:
        return []
    reference_of = {(account, transaction): reference for (account, reference), transaction in known.items()}
    found = read.all(
        "SELECT transaction_id, account_id, day, CAST(SUM(amount_minor) AS BIGINT) FROM line "
        "WHERE book_id = :book AND account_id IN :accounts AND day BETWEEN :first AND :last "
        "GROUP BY transaction_id, account_id, day",
        book=book_id, accounts=sorted(account_ids),
        first=day_of(day_number(min(days)) - DAYS_APART), last=day_of(day_number(max(days)) + DAYS_APART),
    )  # fmt: skip
    return [Existing(t, a, day, int(amount), reference_of.get((a, t))) for t, a, day, amount in found]


def habits(read: Read, book_id: str, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(payee id, kind) → category, as far as wanted: that of the payee's last transaction of the kind when it has one
    line, else the payee's own. Most payees of a file are among the newest transactions of the book; only the others'
    are looked through."""
    categories = read.all("SELECT id, kind FROM category WHERE book_id = :book AND NOT deleted", book=book_id)
    kinds: dict[str, str] = dict(categories)
    own = read.all("SELECT id, category_id FROM payee WHERE book_id = :book AND NOT deleted", book=book_id)
    found = {(row_id, kinds[category_id]): category_id for row_id, category_id in own if category_id in kinds}
    last = _newest(read, book_id, wanted)
    if missing := {payee_id for payee_id, kind in wanted if (payee_id, kind) not in last}:
        of_others = read.all(
            "SELECT payee_id, kind, lines FROM (SELECT payee_id, kind, lines, ROW_NUMBER() OVER "
            '(PARTITION BY payee_id, kind ORDER BY day DESC, id DESC) AS place FROM "transaction" '
            "WHERE book_id = :book AND payee_id IN :payees AND NOT deleted AND kind <> 'transfer') AS newest "
            "WHERE place = 1",
            book=book_id, payees=sorted(missing),
        )  # fmt: skip
        last |= {(payee_id, kind): lines for payee_id, kind, lines in of_others}
    for (payee_id, kind), lines in last.items():
        parts = json.loads(lines)
        if len(parts) == 1 and kinds.get(parts[0]["category_id"]) == kind:
            found[(payee_id, kind)] = parts[0]["category_id"]
    return found


def _newest(read: Read, book_id: str, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(payee id, kind) → lines of the newest transaction, of those that are among the book's newest."""
    last: dict[tuple[str, str], str] = {}
    left = set(wanted)
    before = (LAST_DAY, "~")  # after every id
    for _ in range(NEWEST_PAGES if left else 0):
        page = read.all(
            'SELECT payee_id, kind, lines, day, id FROM "transaction" WHERE book_id = :book AND NOT deleted '
            "AND (day, id) < (:day, :id) ORDER BY day DESC, id DESC LIMIT :page",
            book=book_id, day=before[0], id=before[1], page=NEWEST_PAGE,
        )  # fmt: skip
        for payee_id, kind, lines, *_ in page:
            if (payee_id, kind) in left:
                left.remove((payee_id, kind))
                last[(payee_id, kind)] = lines
        if not left or len(page) < NEWEST_PAGE:
            break
        before = page[-1][3], page[-1][4]
    return last


def categories_by_name(read: Read, book_id: str) -> dict[tuple[str, str], str]:
    """(kind, search key of the name) → id of the book's live categories; a name that is used twice is left out."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows(read, book_id, "category"):
        found.setdefault((row["kind"], search_key(row["name"])), []).append(row["id"])
    return {key: ids[0] for key, ids in found.items() if len(ids) == 1}
