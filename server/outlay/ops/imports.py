"""`outlay import`: previews, asks, imports; the same calls as the API."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from outlay.importing import commands, queries
from outlay.kernel.money import format_plain
from outlay.kernel.refusal import Refusal
from outlay.kernel.text import search_key
from outlay.ledger.queries import rows
from outlay.ops.opening import REFUSED, UNANSWERED, fail, sentence, show
from outlay.store.engine import Store

Row = dict[str, Any]

SHOWN = 20
_PLAIN = ("currency", "date_order", "decimal", "sign", "encoding", "skip_lines")
_HOW_TO_ANSWER = {
    "account": "--account NAME or --new-account NAME", "currency": "--currency CODE", "date_order": "--date-order",
    "decimal": "--decimal", "sign": "--sign", "columns": "--column ROLE=NUMBER",
}  # fmt: skip


class Importer:
    """One run of the command on one book."""

    def __init__(self, store: Store, book_id: str, person_id: str, role: str, as_json: bool) -> None:
        self.store = store
        self.book_id = book_id
        self.person_id = person_id
        self.role = role
        self.as_json = as_json

    async def show_list(self) -> int:
        found = await self.store.read(lambda read: queries.listed(read, self.book_id))
        if self.as_json:
            show(found)
        for row in [] if self.as_json else found:
            count = row["count"] if row["count"] is not None else "-"
            click.echo(
                f"{row['id']}  {row['status']:8}  {count:>6}  {row['format']}  {row['file_name'] or ''}".rstrip()
            )
        return 0

    async def undo(self, import_id: str) -> int:
        done = await commands.undo(
            self.store, self.book_id, import_id, person_id=self.person_id, role=self.role
        )
        show(done) if self.as_json else click.echo(f"{done['deleted']} transactions were taken back.")
        return 0

    async def bring_in(self, files: tuple[Path, ...], given: Row) -> int:
        """Every file by itself; the worst exit code of them."""
        code, told = 0, []
        bar = click.progressbar(
            files, label="Importing", file=sys.stderr, item_show_func=lambda f: f.name if f else ""
        )
        quiet = self.as_json or len(files) == 1 or not sys.stderr.isatty()
        for file in files if quiet else bar:
            outcome, file_code = await self._one(file, given)
            told.append(outcome)
            code = max(code, file_code)
        if not quiet:
            bar.render_finish()
        if self.as_json:
            show(told)
        return code

    async def _one(self, file: Path, given: Row) -> tuple[Row, int]:
        try:
            accounts = await self.store.read(lambda read: rows(read, self.book_id, "account"))
            options = self._options(given)
            preview = await commands.create(
                self.store, self.book_id, person_id=self.person_id, role=self.role, data=file.read_bytes(),
                file_name=file.name, options=options,
            )  # fmt: skip
            preview = await self._answered(preview, given, accounts)
            return await self._carry_out(file, preview, given)
        except Refusal as refusal:
            self._say(f"{file}: {sentence(refusal)}", err=True)
            told = {"file": str(file), "code": refusal.code, "detail": refusal.detail, **refusal.params}
            return told, UNANSWERED if refusal.code in ("import_question", "import_faulty_rows") else REFUSED

    def _options(self, given: Row) -> Row:
        options = {name: given[name] for name in _PLAIN if given[name] is not None}
        if given["delimiter"]:
            options["delimiter"] = "\t" if given["delimiter"] == "tab" else given["delimiter"]
        if given["columns"]:
            options["columns"] = dict(self._column(text) for text in given["columns"])
        if given["skip_faulty"]:
            options["skip_faulty"] = True
        return options

    def _column(self, text: str) -> tuple[str, int | list[int]]:
        role, _, number = text.partition("=")
        numbers = [int(n) for n in number.split("+") if n.strip().isdigit()]
        if not numbers:
            fail(f"--column {text}: write ROLE=NUMBER, e.g. amount=3.", 2)
        return role, numbers if role == "note" else numbers[0]

    async def _answered(self, preview: Row, given: Row, accounts: list[Row]) -> Row:
        """The preview with the accounts of the command line, then with what is asked at the terminal."""
        chosen = self._accounts(preview, given, accounts)
        if chosen:
            preview = await self._revise(preview, {"accounts": chosen})
        while preview["questions"] and sys.stdin.isatty() and not self.as_json and not given["yes"]:
            preview = await self._revise(preview, self._ask(preview, preview["questions"][0], accounts))
        if given["possible"]:
            picked = {str(row["index"]): "import" for row in preview["rows"] if row["state"] == "possible"}
            preview = await self._revise(preview, {"rows": picked})
        return preview

    def _accounts(self, preview: Row, given: Row, accounts: list[Row]) -> Row:
        """What the command line says about accounts. Without a KEY it means the only account of a file."""
        chosen: Row = {}
        by_key = {search_key(row["name"]): row["id"] for row in accounts}
        there = [a for a in preview["accounts"] if a["rows"]]
        for text, new in [
            *((t, False) for t in given["accounts"]),
            *((t, True) for t in given["new_accounts"]),
        ]:
            key, mark, rest = text.partition("=")
            named = [a for a in there if key in (a["key"], a["name"])] if mark else there
            name = rest if mark else text
            found = named[0] if len(named) == 1 else None  # a KEY of another file, or several to choose from
            if found is None:
                continue
            if search_key(name) in by_key:
                chosen[found["key"]] = {"id": by_key[search_key(name)]}
            elif new:
                made = {"name": name, "kind": given["kind"] or found["kind"]}
                currency = found["currency"] or given["currency"]
                chosen[found["key"]] = {"new": made | ({"currency": currency} if currency else {})}
            else:
                fail(f"The book has no account named {name!r}; --new-account {name!r} would make it.", 2)
        return chosen

    def _ask(self, preview: Row, question: Row, accounts: list[Row]) -> Row:
        """One question at the terminal; its answer as options."""
        click.echo(f"\n{preview['file_name']}: {question['ask']}")
        if question["name"] == "account":
            return {"accounts": {question["account"] or "": self._ask_account(preview, question, accounts)}}
        if question["name"] == "columns":
            names = preview["findings"].get("column_names") or []
            click.echo("  " + "  ".join(f"{n}: {name}" for n, name in enumerate(names)))
            role, number = self._column(click.prompt("ROLE=NUMBER, e.g. amount=3"))
            return {"columns": {role: number}}
        for choice in question["choices"]:
            click.echo(f"  {choice['value']:10} {choice['label']}")
        values = [choice["value"] for choice in question["choices"]]
        kind = click.Choice(values) if values and question["name"] != "currency" else str
        return {question["name"]: click.prompt("Answer", type=kind, default=values[0] if values else None)}

    def _ask_account(self, preview: Row, question: Row, accounts: list[Row]) -> Row:
        found = next(a for a in preview["accounts"] if a["key"] == (question["account"] or ""))
        offered = [row for i in found["suggestions"] for row in accounts if row["id"] == i]
        for number, row in enumerate(offered, 1):
            click.echo(f"  {number}  {row['name']} ({row['currency']})")
        click.echo("  or a name for a new account")
        answer = str(click.prompt("Account"))
        if answer.isdigit() and 1 <= int(answer) <= len(offered):
            return {"id": offered[int(answer) - 1]["id"]}
        currency = found["currency"] or click.prompt("Currency", default="EUR")
        return {"new": {"name": answer, "kind": found["kind"], "currency": currency}}

    async def _revise(self, preview: Row, options: Row) -> Row:
        return await commands.revise(self.store, self.book_id, preview["id"], role=self.role, options=options)

    async def _carry_out(self, file: Path, preview: Row, given: Row) -> tuple[Row, int]:
        counts = preview["counts"]
        self._tell(file, preview)
        if given["dry_run"]:
            await commands.discard(self.store, self.book_id, preview["id"], role=self.role)
            return {"file": str(file), "preview": preview}, 0
        if preview["questions"]:
            for question in preview["questions"]:
                self._say(f"  ? {question['ask']}  {_HOW_TO_ANSWER.get(question['name'], '')}", err=True)
            await commands.discard(self.store, self.book_id, preview["id"], role=self.role)
            return {
                "file": str(file),
                "code": "import_question",
                "questions": preview["questions"],
            }, UNANSWERED
        if not counts["selected"]:
            await commands.discard(self.store, self.book_id, preview["id"], role=self.role)
            self._say("  Nothing can be imported." if counts["faulty"] else "  Nothing new.")
            code = UNANSWERED if counts["faulty"] else 0
            return {"file": str(file), "created": 0, **_states(counts)}, code
        asking = sys.stdin.isatty() and not given["yes"] and not self.as_json
        if asking and not click.confirm(f"  Import {counts['selected']} transactions?", default=True):
            await commands.discard(self.store, self.book_id, preview["id"], role=self.role)
            return {"file": str(file), "created": 0}, 0
        try:
            done = await commands.commit(
                self.store, self.book_id, preview["id"], person_id=self.person_id, role=self.role
            )
        except Refusal:
            await commands.discard(self.store, self.book_id, preview["id"], role=self.role)
            raise
        self._say(
            f"  {done['created']} transactions were imported. Take back: outlay import --undo {done['import_id']}"
        )
        return {"file": str(file), **done}, 0

    def _tell(self, file: Path, preview: Row) -> None:
        counts = preview["counts"]
        said = ", ".join(f"{counts[s]} {text}" for s, text in _WORDS if counts[s])
        self._say(f"{file}: {preview['format'].upper()}, {said or 'no transactions'}")
        shown = [row for row in preview["rows"] if row["state"] in ("faulty", "possible")]
        for row in shown[:SHOWN]:
            if row["state"] == "faulty":
                self._say(f"  line {row['line']}: {row['problem']['detail']}", err=True)
            else:
                amount = format_plain(row["amount_minor"], row["currency"])
                self._say(
                    f"  line {row['line']}: possibly there already: {row['day']} {amount} {row['payee']}",
                    err=True,
                )

        if len(shown) > SHOWN:
            self._say(f"  … and {len(shown) - SHOWN} more such lines", err=True)

    def _say(self, text: str, err: bool = False) -> None:
        if not self.as_json:
            click.echo(text, err=err)


_WORDS = (
    ("new", "new"), ("present", "there already"), ("possible", "possibly there already"), ("faulty", "faulty"),
    ("skipped", "lines that are no transactions"),
)  # fmt: skip


def _states(counts: Row) -> Row:
    return {name: counts[name] for name in ("present", "possible", "faulty")}
