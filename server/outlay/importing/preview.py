"""What a person is shown before anything happens, as JSON. Pure.

{"id", "status", "format", "file_name", "created_at_ms", "options": as answered so far, "findings": option → what was
found, "questions": [{"name", "ask", "choices": [{"value", "label"}], "account", "about"}],
"accounts": [{"key", "name", "kind", "currency", "balance_minor", "balance_day", "rows", "account_id", "new",
"suggestions": [account ids]}], "counts": {"rows", "new", "present", "possible", "faulty", "skipped", "selected"},
"skipped": [{"line", "text", "why"}], "rows": [{"index", "line", "day", "time", "amount", "amount_minor", "currency",
"account", "account_id", "payee", "note", "category", "bank_id", "state", "selected", "problem": {"code", "detail"}
| null, "match": transaction id | null}], "rows_from", "rows_total"}
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, get_args

from outlay.importing.matching import Matched, suggestions
from outlay.importing.options import Given
from outlay.importing.reading import SourceAccount
from outlay.importing.rules import Candidate, State
from outlay.kernel.money import CURRENCIES

Row = dict[str, Any]

STATES: Final[tuple[State, ...]] = get_args(State)
PAGE_ROWS: Final = 2000
"""Rows of one preview answer; the rest by `rows_from`."""
SKIPPED_SHOWN: Final = 200


def preview(row: Row, matched: Matched, given: Given, rows_from: int = 0, rows_limit: int = PAGE_ROWS) -> Row:
    """The preview of an import that is not carried out yet. `row`: its row of table `import`."""
    selected = {c.index for c in matched.candidates if wanted(c, given)}
    page = matched.candidates[rows_from : rows_from + min(rows_limit, PAGE_ROWS)]
    states = Counter(c.state for c in matched.candidates)
    counts = {state: states[state] for state in STATES}
    skipped = matched.found.skipped
    rows = Counter(row.account for row in matched.found.rows)
    return {
        "id": row["id"],
        "status": row["status"],
        "format": matched.found.format,
        "file_name": row["file_name"],
        "created_at_ms": row["created_at_ms"],
        "options": given,
        "findings": matched.found.findings,
        "questions": [
            {"name": q.name, "ask": q.ask, "choices": list(q.choices), "account": q.account, "about": q.about}
            for q in matched.questions
        ],
        "accounts": [_account(source, matched, rows[source.key]) for source in matched.found.accounts],
        "counts": {
            "rows": len(matched.candidates),
            **counts,
            "skipped": len(skipped),
            "selected": len(selected),
        },
        "skipped": [{"line": s.line, "text": s.text, "why": s.why} for s in skipped[:SKIPPED_SHOWN]],
        "rows": [_row(candidate, candidate.index in selected) for candidate in page],
        "rows_from": rows_from,
        "rows_total": len(matched.candidates),
    }


def wanted(candidate: Candidate, given: Given) -> bool:
    """Whether a row is imported: what is new, unless a person left it out; what is there, only if a person says so."""
    choice = given.get("rows", {}).get(str(candidate.index))
    if candidate.state == "faulty":
        return False
    return choice == "import" or (candidate.state == "new" and choice != "skip")


def _account(source: SourceAccount, matched: Matched, rows: int) -> Row:
    choice = matched.chosen.get(source.key, {})
    balance_minor = None
    if source.balance is not None and source.currency is not None:
        balance_minor = int(source.balance.scaleb(CURRENCIES[source.currency]))
    return {
        "key": source.key,
        "name": source.name,
        "kind": source.kind,
        "currency": source.currency,
        "balance_minor": balance_minor,
        "balance_day": source.balance_day,
        "rows": rows,
        "account_id": choice.get("id"),
        "new": choice.get("new"),
        "suggestions": suggestions(source, matched.accounts),
    }


def _row(candidate: Candidate, selected: bool) -> Row:
    row, trouble = candidate.row, candidate.problem
    return {
        "index": candidate.index,
        "line": row.line,
        "day": row.day,
        "time": row.time,
        "amount": None if row.amount is None else f"{row.amount:f}",
        "amount_minor": candidate.amount_minor,
        "currency": candidate.currency,
        "account": row.account,
        "account_id": candidate.account_id,
        "payee": row.payee,
        "note": row.note,
        "category": row.category,
        "bank_id": row.bank_id,
        "state": candidate.state,
        "selected": selected,
        "problem": {"code": trouble.code, "detail": trouble.detail} if trouble else None,
        "match": candidate.match,
    }
