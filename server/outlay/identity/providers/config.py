"""Which providers people may sign in with: the file that OUTLAY_PROVIDERS names, one TOML table for each.

    [google]
    client_id = "…"
    client_secret = "…"

`google`, `apple`, `facebook` and `x` need no addresses; any other table is an OpenID provider with an `issuer`.
A table's name is part of what a person is found by: whoever renames it locks people out of that way.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

Kind = Literal["openid", "apple", "facebook", "x"]

LABEL_MAX: Final = 40
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


class ProvidersError(Exception):
    """What is wrong with the file, in a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """`issuer` of OpenID providers (discovery); the three addresses of those that speak OAuth 2 only.
    `team_id`, `key_id` and `private_key` (the file's text): Apple's, whose secret is signed with them."""

    name: str
    kind: Kind
    label: str
    client_id: str
    client_secret: str = ""
    scope: str = "openid email profile"
    issuer: str = ""
    authorize_url: str = ""
    token_url: str = ""
    me_url: str = ""
    team_id: str = ""
    key_id: str = ""
    private_key: str = ""


KNOWN: Final[dict[str, dict[str, str]]] = {
    "google": {"kind": "openid", "label": "Google", "issuer": "https://accounts.google.com"},
    "apple": {
        "kind": "apple",
        "label": "Apple",
        "issuer": "https://appleid.apple.com",
        "scope": "openid name email",
    },
    "facebook": {
        "kind": "facebook",
        "label": "Facebook",
        "scope": "public_profile email",
        "authorize_url": "https://www.facebook.com/v23.0/dialog/oauth",
        "token_url": "https://graph.facebook.com/v23.0/oauth/access_token",
        "me_url": "https://graph.facebook.com/v23.0/me",
    },
    "x": {
        "kind": "x",
        "label": "X",
        "scope": "users.read tweet.read",
        "authorize_url": "https://x.com/i/oauth2/authorize",
        "token_url": "https://api.x.com/2/oauth2/token",
        "me_url": "https://api.x.com/2/users/me",
    },
}

_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "openid": ("client_id", "issuer"),
    "apple": ("client_id", "team_id", "key_id", "private_key"),
    "facebook": ("client_id", "client_secret"),
    "x": ("client_id", "client_secret"),
}


def read_providers(file: Path | None) -> dict[str, Provider]:
    """The configured providers by name, in the file's order. ProvidersError says what is wrong with it."""
    if file is None:
        return {}
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProvidersError(f"{file}: {error}") from None
    return {name: _provider(name, table, file.parent) for name, table in tables.items()}


def _provider(name: str, table: Any, folder: Path) -> Provider:
    if not _NAME.fullmatch(name) or not isinstance(table, dict):
        raise ProvidersError(f"[{name}]: a table with a name of small letters, digits and hyphens")
    if wrong := [key for key, value in table.items() if not isinstance(value, str)]:
        raise ProvidersError(f"[{name}] {wrong[0]}: must be text")
    given = dict(table)
    if "private_key_file" in given:
        path = folder / Path(given.pop("private_key_file")).expanduser()
        try:
            given["private_key"] = path.read_text("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise ProvidersError(f"[{name}] private_key_file: {error}") from None
    known = {field.name for field in fields(Provider)} - {"name", "kind"}
    if unknown := given.keys() - known:
        raise ProvidersError(f"[{name}] {min(unknown)}: there is no such key")
    values = {"kind": "openid", "label": name, **KNOWN.get(name, {}), **given}
    for key in _NEEDED[values["kind"]]:
        if not values.get(key):
            shown = "private_key_file" if key == "private_key" else key
            raise ProvidersError(f"[{name}] {shown}: is missing")
    for key in ("issuer", "authorize_url", "token_url", "me_url"):
        if (url := values.get(key)) and not _is_safe(url):
            raise ProvidersError(f"[{name}] {key}: must be an https address")
    if len(values["label"]) > LABEL_MAX:
        raise ProvidersError(f"[{name}] label: at most {LABEL_MAX} characters")
    return Provider(name=name, **values)


def _is_safe(url: str) -> bool:
    """https, or this computer itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
