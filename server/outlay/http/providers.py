"""Signing in by Google, Apple, Facebook, X or any OpenID provider (docs/sign-in.md has the whole dance).

    app            POST …/start {challenge}        → an address, and a cookie that binds this browser
    browser        the provider, who sends it back  → …/callback: the answer is checked, the person known
    browser        /signed-in#code=…, or outlay://signed-in?code=… in a phone's own app
    app            POST …/exchange {code, verifier} → a session, as by any other way

Nothing is done for anybody before the exchange: only the app that began has the verifier (RFC 7636), so a sign-in
that somebody else began, or a code that leaks on the way (RFC 8252, 8.1), is of no use.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from outlay import joining
from outlay.http.rooms import Caller, Rooms
from outlay.http.security import need_own, still_own
from outlay.http.session import OPEN, Client, DeviceName, SignedIn, start_session
from outlay.http.shapes import Country, Id, Name
from outlay.http.ways import Way, note, shown
from outlay.identity import ceremonies, people, ways
from outlay.identity.providers.talk import Identity, Round
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

COOKIE: Final = "outlay_sign_in"
COOKIE_PATH: Final = "/api/v1/auth/providers"
COOKIE_S: Final = 600
SHELL: Final = "outlay://signed-in"
ANSWER_PARAMETERS: Final = ("code", "state", "iss", "error", "user")

Provider = Annotated[str, PathParameter(description="A provider's name, such as `google`.")]
Challenge = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]{43}$",
        description="The SHA-256 of a verifier that the app keeps, in base64url (RFC 7636, S256).",
        examples=["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
    ),
]
Verifier = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9._~-]{43,128}$",
        description="What the challenge was made of.",
        examples=["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"],
    ),
]
Code = Annotated[
    str, msgspec.Meta(max_length=100, description="From the address that the browser came back to.")
]


class ProviderItem(msgspec.Struct, kw_only=True):
    """A provider that this server is set up for. `kind` says whose mark belongs on the button."""

    name: str
    label: str
    kind: Literal["google", "apple", "facebook", "x", "openid"]


class ProviderList(msgspec.Struct, kw_only=True):
    """In the order in which they are configured."""

    items: list[ProviderItem]


class ProviderStart(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`browser`: the one that asks goes there itself. `native`: the system's browser does, for a phone's own app."""

    challenge: Challenge
    client: Client = "browser"


class ProviderAddress(msgspec.Struct, kw_only=True):
    """Where the browser is to go now."""

    url: str


class ProviderExchange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the browser came back with. The rest is for somebody who is new here, as at sign-up."""

    code: Code
    verifier: Verifier
    name: Name | None = None
    book_id: Id | None = None
    base_currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", examples=["EUR"])] = "EUR"
    language: Annotated[str, msgspec.Meta(max_length=10)] = "en"
    country: Country | None = None
    device_name: DeviceName | None = None
    client: Client = "browser"


class WayExchange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the browser came back with."""

    code: Code
    verifier: Verifier


@get("/auth/providers", opt={"public": True}, security=OPEN, tags=["auth"], summary="List the providers")
async def list_providers(rooms: NamedDependency[Rooms]) -> ProviderList:
    """Whom people may sign in with here, besides passwords and passkeys."""
    marks: Any = ("google", "apple", "facebook", "x")
    return ProviderList(
        items=[
            ProviderItem(name=each.name, label=each.label, kind=each.name if each.name in marks else "openid")  # type: ignore[arg-type]  # one of the marks
            for each in rooms.providers.configured.values()
        ]
    )


@post(
    "/auth/providers/{name:str}/start",
    status_code=200,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Begin to sign in by a provider",
)
async def start_provider(
    rooms: NamedDependency[Rooms],
    request: Request[Any, Any, Any],
    name: Provider,
    data: JSONBody[ProviderStart],
) -> Response[ProviderAddress]:
    """The address at the provider. Refuses `provider_unknown`, `provider_failed`."""
    return await _begin(rooms, request, name, data, person_id=None)


@post(
    "/auth/ways/providers/{name:str}",
    status_code=200,
    opt={"auth": True},
    tags=["auth"],
    summary="Begin to add a provider",
)
async def start_way(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    name: Provider,
    data: JSONBody[ProviderStart],
) -> Response[ProviderAddress]:
    """The address at the provider, for somebody who is signed in. Refuses `email_unconfirmed`, `step_up_required`,
    `provider_unknown`, `provider_failed`."""
    await need_own(rooms, caller)
    return await _begin(rooms, request, name, data, person_id=caller.person_id)


