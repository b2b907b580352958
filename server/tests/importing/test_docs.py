"""docs/import.md names every option, every refusal and every switch of the command."""

from __future__ import annotations

import re
from pathlib import Path

from outlay.importing import options
from outlay.kernel import spec
from outlay.ops.cli import main

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "import.md").read_text("utf-8")
SOURCES = "\n".join(p.read_text("utf-8") for p in (ROOT / "server/outlay/importing").glob("*.py"))


def test_options_and_switches_are_documented() -> None:
    assert [name for name in options._CHECKS if f"| `{name}` |" not in TEXT] == []
    known = {"--user", "--book", "--json", "--yes", "--dry-run"}  # told by --help
    switches = {opt for param in main.commands["import"].params for opt in param.opts if opt.startswith("--")}
    assert [name for name in sorted(switches - known) if name not in TEXT] == []


def test_refusals_are_documented_and_used() -> None:
    codes = {code for code in spec.read("refusals.json") if code.startswith("import_")}
    assert [code for code in sorted(codes) if f"`{code}`" not in TEXT] == []
    assert [code for code in sorted(codes) if f'"{code}"' not in SOURCES] == []
    used = set(re.findall(r'(?:problem|Refusal)\(\s*"(import_\w+)"', SOURCES))
    assert used <= codes
    rows = set(re.findall(r'RowProblem\(\s*"(import_row_\w+)"', SOURCES))
    assert [code for code in sorted(rows) if f"`{code}`" not in TEXT] == []
