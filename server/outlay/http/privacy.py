"""What people may ask about their data: a copy, an end and its taking back, their consent; and their photo."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.response import Stream

from outlay.files.checking import small_photo
from outlay.http.books import BookId, door_of
from outlay.http.files import body_of
from outlay.http.rooms import Caller, Rooms, address_of
from outlay.http.security import need_recent, still_in
from outlay.http.session import OPEN
from outlay.http.shapes import Id, Moment, bytes_of
from outlay.identity import books, erasures, events, photos
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.privacy import consents, exports, sealed
from outlay.store.read import Read
from outlay.store.write import Tx

_SANDBOX: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
PHOTO_TYPES: Final = ("image/jpeg", "image/png", "image/webp")
PHOTO: Final = {"required": True, "content": bytes_of(PHOTO_TYPES)}
"""What OpenAPI says of the body."""


class Export(msgspec.Struct, kw_only=True):
    """A copy of everything about the caller. `progress` goes to 100; `size` is in bytes; the file and this go at
    `expires_at_ms`."""

    id: Id
    status: Literal["waiting", "working", "done", "failed"]
    progress: int
    asked_at_ms: Moment
    done_at_ms: Moment | None
    expires_at_ms: Moment | None
    size: int | None


class ExportList(msgspec.Struct, kw_only=True):
    """The newest first."""

    items: list[Export]


class ExportLink(msgspec.Struct, kw_only=True):
    """`url` opens the copy once, within ten minutes, without a token: for a browser to save it."""

    url: str


class Consent(msgspec.Struct, kw_only=True):
    """One thing that can be agreed to. `at_ms` is when the newest decision was made; without one it is off."""

    kind: Literal["analytics"]
    granted: bool
    at_ms: Moment | None


class ConsentList(msgspec.Struct, kw_only=True):
    """Everything that can be agreed to."""

    items: list[Consent]


class ConsentChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A decision for each kind."""

    analytics: bool


class ErasureDue(msgspec.Struct, kw_only=True):
    """When the caller will be erased; null when they did not ask for it. `days` is how long they could take it back if
    they asked now."""

    erase_at_ms: Moment | None
    days: int


