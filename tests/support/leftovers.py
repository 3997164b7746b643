"""A test that leaves asyncio tasks or child processes behind fails. An autouse fixture, used by conftest.py.

Tasks are counted where every asyncio runner cancels what is left when its main coroutine has ended. Child processes are
read from /proc; where there is none, only those of multiprocessing are seen.
"""

import asyncio
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_lasting: set[int] = set()
_left_tasks: list[str] = []

LASTING_COMMANDS = (b"multiprocessing.forkserver", b"multiprocessing.resource_tracker")
"""Python starts these once and keeps them to its end."""


def expect_to_outlive_tests(pid: int) -> None:
    """For the server of a fixture that several tests share."""
    _lasting.add(pid)


def watch_for_tasks() -> None:
    """Called once, before any test."""
    cancel_all = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]

    def record_and_cancel(loop: asyncio.AbstractEventLoop) -> Any:
        _left_tasks.extend(repr(task) for task in asyncio.all_tasks(loop))
        return cancel_all(loop)

    asyncio.runners._cancel_all_tasks = record_and_cancel  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    before = _children()
    _left_tasks.clear()
    yield
    started = {pid: command for pid, command in _children().items() if pid not in before and pid not in _lasting}
    left = [f"{pid} {command.decode()}" for pid, command in started.items() if not _lasts(command)]
    assert not left, f"child processes were left running: {left}"
    assert not _left_tasks, f"asyncio tasks were left running: {_left_tasks}"


def _lasts(command: bytes) -> bool:
    return any(known in command for known in LASTING_COMMANDS)


def _children() -> dict[int, bytes]:
    multiprocessing.active_children()  # reaps those that have ended
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return {child.pid or 0: child.name.encode() for child in multiprocessing.active_children()}
    pids = [int(pid) for task in tasks.iterdir() for pid in _read(task / "children").split()]
    return {pid: command for pid in pids if (command := _command(pid))}


def _command(pid: int) -> bytes:
    """Empty for a process that is gone or only waits to be reaped."""
    return _read(Path(f"/proc/{pid}/cmdline")).replace(b"\0", b" ").strip()


def _read(file: Path) -> bytes:
    """Empty for a thread or process that has just ended."""
    try:
        return file.read_bytes()
    except OSError:
        return b""
