"""A running server for each engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from system.process import Outlay

KEY = "0f" * 32


@pytest.fixture(params=["sqlite", "postgresql"])
def outlay(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outlay]:
    """`outlay serve` on an empty database of this test alone."""
    url = None
    if request.param == "postgresql":
        create: Callable[..., str] = request.getfixturevalue("postgres_database")
        url = create()
    with Outlay.started(tmp_path / "outlay", url, OUTLAY_MASTER_KEY=KEY) as server:
        yield server
