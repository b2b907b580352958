"""What the demo household plans: budgets, and what comes round by itself. Pure, as demo.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from outlay.kernel.dates import day_number, day_of, day_text
from outlay.kernel.ids import uuid5
from outlay.ledger.defaults import category_id

Op = dict[str, Any]


class Plan(NamedTuple):
    """What comes round. `on`: a day of the month it began in, that many `months` ago, or of that `month` last year;
    `days_ago` instead of them."""

    name: str
    amount_minor: int
    rule: str
    category: str = ""
    account: str = "checking"
    target: str = ""
    kind: str = "expense"
    payee: str = ""
    on: int = 1
    months: int = 30
    month: int = 0
    days_ago: int | None = None
    mode: str = "post"
    archived: bool = False


# category (empty: all spending), period, amount in minor units, carried over
BUDGETS: Final = (
    ("food", "month", 135_000, False),
    ("home", "month", 150_000, False),
    ("transport", "month", 40_000, False),
    ("shopping", "month", 38_000, True),
    ("leisure", "month", 16_000, False),
    ("family", "month", 34_000, False),
    ("health", "month", 12_000, True),
    ("food.coffee", "week", 1_800, False),
    ("travel", "year", 480_000, False),
)

SCHEDULES: Final = (
    Plan("Rent", 117_200, "FREQ=MONTHLY", "home.rent", payee="Lindenhof Housing"),
    Plan("Electricity", 10_700, "FREQ=MONTHLY", "home.energy", payee="Nordwind Energy", on=4, mode="ask"),
    Plan("Internet", 3_999, "FREQ=MONTHLY", "bills.phone", payee="Quickline Internet", on=6),
    Plan("Streamly", 1_499, "FREQ=MONTHLY", "bills.subscriptions", "card", payee="Streamly", on=11),
    Plan("Tonal Music", 1_699, "FREQ=MONTHLY", "bills.subscriptions", "card", payee="Tonal Music", on=21),
    Plan("Salary", 328_000, "FREQ=MONTHLY", "salary", kind="income", payee="Brightline Engineering", on=28),
    Plan("Put aside", 30_000, "FREQ=MONTHLY", target="savings", kind="transfer", on=27, months=20),
    Plan("Car insurance", 46_800, "FREQ=YEARLY", "bills.insurance", payee="Havel Insurance", on=10, month=1),
    Plan("Washing machine", 4_990, "FREQ=MONTHLY;COUNT=12", "shopping.household", on=15, months=4),
    Plan("Cleaning", 6_500, "FREQ=WEEKLY;INTERVAL=2", "home", "cash", days_ago=2, mode="ask"),
    Plan("Language course", 8_900, "FREQ=MONTHLY", "family.school", on=12, archived=True),
)  # fmt: skip


def plans(book_id: str, today: str, accounts: Mapping[str, str], payees: Mapping[str, Op]) -> list[Op]:
    """The operations that make them. What was due until today is there already, but for what began a few days ago."""
    year, month = int(today[:4]), int(today[5:7])
    ops: list[Op] = []
    for position, (category, period, amount, carried) in enumerate(BUDGETS):
        id_of = category_id(book_id, category)
        budget = uuid5(book_id, f"budget:{period}:{id_of}")
        fields = {
            "category_id": id_of, "period": period, "currency": "EUR", "carry_over": carried, "position": position,
        }  # fmt: skip
        ops.append({"e": "budget", "id": budget, "k": "create", "f": fields})
        first = day_text(*_months_ago(year, month, 2), 1) if carried else day_text(year - 1, 1, 1)
        plan = {"budget_id": budget, "from_day": first, "amount_minor": amount, "once": False}
        ops.append(
            {
                "e": "budget_amount", "id": uuid5(book_id, f"budget_amount:{budget}:{first}"), "k": "create",
                "f": plan,
            }
        )  # fmt: skip
    names = {op["f"]["name"]: row_id for row_id, op in ((op["id"], op) for op in payees.values())}
    for position, plan_of in enumerate(SCHEDULES):
        ops.append(_schedule(book_id, today, plan_of, position, accounts, names))
    return ops


def _schedule(
    book_id: str, today: str, plan: Plan, position: int, accounts: Mapping[str, str], names: Mapping[str, str]
) -> Op:
    year, month = int(today[:4]), int(today[5:7])
    new = plan.days_ago is not None
    began = (year - 1, plan.month) if plan.month else _months_ago(year, month, plan.months)
    start = day_text(*began, plan.on)
    if plan.days_ago is not None:
        start = day_of(day_number(today) - plan.days_ago)
    transfer = plan.kind == "transfer"
    fields = {
        "name": plan.name, "kind": plan.kind, "account_id": accounts[plan.account], "amount_minor": plan.amount_minor,
        "currency": "EUR", "to_account_id": accounts[plan.target] if transfer else None,
        "to_amount_minor": plan.amount_minor if transfer else None, "to_currency": "EUR" if transfer else None,
        "lines": []
        if transfer
        else [{"category_id": category_id(book_id, plan.category), "amount_minor": plan.amount_minor}],
        "payee_id": names.get(plan.payee), "note": None, "tag_ids": [], "time": None, "start_day": start,
        "rule": plan.rule, "mode": plan.mode, "done_through": None if new else today, "skipped": [],
        "archived": plan.archived, "position": position,
    }  # fmt: skip
    return {"e": "schedule", "id": uuid5(book_id, f"demo schedule:{position}"), "k": "create", "f": fields}


def _months_ago(year: int, month: int, by: int) -> tuple[int, int]:
    before, month0 = divmod(year * 12 + month - 1 - by, 12)
    return before, month0 + 1
