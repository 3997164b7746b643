"""Our worker beside npm `ws` with prepared frames: delivered relay messages a second, closed loop, interleaved rounds.

Both decode the same msgpack envelope, fill the sender in and judge each message by a token bucket, raised alike.
Prints one JSON object; `ratio` is ours by theirs of each round, as [least, median, most].

    python -m bench.relay [--rounds 3] [--rooms 50] [--members 8] [--size 64] [--window 4] [--duration 4]
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.ours import ticket
from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import Hello
from shared.wire.codec import encode

HERE = Path(__file__).parent
WSLOAD = HERE / "wsload" / "wsload"
PACE = ["100000", "100000"]
"""Messages a second and burst of each member: far above what a closed loop reaches, judged all the same."""

COMMANDS = {
    "ours": [sys.executable, "-m", "bench.ours", *PACE],
    "ws": ["node", str(HERE / "peers" / "ws_relay.mjs"), *PACE],
}


def main() -> None:
    options = _options()
    subprocess.run(["make", "-s", "-C", str(WSLOAD.parent)], check=True)
    if not (HERE / "peers" / "node_modules").is_dir():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=HERE / "peers", check=True)
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in COMMANDS}
    for _ in range(options.rounds):
        for name in COMMANDS:
            rounds[name].append(_measure(name, options))
    print(json.dumps(_report(rounds), indent=2))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="relay: ours beside npm ws")
    for name, default in (("rounds", 3), ("rooms", 50), ("members", 8), ("size", 64), ("window", 4), ("duration", 4)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _measure(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """One round with a fresh server."""
    with _server(COMMANDS[name]) as (port, pid), tempfile.NamedTemporaryFile("w", suffix=".hellos") as hellos:
        hellos.write("".join(_hellos(name, options.rooms, options.members)))
        hellos.flush()
        load = [
            *(str(WSLOAD), "--proto", "rooms", "--port", str(port), "--pids", str(pid), "--hello", hellos.name),
            *("--rooms", str(options.rooms), "--members", str(options.members), "--size", str(options.size)),
            *("--window", str(options.window), "--duration", str(options.duration)),
        ]
        result: dict[str, Any] = json.loads(subprocess.run(load, check=True, stdout=subprocess.PIPE).stdout)
    if result["lost"]:
        raise SystemExit(f"{name}: {result['lost']} connections were lost, so this round says nothing")
    return result


def _hellos(name: str, rooms: int, members: int) -> Iterator[str]:
    """Member m of room r is connection r + rooms × m, as wsload counts them."""
    now = time.time()
    for member in range(members):
        for room in range(rooms):
            token = ticket(room, member, now) if name == "ours" else f"room-{room}"
            yield encode(Hello(WIRE_VERSION, token, "", 0, -1)).hex() + "\n"


@contextlib.contextmanager
def _server(command: list[str]) -> Iterator[tuple[int, int]]:
    """(its port, its process id), once it listens."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE.parent)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["port"], process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def _report(rounds: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for name, results in rounds.items():
        report[name] = {
            key: _spread([result[key] for result in results])
            for key in ("delivered_per_s", "cpu_us_per_frame", "server_cpu", "p50_us", "p99_us", "other_cpu")
        }
    pairs = zip(rounds["ours"], rounds["ws"], strict=True)
    report["ratio"] = _spread([ours["delivered_per_s"] / theirs["delivered_per_s"] for ours, theirs in pairs])
    pairs = zip(rounds["ours"], rounds["ws"], strict=True)
    report["ratio_cpu"] = _spread([theirs["cpu_us_per_frame"] / ours["cpu_us_per_frame"] for ours, theirs in pairs])
    return report


def _spread(values: list[float]) -> list[float]:
    return [round(value, 3) for value in (min(values), statistics.median(values), max(values))]


if __name__ == "__main__":
    main()
