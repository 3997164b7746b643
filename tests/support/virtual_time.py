"""Runs a coroutine on a loop whose clock is made of the test's own timers: a "minute" takes milliseconds.

When no task can run, the clock jumps to the next timer. When there is no timer either, or the clock has passed
`most_s`, the test is stuck, and this says so.
Absent: anything outside the loop. A reply from another process or thread would always look late.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stuck(AssertionError):
    """The test waits for something that no timer and no task will ever bring."""


class _JumpingSelector(selectors.DefaultSelector):
    """Never sleeps: the time that it was asked to wait has passed when it returns."""

    now_s = 0.0
    most_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise Stuck("every task is waiting and no timer is set")
        self.now_s += timeout
        if self.now_s > self.most_s:
            most_s, self.most_s = self.most_s, float("inf")  # the cleaning up after this may take its time
            raise Stuck(f"not done after {most_s:g} virtual seconds")
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self, most_s: float) -> None:
        self._jumping = _JumpingSelector()
        self._jumping.most_s = most_s
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s

    def pass_s(self, seconds: float) -> None:
        self._jumping.now_s += seconds


def run(coroutine: Coroutine[Any, Any, T], *, most_s: float = 3600.0) -> T:
    """The coroutine's result. `loop.time()` starts at 0 and ends at the sum of what was waited for."""
    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(most_s)) as runner:
        try:
            return runner.run(coroutine)
        except Stuck:
            _cancel_all(runner.get_loop())
            raise


def working_for(seconds: float) -> None:
    """Something is computed for so long, and nothing else happens meanwhile."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    loop.pass_s(seconds)


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    """A stuck test has failed already; its tasks are not left behind as well."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
