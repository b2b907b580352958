"""The built app as files: immutable ones for a year, the rest asked again, every other address is the app
itself."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import Path
from typing import Annotated, Any, Final

from litestar import HttpMethod, Request, Response, route
from litestar.params import Parameter

from outlay.http.headers import inline_hashes, policy
from outlay.kernel.refusal import Refusal

IMMUTABLE: Final = "public, max-age=31536000, immutable"
REVALIDATE: Final = "no-cache"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
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
    file = (folder / path.lstrip("/")).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


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
    content, source = None, file
    for name, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if name in accept and packed.is_file() and packed.stat().st_mtime >= stat.st_mtime:
            headers["content-encoding"], source = name, packed
            break
    etag = f'"{stat.st_mtime_ns:x}-{source.stat().st_size:x}"'
    headers["etag"] = etag
    if file.suffix == ".html":
        headers["content-security-policy"] = policy(inline_hashes(file.read_bytes()))
    elif type_ == "text/javascript":
        headers["content-security-policy"] = policy()  # a worker takes its own
    if if_none_match and etag in if_none_match:
        return Response(b"", status_code=304, headers=headers, media_type=type_)
    content = source.read_bytes()
    return Response(content, headers=headers, media_type=type_)


@route(
    ["/", "/{path:path}"],
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
    opt={"public": True},
    name="pages",
)
async def pages(
    request: Request[Any, Any, Any], path: Annotated[str, Parameter(description="A file of the app.")] = ""
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
        raise Refusal("not_found", detail="The app is not built. Run: make app")
    return found
