"""Sharing a book: a link that works once, for the one who has it, and the roles it gives."""

from __future__ import annotations

import dataclasses
from typing import Any

import httpx
import pytest

from outlay.http import letters, throttle
from outlay.kernel import limits
from outlay.settings import Settings
from outlay.store.engine import Store
from sites import Site, Somebody, later, site_of
from stores import Clock

DAY_MS = 86_400_000


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def invite(site: Site, book: str, who: Somebody, role: str = "viewer", **more: Any) -> dict[str, Any]:
    return await site.make(f"/api/v1/books/{book}/invitations", who, {"role": role, **more})


async def look(site: Site, token: str) -> httpx.Response:
    return await site.ask("POST", "/api/v1/invitations/look", json={"token": token})


async def take(site: Site, token: str, who: Somebody) -> httpx.Response:
    return await site.ask("POST", "/api/v1/invitations/take", who, json={"token": token})


async def test_a_link_lets_one_person_join_once(site: Site) -> None:
    owner, friend, other = [await site.person(name) for name in ("Ana", "friend", "other")]
    book = await site.book(owner)
    made = await invite(site, book, owner, "editor")
    seen = (await look(site, made["token"])).json()
    assert seen == {
        "book_name": "My book",
        "invited_by": "Ana",
        "role": "editor",
        "expires_at_ms": site.store.clock() + limits.INVITATION_DAYS * DAY_MS,
    }
    taken = await take(site, made["token"], friend)
    assert taken.status_code == 200
    assert (taken.json()["id"], taken.json()["role"]) == (book, "editor")
    assert (await site.get("/api/v1/books", friend))["items"][0]["id"] == book
    for late in (await take(site, made["token"], other), await look(site, made["token"])):
        assert code(late) == (410, "invitation_over")
    assert (await site.get(f"/api/v1/books/{book}/invitations", owner))["items"] == []


async def test_a_member_keeps_the_role_and_the_link(site: Site) -> None:
    owner, viewer = await site.person(), await site.person()
    book = await site.book(owner, viewer=viewer)
    made = await invite(site, book, owner, "owner")
    assert (await take(site, made["token"], owner)).json()["role"] == "owner"
    assert (await take(site, made["token"], viewer)).status_code == 200
    roles = {
        item["person_id"]: item["role"]
        for item in (await site.get(f"/api/v1/books/{book}/members", owner))["items"]
    }
    assert roles == {owner.id: "owner", viewer.id: "viewer"}
    assert (await look(site, made["token"])).status_code == 200


async def test_a_link_that_is_too_old_or_withdrawn_opens_nothing(site: Site, clock: Clock) -> None:
    owner, friend = await site.person(), await site.person()
    book = await site.book(owner)
    at = f"/api/v1/books/{book}/invitations"
    withdrawn = await invite(site, book, owner)
    one = f"{at}/{withdrawn['invitation']['id']}"
    assert (await site.ask("DELETE", one, owner)).status_code == 204
    assert code(await site.ask("DELETE", one, owner)) == (410, "invitation_over")
    assert code(await take(site, withdrawn["token"], friend)) == (410, "invitation_over")
    old = await invite(site, book, owner)
    clock.advance(limits.INVITATION_DAYS * DAY_MS - 1)
    assert (await look(site, old["token"])).status_code == 200
    clock.advance(1)
    assert code(await look(site, old["token"])) == (410, "invitation_over")
    assert (await site.store.read(lambda read: read.value("SELECT COUNT(*) FROM member"))) == 1


async def test_a_guessed_or_changed_token_says_nothing(site: Site) -> None:
    owner = await site.person()
    book = await site.book(owner)
    token = (await invite(site, book, owner))["token"]
    other = (await invite(site, await site.book(owner), owner))["token"]
    a, b, secret = token.split(".")
    guesses = [
        "x", "..", f"{a}.{b}.", f"{a}.{b}.{secret[:-1]}", f"{a}.{a}.{secret}", f"{other.split('.')[0]}.{b}.{secret}",
        f"{a}.{b}.{other.split('.')[2]}", f"{a}.{b}.{secret}.x", "\u0000", "é" * 300,
    ]  # fmt: skip
    for guess in guesses:
        assert code(await look(site, guess)) == (410, "invitation_over"), guess
    assert token not in str(await site.store.read(lambda read: read.all("SELECT * FROM invitation")))


