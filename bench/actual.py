"""Actual Budget beside us: brought from npm into a folder of its own, its server as a process, and devices of both
sides as processes that do what they are told (`actual.ts`, `core.ts`).

Nothing of it is part of the app: the folder lies under .tools, which git ignores and `make clean` removes.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from system.process import free_port

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".tools" / "actual"
NODE = ROOT / ".tools" / "bin" / "node"
PACKAGES = ("@actual-app/sync-server", "@actual-app/api")
PASSWORD = "nine quiet otters"
INSTALL_S, READY_S, STOP_S, BROWSER_S = 1200, 60, 10, 400


class Missing(Exception):
    """Actual cannot be installed or started here; says why in a sentence."""


def environment() -> dict[str, str]:
    """This process's, with the Node of the repository first."""
    return {**os.environ, "PATH": f"{NODE.parent}:{os.environ['PATH']}"}


def installed() -> Path:
    """The folder with both packages in it, the newest when they are brought now. Raises `Missing`."""
    modules = FOLDER / "node_modules"
    if not all((modules / name / "package.json").exists() for name in PACKAGES):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text('{"private": true}')
        command = [
            "npm",
            "install",
            "--no-fund",
            "--no-audit",
            "--loglevel=error",
            *(f"{n}@latest" for n in PACKAGES),
        ]
        try:
            done = subprocess.run(
                command, cwd=FOLDER, env=_building(), capture_output=True, text=True, timeout=INSTALL_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Missing(f"npm could not bring Actual Budget: {error}") from None
        if done.returncode:
            raise Missing(f"npm could not bring Actual Budget: {done.stderr.strip()[-400:]}")
    probe = [NODE, "-e", "new (require('better-sqlite3'))(':memory:')"]
    done = subprocess.run(probe, cwd=FOLDER, capture_output=True, text=True)
    if done.returncode:
        raise Missing(
            f"better-sqlite3 of Actual Budget does not load: {done.stderr.strip()[-300:]} "
            f"(remove {FOLDER.relative_to(ROOT)} to install it again)"
        )
    return FOLDER


def _building() -> dict[str, str]:
    """For better-sqlite3, which is compiled when there is no ready one: the headers of the Node that will run it."""
    home = NODE.resolve().parents[1]
    headers = (
        {"npm_config_nodedir": str(home)} if (home / "include" / "node" / "node_version.h").exists() else {}
    )
    return environment() | headers


def version() -> str:
    found: dict[str, Any] = json.loads((FOLDER / "node_modules" / PACKAGES[0] / "package.json").read_text())
    return str(found["version"])


class ActualServer:
    """`actual-server` on a port of its own, over one folder, with a password set."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.contextmanager
    def started(cls, folder: Path) -> Iterator[ActualServer]:
        server = cls(folder)
        try:
            server.start()
            server.bootstrap()
            yield server
        finally:
            server.stop()

    def start(self) -> float:
        """The seconds until it answers. Raises `Missing`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        limits = {f"ACTUAL_UPLOAD_{name}_LIMIT_MB": "2000" for name in
                  ("FILE_SIZE", "FILE_SYNC_SIZE", "SYNC_ENCRYPTED_FILE_SYNC_SIZE")}  # fmt: skip
        env = environment() | limits | {
            "ACTUAL_PORT": str(self.port), "ACTUAL_HOSTNAME": "127.0.0.1", "ACTUAL_DATA_DIR": str(self.folder),
            "NODE_ENV": "production",
        }  # fmt: skip
        script = installed() / "node_modules" / PACKAGES[0] / "build" / "app.js"
        begun = time.monotonic()
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [NODE, "--import", ROOT / "bench" / "patient.ts", script],
                cwd=self.folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        while time.monotonic() - begun < READY_S and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/info", timeout=2):
                    return time.monotonic() - begun
            except OSError:
                time.sleep(0.02)
        raise Missing(f"actual-server did not start: {(self.folder / 'output.txt').read_text()[-500:]}")

    def bootstrap(self) -> None:
        """The first password, as its first page asks for it."""
        body = json.dumps({"password": PASSWORD}).encode()
        request = urllib.request.Request(
            f"{self.url}/account/bootstrap", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer)["status"] == "ok"

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid


class Device:
    """A process that obeys: `device("add", count=1)` tells it and returns its answer."""

    def __init__(self, *command: object) -> None:
        self._process = subprocess.Popen(
            [NODE, "--disable-warning=ExperimentalWarning", *map(str, command)], env=environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def tell(self, do: str, **told: Any) -> None:
        """Without waiting; `hear` is owed."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **told}) + "\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a device ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __call__(self, do: str, **told: Any) -> dict[str, Any]:
        self.tell(do, **told)
        return self.hear()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def actual_device(server: ActualServer, folder: Path) -> Device:
    """A new device of Actual, signed in."""
    folder.mkdir(parents=True)
    module = installed() / "node_modules" / PACKAGES[1] / "dist" / "index.js"
    device = Device(ROOT / "bench" / "actual.ts", module, server.port, PASSWORD, folder)
    device("start")
    return device


def core_device(port: int, email: str, password: str, *more: str) -> Device:
    """A new device of ours, signed out."""
    here = ROOT / "bench"
    device = Device("--import", here / "raw.ts", here / "core.ts", port, email, password, *more)
    device("start")
    return device


def in_browser(script: str, *arguments: str) -> dict[str, Any]:
    """What a script that drives Chromium prints as its last line. Raises RuntimeError with its end."""
    command = [NODE, "--disable-warning=ExperimentalWarning", ROOT / "bench" / script, *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=BROWSER_S)
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"bench/{script}: {done.stdout}\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
