"""People, from the command line."""

from __future__ import annotations

from typing import Any, Final

from outlay import joining
from outlay.identity import api_tokens, challenges, events, keys, people, rules, second_factor, sessions
from outlay.identity.keys import ServerKeys
from outlay.identity.passwords import Passwords
from outlay.kernel.refusal import Refusal
from outlay.notify.mail import Mail
from outlay.store.engine import Store
from outlay.store.read import Read
from outlay.store.write import Tx

BY: Final = "outlay user"
"""What the person's security log says of who it was."""


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
    """A person with a first book; the person's id. Whoever runs the server vouches for the address. Refuses as
    `joining.sign_up`."""
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
            email_confirmed=True,
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
    """A new password; the number of sessions that it ended, beside API tokens and links. Refuses `person_not_found`
    and bad passwords."""
    server_keys = await store.write_people(keys.ensure)
    kept = rules.password(password)
    passwords = Passwords()
    try:
        secret_hash = await passwords.hash(kept)
    finally:
        passwords.close()

    def write(tx: Tx) -> int:
        person_id = _found(tx, server_keys, email)["person_id"]
        people.set_password(tx, person_id=person_id, secret_hash=secret_hash)
        challenges.forget_all(tx, person_id)
        api_tokens.end_all(tx, person_id)
        events.note(tx, person_id=person_id, kind="password_changed", detail=BY)
        return len(sessions.end_others(tx, person_id=person_id, but=None))

    return await store.write_people(write)


async def second_factor_of(store: Store, who: str) -> dict[str, Any] | None:
    """{since_ms, recovery_left} of the person with this address or id, None when it is off. Refuses
    `person_not_found`."""
    server_keys = await store.write_people(keys.ensure)
    return await store.read(
        lambda read: second_factor.state(read, _found(read, server_keys, who)["person_id"])
    )


async def remove_second_factor(store: Store, mail: Mail, who: str) -> bool:
    """One step suffices from then on; the person reads it in their log and, if they have an address, in a mail: whether
    they have. Refuses `person_not_found`, `second_factor_off`."""
    server_keys = await store.write_people(keys.ensure)

    def remove(tx: Tx) -> dict[str, Any]:
        person = _found(tx, server_keys, who)
        second_factor.turn_off(tx, person["person_id"])
        events.note(tx, person_id=person["person_id"], kind="second_factor_removed", detail=BY)
        return person

    person = await store.write_people(remove)
    if person["email"] is not None:
        await mail.send(to=person["email"], kind="second_factor_off", language=person["language"], values={})
    return person["email"] is not None


def _found(read: Read, server_keys: ServerKeys, who: str) -> dict[str, Any]:
    """The person with this address or id. Refuses `person_not_found`."""
    person = people.get(read, people.find(read, server_keys, who) or who)
    if person is None:
        raise Refusal("person_not_found", "email", f"Nobody has the address {who}.")
    return person
