"""The devices of a book: who may speak as which, and where each stands."""

from __future__ import annotations

from typing import Any

from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

Device = dict[str, Any]


def find(read: Read, book_id: str, device_id: str) -> Device | None:
    rows = read.select("device", "book_id = :book AND device_id = :device", book=book_id, device=device_id)
    return rows[0] if rows else None


def admit(device: Device, person_id: str) -> None:
    """Refuses `device_foreign` when it speaks for another person, `device_revoked` when it was signed out."""
    if device["person_id"] != person_id:
        raise Refusal("device_foreign", field="device")
    if device["revoked_at_ms"] is not None:
        raise Refusal("device_revoked", field="device")


def refuse_revoked(read: Read, book_id: str, device_id: str) -> None:
    """Refuses `device_revoked`. One that is not known yet has only not pushed."""
    revoked: int | None = read.value(
        "SELECT revoked_at_ms FROM device WHERE book_id = :book AND device_id = :device",
        book=book_id, device=device_id,
    )  # fmt: skip
    if revoked is not None:
        raise Refusal("device_revoked", field="device")


def enter(tx: Tx, *, device_id: str, person_id: str, schema: int, name: str | None = None) -> Device:
    """The device's row; a first push makes it. Its ordinal stands for it in every merge mark. Without a `name` it
    keeps the one it has."""
    book_id = tx.book["id"]
    device = find(tx, book_id, device_id)
    if device is None:
        ordinal, count = tx.all(
            "SELECT COALESCE(MAX(ordinal), 0), COUNT(*) FROM device WHERE book_id = :book", book=book_id
        )[0]
        if count >= limits.DEVICES_PER_BOOK:
            raise Refusal("devices_too_many", field="device", limit=limits.DEVICES_PER_BOOK)
        device = {
            "book_id": book_id, "device_id": device_id, "ordinal": ordinal + 1, "person_id": person_id,
            "name": None, "last_seq": 0, "pulled_ver": 0, "schema_version": schema, "revoked_at_ms": None,
            "seen_at_ms": tx.now_ms,
        }  # fmt: skip
    admit(device, person_id)
    return {**device, "name": name or device["name"], "schema_version": schema, "seen_at_ms": tx.now_ms}


def list_of(read: Read, book_id: str) -> list[Device]:
    """Every device that ever pushed to the book, the one seen last first."""
    return read.select("device", "book_id = :book", order="seen_at_ms DESC, device_id", book=book_id)


def revoke(tx: Tx, device_id: str) -> None:
    """Ends a device: what it still holds can be exported there, but not pushed. Refuses `device_unknown`."""
    changed = tx.run(
        "UPDATE device SET revoked_at_ms = :now WHERE book_id = :book AND device_id = :device",
        now=tx.now_ms, book=tx.book["id"], device=device_id,
    )  # fmt: skip
    if not changed:
        raise Refusal("device_unknown", field="device")


def forget_names(tx: Tx, person_id: str) -> None:
    """The devices of somebody who is erased have no name any more, and write no more."""
    tx.run(
        "UPDATE device SET name = NULL, revoked_at_ms = COALESCE(revoked_at_ms, CAST(:now AS BIGINT))"
        " WHERE book_id = :book AND person_id = :person_id",
        now=tx.now_ms,
        book=tx.book["id"],
        person_id=person_id,
    )


def of_erased(read: Read, book_id: str) -> list[str]:
    """People who wrote in the book from a device and are no more."""
    found = read.all(
        "SELECT DISTINCT person_id FROM device WHERE book_id = :book ORDER BY person_id", book=book_id
    )
    ids = [row[0] for row in found]
    if not ids:
        return []
    living = {row[0] for row in read.all("SELECT person_id FROM person WHERE person_id IN :ids", ids=ids)}
    return [person_id for person_id in ids if person_id not in living]
