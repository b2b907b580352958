"""Looks at one untrusted file and prints a word: `ok`, or the code of what is wrong with it.

Run as a program of its own, with nothing of ours imported, no environment, little memory and little time: what breaks
a decoder breaks nothing else, and there is no key near it.

    python -I look.py MEDIA_TYPE MAX_PIXELS < FILE
    python -I look.py MEDIA_TYPE MAX_PIXELS SIDE < PHOTO

With SIDE the picture is drawn anew, as a square JPEG of that many pixels, which follows the word.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings
from typing import Any, Final

MEMORY_BYTES: Final = 768 * 1024 * 1024
CPU_S: Final = 20
PAGES: Final = 500

_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_SIGNATURES: Final = {
    "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF",
    "application/pdf": b"%PDF-",
}  # fmt: skip
_SPOKEN: Final = {
    "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "icc_profile", "progressive", "progression", "adobe",
    "adobe_transform", "gamma", "srgb", "chromaticity", "transparency", "loop", "duration", "background", "timestamp",
}  # fmt: skip
"""What Pillow says of a picture that shows nothing but the picture."""
_JPEG_SEGMENTS: Final = {"APP0": b"JFIF\x00", "APP2": b"ICC_PROFILE\x00", "APP14": b"Adobe"}
_PNG_CHUNKS: Final = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs",
}  # fmt: skip
_WEBP_CHUNKS: Final = {b"VP8 ", b"VP8L", b"VP8X", b"ICCP", b"ALPH"}
_RUNS: Final = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/Rendition",
    "/Movie",
    "/RichMediaExecute",
}


class Wrong(Exception):
    """The argument is the code."""


def look(media_type: str, max_pixels: int, data: bytes) -> None:
    """Raises Wrong."""
    signature = _SIGNATURES.get(media_type)
    if signature is None or not data.startswith(signature):
        raise Wrong("file_type")
    if media_type == "application/pdf":
        look_at_pdf(data)
    else:
        look_at_picture(media_type, max_pixels, data)


def look_at_picture(media_type: str, max_pixels: int, data: bytes) -> None:
    """Every pixel is decoded, and every byte belongs to the picture."""
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error")
    try:
        with Image.open(io.BytesIO(data), formats=(_FORMATS[media_type],)) as picture:
            if picture.size[0] * picture.size[1] > max_pixels:
                raise Wrong("file_pixels")
            if getattr(picture, "n_frames", 1) > 1:
                raise Wrong("file_mixed")
            picture.load()
            said = {str(name) for name in picture.info} - _SPOKEN
            if said or picture.getexif():
                raise Wrong("file_metadata")
            segments = list(getattr(picture, "applist", ()))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Wrong("file_pixels") from None
    if any(not content.startswith(_JPEG_SEGMENTS.get(name, b"\0\0")) for name, content in segments):
        raise Wrong("file_metadata")
    {"image/jpeg": _whole_jpeg, "image/png": _whole_png, "image/webp": _whole_webp}[media_type](data)


def _whole_jpeg(data: bytes) -> None:
    """Nothing behind the end (ISO 10918-1, B.1.1.3): inside the coded data an FFD9 cannot stand."""
    scan = data.find(b"\xff\xda")
    if data.find(b"\xff\xd9", scan) != len(data) - 2:
        raise Wrong("file_mixed")


def _whole_png(data: bytes) -> None:
    """Chunk by chunk to IEND (PNG, third edition, 5.3)."""
    at = 8
    while at + 12 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if name not in _PNG_CHUNKS:
            raise Wrong(
                "file_metadata" if name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME") else "file_mixed"
            )
        at += 12 + length
        if name == b"IEND":
            break
    if at != len(data):
        raise Wrong("file_mixed")


def _whole_webp(data: bytes) -> None:
    """Chunk by chunk to the end that the file itself names (RFC 9649, 2)."""
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        raise Wrong("file_mixed")
    at = 12
    while at + 8 <= len(data):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name not in _WEBP_CHUNKS:
            raise Wrong("file_metadata" if name in (b"EXIF", b"XMP ") else "file_mixed")
        at += 8 + length + length % 2
    if at != len(data):
        raise Wrong("file_mixed")


def look_at_pdf(data: bytes) -> None:
    """From the first byte to the last one document with pages, which does nothing by itself when it is opened."""
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Wrong("file_damaged")
    if data[end + 5 :].strip(b"\r\n \t\x00"):
        raise Wrong("file_mixed")
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data), strict=False)
    # Many bills may not be changed, which is an encryption with no password to read.
    if reader.is_encrypted and not reader.decrypt(""):
        raise Wrong("file_locked")
    root = reader.root_object
    if not 0 < len(reader.pages) <= PAGES:
        raise Wrong("file_damaged")
    names = _resolved(root.get("/Names"))
    if "/OpenAction" in root and _runs(root["/OpenAction"]):
        raise Wrong("file_active")
    if "/AA" in root or (isinstance(names, dict) and "/JavaScript" in names):
        raise Wrong("file_active")
    for page in reader.pages:
        if "/AA" in page:
            raise Wrong("file_active")
        for note in _resolved(page.get("/Annots")) or ():
            each = _resolved(note)
            if isinstance(each, dict) and ("/AA" in each or _runs(each.get("/A"))):
                raise Wrong("file_active")


def _runs(action: Any) -> bool:
    """Whether an action (ISO 32000-2, 12.6) does more than show a place or name an address."""
    for _ in range(20):
        action = _resolved(action)
        if not isinstance(action, dict):
            return False
        if action.get("/S") in _RUNS or "/JS" in action:
            return True
        action = action.get("/Next")
    return True


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def draw(media_type: str, max_pixels: int, side: int, data: bytes) -> bytes:
    """The middle of a picture as a small square JPEG, upright, without anything but its pixels. Raises Wrong."""
    from PIL import Image, ImageFile, ImageOps

    signature = _SIGNATURES.get(media_type)
    if media_type not in _FORMATS or signature is None or not data.startswith(signature):
        raise Wrong("file_type")
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error")
    try:
        with Image.open(io.BytesIO(data), formats=(_FORMATS[media_type],)) as picture:
            if picture.size[0] * picture.size[1] > max_pixels:
                raise Wrong("file_pixels")
            upright = ImageOps.exif_transpose(picture)
            layer = upright.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Wrong("file_pixels") from None
    ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
    plain = Image.alpha_composite(ground, layer).convert("RGB")
    out = io.BytesIO()
    ImageOps.fit(plain, (side, side), Image.Resampling.LANCZOS).save(out, "JPEG", quality=85)
    return out.getvalue()


def main() -> bytes:
    """The word, and what was drawn."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        data = sys.stdin.buffer.read()
        if len(sys.argv) > 3:
            return b"ok\n" + draw(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), data)
        look(sys.argv[1], int(sys.argv[2]), data)
    except Wrong as wrong:
        return str(wrong.args[0]).encode()
    except Exception:  # whatever a decoder says of a file: it cannot be read
        return b"file_damaged"
    return b"ok"


if __name__ == "__main__":
    sys.stdout.buffer.write(main())
