"""Headers that every answer carries, and the content security policy of the app's own pages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Final

from litestar.types import BeforeMessageSendHookHandler, Message, Scope

_INLINE: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
)


def policy(script_hashes: Iterable[str] = ()) -> str:
    """Only our own files; WebAssembly for the database; styles of elements for charts (CSP Level 3)."""
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *script_hashes])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


NOTHING: Final = b"default-src 'none'; frame-ancestors 'none'"
"""For answers that are data."""


def inline_hashes(html: bytes) -> list[str]:
    """The CSP sources of a page's inline scripts, so that those and no others run."""
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(body).digest()).decode()}'"
        for body in _INLINE.findall(html)
    ]


def add_headers(*, secure: bool) -> BeforeMessageSendHookHandler:
    """A hook for Litestar's `before_send`: also reaches errors and unknown paths."""
    always = list(_ALWAYS)
    if secure:
        always.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))

    async def hook(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = list(message.get("headers", ()))
        present = {name.lower() for name, _ in headers}
        headers.extend(pair for pair in always if pair[0] not in present)
        if b"content-security-policy" not in present:
            own: str | None = scope["state"].get("policy")
            headers.append((b"content-security-policy", own.encode() if own else NOTHING))
        if b"cache-control" not in present and scope["path"].startswith("/api/"):
            headers.append((b"cache-control", b"no-store"))
        message["headers"] = headers

    return hook
