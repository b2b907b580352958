"""The house rules that a machine can check (ARCHITECTURE "The house", STYLE 16).

What is not worth a check here is not a rule.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from outlay.kernel import spec
from outlay.store.columns import metadata
from stores import import_tables

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "server" / "outlay"
APP = ROOT / "app" / "src"

# Who stands on whom: a room imports only rooms of lower rank. Siblings share a rank.
RANKS = {
    "kernel": 0, "store": 1, "identity": 2, "ledger": 3, "files": 3,
    "sync": 4, "reports": 4, "importing": 4, "notify": 4, "batch": 4, "privacy": 4,
    "joining": 5, "http": 6, "ops": 6, "main": 7,
}  # fmt: skip
# Frozen values, which may be read by what stands above the domain.
ENTRY_POINTS = {"http", "ops", "main"}
# The command line starts the server: the one import of main, made when it is asked to.
EXCEPTIONS = {("ops", "main")}

APP_RANKS = {
    "kernel": 0, "store": 1, "identity": 2, "ledger": 2, "reports": 3, "sample": 3, "sync": 4,
    "rooms": 5, "remote": 5, "status": 5, "surroundings": 5, "core": 6, "composition": 6, "calls": 7, "worker": 8,
}  # fmt: skip
# What a screen may import as values; of the rest of the app it may know types.
# `shell` is the page's door to a phone's own app, as `outlay` is its door to the data.
SCREEN_MAY = {"outlay", "shell", "kernel", "reports", "ledger", "ui", "messages", "routes"}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the server, by dotted name without `outlay.`."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(), str(path))
    return found


def imports(name: str) -> Iterator[tuple[str, bool]]:
    """(module of outlay, at import time) for each import of a module, also the ones inside functions."""
    tree = modules()[name]
    late = {id(node) for later in ast.walk(tree) if is_later(later) for node in ast.walk(later)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            base = node.module or ""
            names = [
                f"{base}.{alias.name}"
                if f"{base}.{alias.name}".removeprefix("outlay.") in modules()
                else base
                for alias in node.names
            ]
        else:
            continue
        for imported in names:
            if imported.startswith("outlay."):
                yield imported.removeprefix("outlay."), id(node) not in late


def is_later(node: ast.AST) -> bool:
    """A function's body, or what only the type checker reads."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def room(module: str) -> str:
    return module.partition(".")[0]


def test_imports_point_down_only() -> None:
    wrong = []
    for name in modules():
        if name in ("", "__init__"):
            continue
        for imported, _ in imports(name):
            a, b = room(name), room(imported)
            if a == b or (a, b) in EXCEPTIONS:
                continue
            if b == "settings":
                if a not in ENTRY_POINTS:
                    wrong.append(f"{name} imports {imported}")
            elif a == "settings" or RANKS[a] <= RANKS[b]:
                wrong.append(f"{name} imports {imported}")
    assert wrong == []


