"""The shapes of every report's answer; `app/src/reports/shapes.ts` has the same ones.

Amounts are integers of minor units. Days are inclusive. Ids, never names: who asks has them.
Income, expense and transfers are positive; `balance` is income less expense. `count` counts lines
(a split has several, a transfer two), or accounts where the amount is a balance.
"""

from typing import Literal

from msgspec import Struct

Mode = Literal["as_it_was", "todays_rate"]
Bucket = Literal["day", "week", "month", "year"]
FlowFilter = Literal["expense", "income", "transfer"]


class CurrencySum(Struct):
    """What one currency contributes, in its own minor units. `missing` of `count` have no base value."""

    currency: str
    amount_minor: int
    count: int
    missing: int


class Amount(Struct):
    """A sum in the base currency over what has a value there, and beside it every currency by itself.

    `missing` of `count` are in no base sum. Currencies are in order of their code.
    """

    base_minor: int
    count: int
    missing: int
    currencies: list[CurrencySum]


class Flows(Struct):
    """What went through a span of days."""

    from_day: str
    to_day: str
    income: Amount
    expense: Amount
    balance: Amount
    transfer_in: Amount
    transfer_out: Amount


class Span(Struct):
    """Days, both inclusive."""

    from_day: str
    to_day: str


class Missing(Struct):
    """What the base sums of the asked days leave out.

    `count`: lines without a base value, of which `other_base` were written under another base currency.
    `balances`: account balances without a rate at the end of the last day.
    """

    count: int
    other_base: int
    balances: int
    currencies: list[str]


class RateUsed(Struct):
    """One unit of `currency` is `rate` units of the base currency, as of `day`."""

    currency: str
    rate: str
    day: str


class Header(Struct, kw_only=True):
    from_day: str
    to_day: str
    mode: Mode
    base_currency: str
    missing: Missing
    rates: list[RateUsed]


class Totals(Header, tag_field="report", tag="totals", kw_only=True):
    """Trend cards: this period, the one before, the same a year ago, and what is left of the income.

    `year_before` has the same book months, or the weeks 52 weeks before, or else the same days.
    Savings rates are basis points.
    """

    now: Flows
    before: Flows
    year_before: Flows
    savings_rate_bp: int | None
    savings_rate_before_bp: int | None


class TrendByType(Header, tag_field="report", tag="trend_by_type", kw_only=True):
    """One entry per bucket, also the empty ones; the first and the last are cut at the period."""

    bucket: Bucket
    buckets: list[Flows]
    total: Flows


class Period(Header, tag_field="report", tag="period", kw_only=True):
    """Any two days: their sum, the same length of time before, and the buckets between."""

    bucket: Bucket
    buckets: list[Flows]
    total: Flows
    before: Flows


class Series(Struct):
    """`points` has one amount for each of the report's buckets. None is 'no category'."""

    category_id: str | None
    total: Amount
    points: list[Amount]


class TrendByCategory(Header, tag_field="report", tag="trend_by_category", kw_only=True):
    """One series per top category with its subcategories in it, largest first.

    With a `category` asked: one series for the category itself and one for each of its subcategories.
    """

    bucket: Bucket
    flow: FlowFilter
    buckets: list[Span]
    series: list[Series]
    total: Amount
    points: list[Amount]


class Slice(Struct):
    """A subcategory's part of the whole, or what lies in the top category itself."""

    category_id: str | None
    share_bp: int
    sum: Amount


class Allocated(Struct):
    """A top category with all that is under it.

    `children` has the subcategories, and the category itself for what lies in none of them;
    it is empty when no subcategory is used.
    """

    category_id: str | None
    share_bp: int
    sum: Amount
    children: list[Slice]


class Allocation(Header, tag_field="report", tag="allocation", kw_only=True):
    """Where money went (or came from): top categories, largest first.

    `share_bp` are basis points of the base sum: those of the categories sum to 10,000 exactly,
    those of the children to their category's; all are 0 when nothing has a base value.
    """

    flow: FlowFilter
    total: Amount
    categories: list[Allocated]


class AccountFlows(Struct):
    """An account's period. None is 'deleted account', which has flows but no balance.

    The currency sums of `opening` and `closing` begin with the account's own opening amount.
    """

    account_id: str | None
    currency: str | None
    opening: Amount
    closing: Amount
    flows: Flows


class NetWorth(Struct):
    """All balances together, before the first day and after the last."""

    opening: Amount
    closing: Amount


class Accounts(Header, tag_field="report", tag="accounts", kw_only=True):
    """Each account in the book's order, and all together.

    `opening` is the balance before the first day, `closing` after the last. A balance in another
    currency is valued at the newest rate of that day (`as_it_was`) or of today (`todays_rate`).
    """

    accounts: list[AccountFlows]
    total: Flows
    net_worth: NetWorth


class Calendar(Header, tag_field="report", tag="calendar", kw_only=True):
    """A month as whole weeks. Days beside the month are filled too, and are not in the total."""

    weeks: list[list[Flows]]
    total: Flows


class Daily(Header, tag_field="report", tag="daily", kw_only=True):
    """The days that have lines, in order."""

    days: list[Flows]
    total: Flows


class Month(Struct):
    """A month and the weeks in it."""

    month: Flows
    weeks: list[Flows]


class Monthly(Header, tag_field="report", tag="monthly", kw_only=True):
    """A row per month, and in it its weeks, cut at the month."""

    months: list[Month]
    total: Flows


class Annual(Header, tag_field="report", tag="annual", kw_only=True):
    """A row per (fiscal) year."""

    years: list[Flows]
    total: Flows


class BalancePoint(Struct):
    """What all accounts held at the end of `to_day`."""

    from_day: str
    to_day: str
    balance: Amount


class BalanceOverTime(Header, tag_field="report", tag="balance_over_time", kw_only=True):
    """Net worth (or one account's balance) before the first day and at the end of each bucket."""

    bucket: Bucket
    opening: Amount
    points: list[BalancePoint]


Report = (
    Totals
    | TrendByType
    | TrendByCategory
    | Allocation
    | Accounts
    | Calendar
    | Daily
    | Monthly
    | Annual
    | Period
    | BalanceOverTime
)
