"""How long answers take about somebody and about nobody, measured. No time is asserted, only that neither is the longer
one more often than chance allows."""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from outlay.settings import Settings
from outlay.store.engine import Store
from sites import PASSWORD, served

SIGMAS = 5
"""By chance a right server fails once in two million runs."""
ALONE_S = 0.02
"""Between two requests: what is done after an answer is not measured with the next."""
KNOWN = {"email": "known1@outlay.example", "phone": "+4915123456789"}
NOBODY = {"email": "nobody@outlay.example", "phone": "+4915123456780"}

Body = Callable[[int], dict[str, Any]]


def longer(ones: list[float], others: list[float]) -> float:
    """By how many standard deviations one of `ones` is the longer of two more often than half of the time
    (H. B. Mann and D. R. Whitney, 1947; by the normal distribution)."""
    pairs = len(ones) * len(others)
    won = sum((one > other) + (one == other) / 2 for one in ones for other in others)
    return (won - pairs / 2) / math.sqrt(pairs * (len(ones) + len(others) + 1) / 12)


def measured(client: httpx.Client, path: str, known: Body, nobody: Body, times: int) -> float:
    """How much more often the known one takes longer: asked in turn, the first of two by lot."""
    seconds: dict[Body, list[float]] = {known: [], nobody: []}
    lot = random.Random(path)
    for number in range(times + 2):
        for body in lot.sample((known, nobody), 2):
            asked = client.build_request("POST", path, json=body(number))
            time.sleep(ALONE_S)
            began = time.perf_counter()
            answer = client.send(asked)
            seconds[body].append(time.perf_counter() - began)
            assert answer.status_code < 500, answer.text
    return longer(seconds[known][2:], seconds[nobody][2:])  # the first ones load code


@pytest.mark.proof
def test_nobody_measures_who_has_an_account(store: Store, settings: Settings) -> None:
    with served(store, settings) as (url, _), httpx.Client(base_url=f"{url}/api/v1/auth") as client:
        assert client.post("/sign-up", json={"email": KNOWN["email"], "password": PASSWORD}).is_success
        sent = client.post("/phone", json={"phone": KNOWN["phone"]}).json()
        (code,) = texts(settings)
        back = {"challenge_id": sent["challenge_id"], "code": code, "phone": KNOWN["phone"]}
        assert client.post("/phone/sign-in", json=back).is_success

        def about(key: str, **more: str) -> tuple[Body, Body]:
            return lambda _: {key: KNOWN[key], **more}, lambda _: {key: NOBODY[key], **more}

        found = {
            "/sign-in": measured(client, "/sign-in", *about("email", password="wrong horse battery"), 40),
            "/reset": measured(client, "/reset", *about("email"), 150),
            "/phone": measured(client, "/phone", *about("phone"), 150),
        }
        assert {path: how for path, how in found.items() if abs(how) > SIGMAS} == {}
        # what does tell is seen: signing up hashes a password only where the address is free
        taken, _ = about("email", password=PASSWORD)

        def free(number: int) -> dict[str, Any]:
            return {"email": f"new{number}@outlay.example", "password": PASSWORD}

        assert measured(client, "/sign-up", taken, free, 40) < -SIGMAS


def texts(settings: Settings) -> list[str]:
    """The codes of the text messages, once there is one."""
    while not (files := list((settings.data_dir / "outbox").glob("*.sms.txt"))):
        time.sleep(0.01)
    return [re.findall(r"\b\d{6}\b", file.read_text())[-1] for file in files]
