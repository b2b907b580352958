"""The OpenAPI document: built here, complete, and the same as the committed one.

`python server/tests/http/test_openapi.py` writes spec/openapi.json anew; `npm run api` in app/ then makes its types.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from outlay.http.documents import OUT, Transaction, TransactionChange
from outlay.http.openapi import document, encode
from outlay.http.plan_documents import PLANS
from outlay.http.problems import refusals
from outlay.kernel import spec
from outlay.main import build_app
from outlay.settings import Settings

COMMITTED = spec.path("openapi.json")
SOURCES = Path(__file__).parents[2] / "outlay"


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return document(build_app(Settings()))


def operations(made: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in made["paths"].items()
        for method, operation in item.items()
    ]


def test_the_committed_document_is_this_one(made: dict[str, Any]) -> None:
    again = "It changed. Run: python server/tests/http/test_openapi.py && (cd app && npm run api)"
    assert COMMITTED.read_bytes() == encode(made), again


def test_it_is_openapi_31_with_everything_said(made: dict[str, Any]) -> None:
    assert made["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, operation in operations(made)]
    assert len(set(names)) == len(names)
    wrong = []
    for name, operation in operations(made):
        for part in ("summary", "description", "tags", "responses"):
            if not operation.get(part):
                wrong.append(f"{name}: no {part}")
        for parameter in operation.get("parameters", []):
            if not parameter.get("description"):
                wrong.append(f"{name}: {parameter['name']} has no description")
        if "security" not in operation and "401" not in operation["responses"]:
            wrong.append(f"{name}: wants a token and has no 401")
        wrong += [f"{name}: {s}" for s in operation["responses"] if s not in KNOWN_STATUSES]
    wrong += [name for name, schema in made["components"]["schemas"].items() if not schema.get("description")]
    assert not wrong, "\n".join(wrong)


KNOWN_STATUSES = {
    *map(str, (200, 201, 204, 206, 304, 400, 401, 403, 404, 409, 410, 412, 413, 415, 416, 422, 426, 429, 503))
}


def test_every_reference_leads_somewhere(made: dict[str, Any]) -> None:
    for reference in set(re.findall(r'"\$ref":"#/([^"]+)"', json.dumps(made, separators=(",", ":")))):
        at: Any = made
        for key in reference.split("/"):
            at = at[key]


def test_what_a_handler_says_it_refuses_is_listed(made: dict[str, Any]) -> None:
    for name, operation in operations(made):
        said = re.findall(r"Refuses ([^.]*)", operation["description"])
        for code in re.findall(r"`([a-z_]+)`", " ".join(said)):
            known = code in refusals() or code in ("unlock",)
            assert known, f"{name} says that it refuses {code}"


def test_documents_have_the_fields_of_the_entities() -> None:
    entities = spec.read("sync/entities.json")["entities"]
    more = {
        "account": {"balance_minor", "ahead_minor", "count", "last_day"},
        "transaction": {"payee", "tags"},
        "budget": {"amounts"},
        "schedule": {"next_day", "month_minor"},
    }
    for entity, shape in {**OUT, **PLANS}.items():
        expected = {"id", "ver"} | set(entities[entity]["fields"]) | more.get(entity, set())
        assert set(shape.__struct_fields__) == expected, entity


def test_a_transaction_can_be_changed_in_everything_that_is_read() -> None:
    fixed = {"id", "ver", "import_id", "base_currency"}
    assert set(Transaction.__struct_fields__) - fixed <= set(TransactionChange.__struct_fields__)


def test_every_code_that_http_and_identity_raise_is_listed() -> None:
    for room in ("http", "identity"):
        for file in (SOURCES / room).glob("*.py"):
            for code in re.findall(r'Refusal\(\s*"([a-z_]+)"', file.read_text()):
                assert code in refusals(), f"{file.name}: {code}"


if __name__ == "__main__":
    COMMITTED.write_bytes(encode(document(build_app(Settings()))))
