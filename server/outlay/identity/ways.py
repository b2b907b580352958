"""The ways into an account beside a password and a telephone: providers and passkeys. Many belong to one person,
each to one person only, and the last is never taken away."""

from __future__ import annotations

from typing import Any, Final

from outlay.identity import keys, people, rules
from outlay.identity.keys import ServerKeys
from outlay.identity.providers.talk import Identity
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

PROVIDER: Final = "provider"
PASSKEY: Final = "passkey"
LABEL_MAX: Final = 254


def provider_key(server_keys: ServerKeys, identity: Identity) -> str:
    """What a person is found by who comes from a provider."""
    return keys.blind(server_keys, f"provider:{identity.provider}:{identity.subject}")


def passkey_key(server_keys: ServerKeys, credential_id: str) -> str:
    """What a person is found by who shows a passkey; the id is base64url."""
    return keys.blind(server_keys, f"passkey:{credential_id}")


def owner(read: Read, login_key: str) -> str | None:
    """The id of the person whose way this is."""
    found: str | None = read.value(
        "SELECT person_id FROM login WHERE login_key = :login_key", login_key=login_key
    )
    return found


def of_person(read: Read, person_id: str) -> list[dict[str, Any]]:
    """A person's providers and passkeys, the oldest first."""
    return read.select("way", "person_id = :person_id", "created_at_ms, way_id", person_id=person_id)


def passkeys_of(read: Read, person_id: str) -> list[str]:
    """The credential ids of a person's passkeys, in base64url."""
    return [row["credential_id"] for row in of_person(read, person_id) if row["credential_id"]]


def by_key(read: Read, person_id: str, login_key: str) -> dict[str, Any] | None:
    """The person's way that is found by this key."""
    rows = read.select(
        "way", "person_id = :person_id AND login_key = :login_key", person_id=person_id, login_key=login_key
    )
    return rows[0] if rows else None


def add_provider(tx: Tx, server_keys: ServerKeys, *, person_id: str, identity: Identity) -> dict[str, Any]:
    """Another way in by a provider. Refuses `way_taken`, `too_many_ways`."""
    label = (identity.label or "")[:LABEL_MAX] or None
    row = {
        "provider": identity.provider,
        "label": label,
        "credential_id": None,
        "public_key": None,
        "sign_count": 0,
    }
    return _add(tx, person_id, PROVIDER, provider_key(server_keys, identity), row)


def add_passkey(
    tx: Tx,
    server_keys: ServerKeys,
    *,
    person_id: str,
    credential_id: str,
    public_key: bytes,
    sign_count: int,
    name: str | None,
) -> dict[str, Any]:
    """Another passkey. Refuses `way_taken`, `too_many_ways`, `text_too_long`."""
    label = rules.name(name, "name", rules.DEVICE_NAME_MAX)
    row = {
        "provider": None,
        "label": label,
        "credential_id": credential_id,
        "public_key": public_key,
        "sign_count": sign_count,
    }
    return _add(tx, person_id, PASSKEY, passkey_key(server_keys, credential_id), row)


def rename(tx: Tx, *, person_id: str, way_id: str, name: str | None) -> dict[str, Any]:
    """Names a passkey. Refuses `way_not_found`, `text_too_long`."""
    row = _get(tx, person_id, way_id)
    if row["kind"] != PASSKEY:
        raise Refusal("way_not_found")
    row["label"] = rules.name(name, "name", rules.DEVICE_NAME_MAX)
    tx.upsert("way", [row])
    return row


def used(tx: Tx, *, person_id: str, way_id: str) -> None:
    """Notes that a session was just begun by a way."""
    tx.run(
        "UPDATE way SET used_at_ms = :now WHERE person_id = :person_id AND way_id = :way_id",
        now=tx.now_ms,
        person_id=person_id,
        way_id=way_id,
    )


def counted(tx: Tx, row: dict[str, Any], sign_count: int) -> None:
    """Notes how far a passkey has counted: once, also where two show the same count together. Refuses
    `passkey_invalid`."""
    moved = tx.run(
        "UPDATE way SET sign_count = :count, used_at_ms = :now"
        " WHERE person_id = :person_id AND way_id = :way_id AND (sign_count < :count OR sign_count + :count = 0)",
        count=sign_count,
        now=tx.now_ms,
        person_id=row["person_id"],
        way_id=row["way_id"],
    )
    if moved != 1:
        raise Refusal("passkey_invalid")


def remove(tx: Tx, *, person_id: str, way_id: str) -> dict[str, Any]:
    """Takes a way away; the row that it was. Refuses `way_not_found`, `way_last`."""
    row = _get(tx, person_id, way_id)
    need_another(tx, person_id)
    tx.run("DELETE FROM login WHERE login_key = :login_key", login_key=row["login_key"])
    tx.run(
        "DELETE FROM way WHERE person_id = :person_id AND way_id = :way_id",
        person_id=person_id,
        way_id=way_id,
    )
    return row


def remove_all(tx: Tx, person_id: str) -> list[dict[str, Any]]:
    """Takes every provider and passkey away; the rows that they were. A way in that is left is the caller's to keep."""
    rows = of_person(tx, person_id)
    for row in rows:
        tx.run("DELETE FROM login WHERE login_key = :login_key", login_key=row["login_key"])
    tx.run("DELETE FROM way WHERE person_id = :person_id", person_id=person_id)
    return rows


def need_another(read: Read, person_id: str) -> None:
    """Refuses `way_last` where a person has one way in and no more. A password counts where there is an address
    to type with it; a telephone counts when it is confirmed (then it has a login)."""
    if count(read, person_id) < 2:
        raise Refusal("way_last")


def count(read: Read, person_id: str) -> int:
    """How many ways into the account there are."""
    person = people.get(read, person_id)
    password = people.password_hash(read, person_id) is not None
    return (
        len(of_person(read, person_id))
        + (1 if password and person is not None and person["email"] else 0)
        + (1 if person is not None and phone_signs_in(person) else 0)
    )


def phone_signs_in(person: dict[str, Any]) -> bool:
    """Whether the telephone is confirmed."""
    return person["phone_confirmed_at_ms"] is not None


def _get(read: Read, person_id: str, way_id: str) -> dict[str, Any]:
    rows = read.select(
        "way", "person_id = :person_id AND way_id = :way_id", person_id=person_id, way_id=way_id
    )
    if not rows:
        raise Refusal("way_not_found")
    return rows[0]


def _add(tx: Tx, person_id: str, kind: str, login_key: str, more: dict[str, Any]) -> dict[str, Any]:
    if owner(tx, login_key) is not None:
        raise Refusal("way_taken")
    if len(of_person(tx, person_id)) >= limits.WAYS_PER_PERSON:
        raise Refusal("too_many_ways", max=limits.WAYS_PER_PERSON)
    row = {
        "person_id": person_id,
        "way_id": tx.new_id(),
        "kind": kind,
        "login_key": login_key,
        "created_at_ms": tx.now_ms,
        "used_at_ms": None,
        **more,
    }
    tx.insert("login", [{"login_key": login_key, "kind": kind, "person_id": person_id}])
    tx.insert("way", [row])
    return row
