"""A guarded command ends with its starter, however that ends, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

GUARD = Path(__file__).parents[2] / "cli" / "guard.py"
SLEEPER = "import sys, time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
ENDS_WITHIN_S = 5.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def guarded(program: str, folder: Path, guard: list[str]) -> tuple[subprocess.Popen[str], int]:
    """A started guard whose command is up, and the end of the pipe that keeps it alive."""
    reading, writing = os.pipe()
    command = [*guard, str(reading), str(folder), sys.executable, "-c", program]
    process = subprocess.Popen(command, pass_fds=[reading], stdout=subprocess.PIPE, text=True)
    os.close(reading)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process, writing


def finish(process: subprocess.Popen[str]) -> int:
    """The guard's exit code. The output's end shows that the command, which also holds it, is gone too."""
    output, _ = process.communicate(timeout=ENDS_WITHIN_S)
    assert output == ""
    return process.returncode


def test_closing_the_pipe_ends_the_command_and_removes_the_folder(folder: Path) -> None:
    process, pipe = guarded(SLEEPER, folder, [sys.executable, str(GUARD)])
    os.close(pipe)
    assert finish(process) == 128 + signal.SIGTERM
    assert not folder.exists()


def test_a_command_that_ignores_the_request_is_killed(folder: Path) -> None:
    impatient = f"import sys; sys.path.insert(0, {str(GUARD.parent)!r}); import guard; guard.GRACE_S = 0.1; "
    impatient += "sys.exit(guard.main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))"
    process, pipe = guarded(STUBBORN, folder, [sys.executable, "-c", impatient])
    os.close(pipe)
    assert finish(process) == 128 + signal.SIGKILL
    assert not folder.exists()


def test_the_commands_own_end_is_the_guards_end(folder: Path) -> None:
    process, pipe = guarded("import sys; print('up', flush=True); sys.exit(7)", folder, [sys.executable, str(GUARD)])
    assert finish(process) == 7
    assert not folder.exists()
    os.close(pipe)


def test_ctrl_c_is_left_to_the_starter(folder: Path) -> None:
    process, pipe = guarded(SLEEPER, folder, [sys.executable, str(GUARD)])
    process.send_signal(signal.SIGINT)
    os.close(pipe)
    assert finish(process) == 128 + signal.SIGTERM, "the guard itself must not have ended by SIGINT"
