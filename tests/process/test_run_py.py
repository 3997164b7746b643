"""`run.py`: what it says where it cannot work, and (long) that a bare clone becomes a running cluster."""

import os
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "run.py"
AS_SCRIPT = f"import runpy; runpy.run_path({str(RUN)!r}, run_name='__main__')"


def said(preparation: str) -> str:
    """What `run.py` says before it stops, in a Python that was prepared to lack something."""
    command = [sys.executable, "-c", preparation + AS_SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = done.stderr.splitlines()
    return sentence


def test_an_older_python_is_named() -> None:
    sentence = said("import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)'; ")
    assert sentence == f"This needs Python 3.11 or newer; {sys.executable} is 3.9.2."


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_says_what_to_install(module: str) -> None:
    hide = f"import importlib.util as u; f = u.find_spec; u.find_spec = lambda n: None if n == {module!r} else f(n); "
    assert said(hide).endswith("on Debian or Ubuntu: sudo apt install python3-venv")


def test_windows_is_sent_to_wsl() -> None:
    sentence = said("import pathlib, shutil, subprocess, sys; sys.platform = 'win32'; ")
    assert sentence == "This runs on Linux and macOS; on Windows use it inside WSL."


@pytest.mark.long
def test_a_bare_clone_becomes_a_running_cluster(tmp_path: Path) -> None:
    """Only a Python and a shell on the PATH: no npm, no Redis. Then the second start installs nothing."""
    clone, bare = tmp_path / "clone", tmp_path / "bin"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    bare.mkdir()
    for program in ("sh", "uname"):
        (bare / program).symlink_to(shutil.which(program) or "")
    environ = {**os.environ, "PATH": str(bare), "REDIS_URL": "", "TMPDIR": str(tmp_path)}
    flags = ["--lobby-port", "0", "--worker-ports", "0", "--workers", "1"]
    for start in ("first", "second"):
        command = [sys.executable, str(clone / "run.py"), *flags]
        with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said_so_far = "".join(takewhile(lambda line: "Ctrl-C ends it" not in line, process.stdout))
            process.terminate()
        assert process.returncode == 0, said_so_far
        assert ("Installing" in said_so_far) == (start == "first")
