"""Writes spec/kernel/*.json: cases that both languages run.

    PYTHONPATH=server python server/tests/kernel/cases.py

Generated answers come from other means than the kernel's own code (fractions, datetime, uuid), so that the
cases test it; hand-written ones say what an accountant expects. A test compares the files with this script.
"""

# ruff: noqa: E501 - these are tables: a row stays on its line.

from __future__ import annotations

import json
import random
import sys
import unicodedata
import uuid
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

SPEC = Path(__file__).resolve().parents[3] / "spec"
MAX = 2**53 - 1
DIGITS = {"JPY": 0, "EUR": 2, "USD": 2, "KWD": 3, "CLF": 4, "HRK": 2}
EPOCH = date(1970, 1, 1)

Case = dict[str, Any]


def exact(rate: str) -> Fraction:
    return Fraction(rate)


def converts(rng: random.Random) -> list[Case]:
    cases = []
    rates = [
        "1",
        "0.000000000001",
        "999999999999.999999999999",
        "0.5",
        "1.5",
        "0.333333333333",
        "161.24",
        "1.0875",
    ]
    amounts = [0, 1, -1, 5, -5, 15, 25, 105, 100, 999, 123456789, MAX, -MAX]
    for a in DIGITS:
        for b in DIGITS:
            for _ in range(12):
                amount = rng.choice(amounts) if rng.random() < 0.5 else rng.randint(-(10**9), 10**9)
                rate = (
                    rng.choice(rates)
                    if rng.random() < 0.5
                    else f"{rng.randint(0, 9999)}.{rng.randint(1, 10**6):06d}"
                )
                value = round(Fraction(amount, 10 ** DIGITS[a]) * exact(rate) * 10 ** DIGITS[b])
                answer: Case = {"minor": value} if abs(value) <= MAX else {"refusal": "amount_too_large"}
                cases.append({"amount_minor": amount, "rate": rate, "from": a, "to": b, **answer})
    for amount, rate, minor in [
        (1, "0.5", 0),
        (3, "0.5", 2),
        (5, "0.5", 2),
        (-1, "0.5", 0),
        (-3, "0.5", -2),
        (7, "0.5", 4),
    ]:
        cases.append({"amount_minor": amount, "rate": rate, "from": "EUR", "to": "USD", "minor": minor})
    cases += [
        {"amount_minor": 1, "rate": rate, "from": "EUR", "to": "USD", "refusal": "rate_malformed"}
        for rate in (
            "0",
            "0.0",
            "-1",
            "",
            "1e3",
            "1,5",
            " 1",
            ".5",
            "1.",
            "1.1234567890123",
            "1234567890123",
            "NaN",
            "١",
        )
    ]
    cases.append({"amount_minor": 1, "rate": "1", "from": "EUR", "to": "XXX", "refusal": "currency_unknown"})
    cases.append(
        {"amount_minor": 1, "rate": "1", "from": "toString", "to": "EUR", "refusal": "currency_unknown"}
    )
    return cases


def decimal_text(value: int) -> str:
    whole, fraction = divmod(value, 10**12)
    text = f"{fraction:012d}".rstrip("0")
    return f"{whole}.{text}" if text else str(whole)


def rates(rng: random.Random) -> list[Case]:
    cases: list[Case] = []
    for a in DIGITS:
        for b in DIGITS:
            for _ in range(6):
                amount, base = (
                    rng.choice([1, 3, 7, 100, MAX, rng.randint(1, 10**8)]),
                    rng.choice([1, 3, 100, rng.randint(1, 10**8), rng.randint(1, 10**12)]),
                )
                if rng.random() < 0.3:
                    amount, base = -amount, -base
                scaled = round(Fraction(base, 10 ** DIGITS[b]) / Fraction(amount, 10 ** DIGITS[a]) * 10**12)
                answer = (
                    {"rate": decimal_text(scaled)}
                    if 0 < scaled < 10**24
                    else {"refusal": "rate_out_of_range"}
                )
                cases.append({"amount_minor": amount, "from": a, "base_minor": base, "to": b, **answer})
    for amount, base in [(0, 1), (1, 0), (-1, 1), (1, -1), (0, 0)]:
        cases.append(
            {
                "amount_minor": amount,
                "from": "EUR",
                "base_minor": base,
                "to": "USD",
                "refusal": "rate_undefined",
            }
        )
    return cases


