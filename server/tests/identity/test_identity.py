"""Identity without HTTP: rules, tokens, keys, and that the database holds no name in clear."""

from __future__ import annotations

import pytest

from outlay.identity import books, keys, people, rules, sessions
from outlay.identity.tokens import Tokens
from outlay.kernel.refusal import Refusal
from outlay.store.columns import metadata
from outlay.store.engine import Store
from outlay.store.write import Tx
from stores import Clock, scopes

PERSON = "0198c0de-0000-7000-8000-000000000001"
OTHER = "0198c0de-0000-7000-8000-000000000002"
BOOK = "0198c0de-0000-7000-8000-000000000009"


async def add(store: Store, person_id: str = PERSON, email: str = "ana@outlay.example") -> keys.ServerKeys:
    server_keys = await store.write_people(keys.ensure)
    await store.write_people(
        lambda tx: people.add(
            tx, server_keys, person_id=person_id, email=email, secret_hash="x", name="Ana Seeded-Secret"
        )
    )
    return server_keys


async def make_book(store: Store, *members: str) -> None:
    def make(tx: Tx) -> None:
        tx.create_book(BOOK)
        for member in members:
            books.join(tx, book_id=BOOK, person_id=member, role="owner")

    await store.write_people(make)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ana@outlay.example", "ana@outlay.example"),
        ("  Ana@Outlay.Example ", "Ana@Outlay.Example"),
        ("a+b@x", "a+b@x"),
        ("μαρία@παράδειγμα.ελ", "μαρία@παράδειγμα.ελ"),
    ],
)
def test_addresses_are_kept(text: str, kept: str) -> None:
    assert rules.email(text) == kept


@pytest.mark.parametrize(
    "text", ["", "ana", "@x", "a@", "a@b@c", "a b@c", "a@b\n", "a@" + "x" * 300, "\x00@x"]
)
def test_other_texts_are_no_addresses(text: str) -> None:
    with pytest.raises(Refusal, match="email_malformed"):
        rules.email(text.strip("\n") if text != "a@b\n" else "a@\nb")


def test_spellings_of_one_address_are_one_login() -> None:
    assert rules.login_name(" ANA@Outlay.example") == rules.login_name("ana@outlay.EXAMPLE")


@pytest.mark.parametrize(
    ("text", "code"),
    [("short", "password_short"), ("x" * 201, "password_long"), ("PassWord1", "password_common")],
)
def test_bad_passwords(text: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        rules.password(text)


def test_roles() -> None:
    assert [rules.may_write(role) for role in rules.ROLES] == [True, True, False]
    assert [rules.may_share(role) for role in rules.ROLES] == [True, False, False]


async def test_server_keys_are_made_once_and_shared(store: Store) -> None:
    first = await store.write_people(keys.ensure)
    assert (
        await store.write_people(keys.ensure)
        == first
        == await store.read(lambda read: keys.load(read, store.clock()))
    )
    assert len(first.login) == 32


async def test_no_name_and_no_key_lies_in_the_database_in_clear(store: Store) -> None:
    """Every table's bytes are searched for what a person is called."""
    server_keys = await add(store)
    await store.write_people(
        lambda tx: sessions.start(
            tx, person_id=PERSON, client="native", device_name="Seeded-Secret phone", days=1
        )
    )
    await store.write_people(
        lambda tx: people.set_phone(tx, server_keys, person_id=PERSON, phone="+302107654321")
    )
    secrets = ["Seeded-Secret", "ana@outlay", "7654321", server_keys.signing[0]["d"], server_keys.login.hex()]
    searched = 0
    for table in metadata.sorted_tables:
        name = table.name
        for row in await store.read(lambda read, name=name: read.all(f'SELECT * FROM "{name}"')):
            searched += 1
            data = b"\x1f".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for value in row
            )
            for secret in secrets:
                assert secret.encode() not in data, f"{secret} in {name}"
    assert searched > 5


async def test_an_address_belongs_to_one_person(store: Store) -> None:
    server_keys = await add(store)
    with pytest.raises(Refusal, match="email_taken"):
        await add(store, OTHER, "ANA@outlay.example")
    await add(store, OTHER, "other@outlay.example")
    with pytest.raises(Refusal, match="email_taken"):
        await store.write_people(
            lambda tx: people.confirm_email(tx, server_keys, person_id=OTHER, email="ana@outlay.example")
        )
    assert await store.read(lambda read: people.find(read, server_keys, "other@outlay.example")) == OTHER


