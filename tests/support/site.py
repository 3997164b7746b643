"""A whole cluster as a person starts it, with pages: `rooms dev` as a process of the suite's own, on free ports.

`site.url` can be opened; `site.worker_pids` maps the ports of the workers that were ever started to their processes.
"""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.eventually import eventually_sync

ROOT = Path(__file__).parents[2]
OPEN_WITHIN_S = 40.0
STOP_S = 25.0
STARTED = re.compile(r"starts: pid (\d+), port (\d+)")
OPEN = re.compile(r"Open\s+(http://localhost:\d+)")


class Site:
    def __init__(self, redis_url: str, realm: str, **settings: str) -> None:
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ROOMS_")},
            "REDIS_URL": redis_url,
            "ROOMS_REALM": realm,
            "ROOMS_LOBBY_HOST": "127.0.0.1",
            "ROOMS_LOBBY_PORT": "0",
            "ROOMS_WORKER_PORTS": "0",
            "ROOMS_WORKERS": "2",
            **settings,
        }
        self.log: list[str] = []
        self.url = ""

    def __enter__(self) -> Self:
        command = [sys.executable, "-u", "-m", "cli.main", "dev"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self._environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        try:
            self.url = eventually_sync(self._address, within=OPEN_WITHIN_S)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_S)
        finally:
            self.process.kill()
            self._reading.join(STOP_S)
            assert self.process.stdout is not None
            self.process.stdout.close()

    @property
    def worker_pids(self) -> dict[int, int]:
        return {int(port): int(pid) for pid, port in self._found(STARTED)}

    def _address(self) -> str:
        assert self.process.poll() is None, f"it ended before it could be opened: {self.log}"
        return next((match[0] for match in self._found(OPEN)), "")

    def _found(self, pattern: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
        for line in list(self.log):
            if match := pattern.search(line):
                yield match.groups()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line.rstrip())
