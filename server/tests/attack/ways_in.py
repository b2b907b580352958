"""Every way into an account, taken through the door of a real server, rightly and wrongly: its mails go to a mail
server, its texts to a gateway, which both refuse at first, and its providers are played by partners.py."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp
from aiosmtpd.controller import Controller

from attack.tally import attacked
from authenticator import Authenticator
from partners import Partner, partner
from system.process import free_port

WAIT_S = 60


@dataclass
class Outside:
    """Whom the server talks to, and what they got."""

    partner: Partner
    smtp_url: str = ""
    sms_url: str = ""
    mails: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def settings(self, folder: Path) -> dict[str, str]:
        return {
            "OUTLAY_SMTP_URL": self.smtp_url,
            "OUTLAY_MAIL_FROM": "Outlay <outlay@outlay.example>",
            "OUTLAY_SMS_URL": self.sms_url,
            "OUTLAY_PROVIDERS": str(self.partner.file(folder)),
        }


@contextmanager
def outside() -> Iterator[Outside]:
    """Both refuse what they get first: somebody may say why in the log."""
    with ExitStack() as stack:
        made = Outside(stack.enter_context(partner()))
        busy = ["mail", "text"]

        class Letters:
            async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
                if "mail" in busy:
                    busy.remove("mail")
                    return f"451 busy, try {envelope.rcpt_tos[0]} again"
                letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
                made.mails.append(letter.get_body(("plain",)).get_content())  # type: ignore[attr-defined]  # the policy's
                return "250 OK"

        class Gateway(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["content-length"])).decode()
                if first := "text" in busy:
                    busy.remove("text")
                else:
                    made.texts.append(text)
                self.send_response(500 if first else 200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        letters = Controller(Letters(), "127.0.0.1", free_port())
        letters.start()
        stack.callback(letters.stop)
        made.smtp_url = f"smtp://127.0.0.1:{letters.port}"
        gateway = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        stack.callback(gateway.shutdown)
        made.sms_url = f"json://127.0.0.1:{gateway.server_port}/{{phone}}"
        yield made


def soon(found: Callable[[], Any]) -> Any:
    """What comes by itself."""
    until = time.monotonic() + WAIT_S
    while not (got := found()):
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)
    return got


class Visitor:
    """Somebody at the door; `secrets` is what they were given or typed."""

    def __init__(
        self, url: str, there: Outside, *, address: str, password: str, phone: str, name: str
    ) -> None:
        split = urlsplit(url)
        self.origin = f"http://localhost:{split.port}"  # passkeys belong to a name
        self.client = httpx.Client(base_url=self.origin, timeout=60)
        self.there = there
        self.address, self.password, self.phone, self.name = address, password, phone, name
        self.secrets: list[str] = []

    def ask(self, path: str, body: Any = None, refused: str | None = None, **more: Any) -> Any:
        method = more.pop("method", "POST")
        answer = self.client.request(method, f"/api/v1{path}", json=body, **more)
        code = None if answer.is_success else answer.json()["code"]
        assert code == refused, (path, answer.text)
        attacked(method, f"/api/v1{path}", "words in the log")
        told = answer.json() if answer.headers.get("content-type", "").endswith("json") else answer
        if isinstance(told, dict):
            self.secrets += [
                told[name] for name in ("access_token", "refresh_token", "token") if name in told
            ]
            if "access_token" in told:
                self.client.headers["authorization"] = f"Bearer {told['access_token']}"
        return told

    def goes_through_all(self) -> list[str]:
        given = {"email": self.address, "password": self.password, "client": "native"}
        self.ask("/auth/sign-up", {**given, "name": self.name})
        self.confirms_and_forgets()
        self.comes_by_telephone()
        stranger = self.there.partner.me
        self.there.partner.me = {**stranger, "email": self.address}
        self.comes_by_provider("google")
        self.there.partner.me = stranger
        self.comes_by_provider("apple")
        self.comes_by_provider("facebook")
        self.comes_by_provider("x")
        self.ask("/auth/sign-in", given)
        self.comes_by_passkey()
        self.uses_an_api_token()
        self.invites()
        self.takes_a_copy()
        self.has_a_second_factor(given)
        self.client.close()
        return self.secrets

    def link(self, kind: str) -> str:
        """The token in the newest mail with such a link."""
        found: list[str] = soon(lambda: re.findall(rf"/{kind}#([\w.-]+)", "".join(self.there.mails)))
        self.there.mails.clear()
        self.secrets += [found[-1], found[-1].rpartition(".")[2]]
        return found[-1]

    def confirms_and_forgets(self) -> None:
        token = self.link("confirm")
        self.ask("/auth/email/confirm", {"token": token[:-3] + "xxx"}, "link_over")
        self.ask("/auth/email/confirm", {"token": token})
        self.ask("/auth/reset", {"email": self.address})
        token = self.link("reset")
        self.ask("/auth/reset/password", {"token": token, "new_password": self.address}, "password_common")
        self.ask("/auth/reset/password", {"token": token, "new_password": self.password})

    def comes_by_telephone(self) -> None:
        self.ask("/auth/phone", {"phone": "+49 unmistakable"}, "phone_malformed")
        asked = self.ask("/auth/phone", {"phone": self.phone})
        code = soon(lambda: re.findall(r"\b\d{6}\b", "".join(self.there.texts)))[-1]
        self.secrets.append(code)
        body = {"challenge_id": asked["challenge_id"], "phone": self.phone, "client": "native"}
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        self.ask("/auth/phone/sign-in", {**body, "code": wrong}, "code_wrong")
        self.ask("/auth/phone/sign-in", {**body, "code": code})

    def comes_by_provider(self, name: str) -> None:
        for cancelled in (True, False):
            verifier = secrets.token_urlsafe(48)
            digest = hashlib.sha256(verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            begun = self.ask(f"/auth/providers/{name}/start", {"challenge": challenge})
            answer = self.there.partner.sign_in(begun["url"])
            self.secrets += [*answer.values(), verifier]
            path = f"/api/v1/auth/providers/{name}/callback"
            if cancelled:
                answer = {"error": "server_error", "state": answer["state"]}
            if name == "apple":
                place = self.client.post(path, data=answer).headers["location"]
                back = self.client.get(place)
            else:
                back = self.client.get(path, params=answer)
            place = back.headers["location"]
            if cancelled:
                assert place.endswith("#problem=provider_failed"), place
        code = place.partition("#code=")[2]
        self.secrets.append(code)
        body = {"code": code, "verifier": verifier, "client": "native"}
        if name == "google":  # a confirmed address that has an account
            self.ask("/auth/providers/exchange", body, "way_link")
        else:
            self.ask("/auth/providers/exchange", body)
        self.secrets += self.there.partner.tokens

    def comes_by_passkey(self) -> None:
        device = Authenticator(origin=self.origin, rp_id="localhost")
        question = self.ask("/auth/ways/passkeys/start")
        made = device.create(question, name=f"{self.name}'s key")
        self.ask("/auth/ways/passkeys", {**made, "client_data": made["attestation"]}, "passkey_invalid")
        question = self.ask("/auth/ways/passkeys/start")
        self.ask("/auth/ways/passkeys", device.create(question, name=f"{self.name}'s key"))
        answer = device.get(self.ask("/auth/passkeys/start"))
        self.ask("/auth/passkeys/sign-in", answer)
        self.ask("/auth/passkeys/sign-in", answer, "passkey_invalid")
        self.secrets += [made["id"], answer["signature"]]

    def uses_an_api_token(self) -> None:
        token = self.ask("/auth/tokens", {"name": f"{self.name}'s script", "scopes": ["read"]})["token"]
        self.ask("/accounts", method="GET", headers={"authorization": f"Bearer {token}"})
        self.ask(
            "/accounts",
            method="GET",
            headers={"authorization": f"Bearer {token}x"},
            refused="unauthenticated",
        )
        self.ask(
            "/payees", {"name": "x"}, headers={"authorization": f"Bearer {token}"}, refused="token_scope"
        )

    def invites(self) -> None:
        book = self.ask("/books", method="GET")["items"][0]["id"]
        guest = f"guest.{self.address}"
        made = self.ask(f"/books/{book}/invitations", {"role": "editor", "email": guest})
        self.ask("/invitations/look", {"token": made["token"]})
        self.ask("/invitations/take", {"token": made["token"] + "x"}, "invitation_over")
        self.secrets += [guest, made["token"].rpartition(".")[2]]

    def takes_a_copy(self) -> None:
        self.ask("/users/me/exports")

        def done() -> str | None:
            [found] = self.ask("/users/me/exports", method="GET")["items"]
            return found["id"] if found["status"] == "done" else None

        url = self.ask(f"/users/me/exports/{soon(done)}/link")["url"]
        assert self.client.get(url).content[:2] == b"PK"
        assert self.client.get(url).status_code == 404  # one download
        self.secrets += [url.rpartition("=")[2], url.rpartition(".")[2]]

    def has_a_second_factor(self, given: dict[str, str]) -> None:
        secret = self.ask("/auth/second-factor/set-up")["secret"]
        self.ask("/auth/second-factor/turn-on", {"code": "000000"}, "second_factor_failed")
        code = pyotp.TOTP(secret).now()
        codes = self.ask("/auth/second-factor/turn-on", {"code": code})["codes"]
        asked = self.ask("/auth/sign-in", given, "second_factor_required")
        ticket = asked["params"]["ticket"]
        self.ask("/auth/second-factor", {"ticket": ticket, "code": code}, "second_factor_failed")
        self.ask("/auth/second-factor", {"ticket": ticket, "code": codes[0]})
        self.ask("/auth/second-factor", {"ticket": ticket, "code": codes[0]}, "ticket_over")
        self.secrets += [secret, code, ticket, *codes]
