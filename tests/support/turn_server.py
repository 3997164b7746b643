"""A real coturn with the shipped file, started by the shipped script. What differs is named: where it listens, and for
tests that relay on one machine the permission to reach loopback.

Without coturn these tests are skipped with a reason; under CI=true that is a failure.
"""

import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from cli.network import free_ports
from tests.support.eventually import eventually_sync

DEPLOY = Path(__file__).parents[2] / "deploy"
LOOPBACK = "127.0.0.1"
SECRET = "a-turn-secret-of-at-least-thirty-two-bytes"
READY_WITHIN_S = 10.0
STOP_S = 10.0


def require_coturn() -> None:
    if shutil.which("turnserver"):
        return
    if os.environ.get("CI") == "true":
        pytest.fail("coturn is missing, and CI=true allows no skip: apt install coturn")
    pytest.skip("coturn is missing: apt install coturn")


class TurnServer:
    """`url` is what a browser is told."""

    def __init__(self, folder: Path, *, loopback_peers: bool = False) -> None:
        self.port = free_ports(LOOPBACK, 1)[0]
        self.url = f"turn:{LOOPBACK}:{self.port}?transport=udp"
        self._folder = folder
        self._overrides = [f"--listening-port={self.port}", f"--listening-ip={LOOPBACK}"]
        if loopback_peers:
            self._overrides.append("--allow-loopback-peers")

    def __enter__(self) -> Self:
        environ = {
            "PATH": os.environ["PATH"],
            "ROOMS_TURN_SECRET": SECRET,
            "TURN_FILE": str(DEPLOY / "turnserver.conf"),
            "TURN_FOLDER": str(self._folder),
        }
        self._log = (self._folder / "turnserver.log").open("wb")
        command = ["sh", str(DEPLOY / "turn.sh"), *self._overrides, f"--pidfile={self._folder / 'turnserver.pid'}"]
        self.process = subprocess.Popen(command, env=environ, stdout=self._log, stderr=subprocess.STDOUT)
        try:
            eventually_sync(self._answers, within=READY_WITHIN_S)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        finally:
            self.process.kill()
            self.process.wait()
            self._log.close()

    def log(self) -> str:
        return (self._folder / "turnserver.log").read_text(errors="replace")

    def _answers(self) -> bool:
        """As the service's own health check asks."""
        assert self.process.poll() is None, self.log()[-2000:]
        command = ["turnutils_stunclient", "-p", str(self.port), LOOPBACK]
        try:
            return subprocess.run(command, capture_output=True, check=False, timeout=1).returncode == 0
        except subprocess.TimeoutExpired:
            return False  # It asks once, and was too early.
