"""A timeout per test: `@pytest.mark.timeout(120)`, else TEST_S (LONG_TEST_S for `long` ones).

An alarm in the main thread prints every thread's stack and raises, so that the test's own cleaning up still runs;
should that hang as well, the process ends a little later.
"""

import faulthandler
import signal
import sys
from collections.abc import Iterator
from types import FrameType

import pytest

TEST_S = 30.0
LONG_TEST_S = 900.0
CLEANING_UP_S = 30.0


class TestTimeout(BaseException):
    """Not an Exception: no `except Exception` of the code under test may swallow it."""

    __test__ = False


def deadline_s(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    if marker is not None:
        return float(marker.args[0])
    return LONG_TEST_S if item.get_closest_marker("long") else TEST_S


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    seconds = deadline_s(item)

    def ring(_number: int, _frame: FrameType | None) -> None:
        stderr = sys.__stderr__
        if stderr is not None:
            faulthandler.dump_traceback(stderr)
        raise TestTimeout(f"{item.nodeid} took longer than {seconds:g} s")

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(seconds + CLEANING_UP_S, exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
