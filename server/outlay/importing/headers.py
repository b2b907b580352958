"""The words that banks use: names of columns, of directions, of balance lines. Pure; data in headers.json."""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

ROLES = (
    "date", "value_date", "time", "amount", "debit", "credit", "direction", "currency", "payee", "note",
    "category", "balance", "account", "bank_id",
)  # fmt: skip

NAME_CHARACTERS = 200
"""No column has a longer name; what is longer is text, of which the beginning is looked at."""

_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
_OTHERS = re.compile(r"[^\w]+|_")


@functools.cache
def data() -> dict[str, Any]:
    """headers.json, read once."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("headers.json").read_text("utf-8"))
    return loaded


@functools.lru_cache(maxsize=20_000)  # payees come again and again
def fold(text: str) -> str:
    """'Auftraggeber/Empfänger (Name):' → 'auftraggeber empfanger'."""
    text = text[:NAME_CHARACTERS]
    if text.isascii():
        return _OTHERS.sub(" ", _BRACKETS.sub(" ", text).lower()).strip()
    text = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    text = text.replace("ł", "l").replace("ø", "o").replace("æ", "ae").replace("ı", "i")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _OTHERS.sub(" ", unicodedata.normalize("NFC", text)).strip()


@functools.cache
def _words() -> dict[str, dict[str, tuple[int, str]]]:
    """role → folded word → (rank, language); the smaller rank is the better name for the role."""
    words: dict[str, dict[str, tuple[int, str]]] = {}
    for role in ROLES:
        ranks: dict[str, tuple[int, str]] = {}
        for language, names in data()[role].items():
            for rank, name in enumerate(names):
                key = fold(name) + ("*" if name.endswith("*") else "")
                if key not in ranks or ranks[key][0] > rank:
                    ranks[key] = (rank, language)
        words[role] = ranks
    return words


@functools.cache
def _beginnings(role: str) -> tuple[tuple[str, int], ...]:
    """What a header of the role may begin with, and how well that names it."""
    return tuple((key[:-1], place + 20) for key, (place, _) in _words()[role].items() if key.endswith("*"))


def rank(header: str, role: str) -> int | None:
    """How well a column's header names a role: 0 is best, None not at all."""
    ranks = _words()[role]
    folded = fold(header)
    if folded in ranks:
        return ranks[folded][0]
    return next((place for key, place in _beginnings(role) if folded.startswith(key)), None)


@functools.lru_cache(maxsize=2_000)
def _roles_of(cell: str) -> frozenset[str]:
    return frozenset(role for role in ROLES if rank(cell, role) is not None)


def roles_of(cells: list[str]) -> set[str]:
    """The roles that a row of headers names."""
    return {role for cell in cells if cell.strip() for role in _roles_of(cell)}


def is_header(cells: list[str]) -> bool:
    """A row that names a date and something with an amount."""
    roles = roles_of(cells)
    return "date" in roles | ({"date"} if "value_date" in roles else set()) and bool(
        roles & {"amount", "debit", "credit"}
    )


@functools.cache
def _languages() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for role in ROLES:
        for language, names in data()[role].items():
            for name in names:
                found.setdefault(fold(name), set()).add(language)
    return found


def languages_in(text: str) -> tuple[int, str]:
    """(how many cells are column names that we know, code page of the language that most are in)."""
    hits, votes = 0, dict[str, float]()
    known, codepages = _languages(), data()["codepages"]
    for line in text.splitlines()[:60]:
        for cell in re.split(r"[;,\t|]", line):
            folded = fold(cell.strip(' "'))
            if folded and folded in known:
                hits += 1
                for language in known[folded]:
                    votes[language] = votes.get(language, 0) + 1 / len(known[folded])
    first = max(votes, key=lambda language: votes[language], default="")
    return hits, codepages.get(first, "cp1252")


@functools.cache
def _set(name: str, key: str = "") -> frozenset[str]:
    values = data()[name][key] if key else data()[name]
    return frozenset(value if value in "+-/" else fold(value) for value in values)


def direction(text: str) -> str | None:
    """'in' | 'out' | 'neither' of a cell in a direction column, or None where it is not known."""
    text = text.strip()
    folded = text if text in ("+", "-", "/") else fold(text)
    for name in ("in", "out", "neither"):
        if folded in _set("direction_values", name):
            return name
    return None


def is_balance_line(cells: list[str]) -> bool:
    """A row one of whose cells is nothing but the name of a balance or a total."""
    return any(map(_is_balance_word, cells))


@functools.lru_cache(maxsize=20_000)
def _is_balance_word(cell: str) -> bool:
    return 0 < len(cell) <= 40 and not cell[-1].isdigit() and fold(cell) in _set("balance_words")


def is_pending(text: str) -> bool:
    """A date cell that says the transaction is not booked yet."""
    return fold(text) in _set("pending_words")


@functools.lru_cache(maxsize=20_000)
def is_card_payment(text: str) -> bool:
    """A text by which a card tells that its bill was paid."""
    folded = fold(text)
    return any(words in folded for words in _set("card_payment_words"))