def allocations(rng: random.Random) -> list[Case]:
    cases = [
        {"total": 100, "weights": [1, 1, 1], "parts": [34, 33, 33]},
        {"total": -100, "weights": [1, 1, 1], "parts": [-34, -33, -33]},
        {
            "total": 5,
            "weights": [3, 7],
            "parts": [2, 3],
            "about": "remainders are equal: the earlier part gets the unit",
        },
        {"total": 2, "weights": [1, 1, 1], "parts": [1, 1, 0]},
        {"total": 0, "weights": [1, 2], "parts": [0, 0]},
        {"total": 10, "weights": [0, 0], "parts": [5, 5]},
        {"total": 7, "weights": [0, 3, 0], "parts": [0, 7, 0]},
        {"total": MAX, "weights": [MAX, MAX, 1], "parts": None},
        {"total": -MAX, "weights": [1, 2, 3, 4, 5, 6, 7], "parts": None},
    ]
    for _ in range(200):
        weights = [rng.choice([0, 1, 2, 3, 10, 100, rng.randint(0, 10**6)]) for _ in range(rng.randint(1, 8))]
        cases.append(
            {
                "total": rng.choice([1, -1, 99, 1000, rng.randint(-(10**7), 10**7)]),
                "weights": weights,
                "parts": None,
            }
        )
    for case in cases:
        if case["parts"] is None:
            case["parts"] = hamilton(case["total"], case["weights"])
    return cases


def hamilton(total: int, weights: list[int]) -> list[int]:
    """By the book, in fractions: whole quotas, then one unit each to the largest remainders."""
    if not any(weights):
        weights = [1] * len(weights)
    quotas = [Fraction(abs(total) * weight, sum(weights)) for weight in weights]
    parts = [int(quota) for quota in quotas]
    while sum(parts) < abs(total):
        remainders = [quota - part for quota, part in zip(quotas, parts, strict=True)]
        parts[remainders.index(max(remainders))] += 1
    return [-part if total < 0 else part for part in parts]


