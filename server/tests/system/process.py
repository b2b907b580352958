"""A real `outlay serve` as a process of its own: for what only a process can show, a kill and a start.

Owns the processes that it starts and ends them. The folder is its caller's. bench/ stands on it as well.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import logs

READY_TIMEOUT_S = 120
STOP_TIMEOUT_S = 10
_OUTLAY = Path(sys.executable).with_name("outlay")


class Outlay:
    """A server on a port of its own, over the data of one folder or database."""

    def __init__(self, folder: Path, database_url: str | None = None, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.tls: ssl.SSLContext | None = None
        self.url = f"http://127.0.0.1:{self.port}"
        # Nothing of the environment's own OUTLAY_ settings, and no limit on one address: all clients have it.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTLAY_")}
        self.environ = kept | {
            "OUTLAY_PORT": str(self.port), "OUTLAY_DATA_DIR": str(folder), "OUTLAY_RATE_LIMIT": "false",
            "OUTLAY_LOG_LEVEL": "debug" if logs.are_kept() else "warning", **settings,
        }  # fmt: skip
        if database_url is not None:
            self.environ["OUTLAY_DATABASE_URL"] = database_url
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.contextmanager
    def started(cls, folder: Path, database_url: str | None = None, **settings: str) -> Iterator[Outlay]:
        """A running one for the length of a `with`."""
        server = cls(folder, database_url, **settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        """What it has printed, in all its lives."""
        path = self.folder / "output.txt"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> float:
        """Starts it and waits until it is ready; the seconds that took."""
        self.folder.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [_OUTLAY, "serve"], env=self.environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        while time.monotonic() - begun < READY_TIMEOUT_S:
            if self._process.poll() is not None:
                raise RuntimeError(
                    f"outlay serve ended with {self._process.returncode}:\n{self.output[-4000:]}"
                )
            if self._answers():
                return time.monotonic() - begun
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"outlay serve was not ready after {READY_TIMEOUT_S} s:\n{self.output[-4000:]}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2, context=self.tls) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """Ends it as a power cut would: no handler runs."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it as Ctrl+C does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        logs.keep(self.output)

    def memory_bytes(self) -> int:
        """Resident memory."""
        return memory_bytes(self.pid)

    def cpu_s(self) -> float:
        """CPU seconds since its start, user and system, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_bytes(pid: int) -> int:
    """Resident memory of any process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
