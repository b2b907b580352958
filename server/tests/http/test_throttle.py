"""Limits of rate: who is counted as one, what several processes share, and that nobody can lock another out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from outlay.http.throttle import CEILING, TAKEN_FROM_ONE, Throttle, place_of
from outlay.kernel.refusal import Refusal
from outlay.settings import Settings
from outlay.store.engine import Store
from redis_server import redis_started
from sites import served, site_of

SECRET = b"s" * 32
ACCOUNT = "an account"


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "memory":
        yield None
        return
    with redis_started() as (address, _):
        yield address


@pytest.fixture
async def throttle(url: str | None) -> AsyncIterator[Throttle]:
    made = Throttle(Settings(redis_url=url, password_tries_per_quarter=3, person_per_minute=4), SECRET)
    yield made
    await made.close()


async def guess(throttle: Throttle, address: str, device: str | None = None, *, right: bool = False) -> bool:
    """Whether a password was looked at."""
    try:
        was = await throttle.try_password(ACCOUNT, address, device)
    except Refusal as refusal:
        return refusal.code != "rate_limited" or not 1 <= refusal.params["retry_after_s"] <= 15 * 60
    await was(right)
    return True


async def test_who_guesses_is_stopped_where_they_are_and_nobody_else(throttle: Throttle) -> None:
    tried = await asyncio.gather(*(guess(throttle, f"198.51.100.{n}") for n in range(10)))
    assert tried.count(True) == 3  # one network, however many addresses and side by side
    assert await guess(throttle, "203.0.113.9", right=True)
    assert await guess(throttle, "2001:db8:1:2::1", right=True)
    assert not await guess(throttle, "198.51.100.200", right=True)
    # Somebody who mistypes and then gets it right begins anew.
    for _ in range(4):
        assert await guess(throttle, "203.0.113.9")
        assert await guess(throttle, "203.0.113.9", right=True)


async def test_guessing_from_everywhere_does_not_lock_out_a_known_device(throttle: Throttle) -> None:
    tried = [await guess(throttle, f"10.0.{n}.1") for n in range(40)]
    assert tried.count(True) == 3 * CEILING
    assert not await guess(throttle, "203.0.113.9", right=True)
    device = throttle.known_device("ana", throttle.device_cookie("ana"))
    assert device is not None
    assert await guess(throttle, "203.0.113.9", device, right=True)
    # Its own count holds for the cookie: stolen, it is worth three guesses.
    assert [await guess(throttle, "203.0.113.9", device) for _ in range(4)] == [True, True, True, False]
    # Collected by somebody who knew the password once, fifty are worth no more than guessing from everywhere.
    collected = [await guess(throttle, f"10.1.{n}.1", f"device {n}") for n in range(50)]
    assert collected.count(True) == 3 * CEILING - 3


def test_a_device_is_known_only_by_a_cookie_that_was_made_for_the_person() -> None:
    throttle = Throttle(Settings(), SECRET)
    cookie = throttle.device_cookie("ana")
    device, _, mac = cookie.partition(".")
    assert throttle.known_device("ana", cookie) == device
    for person, text in (
        ("bob", cookie), (None, cookie), ("ana", None), ("ana", ""), ("ana", "."), ("ana", f"x{cookie}"),
        ("ana", f"{device}.{mac[:-1]}"), ("ana", f"{device}.é"),
        ("ana", Throttle(Settings(), b"t" * 32).device_cookie("ana")),
    ):  # fmt: skip
        assert throttle.known_device(person, text) is None, text


async def test_a_list_of_addresses_is_not_gone_through_by_signing_up(throttle: Throttle) -> None:
    for n in range(TAKEN_FROM_ONE):
        await throttle.sign_up(f"198.51.100.{n}")
        await throttle.told_taken(f"198.51.100.{n}")
    with pytest.raises(Refusal, match="rate_limited"):
        await throttle.sign_up("198.51.100.200")
    await throttle.sign_up("203.0.113.9")


async def test_a_person_and_each_of_their_tokens_have_a_limit(throttle: Throttle) -> None:
    for _ in range(4):
        await throttle.person("ana", "session", heavy=False)
    with pytest.raises(Refusal, match="rate_limited"):
        await throttle.person("ana", "another session", heavy=False)
    await throttle.person("bob", "his session", heavy=False)


async def test_processes_share_their_counts_and_go_on_without_redis() -> None:
    with redis_started() as (url, process):
        settings = Settings(redis_url=url, sign_in_per_minute=2)
        one, two = Throttle(settings, SECRET), Throttle(settings, SECRET)
        await one.sign_in("203.0.113.9")
        await two.sign_in("203.0.113.9")
        with pytest.raises(Refusal):
            await one.sign_in("203.0.113.9")
        from redis.asyncio import Redis

        client = Redis.from_url(url)
        names = [name async for name in client.scan_iter()]
        await client.aclose()
        assert names
        assert not any(b"203.0" in name for name in names)
        process.terminate()
        process.wait(20)
        await one.sign_in("203.0.113.9")
        await one.sign_in("203.0.113.9")
        with pytest.raises(Refusal):
            await one.sign_in("203.0.113.9")
        await one.close()
        await two.close()


def test_an_address_of_ipv6_is_its_household() -> None:
    assert place_of("2001:db8:1:2:aaaa::1") == place_of("2001:db8:1:2:bbbb::2") != place_of("2001:db8:1:3::1")
    assert place_of("::ffff:203.0.113.9") == place_of("203.0.113.9") == "203.0.113.9"
    assert place_of("testclient") == "testclient"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "place"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.0/24"),
        (
            "127.0.0.1",
            "198.51.100.7, 203.0.113.9",
            "203.0.113.0/24",
        ),  # what the client itself wrote is left of it
        ("192.0.2.1", "203.0.113.9", "127.0.0.0/24"),
        ("192.0.2.1", "127.0.0.1, 203.0.113.9", "127.0.0.0/24"),
    ],
)
def test_only_a_trusted_proxy_says_whose_address_it_is(
    store: Store, settings: Settings, trusted: str, forwarded: str, place: str
) -> None:
    body: dict[str, Any] = {"email": "ana@outlay.example", "password": "correct horse battery"}
    with served(store, replace(settings, trusted_proxies=trusted)) as (base, _):
        sign_up = f"{base}/api/v1/auth/sign-up"
        made = httpx.post(sign_up, json=body, headers={"x-forwarded-for": forwarded}, timeout=60).json()
        bearer = {"authorization": f"Bearer {made['access_token']}", "x-forwarded-for": forwarded}
        listed = httpx.get(f"{base}/api/v1/auth/sessions", headers=bearer, timeout=60).json()
    assert [item["place"] for item in listed["items"]] == [place]


async def test_what_takes_long_is_counted_by_itself(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outlay.http.throttle.HEAVY_PER_MINUTE", 2)
    async with site_of(store, replace(settings, rate_limit=True)) as site:
        who = await site.person()
        headers = {**who.headers, "content-type": "image/png"}
        photo = "/api/v1/users/me/photo"
        answers = [await site.client.put(photo, content=b"no picture", headers=headers) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 429]
        assert (await site.client.get(photo, headers=who.headers)).status_code == 404
