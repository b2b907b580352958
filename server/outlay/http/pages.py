"""The built app as files: immutable ones for a year, the rest asked again, every other address is the app
itself."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

from litestar import HttpMethod, Request, Response, route
from litestar.params import PathParameter

from outlay.http.headers import inline_hashes, policy
from outlay.kernel.refusal import Refusal

IMMUTABLE: Final = "public, max-age=31536000, immutable"
REVALIDATE: Final = "no-cache"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_PACKED_TYPES: Final = frozenset(
    {"application/json", "application/wasm", "application/manifest+json", "image/svg+xml"}
)
_TYPES: Final = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}


def _inside(folder: Path, path: str) -> Path | None:
    """The file of a request path, if there is one inside the folder."""
    if "\0" in path or "\\" in path:
        return None
    try:
        file = (folder / path.lstrip("/")).resolve()
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
    except OSError:  # a name that no file can have
        return None


def _load(folder: Path, path: str, accept: str, if_none_match: str | None) -> Response[bytes] | None:
    """Reads one file (in a thread)."""
    file = _inside(folder, path)
    if file is None:
        return None
    type_ = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    stat = file.stat()
    headers = {
        "cache-control": IMMUTABLE if "/_app/immutable/" in f"/{path}" else REVALIDATE,
        "vary": "accept-encoding",
    }
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers["etag"] = etag
    if file.suffix == ".html":
        headers["content-security-policy"] = policy(inline_hashes(file.read_bytes()))
    elif type_ == "text/javascript":
        headers["content-security-policy"] = policy()  # a worker takes its own
    if if_none_match and etag in if_none_match:
        return Response(b"", status_code=304, headers=headers, media_type=type_)
    content, encoding = _packed(file, stat.st_mtime_ns, accept, type_)
    if encoding:
        headers["content-encoding"] = encoding
    return Response(content, headers=headers, media_type=type_)


def _packed(file: Path, modified_ns: int, accept: str, type_: str) -> tuple[bytes, str | None]:
    """The file as the build packed it, else packed once and kept, else as it is."""
    for name, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if name in accept and packed.is_file() and packed.stat().st_mtime_ns >= modified_ns:
            return packed.read_bytes(), name
    if "gzip" in accept and (type_.startswith("text/") or type_ in _PACKED_TYPES):
        return _gzip(file, modified_ns), "gzip"
    return file.read_bytes(), None


@lru_cache(maxsize=256)
def _gzip(file: Path, modified_ns: int) -> bytes:
    return gzip.compress(file.read_bytes(), 9, mtime=0)


@route(
    ["/", "/{path:path}"],
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
    opt={"public": True, "packs_itself": True},
    name="pages",
)
async def pages(
    request: Request[Any, Any, Any],
    path: Annotated[str, PathParameter(description="A file of the app.")] = "",
) -> Response[bytes]:
    """A file of the app, or the app itself for an address that only it knows."""
    folder: Path = request.app.state.rooms.settings.app_dir
    accept = request.headers.get("accept-encoding", "")
    match = request.headers.get("if-none-match")
    path = path.lstrip("/")
    found = await asyncio.to_thread(_load, folder, path or "index.html", accept, match)
    if found is None:
        if path.startswith(("api/", "_app/", "schema/")) or "." in path.rpartition("/")[2]:
            raise Refusal("not_found")
        found = await asyncio.to_thread(_load, folder, "index.html", accept, match)
    if found is None:
        raise Refusal("not_found", detail="The app is not built. Run: make build")
    return found
