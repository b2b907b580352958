"""Shapes that several nouns share: ids, times, pages, the person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import msgspec
from litestar.params import HeaderParameter

from outlay.identity import rules
from outlay.kernel.ids import ID_PATTERN
from outlay.kernel.refusal import Refusal

ID_EXAMPLE: Final = "01900000-0000-7000-8000-000000000001"

Id = Annotated[
    str,
    msgspec.Meta(
        pattern=f"^{ID_PATTERN}$", description="A UUID of version 7 or 5, lower case.", examples=[ID_EXAMPLE]
    ),
]
Moment = Annotated[
    int, msgspec.Meta(description="Milliseconds since 1970-01-01T00:00:00Z.", examples=[1768478400000])
]
EmailText = Annotated[
    str, msgspec.Meta(min_length=3, max_length=rules.EMAIL_MAX, examples=["ana@outlay.example"])
]
PasswordText = Annotated[
    str,
    msgspec.Meta(
        min_length=rules.PASSWORD_MIN, max_length=rules.PASSWORD_MAX, examples=["correct horse battery"]
    ),
]
Name = Annotated[str, msgspec.Meta(max_length=rules.NAME_MAX, examples=["Ana"])]
Country = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Z]{2}$",
        examples=["DE"],
        description="ISO 3166. A new book gets what is usual there: categories, the first day of the week.",
    ),
]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        required=False,
        description='The ETag that was read: `"<ver>"`. Refused with 412 when the row has another.',
    ),
]


def etag(ver: int) -> str:
    """The strong entity tag of a version (RFC 9110, 8.8.3)."""
    return f'"{ver}"'


def version_of(if_match: str | None) -> int | None:
    """The version that an If-Match header asks for; None without one or for `*`. Refuses
    `parameter_invalid`."""
    if if_match is None or if_match.strip() == "*":
        return None
    tag = if_match.strip()
    digits = tag[1:-1] if len(tag) > 2 and tag[0] == tag[-1] == '"' else ""
    if not digits.isascii() or not digits.isdigit() or len(digits) > 16:
        raise Refusal(
            "parameter_invalid", field="If-Match", detail='Write "VERSION", in quotes, as the ETag had it.'
        )
    return int(digits)


class Person(msgspec.Struct, kw_only=True):
    """Somebody who signs in."""

    id: Id
    email: str | None
    email_confirmed: bool
    name: str | None
    phone: str | None
    phone_confirmed: bool
    language: str
    ver: int
    created_at_ms: Moment
    erase_at_ms: Moment | None = None


def person_shape(row: dict[str, Any], erase_at_ms: int | None = None) -> Person:
    """A person's row as it is shown to that person."""
    return Person(
        id=row["person_id"],
        email=row["email"],
        email_confirmed=row["email_confirmed_at_ms"] is not None,
        name=row["name"],
        phone=row["phone"],
        phone_confirmed=row["phone_confirmed_at_ms"] is not None,
        language=row["language"],
        ver=row["ver"],
        created_at_ms=row["created_at_ms"],
        erase_at_ms=erase_at_ms,
    )


def bytes_of(media_types: Iterable[str]) -> dict[str, Any]:
    """What OpenAPI says of bytes that are no JSON, sent or answered; Litestar cannot know it."""
    return {type_: {"schema": {"type": "string", "format": "binary"}} for type_ in media_types}
