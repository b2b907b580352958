"""People: adding, reading, changing and erasing one. Works on people's tables only."""

from __future__ import annotations

from typing import Any, Final

from outlay.identity import keys, rules
from outlay.identity.keys import ServerKeys
from outlay.kernel.refusal import Refusal
from outlay.store.columns import metadata
from outlay.store.read import Read
from outlay.store.write import Tx

PASSWORD: Final = "password"
NOBODY: Final = "nobody"
"""No person's id: what is asked about it takes the same work as about somebody."""


def add(
    tx: Tx,
    server_keys: ServerKeys,
    *,
    person_id: str,
    email: str | None,
    secret_hash: str | None,
    name: str | None = None,
    language: str = "en",
    email_confirmed: bool = False,
) -> dict[str, Any]:
    """Adds a person; without an address or a password the caller adds another way in. Refuses
    `email_malformed`, `email_taken`, `language_unknown`."""
    name = rules.name(name)
    if language not in rules.LANGUAGES:
        raise Refusal("language_unknown", field="language")
    login_key = None
    if email is not None:
        email = rules.email(email)
        login_key = keys.login_key(server_keys, email)
        if find(tx, server_keys, email) is not None:
            raise Refusal("email_taken", field="email")
        tx.insert("login", [{"login_key": login_key, "kind": "email", "person_id": person_id}])
    tx.create_key(person_id)
    row = {
        "person_id": person_id,
        "login_key": login_key,
        "email": email,
        "name": name,
        "phone": None,
        "language": language,
        "ver": 1,
        "created_at_ms": tx.now_ms,
        "email_confirmed_at_ms": tx.now_ms if email_confirmed and email is not None else None,
        "phone_confirmed_at_ms": None,
    }
    tx.insert("person", [row])
    if secret_hash is not None:
        set_password(tx, person_id=person_id, secret_hash=secret_hash)
    return row


def find(read: Read, server_keys: ServerKeys, email: str) -> str | None:
    """The id of the person with this address."""
    found: str | None = read.value(
        "SELECT person_id FROM login WHERE login_key = :login_key",
        login_key=keys.login_key(server_keys, email),
    )
    return found


def get(read: Read, person_id: str) -> dict[str, Any] | None:
    """A person's row, texts opened; None when there is no such person (any more)."""
    rows = read.select("person", "person_id = :person_id", person_id=person_id)
    return rows[0] if rows else None


def get_many(read: Read, person_ids: list[str]) -> dict[str, dict[str, Any]]:
    """Rows by id."""
    rows = read.select("person", "person_id IN :person_ids", person_ids=person_ids) if person_ids else []
    return {row["person_id"]: row for row in rows}