PARSED: list[tuple[str, str, str, int | str]] = [
    ("12.34", "EUR", ".", 1234), ("12,34", "EUR", ",", 1234), ("-12.34", "EUR", ".", -1234),
    ("12.34-", "EUR", ".", -1234), ("(12.34)", "EUR", ".", -1234), ("+5", "EUR", ".", 500),
    ("\u221212.34", "EUR", ".", -1234), ("1,234.56", "EUR", ".", 123456), ("1.234,56", "EUR", ",", 123456),
    ("1 234,56", "EUR", ",", 123456), ("1\u00a0234,56", "EUR", ",", 123456), ("1\u202f234,5", "EUR", ",", 123450),
    ("1'234.50", "CHF", ".", 123450), ("1\u2019234.50", "CHF", ".", 123450), ("12,34,567.89", "INR", ".", 123456789),
    (" 7 ", "EUR", ".", 700), (".5", "EUR", ".", 50), ("5.", "EUR", ".", 500), ("0", "EUR", ".", 0), ("-0", "EUR", ".", 0),
    ("12", "JPY", ".", 12), ("12.00", "JPY", ".", 12), ("1,234", "JPY", ".", 1234), ("1.234", "KWD", ".", 1234),
    ("1.2345", "CLF", ".", 12345), ("0.0001", "CLF", ".", 1), ("90071992547409.91", "EUR", ".", MAX),
    ("9007199254740991", "JPY", ".", MAX), ("- 5", "EUR", ".", -500), ("12.3400", "EUR", ".", 1234),
    ("007", "EUR", ".", 700), ("12.34", "HRK", ".", 1234),
    ("12.345", "EUR", ".", "amount_too_precise"), ("0.5", "JPY", ".", "amount_too_precise"),
    ("90071992547409.92", "EUR", ".", "amount_too_large"), ("1" * 60, "EUR", ".", "amount_too_large"),
    ("", "EUR", ".", "amount_malformed"), (" ", "EUR", ".", "amount_malformed"), ("-", "EUR", ".", "amount_malformed"),
    (".", "EUR", ".", "amount_malformed"), ("abc", "EUR", ".", "amount_malformed"), ("1.5", "EUR", ",", "amount_malformed"),
    ("1,5", "EUR", ".", "amount_malformed"), ("1.2.3", "EUR", ".", "amount_malformed"), ("12 34", "EUR", ".", "amount_malformed"),
    ("1,234 567.00", "EUR", ".", "amount_malformed"), ("1234,567.00", "EUR", ".", "amount_malformed"),
    ("1e5", "EUR", ".", "amount_malformed"), ("--5", "EUR", ".", "amount_malformed"), ("5 EUR", "EUR", ".", "amount_malformed"),
    ("\u0661\u0662", "EUR", ".", 1200), ("\u0661\u066c\u0662\u0663\u0664\u066b\u0665", "EGP", "\u066b", 123450),
    ("1,234.5", "EGP", "\u066b", 123450), ("\u0967\u0968,\u0969\u096a\u096b.\u096c\u096d", "INR", ".", 1234567),
    ("\uff11\uff12\uff0e\uff15", "CNY", ".", 1250), ("\u2212\u06f3\u06f0", "IRR", ".", -3000), ("\u00b2", "EUR", ".", "amount_malformed"),
    ("\u4e09", "CNY", ".", "amount_malformed"), ("()", "EUR", ".", "amount_malformed"), ("1,,234", "EUR", ".", "amount_malformed"),
    (",234", "EUR", ".", "amount_malformed"), ("1.23,4", "EUR", ".", "amount_malformed"), ("NaN", "EUR", ".", "amount_malformed"),
    ("1", "ABC", ".", "currency_unknown"), ("1", "eur", ".", "currency_unknown"), ("1", "XAU", ".", "currency_unknown"),
]  # fmt: skip


def amounts() -> list[Case]:
    return [
        {
            "text": text,
            "currency": currency,
            "decimal_sign": sign,
            **({"minor": answer} if isinstance(answer, int) else {"refusal": answer}),
        }
        for text, currency, sign, answer in PARSED
    ]


def plain() -> list[Case]:
    table = [
        (0, "EUR", "0.00"), (5, "EUR", "0.05"), (-5, "EUR", "-0.05"), (123456, "EUR", "1234.56"), (12, "JPY", "12"),
        (-12, "JPY", "-12"), (1, "KWD", "0.001"), (12345, "CLF", "1.2345"), (MAX, "EUR", "90071992547409.91"),
        (-MAX, "CLF", "-900719925474.0991"), (MAX, "JPY", "9007199254740991"),
    ]  # fmt: skip
    return [{"minor": minor, "currency": currency, "text": text} for minor, currency, text in table]


def rate_texts() -> list[Case]:
    good = {"1": "1", "1.0": "1", "0.50": "0.5", "007.10": "7.1", "0.000000000001": "0.000000000001",
            "999999999999.999999999999": "999999999999.999999999999", "10": "10", "100.000": "100"}  # fmt: skip
    return [{"text": text, "rate": rate} for text, rate in good.items()]


