"""Many at once: a refresh token that is used twice, a password that is guessed, over sockets, on both engines."""

from __future__ import annotations

import asyncio
import dataclasses

import httpx
import pytest

from attack.tally import attacked
from outlay.identity import sessions
from outlay.settings import Settings
from outlay.store.engine import Store
from sites import Site, served

AT_ONCE = 24


def test_a_refresh_token_wins_one_race_and_ends_its_session(store: Store, settings: Settings) -> None:
    """RFC 9700, 4.14.2: of many at once one is answered; the session is over, also for who was answered."""

    async def race(url: str, site_of_app: object) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            site = Site(site_of_app, client)  # type: ignore[arg-type]  # a Litestar
            who = await site.person()
            token = await store.write_people(
                lambda tx: sessions.start(tx, person_id=who.id, client="native", device_name=None, days=9)[1]
            )
            asked = [
                client.post("/api/v1/auth/refresh", json={"refresh_token": token}) for _ in range(AT_ONCE)
            ]
            answers = await asyncio.gather(*asked)
            won = [answer.json() for answer in answers if answer.status_code == 200]
            assert len(won) == 1
            assert {each.json().get("code") for each in answers} == {None, "refresh_invalid"}
            again = await client.post("/api/v1/auth/refresh", json={"refresh_token": won[0]["refresh_token"]})
            assert (again.status_code, again.json()["code"]) == (401, "refresh_invalid")
            bearer = {"authorization": f"Bearer {won[0]['access_token']}"}
            assert (await client.get("/api/v1/users/me", headers=bearer)).status_code == 401

    with served(store, settings) as (url, app):
        asyncio.run(race(url, app))
    attacked("POST", "/api/v1/auth/refresh", "a replay race")


@pytest.mark.parametrize("store_settings", ["sqlite"], indirect=True)
def test_guessing_many_passwords_at_once_gets_no_more_tries(store: Store, settings: Settings) -> None:
    """The limit counts a try before it is looked at, so that many at once are not all let in."""
    tries = 3
    limited = dataclasses.replace(
        settings, rate_limit=True, password_tries_per_quarter=tries, sign_in_per_minute=1000
    )

    async def guess(url: str, app: object) -> list[str]:
        async with httpx.AsyncClient(base_url=url, timeout=120) as client:
            who = await Site(app, client).person()  # type: ignore[arg-type]  # a Litestar
            asked = [
                client.post(
                    "/api/v1/auth/sign-in", json={"email": who.email, "password": f"wrong {number} wrong"}
                )
                for number in range(AT_ONCE)
            ]
            return [answer.json()["code"] for answer in await asyncio.gather(*asked)]

    with served(store, limited) as (url, app):
        codes = asyncio.run(guess(url, app))
    assert set(codes) <= {"sign_in_failed", "rate_limited"}
    assert codes.count("sign_in_failed") <= tries
    attacked("POST", "/api/v1/auth/sign-in", "brute force in parallel")