def test_no_import_cycles() -> None:
    graph = {
        name: {
            imported
            for imported, early in imports(name)
            if early and imported in modules() and imported != name
        }
        for name in modules()
        if name and not name.endswith("__init__")
    }
    # A package's __init__ only names what its modules hold.
    packages = {name for name in graph if (PACKAGE / name.replace(".", "/")).is_dir()}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"import cycle: {' -> '.join([*path, name])}"
        if name in done or name in packages:
            return
        for imported in sorted(graph.get(name, ())):
            visit(imported, (*path, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_only_the_store_knows_drivers_and_dialects() -> None:
    drivers = {"psycopg", "psycopg_pool", "sqlcipher3", "sqlite3", "alembic"}
    for name, tree in modules().items():
        if room(name) == "store":
            continue
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for imported in names:
                top = imported.partition(".")[0]
                assert top not in drivers, f"{name} imports {imported}"
                assert top != "sqlalchemy" or "tables" in name, f"{name} imports {imported}: only tables do"


MONEY_ROOMS = {"kernel", "ledger", "reports", "importing"}
# A slash that joins paths; finding out what a file is, by shares of its cells.
NO_MONEY = {"kernel.spec"} | {f"importing.{name}" for name in ("columns", "csv_bank", "encoding", "headers")}


def test_money_is_never_a_float() -> None:
    for name, tree in modules().items():
        if room(name) not in MONEY_ROOMS or name in NO_MONEY:
            continue
        for node in ast.walk(tree):
            where = f"{name}:{getattr(node, 'lineno', 0)}"
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), where
            assert not (isinstance(node, ast.Name) and node.id == "float"), where
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), f"{where}: use //"
    for path in app_files("kernel", "ledger", "reports"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not re.search(r"\b(parseFloat|toFixed|Math\.round)\b", line), f"{path.name}:{number}"


def is_pure(name: str) -> bool:
    last = name.rpartition(".")[2]
    return room(name) == "kernel" or (room(name) in RANKS and bool(re.match(r"(rules|merge|lines)", last)))


def test_pure_code_has_no_clock_no_chance_and_no_wires() -> None:
    banned = {"time", "random", "secrets", "os", "socket", "asyncio", "threading", "subprocess"}
    calls = {"now", "utcnow", "today", "uuid1", "uuid4", "urandom", "open"}
    seen = 0
    for name, tree in modules().items():
        if not is_pure(name):
            continue
        seen += 1
        for node in ast.walk(tree):
            where = f"{name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                assert not {alias.name.partition(".")[0] for alias in node.names} & banned, where
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in banned, where
                assert room((node.module or "").removeprefix("outlay.")) not in ("store", "identity"), where
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                assert called not in calls, f"{where} calls {called}"
    assert seen > 8
    chance = re.compile(r"Date\.now|new Date\(|Math\.random|\bcrypto\.|performance\.|setTimeout|\bfetch\(")
    pure = [
        *app_files("kernel"),
        *(path for path in app_files("ledger") if re.match("rules|merge|lines", path.stem)),
    ]
    assert len(pure) > 8
    for path in pure:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not chance.search(line), f"{path.relative_to(ROOT)}:{number}"


def test_every_column_says_whose_it_is() -> None:
    import_tables()
    assert len(metadata.tables) > 10
    for table in metadata.tables.values():
        for column in table.columns:
            owner = column.info.get("owner")
            assert owner in ("person", "book", "none"), f"{table.name}.{column.name} has no owner"


def test_sealed_fields_are_sealed_columns() -> None:
    import_tables()
    for entity, described in spec.read("sync/entities.json")["entities"].items():
        for field, kind in described["fields"].items():
            column = metadata.tables[entity].columns[field]
            assert type(column.type).__name__.startswith("Sealed") == kind.get("sealed", False), (
                f"{entity}.{field}"
            )


def test_every_unique_constraint_of_a_book_contains_the_book() -> None:
    import_tables()
    for table in metadata.tables.values():
        if "book_id" not in table.columns or table.name in ("member",):
            continue
        keys = [table.primary_key, *(index for index in table.indexes if index.unique)]
        keys += [c for c in table.constraints if type(c).__name__ == "UniqueConstraint"]
        for key in keys:
            assert "book_id" in key.columns, f"{table.name}: {key}"


# Refusals

CODE = re.compile(r"[a-z][a-z0-9_]*")


def refusals_named() -> Iterator[tuple[str, str]]:
    """(code, where) of each refusal with a literal code in either language."""
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal" and node.args):
                continue
            if isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value), f"{name}:{node.lineno}"
    for path in app_files():
        for match in re.finditer(r"new Refusal\(\s*'([^']*)'", path.read_text()):
            yield match[1], str(path.relative_to(ROOT))


def test_refusals_come_from_the_closed_list() -> None:
    listed = spec.read("refusals.json")
    assert list(listed) == sorted(listed)
    for code, entry in listed.items():
        assert CODE.fullmatch(code)
        assert entry.keys() == {"status", "park", "message"}, code
        assert 400 <= entry["status"] < 600, code
        assert isinstance(entry["park"], bool), code
        assert re.fullmatch(r"[A-Z].*[.?]", entry["message"]), f"{code}: a sentence"
    unknown = {f"{code} ({where})" for code, where in refusals_named() if code not in listed}
    assert unknown == set()


def test_listed_refusals_are_used() -> None:
    text = "\n".join(path.read_text() for path in [*PACKAGE.rglob("*.py"), *app_files()])
    unused = [code for code in spec.read("refusals.json") if not re.search(rf"""['":]{code}['"]""", text)]
    assert unused == []


# SQL that runs on both engines and on the device

BANNED_SQL = {
    r"\bLIKE\b": "a search_key is compared", r"\blower\s*\(": "a search_key is compared",
    r"\bnow\s*\(": "times are bound", r"\bdate\s*\(": "days are text", r"\bstrftime\b": "days are text",
    r"=\s*(0|1|true|false)\b": "flags are used bare",
    r"\bMERGE\b": "upserts", r"\bmax\s*\([^()]*,": "two-argument max is SQLite's",
}  # fmt: skip


