"""Tests that put secrets into the log on purpose, and pass: `test_logs.py` runs them in a run of their own, whose end
must find each. Not collected otherwise."""

from __future__ import annotations

import argparse
import asyncio
import logging
from urllib.parse import quote

import httpx

import logs
from outlay.identity import ceremonies
from outlay.identity.passwords import Passwords
from outlay.store.keys import DataKey

log = logging.getLogger("outlay.leaking")


def test_a_note_at_the_level_of_debugging() -> None:
    DataKey(bytes(32)).seal("Leaked note, written by somebody", b"")
    log.debug("a transaction was written: %r", {"note": "Leaked note, written by somebody"})


async def test_a_password_in_an_argument() -> None:
    passwords = Passwords()
    await passwords.hash("nine leaking otters")
    passwords.close()
    log.warning("refused: %s", argparse.Namespace(password="nine leaking otters"))


def test_an_address_in_a_path() -> None:
    DataKey(bytes(32)).seal("leaked+1@outlay.example", b"")
    log.info("GET /api/v1/people/%s", quote("Leaked+1@outlay.example"))


def test_a_token_in_the_log_of_a_server_in_a_process_of_its_own() -> None:
    secret = "leaked-secret-of-a-link"
    ceremonies._hash(secret)
    logs.keep(f"Outlay is at http://127.0.0.1:1\nlink: https://outlay.example/confirm#{secret}\n")


def test_a_name_in_the_warning_of_a_library() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(422, json={"code": "field_invalid"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        client.post(
            "https://outlay.example/payees", json={"name": "Leaked Payee"}
        )  # refused, so nowhere sealed
    logging.getLogger("library").warning("not a field of 'Leaked Payee'")


def test_what_is_kept_out() -> None:
    """By the handler: the text of an exception, and what others say that is no warning."""
    hidden = "Hidden by the handler"
    DataKey(bytes(32)).seal(hidden, b"")
    try:
        raise KeyError(hidden)
    except KeyError:
        log.exception("this went wrong")
    logging.getLogger("httpx").info("HTTP Request: GET https://gateway.example/?to=%s", hidden)
    logging.getLogger("apprise").error("not sent to %s", hidden)


def test_the_task_of_somebody_who_gave_up() -> None:
    """asyncio quotes the exception in its own message."""
    hidden = "Hidden in a task"
    DataKey(bytes(32)).seal(hidden, b"")

    async def fails() -> None:
        raise KeyError(hidden)

    async def main() -> None:
        task = asyncio.create_task(fails())
        await asyncio.sleep(0)
        del task

    asyncio.run(main())
