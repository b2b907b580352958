"""The third opinion: every report folded straight from the documents, day by day, with fractions.

Shares nothing with the reports: no SQL, no lines, no rollups, no periods, no kernel arithmetic.
Slow and plain on purpose. Answers the same JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
DECIMALS = {"EUR": 2, "USD": 2, "GBP": 2, "JPY": 0, "KWD": 3}
DAY = timedelta(days=1)


@dataclass
class Entry:
    """A part of a transaction on one account: money moved its flow's way is positive."""

    day: date
    flow: str
    account: str | None
    category: str | None
    currency: str
    amount: int
    base: int | None
    base_currency: str

    @property
    def effect(self) -> int:
        return self.amount if self.flow in ("income", "transfer_in") else -self.amount


def entries(documents: Iterable[Row]) -> list[Entry]:
    out = []
    for row in documents:
        day, base, base_currency = date.fromisoformat(row["day"]), row["base_minor"], row["base_currency"]
        account, currency = row["account_id"], row["currency"]
        if row["kind"] == "transfer":
            out.append(
                Entry(day, "transfer_out", account, None, currency, row["amount_minor"], base, base_currency)
            )
            out.append(
                Entry(day, "transfer_in", row["to_account_id"], None, row["to_currency"], row["to_amount_minor"],
                      base, base_currency)
            )  # fmt: skip
            continue
        parts = dealt(base, [line["amount_minor"] for line in row["lines"]])
        for line, part in zip(row["lines"], parts, strict=True):
            out.append(
                Entry(day, row["kind"], account, line["category_id"], currency, line["amount_minor"], part,
                      base_currency)
            )  # fmt: skip
    return out


