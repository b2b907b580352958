"""A file on its way into the book: kept and previewed, answered, carried out as one change, undone as one.

Reading a file takes time and no database, so it happens before the write door is asked for. What is new is
judged again inside the write: of two people who import the same file, one imports nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from outlay.importing import files
from outlay.importing.matching import Matched, match
from outlay.importing.operations import operations
from outlay.importing.options import Given, checked, merged
from outlay.importing.preview import preview, wanted
from outlay.importing.reading import Found
from outlay.kernel.refusal import Refusal
from outlay.ledger.commands import change
from outlay.store.engine import Store
from outlay.store.read import Read
from outlay.store.write import Tx

Row = dict[str, Any]

PREVIEW_DAYS: Final = 7
"""Files that nobody carried out are forgotten after this time."""
TIDY_WORK: Final = 5_000_000
_DAY_MS: Final = 86_400_000


async def create(
    store: Store, book_id: str, *, person_id: str, role: str, data: bytes, file_name: str = "",
    options: Mapping[str, Any] | None = None,
) -> Row:  # fmt: skip
    """Reads a file, keeps it sealed, and returns its preview (preview.py). Nothing of the book changes.

    Refuses `forbidden` for a viewer, `import_options`, and what the readers refuse (`import_*`, with the line)."""
    _may_write(role)
    given = checked(options or {})
    found = await asyncio.to_thread(files.read, data, given)
    packed = await asyncio.to_thread(files.pack, data)

    def write(tx: Tx) -> Row:
        tx.run(
            "DELETE FROM import WHERE book_id = :book AND status = 'preview' AND created_at_ms < :old",
            book=book_id, old=tx.now_ms - PREVIEW_DAYS * _DAY_MS,
        )  # fmt: skip
        row = {
            "book_id": book_id, "id": tx.new_id(), "status": "preview", "format": found.format, "person_id": person_id,
            "created_at_ms": tx.now_ms, "file_name": file_name[:200], "file": packed, "options": given,
        }  # fmt: skip
        tx.insert("import", [row])
        return preview(row, match(tx, book_id, found, given), given)

    return await store.write(book_id, write)


async def revise(store: Store, book_id: str, import_id: str, *, role: str, options: Mapping[str, Any]) -> Row:
    """Takes answers and overrides (options.py), reads the file again with them, returns the new preview.

    Refuses `forbidden`, `import_not_found`, `import_done`, `import_options`, and what the readers refuse."""
    _may_write(role)
    row = await store.read(lambda read: _open(read, book_id, import_id))
    given = merged(row["options"] or {}, options)
    found = await _read(row, given)

    def write(tx: Tx) -> Row:
        fresh = _open(tx, book_id, import_id)
        tx.upsert("import", [{**fresh, "options": given}])
        return preview(fresh, match(tx, book_id, found, given), given)

    return await store.write(book_id, write)


async def commit(
    store: Store,
    book_id: str,
    import_id: str,
    *,
    person_id: str,
    role: str,
    options: Mapping[str, Any] | None = None,
) -> Row:
    """Carries an import out: ONE mutation (its id is the import's), all or nothing.

    Returns {"import_id", "ver", "created", "present", "possible", "faulty", "accounts"}. Rows that are there already,
    possibly there (unless `rows` says import) or faulty are left out. Refuses `import_question` (something is not
    answered), `import_faulty_rows` (say `skip_faulty`), `import_not_found`, `import_done`, `forbidden`.
    """
    _may_write(role)
    row = await store.read(lambda read: _open(read, book_id, import_id))
    given = merged(row["options"] or {}, options or {})
    found = await _read(row, given)

    def write(tx: Tx) -> Row:
        fresh = _open(tx, book_id, import_id)
        matched = match(tx, book_id, found, given)
        _ready(matched, given)
        states = Counter(candidate.state for candidate in matched.candidates)
        chosen = [c for c in matched.candidates if wanted(c, given)]
        made = operations(tx, book_id, import_id, matched, chosen)
        ver = None
        if made.ops or made.transactions:
            outcome = change(
                tx,
                made.ops,
                transactions=made.transactions,
                person_id=person_id,
                role=role,
                name="import.commit",
                device_id="import",
                mutation_id=import_id,
            )
            ver = outcome.ver
        tx.upsert("import_ref", made.references)
        done = {"status": "done", "done_at_ms": tx.now_ms, "ver": ver, "count": len(chosen), "file": None}
        tx.upsert("import", [{**fresh, **done, "options": given, "accounts": made.accounts}])
        return {
            "import_id": import_id, "ver": ver, "created": len(chosen), "accounts": made.accounts,
            **{state: states[state] for state in ("present", "possible", "faulty")},
        }  # fmt: skip

    done = await store.write(book_id, write)
    files.forget()
    return done


async def undo(store: Store, book_id: str, import_id: str, *, person_id: str, role: str) -> Row:
    """Takes a whole import back as one mutation: its transactions that are still there, and the payees and accounts
    that it made and nothing else uses. Their references go, so that the file can be imported again; what a
    person had deleted singly stays known, and so deleted.

    Returns {"import_id", "ver", "deleted"}. Refuses `import_not_found`, `import_not_done`, `forbidden`.
    """
    _may_write(role)

    def write(tx: Tx) -> Row:
        row = _row(tx, book_id, import_id)
        if row["status"] != "done":
            raise Refusal("import_not_done")
        live = tx.all(
            'SELECT id FROM "transaction" WHERE book_id = :book AND import_id = :import AND NOT deleted ORDER BY id',
            **{"book": book_id, "import": import_id},
        )
        gone = [row_id for (row_id,) in live]
        ops: list[Row] = [
            {"e": "transaction", "id": row_id, "k": "delete", "unlock": True} for row_id in gone
        ]
        ops += [
            {"e": entity, "id": row_id, "k": "delete"}
            for entity, row_id in _unused(tx, book_id, row["ver"], set(gone))
        ]
        ver = None
        if ops:
            ver = change(tx, ops, person_id=person_id, role=role, name="import.undo", device_id="import").ver
        tx.delete_ids("import_ref", book_id, gone, column="transaction_id")
        tx.upsert("import", [{**row, "status": "undone", "undone_at_ms": tx.now_ms}])
        return {"import_id": import_id, "ver": ver, "deleted": len(gone)}

    return await store.write(book_id, write)


async def discard(store: Store, book_id: str, import_id: str, *, role: str) -> None:
    """Forgets a file that was not carried out. Refuses `import_not_found`, `import_done`, `forbidden`."""
    _may_write(role)

    def write(tx: Tx) -> None:
        _open(tx, book_id, import_id)
        tx.delete_ids("import", book_id, [import_id])

    await store.write(book_id, write)


def _may_write(role: str) -> None:
    if role not in ("owner", "editor"):
        raise Refusal("forbidden")


def _row(read: Read, book_id: str, import_id: str) -> Row:
    rows = read.select("import", "book_id = :book AND id = :id", book=book_id, id=import_id)
    if not rows:
        raise Refusal("import_not_found")
    return rows[0]


def _open(read: Read, book_id: str, import_id: str) -> Row:
    row = _row(read, book_id, import_id)
    if row["status"] != "preview":
        raise Refusal("import_done")
    return row


async def _read(row: Row, given: Given) -> Found:
    data = files.unpack(row["file"])
    return await asyncio.to_thread(files.read, data, given)


def _ready(matched: Matched, given: Given) -> None:
    """Every question is answered, and faulty rows are known to be left out."""
    if matched.questions:
        first = matched.questions[0]
        names = [q.name for q in matched.questions]
        raise Refusal("import_question", first.name, first.ask, questions=names)
    faulty = [c for c in matched.candidates if c.state == "faulty"]
    if faulty and not given.get("skip_faulty"):
        lines = [c.row.line for c in faulty]
        first_problem = faulty[0].problem
        said = f"Line {lines[0]}: {first_problem.detail if first_problem else ''}"
        raise Refusal("import_faulty_rows", "file", said, line=lines[0], lines=lines[:100], count=len(lines))


def _unused(tx: Tx, book_id: str, ver: int | None, gone: set[str]) -> list[tuple[str, str]]:
    """Payees and accounts that this import made, that nobody touched since and only its transactions use."""
    if ver is None:
        return []
    made = tx.all(
        "SELECT entity, row_id FROM history WHERE book_id = :book AND ver = :ver AND action = 'create' "
        "AND entity IN ('account', 'payee') ORDER BY entity DESC, row_id",
        book=book_id, ver=ver,
    )  # fmt: skip
    result = []
    for entity in ("payee", "account"):
        ids = [row_id for name, row_id in made if name == entity]
        fresh = [
            i
            for i, row in tx.by_ids(entity, book_id, ids, columns=["id", "ver", "deleted"]).items()
            if row["ver"] == ver and not row["deleted"]
        ]
        users = "payee_id IN :ids" if entity == "payee" else "(account_id IN :ids OR to_account_id IN :ids)"
        used: set[str] = set()
        if fresh:
            rows = tx.all(
                'SELECT id, payee_id, account_id, to_account_id FROM "transaction" '
                f"WHERE book_id = :book AND {users} AND NOT deleted",
                book=book_id, ids=fresh,
            )  # fmt: skip
            used = {i for row in rows if row[0] not in gone for i in row[1:] if i}
        result += [(entity, row_id) for row_id in sorted(fresh) if row_id not in used]
    # A row that others may use costs a look at every row that goes; a payee without transactions does no harm.
    return (
        result if len(result) * len(gone) <= TIDY_WORK else [item for item in result if item[0] == "account"]
    )
