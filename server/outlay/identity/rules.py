"""What a person may type and what a role may do. Pure."""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
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
PHONE_MAX: Final = 32
DEVICE_NAME_MAX: Final = 80

_EMAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,253}")


def email(text: str) -> str:
    """The address as it is kept. Refuses `email_malformed` (RFC 5321, 4.5.3.1 for the lengths)."""
    kept = unicodedata.normalize("NFC", text.strip())
    if len(kept) > EMAIL_MAX or _EMAIL.fullmatch(kept) is None:
        raise Refusal("email_malformed", field="email")
    return kept


def login_name(email: str) -> str:
    """The form in which two spellings of one address are equal."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def password(text: str, field: str = "password", names: Iterable[str | None] = ()) -> str:
    """The password in the form that is hashed (NIST SP 800-63B, 5.1.1.2: NFKC, length, no common ones, and none of
    the `names` that everybody knows of the person)."""
    kept = unicodedata.normalize("NFKC", text)
    if len(kept) < PASSWORD_MIN:
        raise Refusal(
            "password_short", field=field, detail=f"At least {PASSWORD_MIN} characters.", min=PASSWORD_MIN
        )
    if len(kept) > PASSWORD_MAX:
        raise Refusal(
            "password_long", field=field, detail=f"At most {PASSWORD_MAX} characters.", max=PASSWORD_MAX
        )
    folded = kept.casefold()
    known = {login_name(name) for name in names if name}
    if folded in common_passwords() or folded in known | {name.partition("@")[0] for name in known}:
        raise Refusal("password_common", field=field)
    return kept


@cache
def common_passwords() -> frozenset[str]:
    """The most common passwords of eight characters and more in published breaches: those of zxcvbn's list (MIT),
    folded. Constants, like spec/."""
    packed = Path(__file__).with_name("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))


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


def phone(text: str, country: str | None = None) -> str:
    """The number in E.164, `+49…`; without a leading + it is read as one of `country` (ISO 3166). Refuses
    `phone_malformed`."""
    import phonenumbers  # slow to load, seldom needed

    try:
        number = phonenumbers.parse(text[:PHONE_MAX], country)
    except phonenumbers.NumberParseException:
        raise Refusal("phone_malformed", field="phone") from None
    if not phonenumbers.is_valid_number(number):
        raise Refusal("phone_malformed", field="phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def may_write(role: Role) -> bool:
    """Viewers read."""
    return role in ("owner", "editor")


def may_share(role: Role) -> bool:
    """Owners invite, change roles, and delete the book."""
    return role == "owner"
