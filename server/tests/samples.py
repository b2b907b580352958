"""Files made in memory: honest pictures and documents, and those that pretend."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from functools import cache
from typing import Any

from PIL import Image
from pypdf import PdfWriter

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    """A picture with some structure: every pixel another colour."""
    made = Image.new("RGB", size)
    made.putdata([(x * 7 % 256, y * 5 % 256, (x * y) % 256) for y in range(size[1]) for x in range(size[0])])
    out = io.BytesIO()
    made.save(out, kind, **more)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A PNG of several pieces: what does not compress."""
    out = io.BytesIO()
    Image.effect_noise(size, 90).save(out, "PNG")
    return out.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera maker"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def document(change: Any = None) -> bytes:
    """A PDF of one page; `change(writer)` may add to it."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change is not None:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("index.html", "<script>alert(1)</script>")
    return out.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(width: int, height: int, *, before_end: bytes = b"") -> bytes:
    """A PNG of one colour that is tiny however many pixels it says it has."""
    packer = zlib.compressobj(9)
    row = b"\0" + bytes((width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + before_end + chunk(b"IEND", b"")
    )


@cache
def wrong() -> dict[str, tuple[bytes, str, str]]:
    """name → (bytes, what they say they are, the refusal)."""
    jpeg, png, webp, pdf = picture(), picture("PNG"), picture("WEBP"), document()
    html = b"<!doctype html><script>alert(document.cookie)</script>"
    javascript = document(opens_script)
    return {
        "a page as a JPEG": (html, JPEG, "file_type"),
        "a page as a PDF": (html, PDF, "file_type"),
        "a JPEG as a PNG": (jpeg, PNG, "file_type"),
        "a PNG as a PDF": (png, PDF, "file_type"),
        "an SVG as a PNG": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", PNG, "file_type"),
        "a GIF as a JPEG": (picture("GIF"), JPEG, "file_type"),
        "a program as a PDF": (b"MZ\x90\x00" + bytes(200), PDF, "file_type"),
        "a page with a JPEG's first bytes": (b"\xff\xd8\xff\xe0" + html, JPEG, "file_damaged"),
        "half a JPEG": (jpeg[: len(jpeg) // 2], JPEG, "file_damaged"),
        "half a PNG": (png[: len(png) // 2], PNG, "file_damaged"),
        "half a WebP": (webp[: len(webp) // 2], WEBP, "file_damaged"),
        "a JPEG with a wrong middle": (jpeg[:300] + b"\xff\xda\xff\xd9", JPEG, "file_damaged"),
        "a JPEG with an archive behind it": (jpeg + archive(), JPEG, "file_mixed"),
        "a JPEG with an archive that looks like its end": (jpeg + archive() + b"\xff\xd9", JPEG, "file_mixed"),
        "a PNG with a page behind it": (png + html, PNG, "file_mixed"),
        "a PNG with a chunk of its own": (png_of(8, 8, before_end=chunk(b"loVe", archive())), PNG, "file_mixed"),
        "a WebP with an archive behind it": (webp + archive(), WEBP, "file_mixed"),
        "a moving PNG": (moving("PNG"), PNG, "file_mixed"),
        "a moving WebP": (moving("WEBP"), WEBP, "file_mixed"),
        "a photo that says where": (with_exif(), JPEG, "file_metadata"),
        "a photo with XMP": (picture(xmp=b"<x:xmpmeta/>"), JPEG, "file_metadata"),
        "a photo with a comment": (picture(comment=b"<?php system($_GET[0]);"), JPEG, "file_metadata"),
        "a WebP that says where": (picture("WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"), WEBP, "file_metadata"),
        "a PNG with words": (
            png_of(8, 8, before_end=chunk(b"tEXt", b"Comment\0<script>")), PNG, "file_metadata",
        ),
        "a PNG of 900 million pixels": (png_of(30_000, 30_000), PNG, "file_pixels"),
        "a PDF that is none": (b"%PDF-1.7\n" + html + b"\n%%EOF", PDF, "file_damaged"),
        "a PDF without an end": (pdf[:-60], PDF, "file_damaged"),
        "a PDF with an archive behind it": (pdf + archive(), PDF, "file_mixed"),
        "an archive before a PDF": (archive() + pdf, PDF, "file_type"),
        "a PDF that runs a script": (javascript, PDF, "file_active"),
        "a PDF that starts a program": (document(launches), PDF, "file_active"),
        "a PDF with a script on a page": (document(page_script), PDF, "file_active"),
        "a locked PDF": (document(lambda writer: writer.encrypt("secret")), PDF, "file_locked"),
        "a PDF that unpacks to hundreds of megabytes": (bomb_pdf(), PDF, "file_damaged"),
    }  # fmt: skip


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def bomb_pdf() -> bytes:
    """Its table of objects is a stream that unpacks to 300 MB (ISO 32000-2, 7.5.8)."""
    packer = zlib.compressobj(9)
    block = bytes(10_000_000)
    packed = b"".join(packer.compress(block) for _ in range(30)) + packer.flush()
    head = b"<< /Type /XRef /Size 2 /Root 1 0 R /W [1 4 2] /Index [0 42000000] /Filter /FlateDecode /Length %d >>"
    made = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    at = len(made)
    return (
        made
        + b"2 0 obj\n"
        + head % len(packed)
        + b"\nstream\n"
        + packed
        + (b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % at)
    )


def opens_script(writer: PdfWriter) -> None:
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    action = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def launches(writer: PdfWriter) -> None:
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def page_script(writer: PdfWriter) -> None:
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
