"""What `make audit` looks for is found when it is there, and is not there."""

from __future__ import annotations

import pytest

from attack.run import licences, may_be_used, secrets, told_secrets

# Put together here, so that this file itself holds none.
PLANTED = [
    "AK" + "IAIOSFODNN7ABCDEFG",
    "ghp" + "_" + "a1B2" * 9,
    "AI" + "zaSy" + "D3" * 16 + "x",
    "ey" + "JhbGciOiJIUzI1NiIsI.ey" + "JzdWIiOiIxMjM0NTY3ODkwI.dozjgNryP4J3jVmNHl0w5N_XgL0n3I",
    "url = 'postgresql://outlay" + ":hunter2hunter2@db.example/outlay'",
    "api_key" + ' = "q8Zr1XvT0pLk3NwY7cGd5HsB2mJf9Ae4"',
]


@pytest.mark.parametrize("line", PLANTED)
def test_a_secret_is_found(line: str) -> None:
    assert told_secrets(line)


def test_ordinary_lines_are_none() -> None:
    for line in (
        'password = "correct horse battery staple"', 'token: "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        "postgresql://outlay:secret@127.0.0.1/outlay", 'secret_hash = "$argon2id$v=19$m=8"',
    ):  # fmt: skip
        assert told_secrets(line) == [], line


def test_no_tracked_file_gives_a_secret_away() -> None:
    assert secrets() == []


def test_every_licence_can_be_combined_with_ours() -> None:
    assert licences() == []
    for text in (
        "GPL-3.0-only",
        "AGPL-3.0",
        "GNU General Public License v3 (GPLv3)",
        "",
        "SSPL-1.0",
        "UNKNOWN",
    ):
        assert not may_be_used("something", text), text
    for text in ("MIT", "(MIT OR GPL-3.0)", "BSD License", "Apache Software License"):
        assert may_be_used("something", text), text
