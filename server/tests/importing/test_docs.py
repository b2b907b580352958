"""docs/import.md names every option, every refusal and every switch of the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

from outlay.importing import files, options
from outlay.kernel import spec
from outlay.ops.cli import main

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "import.md").read_text("utf-8")
SAMPLES = Path(__file__).parent / "samples"
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


def test_phones_and_browsers_offer_the_files_that_are_read_and_no_others() -> None:
    """spec/imports.json: the shells, the manifest and the app's own field are made of it, or compared with it."""
    offered = spec.read("imports.json")
    assert {each["name"].lower() for each in offered} == set(files.READERS)
    manifest = json.loads((ROOT / "app" / "static" / "manifest.webmanifest").read_text("utf-8"))
    (field,) = manifest["share_target"]["params"]["files"]
    # What banks and mail programs call a file whose kind they do not know.
    kinds = {media for each in offered for media in each["media"]} | {"text/plain"}
    assert set(field["accept"]) == kinds | {f".{ending}" for each in offered for ending in each["endings"]}
    for name, read in files.READERS.items():
        (sample,) = (SAMPLES / file for file in ("german.csv", "three_accounts.ofx") if file.endswith(name))
        assert read(sample.read_bytes()).rows