def dealt(total: int | None, weights: list[int]) -> list[Any]:
    """Hamilton's method: whole shares first, then one unit each to the largest remainders."""
    if total is None:
        return [None] * len(weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    shares = [value.numerator // value.denominator for value in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def rounded(value: Fraction) -> int:
    """Half to even, which is what Python's round does on fractions."""
    return round(value)


class Oracle:
    def __init__(
        self,
        settings: Row,
        accounts: list[Row],
        categories: list[Row],
        rates: list[Row],
        documents: list[Row],
    ) -> None:
        self.settings, self.rates = settings, rates
        self.base = settings["base_currency"]
        self.accounts = sorted(accounts, key=lambda row: (row["position"], row["id"]))
        ids = {row["id"] for row in categories}
        self.parent = {row["id"]: row["parent_id"] for row in categories if row["parent_id"] in ids}
        self.entries = entries(documents)

    # ---- the calendar, by walking days

    def starts(self, kind: str, day: date) -> bool:
        """Whether a bucket of this kind begins on a day."""
        if kind == "week":
            return day.isoweekday() == self.first_week
        if kind == "month":
            return day.day == self.first_day
        if kind == "year":
            return day.day == self.first_day and day.month == self.first_month
        return True

    def around(self, kind: str, day: date) -> tuple[date, date]:
        first = day
        while not self.starts(kind, first):
            first -= DAY
        last = day
        while not self.starts(kind, last + DAY):
            last += DAY
        return first, last

    def spans(self, kind: str, first: date, last: date) -> list[tuple[date, date]]:
        out = [[first, first]]
        day = first + DAY
        while day <= last:
            if self.starts(kind, day):
                out.append([day, day])
            out[-1][1] = day
            day += DAY
        return [(a, b) for a, b in out]

    # ---- values

    def rate(self, currency: str, day: date) -> tuple[Fraction, str, str] | None:
        """(value, text, day) of one unit in the base currency."""
        return self.pair(currency, self.base, day) or self.through_euro(currency, day)

    def pair(self, one: str, other: str, day: date) -> tuple[Fraction, str, str] | None:
        if one == other:
            return Fraction(1), "1", day.isoformat()
        found = []
        for row in self.rates:
            if row["day"] <= day.isoformat():
                value = Fraction(row["rate"])
                if (row["from_currency"], row["to_currency"]) == (one, other):
                    found.append((row["day"], 1, value))
                if (row["from_currency"], row["to_currency"]) == (other, one):
                    found.append((row["day"], 0, Fraction(rounded(10**12 / value), 10**12)))
        if not found:
            return None
        best = max(found, key=lambda each: each[:2])
        return (best[2], as_text(best[2]), best[0]) if possible(best[2]) else None

    def through_euro(self, currency: str, day: date) -> tuple[Fraction, str, str] | None:
        if "EUR" in (currency, self.base):
            return None
        one, two = self.pair(currency, "EUR", day), self.pair("EUR", self.base, day)
        if one is None or two is None:
            return None
        value = Fraction(rounded(one[0] * two[0] * 10**12), 10**12)
        return (value, as_text(value), min(one[2], two[2])) if possible(value) else None

    def converted(self, currency: str, amount: int, day: date) -> int | None:
        if amount == 0 or currency == self.base:
            return amount
        rate = self.rate(currency, day)
        if rate is None:
            return None
        if currency not in self.used or self.used[currency][2] < rate[2]:
            self.used[currency] = rate
        return rounded(amount * rate[0] * Fraction(10 ** DECIMALS[self.base], 10 ** DECIMALS[currency]))

    def known(self, entry: Entry) -> int | None:
        """The base value of an entry as it was."""
        if entry.base_currency == self.base:
            return entry.base
        return entry.amount if entry.currency == self.base else None

    def amount(self, entries: list[Entry]) -> Row:
        sums, total = [], 0
        for currency in sorted({entry.currency for entry in entries}):
            of = [entry for entry in entries if entry.currency == currency]
            amount = sum(entry.amount for entry in of)
            if self.mode == "as_it_was":
                missing = sum(self.known(entry) is None for entry in of)
                total += sum(self.known(entry) or 0 for entry in of)
            else:
                value = self.converted(currency, amount, self.today)
                missing = len(of) if value is None else 0
                total += value or 0
            sums.append({"currency": currency, "amount_minor": amount, "count": len(of), "missing": missing})
        return amount_of(total, sums)

    def flows(self, entries: list[Entry], first: date, last: date) -> Row:
        by = {
            flow: self.amount([entry for entry in entries if entry.flow == flow])
            for flow in ("income", "expense", "transfer_in", "transfer_out")
        }
        return {
            "from_day": first.isoformat(), "to_day": last.isoformat(),
            "income": by["income"], "expense": by["expense"], "balance": joined(by["income"], by["expense"], -1),
            "transfer_in": by["transfer_in"], "transfer_out": by["transfer_out"],
        }  # fmt: skip

    def between(self, first: date, last: date) -> list[Entry]:
        return [entry for entry in self.entries if first <= entry.day <= last and self.asked(entry)]

    def asked(self, entry: Entry) -> bool:
        flow, category, account = (self.params.get(name) for name in ("flow", "category", "account"))
        flow = flow or ("expense" if self.report in ("allocation", "trend_by_category") else None)
        if flow is not None and not entry.flow.startswith(flow):
            return False
        if account is not None and (entry.account or "") != account:
            return False
        if category is None:
            return True
        mine = entry.category or ""
        return mine == category or (mine != "" and category != "" and self.parent.get(mine) == category)

    # ---- the report

    def answer(self, report: str, params: Row) -> Row:
        self.report, self.params, self.used = report, params, {}
        self.mode = params.get("mode", "as_it_was")
        self.today = date.fromisoformat(params["today"])
        self.first_week, self.first_day, self.first_month = (
            params.get(name, self.settings[name])
            for name in ("first_day_of_week", "first_day_of_month", "first_month_of_year")
        )
        self.first, self.last = self.period()
        asked = self.between(self.first, self.last)
        body = getattr(self, {"period": "period_report", "accounts": "accounts_report"}.get(report, report))(
            asked
        )
        balance = body.pop("_balance", None)
        of_flow = [] if report == "balance_over_time" else asked
        return {
            "report": report, "from_day": self.first.isoformat(), "to_day": self.last.isoformat(),
            "mode": self.mode, "base_currency": self.base, "missing": self.missing(of_flow, balance),
            "rates": [
                {"currency": currency, "rate": text, "day": day}
                for currency, (_, text, day) in sorted(self.used.items())
            ],
            **body,
        }  # fmt: skip

    def period(self) -> tuple[date, date]:
        params = self.params
        if "from_day" in params:
            first, last = date.fromisoformat(params["from_day"]), date.fromisoformat(params["to_day"])
        else:
            default = {"monthly": "year", "annual": "all"}.get(self.report, "month")
            default = "year" if self.report.startswith(("trend", "balance")) else default
            kind = params.get("period", default)
            if kind == "all":
                days = [self.today, *(entry.day for entry in self.entries)]
                first, last = min(days), max(days)
            else:
                first, last = self.around(kind, date.fromisoformat(params.get("day", params["today"])))
        return self.around("month", first) if self.report == "calendar" else (first, last)

    def missing(self, entries: list[Entry], balance: Row | None) -> Row:
        if self.mode == "as_it_was":
            left = [entry for entry in entries if self.known(entry) is None]
            other = sum(entry.base_currency != self.base for entry in left)
        else:
            by_flow = [
                [e for e in entries if (e.flow, e.currency) == key]
                for key in {(e.flow, e.currency) for e in entries}
            ]
            left = [
                entry
                for group in by_flow
                for entry in group
                if self.converted(entry.currency, sum(e.amount for e in group), self.today) is None
            ]
            other = 0
        currencies = {entry.currency for entry in left}
        currencies |= {
            each["currency"] for each in (balance or {"currencies": []})["currencies"] if each["missing"]
        }
        return {
            "count": len(left), "other_base": other,
            "balances": balance["missing"] if balance else 0, "currencies": sorted(currencies),
        }  # fmt: skip

    def before(self) -> Row:
        """As many whole months when the period has whole months, else as many days."""
        if self.starts("month", self.first) and self.starts("month", self.last + DAY):
            first = self.first
            for _ in self.spans("month", self.first, self.last):
                first = self.around("month", first - DAY)[0]
        else:
            first = self.first - (self.last - self.first + DAY)
        last = self.first - DAY
        return self.flows(self.between(first, last), first, last)

    def year_before(self) -> Row:
        """The same months, else the same weekdays 52 weeks before, else the same days."""
        first, last = self.first, self.last
        if self.starts("month", first) and self.starts("month", last + DAY):
            first, after = (day.replace(year=day.year - 1) for day in (first, last + DAY))
            last = after - DAY
        elif self.starts("week", first) and self.starts("week", last + DAY):
            first, last = first - 364 * DAY, last - 364 * DAY
        else:
            first, last = (
                day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)
                for day in (first, last)
            )
        return self.flows(self.between(first, last), first, last)

    def cut(self, kind: str, asked: list[Entry]) -> list[Row]:
        return [
            self.flows([entry for entry in asked if first <= entry.day <= last], first, last)
            for first, last in self.spans(kind, self.first, self.last)
        ]

    def whole(self, asked: list[Entry]) -> Row:
        return self.flows(asked, self.first, self.last)

    def bucket(self) -> str:
        default = {"daily": "day", "calendar": "day", "period": "day"}.get(self.report, "month")
        return str(self.params.get("bucket", default))

    def totals(self, asked: list[Entry]) -> Row:
        now, before = self.whole(asked), self.before()
        return {
            "now": now, "before": before, "year_before": self.year_before(),
            "savings_rate_bp": savings(now), "savings_rate_before_bp": savings(before),
        }  # fmt: skip

    def trend_by_type(self, asked: list[Entry]) -> Row:
        return {
            "bucket": self.bucket(),
            "buckets": self.cut(self.bucket(), asked),
            "total": self.whole(asked),
        }

    def period_report(self, asked: list[Entry]) -> Row:
        return {**self.trend_by_type(asked), "before": self.before()}

    def daily(self, asked: list[Entry]) -> Row:
        days = sorted({entry.day for entry in asked})
        return {
            "days": [self.flows([e for e in asked if e.day == day], day, day) for day in days],
            "total": self.whole(asked),
        }

    def monthly(self, asked: list[Entry]) -> Row:
        months = []
        for first, last in self.spans("month", self.first, self.last):
            weeks = [
                self.flows([e for e in asked if a <= e.day <= b], a, b)
                for a, b in self.spans("week", first, last)
            ]
            inside = [e for e in asked if first <= e.day <= last]
            months.append({"month": self.flows(inside, first, last), "weeks": weeks})
        return {"months": months, "total": self.whole(asked)}

    def annual(self, asked: list[Entry]) -> Row:
        return {"years": self.cut("year", asked), "total": self.whole(asked)}

    def calendar(self, asked: list[Entry]) -> Row:
        first, last = self.around("week", self.first)[0], self.around("week", self.last)[1]
        grid = self.between(first, last)
        weeks = []
        for a, b in self.spans("week", first, last):
            days = self.spans("day", a, b)
            weeks.append([self.flows([e for e in grid if e.day == day], day, day) for day, _ in days])
        return {"weeks": weeks, "total": self.whole(asked)}

    def allocation(self, asked: list[Entry]) -> Row:
        tops: dict[Any, list[Entry]] = {}
        for entry in asked:
            tops.setdefault(self.parent.get(entry.category, entry.category), []).append(entry)
        rows = []
        for top, share, amount in self.shared(tops, 10_000):
            under: dict[Any, list[Entry]] = {}
            for entry in tops[top]:
                under.setdefault(entry.category, []).append(entry)
            children = [] if list(under) == [top] else self.shared(under, share)
            rows.append(
                {
                    "category_id": top, "share_bp": share, "sum": amount,
                    "children": [{"category_id": id, "share_bp": s, "sum": a} for id, s, a in children],
                }
            )  # fmt: skip
        return {"flow": self.params.get("flow", "expense"), "total": self.amount(asked), "categories": rows}

    def shared(self, groups: dict[Any, list[Entry]], whole: int) -> list[tuple[Any, int, Row]]:
        amounts = {key: self.amount(found) for key, found in groups.items()}
        order = sorted(amounts, key=lambda key: (-amounts[key]["base_minor"], key or ""))
        weights = [amounts[key]["base_minor"] for key in order]
        shares = dealt(whole, weights) if any(weights) else [0] * len(order)
        return [(key, share, amounts[key]) for key, share in zip(order, shares, strict=True)]

    def trend_by_category(self, asked: list[Entry]) -> Row:
        spans = self.spans(self.bucket(), self.first, self.last)

        def points(found: list[Entry]) -> list[Row]:
            return [self.amount([e for e in found if first <= e.day <= last]) for first, last in spans]

        groups: dict[Any, list[Entry]] = {}
        for entry in asked:
            top = (
                entry.category
                if self.params.get("category")
                else self.parent.get(entry.category, entry.category)
            )
            groups.setdefault(top, []).append(entry)
        return {
            "bucket": self.bucket(), "flow": self.params.get("flow", "expense"),
            "buckets": [{"from_day": a.isoformat(), "to_day": b.isoformat()} for a, b in spans],
            "series": [
                {"category_id": key, "total": amount, "points": points(groups[key])}
                for key, _, amount in self.shared(groups, 0)
            ],
            "total": self.amount(asked), "points": points(asked),
        }  # fmt: skip

    # ---- balances

    def held(self, account: Row, day: date) -> Row:
        """What an account holds at the end of a day."""
        amounts = {account["currency"]: account["opening_minor"]}
        for entry in self.entries:
            if entry.account == account["id"] and entry.day <= day:
                amounts[entry.currency] = amounts.get(entry.currency, 0) + entry.effect
        sums, total = [], 0
        for currency, amount in sorted(amounts.items()):
            if amount or currency == account["currency"]:
                value = self.converted(currency, amount, day if self.mode == "as_it_was" else self.today)
                total += value or 0
                sums.append(
                    {"currency": currency, "amount_minor": amount, "count": 1, "missing": int(value is None)}
                )
        return amount_of(total, sums)

    def shown(self) -> list[Row]:
        return [row for row in self.accounts if self.params.get("account") in (None, row["id"])]

    def worth(self, day: date) -> Row:
        total = amount_of(0, [])
        for row in self.shown():
            total = joined(total, self.held(row, day), 1)
        return total

    def accounts_report(self, asked: list[Entry]) -> Row:
        day = self.first - DAY
        nothing = amount_of(0, [])
        rows = [
            {
                "account_id": row["id"], "currency": row["currency"],
                "opening": self.held(row, day), "closing": self.held(row, self.last),
                "flows": self.whole([e for e in asked if e.account == row["id"]]),
            }
            for row in self.shown()
        ]  # fmt: skip
        known = {row["id"] for row in self.shown()}
        for other in sorted({entry.account or "" for entry in asked} - known):
            mine = [e for e in asked if (e.account or "") == other]
            rows.append(
                {
                    "account_id": other or None, "currency": None, "opening": nothing, "closing": nothing,
                    "flows": self.whole(mine),
                }
            )  # fmt: skip
        worth = {"opening": self.worth(day), "closing": self.worth(self.last)}
        return {
            "accounts": rows,
            "total": self.whole(asked),
            "net_worth": worth,
            "_balance": worth["closing"],
        }

    def balance_over_time(self, asked: list[Entry]) -> Row:
        opening = self.worth(self.first - DAY)
        points = [
            {"from_day": a.isoformat(), "to_day": b.isoformat(), "balance": self.worth(b)}
            for a, b in self.spans(self.bucket(), self.first, self.last)
        ]
        return {
            "bucket": self.bucket(),
            "opening": opening,
            "points": points,
            "_balance": points[-1]["balance"],
        }


def amount_of(base_minor: int, sums: list[Row]) -> Row:
    return {
        "base_minor": base_minor, "count": sum(each["count"] for each in sums),
        "missing": sum(each["missing"] for each in sums), "currencies": sums,
    }  # fmt: skip


def joined(one: Row, other: Row, sign: int) -> Row:
    by: dict[str, Row] = {}
    for amount, factor in ((one, 1), (other, sign)):
        for each in amount["currencies"]:
            nothing = {"currency": each["currency"], "amount_minor": 0, "count": 0, "missing": 0}
            into = by.setdefault(each["currency"], nothing)
            into["amount_minor"] += factor * each["amount_minor"]
            into["count"] += each["count"]
            into["missing"] += each["missing"]
    return amount_of(one["base_minor"] + sign * other["base_minor"], [by[key] for key in sorted(by)])


def savings(flows: Row) -> int | None:
    income = flows["income"]["base_minor"]
    return rounded(Fraction(flows["balance"]["base_minor"] * 10_000, income)) if income > 0 else None


def possible(rate: Fraction) -> bool:
    """A rate has at most 12 digits before and after the point, and is not nothing."""
    return 0 < rate < 10**12


def as_text(value: Fraction) -> str:
    """Decimal text with at most 12 decimals, without trailing zeros."""
    scaled = str(value.numerator * 10**12 // value.denominator).rjust(13, "0")
    return f"{scaled[:-12]}.{scaled[-12:]}".rstrip("0").rstrip(".")
