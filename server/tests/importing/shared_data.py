"""The folder of real bank files beside the checkout, and what is expected of each. Read only, never shipped."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data"
FORMATS = ("ofx", "qfx", "csv-bank")
MISSING = "the folder ../shared/data of real bank files does not stand beside the checkout"

# EXPECTED.csv counts the opening and closing balance of this file as transactions, although MANIFEST.csv says
# that they are not counted. Three transactions it is.
CORRECTED = {
    ("csv-bank/ynap__Umsaetze_test_2019.06.19.csv", ""): ("3", "-158.17", "2019-04-03", "2019-04-03"),
}
# What a person answers to the questions of a file.
ANSWERS = {
    "csv-bank/deg__example-td-records.csv": {"date_order": "mdy"},
    "csv-bank/csv2ofx__creditunion.csv": {"sign": "as_is"},
    "csv-bank/csv2ofx__default.csv": {"sign": "as_is"},
}


@dataclass(frozen=True)
class Expected:
    account: str
    n: int
    sum: str
    currency: str
    first: str
    last: str


def files() -> list[str]:
    """'ofx/actual__data.ofx' … of the formats that are imported."""
    return (
        sorted(f"{p.parent.name}/{p.name}" for f in FORMATS for p in (FOLDER / f).glob("*"))
        if FOLDER.is_dir()
        else []
    )


def classes() -> dict[str, str]:
    """file → ok | malformed | empty | partial."""
    with (FOLDER / "MANIFEST.csv").open(encoding="utf-8", newline="") as handle:
        return {row["file"]: row["class"] for row in csv.DictReader(handle)}


def expected() -> dict[str, list[Expected]]:
    """file → figures per account; source tests' own totals are left out."""
    found: dict[str, list[Expected]] = {}
    with (FOLDER / "EXPECTED.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["account"] == "(all)" or not row["n"]:
                continue
            n, total, first, last = CORRECTED.get(
                (row["file"], row["account"]), (row["n"], row["sum"], row["min date"], row["max date"])
            )
            found.setdefault(row["file"], []).append(
                Expected(row["account"], int(n), total, row["currency"], first, last)
            )
    return found
