"""The PostgreSQL that other tests stand on: one cluster for all workers, one database for each test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

import postgres


@pytest.mark.parametrize("round_", range(4))
def test_every_test_begins_with_an_empty_database(postgres_url: str, round_: int) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE only_here (id int)")
        count = connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone()
    assert count == (1,)


@pytest.mark.parametrize("round_", range(4))
def test_a_template_is_prepared_once_and_copied(
    postgres_cluster: postgres.Cluster, postgres_database: Callable[..., str], round_: int
) -> None:
    prepared = postgres_cluster.folder / "prepared"

    def migrate(url: str) -> None:
        with prepared.open("a") as file:
            file.write("once\n")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE account (id text)")

    url = postgres_database("fixture_template", migrate)
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO account VALUES ('a')")
        assert connection.execute("SELECT count(*) FROM account").fetchone() == (1,)
    assert prepared.read_text() == "once\n"


@pytest.mark.proof
@pytest.mark.parametrize(
    ("change", "emptied"),
    [
        ("INSERT INTO account VALUES ('a')", True),
        ("INSERT INTO currency VALUES ('EUR')", False),
        ("UPDATE currency SET code = 'USD'", False),
        ("ALTER TABLE account ADD COLUMN name text", False),
        ("ALTER TABLE currency ALTER COLUMN code DROP NOT NULL", False),
        ("CREATE INDEX account_id ON account (id)", False),
        ("CREATE VIEW accounts AS SELECT id FROM account", False),
        ("CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1", False),
    ],
)
def test_only_a_copy_that_is_as_its_template_was_is_used_again(
    postgres_cluster: postgres.Cluster, change: str, emptied: bool
) -> None:
    def migrate(url: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE account (id text)")
            connection.execute("CREATE TABLE currency (code text NOT NULL)")
            connection.execute("INSERT INTO currency VALUES ('CHF')")

    template = postgres_cluster.template("fixture_reuse", migrate)
    url = postgres_cluster.create_database(template=template)
    with psycopg.connect(url) as connection:
        connection.execute(change)
    assert postgres_cluster.emptied(url, template) is emptied
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM account").fetchone() == (0,)
        assert postgres_cluster.emptied(url, template) is False, "somebody is connected"
    postgres_cluster.drop_database(url)


def test_the_cluster_is_as_asked(postgres_url: str) -> None:
    def setting(name: str) -> str:
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
        assert row is not None
        return str(row[0])

    with psycopg.connect(postgres_url) as connection:
        assert setting("max_connections") == "200"
        assert setting("listen_addresses") == "127.0.0.1"
        assert setting("fsync") == ("on" if os.environ.get("OUTLAY_TEST_FSYNC") == "1" else "off")
        # English rules, where bytewise order would say False.
        assert connection.execute("SELECT 'a' < 'B'").fetchone() == (True,)


def test_a_wrong_password_is_refused(postgres_cluster: postgres.Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgres_cluster.url("postgres").replace(postgres_cluster.password, "guess"))


def test_as_a_program_it_ends_with_its_input_and_leaves_nothing() -> None:
    program = Path(postgres.__file__)
    with subprocess.Popen(
        [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        with psycopg.connect(process.stdout.readline().strip()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            folder = connection.execute("SHOW data_directory").fetchone()
    assert process.returncode == 0
    assert folder is not None
    assert not Path(folder[0]).parent.exists()


@pytest.mark.proof
def test_what_a_killed_run_left_is_removed_by_the_next() -> None:
    with subprocess.Popen(
        [sys.executable, postgres.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with psycopg.connect(url) as connection:
            folder = connection.execute("SHOW data_directory").fetchone()
        process.kill()
    assert folder is not None
    postgres.remove_folder(postgres.reserve_folder())
    assert not Path(folder[0]).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=5)


def test_a_missing_postgresql_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    with pytest.raises(RuntimeError, match="apt-get install postgresql"):
        postgres._bin()
