"""The documents tell the truth: every setting, command and file they name exists, and none is left out."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from outlay.ops.cli import main
from outlay.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")])
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
FOLDERS = "server|app|spec|docs|bench|deploy|scripts"
BUILT = ("app/build", "app/node_modules")  # what a clean clone does not have


def test_every_setting_is_listed_and_no_other() -> None:
    names = {f"OUTLAY_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    assert set(re.findall(r"^\| `(OUTLAY_[A-Z_]+)`", OPERATIONS, re.MULTILINE)) == names


def test_every_command_is_listed_and_no_other() -> None:
    assert set(re.findall(r"^\| `outlay ([a-z-]+)", OPERATIONS, re.MULTILINE)) == set(main.commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_points_to_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if "://" not in link]
    missing = [link for link in links if not (page.parent / link).exists()]
    files = re.findall(rf"`((?:{FOLDERS})/[\w./\[\]+-]+)`", text)
    missing += [file for file in files if not (ROOT / file).exists() or file.startswith(BUILT)]
    assert missing == []


def test_every_test_that_the_security_page_names_exists() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+\.py)::(test_\w+)`", text))
    assert len(named) > 60
    missing = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if not re.search(rf"^(async )?def {name}\(", read(ROOT / "server" / "tests" / file), re.MULTILINE)
    ]
    assert missing == []
    assert text.count("::") == len(re.findall(r"`[\w/]+\.py::test_\w+`", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    there = {
        name
        for file in (ROOT / "server" / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", read(file))
    }
    named = set(re.findall(r"\b(test_\w+)\b(?!\.py)", page.read_text(encoding="utf-8")))
    files = {file.stem for file in (ROOT / "server" / "tests").rglob("test_*.py")}
    assert sorted(named - there - files) == []


def test_every_section_of_asvs_has_its_state() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d., ]+) [^|]+\| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert {state for _, state, _ in rows} == {"met", "partly", "not applicable"}
    assert {number.partition(".")[0] for sections, *_ in rows for number in sections.split(", ")} == {
        str(chapter) for chapter in range(1, 18)
    }
    assert [sections for sections, state, shown in rows if state == "met" and not re.search("`", shown)] == [
        "11.5"
    ]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
