"""Every operation, called with generated data, good and bad, against a real server: what comes back is documented.

Bounded and the same every time; `OUTLAY_TEST_EXAMPLES=200 pytest …` looks longer.
"""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from outlay.http.openapi import document
from outlay.settings import Settings
from outlay.store.engine import Store
from sites import World, made_world, served

EXAMPLES = int(os.environ.get("OUTLAY_TEST_EXAMPLES", "2"))

LEFT_OUT = {
    "/api/v1/files/{sha256}",  # a body that no schema describes; test_files.py has it
    "/api/v1/sync/events",  # a stream without an end; test_stream.py has it
    "/api/v1/auth/sign-up",  # a quarter of a second each; test_auth.py has it
}

NOT_CHECKED = {
    # Rules beyond a schema (an account that does not exist, lines that do not sum) refuse good documents.
    "positive_data_acceptance",
    # It leaves the token out and wants 401 also where none is needed; attack/test_access.py asks that of every route.
    "ignored_auth",
    # Other methods are answered by the app's pages.
    "unsupported_method",
}


@pytest.mark.proof("postgresql")
@pytest.mark.timeout(max(580, EXAMPLES * 120))
def test_every_operation_answers_as_documented(store: Store, settings: Settings) -> None:
    with served(store, settings) as (url, app):
        schema = schemathesis.openapi.from_dict(without_tuples(document(app)))
        schema.config.update(base_url=url)
        at = made_world(app, url)
        failures: list[str] = []
        checks = [check for check in CHECKS.get_all() if check.__name__ not in NOT_CHECKED]
        for result in schema.get_all_operations():
            operation = result.ok()
            if operation.path in LEFT_OUT:
                continue
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    call(operation, mode, checks, url, at)
                except hypothesis.errors.Unsatisfiable:
                    pass  # nothing can be wrong in it
                except (Exception, BaseExceptionGroup) as error:  # every operation is to be seen
                    failures.append(f"{operation.label} ({mode.value}): {error}"[:1500])
        assert not failures, "\n\n".join(failures)


def without_tuples(schema: Any) -> Any:
    """schemathesis 4.32 rewrites `prefixItems` to the form of an older draft and then refuses that form."""
    if isinstance(schema, dict):
        kept = {key: without_tuples(value) for key, value in schema.items() if key != "prefixItems"}
        if "prefixItems" in schema:
            kept.pop("items", None)
        return kept
    return [without_tuples(each) for each in schema] if isinstance(schema, list) else schema


def call(operation: Any, mode: GenerationMode, checks: list[Any], url: str, at: World) -> None:
    """One operation with generated data, by nobody and by the owner; ids in the path are sometimes real ones."""

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), real=hypothesis.strategies.booleans())
    def run(case: Any, real: bool) -> None:
        noun = case.path.split("/")[3] if case.path.startswith("/api/") else ""
        known = at.ids.get({"categories": "category"}.get(noun, noun.rstrip("s")))
        if real and known and mode is GenerationMode.POSITIVE and case.method != "DELETE":
            for name in case.path_parameters or {}:
                case.path_parameters[name] = known
        for headers in ({}, at.owner.headers):
            response = case.call(base_url=url, headers=headers, timeout=60)
            case.validate_response(response, checks=checks)

    run()
