"""`rooms dev` from outside: its address can be opened, it leaves nothing behind, and it says why it cannot start."""

import http.client
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.eventually import eventually_sync
from tests.support.processes import Process, descendants, survivors

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(90)

OPEN_WITHIN_S = 40.0
GONE_WITHIN_S = 20.0


class Dev:
    """A running `rooms dev` of the test's own: any free ports, two workers, a temporary folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environ = {**os.environ, "TMPDIR": str(folder), "REDIS_URL": "", "ROOMS_SECRETS": ""}
        flags = ["--lobby-host", "127.0.0.1", "--lobby-port", "0", "--worker-ports", "0", "--workers", "2"]
        command = [sys.executable, "-m", "cli.main", "dev", *flags]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, start_new_session=True)
        self.port = self._wait_for_port()
        self.parts: set[Process] = descendants(self.process.pid)

    def _wait_for_port(self) -> int:
        assert self.process.stdout is not None
        deadline, text = time.monotonic() + OPEN_WITHIN_S, ""
        while not (found := re.search(r"Open\s+http://localhost:(\d+)", text)):
            ready, _, _ = select.select([self.process.stdout], [], [], deadline - time.monotonic())
            assert ready, f"no address after {OPEN_WITHIN_S} s: {text!r}"
            chunk = os.read(self.process.stdout.fileno(), 4096)
            assert chunk, f"it ended before it could be opened: {text!r}"
            text += chunk.decode()
        return int(found[1])

    def assert_nothing_is_left(self) -> None:
        eventually_sync(lambda: not survivors(self.parts) or self._left(), within=GONE_WITHIN_S)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1)
        eventually_sync(lambda: not list(self.folder.iterdir()), within=GONE_WITHIN_S)

    def _left(self) -> bool:
        raise AssertionError(f"still running: {survivors(self.parts)}")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Dev]:
    running = Dev(tmp_path)
    yield running
    running.close()


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_it_can_be_opened_and_leaves_nothing(dev: Dev, number: signal.Signals) -> None:
    status, page = get(dev.port, "/")
    assert (status, "<html" in page) == (200, True)
    assert get(dev.port, "/readyz")[0] == 200
    assert len(dev.parts) >= 7, "three guards, Redis, a lobby, a node and its workers"
    dev.process.send_signal(number)
    expected = -signal.SIGKILL if number is signal.SIGKILL else 0
    assert dev.process.wait(GONE_WITHIN_S) == expected
    dev.assert_nothing_is_left()


def refused(*arguments: str, **environ: str) -> str:
    """The one sentence with which `rooms` does not start."""
    command = [sys.executable, "-m", "cli.main", *arguments]
    quiet = {**os.environ, "REDIS_URL": "", "ROOMS_SECRETS": "", **environ}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


SECRET = "key1:" + "s" * 32
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.mark.parametrize("part", ["lobby", "node"])
def test_the_sample_secret_is_only_for_development(part: str) -> None:
    assert refused(part).startswith(f"rooms {part}: ROOMS_SECRETS must be set to a secret of your own")


@pytest.mark.parametrize("part", ["dev", "lobby", "node"])
def test_a_short_secret_is_refused(part: str) -> None:
    sentence = refused(part, ROOMS_SECRETS="key1:short")
    assert sentence == f"rooms {part}: ROOMS_SECRETS must have secrets of at least 32 bytes each."


@pytest.mark.parametrize("part", ["dev", "lobby", "node"])
def test_a_bad_value_is_refused(part: str) -> None:
    sentence = refused(part, "--lobby-port", "http", ROOMS_SECRETS=SECRET)
    assert sentence == f"rooms {part}: --lobby-port must be a whole number from 0 to 65535 (it is 'http')."


def test_an_unreachable_redis_is_said() -> None:
    """By each part, after the same patience: so they wait together."""
    ports = ["--lobby-port", "0", "--worker-ports", "0", "--workers", "1"]
    with ThreadPoolExecutor() as pool:
        parts = ("dev", "lobby", "node")
        sentences = pool.map(lambda part: refused(part, *ports, REDIS_URL=NOWHERE, ROOMS_SECRETS=SECRET), parts)
        for part, sentence in zip(parts, sentences, strict=True):
            assert sentence.startswith(f"rooms {part}: Redis at 127.0.0.1:1/0 does not answer")


@pytest.mark.parametrize("part", ["lobby", "node"])
def test_a_missing_certificate_is_said(part: str, redis_url: str, tmp_path: Path) -> None:
    ports = ["--lobby-port", "0", "--worker-ports", "0", "--workers", "1"]
    nowhere = str(tmp_path / "none.pem")
    tls = {"ROOMS_TLS_CERTIFICATE": nowhere, "ROOMS_TLS_KEY": nowhere}
    sentence = refused(part, *ports, REDIS_URL=redis_url, ROOMS_SECRETS=SECRET, **tls)
    assert sentence.startswith(f"rooms {part}: The certificate {nowhere} ")


@pytest.mark.parametrize(
    ("part", "flag"),
    [("dev", "--lobby-port"), ("dev", "--worker-ports"), ("lobby", "--lobby-port"), ("node", "--worker-ports")],
)
def test_a_taken_port_is_said(part: str, flag: str, redis_url: str) -> None:
    other = "--worker-ports" if flag == "--lobby-port" else "--lobby-port"
    with socket.create_server(("", 0)) as taken:
        port = str(taken.getsockname()[1])
        sentence = refused(part, flag, port, other, "0", "--workers", "1", REDIS_URL=redis_url, ROOMS_SECRETS=SECRET)
    assert sentence.startswith(f"rooms {part}: ")
    assert port in sentence
