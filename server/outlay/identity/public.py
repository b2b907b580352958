"""Requests to addresses that somebody else chose: they reach the public internet and nothing behind our own walls.

(CWE-918, server-side request forgery.) A name is looked up once, every address that it has is looked at, and the
connection goes to one of those, so a name that answers differently the next time gains nothing; a redirect is a request
of its own. TLS still asks for the certificate of the name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Final

import httpx

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to addresses, best first."""

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(httpx.ConnectError):
    """The host is not, or not only, on the public internet. Nothing was sent."""


async def resolve(host: str, port: int) -> list[str]:
    """As the operating system looks names up; its spellings of addresses (decimal, octal) too."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_public(address: str) -> bool:
    """Is an address one of the internet's, also when IPv6 carries it (RFC 4291, 6052, 3056, 4380)?"""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            inside.append(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
        if any(each is not None and not is_public(str(each)) for each in inside):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast


async def are_public(host: str, port: int, resolve: Resolve = resolve) -> bool:
    """Has a host addresses, all of them public? Raises OSError when it has none."""
    addresses = await resolve(host, port)
    return bool(addresses) and all(map(is_public, addresses))


class PublicOnly(httpx.AsyncBaseTransport):
    """A transport for `httpx.AsyncClient` that raises NotPublic."""

    def __init__(self, resolve: Resolve = resolve) -> None:
        self._resolve = resolve
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise httpx.ConnectError(f"no address of {host}", request=request) from error
        if not addresses or not all(map(is_public, addresses)):
            raise NotPublic(f"{host} is not on the public internet", request=request)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=addresses[0])
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
