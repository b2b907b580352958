"""Numbers and days as banks write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from outlay.importing import amounts, days


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("12.50", ".", "12.50"),
        ("-12,50", ",", "-12.50"),
        ("1.234,56", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("22 102,16", ",", "22102.16"),
        ("22\u00a0102,16", ",", "22102.16"),
        ("22\u202f102,16 kr", ",", "22102.16"),
        ("1'234.50", ".", "1234.50"),
        ("12,34,567.80", ".", "1234567.80"),
        ("(45.00)", ".", "-45.00"),
        ("45.00-", ".", "-45.00"),
        ("−45.00", ".", "-45.00"),
        ("$1,036.47", ".", "1036.47"),
        ("-$5", ".", "-5"),
        ("$-5", ".", "-5"),
        ("R$ 1.500,00", ",", "1500.00"),
        ("4 250,00 zł", ",", "4250.00"),
        ("EUR 3,00", ",", "3.00"),
        ("3.00 CR", ".", "3.00"),
        ("3.00 DR", ".", "-3.00"),
        (".5", ".", "0.5"),
        ("１２３", ".", "123"),
        ("٤٥", ".", "45"),
        ("1,5", ".", None),
        ("1.23.4", ".", None),
        ("12.3.2026", ".", None),
    ],
)
def test_a_number_is_read_strictly(text: str, sign: str, value: str | None) -> None:
    written = amounts.take_apart(text)
    assert written is not None
    found = amounts.read(written, sign)
    assert found == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    "text", ["", "-", "abc", "2.5h", "K2", "1e3", "4.x0", "(5", "--5", "5 EUX", "VWZ1", "12:30", "USD"]
)
def test_no_number(text: str) -> None:
    assert amounts.take_apart(text) is None


@pytest.mark.parametrize(
    ("bodies", "sign"),
    [
        (["12.50", "1,000"], "."),
        (["1.234,56"], ","),
        (["1,000"], "?"),
        (["1.000", "12"], "?"),
        (["1,000,000"], "."),
        (["0,123"], ","),
        (["12", "5"], None),
        (["1.5", "1,5"], "?"),
        (["1234,567"], ","),
    ],
)
def test_the_decimal_sign_is_agreed_over_all_numbers(bodies: list[str], sign: str | None) -> None:
    assert amounts.agreed_sign(bodies) == sign


@pytest.mark.parametrize(
    ("text", "order", "day", "time"),
    [
        ("2026-01-31", "dmy", "2026-01-31", None),
        ("2026.01.31.", "mdy", "2026-01-31", None),
        ("20260131", "dmy", "2026-01-31", None),
        ("31.01.2026", "dmy", "2026-01-31", None),
        ("1/31/26", "mdy", "2026-01-31", None),
        ("31/01/99", "dmy", "1999-01-31", None),
        ("26-01-31", "ymd", "2026-01-31", None),
        ("31 Jan 2026", "mdy", "2026-01-31", None),
        ("31. März 2026", "mdy", "2026-03-31", None),
        ("31-févr.-2026", "mdy", None, None),
        ("Jan 31, 2026", "dmy", "2026-01-31", None),
        ("3 de enero de 2026", "mdy", "2026-01-03", None),
        ("2026年1月31日", "dmy", "2026-01-31", None),
        ("2026-01-31T23:15:00Z", "dmy", "2026-01-31", "23:15"),
        ("2026-01-31 09:05:01 +0000", "dmy", "2026-01-31", "09:05"),
        ("01/31/2026 11:05 PM", "mdy", "2026-01-31", "23:05"),
        ("30.02.2026", "dmy", None, None),
        ("29/02/2024", "dmy", "2024-02-29", None),
    ],
)
def test_a_day_keeps_its_digits(text: str, order: str, day: str | None, time: str | None) -> None:
    written = days.take_apart(text)
    assert written is not None
    assert days.read(written, order) == day
    assert written.time == time


@pytest.mark.parametrize(
    "text", ["", "Pending", "12,50", "1.234,56", "2026-13", "123.45.2026", "12 May", "Konto 12.3."]
)
def test_no_day(text: str) -> None:
    assert days.take_apart(text) is None


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2026", "13/04/2026"], "dmy"),
        (["03/04/2026", "04/13/2026"], "mdy"),
        (["03/04/2026", "05/06/2026"], "?"),
        (["03/03/2026"], "dmy"),
        (["03.04.2026"], "dmy"),
        (["2026-04-03"], None),
        (["13/04/2026", "04/13/2026"], "?"),
        (["99-12-31", "98-11-30"], "ymd"),
    ],
)
def test_day_and_month_are_told_apart_over_all_rows(texts: list[str], order: str | None) -> None:
    assert days.agreed_order([w for t in texts if (w := days.take_apart(t))]) == order
