"""Text that is compared: one search key, equal in both languages (spec/kernel/search_key.json)."""

import re
import unicodedata
from typing import Final

# Python's and JavaScript's ideas of a space differ, so the set is written out.
_SPACES: Final = re.compile(
    "[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+"
)


def clean(text: str) -> str:
    """What a person typed into a name: NFC, runs of spaces as one, none at the ends."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def search_key(text: str) -> str:
    """NFKC(casefold(NFKD(text))) with runs of spaces as one and none at the ends.

    Case folding is Unicode's full one (3.13, D144); decomposing first keeps the table of its exceptions,
    which JavaScript needs, short. Characters newer than Unicode 14 may differ between the languages.
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", text).casefold())
    return _SPACES.sub(" ", folded).strip(" ")
