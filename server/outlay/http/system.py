"""Is it alive, is it ready, and who is it."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final, Literal

import msgspec
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.openapi.spec import SecurityRequirement

from outlay.http.rooms import Rooms

OPEN: Final[list[SecurityRequirement]] = [{}]


class Ready(msgspec.Struct, kw_only=True):
    """The server can read its database."""

    status: Literal["ready"]
    database: Literal["sqlite", "postgresql"]


@get(
    "/healthz",
    media_type=MediaType.TEXT,
    opt={"public": True},
    security=OPEN,
    tags=["system"],
    summary="Is the process alive?",
)
async def healthz() -> str:
    """Always `ok` while the process runs. Touches nothing."""
    return "ok"


@get("/readyz", opt={"public": True}, security=OPEN, tags=["system"], summary="Can it serve?")
async def readyz(rooms: NamedDependency[Rooms]) -> Ready:
    """Reads from the database. 503 `unavailable` when it does not answer."""
    value: Any = await rooms.store.read(lambda read: read.value("SELECT COUNT(*) FROM server_key"))
    assert value
    return Ready(status="ready", database=rooms.store.dialect)


class About(msgspec.Struct, kw_only=True):
    """What an app shows before it believes an address."""

    name: Literal["Outlay"]
    version: str
    sign_up: Literal["open", "closed"]


@get("/server", opt={"public": True}, security=OPEN, tags=["system"], summary="Which server is this?")
async def server(rooms: NamedDependency[Rooms]) -> About:
    """For the phones' apps, which ask for an address at their first start. Touches nothing."""
    sign_up: Any = rooms.settings.sign_up
    return About(name="Outlay", version=version("outlay"), sign_up=sign_up)


ROUTES: Final = [healthz, readyz]
