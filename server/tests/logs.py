"""The log of a whole run of tests, searched at its end for every secret that the tests had: passwords, tokens, codes,
addresses, numbers, names, payees, notes (CWE-532).

What is written goes through the server's own handler (`ops/log.py`), at the level it has by itself and everything of
our own; servers in processes of their own write everything (`system/process.py`). What is a secret says the product:
whatever it seals, hashes or signs; and the clients: what they send and get under a telling name, refused or not.

Each process has two files in the folder that the first one made; that one, which may run no test itself, searches.
"""

from __future__ import annotations

import importlib
import io
import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

import argon2
import httpx
import pytest

from outlay.identity.tokens import Tokens
from outlay.ops.log import handler
from outlay.store.keys import DataKey

FOLDER: Final = "OUTLAY_TEST_LOGS"
"""The environment variable that names the folder, for the workers and the servers that they start."""
LONGEST: Final = 4_000
SHORTEST: Final = 6
"""Characters. A code has six; a shorter name would be found in every other word."""

TELLING: Final = {
    "access_token", "client_secret", "code", "code_verifier", "codes", "device_name", "email", "id_token", "name",
    "new_password", "note", "password", "phone", "refresh_token", "secret", "state", "text", "ticket", "token", "user",
    "username", "verifier",
}  # fmt: skip
"""Names under which a request or an answer holds a secret or something of a person."""
TERM: Final = re.compile(r"[a-z_.]+|Outlay")
"""What cannot be told from a word of ours: a provider, a refusal, a kind of change."""

WHEN: Final = re.compile(r"^[\d-]{10} [\d:,]{12} ")

HASHED: Final = (
    "identity.api_tokens", "identity.ceremonies", "identity.challenges", "identity.invitations",
    "identity.second_factor", "identity.sessions", "privacy.exports",
)  # fmt: skip
"""Rooms that keep a hash of a secret; its function takes the secret last."""

_seeds: set[str] = set()
_log: io.TextIOBase | None = None


def seed(*texts: object) -> None:
    """From now on none of them may stand in a log."""
    for text in texts:
        if not isinstance(text, str) or not SHORTEST <= len(text) < LONGEST:
            continue
        if not TERM.fullmatch(text) and text[0] not in "{[":  # documents are sealed part by part as well
            _seeds.add(text)


def are_kept() -> bool:
    return _log is not None


def keep(said: str) -> None:
    """What somebody wrote into a log while a test ran."""
    if _log is not None:
        _log.write(json.dumps([os.environ.get("PYTEST_CURRENT_TEST", ""), said]) + "\n")


class _Kept(io.TextIOBase):
    def write(self, said: str) -> int:
        keep(said)
        return len(said)


def begin(config: pytest.Config) -> None:
    """In every process, before its first test."""
    global _log
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="outlay-test-logs-")
    _log = open(Path(os.environ[FOLDER], f"{os.getpid()}.log"), "w", encoding="utf-8", buffering=1)  # noqa: SIM115 - as long as the process
    logging.getLogger().addHandler(handler(_Kept()))
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("outlay").setLevel(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the mail server that tests have
    _listen()


def end(config: pytest.Config) -> list[str]:
    """In every process, after its last test: leaves its seeds; the first, which ends last, says what was found."""
    folder = Path(os.environ[FOLDER])
    (folder / f"{os.getpid()}.seeds").write_text(json.dumps(sorted(_seeds)), "utf-8")
    if hasattr(config, "workerinput"):
        return []
    seeds = {text for file in folder.glob("*.seeds") for text in json.loads(file.read_text("utf-8"))}
    said: dict[str, str] = {}
    for file in folder.glob("*.log"):
        for line in file.read_text("utf-8").splitlines():
            test, text = json.loads(line)
            for each in text.splitlines():
                said.setdefault(WHEN.sub("", each), test)
    if kept := os.environ.get("OUTLAY_TEST_KEEP_LOGS"):
        shutil.copytree(folder, kept, dirs_exist_ok=True)
    shutil.rmtree(folder)
    return [f"{found!r} in the log of {said[line]}: {line[:300]}" for line, found in search(said, seeds)]


def search(lines: Iterable[str], seeds: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(line, seed) wherever a seed stands in a line as words of its own, however it is written."""
    lowered = {line: f"{line}\n{unquote_plus(line)}".casefold() for line in lines}
    everything = "\n".join(lowered.values())
    beginnings = {everything[at : at + SHORTEST] for at in range(len(everything))}
    for given in seeds:
        text = given.casefold().strip()
        if len(text) < SHORTEST or text[:SHORTEST] not in beginnings or text not in everything:
            continue
        whole = re.compile(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])")
        yield from ((line, given) for line, lower in lowered.items() if whole.search(lower))


def _listen() -> None:
    """To the places where the product itself calls something a secret, and to every client."""
    _hear(DataKey, "seal", lambda key, text, bound_to: [text])
    _hear(argon2.PasswordHasher, "hash", lambda hasher, password, **_: [password])
    _hear(argon2.PasswordHasher, "verify", lambda hasher, secret_hash, password: [password])
    for room in HASHED:
        _hear(importlib.import_module(f"outlay.{room}"), "_hash", lambda *given: [given[-1]])
    issue = Tokens.issue

    def issued(self: Tokens, *given: Any, **named: Any) -> str:
        token = issue(self, *given, **named)
        seed(token)
        return token

    Tokens.issue = issued  # type: ignore[method-assign]  # for good
    send, send_later = httpx.Client.send, httpx.AsyncClient.send

    def sent(self: httpx.Client, request: httpx.Request, **named: Any) -> httpx.Response:
        answer = send(self, request, **named)
        _overhear(request, answer)
        return answer

    async def sent_later(self: httpx.AsyncClient, request: httpx.Request, **named: Any) -> httpx.Response:
        answer = await send_later(self, request, **named)
        _overhear(request, answer)
        return answer

    httpx.Client.send = sent  # type: ignore[method-assign]  # for good
    httpx.AsyncClient.send = sent_later  # type: ignore[method-assign]  # for good


def _hear(where: Any, name: str, secrets: Callable[..., list[object]]) -> None:
    done = getattr(where, name)

    def heard(*given: Any, **named: Any) -> Any:
        seed(*secrets(*given, **named))
        return done(*given, **named)

    setattr(where, name, heard)


def _overhear(request: httpx.Request, answer: httpx.Response) -> None:
    """What they told each other, unless it is a stream that goes on."""
    for message in (request, answer):
        content: bytes = getattr(message, "_content", b"")
        kind = message.headers.get("content-type", "")
        try:
            if kind.startswith("application/json"):
                seed(*_telling(json.loads(content)))
            elif kind == "application/x-www-form-urlencoded":
                seed(*_telling(dict(parse_qsl(content.decode()))))
        except (ValueError, RecursionError):
            continue  # some tests send what is neither


def _telling(value: Any, told: bool = False) -> Iterator[str]:
    if isinstance(value, str):
        if told:
            yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _telling(each, name in TELLING)
    elif isinstance(value, list):
        for each in value:
            yield from _telling(each, told)
