"""What every test may ask for. The cluster itself is in postgres.py; here is only whose it is and when."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import logs
import postgres

# The fixtures `store`, `store_settings`, `clock`, `settings`, `site`, and `async def` tests.
pytest_plugins = ["stores", "sites"]

# Set by the process that the user started, read by the workers it starts (pytest-xdist).
POSTGRES_FOLDER = "OUTLAY_TEST_POSTGRES_FOLDER"
FOUND: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    about = "the tests marked proof: them only (make proofs), or them too (make audit)"
    parser.addoption("--proofs", choices=["only", "too"], help=about)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    proofs: str | None = config.getoption("--proofs")
    if proofs != "too":
        left_out = [item for item in items if is_proof(item) != (proofs == "only")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def is_proof(item: pytest.Item) -> bool:
    """Whether it takes longer than it says new things about a change: `@pytest.mark.proof`, or, with an engine named
    in it, on that engine."""
    mark = item.get_closest_marker("proof")
    if mark is None or not mark.args:
        return mark is not None
    return not set(mark.args).isdisjoint(map(str, item.callspec.params.values()))


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if not is_worker(config):
        os.environ[POSTGRES_FOLDER] = str(postgres.reserve_folder())
    logs.begin(config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """No secret of a test may stand in the log (`logs.py`)."""
    session.config.stash[FOUND] = found = logs.end(session.config)
    if found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if found := config.stash.get(FOUND, []):
        terminalreporter.section("secrets in the log", red=True)
        for each in found:
            terminalreporter.line(each)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config) and POSTGRES_FOLDER in os.environ:
        postgres.remove_folder(Path(os.environ.pop(POSTGRES_FOLDER)))


@pytest.fixture(scope="session")
def postgres_cluster() -> postgres.Cluster:
    """One cluster for all workers, started by the first test that asks."""
    return postgres.Cluster.shared(Path(os.environ[POSTGRES_FOLDER]))


@pytest.fixture(scope="session")
def emptied_databases() -> dict[str, list[str]]:
    """Copies of templates that earlier tests of this worker are done with, by template."""
    return {}


@pytest.fixture
def postgres_database(
    postgres_cluster: postgres.Cluster, emptied_databases: dict[str, list[str]]
) -> Iterator[Callable[..., str]]:
    """Makes databases that are the test's alone: `postgres_database()` is the URL of an empty one,
    `postgres_database("migrated", migrate)` of one as `migrate(url)` filled it once per run."""
    made: list[tuple[str, str | None]] = []

    def create(template: str | None = None, prepare: Callable[[str], None] | None = None) -> str:
        if template is not None and prepare is not None:
            template = postgres_cluster.template(template, prepare)
        emptied = emptied_databases.get(template or "")
        url = emptied.pop() if emptied else postgres_cluster.create_database(template=template)
        made.append((url, template))
        return url

    yield create
    for url, template in made:
        if template is not None and postgres_cluster.emptied(url, template):
            emptied_databases.setdefault(template, []).append(url)
        else:
            postgres_cluster.drop_database(url)


@pytest.fixture
def postgres_url(postgres_database: Callable[..., str]) -> str:
    """`postgresql://…` of an empty database of this test alone."""
    return postgres_database()