def rate_arithmetic(rng: random.Random) -> list[Case]:
    cases: list[Case] = []
    for _ in range(60):
        first = decimal_text(
            rng.choice([1, 5, 10**12, 3 * 10**11, rng.randint(1, 10**15), rng.randint(1, 10**20)])
        )
        second = decimal_text(rng.choice([1, 10**12, 7, rng.randint(1, 10**14)]))
        case: Case = {"first": first, "second": second}
        for name, value in (("inverse", 1 / exact(first)), ("product", exact(first) * exact(second))):
            scaled = round(value * 10**12)
            case[name] = decimal_text(scaled) if 0 < scaled < 10**24 else {"refusal": "rate_out_of_range"}
        cases.append(case)
    return cases


def days(rng: random.Random) -> list[Case]:
    chosen = {date(1900, 1, 1), date(1899, 12, 1), date(2200, 12, 31), date(1969, 12, 31), EPOCH, date(2000, 2, 29),
              date(1900, 2, 28), date(1900, 3, 1), date(2100, 2, 28), date(2100, 3, 1), date(2024, 2, 29), date(2201, 1, 27)}  # fmt: skip
    chosen |= {date(1900, 1, 1) + timedelta(days=rng.randrange(109_938)) for _ in range(300)}
    return [{"day": day.isoformat(), "number": (day - EPOCH).days} for day in sorted(chosen)]


def refused_days() -> list[Case]:
    malformed: list[object] = ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "2024-1-1", "20240101",
                               "2024-01-01T00:00", "", " 2024-01-01", "2024-W01-1", "٢٠٢٤-01-01", "0000-01-01", None, 20240101]  # fmt: skip
    cases: list[Case] = [{"text": text, "refusal": "day_malformed"} for text in malformed]
    return cases + [
        {"text": text, "refusal": "day_out_of_range"}
        for text in ("1899-12-31", "2201-01-01", "9999-12-31", "0001-01-01")
    ]


def times() -> list[Case]:
    good = [{"text": text, "time": text} for text in ("00:00", "09:05", "23:59")]
    bad = ("24:00", "12:60", "9:05", "12:5", "12:00:00", "", "1200", None, 12)
    return good + [{"text": text, "refusal": "time_malformed"} for text in bad]


def week_of(day: date, first: int) -> tuple[date, date]:
    start = day - timedelta(days=(day.isoweekday() - first) % 7)
    return start, start + timedelta(days=6)


def month_of(day: date, first: int) -> tuple[date, date]:
    start = day.replace(day=first)
    if day.day < first:
        start = (day.replace(day=1) - timedelta(days=1)).replace(day=first)
    following = (start.replace(day=1) + timedelta(days=32)).replace(day=first)
    return start, following - timedelta(days=1)


def year_of(day: date, first_month: int, first_day: int) -> tuple[date, date]:
    start, _ = month_of(day, first_day)
    while start.month != first_month:
        start, _ = month_of(start - timedelta(days=1), first_day)
    following = date(start.year + 1, start.month, start.day)
    return start, following - timedelta(days=1)


def periods(rng: random.Random) -> list[Case]:
    anchors = [
        date(2024, 2, 29),
        date(2023, 3, 1),
        date(1970, 1, 1),
        date(1969, 12, 28),
        date(1900, 1, 31),
        date(2200, 11, 30),
    ]
    settings = (
        [(w, 1, 1) for w in range(1, 8)]
        + [(1, d, 1) for d in range(1, 29)]
        + [(1, 1, m) for m in range(1, 13)]
    )
    settings += [(rng.randint(1, 7), rng.randint(1, 28), rng.randint(1, 12)) for _ in range(20)]
    cases = []
    for week, day_of_month, month in settings:
        for anchor in [*rng.sample(anchors, 2), date(1900, 2, 1) + timedelta(days=rng.randrange(109_000))]:
            ranges = {
                "week": week_of(anchor, week),
                "month": month_of(anchor, day_of_month),
                "year": year_of(anchor, month, day_of_month),
            }
            start = ranges["month"][0]
            index = {
                "week": ((ranges["week"][0] - EPOCH).days + 4 - week) // 7,
                "month": start.year * 12 + start.month - 1,
                "year": ranges["year"][0].year,
            }
            cases.append(
                {
                    "calendar": {
                        "first_day_of_week": week,
                        "first_day_of_month": day_of_month,
                        "first_month_of_year": month,
                    },
                    "day": anchor.isoformat(),
                    **{
                        kind: {"index": index[kind], "from": a.isoformat(), "to": b.isoformat()}
                        for kind, (a, b) in ranges.items()
                    },
                    "previous": {
                        kind: before(kind, a, week, day_of_month, month) for kind, (a, _) in ranges.items()
                    },
                }
            )
    return cases


