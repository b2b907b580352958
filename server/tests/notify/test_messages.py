"""Mails and text messages on their way out: the mail servers, plain and by TLS, and the gateway are real ones that
speak their protocols here."""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from certificates import Authority
from letters import Letters, mail_server
from outlay.identity import rules
from outlay.kernel import limits
from outlay.notify.mail import Mail, _words
from outlay.settings import Settings
from outlay.store.engine import Store
from sites import site_of

PHONE = "+4915123456789"


def mail_to(url: str, outbox: Path) -> Mail:
    return Mail(
        smtp_url=url,
        sender="Outlay <outlay@outlay.example>",
        outbox=outbox,
        clock=lambda: 0,
        waits_s=(0, 0, 0),
    )


@pytest.fixture
def gateway() -> Iterator[tuple[list[tuple[str, dict[str, Any]]], str]]:
    """A gateway for text messages: (what it got, by path; its URL)."""
    got: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield got, f"json://127.0.0.1:{server.server_port}/{{phone}}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_mails_go_through_a_server_that_is_busy_at_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    letters = Letters()
    letters.refuse = 2
    caplog.set_level("INFO", logger="outlay")
    values = {"link": "https://outlay.example/confirm#secret-token", "days": "7"}
    async with mail_server(letters) as port:
        mail = mail_to(f"smtp://127.0.0.1:{port}", tmp_path)
        for language in rules.LANGUAGES:
            await mail.send(to="ana@outlay.example", kind="confirm", language=language, values=values)
        await mail.sent()
        assert len(letters.got) == len(rules.LANGUAGES)
        assert {letter["From"] for letter in letters.got} == {"Outlay <outlay@outlay.example>"}
        assert all(
            "secret-token" in part.get_content() for letter in letters.got for part in letter.iter_parts()
        )
        letters.refuse = 100
        values["minutes"] = "30"
        await mail.send(to="ana@outlay.example", kind="reset", language="en", values=values)
        await mail.sent()
        await mail.stop()
    assert letters.refuse == 100 - limits.OUTGOING_TRIES
    assert not list(tmp_path.iterdir())
    assert "ana@" not in caplog.text
    assert "secret-token" not in caplog.text


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls", "smtp"])
async def test_mails_and_passwords_travel_by_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """From the start, or by STARTTLS, which is taken where it is offered; a certificate that nobody vouches for gets
    neither the password nor the mail."""
    authority = Authority(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*authority.issue())
    letters = Letters()
    logins: list[tuple[bytes, bytes]] = []

    def let_in(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        logins.append((given.login, given.password))
        return AuthResult(success=True)

    more: dict[str, Any] = {"authenticator": let_in, "auth_required": True}
    more |= (
        {"auth_require_tls": False} if scheme == "smtps" else {"tls_context": tls, "require_starttls": True}
    )
    async with mail_server(letters, tls if scheme == "smtps" else None, **more) as port:

        async def send() -> None:
            mail = mail_to(f"{scheme}://outlay:s%40cret@127.0.0.1:{port}", tmp_path)
            await mail.send(to="ana@outlay.example", kind="email_changed", language="en", values={})
            await mail.sent()
            await mail.stop()

        await send()
        assert (letters.got, logins) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
        await send()
    assert [letter["To"] for letter in letters.got] == ["ana@outlay.example"]
    assert logins == [(b"outlay", b"s@cret")]


async def test_a_mail_server_without_tls_gets_nothing_where_it_is_asked_for(tmp_path: Path) -> None:
    letters = Letters()
    async with mail_server(letters) as port:
        for scheme in ("smtp+starttls", "smtps"):
            mail = mail_to(f"{scheme}://127.0.0.1:{port}", tmp_path)
            await mail.send(to="ana@outlay.example", kind="email_changed", language="en", values={})
            await mail.sent()
            await mail.stop()
    assert letters.got == []


async def test_text_messages_go_to_the_gateway(
    store: Store, settings: Settings, gateway: tuple[list[tuple[str, dict[str, Any]]], str]
) -> None:
    got, url = gateway
    async with site_of(store, replace(settings, sms_url=url)) as site:
        answer = await site.ask("POST", "/api/v1/auth/phone", json={"phone": PHONE, "language": "es"})
        assert answer.status_code == 200
        await site.rooms.afterwards.done()
        await site.rooms.sms.sent()
        ((path, body),) = got
        assert PHONE.strip("+") in path
        assert re.search(r"\d{6} es tu código", body["message"])
        assert site.texts() == []


def test_every_language_says_every_mail() -> None:
    english = _words("en")
    for language in rules.LANGUAGES:
        words = _words(language)
        assert words["mails"].keys() == english["mails"].keys()
        assert words["texts"].keys() == english["texts"].keys()
        for kind, mail in words["mails"].items():
            gaps = [sorted(re.findall(r"{\w+}", json.dumps(each))) for each in (mail, english["mails"][kind])]
            assert gaps[0] == gaps[1], (language, kind)
