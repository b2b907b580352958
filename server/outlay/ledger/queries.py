"""Reading the ledger: rows by entity, transactions by filter newest first, balances, history.

Every function takes a `Read` (one snapshot, or the transaction of a write). Rows are dicts of all fields with
`id`, `ver`, `deleted`, `fmeta`, `extra`, `book_id`; sealed texts are open. Tombstones are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from outlay.kernel import limits
from outlay.kernel.money import MAX_MINOR, format_plain
from outlay.kernel.text import search_key
from outlay.ledger.entities import Row, entities
from outlay.ledger.undo import created
from outlay.store.read import Read

_CHUNK = 500


def get(read: Read, book_id: str, entity: str, row_id: str) -> Row | None:
    """One live row, or None."""
    row = read.by_ids(entity, book_id, [row_id]).get(row_id)
    return None if row is None or row["deleted"] else row


def settings(read: Read, book_id: str) -> Row | None:
    """The book's settings, or None before they are made."""
    return get(read, book_id, "settings", book_id)


def rows(read: Read, book_id: str, entity: str, *, archived: bool = True) -> list[Row]:
    """Every live row of a small entity, in the order people see: position, then name, then id."""
    found = read.select(entity, "book_id = :book AND NOT deleted", order="id", book=book_id)
    if not archived and "archived" in entities()[entity].fields:
        found = [row for row in found if not row["archived"]]
    return sorted(
        found, key=lambda row: (row.get("position") or 0, search_key(row.get("name") or ""), row["id"])
    )


def rates(
    read: Read, book_id: str, *, from_currency: str | None = None, to_currency: str | None = None,
    before: tuple[str, str] | None = None, limit: int = limits.PAGE_ITEMS,
) -> tuple[list[Row], tuple[str, str] | None]:  # fmt: skip
    """Dated rates newest first, a page at a time by (day, id)."""
    where = ["book_id = :book", "NOT deleted"]
    params: dict[str, Any] = {"book": book_id}
    for name, value in (("from_currency", from_currency), ("to_currency", to_currency)):
        if value is not None:
            where.append(f"{name} = :{name}")
            params[name] = value
    return _page(read, "rate", where, params, before, limit)


