"""Server-sent events over a real connection: the head now, the head after a change, a new token in time."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from outlay.settings import Settings
from outlay.store.engine import Store
from sites import Site, Somebody, served


@asynccontextmanager
async def following(client: httpx.AsyncClient, who: Somebody) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of the stream."""
    async with client.stream("GET", "/api/v1/sync/events", headers=who.headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in answer.headers
        yield answer.aiter_lines()


async def event(lines: AsyncIterator[str]) -> list[str]:
    """One event's lines."""
    found: list[str] = []
    async with asyncio.timeout(10):
        async for line in lines:
            if not line:
                return found
            found.append(line)
    return found


async def test_a_change_pokes_every_stream_of_its_book(store: Store, settings: Settings) -> None:
    with served(store, settings) as (url, app):
        async with httpx.AsyncClient(base_url=url) as client:
            site = Site(app, client)
            who, other = await site.person(), await site.person()
            book = await site.book(who)
            await site.book(other)
            epoch = (await site.get("/api/v1/books", who))["items"][0]["epoch"]
            async with following(client, who) as lines, following(client, other) as elsewhere:
                assert await event(lines) == [f"id: {epoch}:1", 'data: {"head":1}']
                assert (await event(elsewhere))[1] == 'data: {"head":1}'
                await site.make("/api/v1/tags", who, {"name": "new"})
                assert await event(lines) == [f"id: {epoch}:2", 'data: {"head":2}']
                assert site.rooms.pokes.count == 2
                # What another process wrote is noticed by asking for the heads.
                await store.write_people(
                    lambda tx: tx.run("UPDATE book SET head = 7 WHERE id = :id", id=book)
                )
                assert (await event(lines))[1] == 'data: {"head":7}'
            async with asyncio.timeout(10):
                while site.rooms.pokes.count:
                    await asyncio.sleep(0.05)


async def test_the_stream_asks_for_a_new_token_before_this_one_ends(store: Store, settings: Settings) -> None:
    short = dataclasses.replace(settings, access_token_s=31)
    with served(store, short) as (url, app):
        async with httpx.AsyncClient(base_url=url) as client:
            site = Site(app, client)
            who = await site.person()
            await site.book(who)
            async with following(client, who) as lines:
                assert (await event(lines))[1] == 'data: {"head":1}'
                while (last := await event(lines)) == [": beat"]:
                    pass
                assert last[0] == "event: reauth"
                assert [line async for line in lines] == []


async def test_a_server_that_stops_does_not_wait_for_its_streams(store: Store, settings: Settings) -> None:
    with served(store, settings) as (url, app):
        async with httpx.AsyncClient(base_url=url) as client:
            site = Site(app, client)
            who = await site.person()
            await site.book(who)
            async with following(client, who) as lines:
                assert (await event(lines))[1] == 'data: {"head":1}'
                site.rooms.pokes.end()  # as HttpServer.shutdown does
                async with asyncio.timeout(5):
                    assert [line async for line in lines] == []