async def test_the_word_of_somebody_who_shares_no_more_ends(site: Site) -> None:
    owner, second = await site.person(), await site.person()
    book = await site.book(owner, editor=second)
    members = f"/api/v1/books/{book}/members/{second.id}"
    assert (await site.ask("PUT", members, owner, json={"role": "owner"})).status_code == 200
    token = (await invite(site, book, second))["token"]
    assert (await site.ask("PUT", members, owner, json={"role": "editor"})).status_code == 200
    assert code(await look(site, token)) == (410, "invitation_over")


async def test_an_address_is_shown_to_owners_and_sealed(site: Site) -> None:
    owner = await site.person()
    book = await site.book(owner)
    await invite(site, book, owner, email="pemberton@friends.example")
    listed = (await site.get(f"/api/v1/books/{book}/invitations", owner))["items"]
    assert [(one["email"], one["made_by"]) for one in listed] == [("pemberton@friends.example", "someone")]
    stored = await site.store.read(lambda read: read.all("SELECT * FROM invitation"))
    assert "pemberton" not in str(stored)


async def test_open_invitations_have_a_limit(site: Site) -> None:
    owner = await site.person()
    book = await site.book(owner)
    for _ in range(limits.INVITATIONS_PER_BOOK):
        await invite(site, book, owner)
    more = await site.ask("POST", f"/api/v1/books/{book}/invitations", owner, json={"role": "viewer"})
    assert code(more) == (409, "too_many_invitations")


async def test_two_who_take_one_link_at_once_get_one_seat(site: Site) -> None:
    import asyncio

    owner = await site.person()
    book = await site.book(owner)
    token = (await invite(site, book, owner))["token"]
    people = [await site.person() for _ in range(6)]
    answers = await asyncio.gather(*(take(site, token, who) for who in people))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410, 410, 410]
    assert len((await site.get(f"/api/v1/books/{book}/members", owner))["items"]) == 2


async def test_devices_learn_at_the_next_pull_what_they_may_do(site: Site) -> None:
    owner, friend = await site.person(), await site.person()
    book = await site.book(owner, viewer=friend)
    member = f"/api/v1/books/{book}/members/{friend.id}"
    pull = {"book": book, "device": "device-3", "cursor": "0:"}

    async def pulled() -> httpx.Response:
        epoch = next(
            row["epoch"] for row in (await site.get("/api/v1/books", owner))["items"] if row["id"] == book
        )
        return await site.ask("GET", "/api/v1/sync/pull", friend, params={**pull, "epoch": epoch})

    first = (await pulled()).json()
    assert first["role"] == "viewer"
    assert (await site.ask("PUT", member, owner, json={"role": "editor"})).status_code == 200
    second = (await pulled()).json()
    assert (second["role"], second["head"]) == ("editor", first["head"] + 1)
    pushed = {"epoch": second["epoch"], "device": "device-3", "schema": 1, "sent_at": 0, "mutations": []}
    answer = await site.ask("POST", "/api/v1/sync/push", friend, json=pushed, params={"book": book})
    assert answer.json()["page"]["role"] == "editor"
    assert (await site.ask("DELETE", member, owner)).status_code == 204
    assert code(await pulled()) == (404, "book_not_found")


async def test_leaving_takes_ones_open_links_along(site: Site) -> None:
    owner, second, guest = [await site.person() for _ in range(3)]
    book = await site.book(owner, editor=second)
    at = f"/api/v1/books/{book}/members/{second.id}"
    assert (await site.ask("PUT", at, owner, json={"role": "owner"})).status_code == 200
    token = (await invite(site, book, second))["token"]
    assert (await site.ask("DELETE", at, second)).status_code == 204
    assert code(await take(site, token, guest)) == (410, "invitation_over")
    assert await site.store.read(lambda read: read.value("SELECT COUNT(*) FROM invitation")) == 0


