"""People, from the command line."""

from __future__ import annotations

from typing import Any

from outlay import joining
from outlay.identity import keys, people, rules, sessions
from outlay.identity.passwords import Passwords
from outlay.kernel.refusal import Refusal
from outlay.store.engine import Store
from outlay.store.write import Tx


async def add(
    store: Store,
    *,
    email: str,
    password: str,
    name: str | None = None,
    base_currency: str = "EUR",
    language: str = "en",
    country: str | None = None,
) -> str:
    """A person with a first book; the person's id. Refuses as `joining.sign_up`."""
    server_keys = await store.write_people(keys.ensure)
    passwords = Passwords()
    try:
        return await joining.sign_up(
            store,
            passwords,
            server_keys,
            email=email,
            password=password,
            name=name,
            base_currency=base_currency,
            language=language,
            country=country,
        )
    finally:
        passwords.close()


async def listed(store: Store) -> list[dict[str, Any]]:
    """Everyone: person_id, email, name, language, created_at_ms."""
    found: list[dict[str, Any]] = []
    after = ""
    while rows := await store.read(lambda read, after=after: people.everyone(read, after, 500)):  # type: ignore[misc]
        names = ("person_id", "email", "name", "language", "created_at_ms")
        found += [{name: row[name] for name in names} for row in rows]
        after = rows[-1]["person_id"]
    return found


async def set_password(store: Store, *, email: str, password: str) -> int:
    """A new password; the number of sessions that it ended. Refuses `person_not_found` and bad passwords."""
    server_keys = await store.write_people(keys.ensure)
    kept = rules.password(password)
    passwords = Passwords()
    try:
        secret_hash = await passwords.hash(kept)
    finally:
        passwords.close()

    def write(tx: Tx) -> int:
        person_id = people.find(tx, server_keys, email)
        if person_id is None:
            raise Refusal("person_not_found", "email", f"Nobody has the address {email}.")
        people.set_password(tx, person_id=person_id, secret_hash=secret_hash)
        return len(sessions.end_others(tx, person_id=person_id, but=None))

    return await store.write_people(write)
