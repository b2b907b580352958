"""From a file's bytes to its text: which encoding, and how it is known. Pure."""

from __future__ import annotations

import codecs

from outlay.importing.headers import languages_in
from outlay.importing.reading import problem

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings of text; Python's others ("zip", "unicode_escape") are no way to write a bank file.
_KNOWN = (
    "utf-8", "utf-16", "utf-32", "cp1", "cp4", "cp7", "cp8", "cp9", "iso8859", "latin", "ascii", "gb", "big5",
    "shift-jis", "euc-", "koi8", "mac-",
)  # fmt: skip
# What banks write when it is not Unicode; the first wins where nothing else decides.
_LEGACY = (
    "cp1252", "gb18030", "cp932", "cp949", "big5", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257",
    "cp1255", "cp1256",
)  # fmt: skip


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """(text, name of the encoding). An encoding that is given is taken; a byte that it cannot read is a problem."""
    if encoding:
        return _decode_as(data, encoding), encoding
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _decode_as(data, name), name
    if guess := _utf16_without_bom(data):
        return _decode_as(data, guess), guess
    if b"\0" in data:
        raise problem(
            "import_not_text", "The file is not a text file.", 1 + data[: data.find(b"\0")].count(b"\n")
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        name = _legacy(data)
        return _decode_as(data, name), name


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        known = codecs.lookup(encoding).name.replace("_", "-").startswith(_KNOWN)
    except (LookupError, ValueError):
        known = False
    if not known:
        raise problem("import_encoding", f"There is no encoding named {encoding!r}.")
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = 1 + data[: error.start].count(b"\n")
        raise problem("import_encoding", f"The text cannot be read as {encoding}.", line) from None
    if "\0" in text:
        raise problem(
            "import_not_text", "The file is not a text file.", 1 + text[: text.find("\0")].count("\n")
        )
    return text


def _utf16_without_bom(data: bytes) -> str | None:
    """Latin text in UTF-16 has a zero in every second byte."""
    head = data[:400]
    if len(head) < 8:
        return None
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd > len(head) * 0.3 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) * 0.3 and not odd else None


def _legacy(data: bytes) -> str:
    """The likeliest of the old encodings.

    charset-normalizer measures how odd each decoding looks. Short bank files leave several that look
    equally fine, so among those the one in which column names are words we know wins, then the code
    page of the language of these words, then Western European.
    """
    import charset_normalizer  # slow to import; most files are UTF-8

    sample = data[:100_000]
    matches = charset_normalizer.from_bytes(sample, cp_isolation=list(_LEGACY))
    scored: list[tuple[float, int, str]] = []
    for match in matches:
        for name in match.could_be_from_charset:
            if name not in _LEGACY:
                continue
            text = sample.decode(name, "replace")
            words, page = languages_in(text)
            score = words - 30 * match.chaos + (0.5 if name == page else 0)
            scored.append((score, -_LEGACY.index(name), name))
    return max(scored)[2] if scored else "latin-1"
