"""The OpenAPI 3.1 document: Litestar's, with our errors, headers and examples; and the page that shows it."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Litestar, Request
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, Contact, License, SecurityScheme, Tag
from litestar.types import Method
from litestar.typing import FieldDefinition

from outlay.http.files import CONTENT, FILE
from outlay.http.headers import policy
from outlay.http.imports import FORM
from outlay.http.privacy import PHOTO
from outlay.http.problems import MEDIA_TYPE, Problem, refusals
from outlay.http.shapes import bytes_of

TAGS: Final = {
    "auth": "Sign-up, sign-in, sessions.",
    "users": "The person who calls.",
    "privacy": "A copy of everything, an end, consent.",
    "books": "Ledgers that people share, and who shares them.",
    "settings": "What a book is set to.",
    "accounts": "Where money lies.",
    "categories": "What money goes for or comes from.",
    "payees": "Who is paid, or pays.",
    "tags": "Words that transactions are marked with.",
    "rates": "Exchange rates by day.",
    "transactions": "Expenses, incomes and transfers.",
    "budgets": "What categories may cost in each week, month, quarter or year.",
    "schedules": "What is posted again and again.",
    "templates": "Beginnings of transactions.",
    "filters": "Filters that were kept.",
    "reconciliations": "What statements say an account held.",
    "receipts": "Photos and documents of transactions.",
    "files": "The bytes of receipts.",
    "conflicts": "What devices wrote that others overran or the book could not take.",
    "history": "Who changed what, and taking it back.",
    "reports": "Sums by time, category and account.",
    "imports": "Bank files: OFX, QFX and CSV.",
    "sync": "What devices call to keep their copy of a book the same as the server's.",
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
        operation_id_creator=_operation_id,
        path="/schema",
        render_plugins=[
            _Page("/", "text/html"),
            _Page("/reference.js", "text/javascript"),
            _Page("/reference.css", "text/css"),
            _Document(),
        ],
    )


class _Document(OpenAPIRenderPlugin):
    """Built when somebody asks, then kept."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)
        self._text: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        if self._text is None:
            self._text = encode(document(request.app))
        return self._text


class _Page(OpenAPIRenderPlugin):
    """The page that shows the document and calls what it describes; its own files, nothing from elsewhere."""

    def __init__(self, path: str, media_type: str) -> None:
        super().__init__(path=path, media_type=media_type)  # type: ignore[arg-type]  # any type is sent
        self._file = Path(__file__).parent / "reference" / (path.strip("/") or "index.html")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        request.scope["state"]["policy"] = policy()
        return self._file.read_bytes()