def newest_rate(
    read: Read, book_id: str, from_currency: str, to_currency: str, day: str
) -> tuple[str, str] | None:
    """(day, rate) of the newest stored rate of the pair on or before a day."""
    found = read.one(
        "SELECT day, rate FROM rate WHERE book_id = :book AND from_currency = :from_currency "
        "AND to_currency = :to_currency AND day <= :day AND NOT deleted ORDER BY day DESC, id LIMIT 1",
        book=book_id, from_currency=from_currency, to_currency=to_currency, day=day,
    )  # fmt: skip
    return None if found is None else (found[0], found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionFilter:
    """What a list of transactions is narrowed to. Amounts are those of the documents, in minor units; days are
    inclusive; `category_id` includes its children; `text` are words that must all occur somewhere."""

    from_day: str | None = None
    to_day: str | None = None
    account_id: str | None = None
    category_id: str | None = None
    payee_id: str | None = None
    tag_id: str | None = None
    import_id: str | None = None
    kind: str | None = None
    currency: str | None = None
    min_minor: int | None = None
    max_minor: int | None = None
    uncategorised: bool = False
    text: str | None = None


@dataclass(slots=True)
class Page:
    """Items newest first; `next` is the (day, id) to go on after, or None at the end."""

    items: list[Row] = field(default_factory=list)
    next: tuple[str, str] | None = None


_COMPARED = {
    "from_day": "day >= :from_day", "to_day": "day <= :to_day", "kind": "kind = :kind",
    "currency": "currency = :currency", "payee_id": "payee_id = :payee_id", "import_id": "import_id = :import_id",
    "min_minor": "amount_minor >= :min_minor", "max_minor": "amount_minor <= :max_minor",
    "account_id": "(account_id = :account_id OR to_account_id = :account_id)",
    "tag_id": "replace(tag_ids, :tag_id, '') <> tag_ids",
}  # fmt: skip


def transactions(
    read: Read, book_id: str, wanted: TransactionFilter | None = None, *, before: tuple[str, str] | None = None,
    limit: int = limits.PAGE_ITEMS,
) -> Page:  # fmt: skip
    """A page of live transactions, newest first by (day, id).

    A `text` opens at most SEARCH_TEXTS rows for one page; when they are used up, `next` says where to go on
    though the page may hold fewer items than asked for.
    """
    wanted = wanted or TransactionFilter()
    where, params = _narrowed(read, book_id, wanted)
    words = search_key(wanted.text).split(" ") if wanted.text and wanted.text.strip() else []
    if not words:
        return Page(*_page(read, "transaction", where, params, before, limit))
    names = _Names(read, book_id)
    page = Page(next=before)
    for _ in range(0, limits.SEARCH_TEXTS, _CHUNK):
        found, following = _page(read, "transaction", where, params, page.next, _CHUNK)
        for row in found:
            if names.match(row, words):
                page.items.append(row)
                if len(page.items) == limit:
                    page.next = (row["day"], row["id"])
                    return page
        page.next = following
        if following is None:
            break
    return page


def _narrowed(read: Read, book_id: str, wanted: TransactionFilter) -> tuple[list[str], dict[str, Any]]:
    where, params = ["book_id = :book", "NOT deleted"], {"book": book_id}
    for name, condition in _COMPARED.items():
        value = getattr(wanted, name)
        if value is not None:
            where.append(condition)
            params[name] = value
    lines = "SELECT transaction_id FROM line WHERE book_id = :book"
    if wanted.category_id is not None:
        children = "SELECT id FROM category WHERE book_id = :book AND parent_id = :parent AND NOT deleted"
        found = read.all(children, book=book_id, parent=wanted.category_id)
        params["categories"] = [wanted.category_id, *(row[0] for row in found)]  # type: ignore[assignment]
        where.append(f"id IN ({lines} AND category_id IN :categories)")
    if wanted.uncategorised:
        where.append(f"id IN ({lines} AND category_id IS NULL AND flow IN ('expense', 'income'))")
    return where, params


def _page(
    read: Read,
    table: str,
    where: list[str],
    params: dict[str, Any],
    before: tuple[str, str] | None,
    limit: int,
) -> tuple[list[Row], tuple[str, str] | None]:
    if before is not None:
        where, params = [*where, "(day, id) < (:before_day, :before_id)"], {**params}
        params["before_day"], params["before_id"] = before
    limit = max(1, min(limit, limits.PAGE_ITEMS_MAX))
    found = read.select(table, " AND ".join(where), order="day DESC, id DESC", limit=limit + 1, **params)
    more = len(found) > limit
    found = found[:limit]
    return found, (found[-1]["day"], found[-1]["id"]) if more else None


class _Names:
    """The names a transaction's ids stand for, folded for comparing."""

    def __init__(self, read: Read, book_id: str) -> None:
        self._names: dict[str, str] = {}
        for entity in ("account", "category", "payee", "tag"):
            for row in read.select(
                entity, "book_id = :book AND NOT deleted", columns=("book_id", "id", "name"), book=book_id
            ):
                self._names[row["id"]] = search_key(row["name"] or "")

    def match(self, row: Row, words: list[str]) -> bool:
        """Does every word occur in its note, payee, categories, accounts, tags or amount?"""
        ids = [row["payee_id"], row["account_id"], row["to_account_id"], *row["tag_ids"]]
        ids += [item["category_id"] for item in row["lines"]]
        texts = [self._names.get(row_id, "") for row_id in ids if row_id is not None]
        texts += [search_key(row["note"] or ""), format_plain(row["amount_minor"], row["currency"])]
        hay = "\n".join(texts)
        return all(word in hay for word in words)


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's balance in its own currency until a day, what later days do to it, its lines and the day of its
    newest one. A balance that passes MAX_MINOR is None: the account must stay readable for whoever repairs it."""

    balance_minor: int | None
    ahead_minor: int
    count: int
    last_day: str | None


_BALANCES = """
SELECT a.id, a.opening_minor + COALESCE(r.minor, 0), COALESCE(r.count, 0),
       (SELECT CAST(SUM(l.amount_minor) AS BIGINT) FROM line AS l
        WHERE l.book_id = :book AND l.account_id = a.id AND l.day > :today),
       (SELECT MAX(l.day) FROM line AS l WHERE l.book_id = :book AND l.account_id = a.id)
FROM account AS a
LEFT JOIN (SELECT r.account_id, CAST(SUM(r.amount_minor) AS BIGINT) AS minor, CAST(SUM(r.count) AS BIGINT) AS count
           FROM rollup AS r WHERE r.book_id = :book{only} GROUP BY r.account_id) AS r ON r.account_id = a.id
WHERE a.book_id = :book AND NOT a.deleted"""


def balances(read: Read, book_id: str, *, today: str, account_id: str | None = None) -> dict[str, Balance]:
    """Opening amount plus the sum of its lines until `today`: what the rollups have without the lines of days to
    come. For every live account or one."""
    sql = _BALANCES.format(only="" if account_id is None else " AND r.account_id = :account")
    if account_id is not None:
        sql += " AND a.id = :account"
    found = {}
    for row_id, whole, count, later, last_day in read.all(sql, book=book_id, account=account_id, today=today):
        ahead = later or 0
        exact = abs(whole - ahead) <= MAX_MINOR and abs(ahead) <= MAX_MINOR
        found[row_id] = Balance(whole - ahead if exact else None, ahead if exact else 0, count, last_day)
    return found


def conflicts(
    read: Read, book_id: str, *, before: tuple[int, str] | None = None, limit: int = limits.PAGE_ITEMS
) -> tuple[list[Row], tuple[int, str] | None]:
    """Conflicts nobody has looked at, newest first, a page at a time by (ver, id)."""
    where = "book_id = :book AND NOT deleted AND resolved_at_ms IS NULL"
    params: dict[str, Any] = {"book": book_id}
    if before is not None:
        where += " AND (ver, id) < (:before_ver, :before_id)"
        params |= {"before_ver": before[0], "before_id": before[1]}
    found = read.select("sync_conflict", where, order="ver DESC, id DESC", limit=limit + 1, **params)
    page = found[:limit]
    return page, (page[-1]["ver"], page[-1]["id"]) if len(found) > limit else None


def history(
    read: Read,
    book_id: str,
    *,
    row_id: str | None = None,
    mutation_id: str | None = None,
    ver: int | None = None,
    limit: int | None = None,
    whole: bool = True,
) -> list[Row]:
    """What happened to a row, newest first, or in one change. `payload` is {before, after} of changed units;
    that of a new row is worked out from what came later, unless nobody needs it (`whole` False).

    A change is read in full, a row's or the book's history PAGE_ITEMS_MAX at most, unless `limit` says otherwise.
    """
    where = ["book_id = :book"]
    params: dict[str, Any] = {"book": book_id}
    for name, value in (("row_id", row_id), ("ver", ver), ("mutation_id", mutation_id)):
        if value is not None:
            where.append(f"{name} = :{name}")
            params[name] = value
    if limit is None and ver is None and mutation_id is None:
        limit = limits.PAGE_ITEMS_MAX
    order = "ver DESC, entity, row_id"
    found = read.select("history", " AND ".join(where), order=order, limit=limit, **params)
    if whole:
        _complete(read, book_id, [entry for entry in found if entry["action"] == "create"])
    return found


def author(
    read: Read, book_id: str, entity: str, row_id: str, *, ver: int
) -> tuple[str, str | None, int | None]:
    """(device, person, when in ms) of the change that one version made to a row; `import` and the like for what no
    device made, '' for a change that is in no history."""
    found = read.all(
        "SELECT device_id, person_id, at_ms FROM history "
        "WHERE book_id = :book AND row_id = :row AND ver = :ver AND entity = :entity",
        book=book_id, row=row_id, ver=ver, entity=entity,
    )  # fmt: skip
    device_id, person_id, at_ms = found[0] if found else ("", None, None)
    return device_id or "", person_id, at_ms


def _complete(read: Read, book_id: str, entries: list[Row]) -> None:
    """Gives entries about new rows their `after` (see `undo.stored`)."""
    for at in range(0, len(entries), _CHUNK):
        chunk = entries[at : at + _CHUNK]
        ids = [entry["row_id"] for entry in chunk]
        later: dict[tuple[str, str], list[Row]] = {}
        where = "book_id = :book AND row_id IN :ids AND ver > :ver"
        first = min(entry["ver"] for entry in chunk)
        for change in read.select("history", where, order="ver", book=book_id, ids=ids, ver=first):
            later.setdefault((change["entity"], change["row_id"]), []).append(change)
        rows = read.by_ids_of(
            book_id, {entity: [e["row_id"] for e in chunk if e["entity"] == entity] for entity in entities()}
        )
        for entry in chunk:
            entity, row_id = entry["entity"], entry["row_id"]
            changes = later.get((entity, row_id), ())
            payloads = [change["payload"] for change in changes if change["ver"] > entry["ver"]]
            after = created(entity, payloads, rows.get(entity, {}).get(row_id))
            entry["payload"] = {"before": None, "after": after}