def before(kind: str, start: date, week: int, first_day: int, first_month: int) -> list[str]:
    day = start - timedelta(days=1)
    a, b = {
        "week": lambda: week_of(day, week),
        "month": lambda: month_of(day, first_day),
        "year": lambda: year_of(day, first_month, first_day),
    }[kind]()
    return [a.isoformat(), b.isoformat()]


def spans() -> list[Case]:
    return [
        {
            "range": ["2024-03-01", "2024-03-10"],
            "previous": ["2024-02-20", "2024-02-29"],
            "following": ["2024-03-11", "2024-03-20"],
        },
        {
            "range": ["2024-03-01", "2024-03-01"],
            "previous": ["2024-02-29", "2024-02-29"],
            "following": ["2024-03-02", "2024-03-02"],
        },
        {
            "range": ["2023-01-01", "2023-12-31"],
            "previous": ["2022-01-01", "2022-12-31"],
            "following": ["2024-01-01", "2024-12-30"],
        },
    ]


def identifiers(rng: random.Random) -> dict[str, list[Case]]:
    sevens = []
    for ms in (0, 1, 1_768_478_400_000, 2**48 - 1, 1645557742000):
        raw = rng.randbytes(10)
        number = (
            ms << 80
            | 7 << 76
            | (int.from_bytes(raw[:2], "big") & 0xFFF) << 64
            | 2 << 62
            | int.from_bytes(raw[2:], "big") & (2**62 - 1)
        )
        sevens.append({"ms": ms, "random": raw.hex(), "id": str(uuid.UUID(int=number))})
    namespace = "0195f7a0-0000-7000-8000-000000000001"
    names = [
        "rate:2024-02-29:USD:EUR",
        "category:groceries",
        "payee:café",
        "tag:πς",
        "",
        "x" * 200,
        "👩‍👩‍👧",
        "a" * 55,
        "a" * 39,
        "a" * 40,
        "a" * 48,
    ]
    fives = [
        {"namespace": namespace, "name": name, "id": str(uuid.uuid5(uuid.UUID(namespace), name))}
        for name in names
    ]
    shapes = [
        {"text": "0195f7a0-0000-7000-8000-000000000001", "is_id": True}, {"text": fives[0]["id"], "is_id": True},
        {"text": "0195F7A0-0000-7000-8000-000000000001", "is_id": False}, {"text": "0195f7a0-0000-4000-8000-000000000001", "is_id": False},
        {"text": "0195f7a0-0000-7000-c000-000000000001", "is_id": False}, {"text": "0195f7a0000070008000000000000001", "is_id": False},
        {"text": " 0195f7a0-0000-7000-8000-000000000001", "is_id": False}, {"text": "0195f7a0-0000-7000-8000-000000000001\n", "is_id": False},
        {"text": "", "is_id": False}, {"text": None, "is_id": False}, {"text": 7, "is_id": False},
    ]  # fmt: skip
    return {"uuid7": sevens, "uuid5": fives, "is_id": shapes}


