"""What a process has started, and whether it is gone. Asks `ps`, which Linux and macOS both have."""

import subprocess
from typing import NamedTuple


class Process(NamedTuple):
    """`started` tells a process from a later one with the same number."""

    pid: int
    parent: int
    started: str
    command: str


def running() -> set[Process]:
    columns = ["ps", "-A", "-o", "pid=", "-o", "ppid=", "-o", "lstart=", "-o", "command="]
    lines = subprocess.run(columns, capture_output=True, text=True, check=True).stdout.splitlines()
    return {
        Process(int(words[0]), int(words[1]), " ".join(words[2:7]), " ".join(words[7:]))
        for words in (line.split() for line in lines)
    }


def descendants(pid: int) -> set[Process]:
    """All that `pid` and its children have started and that still runs under them."""
    everything = running()
    found: set[Process] = set()
    parents = {pid}
    while children := {entry for entry in everything if entry.parent in parents} - found:
        found |= children
        parents = {entry.pid for entry in children}
    return found


def survivors(processes: set[Process]) -> set[Process]:
    """Those that still run, whoever their parent is now. What waits to be reaped has ended."""
    known = {(entry.pid, entry.started) for entry in processes}
    return {entry for entry in running() if (entry.pid, entry.started) in known and "<defunct>" not in entry.command}
