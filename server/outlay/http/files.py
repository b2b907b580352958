"""The bytes of receipts: sent once, named by their SHA-256, read by whoever may see the book."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, TypeVar

from litestar import HttpMethod, Request, Response, get, put, route
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import HeaderParameter, PathParameter
from litestar.response import Stream
from msgspec import Struct

from outlay.files import commands
from outlay.files.commands import Stored
from outlay.files.seal import ENDINGS, MEDIA_TYPES
from outlay.http.rooms import Access
from outlay.http.shapes import bytes_of
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

T = TypeVar("T")
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_SANDBOX: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"

Digest = Annotated[
    str,
    PathParameter(description="The SHA-256 of the file's bytes in hex, 64 lower-case digits.", examples=[]),
]
Range = Annotated[
    str | None, HeaderParameter(name="Range", required=False, description="One range: `bytes=FIRST-LAST`.")
]
IfNoneMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-None-Match", required=False, description="The ETag that is known: 304 when it is the same."
    ),
]


class FileKept(Struct, kw_only=True):
    """A file that the book has now. `known`: it had it before."""

    sha256: str
    media_type: str
    size: int
    known: bool


@put(
    "/files/{sha256:str}",
    status_code=200,
    tags=["files"],
    summary="Send a file",
    opt={"file": True},
    request_max_body_size=limits.FILE_BYTES,
)
async def send_file(
    access: NamedDependency[Access], request: Request[Any, Any, Any], sha256: Digest
) -> FileKept:
    """The body is the file, its content type JPEG, PNG, WebP or PDF. A picture holds nothing but the picture: no place,
    no camera. Repeating it changes nothing. Kept for good once a receipt names it, else for 30 days.
    Refuses `busy` while too many come at once, `digest_differs`, `files_full`, `file_too_large` and other `file_*`."""
    await access.role(to="write")
    _checked(sha256)
    media_type = request.content_type[0]
    if media_type not in MEDIA_TYPES:
        raise Refusal("media_type_unsupported", detail=f"Send {', '.join(MEDIA_TYPES)}.")
    with access.rooms.uploads.of(access.caller.person_id):
        data = await body_of(request, limits.FILE_BYTES)
        made = await commands.take_in(
            _Door(access),
            access.rooms.objects,
            access.book_id,
            sha256=sha256,
            media_type=media_type,
            data=data,
        )
    return FileKept(sha256=sha256, media_type=media_type, size=len(data), known=not made)


@get("/files/{sha256:str}", tags=["files"], summary="Read a file", opt={"packs_itself": True})
async def read_file(
    access: NamedDependency[Access], sha256: Digest, range_: Range = None, if_none_match: IfNoneMatch = None
) -> Stream:
    """The bytes as they were sent, or one range of them. Refuses `file_not_found`."""
    found = await _found(access, sha256)
    head, headers = found.head, _headers(sha256, found)
    if if_none_match is not None and (headers["etag"] in if_none_match or if_none_match.strip() == "*"):
        return Stream(iter((b"",)), status_code=304, headers=headers, media_type=head.media_type)
    first, last, status = 0, head.size - 1, 200
    if range_ is not None and (asked := _asked(range_, head.size)) is not None:
        first, last = asked
        status = 206
        headers["content-range"] = f"bytes {first}-{last}/{head.size}"
    headers["content-length"] = str(last - first + 1)
    return Stream(found.part(first, last), status_code=status, headers=headers, media_type=head.media_type)


@route("/files/{sha256:str}", http_method=[HttpMethod.HEAD], tags=["files"], summary="Ask for a file")
async def ask_for_file(access: NamedDependency[Access], sha256: Digest) -> Response[bytes]:
    """Whether the book has it, and what it is. Refuses `file_not_found`."""
    found = await _found(access, sha256)
    headers = {**_headers(sha256, found), "content-length": str(found.head.size)}
    return Response(b"", headers=headers, media_type=found.head.media_type)


class _Door:
    """The book's store; the role is asked again in each transaction."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def read(self, f: Callable[[Read], T]) -> Awaitable[T]:
        return self._access.read(f)

    def write(self, f: Callable[[Tx], T]) -> Awaitable[T]:
        return self._access.write(lambda tx, role: f(tx))


async def _found(access: Access, sha256: str) -> Stored:
    return await commands.find(_Door(access), access.rooms.objects, access.book_id, _checked(sha256))


def _checked(sha256: str) -> str:
    if _DIGEST.fullmatch(sha256) is None:
        raise Refusal("digest_malformed", field="sha256")
    return sha256


async def body_of(request: Request[Any, Any, Any], most: int) -> bytes:
    """The whole body; what is larger is not read on. Refuses `file_too_large`, `file_damaged` (nothing came)."""
    held = bytearray()
    try:
        async for piece in request.stream():
            held += piece
            if len(held) > most:
                raise _too_large(most)
    except HTTPException as error:
        if error.status_code == 413:
            raise _too_large(most) from None
        raise
    if not held:
        raise Refusal("file_damaged", field="body", detail="The body is empty.")
    return bytes(held)


def _too_large(most: int) -> Refusal:
    return Refusal("file_too_large", field="body", max_bytes=most)


def _headers(sha256: str, found: Stored) -> dict[str, str]:
    """Whatever opens this address shows no page of ours: it is a file to be saved, in a sandbox. Never cached: the
    disk of a browser is not sealed."""
    return {
        "etag": f'"{sha256}"',
        "accept-ranges": "bytes",
        "content-disposition": f'attachment; filename="{sha256[:12]}.{ENDINGS[found.head.media_type]}"',
        "content-security-policy": _SANDBOX,
        "cache-control": "no-store",
    }


def _asked(range_: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a Range header (RFC 9110, 14.2); None where it is to be ignored. Refuses
    `range_unsatisfiable`."""
    match = _RANGE.fullmatch(range_.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first, last = int(match[1]), min(size - 1, int(match[2] or size - 1))
        if match[2] and int(match[2]) < first:
            return None
    if first > last or first >= size:
        raise Refusal("range_unsatisfiable", field="Range", size=size)
    return first, last


ROUTES: Final[list[Any]] = [send_file, read_file, ask_for_file]

CONTENT: Final = bytes_of(MEDIA_TYPES)
"""What OpenAPI says of the answer."""
FILE: Final = {"required": True, "content": CONTENT}
"""What OpenAPI says of the body."""
