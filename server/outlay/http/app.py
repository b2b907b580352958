"""The application: routes, who may ask, limits of size and rate, errors, headers, the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from litestar import Litestar, Request, Router
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from outlay.http import (
    accounts,
    api_tokens,
    auth,
    books,
    conflicts,
    contact,
    files,
    imports,
    invitations,
    names,
    pages,
    passkeys,
    plans,
    privacy,
    providers,
    reports,
    second_factor,
    security,
    step_up,
    sync,
    system,
    transactions,
    users,
    ways,
)
from outlay.http.body import Body
from outlay.http.headers import add_headers
from outlay.http.openapi import config as openapi_config
from outlay.http.problems import HANDLERS
from outlay.http.rooms import (
    Rooms,
    address_of,
    authenticate,
    need_scope,
    provide_access,
    provide_caller,
    provide_rooms,
)
from outlay.kernel import limits
from outlay.kernel.refusal import Refusal
from outlay.settings import Settings

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]

API: Final = [
    *auth.ROUTES,
    *security.ROUTES,
    *step_up.ROUTES,
    *providers.ROUTES,
    *passkeys.ROUTES,
    *ways.ROUTES,
    *second_factor.ROUTES,
    *api_tokens.ROUTES,
    *contact.ROUTES,
    *users.ROUTES,
    *books.ROUTES,
    *invitations.ROUTES,
    *privacy.ROUTES,
    *accounts.ROUTES,
    *names.ROUTES,
    *transactions.ROUTES,
    *plans.ROUTES,
    *conflicts.ROUTES,
    *reports.ROUTES,
    *files.ROUTES,
    *imports.ROUTES,
    *sync.ROUTES,
    system.server,
]


def build(settings: Settings, lifespan: Lifespan) -> Litestar:
    """The ASGI application; `lifespan` puts the Rooms into its state."""
    api = Router(
        "/api/v1",
        route_handlers=API,
        before_request=check,
        dto=Body,
        return_dto=None,
    )
    app = Litestar(
        route_handlers=[api, *system.ROUTES, security.jwks, pages.pages],
        lifespan=[lifespan],
        dependencies={
            "rooms": Provide(provide_rooms),
            "caller": Provide(provide_caller),
            "access": Provide(provide_access),
        },
        exception_handlers=HANDLERS,
        before_request=count,
        before_send=[add_headers(secure=settings.secure)],
        cors_config=CORSConfig(
            allow_origins=list(settings.allowed_origins),
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "If-Match",
                "Idempotency-Key",
                "Last-Event-ID",
                "Range",
                "If-None-Match",
            ],
            expose_headers=["ETag", "Location", "Retry-After", "Content-Range"],
            allow_credentials=False,
            max_age=86_400,
        ),
        compression_config=CompressionConfig(
            backend="gzip",
            minimum_size=1000,
            gzip_compress_level=4,
            exclude=["^/api/v1/sync/events", "^/api/v1/auth", "^/api/v1/files"],
            exclude_opt_key="packs_itself",
        ),
        openapi_config=openapi_config(),
        request_max_body_size=limits.BODY_BYTES,
        multipart_form_part_limit=20,
        logging_config=None,
        debug=False,
    )
    for route in app.routes:
        for handler, model in getattr(route, "route_handler_map", {}).values():
            handler.opt["parameters"] = frozenset(
                parameter.field_alias for parameter in model.expected_query_params
            )
    return app


async def count(request: Request[Any, Any, Any]) -> None:
    """Of what is not the API: pages, keys, health, the document."""
    await request.app.state.rooms.throttle.request(address_of(request))


async def check(request: Request[Any, Any, Any]) -> None:
    """Before anything of a request is read: its rate, its token, its parameters' names.
    (Not a guard: Litestar copies the handler for each one.)"""
    rooms: Rooms = request.app.state.rooms
    handler = request.route_handler
    address = address_of(request)
    await count(request)
    if handler.opt.get("auth"):
        await rooms.throttle.sign_in(address)
    if not handler.opt.get("public"):
        caller = await authenticate(rooms, request.headers.get("authorization"))
        await rooms.throttle.person(
            caller.person_id, caller.session_id, heavy=bool(handler.opt.get("heavy"))
        )
        need_scope(caller, request.method, request.scope["path"])
        request.scope["user"] = caller
    if handler.opt.get("foreign"):
        return  # what others send: their parameters, their forms
    if request.path_params:
        _plain_path(request)
    if request.scope["query_string"]:
        _known_parameters(request, handler)
    if request.method in ("POST", "PUT", "PATCH"):
        _known_media_type(request, handler)


def _plain_path(request: Request[Any, Any, Any]) -> None:
    """Python reads `1_0` and digits of any script as numbers; an address has one spelling. PostgreSQL has no NUL."""
    parts = request.scope["path"].split("/")
    if "\0" in request.scope["path"] or any(
        type(value) is int and str(value) not in parts for value in request.path_params.values()
    ):
        raise Refusal("not_found")


def _known_parameters(request: Request[Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A misspelt filter would silently answer something else."""
    names = handler.opt["parameters"]
    for name, value in request.query_params.multi_items():
        if name not in names:
            raise Refusal("parameter_unknown", field=name)
        if "\0" in str(value):
            raise Refusal("parameter_invalid", field=name)


def _known_media_type(request: Request[Any, Any, Any], handler: BaseRouteHandler) -> None:
    if handler.opt.get("file"):
        return
    expected = "multipart/form-data" if handler.opt.get("multipart") else "application/json"
    given = request.content_type[0]
    if given and given != expected and not (expected == "application/json" and given.endswith("+json")):
        raise Refusal("media_type_unsupported", detail=f"Send {expected}.")
