"""Every error as a problem document (RFC 9457): a code from spec/refusals.json, its status and sentence, the
field."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.types import ExceptionHandlersMap

from outlay.kernel import spec
from outlay.kernel.refusal import Refusal
from outlay.store.errors import StoreError

MEDIA_TYPE: Final = "application/problem+json"
_GONE: Final = "client disconnected prematurely"
"""What Litestar says when a connection ends inside a body: no mistake of ours."""
_log = logging.getLogger("outlay.http")

_BY_STATUS: Final = {
    400: "parameter_invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_unsupported",
    429: "rate_limited",
    503: "unavailable",
}


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What went wrong (RFC 9457). `code` is stable and from a closed list, `title` its sentence in English,
    `detail` what was wrong with this very request, `field` the field or parameter it is about."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    field: str | None = None
    instance: str | None = None
    params: dict[str, Any] | None = None


def refusals() -> dict[str, Any]:
    """The closed list: code → status, park, message."""
    listed: dict[str, Any] = spec.read("refusals.json")
    return listed


def problem(refusal: Refusal, path: str) -> Problem:
    """The document of a refusal. An unlisted code is our mistake: 500."""
    entry = refusals().get(refusal.code)
    if entry is None:
        _log.error("refusal %s is not listed in spec/refusals.json", refusal.code)
        entry = refusals()["internal"]
        refusal = Refusal("internal")
    return Problem(
        type=f"urn:outlay:problem:{refusal.code}",
        title=entry["message"],
        status=entry["status"],
        code=refusal.code,
        detail=refusal.detail or None,
        field=refusal.field,
        instance=path,
        params=refusal.params or None,
    )


def respond(refusal: Refusal, request: Request[Any, Any, Any]) -> Response[bytes]:
    """A response with the problem as its body."""
    document = problem(refusal, request.scope["path"])
    headers: dict[str, str] = {"cache-control": "no-store"}
    if document.status == 401:
        headers["www-authenticate"] = f'Bearer realm="outlay", error="{_bearer_error(refusal.code)}"'
    if document.status in (429, 503):
        headers["retry-after"] = str(refusal.params.get("retry_after_s", 1))
    return Response(
        msgspec.json.encode(document), status_code=document.status, media_type=MEDIA_TYPE, headers=headers
    )


def _bearer_error(code: str) -> str:
    return "invalid_request" if code == "unauthenticated" else "invalid_token"


def _on_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    return respond(refusal, request)


def _on_store_error(request: Request[Any, Any, Any], error: StoreError) -> Response[bytes]:
    _log.error("store: %s", error)
    return respond(Refusal("unavailable"), request)


def _on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Litestar's own errors: parameters, methods, unknown paths, sizes."""
    if isinstance(error, ValidationException) and isinstance(error.extra, list) and error.extra:
        first = error.extra[0]
        key = str(first.get("key", "")) or None
        if key == "data":
            return respond(Refusal("json_malformed", detail="The body is empty."), request)
        return respond(Refusal("parameter_invalid", field=key, detail=str(first.get("message", ""))), request)
    if error.detail == _GONE:
        return respond(Refusal("json_malformed"), request)  # nobody reads it
    code = _BY_STATUS.get(error.status_code, "internal")
    if code == "internal":
        _log.error("unexpected %s on %s %s", error.status_code, request.scope["method"], _pattern(request))
    if missing := re.match(r"Missing required \w+ parameter '([^']+)'", error.detail):
        return respond(Refusal("parameter_invalid", field=missing[1], detail="It is missing."), request)
    detail = error.detail if code == "parameter_invalid" else ""
    response = respond(Refusal(code, detail=detail), request)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _on_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """What we got wrong: logged with its traceback (`ops/log.py` leaves out what errors quote), told as `internal`."""
    _log.error("error in %s %s", request.scope["method"], _pattern(request), exc_info=error)
    return respond(Refusal("internal"), request)


def _pattern(request: Request[Any, Any, Any]) -> str:
    """The route, not the address: ids and names stay out of logs, and no line of a log is anybody else's (CWE-117)."""
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", request.scope["path"])
    return re.sub(r"[^\x21-\x7e]", "?", path)[:200]


def from_decode_error(error: msgspec.DecodeError, body: bytes) -> Refusal:
    """A body that is not JSON (`json_malformed`, 400) or not the documented shape (422), the field named."""
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        at = re.search(r"byte (\d+)", text)
        where: dict[str, Any] = _line_column(body, int(at[1])) if at else {}
        place = f" (line {where['line']}, column {where['column']})" if where else ""
        return Refusal("json_malformed", detail=f"{text.split(' (byte')[0]}{place}.", **where)
    path = re.search(r"at `\$\.?(.*)`$", text)
    field = path[1] if path else ""
    sentence = text.split(" - at `")[0]
    if unknown := re.search(r"unknown field `([^`]+)`", text):
        return Refusal("field_unknown", field=_join(field, unknown[1]), detail=sentence + ".")
    if missing := re.search(r"missing required field `([^`]+)`", text):
        return Refusal("field_missing", field=_join(field, missing[1]), detail=sentence + ".")
    return Refusal("field_invalid", field=field or None, detail=_plain(field, sentence))


def _plain(field: str, sentence: str) -> str:
    """What msgspec says of a value, for people: which field it is, and how it is mended."""
    name = field.rpartition(".")[2].replace("_", " ").capitalize() or "This"
    for pattern, said in _PLAIN:
        if found := re.search(pattern, sentence):
            return f"{name}: {said.format(*found.groups())}"
    return sentence + "."


_PLAIN: Final = (
    (r"`str` of length >= (\d+)", "at least {} characters are needed."),
    (r"`str` of length <= (\d+)", "no more than {} characters."),
    (r"`(?:array|object)` of length >= (\d+)", "at least {} are needed."),
    (r"`(?:array|object)` of length <= (\d+)", "no more than {}."),
    (r"`str` matching regex '\^\[A-Z\]\{3\}\$'", "three capital letters, such as EUR."),
    (r"`str` matching regex '\^\[A-Z\]\{2\}\$'", "two capital letters, such as DE."),
    (r"`str` matching regex '\^\[0-9\]\{6\}\$'", "six digits, without spaces."),
    (r"`(?:int|float)` >= (-?\d+)", "{} or more."),
    (r"`(?:int|float)` <= (-?\d+)", "{} or less."),
    (r"^Expected `str`, got", "a text is needed."),
    (r"^Expected `int`, got", "a whole number is needed."),
    (r"^Expected `bool`, got", "true or false is needed."),
)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _line_column(body: bytes, at: int) -> dict[str, int]:
    before = body[:at]
    return {"line": before.count(b"\n") + 1, "column": at - before.rfind(b"\n"), "byte": at}


HANDLERS: Final[ExceptionHandlersMap] = {
    Refusal: _on_refusal,
    StoreError: _on_store_error,
    SerializationException: lambda request, error: respond(Refusal("json_malformed"), request),
    HTTPException: _on_http,
    Exception: _on_error,
}
