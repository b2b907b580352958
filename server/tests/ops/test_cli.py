"""The command line, as a person and as a program use it: real processes on a real data folder."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner, Result

from outlay.identity import events, keys, people, second_factor
from outlay.kernel import limits
from outlay.ops import opening
from outlay.ops.cli import main
from outlay.privacy.book_files import safe
from outlay.store.read import Read
from outlay.store.write import Tx

pytestmark = pytest.mark.filterwarnings(
    "ignore:Call to deprecated method:DeprecationWarning"
)  # inside ofxparse

SAMPLES = Path(__file__).parents[1] / "importing" / "samples"
PASSWORD = "correct horse battery"
Run = Callable[..., Result]


@pytest.fixture
def outlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command on a data folder of this test; the exit code must be the expected one."""
    for name in [n for n in os.environ if n.startswith("OUTLAY_") and not n.startswith("OUTLAY_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OUTLAY_DATA_DIR", str(tmp_path / "data"))

    def run(*args: str, code: int = 0, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(main, args, input=stdin, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture(scope="session")
def with_ana(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one person, to copy."""
    folder = tmp_path_factory.mktemp("ana") / "data"
    args = ["user", "add", "ana@example.com", "--name", "Ana", "--password-stdin"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTLAY_DATA_DIR", str(folder))
        assert CliRunner().invoke(main, args, input=PASSWORD + "\n", catch_exceptions=False).exit_code == 0
    return folder


@pytest.fixture
def person(outlay: Run, with_ana: Path, tmp_path: Path) -> Run:
    shutil.copytree(with_ana, tmp_path / "data")
    return outlay


def test_version_and_help_start_fast() -> None:
    """Nothing heavy is imported before a command needs it."""
    heavy = "('litestar', 'sqlalchemy', 'msgspec', 'bs4', 'cryptography')"
    code = f"import sys, outlay.ops.cli; print(sum(m.split('.')[0] in {heavy} for m in sys.modules))"
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
    assert time.monotonic() - started < 5
    assert CliRunner().invoke(main, ["version"]).output.startswith("outlay ")
    for command in main.commands.values():
        assert command.get_short_help_str()


def test_people(person: Run) -> None:
    rows = json.loads(person("user", "list", "--json").stdout)
    assert [(r["email"], r["name"]) for r in rows] == [("ana@example.com", "Ana")]
    said = person("user", "add", "ana@example.com", "--password-stdin", stdin=PASSWORD, code=1).stderr
    assert said.startswith("outlay: ")
    person("user", "password", "ana@example.com", "--password-stdin", stdin="another good password\n")
    assert (
        "nobody"
        in person(
            "user", "password", "bob@example.com", "--password-stdin", stdin=PASSWORD, code=1
        ).stderr.lower()
    )


def test_a_second_factor_is_taken_off_for_who_has_lost_it(person: Run, tmp_path: Path) -> None:
    def seen(read: Read) -> dict[str, Any]:
        [who] = people.everyone(read)
        kinds = [
            (row["kind"], row["about"]["detail"])
            for row in events.of_person(read, who["person_id"], now_ms=0)
        ]
        return {"confirmed": not people.is_unproven(who), "kinds": kinds}

    def turn_on(tx: Tx) -> None:
        [who] = people.everyone(tx)
        secret = second_factor.set_up(tx, who["person_id"])
        code = pyotp.TOTP(secret).at(tx.now_ms // 1000)
        second_factor.turn_on(tx, keys.ensure(tx), who["person_id"], code)

    args = ("user", "second-factor", "ana@example.com")
    assert person(*args).stdout == "Off.\n"
    assert "no second factor" in person(*args, "--remove", "--yes", code=1).stderr
    opening.run(lambda store: store.write_people(turn_on))
    assert json.loads(person(*args, "--json").stdout)["recovery_left"] == limits.RECOVERY_CODES
    person(*args, "--remove", stdin="n\n", code=1)
    assert person(*args).stdout.startswith("On; ")
    assert "log and a mail tell them" in person(*args, "--remove", stdin="y\n").stdout
    assert person(*args).stdout == "Off.\n"
    [mail] = (tmp_path / "data" / "outbox").glob("*.eml")
    assert "ana@example.com" in mail.read_text()
    assert opening.run(lambda store: store.read(seen)) == {
        "confirmed": True,
        "kinds": [("second_factor_removed", "outlay user")],
    }
    person("user", "second-factor", "nobody@example.com", code=1)

    def without_address(tx: Tx) -> str:
        turn_on(tx)
        tx.run("UPDATE person SET email = NULL")
        return str(people.everyone(tx)[0]["person_id"])

    who = opening.run(lambda store: store.write_people(without_address))
    told = person("user", "second-factor", who, "--remove", "--yes").stdout
    assert told == f"The second factor of {who} was taken off; their security log tells them.\n"


def test_import_report_check_export_and_back(person: Run, tmp_path: Path) -> None:
    file = str(SAMPLES / "german.csv")
    asked = person("import", file, code=4)
    assert "--new-account" in asked.stderr
    told = json.loads(person("import", file, "--new-account", "Giro", "--json").stdout)
    assert told[0]["created"] == 3
    assert "Nothing new" in person("import", file).stdout  # the account is found again by itself

    report = json.loads(
        person("report", "totals", "--from", "2026-02-01", "--to", "2026-02-28", "--json").stdout
    )
    assert report["now"]["income"]["base_minor"] == 230000
    assert report["now"]["expense"]["base_minor"] == 90480
    assert "2300.00" in person("report", "monthly", "--from", "2026-01-01", "--to", "2026-12-31").stdout
    for name in (
        "accounts",
        "allocation",
        "calendar",
        "daily",
        "annual",
        "period",
        "trend_by_type",
        "trend_by_category",
        "balance_over_time",
    ):
        assert "EUR" in person("report", name, "--day", "2026-02-10").stdout
    assert person("report", "budgets").stdout == ""
    assert json.loads(person("report", "unusual", "--day", "2026-02-10", "--json").stdout)["bills"] == []
    assert "no such parameter" in person("report", "unusual", "--flow", "expense", code=1).stderr
    said = person("report", "nonsense", code=1).stderr
    assert "'nonsense' is none of" in said
    assert "There is no report" not in said
    assert json.loads(person("check", "--json").stdout) == {"books": 1, "differences": []}

    out = tmp_path / "book.csv"
    person("export", "--format", "csv", "-o", str(out))
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert [(r["day"], r["amount"], r["payee"], r["account"]) for r in rows] == [
        ("2026-02-03", "-900.00", "Hausverwaltung", "Giro"),
        ("2026-02-26", "2300.00", "Arbeitgeber GmbH", "Giro"),
        ("2026-02-27", "-4.80", "Bäckerei Müller", "Giro"),
    ]
    book = json.loads(person("export").stdout)
    assert (book["format"], len(book["transaction"]), len(book["account"])) == ("outlay-book", 3, 2)

    import_id = json.loads(person("import", "--list", "--json").stdout)[-1]["id"]
    assert "3 transactions were taken back" in person("import", "--undo", import_id).stdout
    assert json.loads(person("export").stdout)["transaction"] == []


def test_faulty_files_change_nothing(person: Run) -> None:
    faulty = str(SAMPLES / "faulty_rows.csv")
    said = person("import", faulty, "--new-account", "Giro", "--currency", "EUR", code=4)
    assert "line 3" in said.stderr
    assert json.loads(person("export").stdout)["transaction"] == []
    cut = person("import", str(SAMPLES / "cut_off.ofx"), code=1)
    assert "Line 17" in cut.stderr
    done = person("import", faulty, "--new-account", "Giro", "--currency", "EUR", "--skip-faulty", "--json")
    assert json.loads(done.stdout)[0]["created"] == 2
    person("import", "no-such-file.csv", code=2)
    person("import", code=2)


def test_several_files_accounts_by_key_and_dry_run(person: Run) -> None:
    file = str(SAMPLES / "three_accounts.ofx")
    shown = json.loads(person("import", file, "--dry-run", "--json").stdout)
    assert shown[0]["preview"]["counts"]["new"] == 5
    assert json.loads(person("import", "--list", "--json").stdout) == []
    keys = ["--new-account", "77-1=Giro", "--new-account", "77-2=Savings", "--new-account", "4444=Card"]
    told = json.loads(
        person(
            "import", file, str(SAMPLES / "german.csv"), *keys, "--account", "Cash", "--json", code=0
        ).stdout
    )
    assert [t["created"] for t in told] == [5, 3]
    names = {a["name"]: a["kind"] for a in json.loads(person("export").stdout)["account"]}
    assert names == {"Cash": "cash", "Giro": "bank", "Savings": "savings", "Card": "card"}


def test_errors_say_what_to_do(outlay: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "outlay user add" in outlay("report", "totals", code=2).stderr
    monkeypatch.setenv("OUTLAY_PORT", "many")
    assert "OUTLAY_PORT" in outlay("migrate", code=3).stderr
    monkeypatch.delenv("OUTLAY_PORT")
    (tmp_path / "data" / "master.key").unlink()
    assert "master.key" in outlay("migrate", code=3).stderr


def test_two_processes_share_one_sqlite_file(person: Run, tmp_path: Path) -> None:
    """An import beside a running server: the second writer waits for the first."""
    file = str(SAMPLES / "german.csv")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    commands = [
        [
            sys.executable,
            "-m",
            "outlay.ops.cli",
            "import",
            file,
            "--new-account",
            name,
            "--possible",
            "--json",
        ]
        for name in ("One", "Two")
    ]
    running = [
        subprocess.Popen(c, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for c in commands
    ]
    outputs = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], outputs
    assert [json.loads(out)[0]["created"] for out, _ in outputs] == [3, 3]
    assert json.loads(person("check", "--json").stdout)["differences"] == []


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("@x", "'@x"),
        ("-2+3", "'-2+3"),
        ("-12.50", "-12.50"),
        ("\t=1", "'\t=1"),
        ("Tea", "Tea"),
        ("", ""),
    ],
)
def test_csv_cells_never_run(cell: str, written: str) -> None:
    assert safe(cell) == written
