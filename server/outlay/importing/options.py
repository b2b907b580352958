"""What a person says about a file: answers, overrides and choices, as the API and the command line send them. Pure.

{"format": "ofx" | "csv", "encoding", "delimiter", "skip_lines", "header", "columns": {role: index}, "date_order",
"decimal", "sign", "currency", "accounts": {key in the file: {"id": …} | {"new": {"name", "kind", "currency"}}},
"rows": {index: "import" | "skip"}, "skip_faulty": true}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from outlay.importing.reading import Options
from outlay.kernel.ids import is_id
from outlay.kernel.money import CURRENCIES
from outlay.kernel.refusal import Refusal

Given = dict[str, Any]

ACCOUNT_KINDS: Final = ("cash", "bank", "card", "savings", "loan", "investment")
READING: Final = (
    "encoding", "delimiter", "skip_lines", "header", "columns", "date_order", "decimal", "sign", "currency",
)  # fmt: skip


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: value in values


_CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    "format": _one_of("ofx", "csv"),
    "encoding": lambda v: isinstance(v, str) and 0 < len(v) <= 40,
    "delimiter": _one_of(",", ";", "\t", "|"),
    "skip_lines": lambda v: type(v) is int and 0 <= v <= 10_000,
    "header": lambda v: type(v) is bool,
    "columns": lambda v: isinstance(v, dict) and len(v) <= 20,
    "date_order": _one_of("dmy", "mdy", "ymd"),
    "decimal": _one_of(".", ","),
    "sign": _one_of("as_is", "inverted"),
    "currency": lambda v: isinstance(v, str) and v in CURRENCIES,
    "accounts": lambda v: isinstance(v, dict) and len(v) <= 100 and all(map(_is_account, v.values())),
    "rows": lambda v: isinstance(v, dict) and all(x in ("import", "skip") for x in v.values()),
    "skip_faulty": lambda v: type(v) is bool,
}


def _is_account(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    if "id" in value:
        return is_id(value["id"])
    new = value.get("new")
    return (
        isinstance(new, dict)
        and set(new) <= {"name", "kind", "currency"}
        and isinstance(new.get("name"), str)
        and 0 < len(new["name"].strip()) <= 80
        and new.get("kind", "bank") in ACCOUNT_KINDS
        and new.get("currency", "EUR") in CURRENCIES
    )


def checked(given: Mapping[str, Any]) -> Given:
    """The options themselves, without those that are None. Refuses `import_options` with the option's name."""
    kept = {name: value for name, value in given.items() if value is not None}
    for name, value in kept.items():
        if name not in _CHECKS:
            raise Refusal("import_options", name[:40], f"There is no option {name[:40]!r}.")
        try:
            fine = _CHECKS[name](value)
        except TypeError:  # an unhashable value
            fine = False
        if not fine:
            raise Refusal("import_options", name, f"{name} cannot be {str(value)[:40]!r}.")
    return kept


def merged(before: Given, given: Mapping[str, Any]) -> Given:
    """Options with newer ones over them. `accounts` and `rows` are merged by their keys; None takes an answer back."""
    result = dict(before)
    for name, value in given.items():
        if value is None:
            result.pop(name, None)
        elif name in ("accounts", "rows"):
            result[name] = {**result.get(name, {}), **value}
        else:
            result[name] = value
    return checked(result)


def for_reader(given: Given) -> Options:
    """The part that a reader needs."""
    return Options(**{name: given[name] for name in READING if name in given})