def everyone(read: Read, after: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """People in the order of their ids, for the command line."""
    return read.select("person", "person_id > :after", "person_id", limit, after=after)


def change(tx: Tx, *, person_id: str, fields: dict[str, Any], if_ver: int | None = None) -> dict[str, Any]:
    """Changes `name` or `language`; returns the row. Refuses `precondition_failed`, `language_unknown`."""
    row = get(tx, person_id)
    if row is None:
        raise Refusal("unauthenticated")
    if if_ver is not None and row["ver"] != if_ver:
        raise Refusal("precondition_failed", ver=row["ver"])
    after = dict(row)
    if "name" in fields:
        after["name"] = rules.name(fields["name"])
    if "language" in fields:
        if fields["language"] not in rules.LANGUAGES:
            raise Refusal("language_unknown", field="language")
        after["language"] = fields["language"]
    if after != row:
        after["ver"] += 1
        tx.upsert("person", [after])
    return after


def confirm_email(tx: Tx, server_keys: ServerKeys, *, person_id: str, email: str) -> dict[str, Any]:
    """The address was proved to be the person's: it becomes theirs, or is known to be. Refuses `email_taken`."""
    row = _need(tx, person_id)
    login_key = keys.login_key(server_keys, email)
    if login_key != row["login_key"]:
        _move_login(tx, row["login_key"], login_key, person_id)
    after = {**row, "email": email, "login_key": login_key, "email_confirmed_at_ms": tx.now_ms}
    return _keep(tx, after)


def set_phone(tx: Tx, server_keys: ServerKeys, *, person_id: str, phone: str | None) -> dict[str, Any]:
    """A number in E.164 that was proved to be the person's, and signs them in from now on; None takes it away.
    Refuses `way_taken`."""
    row = _need(tx, person_id)
    if row["phone_confirmed_at_ms"] is not None:
        before = phone_key(server_keys, row["phone"])
        tx.run("DELETE FROM login WHERE login_key = :before", before=before)
    if phone is not None:
        after = phone_key(server_keys, phone)
        if tx.value("SELECT person_id FROM login WHERE login_key = :after", after=after) is not None:
            raise Refusal("way_taken", field="phone")
        tx.insert("login", [{"login_key": after, "kind": "phone", "person_id": person_id}])
    at_ms = None if phone is None else tx.now_ms
    return _keep(tx, {**row, "phone": phone, "phone_confirmed_at_ms": at_ms})


def phone_key(server_keys: ServerKeys, phone: str) -> str:
    """What a person is found by who has a code of this number."""
    return keys.blind(server_keys, f"phone:{phone}")


def is_unproven(person: dict[str, Any]) -> bool:
    """Whether the account has an address of which nobody has shown yet that it is theirs."""
    return person["email"] is not None and person["email_confirmed_at_ms"] is None


def find_by_phone(read: Read, server_keys: ServerKeys, phone: str) -> str | None:
    """The id of the person with this confirmed number."""
    found: str | None = read.value(
        "SELECT person_id FROM login WHERE login_key = :key", key=phone_key(server_keys, phone)
    )
    return found


def hold(tx: Tx, person_id: str) -> None:
    """Nobody else writes who the person is until this transaction ends. People are written side by side on PostgreSQL:
    a session that begins and a new password that ends all sessions come one after the other by this."""
    tx.run("UPDATE person SET person_id = person_id WHERE person_id = :person_id", person_id=person_id)


def password_hash(read: Read, person_id: str) -> str | None:
    """The hash that a password is compared with."""
    found: str | None = read.value(
        "SELECT secret_hash FROM credential WHERE person_id = :person_id AND kind = :kind",
        person_id=person_id,
        kind=PASSWORD,
    )
    return found


def set_password(tx: Tx, *, person_id: str, secret_hash: str) -> None:
    """Keeps a new hash. Ending the other sessions is the caller's."""
    tx.upsert(
        "credential",
        [{"person_id": person_id, "kind": PASSWORD, "secret_hash": secret_hash, "changed_at_ms": tx.now_ms}],
    )


def tables_of_people() -> list[str]:
    """Tables that are kept by person, also those that find one (`login`): of every room, read from the metadata."""
    return sorted(
        table.name
        for table in metadata.tables.values()
        if next(iter(table.primary_key.columns)).name != "book_id" and "person_id" in table.columns
    )


def erase(tx: Tx, person_id: str) -> None:
    """Removes everything that is kept of the person, and the key with which copies of it could be read."""
    for table in tables_of_people():
        tx.run(f'DELETE FROM "{table}" WHERE person_id = :person_id', person_id=person_id)
    tx.erase_key(person_id)


def _need(tx: Tx, person_id: str) -> dict[str, Any]:
    row = get(tx, person_id)
    if row is None:
        raise Refusal("session_ended")
    return row


def _keep(tx: Tx, after: dict[str, Any]) -> dict[str, Any]:
    after["ver"] += 1
    tx.upsert("person", [after])
    return after


def _move_login(tx: Tx, before: str | None, after: str, person_id: str) -> None:
    if tx.value("SELECT person_id FROM login WHERE login_key = :after", after=after) is not None:
        raise Refusal("email_taken", field="email")
    if before is not None:
        tx.run("DELETE FROM login WHERE login_key = :before", before=before)
    tx.insert("login", [{"login_key": after, "kind": "email", "person_id": person_id}])
