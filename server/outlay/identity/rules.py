"""What a person may type and what a role may do. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from outlay.kernel.refusal import Refusal
from outlay.kernel.text import clean

Role = Literal["owner", "editor", "viewer"]

ROLES: Final[tuple[Role, ...]] = ("owner", "editor", "viewer")
LANGUAGES: Final = ("en", "de", "es", "hi", "ar", "zh")

PASSWORD_MIN: Final = 8
PASSWORD_MAX: Final = 200
EMAIL_MAX: Final = 254
NAME_MAX: Final = 80
DEVICE_NAME_MAX: Final = 80

_EMAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,253}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{3,30}")
_COMMON: Final = frozenset(
    [
        "password",
        "passw0rd",
        "password1",
        "12345678",
        "123456789",
        "1234567890",
        "87654321",
        "11111111",
        "00000000",
        "qwertyui",
        "qwertyuiop",
        "iloveyou",
        "abcdefgh",
        "abc12345",
        "letmein1",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "trustno1",
        "welcome1",
    ]
)


def email(text: str) -> str:
    """The address as it is kept. Refuses `email_malformed` (RFC 5321, 4.5.3.1 for the lengths)."""
    kept = unicodedata.normalize("NFC", text.strip())
    if len(kept) > EMAIL_MAX or _EMAIL.fullmatch(kept) is None:
        raise Refusal("email_malformed", field="email")
    return kept


def login_name(email: str) -> str:
    """The form in which two spellings of one address are equal."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def password(text: str, field: str = "password") -> str:
    """The password in the form that is hashed (NIST SP 800-63B, 5.1.1.2: NFKC, length, no common ones)."""
    kept = unicodedata.normalize("NFKC", text)
    if len(kept) < PASSWORD_MIN:
        raise Refusal(
            "password_short", field=field, detail=f"At least {PASSWORD_MIN} characters.", min=PASSWORD_MIN
        )
    if len(kept) > PASSWORD_MAX:
        raise Refusal(
            "password_long", field=field, detail=f"At most {PASSWORD_MAX} characters.", max=PASSWORD_MAX
        )
    if kept.casefold() in _COMMON:
        raise Refusal("password_common", field=field)
    return kept


def typed_password(text: str) -> str:
    """What somebody typed to be compared; no rule applies, a long one is simply wrong."""
    return unicodedata.normalize("NFKC", text[: PASSWORD_MAX + 1])


def name(text: str | None, field: str = "name", most: int = NAME_MAX) -> str | None:
    """A person's or device's name, spaces collapsed; None when nothing is left."""
    kept = clean(text) if text is not None else ""
    if len(kept) > most:
        raise Refusal("text_too_long", field=field, detail=f"At most {most} characters.", max=most)
    if any(unicodedata.category(c) == "Cc" or "\ud800" <= c <= "\udfff" for c in kept):
        raise Refusal("text_invalid", field=field)
    return kept or None


def phone(text: str | None) -> str | None:
    """A telephone number as typed."""
    kept = clean(text) if text is not None else ""
    if kept and _PHONE.fullmatch(kept) is None:
        raise Refusal("phone_malformed", field="phone")
    return kept or None


def may_write(role: Role) -> bool:
    """Viewers read."""
    return role in ("owner", "editor")


def may_share(role: Role) -> bool:
    """Owners invite, change roles, and delete the book."""
    return role == "owner"
