"""What the benchmarks share: a fresh server per round, the load generator, frames on lines, spreads."""

import contextlib
import json
import statistics
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WSLOAD = HERE / "wsload" / "wsload"


def prepare() -> None:
    """Builds the load generator, installs the peers."""
    subprocess.run(["make", "-s", "-C", str(WSLOAD.parent)], check=True)
    if not (HERE / "peers" / "node_modules").is_dir():
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"],
            cwd=HERE / "peers",
            check=True,
        )


@contextlib.contextmanager
def server(command: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(its port, its process id), once it listens."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE.parent)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["port"], process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextlib.contextmanager
def lines(frames: Iterable[bytes]) -> Iterator[str]:
    """The path of a file with a line of hexadecimal digits for each."""
    with tempfile.NamedTemporaryFile("w", suffix=".frames") as file:
        file.writelines(f"{frame.hex()}\n" for frame in frames)
        file.flush()
        yield file.name


def load(*options: object) -> dict[str, Any]:
    """What wsload reports. A round in which connections were lost says nothing, and ends the program."""
    result: dict[str, Any] = json.loads(
        subprocess.run([str(WSLOAD), *map(str, options)], check=True, stdout=subprocess.PIPE).stdout
    )
    if result["lost"]:
        raise SystemExit(f"{result['lost']} connections were lost, so this round says nothing: {options}")
    return result


def spread(values: Iterable[float]) -> list[float]:
    """[least, median, most]"""
    values = list(values)
    return [round(value, 3) for value in (min(values), statistics.median(values), max(values))]
