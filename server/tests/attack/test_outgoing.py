"""Requests that others choose the address of: none of them reaches what is behind the server's own walls (CWE-918)."""

from __future__ import annotations

import asyncio
import dataclasses
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from certificates import Authority
from outlay.identity import public
from outlay.identity.providers.config import Provider
from outlay.identity.providers.talk import Providers, Round
from outlay.identity.public import NotPublic, PublicOnly, is_public
from outlay.kernel.refusal import Refusal

INSIDE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.1.1",
    "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2002:7f00:1::",
)  # fmt: skip
SPELLINGS = ("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:7f00:1]")
"""Of this very machine, as an address may say it."""


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_a_private_network_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server of this machine that must not be reached: its port, and what it was sent."""
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_this_machine_is_asked(host: str) -> None:
    async with listening() as (port, heard), httpx.AsyncClient(transport=PublicOnly()) as client:
        with pytest.raises((httpx.ConnectError, httpx.InvalidURL)):
            await client.get(f"http://{host}:{port}/latest/meta-data")
        assert heard == []


async def test_a_name_with_one_private_address_is_not_asked() -> None:

    async def both(host: str, port: int) -> list[str]:
        return ["1.1.1.1", "10.0.0.1"]

    async with httpx.AsyncClient(transport=PublicOnly(both)) as client:
        with pytest.raises(NotPublic):
            await client.get("http://rebind.example/")


async def test_it_connects_to_the_address_that_it_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name is looked up once, and its second answer asked by nobody. TLS still asks for the name."""
    asked: list[str] = []
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])

    async def changes(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + head)
        await writer.drain()
        writer.close()

    monkeypatch.setattr(public, "is_public", lambda address: address == "127.0.0.1")
    authority = Authority(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue())
    server = await asyncio.start_server(hear, "127.0.0.1", 0, ssl=context)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient(transport=PublicOnly(changes)) as client:
            answer = await client.get(f"https://localhost:{port}/")
            assert f"host: localhost:{port}" in answer.text.lower()
            with pytest.raises(NotPublic):
                await client.get(f"https://localhost:{port}/")
    assert asked == ["localhost"] * 2


async def test_a_redirect_is_looked_at_like_any_other() -> None:
    async with listening() as (port, heard):

        async def where(host: str, port: int) -> list[str]:
            return ["1.1.1.1"] if host == "fine.example" else await public.resolve(host, port)

        class Redirects(PublicOnly):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                if request.url.host == "fine.example":
                    return httpx.Response(302, headers={"location": f"http://127.0.0.1:{port}/"}, request=request)
                return await super().handle_async_request(request)

        async with httpx.AsyncClient(transport=Redirects(where), follow_redirects=True) as client:
            with pytest.raises(NotPublic):
                await client.get("http://fine.example/")
        assert heard == []


async def test_a_provider_cannot_send_the_server_behind_its_own_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The description that a provider publishes names the addresses that the server then asks."""
    provider = Provider(name="club", kind="openid", label="Club", client_id="c", issuer="https://club.example")
    async with listening() as (port, heard):

        async def where(host: str, port: int) -> list[str]:
            return ["1.1.1.1"] if host == "club.example" else await public.resolve(host, port)

        monkeypatch.setattr(public.are_public, "__defaults__", (where,))
        providers = Providers({"club": provider}, lambda: 0)
        transport = await providers._transport(provider)
        assert isinstance(transport, PublicOnly)
        metadata = {"issuer": provider.issuer, "jwks_uri": f"http://127.0.0.1:{port}/keys"}
        with pytest.raises(NotPublic):
            await providers._jwks(provider, metadata)
        providers._metadata["club"] = (0, metadata | {"token_endpoint": f"http://127.0.0.1:{port}/token"})
        at = Round("https://outlay.example/back", "state", "nonce", "verifier")
        with pytest.raises(Refusal, match="provider_failed"):
            await providers.identity("club", at, {"code": "c", "state": "state"})
        assert heard == []
        # An own one, inside, may name what is inside.
        own = dataclasses.replace(provider, name="own", issuer=f"http://127.0.0.1:{port}")
        assert await providers._transport(own) is None
        await providers._fetch(own, f"http://127.0.0.1:{port}/keys")
        assert len(heard) == 1
