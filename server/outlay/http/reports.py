"""Reports of a book: the same SQL and the same shapes as on a device."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from msgspec import Struct

from outlay.http.rooms import Access
from outlay.kernel.dates import parse_day
from outlay.reports.ask import DEFAULTS, NOT_ASKED, PARAMETERS
from outlay.reports.budgets import BudgetState, book_budgets
from outlay.reports.queries import book_report
from outlay.reports.shapes import Report
from outlay.reports.unusual import Unusual, book_unusual


class ReportName(Struct, kw_only=True):
    """A report: the period and bucket when none is asked for, and the parameters it takes."""

    name: str
    period: str
    bucket: str
    parameters: list[str]


class ReportNames(Struct, kw_only=True):
    """The reports there are."""

    items: list[ReportName]


Name = Annotated[str, PathParameter(description="A report's name.", max_length=40)]
Text = str | None
First = int | None


def _about(name: str, longest: int | None = None) -> Any:
    return QueryParameter(required=False, description=PARAMETERS[name], max_length=longest)


@get("/reports", tags=["reports"], summary="List reports")
async def list_reports() -> ReportNames:
    """Which reports there are, and what may be asked of each."""
    return ReportNames(
        items=[
            ReportName(
                name=name,
                period=period,
                bucket=bucket,
                parameters=[p for p in PARAMETERS if p not in NOT_ASKED.get(name, ())],
            )
            for name, (period, bucket) in DEFAULTS.items()
        ]
    )


class BudgetStates(Struct, kw_only=True):
    """How the budgets in use stand, in their order."""

    items: list[BudgetState]


@get("/reports/budgets", tags=["reports"], summary="Read how budgets stand")
async def read_budgets(
    access: NamedDependency[Access],
    today: Annotated[Text, _about("today", 40)] = None,
    day: Annotated[Text, _about("day", 40)] = None,
) -> BudgetStates:
    """Spent, carried over and the forecast, each budget in its own period around `day`. Without `today` it is the
    server's day, UTC."""
    now = access.today(today)
    at = parse_day(day, "day") if day is not None else now
    return BudgetStates(
        items=await access.read(lambda read: book_budgets(read, access.book_id, day=at, today=now))
    )


@get("/reports/unusual", tags=["reports"], summary="Read what is unusual")
async def read_unusual(
    access: NamedDependency[Access], today: Annotated[Text, _about("today", 40)] = None
) -> Unusual:
    """Amounts of the last 30 days that are far from their payee's habit, bills that did not come, and days that a
    schedule asked for and nobody confirmed. Without `today` it is the server's day, UTC."""
    now = access.today(today)
    return await access.read(lambda read: book_unusual(read, access.book_id, today=now))


@get("/reports/{name:str}", tags=["reports"], summary="Read a report")
async def read_report(
    access: NamedDependency[Access],
    name: Name,
    today: Annotated[Text, _about("today", 40)] = None,
    period: Annotated[Literal["week", "month", "year", "all"] | None, _about("period")] = None,
    day: Annotated[Text, _about("day", 40)] = None,
    from_day: Annotated[Text, _about("from_day", 40)] = None,
    to_day: Annotated[Text, _about("to_day", 40)] = None,
    bucket: Annotated[Literal["day", "week", "month", "year"] | None, _about("bucket")] = None,
    flow: Annotated[Literal["expense", "income", "transfer"] | None, _about("flow")] = None,
    category: Annotated[Text, _about("category", 40)] = None,
    account: Annotated[Text, _about("account", 40)] = None,
    mode: Annotated[Literal["as_it_was", "todays_rate"] | None, _about("mode")] = None,
    first_day_of_week: Annotated[
        First, QueryParameter(required=False, ge=1, le=7, description=PARAMETERS["first_day_of_week"])
    ] = None,
    first_day_of_month: Annotated[
        First, QueryParameter(required=False, ge=1, le=28, description=PARAMETERS["first_day_of_month"])
    ] = None,
    first_month_of_year: Annotated[
        First, QueryParameter(required=False, ge=1, le=12, description=PARAMETERS["first_month_of_year"])
    ] = None,
) -> Response[Report]:
    """Sums in the book's base currency, each currency beside them; what has no rate is counted in `missing`.
    Without `today` it is the server's day, UTC. Refuses `report_unknown`, `report_parameter`, `report_period`."""
    asked = {
        "today": today or access.today(),
        "period": period,
        "day": day,
        "from_day": from_day,
        "to_day": to_day,
        "bucket": bucket,
        "flow": flow,
        "category": category,
        "account": account,
        "mode": mode,
        "first_day_of_week": first_day_of_week,
        "first_day_of_month": first_day_of_month,
        "first_month_of_year": first_month_of_year,
    }
    params = {key: value for key, value in asked.items() if value is not None}
    return Response(await access.read(lambda read: book_report(read, access.book_id, name, params)))


ROUTES: Final[list[Any]] = [list_reports, read_budgets, read_unusual, read_report]
