"""Generated books: accounts in many currencies, categories of two levels, rates with holes, and the life of
each transaction (added, edited, deleted). Written to a store as `ledger` would: lines and rollups by `put`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from outlay.kernel.ids import uuid5
from outlay.ledger.lines import lines_of, put
from outlay.store.write import Tx

Row = dict[str, Any]

NAMESPACE = "01890000-0000-7000-8000-000000000000"
CURRENCIES = ("EUR", "USD", "GBP", "JPY", "KWD")
TODAY = "2026-03-15"
RATE_DAYS = ("2025-12-31", "2026-01-10", "2026-03-01", "2026-03-15", "2026-03-16")


@dataclass
class Made:
    """A book as documents. `lives` has every version that a transaction had; the last one is how it is."""

    settings: Row
    accounts: list[Row]
    categories: list[Row]
    rates: list[Row]
    lives: list[list[Row]]
    asks: list[tuple[str, Row]] = field(default_factory=list)

    @property
    def documents(self) -> list[Row]:
        """The live transactions."""
        return [life[-1] for life in self.lives if not life[-1]["deleted"]]

    def named(self, book_id: str) -> Made:
        """The same book under an id."""
        return Made(
            {**self.settings, "id": book_id},
            self.accounts,
            self.categories,
            self.rates,
            self.lives,
            self.asks,
        )


def id_of(kind: str, n: int) -> str:
    return uuid5(NAMESPACE, f"{kind}:{n}")


def day_between(first: date, last: date) -> st.SearchStrategy[str]:
    return st.integers(0, (last - first).days).map(lambda n: (first + timedelta(days=n)).isoformat())


NEAR = day_between(date(2025, 12, 20), date(2026, 4, 10))
FAR = st.one_of(
    day_between(date(2023, 1, 1), date(2027, 12, 31)),
    st.sampled_from(["1900-01-01", "1969-12-28", "1970-01-01", "2024-02-29", "2200-12-31"]),
)
DAY = st.one_of(NEAR, NEAR, NEAR, FAR)
AMOUNT = st.one_of(st.integers(1, 30_000), st.integers(1, 30_000), st.integers(1, 10**9))
RATE = st.sampled_from(
    ["0.92", "1.085", "1.1", "0.0061", "162.25", "3.257328990228", "0.5", "2", "0.000000000001"]
)


@st.composite
def books(draw: st.DrawFn) -> Made:
    settings = {
        "base_currency": draw(st.sampled_from(CURRENCIES[:3])),
        "first_day_of_week": draw(st.integers(1, 7)),
        "first_day_of_month": draw(st.sampled_from([1, 1, 2, 15, 25, 28])),
        "first_month_of_year": draw(st.sampled_from([1, 1, 4, 12])),
    }
    accounts = [
        {"id": id_of("account", n), "currency": currency, "opening_minor": opening, "position": position}
        for n, (currency, opening, position) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(CURRENCIES),
                        st.one_of(st.just(0), st.integers(-500_000, 500_000)),
                        st.integers(0, 3),
                    ),
                    min_size=1,
                    max_size=5,
                )
            )
        )
    ]
    categories = draw(_categories())
    rates = draw(
        st.lists(
            st.builds(
                lambda day, pair, rate: {
                    "day": day,
                    "from_currency": pair[0],
                    "to_currency": pair[1],
                    "rate": rate,
                },
                st.sampled_from(RATE_DAYS),
                st.one_of(
                    st.permutations(CURRENCIES).map(lambda order: tuple(order[:2])),
                    st.permutations(["EUR", settings["base_currency"], accounts[0]["currency"]]).map(
                        lambda order: tuple(order[:2])
                    ),
                ).filter(lambda pair: pair[0] != pair[1]),
                RATE,
            ),
            max_size=8,
            unique_by=lambda rate: (rate["day"], rate["from_currency"], rate["to_currency"]),
        )
    )
    lives = []
    for n in range(draw(st.integers(0, 14))):
        life = [draw(_document(n, accounts, categories, settings["base_currency"]))]
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
            life.append(draw(_document(n, accounts, categories, settings["base_currency"])))
        if draw(st.integers(0, 6)) == 0:
            life.append({**life[-1], "deleted": True})
        lives.append(life)
    asks = [draw(_ask(accounts, categories)) for _ in range(6)]
    return Made(settings, accounts, categories, rates, lives, asks)


@st.composite
def _categories(draw: st.DrawFn) -> list[Row]:
    rows: list[Row] = []
    for n in range(draw(st.integers(0, 6))):
        tops = [row["id"] for row in rows if row["parent_id"] is None]
        parent = draw(st.sampled_from([None, *tops]))
        rows.append({"id": id_of("category", n), "parent_id": parent})
    return rows


@st.composite
def _document(draw: st.DrawFn, n: int, accounts: list[Row], categories: list[Row], base_currency: str) -> Row:
    """Any transaction that the rules let through, and legs whose account was deleted."""
    account = draw(st.sampled_from(accounts))
    kind = draw(st.sampled_from(["expense", "expense", "income", "transfer"]))
    amount = draw(AMOUNT)
    row: Row = {
        "id": id_of("transaction", n), "deleted": False, "kind": kind, "day": draw(DAY),
        "account_id": account["id"], "currency": account["currency"], "amount_minor": amount,
        "to_account_id": None, "to_currency": None, "to_amount_minor": None, "lines": [],
        "base_currency": draw(st.sampled_from([base_currency, base_currency, base_currency, "EUR", "USD"])),
    }  # fmt: skip
    if kind == "transfer":
        others = [other for other in accounts if other["id"] != account["id"]]
        other = draw(st.sampled_from(others)) if others else {"id": None, "currency": "USD"}
        same = other["currency"] == account["currency"]
        row |= {
            "to_account_id": other["id"], "to_currency": other["currency"],
            "to_amount_minor": amount if same else draw(AMOUNT),
        }  # fmt: skip
        gone = draw(st.sampled_from([None, None, None, "account_id", "to_account_id"]))
        if gone and row["to_account_id"] is not None:
            row[gone] = None
    else:
        parts = draw(st.lists(st.integers(1, amount), max_size=2, unique=True)) if amount > 3 else []
        cuts = [0, *sorted(part for part in parts if part < amount), amount]
        ids = [None, *(each["id"] for each in categories), id_of("category", 99)]
        row["lines"] = [
            {"category_id": draw(st.sampled_from(ids)), "amount_minor": after - before}
            for before, after in pairwise(cuts)
        ]
    if row["currency"] == row["base_currency"]:
        row["base_minor"] = amount
    else:
        row["base_minor"] = draw(st.one_of(st.none(), st.integers(0, 50_000), st.integers(0, 50_000)))
    return row


@st.composite
def _ask(draw: st.DrawFn, accounts: list[Row], categories: list[Row]) -> tuple[str, Row]:
    """Any report with any parameters that it takes."""
    name = draw(st.sampled_from(REPORTS))
    params: Row = {"today": TODAY}

    def maybe(key: str, values: st.SearchStrategy[Any], one_in: int = 3) -> None:
        if draw(st.integers(1, one_in)) == 1:
            params[key] = draw(values)

    if draw(st.booleans()):
        params["from_day"], params["to_day"] = sorted([draw(DAY), draw(DAY)])
    else:
        maybe("period", st.sampled_from(["week", "month", "year", "all"]), 2)
        maybe("day", DAY, 2)
    kinds = ["day", "week", "month", "year"]
    long = params.get("period") == "all" or (params.get("from_day") or "2") < "2023"
    long = long or (params.get("to_day") or "2") > "2028" or name == "annual"
    if long:  # hundreds of years: rarely in months
        params["bucket"] = draw(st.sampled_from(["year", "year", "year", "year", "year", "month"]))
    else:
        maybe("bucket", st.sampled_from(kinds), 2)
    if long and name in ("daily", "monthly"):
        name = "trend_by_type"
    flows = (
        ["expense", "income"]
        if name in ("allocation", "trend_by_category")
        else ["expense", "income", "transfer"]
    )
    if name not in ("accounts", "balance_over_time"):
        maybe("flow", st.sampled_from(flows))
        maybe("category", st.sampled_from(["", *(row["id"] for row in categories)]), 4)
    maybe("account", st.sampled_from(["", *(row["id"] for row in accounts)]), 4)
    maybe("mode", st.sampled_from(["as_it_was", "todays_rate"]), 2)
    maybe("first_day_of_week", st.integers(1, 7), 5)
    maybe("first_day_of_month", st.sampled_from([1, 7, 28]), 5)
    maybe("first_month_of_year", st.integers(1, 12), 5)
    return name, params


REPORTS = (
    "totals", "trend_by_type", "trend_by_category", "allocation", "accounts", "calendar", "daily", "monthly",
    "annual", "period", "balance_over_time",
)  # fmt: skip


def line_rows(made: Made) -> list[Row]:
    """Rows of table `line`, without book_id."""
    return [
        {"transaction_id": row["id"], **line._asdict()} for row in made.documents for line in lines_of(row)
    ]


def rollup_rows(made: Made) -> list[Row]:
    """Rows of table `rollup`, without book_id: the sum of every change, cells that came to nothing included."""
    sums: dict[Any, list[int]] = {}
    for life in made.lives:
        for before, after in zip([None, *life], life, strict=False):
            for key, delta in put(before, after, made.settings["first_day_of_month"]).items():
                cell = sums.setdefault(key, [0, 0, 0, 0])
                cell[:] = [a + b for a, b in zip(cell, delta, strict=True)]
    names = ("month", "account_id", "category_id", "flow", "currency", "base_currency")
    values = ("amount_minor", "base_minor", "count", "count_without_rate")
    return [dict(zip((*names, *values), (*key, *cell), strict=True)) for key, cell in sums.items()]


def write(tx: Tx, made: Made) -> None:
    """The whole book into its tables."""
    book_id = tx.book["id"]
    ver = tx.next_version()

    def entities(table: str, rows: Iterable[Row]) -> None:
        common = {"book_id": book_id, "ver": ver, "deleted": False, "fmeta": {}}
        tx.upsert(table, [{**common, **row} for row in rows])

    entities("settings", [{**made.settings, "id": book_id}])
    entities("account", made.accounts)
    entities("category", made.categories)
    entities("rate", [{**row, "id": id_of(f"rate:{row}", 0)} for row in made.rates])
    tx.upsert("line", [{"book_id": book_id, **row} for row in line_rows(made)])
    tx.upsert("rollup", [{"book_id": book_id, **row} for row in rollup_rows(made)])
