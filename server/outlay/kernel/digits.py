"""Numbers as people write them in any script, for the parsers, which know 0 to 9.

Twin: app/src/kernel/digits.ts.
"""

import re
import unicodedata
from typing import Final

_SIGNS: Final = str.maketrans({"\u066b": ".", "\uff0e": ".", "\u066c": ",", "\uff0c": ","})
_OTHER: Final = re.compile(r"(?![0-9])\d")


def plain_digits(text: str) -> str:
    """Decimal digits of every script (Unicode's Nd below U+10000) as 0 to 9, the Arabic decimal and thousands
    signs as `.` and `,`, the Chinese and Japanese full-width ones too. All else stays."""
    if text.isascii():
        return text
    return _OTHER.sub(_plain, text).translate(_SIGNS)


def _plain(found: re.Match[str]) -> str:
    return found[0] if ord(found[0]) > 0xFFFF else str(unicodedata.decimal(found[0]))
