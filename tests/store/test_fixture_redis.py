"""The suite's own Redis: it answers, and it ends with whoever started it, also when that is killed."""

import os
import signal
import subprocess
import sys

from tests.support.eventually import eventually_sync
from tests.support.redis import RedisServer

STARTER = """
import signal
from tests.support.redis import RedisServer
server = RedisServer(); server.start()
print(server.pid, flush=True)
signal.pause()
"""


def test_server_answers_and_stops() -> None:
    with RedisServer() as server:
        assert server.command("PING") == b"+PONG\r\n"
        pid = server.pid
    assert not _is_alive(pid)


def test_server_ends_when_its_starter_is_killed() -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert _is_alive(pid)
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    eventually_sync(lambda: not _is_alive(pid))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