@get(
    "/auth/providers/go/{handle:str}",
    opt={"public": True, "auth": True},
    include_in_schema=False,
)
async def go_to_provider(
    rooms: NamedDependency[Rooms],
    request: Request[Any, Any, Any],
    handle: Annotated[str, PathParameter(description="What a start gave.")],
) -> Response[None]:
    """The system's browser of a phone comes here first, once, so that the cookie is in it."""
    binding = secrets.token_urlsafe(32)

    def bind(tx: Tx) -> dict[str, Any] | None:
        payload = ceremonies.take(tx, "provider", handle)
        if payload is None:
            return None
        if payload["binding"] is not None:  # the browser that was here first goes on
            ceremonies.begin(tx, "provider", handle, payload)
            return None
        ceremonies.begin(tx, "provider", handle, {**payload, "binding": _digest(binding)})
        return payload

    payload = await rooms.store.write_people(bind)
    if payload is None:
        raise Refusal("way_expired")
    url = await rooms.providers.address(payload["provider"], _round(rooms, request, payload, handle))
    return _redirect(url, _cookie(rooms, request, binding, COOKIE_S))


@get(
    "/auth/providers/{name:str}/callback",
    opt={"public": True, "auth": True, "foreign": True},
    include_in_schema=False,
)
async def finish_provider(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], name: Provider
) -> Response[None]:
    """The provider sends the browser back here. Whatever is wrong, the app is told by a code in its address."""
    given = request.query_params
    answer = {key: given[key] for key in ANSWER_PARAMETERS if key in given}
    state = answer.get("state", "")
    payload = await rooms.store.write_people(lambda tx: ceremonies.take(tx, "provider", state))
    if payload is None:
        return _back(rooms, request, None, problem="way_expired")
    cookie = request.cookies.get(COOKIE, "")
    try:
        if payload["binding"] is None or not hmac.compare_digest(payload["binding"], _digest(cookie)):
            raise Refusal("way_expired")
        if payload["provider"] != name:
            raise Refusal("provider_failed")
        answer.setdefault("user", payload.get("user", ""))
        identity = await rooms.providers.identity(name, _round(rooms, request, payload, state), answer)
    except Refusal as refusal:
        return _back(rooms, request, payload, problem=refusal.code)
    code = secrets.token_urlsafe(32)
    known = {
        "identity": msgspec.to_builtins(identity),
        "challenge": payload["challenge"],
        "person_id": payload["person_id"],
    }
    await rooms.store.write_people(lambda tx: ceremonies.begin(tx, "code", code, known))
    return _back(rooms, request, payload, code=code)


@post(
    "/auth/providers/{name:str}/callback",
    opt={"public": True, "auth": True, "foreign": True},
    include_in_schema=False,
)
async def forward_provider(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], name: Provider
) -> Response[None]:
    """Apple sends a form from its own page, with which no SameSite cookie comes: the browser is sent on to the same
    address by itself. The name that only the form has is kept until then."""
    if request.content_type[0] != "application/x-www-form-urlencoded":
        raise Refusal("media_type_unsupported")
    form = await request.form()
    answer = {key: str(form[key]) for key in ANSWER_PARAMETERS if key in form}
    if (user := answer.pop("user", "")) and len(user) < 2_000:

        def keep(tx: Tx) -> None:
            payload = ceremonies.take(tx, "provider", answer.get("state", ""))
            if payload is not None:
                ceremonies.begin(tx, "provider", answer["state"], {**payload, "user": user})

        await rooms.store.write_people(keep)
    return _redirect(f"{request.url.path}?{urlencode(answer)}", None)


@post(
    "/auth/providers/exchange",
    status_code=200,
    opt={"public": True, "auth": True},
    security=OPEN,
    tags=["auth"],
    summary="Sign in by a provider",
)
async def exchange_code(
    rooms: NamedDependency[Rooms], request: Request[Any, Any, Any], data: JSONBody[ProviderExchange]
) -> Response[SignedIn]:
    """A session for who came back from the provider; somebody new gets an account and a first book. Refuses
    `way_expired`, `sign_up_closed`, `way_link` where a confirmed address is another account's (it is never merged
    into that one), `ticket_over` where the way was removed meanwhile, and `second_factor_required` with a ticket for
    POST /auth/second-factor."""
    identity = await _take_code(rooms, data.code, data.verifier, person_id=None)
    login_key = ways.provider_key(rooms.server_keys, identity)

    def meet(read: Read) -> tuple[str | None, str | None]:
        person_id = ways.owner(read, login_key)
        way = ways.by_key(read, person_id, login_key) if person_id is not None else None
        return person_id, way["way_id"] if way else None

    person_id, way_id = await rooms.store.read(meet)
    if person_id is None:
        if rooms.settings.sign_up != "open":
            raise Refusal("sign_up_closed")
        person_id = await _new_person(rooms, identity, data)
    return await start_session(
        rooms,
        request,
        person_id,
        data.client,
        data.device_name,
        status=200,
        way_id=way_id,
        still=lambda read: ways.owner(read, login_key) == person_id,
    )