def key_of(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", text).casefold())
    for space in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029\u3000\ufeff":
        folded = folded.replace(space, " ")
    return " ".join(part for part in folded.split(" ") if part)


def search_keys() -> list[Case]:
    texts = ["", "  ", "Lidl", "  LIDL   Markt ", "Straße", "STRASSE", "ẞ", "İstanbul", "ISTANBUL", "ı", "ΣΊΣΥΦΟΣ", "Σίσυφος", "ς",
             "café", "cafe\u0301", "CAFÉ", "ﬁne", "ﬀ", "Ⅷ", "①", "㎏", "ｆｕｌｌ　ｗｉｄｔｈ", "カフェ", "ｶﾌｪ", "한글", "\u1112\u1161\u11ab", "ŉ", "ǰ", "ΐ",
             "ᾳ", "ᾼ", "ᾴ", "և", "Ꭰꭰᏸ", "ᲀᲈ", "Ǆ", "ǅ", "K", "Å", "Ω", "µ", "ſ", "ﬆ", "a\u00a0b", "a\u2003b", "a\tb\nc", "a\x85b", "\ufeffx",
             "a\u200bb", "Привет", "ПРИВЕТ", "ЁЖ", "الْعَرَبِيَّة", "שָׁלוֹם", "हिन्दी", "👩‍👩‍👧", "🇩🇪", "Ｃaﬀè №5 ½", "Γαῖα", "ΓΑΙ͂Α", "ᾷ", "ͅ", "α\u0323\u0345",
             "Đorđe", "Łódź", "ŁÓDŹ", "ÆØÅ", "Þór", "ÐÞ", "Ｉ", "𝐁𝐨𝐥𝐝", "𐐀𐐨", "𞤀", "Dž", "ʼn", "x\u0345\u0301", "E-mail: A@B.COM", "50% OFF!"]  # fmt: skip
    return [{"text": text, "key": key_of(text)} for text in texts]


def folding() -> list[Case]:
    """Every character that folds, in blocks of 40 with letters between."""
    changed = [
        chr(code)
        for code in range(0x80, 0x20000)
        if not 0xD800 <= code < 0xE000 and key_of(f"x{chr(code)}x") != f"x{chr(code)}x"
    ]
    single = [
        c
        for c in changed
        if unicodedata.category(c) not in ("Lo", "So", "No") and not 0xF900 <= ord(c) < 0xFB00
    ]
    blocks = ["x".join(single[at : at + 40]) for at in range(0, len(single), 40)]
    return [{"text": text, "key": key_of(text)} for text in blocks]


def files() -> dict[str, str]:
    rng = random.Random(20260115)
    made: dict[str, dict[str, Any]] = {
        "money": {
            "about": "Amounts are minor units; a rate is major units of `to` per 1 of `from`; rounding is half to even.",
            "convert": converts(rng), "rate_from": rates(rng), "allocate": allocations(rng), "parse_amount": amounts(),
            "format_plain": plain(), "parse_rate": rate_texts(), "rates": rate_arithmetic(rng),
        },
        "dates": {"about": "Days and their numbers since 1970-01-01.", "days": days(rng), "refused": refused_days(), "times": times()},
        "periods": {
            "about": "Weeks, book months and fiscal years around a day, and the ones before.",
            "periods": periods(rng), "spans": spans(),
        },
        "ids": {"about": "UUIDs by RFC 9562.", **identifiers(rng)},
        "search_key": {"about": "What a text is compared by. The second list holds every character that folds.",
                       "cases": search_keys(), "folding": folding()},
    }  # fmt: skip
    return {f"kernel/{name}.json": rows(content) for name, content in made.items()}


def rows(content: dict[str, Any]) -> str:
    """JSON with one case to a line, so that a change reads as one line."""
    parts = []
    for key, value in content.items():
        if isinstance(value, list):
            lines = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in value)
            parts.append(f"  {json.dumps(key)}: [\n{lines}\n  ]")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    for name, text in files().items():
        (SPEC / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {len(text)} bytes\n")
