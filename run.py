#!/usr/bin/env python3
"""`python3 run.py` starts everything on this machine; `python3 run.py test` runs the tests; `python3 run.py new NAME`
makes the folder of a new game. Needs Python 3.11.

Makes `.venv`, installs this project into it (again when pyproject.toml changed), and hands over to the `rooms` command
there by exec, so that signals go straight to it. Standard library only; an older Python can still read this file, and
say what is missing.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
ENDED_BY_CTRL_C = 130
IN_PARALLEL = ("--numprocesses=2", "--dist=loadscope", "--no-loadscope-reorder", "--max-worker-restart=0")
"""Most tests wait, so two files at once take little more than half the time; a crash is reported, not tried again.
`run.py test -n0 …` runs one test at a time."""


def main() -> None:
    check_python()
    os.chdir(ROOT)
    if sys.argv[1:2] == ["test"]:
        install("local", "test")
        call(PYTHON, "-m", "cli.browser_packages", "--dev")
        command = [PYTHON, "-m", "pytest", *IN_PARALLEL, *sys.argv[2:]]
    else:
        install("local")
        command = [PYTHON, "-m", "cli.main", *([] if sys.argv[1:2] == ["new"] else ["dev"]), *sys.argv[1:]]
    sys.stdout.flush()
    os.execv(PYTHON, command)


def check_python() -> None:
    if sys.platform == "win32":
        fail("This runs on Linux and macOS; on Windows use it inside WSL.")
    if sys.version_info < (3, 11):  # noqa: UP036 - an older one may well be running this
        fail(f"This needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        fail("This Python cannot make a virtual environment; on Debian or Ubuntu: sudo apt install python3-venv")


def install(*extras: str) -> None:
    """Bring `.venv` to what pyproject.toml asks for. A stamp of what was installed makes the next start quick."""
    if not shutil.which("npm"):
        extras += ("node",)
    wanted = hashlib.sha256(str(ROOT).encode() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if os.path.exists(PYTHON) and any(
        set(extras) <= set(stamp.name.split("-")) and stamp.read_text() == wanted for stamp in VENV.glob("installed-*")
    ):
        return
    print(f"Installing into {VENV} (the first time takes a minute or two) …", flush=True)
    if not is_usable():
        call(sys.executable, "-m", "venv", "--clear", str(VENV))
    call(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-e", f".[{','.join(extras)}]")
    (VENV / f"installed-{'-'.join(extras)}").write_text(wanted)


def is_usable() -> bool:
    """False where `.venv` is missing, was cut short or moved, has no pip (made by another tool) or an old Python."""
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.call([PYTHON, "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def call(*command: str) -> None:
    code = subprocess.call(command)
    if code:
        fail(f"This failed, see above: {' '.join(command)}", code)


def fail(sentence: str, code: int = 2) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(ENDED_BY_CTRL_C)