def test_shared_sql_is_portable() -> None:
    files = sorted(spec.path("reports").glob("*.sql"))
    assert files
    for path in files:
        sql = re.sub(r"--[^\n]*", "", path.read_text())
        for pattern, instead in BANNED_SQL.items():
            found = re.search(pattern, sql, re.IGNORECASE)
            assert found is None, f"{path.name}: {found and found[0]!r}: {instead}"
        assert sql.count(":book") >= len(
            re.findall(r"\bFROM\s+(?!\()", sql, re.IGNORECASE)
        ) - sql.upper().count("WITH"), path.name


# The app


def app_files(*rooms: str) -> list[Path]:
    """The app's own sources, tests left out."""
    places = [APP / name for name in rooms] if rooms else [APP]
    found = [path for place in places for ending in ("*.ts", "*.svelte") for path in place.rglob(ending)]
    return sorted(path for path in found if ".test." not in path.name and path.parent.name != "devc")


IMPORT = re.compile(r"^\s*(import|export)\s+(?P<what>[^;'\"]*?)\s*from\s+'(?P<where>[^']+)'", re.MULTILINE)


def app_imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(path from src/, as a value) of each import from the app's own sources."""
    for match in IMPORT.finditer(path.read_text()):
        where = match["where"]
        if where.startswith("$src"):
            target = APP / where.removeprefix("$src").lstrip("/")
        elif where.startswith("."):
            target = (path.parent / where).resolve()
        else:
            continue
        if not target.is_relative_to(APP):
            continue
        what = match["what"]
        names = [name.strip() for name in what.strip("{} \n").split(",") if name.strip()]
        typed = what.startswith("type ") or (
            what.startswith("{") and all(name.startswith("type ") for name in names)
        )
        yield str(target.relative_to(APP)), not typed


def app_room(path: str) -> str:
    return path.split("/")[0].split(".")[0]


def test_app_imports_point_down_only() -> None:
    wrong = []
    for path in app_files():
        name = str(path.relative_to(APP))
        a = app_room(name)
        for imported, value in app_imports(path):
            b = app_room(imported)
            if a == b or not value or b == "api":
                continue
            if a in ("routes", "ui", "messages"):
                allowed = b in SCREEN_MAY and not (a == "ui" and b == "routes")
            elif a in APP_RANKS:
                allowed = b in APP_RANKS and APP_RANKS[b] < APP_RANKS[a]
            else:
                continue  # outlay.ts and the worker wire
            if not allowed:
                wrong.append(f"{name} imports {imported}")
    assert wrong == []


def test_screens_do_not_touch_the_network_or_storage() -> None:
    for path in app_files("routes", "ui"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(ROOT)}:{number}"
            assert not re.search(r"(?<![.\w])fetch\(|new EventSource|indexedDB", line), where


def test_no_import_cycles_in_the_app() -> None:
    graph = {str(p.relative_to(APP)): {i for i, value in app_imports(p) if value} for p in app_files()}

    def resolve(target: str) -> str | None:
        return next((n for n in (target, f"{target}.ts", f"{target}/index.ts") if n in graph), None)

    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"import cycle: {' -> '.join([*path, name])}"
        if name in done:
            return
        for imported in sorted(graph[name]):
            found = resolve(imported)
            if found is not None:
                visit(found, (*path, name))
        done.add(name)

    for name in graph:
        visit(name, ())


# What may not be in the repository

# Written in halves, so that this file is not its own finding.
MACHINE = ["/wo" + "rk/", "/ro" + "ot/", "/fa" + "rm/", "/tmp" + "/o/"]
SECRETS = [
    "-----BEGIN [A-Z ]*PRIVATE" + " KEY-----",
    r"\bAKIA[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{30,}",
    r"\bsk-[A-Za-z0-9]{20,}",
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
]


@cache
def tracked() -> list[Path]:
    """Every text file that git knows or would add."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: what is tracked is not known; git is missing or this is an archive")
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


def test_no_secrets_and_no_paths_of_this_machine() -> None:
    pattern = re.compile("|".join([*map(re.escape, MACHINE), *SECRETS]))
    wrong = []
    for path in tracked():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            found = pattern.search(line)
            if found:
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {found[0]}")
    assert wrong == []


def test_lock_files_have_no_addresses() -> None:
    for path in tracked():
        if path.name in ("package-lock.json", "requirements.lock", ".npmrc"):
            assert not re.search(r"https?://", path.read_text()), path.name
