"""A test that hangs ends with its name, also on a loop that hides exceptions, and its children end with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.eventually import eventually_sync
from tests.support.processes import running

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(90)
CONFTEST = """
from tests.support import deadline
from tests.support.deadline import pytest_runtest_protocol

deadline.CLEANING_UP_S = {cleaning_up_s}

def pytest_configure(config):
    config.addinivalue_line("markers", "timeout(seconds)")
    deadline.find_uncaptured_stderr()
"""
HANGS = """
import asyncio, pytest, uvloop

@pytest.mark.timeout(1.0)
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_hangs(loop):
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(asyncio.sleep(600))

def test_next():
    pass
"""
HANGS_AGAIN = """
import pytest, subprocess, time

@pytest.mark.timeout(1.0)
def test_hangs():
    child = subprocess.Popen(["sleep", "{mark}"])
    try:
        child.wait()
    finally:
        time.sleep(600)
"""


def outcome(folder: Path, test: str, cleaning_up_s: float) -> tuple[int, str]:
    """Of a run of pytest with our deadline; what it said."""
    (folder / "conftest.py").write_text(CONFTEST.replace("{cleaning_up_s}", str(cleaning_up_s)))
    (folder / "test_it.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={folder}", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_it_fails_and_the_next_one_runs(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, HANGS, 30.0)
    assert (code, "2 failed, 1 passed" in said) == (1, True), said
    for number in range(2):
        assert f"test_hangs[new_event_loop{number}] took longer than 1 s" in said


def test_cleaning_up_that_hangs_ends_the_run_by_name_and_leaves_no_child(tmp_path: Path) -> None:
    mark = "600.0625"
    code, said = outcome(tmp_path, HANGS_AGAIN.replace("{mark}", mark), 0.3)
    assert (code, "test_it.py::test_hangs hangs, and its cleaning up too" in said) == (1, True), said
    eventually_sync(lambda: not any(mark in process.command for process in running()))
