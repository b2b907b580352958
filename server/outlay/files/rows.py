"""What the database knows of a book's files, and the names they have in the object store."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.keys import aad
from outlay.store.read import Read
from outlay.store.write import Tx

JOB: Final = "files"
"""The job of a book that has files: `batch.files` looks for those that nothing names."""
DAY_MS: Final = 86_400_000
KEEP_MS: Final = limits.FILE_DAYS * DAY_MS
NEVER_MS: Final = 2**53


def name_of(read: Read, book_id: str, sha256: str) -> str:
    """`BOOK/…`: an HMAC under the book's key. The same photo in two books has two names, and neither tells its hash."""
    return places_of(read, book_id, sha256)[0][0]


def places_of(read: Read, book_id: str, sha256: str) -> list[tuple[str, bytes]]:
    """(name, key) under each of the book's keys, the present one first: a file may not have been moved yet."""
    names = read.derived_keys(book_id, "file-names")
    return [
        (f"{book_id}/{hmac.new(name, sha256.encode(), hashlib.sha256).hexdigest()}", key)
        for name, key in zip(names, read.derived_keys(book_id, "files"), strict=True)
    ]


def key_of(read: Read, book_id: str) -> bytes:
    """The key that the book's files are sealed under."""
    return read.derived_key(book_id, "files")


def bound_to(book_id: str, sha256: str) -> bytes:
    return aad("file", "bytes", book_id, sha256)


def is_here(read: Read, book_id: str, sha256: str) -> bool:
    """Whether the book has all its bytes."""
    sql = "SELECT 1 FROM file WHERE book_id = :book AND sha256 = :sha256 AND state = :state"
    return read.value(sql, book=book_id, sha256=sha256, state="here") is not None


def reserve(tx: Tx, sha256: str, size: int) -> None:
    """Keeps room for a file that is about to come. Refuses `files_full`, `busy` (it is just being deleted)."""
    book_id = tx.book["id"]
    found = tx.one(
        "SELECT state FROM file WHERE book_id = :book AND sha256 = :sha256", book=book_id, sha256=sha256
    )
    if found and found[0] == "leaving":
        raise Refusal("busy", detail="This file is just being deleted.", retry_after_s=60)
    if not found:
        count, held = tx.all(
            "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM file WHERE book_id = :book",
            book=book_id,
        )[0]
        if count >= limits.FILES_PER_BOOK or held + size > limits.FILE_BOOK_BYTES:
            raise Refusal("files_full", max_bytes=limits.FILE_BOOK_BYTES, bytes=held)
    _put(tx, sha256, size, "here" if found and found[0] == "here" else "arriving")
    wanted(tx, tx.now_ms + DAY_MS)


def arrived(tx: Tx, sha256: str, size: int) -> None:
    """Its bytes are in the object store."""
    _put(tx, sha256, size, "here")


def wanted(tx: Tx, due_ms: int) -> None:
    """Somebody looks at the book's files then, or earlier."""
    tx.send(
        "INSERT INTO job (book_id, name, due_ms) VALUES (:book, :name, :due) "
        "ON CONFLICT (book_id, name) DO UPDATE SET due_ms = excluded.due_ms WHERE job.due_ms > excluded.due_ms",
        book=tx.book["id"], name=JOB, due=due_ms,
    )  # fmt: skip


def settle(tx: Tx) -> list[str]:
    """Marks what nothing names, and what is named again; answers the files that leave now, each with its name.

    A receipt names its file while it and its transaction are there. Nothing of a deleted book is named.
    """
    named = named_files(tx) if tx.book["status"] == "live" else {}
    now_ms, leaving = tx.now_ms, []
    for row in tx.select("file", "book_id = :book", "sha256", book=tx.book["id"]):
        unused = row["unused_since_ms"]
        if row["state"] == "leaving":
            leaving.append(row)
        elif row["state"] == "arriving":
            # An upload that was cut off; one that is under way is minutes old.
            if row["since_ms"] < now_ms - DAY_MS:
                leaving.append(row)
        elif row["sha256"] in named:
            if unused is not None:
                tx.upsert("file", [{**row, "unused_since_ms": None}])
        elif unused is None:
            tx.upsert("file", [{**row, "unused_since_ms": now_ms}])
        elif unused <= now_ms - KEEP_MS:
            leaving.append(row)
    tx.upsert("file", [{**row, "state": "leaving", "since_ms": now_ms} for row in leaving])
    return [row["sha256"] for row in leaving]


def gone(tx: Tx, sha256s: list[str]) -> None:
    """Their bytes are deleted."""
    if sha256s:
        tx.run(
            "DELETE FROM file WHERE book_id = :book AND state = :state AND sha256 IN :names",
            book=tx.book["id"], state="leaving", names=sha256s,
        )  # fmt: skip


def named_files(read: Tx) -> dict[str, int]:
    """sha256 → size of what receipts name."""
    rows = read.all(
        'SELECT r.sha256, MAX(r.size) FROM receipt r JOIN "transaction" t '
        "ON t.book_id = r.book_id AND t.id = r.transaction_id WHERE r.book_id = :book AND t.book_id = :book "
        "AND NOT r.deleted AND NOT t.deleted GROUP BY r.sha256 ORDER BY r.sha256",
        book=read.book["id"],
    )
    return {row[0]: row[1] for row in rows}


def _put(tx: Tx, sha256: str, size: int, state: str) -> None:
    tx.upsert(
        "file",
        [
            {
                "book_id": tx.book["id"], "sha256": sha256, "size": size, "state": state, "since_ms": tx.now_ms,
                "unused_since_ms": None,
            }
        ],
    )  # fmt: skip
