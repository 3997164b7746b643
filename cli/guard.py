"""Runs one command, and ends it when whoever asked for it is gone: `python guard.py PIPE FOLDER COMMAND…`.

A plain child survives the SIGKILL of its starter. A guard reads from PIPE, whose writing end the starter holds: end of
file is the end of the starter, however it came, and also how a living starter asks for a stop. Then the command gets
SIGTERM, later SIGKILL, with all its process group; at last FOLDER (or none, if empty) is removed.

Standard library only, and run by path: nothing else is imported, so it starts in a few hundredths of a second.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress

GRACE_S = 20.0
"""From SIGTERM to SIGKILL: longer than a node takes to say goodbye to its members and its directory."""


def main(pipe: int, folder: str, command: list[str]) -> int:
    # Ctrl-C reaches the terminal's whole group; only the starter decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    threading.Thread(target=_end_with_the_starter, args=(pipe, child), daemon=True).start()
    code = child.wait()
    _kill_group(child)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    return code if code >= 0 else 128 - code


def _end_with_the_starter(pipe: int, child: subprocess.Popen[bytes]) -> None:
    os.read(pipe, 1)
    child.terminate()
    try:
        child.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        _kill_group(child)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