async def test_tokens_say_who_until_they_expire(store: Store, clock: Clock) -> None:
    server_keys = await store.write_people(keys.ensure)
    tokens = Tokens(lifetime_s=900)
    tokens.use(server_keys.signing)
    token = tokens.issue(PERSON, OTHER, clock())
    claims = tokens.verify(token, clock())
    assert (claims.person_id, claims.session_id) == (PERSON, OTHER)
    assert tokens.verify(token, clock() + 899_000) is claims
    with pytest.raises(Refusal, match="token_expired"):
        tokens.verify(token, clock() + 900_000)
    again = Tokens(lifetime_s=900)
    again.use(server_keys.signing)
    with pytest.raises(Refusal, match="token_expired"):
        again.verify(token, clock() + 900_000)


async def test_a_process_that_does_not_know_a_key_looks_for_it_once_a_second(
    store: Store, clock: Clock
) -> None:
    server_keys = await store.write_people(keys.ensure)
    tokens = Tokens(lifetime_s=900)
    tokens.use(server_keys.signing)
    token = tokens.issue(PERSON, OTHER, clock())
    stranger = Tokens(lifetime_s=900)
    with pytest.raises(Refusal, match="unauthenticated"):
        stranger.verify(token, clock())
    assert stranger.names_unknown_key(token, clock())
    assert not stranger.names_unknown_key(token, clock() + 999)
    assert stranger.names_unknown_key(token, clock() + 1000)


async def test_sessions_end_by_themselves_when_they_are_not_used(store: Store, clock: Clock) -> None:
    await add(store)
    session_id, token = await store.write_people(
        lambda tx: sessions.start(tx, person_id=PERSON, client="browser", device_name=None, days=2)
    )
    clock.advance(sessions.DAY_MS)
    refreshed = await store.write_people(lambda tx: sessions.refresh(tx, token, days=2))
    assert refreshed is not None
    clock.advance(sessions.DAY_MS + 1)
    assert await store.read(lambda read: sessions.alive(read, PERSON, session_id, clock()))
    clock.advance(sessions.DAY_MS)
    assert not await store.read(lambda read: sessions.alive(read, PERSON, session_id, clock()))
    token = refreshed.token or ""
    assert await store.write_people(lambda tx: sessions.refresh(tx, token, days=2)) is None


async def test_the_oldest_sessions_make_room_and_old_ones_are_forgotten(store: Store, clock: Clock) -> None:
    await add(store)

    def start(tx: Tx) -> str:
        return sessions.start(tx, person_id=PERSON, client="native", device_name=None, days=90)[0]

    ids = []
    for _ in range(sessions.SESSIONS_MAX + 2):
        ids.append(await store.write_people(start))
        clock.advance(1000)
    living = await store.read(lambda read: sessions.of_person(read, PERSON, clock()))
    assert [row["session_id"] for row in living] == ids[:1:-1]
    clock.advance(31 * sessions.DAY_MS)
    await store.write_people(start)
    count = await store.read(lambda read: read.value("SELECT COUNT(*) FROM session"))
    assert count == sessions.SESSIONS_MAX + 1  # the one that made room today is kept for thirty days


async def test_a_book_keeps_an_owner(store: Store) -> None:
    await add(store)
    await add(store, OTHER, "other@outlay.example")
    await make_book(store, PERSON)
    for f in (
        lambda tx: books.leave(tx, book_id=BOOK, person_id=PERSON),
        lambda tx: books.join(tx, book_id=BOOK, person_id=PERSON, role="viewer"),
    ):
        with pytest.raises(Refusal, match="last_owner"):
            await store.write(BOOK, f)
    await store.write(BOOK, lambda tx: books.join(tx, book_id=BOOK, person_id=OTHER, role="owner"))
    assert await store.write(BOOK, lambda tx: books.leave(tx, book_id=BOOK, person_id=PERSON))
    assert not await store.write(BOOK, lambda tx: books.leave(tx, book_id=BOOK, person_id=PERSON))
    assert [m["person_id"] for m in await store.read(lambda read: books.members(read, BOOK))] == [OTHER]


async def test_a_stranger_is_not_told_that_a_book_exists(store: Store) -> None:
    await add(store)
    await make_book(store, PERSON)
    for book_id in (BOOK, OTHER):
        with pytest.raises(Refusal, match="book_not_found"):
            await store.read(lambda read, book_id=book_id: books.need(read, book_id, OTHER))
    assert await store.read(lambda read: books.need(read, BOOK, PERSON, to="share")) == "owner"


async def test_an_erased_person_cannot_be_read_again(store: Store) -> None:
    server_keys = await add(store)
    await store.write_people(lambda tx: people.erase(tx, PERSON))
    assert await store.read(lambda read: people.get(read, PERSON)) is None
    assert await store.read(lambda read: people.find(read, server_keys, "ana@outlay.example")) is None
    assert scopes(store) == ["server"]
