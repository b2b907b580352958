"""The readers over our own samples, and over real banks' files where they stand beside the checkout."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importing import shared_data
from outlay.importing import csv_bank, ofx
from outlay.importing.reading import Found, Options
from outlay.kernel.refusal import Refusal

pytestmark = pytest.mark.filterwarnings(
    "ignore:Call to deprecated method:DeprecationWarning"
)  # inside ofxparse

SAMPLES = Path(__file__).parent / "samples"


def read(name: str, **options: object) -> Found:
    data = (SAMPLES / name).read_bytes()
    reader = ofx if ofx.looks_like(data) else csv_bank
    return reader.read(data, Options(**options))  # type: ignore[arg-type]


def read_or_refused(reader: Callable[[Any], Found], data: Any) -> Found | Refusal:
    try:
        return reader(data)
    except Refusal as refusal:
        return refusal


def facts(found: Found) -> list[tuple[str | None, str, str]]:
    return [(r.day, str(r.amount), r.payee) for r in found.rows]


def test_ofx_with_three_accounts() -> None:
    found = read("three_accounts.ofx")
    assert [(a.key, a.kind, a.currency) for a in found.accounts] == [
        ("1001/77-1", "bank", "EUR"),
        ("1001/77-2", "savings", "EUR"),
        ("4444", "card", "JPY"),
    ]
    assert facts(found) == [
        ("2026-02-28", "-12.30", "Corner Bakery"),  # the digits of DTPOSTED, not the day in UTC
        ("2026-03-01", "2450.00", "Acme & Sons"),
        ("2026-03-02", "-1000.00", "Rent March"),  # MEMO where there is no NAME
        ("2026-02-28", "1.07", "Interest"),
        ("2026-02-15", "-1800", "Ramen Ichiban"),
    ]
    assert [row.line for row in found.rows] == [15, 16, 17, 23, 28]
    assert [(s.line, s.why) for s in found.skipped] == [(18, "the amount is zero")]
    assert found.accounts[0].balance == Decimal("5020.11")
    assert found.rows[2].note == "#0042"


def test_ofx_faulty_rows_keep_their_lines() -> None:
    found = read("faulty_rows.ofx")
    assert [(r.line, r.problem.code if r.problem else None, r.bank_id) for r in found.rows] == [
        (8, "import_row_day", None),
        (10, "import_row_amount", "2"),
        (11, None, None),  # without FITID it is whole all the same
        (12, None, "4"),
    ]
    assert [str(r.amount) for r in found.rows[2:]] == ["-7.25", "-3.10"]


@pytest.mark.parametrize(
    ("name", "code", "line"),
    [
        ("cut_off.ofx", "import_cut_off", 17),
        ("open_quote.csv", "import_quotes", 3),
    ],
)
def test_a_broken_file_is_refused_with_its_line(name: str, code: str, line: int) -> None:
    with pytest.raises(Refusal) as refused:
        read(name)
    assert (refused.value.code, refused.value.params["line"]) == (code, line)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import_empty_file"),
        (b"\n\n", "import_empty_file"),
        (b"%PDF-1.4\n\x00\x01\x02", "import_not_text"),
        (b"Name,Length\nAvatar,3h\n", "import_not_transactions"),
        (b"Date,Amount,Payee\n", "import_no_transactions"),
        (b"only one line of prose", "import_not_transactions"),
        (b"Date,Amount\nsoon,much\n", "import_no_transactions"),
    ],
)
def test_what_is_no_bank_file_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        csv_bank.read(data)
    assert refused.value.code == code


def test_german_csv() -> None:
    found = read("german.csv")
    assert facts(found) == [
        ("2026-02-27", "-4.80", "Bäckerei Müller"),
        ("2026-02-26", "2300.00", "Arbeitgeber GmbH"),
        ("2026-02-03", "-900.00", "Hausverwaltung"),
    ]
    assert found.rows[2].line == 9  # a cell with a line break in it counts its lines
    assert found.findings["encoding"] == "cp1252"
    assert (found.findings["decimal"], found.findings["date_order"], found.findings["skip_lines"]) == (
        ",",
        "dmy",
        4,
    )
    assert {r.currency for r in found.rows} == {"EUR"}
    assert found.skipped[-1].why == "a balance, not a transaction"
    assert found.questions == ()


def test_other_encodings() -> None:
    assert facts(read("utf16.csv"))[1] == ("2026-01-30", "1250.00", "Μισθός")
    polish = read("polish_cp1250.csv")
    assert facts(polish) == [
        ("2026-01-31", "-12.50", "Żabka Łódź świąteczna"),
        ("2026-01-30", "4250.00", "Wynagrodzenie"),
    ]
    assert polish.findings["encoding"] == "cp1250"


def test_debit_and_credit_columns() -> None:
    found = read("debit_credit.csv")
    assert [str(r.amount) for r in found.rows] == ["-1204.10", "2500.00", "-4.00"]
    assert [q.name for q in found.questions] == ["currency"]


def test_what_cannot_be_known_is_asked_and_the_answer_is_taken() -> None:
    asked = read("ambiguous_days.csv")
    assert {q.name for q in asked.questions} == {"date_order", "currency"}
    order = next(q for q in asked.questions if q.name == "date_order")
    assert [c["label"] for c in order.choices] == ["2026-04-03", "2026-03-04"]
    answered = read("ambiguous_days.csv", date_order="mdy", currency="CAD")
    assert answered.questions == ()
    assert [r.day for r in answered.rows] == ["2026-03-04", "2026-05-06"]
    assert {r.currency for r in answered.rows} == {"CAD"}


def test_every_column_that_is_offered_is_an_answer() -> None:
    data = b"When;Gone;Text;Come\n2026-01-31;12,50;Shop;\n2026-02-01;;Work;98,00\n2026-02-02;3,50;Shop;\n"
    (asked,) = [q for q in csv_bank.read(data, Options(columns={"amount": None})).questions if q.name == "columns"]
    told = {choice["label"]: choice["value"] for choice in asked.choices}
    assert told.keys() == {"Gone", "Come", "Gone (\u2212), Come (+)", "Come (\u2212), Gone (+)"}
    for value in told.values():
        answered = csv_bank.read(data, Options(columns=value, currency="EUR"))
        assert "columns" not in {q.name for q in answered.questions}
    both = csv_bank.read(data, Options(columns=told["Gone (\u2212), Come (+)"], currency="EUR"))
    assert [str(row.amount) for row in both.rows] == ["-12.50", "98.00", "-3.50"]


def test_columns_can_be_set_by_hand() -> None:
    data = b"2026-01-31;12,50;Shop;99,00\n2026-02-01;13,50;Shop;98,00\n"
    asked = {q.name: q for q in csv_bank.read(data).questions}
    assert asked.keys() >= {"columns", "currency"}
    assert [choice["value"] for choice in asked["columns"].choices] == [{"amount": 1}, {"amount": 3}]
    found = csv_bank.read(data, Options(columns={"debit": 1, "payee": 2}, currency="EUR"))
    assert [str(r.amount) for r in found.rows] == ["-12.50", "-13.50"]
    assert found.questions == ()
    with pytest.raises(Refusal, match="import_columns"):
        csv_bank.read(data, Options(columns={"debit": 7}))


def test_csv_faulty_rows_keep_their_lines() -> None:
    found = read("faulty_rows.csv")
    assert [(r.line, r.problem.code) for r in found.rows if r.problem] == [
        (3, "import_row_day"),
        (4, "import_row_amount"),
        (5, "import_row_currency"),
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(p.name for p in SAMPLES.iterdir())),
    at=st.floats(0, 1),
    damage=st.one_of(
        st.binary(max_size=6), st.sampled_from([b"<STMTTRN>", b"</OFX>", b'"', b"\n", b";", b"\0", b"<!--"])
    ),
    cut=st.integers(0, 40),
)
def test_a_damaged_file_is_read_or_refused_and_never_crashes(
    name: str, at: float, damage: bytes, cut: int
) -> None:
    data = (SAMPLES / name).read_bytes()
    where = int(at * len(data))
    data = data[:where] + damage + data[where + cut :]
    for reader in (ofx, csv_bank):
        found = read_or_refused(reader.read, data)
        if isinstance(found, Refusal):
            assert found.code.startswith("import_")
        else:
            assert all(row.problem or (row.day and row.amount is not None) for row in found.rows)


needs_shared = pytest.mark.skipif(not shared_data.FOLDER.is_dir(), reason=shared_data.MISSING)


def read_shared(file: str) -> Found:
    data = (shared_data.FOLDER / file).read_bytes()
    options = Options(**shared_data.ANSWERS.get(file, {}))  # type: ignore[arg-type]
    return (ofx if not file.startswith("csv") else csv_bank).read(data, options)


@needs_shared
@pytest.mark.parametrize(
    "file", [f for f in shared_data.files() if shared_data.classes()[f] in ("ok", "partial")]
)
def test_real_files_give_the_expected_figures(file: str) -> None:
    found = read_shared(file)
    expected = shared_data.expected()[file]
    for want in expected:
        rows = list(found.rows)
        if len(expected) > 1:
            keys = {
                a.key for a in found.accounts if a.key == want.account or a.key.endswith("/" + want.account)
            }
            assert len(keys) == 1
            rows = [r for r in rows if r.account in keys]
        days = sorted(r.day for r in rows if r.day)
        assert len(rows) == want.n
        assert sum((r.amount for r in rows if r.amount is not None), Decimal(0)) == Decimal(want.sum or 0)
        assert (days[0], days[-1]) == (want.first, want.last) if days else not want.first


@needs_shared
@pytest.mark.parametrize(
    "file", [f for f in shared_data.files() if shared_data.classes()[f] in ("malformed", "empty")]
)
def test_real_malformed_files_name_the_line(file: str) -> None:
    """Refused as a whole, or the faulty rows are listed with their lines (and kept out until a person says so)."""
    found = read_or_refused(read_shared, file)
    if isinstance(found, Refusal):
        assert found.params["line"] > 0
        assert found.detail
    else:
        assert [row.line for row in found.rows if row.problem]
        clean = [r for r in found.rows if not r.problem]
        for want in shared_data.expected()[file]:
            assert len(clean) == want.n
            assert sum(r.amount or 0 for r in clean) == Decimal(want.sum)
