"""A household's book from a seed: years of salaries, bills, habits, journeys, transfers and rates.

Pure: the same seed and last day give the same operations, also their ids. `household` is what `outlay demo` and
screenshots show; `plain` makes any number of transactions for tests and measurements.
"""

from __future__ import annotations

import calendar
import random
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final

from outlay.kernel.dates import day_number, day_of, day_text
from outlay.kernel.ids import uuid5, uuid7
from outlay.kernel.money import convert, invert_rate, parse_rate
from outlay.kernel.text import search_key
from outlay.ledger.defaults import category_id
from outlay.ops.demo_plans import plans
from outlay.ops.household import ACCOUNTS, BILLS, HABITS, INCOME, RATES, STANDING, TRIPS, Bill, Habit, Trip

Op = dict[str, Any]

BASE: Final = "EUR"
INCOME_CATEGORIES: Final = ("salary", "business", "capital", "refund", "benefits", "received", "other_income")
RECONCILED_AFTER_DAYS: Final = 400


def household(book_id: str, *, today: str, seed: int = 7, years: int = 3) -> tuple[list[Op], list[Op]]:
    """(what comes first: accounts, names, rates, plans; transactions in the order of their days, up to `today`)."""
    made = _Household(book_id, today, seed, years)
    transactions = made.transactions()
    return made.first(), transactions


