"""What a real `outlay serve` writes into its log, at its most talkative: nothing that was said to it (CWE-532, 117)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from attack.tally import attacked
from attack.ways_in import Visitor, outside
from outlay.store.engine import StoreSettings
from sites import CSV
from system.process import Outlay

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.timeout(180)

EMAIL = "unmistakable@outlay.example"
PASSWORD = "nine unmistakable otters"
PHONE = "+306941234567"
SAID = [
    "Unmistakable Name",
    "Unmistakable Note",
    "Unmistakable Payee",
    "+30 694 1234567",
    PHONE,
    PHONE.strip("+"),
    "unmistakable-device",
]
FORGED = "2026-01-01 00:00:00 INFO outlay: somebody signed in"


@pytest.mark.proof("postgresql")  # whose own words in a log every run of the tests searches
def test_the_log_of_a_server_says_nothing_of_what_it_was_told(
    store_settings: StoreSettings, tmp_path: Path
) -> None:
    """Everything once, some of it wrongly; then what the process printed is searched for it."""
    with (
        outside() as there,
        Outlay.started(
            tmp_path / "served", store_settings.url, OUTLAY_LOG_LEVEL="debug", **there.settings(tmp_path)
        ) as server,
    ):
        secrets = talk(server.url)
        visitor = Visitor(
            server.url, there, address=f"visitor.{EMAIL}", password=PASSWORD, phone=PHONE, name=SAID[0]
        )
        there.partner.me = {"id": "1001", "name": "Unmistakable Stranger", "email": f"stranger.{EMAIL}"}
        secrets += visitor.goes_through_all()
        server.stop()
        said = server.output
        secrets.append((server.folder / "master.key").read_text().strip())
    assert "Outlay is at" in said
    assert "text message: one failed and will be tried again (NotSent)" in said
    for secret in [*secrets, EMAIL, PASSWORD, *SAID, "4242424242"]:
        assert secret not in said, secret
        assert quote(secret) not in said, secret
    assert "unmistakable" not in said.lower()
    assert not [line for line in said.splitlines() if line.startswith(FORGED)]


def talk(url: str) -> list[str]:
    """A session of requests; the tokens that came back."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=60) as client:
        person = {
            "email": EMAIL,
            "password": PASSWORD,
            "name": SAID[0],
            "client": "native",
            "device_name": SAID[4],
        }
        made = client.post("/auth/sign-up", json=person).raise_for_status().json()
        client.headers["authorization"] = f"Bearer {made['access_token']}"
        secrets = [made["access_token"], made["refresh_token"]]
        account = client.get("/accounts").raise_for_status().json()["items"][0]["id"]
        spent = {
            "kind": "expense", "account_id": account, "amount_minor": 4242424242, "day": "2026-01-01", "note": SAID[1],
        }  # fmt: skip
        asked: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", "/auth/sign-in", {"json": {**person, "password": PASSWORD[:-1], "name": 7}}),
            ("POST", "/auth/sign-in", {"json": {"email": EMAIL, "password": PASSWORD + "x"}}),
            ("POST", "/payees", {"json": {"name": SAID[2]}}),
            ("POST", "/payees", {"json": {"name": SAID[2] * 100}}),
            ("POST", "/transactions", {"json": spent}),
            ("POST", "/transactions", {"json": {**spent, "note": SAID[1] * 200}}),
            ("POST", "/transactions", {"content": f'{{"note": "{SAID[1]}'.encode()}),
            ("PATCH", "/users/me", {"json": {"phone": SAID[3]}}),  # no field of it
            ("POST", "/users/me/phone", {"json": {"phone": SAID[3]}}),
            ("GET", "/transactions", {"params": {"text": SAID[1]}}),
            ("GET", f"/transactions/{SAID[1]}", {}),
            ("GET", f"/{SAID[1]}/{PASSWORD}", {}),
            ("POST", "/imports", {"files": {"file": (SAID[1], CSV)}}),
            ("POST", "/imports", {"files": {"file": (SAID[1], SAID[1].encode() * 100)}}),
            ("GET", f"/%0a{quote(FORGED)}%0a", {}),
            (
                "GET",
                "/users/me",
                {"headers": {"x-forwarded-for": f"1.1.1.1\t{FORGED}", "user-agent": SAID[0]}},
            ),
            ("POST", "/auth/refresh", {"json": {"refresh_token": made["refresh_token"]}}),
            ("POST", "/auth/refresh", {"json": {"refresh_token": made["refresh_token"]}}),
        ]
        for method, path, more in asked:
            answer = client.request(method, path, **more)
            assert answer.status_code < 500, (path, answer.text)
            attacked(method, f"/api/v1{path}", "words in the log")
            if "refresh_token" in answer.text and answer.status_code == 200:
                secrets += [answer.json()["refresh_token"], answer.json()["access_token"]]
    return secrets


async def test_a_line_of_the_log_is_nobody_elses(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    """An address with a line break, where something of ours breaks: still one line, and no name in it."""
    who = await site.person()
    site.rooms.store.read = None  # what we got wrong
    answer = await site.client.get(f"/api/v1/accounts/a%0a{quote(FORGED)}", headers=who.headers)
    del site.rooms.store.read
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    [record] = [record for record in caplog.records if record.name == "outlay.http"]
    assert "\n" not in record.getMessage()


@pytest.mark.proof
def test_a_secret_in_the_log_of_a_run_of_tests_fails_it() -> None:
    """What watches over every run (`logs.py`) can fail: tests that pass, but leak on purpose."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("OUTLAY_", "PYTEST_"))
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n1", Path(__file__).with_name("leaking.py")],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (run.returncode, "7 passed" in run.stdout) == (1, True), run.stdout + run.stderr
    found = run.stdout.partition("secrets in the log")[2]
    for secret in (
        "Leaked note, written by somebody", "nine leaking otters", "leaked+1@outlay.example", "Leaked Payee",
        "leaked-secret-of-a-link",
    ):  # fmt: skip
        assert f"{secret!r} in the log of server/tests/attack/leaking.py::" in found, (secret, run.stdout)
    assert "Hidden" not in found
