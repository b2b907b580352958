"""Files made to break what reads them: bombs, entities, depth, lies about themselves. Told to a real application."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import struct
import zipfile
import zlib

import pytest

from attack.tally import attacked
from sites import Site

pytestmark = pytest.mark.parametrize("store_settings", ["sqlite"], indirect=True)

OFX = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n\n"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
ENTRY = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260101<TRNAMT>-1.00<FITID>1<NAME>{}</STMTTRN>"
STATEMENT = (
    "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>1<ACCTTYPE>CHECKING</BANKACCTFROM>"
    "<BANKTRANLIST><DTSTART>20260101<DTEND>20260131{}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
)


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


BANK_FILES = {
    "a ZIP bomb": zipped("a.csv", b"\0" * 50_000_000),
    "a workbook that is a bomb": zipped("xl/worksheets/sheet1.xml", b"<row>" * 5_000_000),
    "a gzip bomb": gzip.compress(b"Date,Amount\n" + b"\0" * 50_000_000),
    "a bzip2 bomb": bz2.compress(b"\0" * 50_000_000),
    "billion laughs": f'<?xml version="1.0"?><!DOCTYPE OFX [{LAUGHS}]><OFX>&l11;</OFX>'.encode(),
    "a file of the server": b'<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY x SYSTEM "file:///etc/passwd">]><OFX>&x;</OFX>',
    "an address": b'<?xml version="1.0"?><!DOCTYPE OFX SYSTEM "http://127.0.0.1:9/x.dtd"><OFX></OFX>',
    "depth": (OFX + "<OFX>" + "<A>" * 20_000).encode(),
    "one long line": b"Date,Amount\n" + b"1" * 5_000_000,
    "many columns": b",".join([b"a"] * 100_000) + b"\n" + b",".join([b"1"] * 100_000),
    "an open quote": b'Date,Amount\n"' + b"1,\n" * 500_000,
    "many short lines": b"a,b\n" * 500_000,
    "NUL": b"\0" * 1_000_000,
    "an amount of a million digits": b"Date,Amount\n2026-01-01," + b"9" * 1_000_000,
    "an exponent": b"Date,Description,Amount\n2026-01-01,a,1e999999999\n2026-01-02,b,NaN\n2026-01-03,c,Infinity\n",
}


@pytest.mark.parametrize("how", BANK_FILES)
async def test_bank_files_made_to_break_the_reader_are_refused(site: Site, how: str) -> None:
    who = await site.person()
    await site.book(who)
    answer = await site.ask("POST", "/api/v1/imports", who, files={"file": ("a.ofx", BANK_FILES[how])})
    assert answer.status_code in (201, 413, 422), answer.text[:300]
    assert "root:" not in answer.text
    if answer.status_code == 201:
        assert not [row for row in answer.json()["rows"] if row["problem"] is None], answer.text[:300]
    assert (await site.ask("GET", "/api/v1/transactions", who)).json()["items"] == []
    attacked("POST", "/api/v1/imports", how)


async def test_entities_of_a_bank_file_stay_text(site: Site) -> None:
    """A good statement whose payee names an entity that the file defines: nothing is opened, nothing is grown."""
    who = await site.person()
    await site.book(who)
    declared = f'<!DOCTYPE OFX [{LAUGHS}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body = OFX + declared + STATEMENT.format(ENTRY.format("&x;&l11;"))
    answer = await site.ask("POST", "/api/v1/imports", who, files={"file": ("a.ofx", body.encode())})
    assert "root:" not in answer.text
    assert "haha" not in answer.text
    assert len(answer.content) < 100_000
    attacked("POST", "/api/v1/imports", "entities")


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x", "a\r\nset-cookie: evil=1", "\0", "a" * 5_000, "\u202egpj.exe", ""]
)
async def test_the_name_of_a_file_is_only_a_name(site: Site, name: str) -> None:
    who = await site.person()
    await site.book(who)
    file = {"file": (name, b"Date,Description,Amount\n2026-01-02,Corner shop,-12.50\n")}
    answer = await site.ask("POST", "/api/v1/imports", who, files=file)
    assert answer.status_code in (201, 400, 422), answer.text[:300]
    assert "set-cookie" not in answer.headers
    attacked("POST", "/api/v1/imports", "the name of a file")


def png(width: int, height: int, *chunks: tuple[bytes, bytes], data: bytes = b"\0") -> bytes:
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), *chunks]
    parts += [(b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


PICTURES = {
    "a page of 3,600,000,000 pixels": ("image/png", png(60_000, 60_000)),
    "a text that inflates": ("image/png", png(1, 1, (b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 50_000_000)))),
    "a profile that inflates": (
        "image/png",
        png(1, 1, (b"iCCP", b"a\0\0" + zlib.compress(b"\0" * 50_000_000))),
    ),
    "a page in a picture": ("image/png", png(1, 1) + b"<script>alert(1)</script>"),
    "a ZIP in a picture": ("image/png", png(1, 1) + zipped("a", b"a")),
    "a script": ("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "a program": (
        "application/pdf",
        b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF",
    ),
    "a document of nothing": ("application/pdf", b"%PDF-1.7\n" + b"1 0 obj<<" * 50_000),
}


@pytest.mark.parametrize("how", PICTURES)
async def test_receipts_made_to_break_the_reader_are_refused(site: Site, how: str) -> None:
    who = await site.person()
    await site.book(who)
    media_type, content = PICTURES[how]
    path = f"/api/v1/files/{hashlib.sha256(content).hexdigest()}"
    answer = await site.ask("PUT", path, who, content=content, headers={"content-type": media_type})
    assert answer.status_code in (400, 413, 415, 422), answer.text
    assert (await site.ask("GET", path, who)).status_code == 404
    attacked("PUT", "/api/v1/files/{sha256}", how)