def encode(document: dict[str, Any]) -> bytes:
    """The document as it is served and committed: two spaces, one line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def document(app: Litestar) -> dict[str, Any]:
    """The document of an application: Litestar's paths and parameters, msgspec's schemas of the bodies
    (exact, they are what decodes them), our errors at every operation."""
    made = deepcopy(app.openapi_schema.to_schema())
    made["components"]["schemas"] = _schemas(app)
    made["components"]["responses"] = {
        str(status): {
            "description": text,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, text in _STATUS_TEXT.items()
    }
    made["paths"] = dict(sorted(made["paths"].items()))
    made["paths"]["/api/v1/imports"]["post"]["requestBody"] = FORM
    file = made["paths"]["/api/v1/files/{sha256}"]
    file["put"]["requestBody"] = FILE
    file["get"]["responses"]["200"]["content"] = CONTENT
    file["get"]["responses"]["206"] = {"description": "The range that was asked for.", "content": CONTENT}
    file["get"]["responses"]["304"] = {"description": "It is what the caller has."}
    file["head"]["responses"]["200"].pop("content", None)
    made["paths"]["/api/v1/users/me/photo"]["put"]["requestBody"] = PHOTO
    for path in ("/api/v1/users/me/photo", "/api/v1/books/{book_id}/members/{person_id}/photo"):
        made["paths"][path]["get"]["responses"]["200"]["content"] = bytes_of(["image/jpeg"])
    for path, item in made["paths"].items():
        for method, operation in item.items():
            _finish_operation(path, method, operation)
    return made


def _operation_id(handler: HTTPRouteHandler, method: Method, path: list[Any]) -> str:
    """`list_books` → `listBooks`: the name that generated clients call."""
    first, *rest = handler.handler_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _schemas(app: Litestar) -> dict[str, Any]:
    types: dict[str, Any] = {"Problem": Problem}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.resolve_include_in_schema():
                fields = (handler.parsed_return_field, handler.parsed_data_field)
                for field in fields:
                    for type_ in _structs(field) if field is not None else ():
                        assert types.setdefault(type_.__name__, type_) is type_, (
                            f"two shapes named {type_.__name__}"
                        )
    _, made = msgspec.json.schema_components(types.values(), ref_template="#/components/schemas/{name}")
    for schema in made.values():
        schema.pop("title", None)
    problem_schema: dict[str, Any] = made["Problem"]
    problem_schema["properties"]["code"]["enum"] = sorted(refusals())
    problem_schema["examples"] = [
        {
            "type": "urn:outlay:problem:token_expired",
            "title": refusals()["token_expired"]["message"],
            "status": 401,
            "code": "token_expired",
            "instance": "/api/v1/users/me",
        }
    ]
    return dict(sorted(made.items()))


def _structs(field: FieldDefinition) -> list[Any]:
    if isinstance(field.annotation, type) and issubclass(field.annotation, msgspec.Struct):
        return [field.annotation]
    return [type_ for inner in field.inner_types for type_ in _structs(inner)]


def _finish_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = {status: made for status, made in operation["responses"].items() if status < "400"}
    for status, made in responses.items():
        if made["description"] in _DEFAULT_TEXTS:
            made["description"] = _SUCCESS_TEXT[status]
        if not made.get("headers"):
            made.pop("headers", None)
        if status == "204":
            made.pop("content", None)
    if (body := operation.get("requestBody")) not in (None, FORM, FILE, PHOTO):
        schema = next(iter(body["content"].values()))["schema"]
        body["required"] = {"type": "null"} not in schema.get("oneOf", [])
    for status in sorted(_statuses(path, method, operation)):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = responses
    operation.pop("deprecated", None)
    operation["description"] = " ".join(operation.get("description", "").split())
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _parameter_schema(parameter["schema"])
        for name in ("deprecated", "allowEmptyValue", "allowReserved"):
            parameter.pop(name, None)


def _parameter_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is there or not; it is never null. Bounds of whole numbers are whole."""
    schema.pop("description", None)
    options = [option for option in schema.pop("oneOf", []) if option != {"type": "null"}]
    if options:
        schema = {**options[0], **schema}
    for name in ("minimum", "maximum"):
        if isinstance(schema.get(name), float):
            schema[name] = int(schema[name])
    if schema.get("default", "") is None:
        del schema["default"]
    return schema


def _statuses(path: str, method: str, operation: dict[str, Any]) -> set[int]:
    """Which problems an operation can answer with."""
    if not path.startswith("/api/"):
        return {503}
    parameters = operation.get("parameters", [])
    names = {parameter["name"] for parameter in parameters}
    statuses = {401, 403, 429, 503}
    if parameters or "requestBody" in operation:
        statuses.add(400)
    if "book" in names or "{" in path or "members" in path or "invitations" in path:
        statuses |= {404, 409, 410, 422}
    if "token" in names or path.endswith("/confirm/passkey"):
        statuses |= {404}
    if "requestBody" in operation:
        statuses |= {404, 409, 410, 413, 415, 422}
    if method in ("post", "put", "patch", "delete"):
        statuses |= {409, 422}
    if "If-Match" in names:
        statuses.add(412)
    if "Range" in names:
        statuses.add(416)
    if "/sync/" in path:
        statuses.add(426)
    if "/auth/" in path and "parameters" not in operation and method == "get":
        statuses -= {403}
    return statuses


_STATUS_TEXT: Final = {
    400: "The request cannot be understood: malformed JSON, a wrong or unknown parameter.",
    401: "No access token, or one that is expired, forged or ended.",
    403: "The caller's role does not allow it.",
    404: "There is no such thing, or not for this caller.",
    409: "It contradicts what is there.",
    410: "It was deleted, or it was a link or code whose time is over.",
    412: "It was changed since it was read (If-Match).",
    413: "The body is too large.",
    415: "The body has another content type than documented.",
    416: "The range lies outside.",
    422: "A field is wrong; `field` says which, `code` why.",
    426: "The device's program is too old to talk to this server.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "The server cannot answer now; `Retry-After` says when to ask again.",
}

_SUCCESS_TEXT: Final = {"200": "What was asked for.", "201": "Made.", "204": "Done."}
_DEFAULT_TEXTS: Final = {
    "Request fulfilled, document follows",
    "Document created, URL follows",
    "Request fulfilled, nothing follows",
    "Stream Response",
}
