"""`outlay report`: the same reports as the API, as JSON or as a table for people."""

from __future__ import annotations

import datetime
from typing import Any

import click

from outlay.kernel.dates import parse_day
from outlay.kernel.money import format_plain
from outlay.kernel.refusal import Refusal
from outlay.ledger.queries import rows
from outlay.reports.budgets import book_budgets
from outlay.reports.queries import book_report
from outlay.reports.unusual import book_unusual
from outlay.store.engine import Store
from outlay.store.read import Read

Row = dict[str, Any]


async def made(store: Store, book_id: str, name: str, given: Row) -> Row:
    """The report as JSON, with `names` of accounts, categories and what else it is about beside it."""
    import msgspec

    today = datetime.date.today().isoformat()  # noqa: DTZ011  # the day of who sits here
    params = {key: value for key, value in given.items() if value is not None} | {"today": today}

    def load(read: Read) -> Row:
        report: Row
        if name in ("budgets", "unusual") and (others := params.keys() - {"today", "day"}):
            raise Refusal("report_parameter", min(others), "This report has no such parameter.")
        day = parse_day(params.get("day", today), "day")
        if name == "budgets":
            states = book_budgets(read, book_id, day=day, today=today)
            report = {"report": name, "items": msgspec.to_builtins(states)}
            named = rows(read, book_id, "category")
            budgets = {row["id"]: row for row in rows(read, book_id, "budget")}
            for item in report["items"]:
                budget = budgets[item["budget_id"]]
                item |= {"category_id": budget["category_id"], "currency": budget["currency"]}
        elif name == "unusual":
            report = {"report": name, **msgspec.to_builtins(book_unusual(read, book_id, today=day))}
            named = [*rows(read, book_id, "payee"), *rows(read, book_id, "schedule")]
        else:
            report = msgspec.to_builtins(book_report(read, book_id, name, params))
            named = [*rows(read, book_id, "account"), *rows(read, book_id, "category")]
        return {**report, "names": {row["id"]: row["name"] for row in named}}

    return await store.read(load)


def echo(report: Row) -> None:
    """One line per bucket, category, account, budget or unusual thing; base currency, and what is missing."""
    other = {"budgets": _echo_budgets, "unusual": _echo_unusual}.get(report["report"])
    if other is not None:
        other(report)
        return
    currency, names = report["base_currency"], report["names"]
    click.echo(f"{report['from_day']} to {report['to_day']}, {currency}")
    for header, lines in _tables(report, names):
        _table(header, lines, currency)
    if report["missing"]["count"]:
        click.echo(
            f"{report['missing']['count']} lines have no value in {currency} and are not in these sums."
        )


def _echo_budgets(report: Row) -> None:
    """Each in its own period and currency."""
    for item in report["items"]:
        of, left, spent, forecast = (
            "-" if item[name] is None else format_plain(item[name], item["currency"])
            for name in ("available_minor", "left_minor", "spent_minor", "forecast_minor")
        )
        name = report["names"].get(item["category_id"], "(all)")
        click.echo(
            f"{item['from_day']} to {item['to_day']}  {name}: {spent} of {of} {item['currency']} spent, {left} left, "
            f"{forecast} at the end"
        )


def _echo_unusual(report: Row) -> None:
    names = report["names"]

    def amount(item: Row, name: str) -> str:
        return f"{format_plain(item[name], item['currency'])} {item['currency']}"

    for item in report["amounts"]:
        usual = amount(item, "usual_minor")
        click.echo(
            f"{item['day']}  {names.get(item['payee_id'])}: {amount(item, 'amount_minor')}, usually about {usual}"
        )
    for item in report["bills"]:
        click.echo(
            f"{item['expected_day']}  {names.get(item['payee_id'])}: comes every {item['every']}, about "
            f"{amount(item, 'usual_minor')}, last on {item['last_day']}"
        )
    for item in report["unconfirmed"]:
        click.echo(
            f"{item['day']}  {names.get(item['schedule_id'])}: {amount(item, 'amount_minor')} waits to be confirmed"
        )


def _tables(report: Row, names: Row) -> list[tuple[tuple[str, ...], list[tuple[str, list[int]]]]]:
    flows = ("", "income", "expense", "balance")
    kind = report["report"]
    if kind == "totals":
        return [
            (flows, [("this period", _flows(report["now"])), ("the one before", _flows(report["before"]))])
        ]
    if kind == "accounts":
        lines = [
            (
                names.get(a["account_id"], "(deleted)"),
                [a["opening"]["base_minor"], *_flows(a["flows"]), a["closing"]["base_minor"]],
            )
            for a in report["accounts"]
        ]
        worth = report["net_worth"]
        lines.append(
            (
                "together",
                [worth["opening"]["base_minor"], *_flows(report["total"]), worth["closing"]["base_minor"]],
            )
        )
        return [(("", "opening", "income", "expense", "balance", "closing"), lines)]
    if kind == "allocation":
        slices = [(c, "") for c in report["categories"]]
        lines = []
        for top, _ in slices:
            lines.append((names.get(top["category_id"], "(none)"), [top["sum"]["base_minor"]]))
            lines += [
                ("  " + names.get(c["category_id"], "(none)"), [c["sum"]["base_minor"]])
                for c in top["children"]
            ]
        return [(("", "sum"), [*lines, ("together", [report["total"]["base_minor"]])])]
    if kind == "trend_by_category":
        lines = [
            (names.get(s["category_id"], "(none)"), [s["total"]["base_minor"]]) for s in report["series"]
        ]
        return [(("", "sum"), [*lines, ("together", [report["total"]["base_minor"]])])]
    if kind == "balance_over_time":
        return [(("", "balance"), [(p["to_day"], [p["balance"]["base_minor"]]) for p in report["points"]])]
    spans = report.get("buckets") or report.get("days") or report.get("years")
    if spans is None and "months" in report:
        spans = [month["month"] for month in report["months"]]
    if spans is None:
        spans = [day for week in report.get("weeks", []) for day in week]
    return [(flows, [*((s["from_day"], _flows(s)) for s in spans), ("together", _flows(report["total"]))])]


def _flows(flows: Row) -> list[int]:
    return [flows[name]["base_minor"] for name in ("income", "expense", "balance")]


def _table(header: tuple[str, ...], lines: list[tuple[str, list[int]]], currency: str) -> None:
    cells = [[name, *(format_plain(value, currency) for value in values)] for name, values in lines]
    widths = [max(len(row[n]) for row in [list(header), *cells]) for n in range(len(header))]
    for row in [list(header), *cells]:
        first, *rest = row
        click.echo(
            "  ".join(
                [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(rest, widths[1:], strict=True))]
            ).rstrip()
        )
