"""How often one address, person and account may ask (`limits`: moving windows, in memory or in a Redis that several
processes share).

Wrong passwords are counted by account and network, so that guessing from one place stops there and nowhere else. What
comes from many networks meets a ceiling of the account; a device that its person has signed in from before carries a
cookie and passes both, so that nobody can lock it out by guessing. It has a count of its own, and all such devices of
an account have a ceiling of theirs: whoever knew the password once may have collected cookies (docs/security.md).
Keys are hashed: nothing that names an address or a person leaves the process.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import math
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from outlay.identity.events import network
from outlay.kernel.refusal import Refusal
from outlay.settings import Settings

log = logging.getLogger(__name__)

CEILING: Final = 5
"""Of wrong passwords from everywhere, as many times those from one network."""
HEAVY_PER_MINUTE: Final = 60
"""Requests of one person that take the server long (imports, photos)."""
MESSAGES_TO_ONE: Final = 5
MESSAGES_FROM_ONE: Final = 20
MESSAGES_OF_PERSON: Final = 10
MESSAGES_OF_KNOWN: Final = 5
"""Mails and text messages in an hour: to one address or number as asked for from one network (from everywhere
CEILING times as many), from one network, and of one person; besides, to one address or number as asked for by its own
person from devices that are known to be theirs."""
INVITATIONS_OF_PERSON: Final = 20
INVITATIONS_TO_ONE: Final = 2
"""Mailed invitations in a day: of one person, and to one address as asked for by one person (from everybody CEILING
times as many)."""
TAKEN_FROM_ONE: Final = 10
"""Sign-ups of one network in an hour that were told that the address has an account."""
QUIET_S: Final = 30
"""How long a Redis that did not answer is not asked; each process counts for itself meanwhile."""


class Throttle:
    """Each method counts, and refuses `rate_limited` with the seconds to wait."""

    def __init__(self, settings: Settings, secret: bytes) -> None:
        self._on = settings.rate_limit
        self._secret = secret
        self._quiet_until = 0.0
        if not self._on:
            return
        from limits import RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
        from limits.aio.storage import MemoryStorage
        from limits.aio.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

        here = MemoryStorage()
        self._here: Any = MovingWindowRateLimiter(here), FixedWindowRateLimiter(here)
        self._shared: Any = None
        self._storage: Any = None
        if settings.redis_url:
            from limits.aio.storage import RedisStorage

            self._storage = RedisStorage(
                f"async+{settings.redis_url}", implementation="redispy", key_prefix="outlay"
            )
            self._shared = MovingWindowRateLimiter(self._storage), FixedWindowRateLimiter(self._storage)

        def per_minute(count: int, name: str, minutes: int = 1) -> Any:
            return RateLimitItemPerMinute(count, minutes, namespace=name) if count else None

        tries = settings.password_tries_per_quarter
        self._all = per_minute(settings.requests_per_minute, "all")
        self._person = per_minute(settings.person_per_minute, "person")
        self._heavy = per_minute(HEAVY_PER_MINUTE, "heavy")
        self._sign_in = per_minute(settings.sign_in_per_minute, "sign-in")
        self._place = per_minute(tries, "wrong-place", 15)
        self._account = per_minute(tries * CEILING, "wrong-account", 15)
        self._devices = per_minute(tries * CEILING, "wrong-devices", 15)
        self._message_from = RateLimitItemPerHour(MESSAGES_FROM_ONE, namespace="message-from")
        self._message_of = RateLimitItemPerHour(MESSAGES_OF_PERSON, namespace="message-of")
        self._message_to = RateLimitItemPerHour(MESSAGES_TO_ONE, namespace="message-to")
        self._messages = RateLimitItemPerHour(MESSAGES_TO_ONE * CEILING, namespace="messages")
        self._message_of_known = RateLimitItemPerHour(MESSAGES_OF_KNOWN, namespace="message-of-known")
        self._taken_from = RateLimitItemPerHour(TAKEN_FROM_ONE, namespace="taken-from")
        self._invitations_of = RateLimitItemPerDay(INVITATIONS_OF_PERSON, namespace="invitations-of")
        self._invitation_to = RateLimitItemPerDay(INVITATIONS_TO_ONE, namespace="invitation-to")
        self._invitations = RateLimitItemPerDay(INVITATIONS_TO_ONE * CEILING, namespace="invitations")

    async def close(self) -> None:
        if self._on and self._storage is not None:
            await self._storage.bridge.storage.aclose()

    async def request(self, address: str) -> None:
        """Any request of an address, pages and health too."""
        if self._on and self._all is not None:
            await self._hit(1, self._all, place_of(address))

    async def person(self, person_id: str, credential: str, *, heavy: bool) -> None:
        """A request with a token: the person's, the session's or API token's, and of what takes long."""
        if not self._on:
            return
        if self._person is not None:
            await self._hit(1, self._person, person_id)
            await self._hit(1, self._person, credential)
        if heavy:
            await self._hit(0, self._heavy, person_id)

    async def sign_in(self, address: str) -> None:
        """A request to the routes that let people in."""
        if self._on:
            await self._hit(0, self._sign_in, place_of(address))

    async def sign_up(self, address: str) -> None:
        """A sign-up, before it is looked at whether the address has an account."""
        if not self._on:
            return
        key = self._key(network(address) or address)
        if not await self._ask(0, "test", self._taken_from, key):
            raise await self._refusal(0, self._taken_from, key)

    async def told_taken(self, address: str) -> None:
        """A sign-up was told that the address has one: nobody goes through a list of them that way."""
        if self._on:
            await self._ask(0, "hit", self._taken_from, self._key(network(address) or address))

    async def message(
        self, *, to: str, address: str, person_id: str | None = None, known: bool = False
    ) -> None:
        """A mail or text message that somebody asks for: `to` is a key of whom it goes to, known or not. `known`: who
        asks is the one it goes to, on a device or in a session of theirs; what others ask for counts no longer."""
        if not self._on:
            return
        if person_id is not None:
            await self._hit(0, self._message_of, person_id)
        if known:
            await self._hit(0, self._message_of_known, to)
            return
        place = network(address) or address
        await self._hit(0, self._message_from, place)
        await self._hit(0, self._message_to, f"{to} {place}")
        await self._hit(0, self._messages, to)

    async def invitation(self, *, to: str, address: str, person_id: str) -> None:
        """A mail to somebody who did not ask for it: counted by the day, too."""
        if not self._on:
            return
        await self._hit(0, self._invitations_of, person_id)
        await self._hit(0, self._invitation_to, f"{to} {person_id}")
        await self._hit(0, self._invitations, to)
        await self.message(to=to, address=address, person_id=person_id)

    async def try_password(
        self, account: str, address: str, device: str | None = None
    ) -> Callable[[bool], Awaitable[None]]:
        """Counts a try before it is looked at, so that tries side by side are as many as those one after another.
        The answer is to be told whether it was right: then the place's count begins anew."""
        if not self._on:
            return _nothing
        place = f"device:{device}" if device is not None else network(address) or address
        everywhere = self._account if device is None else self._devices
        if not await self._ask(0, "test", everywhere, self._key(account)):
            raise await self._refusal(0, everywhere, self._key(account))
        key = self._key(f"{account} {place}")
        if not await self._ask(0, "hit", self._place, key):
            raise await self._refusal(0, self._place, key)

        async def was(right: bool) -> None:
            if right:
                await self._ask(0, "clear", self._place, key)
            else:
                await self._ask(0, "hit", everywhere, self._key(account))

        return was

    # Devices that a person has signed in from before

    def device_cookie(self, person_id: str) -> str:
        """What a device gets when its person signs in: `DEVICE.MAC`."""
        device = secrets.token_urlsafe(16)
        return f"{device}.{self._mac(person_id, device)}"

    def known_device(self, person_id: str | None, cookie: str | None) -> str | None:
        """The device of a cookie that was made for this person."""
        device, _, mac = (cookie or "").partition(".")
        right = self._mac(person_id or "", device)
        return device if hmac.compare_digest(right.encode(), mac.encode()) and person_id else None

    def _mac(self, person_id: str, device: str) -> str:
        return hmac.new(self._secret, f"device:{person_id}:{device}".encode(), hashlib.sha256).hexdigest()

    # Counting

    def _key(self, text: str) -> str:
        return hmac.new(self._secret, f"limit:{text}".encode(), hashlib.sha256).hexdigest()[:32]

    async def _hit(self, limiter: int, item: Any, text: str) -> None:
        key = self._key(text)
        if not await self._ask(limiter, "hit", item, key):
            raise await self._refusal(limiter, item, key)

    async def _ask(self, limiter: int, what: str, item: Any, key: str) -> Any:
        """Of the shared count; of this process's own while Redis does not answer."""
        if self._shared is not None and time.monotonic() >= self._quiet_until:
            from redis.exceptions import RedisError

            try:
                return await getattr(self._shared[limiter], what)(item, key)
            except (RedisError, OSError) as error:
                self._quiet_until = time.monotonic() + QUIET_S
                log.warning(
                    "Redis does not answer (%s): each process counts for itself.", type(error).__name__
                )
        return await getattr(self._here[limiter], what)(item, key)

    async def _refusal(self, limiter: int, item: Any, key: str) -> Refusal:
        stats = await self._ask(limiter, "get_window_stats", item, key)
        wait_s = max(1, math.ceil(stats.reset_time - time.time()))
        return Refusal("rate_limited", detail=f"Try again in {wait_s} seconds.", retry_after_s=wait_s)


def place_of(address: str) -> str:
    """What is counted as one address: of IPv6 the /64 that one household has."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


async def _nothing(right: bool) -> None:
    """Nothing is counted."""
