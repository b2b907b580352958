"""How often each route was attacked, and how: `make audit` (run.py) counts what the tests write down."""

from __future__ import annotations

import os
from typing import Final

FILE: Final = "OUTLAY_TEST_ATTACKS"
"""The environment variable that names the file; without it nothing is written."""


def attacked(method: str, path: str, how: str) -> None:
    """One attack on a route (its path with the names of its parameters). Lines of several processes stay whole."""
    if name := os.environ.get(FILE):
        file = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, f"{method} {path}\t{how}\n".encode())
        finally:
            os.close(file)
