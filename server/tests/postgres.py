"""A private PostgreSQL cluster in a temporary folder, for tests, benchmarks and the browser tests.

Owns the processes and folders it makes and takes them away again, also those of a run that was killed.
Must not touch any other PostgreSQL on the machine.

    with Cluster.started() as cluster:
        url = cluster.create_database()

`python server/tests/postgres.py` starts one, prints the URL of an empty database as its first line, and
stops when its standard input ends or it is told to (SIGTERM, Ctrl-C).

Text sorts by ICU's English rules here, unlike in SQLite, so that a column that must be compared bytewise
and does not say so is found out.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

FOLDER_PREFIX = "outlay-postgres-"
MAX_CONNECTIONS = 200
START_ATTEMPTS = 3
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 5
LEAVE_TIMEOUT_S = 2
LARGEST_REUSED_BYTES = 32 << 20
MISSING = (
    "PostgreSQL 15 or newer is missing (initdb and pg_ctl, on PATH or in /usr/lib/postgresql/*/bin): "
    "apt-get install postgresql"
)


@dataclass(frozen=True)
class Cluster:
    """A running cluster, listening on `port` of 127.0.0.1."""

    folder: Path
    port: int
    password: str

    @classmethod
    @contextlib.contextmanager
    def started(cls, *, durable: bool | None = None) -> Iterator[Cluster]:
        """One cluster for the length of a `with`; `durable` is fsync, by default OUTLAY_TEST_FSYNC."""
        folder = reserve_folder()
        try:
            yield cls.shared(folder, durable=durable)
        finally:
            remove_folder(folder)

    @classmethod
    def shared(cls, folder: Path, *, durable: bool | None = None) -> Cluster:
        """The cluster of a folder of `reserve_folder`, started by whichever process asks first."""
        state = folder / "cluster.json"
        with _locked(folder / "lock"):
            if not state.exists():
                if durable is None:
                    durable = os.environ.get("OUTLAY_TEST_FSYNC") == "1"
                password = secrets.token_urlsafe(16)
                port = _start(folder, password, durable=durable)
                _write_private(state, json.dumps({"port": port, "password": password}))
            return cls(folder, **json.loads(state.read_text()))

    def url(self, database: str) -> str:
        return f"postgresql://outlay:{self.password}@127.0.0.1:{self.port}/{database}"

    def create_database(self, *, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of a `template`."""
        name = f"test_{secrets.token_hex(8)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template or "template0")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drops it also under connections that are still open."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rpartition("/")[2])

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """The name of a database that `prepare(url)` filled, once for all processes.

        `prepare` closes its connections; afterwards nobody can connect to the template.
        """
        with _locked(self.folder / "lock"):
            done = self.folder / f"template-{name}"
            if not done.exists():
                self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
                self._execute("CREATE DATABASE {} TEMPLATE template0", name)
                prepare(self.url(name))
                with psycopg.connect(self.url(name)) as connection:
                    made = {"shape": _shape(connection), "rows": _rows(connection, _written(connection))}
                self._execute("ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
                done.write_text(json.dumps(made))
        return name

    def emptied(self, url: str, template: str) -> bool:
        """Brings a copy of a template back to the template's rows: cheaper than another copy.

        False where more than rows may differ, or somebody is still connected: that copy is to be dropped.
        """
        made = json.loads((self.folder / f"template-{template}").read_text())
        with psycopg.connect(url, autocommit=True) as connection:
            if not _alone(connection):
                return False
            connection.execute("SET session_replication_role = replica")  # in any order, without triggers
            for name in set(_written(connection)) - set(made["rows"]):
                connection.execute(f"DELETE FROM {name}")
            now = {"shape": _shape(connection), "rows": _rows(connection, made["rows"])}
            return now == made and _size_bytes(connection) < LARGEST_REUSED_BYTES

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


# What a user makes has an oid from 16384 on; changing it in any way writes its row of the catalogue anew.
_SHAPE = "SELECT " + ", ".join(
    f"(SELECT md5(string_agg(concat({key}, ' ', xmin), ',' ORDER BY {key})) FROM {catalogue} WHERE {oid} >= 16384)"
    for catalogue, key, oid in (
        ("pg_class", "oid", "oid"),
        ("pg_attribute", "(attrelid, attnum)", "attrelid"),
        ("pg_constraint", "oid", "oid"),
        ("pg_trigger", "oid", "oid"),
        ("pg_proc", "oid", "oid"),
        ("pg_namespace", "oid", "oid"),
    )
)


def _shape(connection: psycopg.Connection) -> list[str | None]:
    return list(connection.execute(_SHAPE).fetchone() or ())


def _written(connection: psycopg.Connection) -> list[str]:
    """The quoted names of the tables in which there were ever rows."""
    tables = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid >= 16384"
    return [name for (name,) in connection.execute(f"{tables} AND pg_relation_size(oid) > 0").fetchall()]


def _rows(connection: psycopg.Connection, names: Iterable[str]) -> dict[str, str | None]:
    """A hash of each table's rows."""
    hashed = "SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {} t"
    return {name: (connection.execute(hashed.format(name)).fetchone() or (None,))[0] for name in names}


def _alone(connection: psycopg.Connection) -> bool:
    """Whether nobody else is connected; those who have just left get a moment to go."""
    deadline = time.monotonic() + LEAVE_TIMEOUT_S
    while True:
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
        if others == (0,) or time.monotonic() > deadline:
            return others == (0,)
        time.sleep(0.02)


def _size_bytes(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def reserve_folder() -> Path:
    """A folder for one cluster, which belongs to this process; nothing is started yet."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=_root()))
    folder.chmod(0o755)
    return folder


def remove_folder(folder: Path) -> None:
    """Stops the cluster of the folder, when one was started, and deletes everything."""
    if (folder / "data" / "postmaster.pid").exists():
        _run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={folder / 'data'}")
    shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, password: str, *, durable: bool) -> int:
    data, log, password_file = folder / "data", folder / "log", folder / "password"
    _write_private(password_file, password)
    for path in (data, log):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=0o700)
    if (user := _user()) is not None:
        for path in (data, log, password_file):
            shutil.chown(path, user)
    _run(
        *("initdb", f"--pgdata={data}", "--no-sync", "--no-instructions"),
        *("--username=outlay", "--auth=password", f"--pwfile={password_file}"),
        *("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"),
    )
    on = "on" if durable else "off"
    settings = [
        "listen_addresses='127.0.0.1'",
        f"unix_socket_directories='{data}'",
        f"max_connections={MAX_CONNECTIONS}",
        f"fsync={on}",
        f"full_page_writes={on}",
    ]
    with (data / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{line}\n" for line in settings)

    for attempt in range(START_ATTEMPTS):
        port = _free_port()
        started = _run(
            *("pg_ctl", "start", "--wait", f"--timeout={START_TIMEOUT_S}", f"--pgdata={data}"),
            *(f"--log={log / 'server.log'}", f"--options=-p {port}"),
            check=attempt == START_ATTEMPTS - 1,
            log=log / "server.log",
        )
        if started:
            break
    return port


def _run(program: str, *arguments: str, check: bool = True, log: Path | None = None) -> bool:
    # PostgreSQL refuses to run as root, and every program of it must be the same user.
    user = _user()
    done = subprocess.run(
        [_bin() / program, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else [],
    )
    if check and done.returncode != 0:
        said = log.read_text() if log is not None and log.exists() else ""
        raise RuntimeError(f"{program} failed ({done.returncode}):\n{done.stdout}{done.stderr}{said[-4000:]}")
    return done.returncode == 0


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)


def binary(name: str) -> Path:
    """One of PostgreSQL's programs, e.g. pg_dump."""
    return _bin() / name


def _bin() -> Path:
    on_path = shutil.which("pg_ctl")
    folders = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise RuntimeError(MISSING)


def _user() -> str | None:
    """Whom the cluster runs as when we are root, else None: ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise RuntimeError("PostgreSQL refuses to run as root and there is neither a user postgres nor nobody")


def _root() -> str:
    """The temporary folder, or /tmp where the cluster's user could not enter it."""
    root = Path(tempfile.gettempdir()).resolve()
    open_to_others = all(folder.stat().st_mode & 0o001 for folder in (root, *root.parents))
    return str(root) if open_to_others or _user() is None else "/tmp"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep() -> None:
    """Removes what runs of ours left behind that were killed before they could do it."""
    for folder in Path(_root()).glob(f"{FOLDER_PREFIX}*"):
        owner = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        # Another process may be sweeping as well.
        with contextlib.suppress(OSError, ValueError):
            if folder.stat().st_uid == os.geteuid() and not Path(f"/proc/{int(owner)}").exists():
                _kill_postmaster(folder / "data")
                shutil.rmtree(folder, ignore_errors=True)


def _kill_postmaster(data: Path) -> None:
    with contextlib.suppress(OSError, ValueError):
        postmaster = Path("/proc") / (data / "postmaster.pid").read_text().split()[0]
        # After a restart the number may belong to another process: only one that works there is ours.
        if (postmaster / "cwd").resolve() == data.resolve():
            os.kill(int(postmaster.name), signal.SIGQUIT)
            deadline = time.monotonic() + STOP_TIMEOUT_S
            while postmaster.exists() and time.monotonic() < deadline:
                time.sleep(0.02)


def main() -> None:
    # Raises SystemExit inside the `with`, so that a SIGTERM cleans up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt), Cluster.started() as cluster:
        print(cluster.create_database(), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
