"""The data files of spec/, read once: constants shipped with the program, the kernel's only file access."""

import json
from functools import cache
from pathlib import Path
from typing import Any


def _folder() -> Path:
    """In a checkout spec/ stands beside server/; in an installed package it lies inside it."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "spec"
    return inside if inside.is_dir() else package.parent.parent / "spec"


def path(name: str) -> Path:
    """Path of a file or folder in spec/, e.g. `reports/totals.sql`."""
    return _folder() / name


@cache
def read(name: str) -> Any:
    """The parsed JSON of `spec/<name>`. Shared: callers must not change it."""
    return json.loads(path(name).read_text(encoding="utf-8"))


@cache
def text(name: str) -> str:
    """The text of `spec/<name>`, e.g. a report's SQL."""
    return path(name).read_text(encoding="utf-8")
