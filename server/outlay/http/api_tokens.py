"""Personal API tokens: made, listed, ended; and what one may ask."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from outlay.http.rooms import Access, Caller, Rooms, address_of
from outlay.http.security import need_recent, still_in
from outlay.http.shapes import Id, Moment
from outlay.identity import api_tokens, events
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.write import Tx

Scope = Literal["read", "write", "import"]


class NewApiToken(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`write` changes what is in a book, `import` takes files of banks in; both may read. With `book_id` only that
    book."""

    name: Annotated[
        str, msgspec.Meta(min_length=1, max_length=api_tokens.NAME_MAX, examples=["Backup script"])
    ]
    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=len(api_tokens.SCOPES))]
    book_id: Id | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=limits.API_TOKEN_DAYS)] = 90


class ApiToken(msgspec.Struct, kw_only=True):
    """A token, without what opens."""

    id: Id
    name: str
    scopes: list[Scope]
    book_id: Id | None
    made_at_ms: Moment
    expires_at_ms: Moment | None
    used_at_ms: Moment | None


class ApiTokenMade(msgspec.Struct, kw_only=True):
    """The only time that the token is told."""

    api_token: ApiToken
    token: str


class ApiTokenList(msgspec.Struct, kw_only=True):
    """The newest first."""

    items: list[ApiToken]


@get("/auth/tokens", tags=["auth"], summary="List API tokens")
async def list_api_tokens(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> ApiTokenList:
    """Those of the caller; also those that ran out, until they are deleted."""
    rows = await rooms.store.read(lambda read: api_tokens.of_person(read, caller.person_id))
    return ApiTokenList(items=[_shape(row) for row in rows])


@post("/auth/tokens", opt={"auth": True}, tags=["auth"], summary="Make an API token")
async def make_api_token(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    data: JSONBody[NewApiToken],
    request: Request[Any, Any, Any],
) -> Response[ApiTokenMade]:
    """For a program of the caller's. Refuses `step_up_required`, `book_not_found`, `too_many_api_tokens`."""
    await need_recent(rooms, caller)
    if data.book_id is not None:
        await Access(rooms, caller, data.book_id).role()

    def make(tx: Tx) -> tuple[dict[str, Any], str]:
        still_in(tx, caller)
        made = api_tokens.make(
            tx,
            person_id=caller.person_id,
            name=data.name,
            scopes=list(data.scopes),
            book_id=data.book_id,
            days=data.days,
        )
        _note(tx, caller, request, "api_token_made", made[0]["name"])
        return made

    row, token = await rooms.store.write_people(make)
    return Response(ApiTokenMade(api_token=_shape(row), token=token), status_code=201)


@delete("/auth/tokens/{token_id:str}", tags=["auth"], summary="End an API token")
async def end_api_token(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    token_id: Annotated[str, PathParameter(description="An API token's id.")],
    request: Request[Any, Any, Any],
) -> None:
    """It opens nothing from then on. Refuses `api_token_not_found`."""

    def end(tx: Tx) -> bool:
        row = api_tokens.end(tx, person_id=caller.person_id, token_id=token_id)
        if row is not None:
            _note(tx, caller, request, "api_token_ended", row["name"])
        return row is not None

    if not await rooms.store.write_people(end):
        raise Refusal("api_token_not_found")
    rooms.forget_api_tokens(token_id)


def _shape(row: dict[str, Any]) -> ApiToken:
    return ApiToken(
        id=row["id"],
        name=row["name"],
        scopes=row["scopes"].split(),
        book_id=row["only_book_id"],
        made_at_ms=row["made_at_ms"],
        expires_at_ms=row["expires_at_ms"],
        used_at_ms=row["used_at_ms"],
    )


def _note(tx: Tx, caller: Caller, request: Request[Any, Any, Any], kind: str, detail: str) -> None:
    events.note(
        tx,
        person_id=caller.person_id,
        kind=kind,
        session_id=caller.session_id,
        address=address_of(request),
        detail=detail,
    )


ROUTES: Final = [list_api_tokens, make_api_token, end_api_token]