@post("/auth/ways/exchange", opt={"auth": True}, tags=["auth"], summary="Add a provider")
async def exchange_way(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    data: JSONBody[WayExchange],
) -> Way:
    """Another way into the caller's account. Refuses `way_expired`, `way_taken`, `too_many_ways`,
    `email_unconfirmed`."""
    identity = await _take_code(rooms, data.code, data.verifier, person_id=caller.person_id)

    def add(tx: Tx) -> dict[str, Any]:
        still_own(rooms, tx, caller)
        row = ways.add_provider(tx, rooms.server_keys, person_id=caller.person_id, identity=identity)
        note(tx, rooms, request, caller, "way_added", row)
        return row

    return await shown(rooms, caller, await rooms.store.write_people(add))


async def _begin(
    rooms: Rooms, request: Request[Any, Any, Any], name: str, data: ProviderStart, *, person_id: str | None
) -> Response[ProviderAddress]:
    rooms.providers.get(name)
    state, binding = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    native = data.client == "native"
    payload = {
        "provider": name,
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "binding": None if native else _digest(binding),
        "native": native,
        "challenge": data.challenge,
        "person_id": person_id,
    }
    if native:
        url = f"{base_of(rooms, request)}{COOKIE_PATH}/go/{state}"
    else:
        url = await rooms.providers.address(name, _round(rooms, request, payload, state))
    await rooms.store.write_people(lambda tx: ceremonies.begin(tx, "provider", state, payload))
    response = Response(ProviderAddress(url=url), status_code=200)
    if not native:
        response.set_cookie(_cookie(rooms, request, binding, COOKIE_S))
    return response


async def _take_code(rooms: Rooms, code: str, verifier: str, *, person_id: str | None) -> Identity:
    """Who the code stands for: once, to who began, and for what it was begun."""
    known = await rooms.store.write_people(lambda tx: ceremonies.take(tx, "code", code))
    right = known is not None and hmac.compare_digest(known["challenge"], _challenge(verifier))
    if known is None or not right or known["person_id"] != person_id:
        raise Refusal("way_expired")
    return Identity(**known["identity"])


async def _new_person(rooms: Rooms, identity: Identity, data: ProviderExchange) -> str:
    email = identity.email if identity.email_verified else None
    if email is not None:
        address = email
        if await rooms.store.read(lambda read: people.find(read, rooms.server_keys, address)) is not None:
            raise Refusal("way_link")

    def add(tx: Tx, person_id: str) -> None:
        way = ways.add_provider(tx, rooms.server_keys, person_id=person_id, identity=identity)
        ways.used(tx, person_id=person_id, way_id=way["way_id"])

    return await joining.new_person(
        rooms.store,
        rooms.server_keys,
        email=email,
        email_confirmed=email is not None,
        name=data.name or identity.name,
        book_id=data.book_id,
        base_currency=data.base_currency,
        language=data.language,
        country=data.country,
        more=add,
    )


def base_of(rooms: Rooms, request: Request[Any, Any, Any]) -> str:
    """The origin that people use."""
    return (rooms.settings.public_url or str(request.base_url)).rstrip("/")


def _round(rooms: Rooms, request: Request[Any, Any, Any], payload: dict[str, Any], state: str) -> Round:
    redirect_uri = f"{base_of(rooms, request)}{COOKIE_PATH}/{payload['provider']}/callback"
    return Round(redirect_uri, state, payload["nonce"], payload["verifier"])


def _back(
    rooms: Rooms, request: Request[Any, Any, Any], payload: dict[str, Any] | None, **told: str
) -> Response[None]:
    """To the app, with a code or a problem behind the # that no server and no log sees."""
    if payload is not None and payload["native"]:
        url = f"{SHELL}?{urlencode(told)}"
    else:
        page = "/settings/ways" if payload is not None and payload["person_id"] else "/signed-in"
        url = f"{page}#{urlencode(told)}"
    return _redirect(url, _cookie(rooms, request, "", 0))


def _redirect(url: str, cookie: Cookie | None) -> Response[None]:
    response: Response[None] = Response(None, status_code=303, headers={"location": url})
    if cookie is not None:
        response.set_cookie(cookie)
    return response


def _cookie(rooms: Rooms, request: Request[Any, Any, Any], value: str, max_age_s: int) -> Cookie:
    """Lax: it comes along when the provider's page sends the browser here."""
    return Cookie(
        COOKIE,
        value=value,
        path=COOKIE_PATH,
        max_age=max_age_s,
        httponly=True,
        samesite="lax",
        secure=rooms.settings.secure or request.scope["scheme"] == "https",
    )


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


ROUTES: Final = [
    list_providers,
    start_provider,
    start_way,
    go_to_provider,
    finish_provider,
    forward_provider,
    exchange_code,
    exchange_way,
]
