"""A Redis of its own for tests: a real redis-server on a free port, without a file, gone with the test."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def redis_started(
    certificate: tuple[Path, Path] | None = None,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """(its URL, its process). With a certificate and its key it answers over TLS only."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: apt-get install redis-server"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    if certificate is not None:
        cert, key = map(str, certificate)
        options[:2] = ["--port", "0", "--tls-port", str(port), "--tls-cert-file", cert, "--tls-key-file", key]
        options += ["--tls-auth-clients", "no"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, "redis-server ended"
            assert time.monotonic() < until, "redis-server did not start"
            time.sleep(0.02)
        yield f"redis{'s' if certificate else ''}://127.0.0.1:{port}/0", process
    finally:
        process.terminate()
        process.wait(20)
