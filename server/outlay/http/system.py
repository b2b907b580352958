"""Is it alive, is it ready."""

from __future__ import annotations

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


ROUTES: Final = [healthz, readyz]