async def test_who_was_removed_or_left_reads_it_in_their_log(site: Site) -> None:
    owner, removed, left = await site.person("Ana"), await site.person("Bo"), await site.person("Cy")
    book = await site.book(owner)
    for who in (removed, left):
        await site.join(book, owner, who)
    later(site, 1)
    at = f"/api/v1/books/{book}/members"
    assert (await site.ask("DELETE", f"{at}/{removed.id}", owner)).status_code == 204
    assert (await site.ask("DELETE", f"{at}/{left.id}", left)).status_code == 204
    logs = [(await site.get("/api/v1/auth/events", who))["items"] for who in (removed, left, owner)]
    shown = [
        [(one["kind"], one["detail"], one["place"], one["current"]) for one in log[:-1]] for log in logs[:2]
    ]
    # not from where, nor by whom, somebody else did it
    assert shown == [
        [("member_removed", "My book", None, False)],
        [("book_left", "My book", "127.0.0.0/24", True)],
    ]
    assert logs[2] == []


# By mail


async def test_the_link_is_mailed_alike_to_known_and_unknown(site: Site) -> None:
    owner, friend = await site.person("Ana"), await site.person("Bo")
    book = await site.book(owner)
    made = [await invite(site, book, owner, email=to) for to in (friend.email, "nobody@outlay.example")]
    shapes = [
        {**answer["invitation"], "id": "", "email": "", "token": answer["token"].count(".")}
        for answer in made
    ]
    assert shapes[0] == shapes[1]
    await site.rooms.mail.sent()
    known, unknown = site.mails()
    assert (known["To"], unknown["To"]) == (friend.email, "nobody@outlay.example")
    for mail, answer in zip((known, unknown), made, strict=True):
        assert mail["Subject"] == "An invitation to share a book"
        for part in mail.iter_parts():
            text = part.get_content()
            assert f"{site.rooms.origin}/join#{answer['token']}" in text
            assert "Ana" in text
            assert "My book" in text
    assert (await take(site, made[0]["token"], friend)).status_code == 200


async def test_without_an_address_nothing_is_mailed(site: Site) -> None:
    owner = await site.person()
    await invite(site, await site.book(owner), owner)
    await site.rooms.mail.sent()
    assert site.mails() == []


async def test_a_mail_is_in_the_inviters_language_and_no_name_in_it_is_a_link(site: Site) -> None:
    owner = await site.person()
    book = await site.book(owner)
    spam = {"name": "Win at https://spam.example/x now, me@spam.example", "language": "de"}
    assert (await site.ask("PATCH", "/api/v1/users/me", owner, json=spam)).status_code == 200
    made = await invite(site, book, owner, email="friend@outlay.example")
    await site.rooms.mail.sent()
    (mail,) = site.mails()
    assert mail["Subject"] == "Eine Einladung, ein Buch zu teilen"
    for part in mail.iter_parts():
        text = part.get_content().replace(f"{site.rooms.origin}/join#{made['token']}", "")
        assert "Win at https spam example x now, me spam example" in text
        assert "spam.example" not in text


async def test_hindi_names_stay_whole() -> None:
    assert letters.spoken("हिन्दी बही") == "हिन्दी बही"
    assert letters.spoken("a" * 200) == "a" * letters.NAME_MOST


async def test_mails_to_strangers_are_limited_by_the_day(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "INVITATIONS_OF_PERSON", 4)
    async with site_of(store, dataclasses.replace(settings, rate_limit=True)) as site:
        owner, second, viewer = [await site.person() for _ in range(3)]
        book, other = await site.book(owner, viewer=viewer), await site.book(second)

        async def sent(who: Somebody, to: str, of: str = book) -> int:
            body = {"role": "viewer", "email": to}
            return (await site.ask("POST", f"/api/v1/books/{of}/invitations", who, json=body)).status_code

        # who may not invite uses up nobody's count
        assert [await sent(viewer, "a@outlay.example") for _ in range(12)] == [403] * 12
        assert [await sent(owner, "a@outlay.example") for _ in range(3)] == [201, 201, 429]
        assert await sent(second, "A@outlay.example", other) == 201
        # known and unknown alike; the fifth of the day, refused ones counted, is one too many
        assert [await sent(owner, to) for to in (viewer.email, "b@outlay.example")] == [201, 429]
        await site.rooms.mail.sent()
        assert [mail["To"].lower() for mail in site.mails()] == ["a@outlay.example"] * 3 + [viewer.email]
        # the link without a mail is not limited by it
        await invite(site, book, owner)
