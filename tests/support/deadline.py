"""A timeout per test: `@pytest.mark.timeout(120)`, else TEST_S (LONG_TEST_S for `long` ones).

An alarm in the main thread prints every thread's stack and raises, so that the test's own cleaning up still runs.
Should that hang as well, a thread says so where no capture hides it, kills what the test has started, and ends the
process. A main thread that never lets go of the interpreter ends a little later, with its stack alone.
"""

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import TextIO

import pytest

from tests.support.processes import descendants

TEST_S = 30.0
LONG_TEST_S = 900.0
CLEANING_UP_S = 30.0
LAST_RESORT_S = 10.0

_uncaptured: TextIO = sys.stderr


class TestTimeout(SystemExit):
    """No `except Exception` of the code under test may swallow it, and a loop ends with it: what a signal's handler
    raises inside uvloop is logged and forgotten unless it is one of these."""

    __test__ = False


def find_uncaptured_stderr() -> None:
    """Called from pytest_configure: no capture is on then, while there is one during every test."""
    global _uncaptured
    _uncaptured = os.fdopen(os.dup(2), "w")


def deadline_s(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    if marker is not None:
        return float(marker.args[0])
    return LONG_TEST_S if item.get_closest_marker("long") else TEST_S


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    seconds = deadline_s(item)

    def ring(_number: int, _frame: FrameType | None) -> None:
        faulthandler.dump_traceback(_uncaptured)
        raise TestTimeout(f"{item.nodeid} took longer than {seconds:g} s")

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    watchdog = threading.Timer(seconds + CLEANING_UP_S, _end_everything, [item.nodeid])
    watchdog.daemon = True
    watchdog.start()
    faulthandler.dump_traceback_later(seconds + CLEANING_UP_S + LAST_RESORT_S, exit=True, file=_uncaptured)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
        watchdog.cancel()
        watchdog.join()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _end_everything(nodeid: str) -> None:
    print(f"\n{nodeid} hangs, and its cleaning up too: this process ends here.", file=_uncaptured, flush=True)
    faulthandler.dump_traceback(_uncaptured)
    for process in descendants(os.getpid()):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    os._exit(1)
