"""Who belongs to which book, and with what role. `member` is the truth; `person_book` only says where to
look."""

from __future__ import annotations

from typing import Any

from outlay.identity import rules
from outlay.identity.rules import Role
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx


def role_of(read: Read, book_id: str, person_id: str) -> Role | None:
    """The person's role in the book; None when not a member."""
    found: Role | None = read.value(
        "SELECT role FROM member WHERE book_id = :book_id AND person_id = :person_id",
        book_id=book_id,
        person_id=person_id,
    )
    return found


def need(read: Read, book_id: str, person_id: str, *, to: str = "read") -> Role:
    """The person's role when it suffices `to` read, write or share.

    Refuses `book_not_found` (also to a stranger: a book's existence is not told), `book_deleted`,
    `forbidden`.
    """
    found = read.one(
        "SELECT m.role, b.status FROM member m, book b"
        " WHERE m.book_id = :book_id AND m.person_id = :person_id AND b.id = :book_id",
        book_id=book_id,
        person_id=person_id,
    )
    if found is None:
        raise Refusal("book_not_found", field="book")
    role: Role = found[0]
    if found[1] != "live":
        raise Refusal("book_deleted", field="book")
    if (to == "write" and not rules.may_write(role)) or (to == "share" and not rules.may_share(role)):
        raise Refusal("forbidden", detail=f"Your role in this book is {role}.", role=role)
    return role


def of_person(read: Read, person_id: str) -> list[dict[str, Any]]:
    """The living books of a person, the one joined first at the front: id, role, epoch, head,
    joined_at_ms."""
    ids = [
        row[0]
        for row in read.all(
            "SELECT book_id FROM person_book WHERE person_id = :person_id ORDER BY joined_at_ms, book_id",
            person_id=person_id,
        )
    ]
    if not ids:
        return []
    roles = {
        row[0]: (row[1], row[2])
        for row in read.all(
            "SELECT book_id, role, joined_at_ms FROM member WHERE book_id IN :ids AND person_id = :person_id",
            ids=ids,
            person_id=person_id,
        )
    }
    books = {row["id"]: row for row in read.select("book", "id IN :ids", ids=ids)}
    return [
        {
            "id": id_,
            "role": roles[id_][0],
            "epoch": books[id_]["epoch"],
            "head": books[id_]["head"],
            "joined_at_ms": roles[id_][1],
        }
        for id_ in ids
        if id_ in roles and id_ in books and books[id_]["status"] == "live"
    ]


def first_of(read: Read, person_id: str) -> str:
    """The book that is meant when none is named. Refuses `book_not_found`."""
    books = of_person(read, person_id)
    if not books:
        raise Refusal("book_not_found", field="book")
    first: str = books[0]["id"]
    return first


def join(tx: Tx, *, book_id: str, person_id: str, role: Role) -> None:
    """Makes the person a member, or changes the role. Refuses `too_many_members`, `too_many_books`,
    `last_owner`."""
    before = role_of(tx, book_id, person_id)
    if before is None:
        _room(tx, book_id, person_id)
    elif before == "owner" and role != "owner":
        _another_owner(tx, book_id, person_id)
    row = {"book_id": book_id, "person_id": person_id, "role": role, "joined_at_ms": tx.now_ms}
    if before is not None:
        tx.run(
            "UPDATE member SET role = :role WHERE book_id = :book_id AND person_id = :person_id",
            role=role,
            book_id=book_id,
            person_id=person_id,
        )
        return
    tx.insert("member", [row])
    tx.upsert("person_book", [{"person_id": person_id, "book_id": book_id, "joined_at_ms": tx.now_ms}])


def leave(tx: Tx, *, book_id: str, person_id: str) -> bool:
    """Ends a membership; False when there was none. Refuses `last_owner`."""
    before = role_of(tx, book_id, person_id)
    if before is None:
        return False
    if before == "owner":
        _another_owner(tx, book_id, person_id)
    for table in ("member", "person_book"):
        tx.run(
            f"DELETE FROM {table} WHERE book_id = :book_id AND person_id = :person_id",
            book_id=book_id,
            person_id=person_id,
        )
    return True


def moved(tx: Tx) -> None:
    """Members changed: the locked book's next version is taken, so that devices come and learn what they may do."""
    tx.next_version()


def members(read: Read, book_id: str) -> list[dict[str, Any]]:
    """Member rows, the first to join at the front."""
    return read.select("member", "book_id = :book_id", "joined_at_ms, person_id", book_id=book_id)


def sole_owner_with_others(read: Read, person_id: str) -> list[str]:
    """Books that would be left without an owner, but not empty, if the person went."""
    return [
        book["id"]
        for book in of_person(read, person_id)
        if book["role"] == "owner"
        and (rest := [row for row in members(read, book["id"]) if row["person_id"] != person_id])
        and not any(row["role"] == "owner" for row in rest)
    ]


def _room(tx: Tx, book_id: str, person_id: str) -> None:
    if (
        tx.value("SELECT COUNT(*) FROM member WHERE book_id = :book_id", book_id=book_id)
        >= limits.MEMBERS_PER_BOOK
    ):
        raise Refusal("too_many_members", max=limits.MEMBERS_PER_BOOK)
    count = tx.value("SELECT COUNT(*) FROM person_book WHERE person_id = :person_id", person_id=person_id)
    if count >= limits.BOOKS_PER_PERSON:
        raise Refusal("too_many_books", max=limits.BOOKS_PER_PERSON)


def _another_owner(tx: Tx, book_id: str, person_id: str) -> None:
    others = tx.value(
        "SELECT COUNT(*) FROM member WHERE book_id = :book_id AND person_id <> :person_id AND role = :owner",
        book_id=book_id,
        person_id=person_id,
        owner="owner",
    )
    if not others:
        raise Refusal("last_owner", detail="Make somebody else an owner first.")
