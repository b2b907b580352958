"""SQL text as rooms write it, translated once per dialect.

Rooms write `:name` parameters, and `IN :names` / `NOT IN :names` for a list:
SQLite gets `IN (SELECT value FROM json_each(:names))`, PostgreSQL `= ANY(%(names)s)`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Dialect = Literal["sqlite", "postgresql"]

_TOKEN: Final = re.compile(
    r"""(?P<skip> '(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | :: )
      | (?P<not> \bNOT\s+ )? \bIN \s+ : (?P<list> [a-z_][a-z0-9_]* )
      | : (?P<name> [a-z_][a-z0-9_]* )
      | (?P<percent> % )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """Text for the driver, and the names of the parameters that are lists."""

    text: str
    lists: tuple[str, ...]


@lru_cache(maxsize=2048)
def translate(sql: str, dialect: Dialect) -> Statement:
    """The driver's form of a statement."""
    lists: list[str] = []

    def replace(match: re.Match[str]) -> str:
        if match["skip"]:
            skipped = match["skip"]
            if skipped.startswith(("--", "/*")):
                return " "
            return skipped.replace("%", "%%") if dialect == "postgresql" else skipped
        if match["percent"]:
            return "%%" if dialect == "postgresql" else "%"
        if match["list"]:
            lists.append(match["list"])
            if dialect == "postgresql":
                return f"<> ALL(%({match['list']})s)" if match["not"] else f"= ANY(%({match['list']})s)"
            return f"{match['not'] or ''}IN (SELECT value FROM json_each(:{match['list']}))"
        return f"%({match['name']})s" if dialect == "postgresql" else f":{match['name']}"

    return Statement(_TOKEN.sub(replace, sql), tuple(lists))