class _Household:
    """One pass over the days of a few years."""

    def __init__(self, book_id: str, today: str, seed: int, years: int) -> None:
        self.book_id = book_id
        self.random = random.Random(f"outlay household {seed}")  # nosec B311 - the same story every time
        self.today = today
        self.last_year = int(today[:4])
        last_month = self.last_year * 12 + int(today[5:7]) - 1
        self.months = [divmod(m, 12) for m in range(last_month - 12 * years + 1, last_month + 1)]
        self.start = day_text(self.months[0][0], self.months[0][1] + 1, 1)
        self.accounts = {key: self.id(self.start) for key, *_ in ACCOUNTS}
        self.accounts["cash"] = uuid5(book_id, "account:cash")  # the one that every book is born with
        self.currency = {key: currency for key, _, _, currency, *_ in ACCOUNTS}
        self.payees: dict[str, Op] = {}
        self.tags: dict[str, Op] = {}
        self.rates = self._rates()
        self.made: list[tuple[str, int, Op]] = []
        self.on_card: dict[tuple[int, int], int] = {}

    def id(self, day: str) -> str:
        """A UUIDv7 whose time is the day's noon."""
        return uuid7(day_number(day) * 86_400_000 + 43_200_000, self.random.randbytes(10))

    # -- what comes first ----------------------------------------------------------------------------

    def first(self) -> list[Op]:
        ops = []
        for position, (key, name, kind, currency, opening, icon) in enumerate(ACCOUNTS, 1):
            fields = {
                "name": name, "kind": kind, "currency": currency, "opening_minor": opening, "position": position,
                "icon": icon,
            }  # fmt: skip
            ops.append({"e": "account", "id": self.accounts[key], "k": "create", "f": fields})
        for day, currency, rate in self._all_rates():
            fields = {"day": day, "from_currency": currency, "to_currency": BASE, "rate": rate}
            ops.append(
                {
                    "e": "rate",
                    "id": uuid5(self.book_id, f"rate:{day}:{currency}:{BASE}"),
                    "k": "create",
                    "f": fields,
                }
            )
        settings = {"default_account_id": self.accounts["checking"], "name": "Our household"}
        ops += [*self.payees.values(), *self.tags.values()]
        ops += plans(self.book_id, self.today, self.accounts, self.payees)
        return [*ops, {"e": "settings", "id": self.book_id, "k": "set", "f": settings}]

    def _rates(self) -> dict[str, tuple[list[str], list[str]]]:
        """Every Monday's rate into euros: a walk of small steps between two bounds."""
        first, last = day_number(self.start) - 7, day_number(self.today)
        mondays = [day_of(n) for n in range(first + (4 - first) % 7, last + 1, 7)]
        found = {}
        for currency, (now, least, most) in RATES.items():
            texts = []
            for _ in mondays:
                now = min(most, max(least, now + self.random.randint(-now // 110, now // 110)))
                texts.append(parse_rate(f"{now // 1_000_000}.{now % 1_000_000:06d}"))
            found[currency] = (mondays, texts)
        return found

    def _all_rates(self) -> Iterator[tuple[str, str, str]]:
        for currency, (mondays, texts) in self.rates.items():
            for day, text in zip(mondays, texts, strict=True):
                yield day, currency, text

    def rate(self, currency: str, day: str) -> str:
        mondays, texts = self.rates[currency]
        return texts[max(0, bisect_right(mondays, day) - 1)]

    # -- transactions --------------------------------------------------------------------------------

    def transactions(self) -> list[Op]:
        for index, (year, month0) in enumerate(self.months):
            self._month(year, month0 + 1, index // 12)
        for trip in TRIPS:
            self._trip(trip)
        self._card_bills()
        self.made.sort(key=lambda item: (item[0], item[1]))
        return [op for day, _, op in self.made if self.start <= day <= self.today]

    def _month(self, year: int, month: int, age: int) -> None:
        for bill in (*INCOME, *BILLS):
            if not bill.months or month in bill.months:
                self._bill(bill, year, month, age)
        for source, target, amount, on, note in STANDING:
            self.transfer(source, target, amount, _day(year, month, on), note=note)
        for habit in HABITS:
            often = habit.per_100_months[(month - 1) % len(habit.per_100_months)]
            times = often // 100 + (self.random.randrange(100) < often % 100)
            for _ in range(times):
                self._habit(habit, year, month, age)
        for on in (5, 19):
            amount = 2_000 * self.random.randint(5, 9)
            self.transfer(
                "checking",
                "cash",
                amount,
                _day(year, month, on + self.random.randrange(4)),
                note="Cash machine",
            )

    def _bill(self, bill: Bill, year: int, month: int, age: int) -> None:
        day = _workday(_day(year, month, bill.day), early=bill in INCOME)
        amount = bill.amount_minor + bill.grows * age
        if bill.spread:
            amount += self.random.randint(-bill.spread, bill.spread)
        self.entry(
            bill.account, bill.payee, [(bill.category, max(amount, 100))], day, tags=bill.tags, note=bill.note
        )

    def _habit(self, habit: Habit, year: int, month: int, age: int) -> None:
        days = [
            day
            for n in range(1, calendar.monthrange(year, month)[1] + 1)
            if not habit.weekdays or calendar.weekday(year, month, n) in habit.weekdays
            for day in [day_text(year, month, n)]
        ]
        day = self.random.choice(days)
        # Two draws lean towards the middle; prices rise by about two per cent a year.
        amount = (
            self.random.randint(habit.low, habit.high) + self.random.randint(habit.low, habit.high)
        ) // 2
        amount += amount * 2 * age // 100
        if amount > 2_000 and habit.account != "cash":
            amount = amount // 10 * 10 + self.random.choice((9, 9, 5, 0, 8))
        elif habit.account == "cash":
            amount = max(50, amount // 10 * 10)
        lines = [(habit.category, amount)]
        if habit.split and amount > 2_500 and self.random.randrange(100) < 30:
            part = amount * self.random.randint(12, 38) // 100
            lines = [(habit.category, amount - part), (habit.split, part)]
        note = self.random.choice(habit.notes) if habit.notes and self.random.randrange(100) < 45 else None
        tags = habit.tags if self.random.randrange(100) < 40 else ()
        hour = self.random.randint(*habit.hours)
        time = f"{hour:02d}:{self.random.randrange(60):02d}"
        self.entry(
            habit.account,
            self.random.choice(habit.payees),
            lines,
            day,
            time=time,
            tags=tags,
            note=note or None,
        )

    def _trip(self, trip: Trip) -> None:
        year = self.last_year - trip.year
        leaving = day_number(day_text(year, trip.month, trip.day))
        if day_of(leaving + trip.nights) > self.today:
            leaving -= 365
        if day_of(leaving - 100) < self.start:
            return
        tags = ("holiday", f"{trip.tag} {day_of(leaving)[:4]}")
        if trip.flights_minor:
            self.entry(
                "card",
                trip.airline,
                [("travel.flights", trip.flights_minor)],
                day_of(leaving - 96),
                tags=tags,
                note=f"Flights to {trip.name}",
            )
        if trip.exchanged:
            for part, before in ((60, 6), (40, -4)):
                amount = trip.exchanged * part // 100
                day = day_of(leaving - before)
                received = convert(
                    amount,
                    invert_rate(self.rate(self.currency[trip.purse], day)),
                    BASE,
                    self.currency[trip.purse],
                )
                self.transfer(
                    "holiday" if part > 50 else "checking",
                    trip.purse,
                    amount,
                    day,
                    received,
                    note=f"{trip.name}: money",
                    tags=tags,
                )
        hotel, night = trip.stay
        nights = night * trip.nights
        self.entry(
            "card", hotel, [("travel.stay", nights // 2)], day_of(leaving - 40), tags=tags, note="Deposit"
        )
        self.entry(
            "card", hotel, [("travel.stay", nights - nights // 2)], day_of(leaving + trip.nights), tags=tags
        )
        for n in range(trip.nights + 1):
            for _ in range(self.random.randint(2, 4)):
                payee, category, low, high = self.random.choice(trip.places)
                amount = (self.random.randint(low, high) + self.random.randint(low, high)) // 2
                time = f"{self.random.randint(9, 21):02d}:{self.random.randrange(60):02d}"
                self.entry(trip.purse, payee, [(category, amount)], day_of(leaving + n), time=time, tags=tags)

    def _card_bills(self) -> None:
        """The card's bill of a month is paid from the everyday account on the 6th of the next."""
        for (year, month), amount in sorted(self.on_card.items()):
            following = (year, month + 1) if month < 12 else (year + 1, 1)
            if amount > 0:
                self.transfer("checking", "card", amount, _workday(_day(*following, 6)), note="Card bill")

    def entry(
        self, account: str, payee: str, lines: list[tuple[str, int]], day: str, *,
        time: str | None = None, tags: tuple[str, ...] = (), note: str | None = None,
    ) -> None:  # fmt: skip
        """An expense or income of a payee, over one or more categories."""
        kind = "income" if lines[0][0].split(".")[0] in INCOME_CATEGORIES else "expense"
        amount = sum(part for _, part in lines)
        if account == "card" and kind == "expense":
            month = (int(day[:4]), int(day[5:7]))
            self.on_card[month] = self.on_card.get(month, 0) + amount
        parts = [{"category_id": category_id(self.book_id, key), "amount_minor": part} for key, part in lines]
        currency = self.currency[account]
        rate, base = self._base(amount, currency, day)
        self._add(
            day, {
                "kind": kind, "account_id": self.accounts[account], "amount_minor": amount, "currency": currency,
                "to_account_id": None, "to_amount_minor": None, "to_currency": None, "lines": parts, "rate": rate,
                "base_minor": base, "base_currency": BASE, "payee_id": self._payee(payee),
                **self._rest(account, day, time, tags, note),
            },
        )  # fmt: skip

    def transfer(
        self, source: str, target: str, amount: int, day: str, received: int | None = None, *,
        note: str | None = None, tags: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Money from one account to another; `received` in the target's currency where that differs."""
        currency = self.currency[source]
        rate, base = self._base(amount, currency, day)
        self._add(
            day, {
                "kind": "transfer", "account_id": self.accounts[source], "amount_minor": amount, "currency": currency,
                "to_account_id": self.accounts[target], "to_amount_minor": amount if received is None else received,
                "to_currency": self.currency[target], "lines": [], "rate": rate, "base_minor": base,
                "base_currency": BASE, "payee_id": None, **self._rest(source, day, None, tags, note),
            },
        )  # fmt: skip

    def _base(self, amount: int, currency: str, day: str) -> tuple[str, int]:
        rate = "1" if currency == BASE else self.rate(currency, day)
        return rate, convert(amount, rate, currency, BASE)

    def _rest(self, account: str, day: str, time: str | None, tags: tuple[str, ...], note: str | None) -> Op:
        old = day_number(self.today) - day_number(day) > RECONCILED_AFTER_DAYS
        summer = "04" <= day[5:7] <= "10"
        return {
            "day": day, "time": time, "utc_offset_min": (120 if summer else 60) if time else None, "note": note,
            "tag_ids": [self._tag(tag) for tag in tags], "reconciled": old and account == "checking",
        }  # fmt: skip

    def _add(self, day: str, fields: Op) -> None:
        op = {"e": "transaction", "id": self.id(day), "k": "create", "f": fields}
        self.made.append((day, len(self.made), op))

    def _payee(self, name: str) -> str:
        return self._named("payee", self.payees, name)

    def _tag(self, name: str) -> str:
        return self._named("tag", self.tags, name)

    def _named(self, entity: str, known: dict[str, Op], name: str) -> str:
        if name not in known:
            row_id = uuid5(self.book_id, f"{entity}:{search_key(name)}")
            known[name] = {"e": entity, "id": row_id, "k": "create", "f": {"name": name}}
        return str(known[name]["id"])


def _day(year: int, month: int, day: int) -> str:
    return day_text(year, month, min(day, calendar.monthrange(year, month)[1]))


def _workday(day: str, early: bool = False) -> str:
    """Banks book on the next working day; salaries come on the last one before."""
    number = day_number(day)
    weekday = (number + 3) % 7  # 1970-01-01 was a Thursday; 0 is Monday
    if weekday <= 4:
        return day
    return day_of(number - (weekday - 4) if early else number + (7 - weekday))


def plain(
    book_id: str, transactions: int, *, seed: int = 1, first_day: str = "2016-01-01", last_day: str = "2025-12-31",
    accounts: int = 8, payees: int = 400, currency: str = BASE,
) -> Iterator[Op]:  # fmt: skip
    """Any number of transactions over ten years for tests and measurements: first accounts and payees, then entries
    (one in eleven a transfer, one in nine split) in the order of their days. The book must have its categories."""
    chance = random.Random(f"outlay plain {seed}")  # nosec B311 - the same story every time
    start, end = day_number(first_day), day_number(last_day)

    def new_id(day: int) -> str:
        return uuid7(day * 86_400_000 + 43_200_000, chance.randbytes(10))

    account_ids = [new_id(start) for _ in range(accounts)]
    for n, row_id in enumerate(account_ids):
        fields = {
            "name": f"Account {n + 1}",
            "kind": "bank",
            "currency": currency,
            "opening_minor": 100_000,
            "position": n + 1,
        }
        yield {"e": "account", "id": row_id, "k": "create", "f": fields}
    names = [f"Payee {n + 1}" for n in range(payees)]
    payee_ids = [uuid5(book_id, f"payee:{search_key(name)}") for name in names]
    for name, row_id in zip(names, payee_ids, strict=True):
        yield {"e": "payee", "id": row_id, "k": "create", "f": {"name": name}}
    spent = [
        category_id(book_id, habit.category)
        for habit in HABITS
        if habit.category.split(".")[0] not in INCOME_CATEGORIES
    ]
    earned = category_id(book_id, "salary")
    for n in range(transactions):
        day = start + (end - start) * n // max(1, transactions)
        amount = chance.randint(50, 20_000)
        transfer, income = n % 11 == 10, n % 17 == 16
        source, target = chance.sample(account_ids, 2)
        lines: list[Op] = []
        if not transfer:
            parts = [amount] if income or n % 9 else [amount - amount // 3, amount // 3]
            lines = [
                {"category_id": earned if income else chance.choice(spent), "amount_minor": part}
                for part in parts
            ]
        yield {
            "e": "transaction", "id": new_id(day), "k": "create",
            "f": {
                "kind": "transfer" if transfer else "income" if income else "expense", "account_id": source,
                "amount_minor": amount, "currency": currency, "to_account_id": target if transfer else None,
                "to_amount_minor": amount if transfer else None, "to_currency": currency if transfer else None,
                "lines": lines, "rate": "1", "base_minor": amount, "base_currency": currency, "day": day_of(day),
                "payee_id": None if transfer else chance.choice(payee_ids),
                "note": f"Note {n}" if n % 5 == 0 else None,
            },
        }  # fmt: skip


def ops(
    book_id: str, *, today: str, seed: int = 7, years: int = 3, transactions: int | None = None
) -> Iterator[Op]:
    """Everything in one stream: the household, or with a number of `transactions` the plain book."""
    if transactions is not None:
        yield from plain(book_id, transactions, seed=seed)
        return
    first, rows = household(book_id, today=today, seed=seed, years=years)
    yield from first
    yield from rows