@post("/users/me/exports", tags=["privacy"], summary="Ask for a copy of everything")
async def ask_for_export(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> Export:
    """One ZIP with JSON, CSV and receipts, made in the background. While one is being made, that one is answered.
    Refuses `step_up_required`."""
    await need_recent(rooms, caller)

    def ask(tx: Tx) -> dict[str, Any]:
        still_in(tx, caller)
        _note(tx, caller, request, "export_made")
        return exports.ask(tx, caller.person_id)

    row = await rooms.store.write_people(ask)
    rooms.wake()
    return _export(row)


@get("/users/me/exports", tags=["privacy"], summary="List copies")
async def list_exports(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> ExportList:
    """Those that were asked for in the last 48 hours, and how far they are."""
    rows = await rooms.store.read(lambda read: exports.of_person(read, caller.person_id))
    return ExportList(items=[_export(row) for row in rows])


@post(
    "/users/me/exports/{export_id:str}/link", status_code=200, tags=["privacy"], summary="Get a copy's link"
)
async def link_export(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    export_id: Annotated[str, PathParameter(description="A copy's id.")],
) -> ExportLink:
    """An address that opens the copy once. Refuses `export_not_found`, `step_up_required`."""
    await need_recent(rooms, caller)

    def link(tx: Tx) -> str:
        still_in(tx, caller)
        return exports.link(tx, caller.person_id, export_id)

    token = await rooms.store.write_people(link)
    return ExportLink(url=f"/api/v1/exports/file?token={token}")


@get(
    "/exports/file",
    opt={"auth": True, "public": True, "packs_itself": True},
    security=OPEN,
    tags=["privacy"],
    summary="Download a copy",
)
async def download_export(
    rooms: NamedDependency[Rooms],
    token: Annotated[str, QueryParameter(description="What the link carries.", max_length=300)],
) -> Stream:
    """The ZIP, for whoever holds a link that was not used yet. Refuses `export_not_found`."""
    row = await rooms.store.write_people(lambda tx: exports.take(tx, token))
    person_id, export_id = row["person_id"], row["id"]
    path = exports.path_of(rooms.exports_folder, person_id, export_id)
    if not path.is_file():
        raise Refusal("export_not_found")
    key = await rooms.store.read(lambda read: exports.key_of(read, person_id))
    return Stream(
        sealed.opened(path, key, exports.bound_to(person_id, export_id)),
        media_type="application/zip",
        headers={
            "content-disposition": 'attachment; filename="outlay-copy.zip"',
            "content-length": str(row["size"]),
            "content-security-policy": _SANDBOX,
            "cache-control": "no-store",
        },
    )


@get("/users/me/consents", tags=["privacy"], summary="Read consents")
async def read_consents(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> ConsentList:
    """What the caller agreed to. Nothing, unless they said so."""
    return await rooms.store.read(lambda read: _consents(read, caller.person_id))


@put("/users/me/consents", tags=["privacy"], summary="Decide on consents")
async def put_consents(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    data: JSONBody[ConsentChange],
    request: Request[Any, Any, Any],
) -> ConsentList:
    """Every decision is kept on record; taking one back is as easy as giving it."""

    def decide(tx: Tx) -> None:
        if consents.decide(tx, caller.person_id, "analytics", yes=data.analytics):
            _note(tx, caller, request, "consent_changed")

    await rooms.store.write_people(decide)
    return await rooms.store.read(lambda read: _consents(read, caller.person_id))


@get("/users/me/erasure", tags=["privacy"], summary="Read the erasure")
async def read_erasure(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> ErasureDue:
    """Whether and when the caller will be erased."""
    due = await rooms.store.read(lambda read: erasures.due_at(read, caller.person_id))
    return ErasureDue(erase_at_ms=due, days=rooms.settings.erase_days)


@delete("/users/me/erasure", tags=["privacy"], summary="Take the erasure back")
async def take_back_erasure(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> None:
    """The caller stays. Nothing changes for somebody who did not ask to be erased."""

    def take_back(tx: Tx) -> None:
        if erasures.take_back(tx, caller.person_id):
            _note(tx, caller, request, "deletion_cancelled")

    await rooms.store.write_people(take_back)


@put(
    "/users/me/photo",
    status_code=204,
    tags=["users"],
    summary="Send a photo",
    opt={"file": True, "heavy": True},
    request_max_body_size=limits.PHOTO_BYTES,
)
async def put_photo(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], request: Request[Any, Any, Any]
) -> None:
    """The body is a JPEG, PNG or WebP. It is drawn anew as a small square: nothing but the picture is kept. The members
    of the caller's books see it. Refuses `file_damaged`, `file_pixels`, `file_too_large`."""
    media_type = request.content_type[0]
    if media_type not in PHOTO_TYPES:
        raise Refusal("media_type_unsupported", detail=f"Send {', '.join(PHOTO_TYPES)}.")
    with rooms.uploads.of(caller.person_id):
        image = await small_photo(await body_of(request, limits.PHOTO_BYTES), media_type)
    await rooms.store.write_people(lambda tx: photos.keep(tx, caller.person_id, image))


@get("/users/me/photo", tags=["users"], summary="Read the caller's photo")
async def read_photo(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> Response[bytes]:
    """A JPEG. Refuses `photo_not_found`."""
    return _photo(await rooms.store.read(lambda read: photos.of_person(read, caller.person_id)))


@delete("/users/me/photo", tags=["users"], summary="Remove the photo")
async def delete_photo(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> None:
    """It is gone, for everybody."""
    await rooms.store.write_people(lambda tx: photos.remove(tx, caller.person_id))


@get("/books/{book_id:str}/members/{person_id:str}/photo", tags=["books"], summary="Read a member's photo")
async def read_member_photo(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    book_id: BookId,
    person_id: Annotated[str, PathParameter(description="A person's id.")],
) -> Response[bytes]:
    """A JPEG, for the members of the same book. Refuses `photo_not_found`."""

    def look(read: Read) -> str | None:
        if books.role_of(read, book_id, person_id) is None:
            return None
        return photos.of_person(read, person_id)

    return _photo(await door_of(rooms, caller, book_id).read(look))


def _note(tx: Tx, caller: Caller, request: Request[Any, Any, Any], kind: str) -> None:
    events.note(
        tx, person_id=caller.person_id, kind=kind, session_id=caller.session_id, address=address_of(request)
    )


def _photo(image: str | None) -> Response[bytes]:
    if image is None:
        raise Refusal("photo_not_found")
    headers = {
        "content-security-policy": _SANDBOX,
        "cache-control": "no-store",
        "content-disposition": 'attachment; filename="photo.jpg"',
    }
    return Response(base64.b64decode(image), media_type="image/jpeg", headers=headers)


def _export(row: dict[str, Any]) -> Export:
    names = ("id", "status", "progress", "asked_at_ms", "done_at_ms", "expires_at_ms", "size")
    return Export(**{name: row[name] for name in names})


def _consents(read: Read, person_id: str) -> ConsentList:
    return ConsentList(
        items=[
            Consent(
                kind=kind,  # type: ignore[arg-type]  # consents.KINDS are the literal's
                granted=consents.granted(read, person_id, kind),
                at_ms=row["at_ms"] if row else None,
            )
            for kind, row in consents.decisions(read, person_id).items()
        ]
    )


ROUTES: Final = [
    ask_for_export,
    list_exports,
    link_export,
    download_export,
    read_consents,
    put_consents,
    read_erasure,
    take_back_erasure,
    put_photo,
    read_photo,
    delete_photo,
    read_member_photo,
]
