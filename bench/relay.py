"""Our worker beside npm `ws` with prepared frames: delivered relay messages a second, closed loop, interleaved rounds.

Both decode the same msgpack envelope, fill the sender in and judge each message by a token bucket, raised alike.
Prints one JSON object; `ratio` is ours by theirs of each round, as [least, median, most].

    python -m bench.relay [--rounds 3] [--rooms 50] [--members 8] [--size 64] [--window 4] [--duration 4]
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.ours import RELAY, ticket
from bench.running import HERE, lines, load, prepare, server, spread
from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import Hello
from shared.wire.codec import encode

PACE = ["100000", "100000"]
"""Messages a second and burst of each member: far above what a closed loop reaches, judged all the same."""

COMMANDS = {
    "ours": [sys.executable, "-m", "bench.ours", *PACE],
    "ws": ["node", str(HERE / "peers" / "ws_relay.mjs"), *PACE],
}


def main() -> None:
    options = _options()
    prepare()
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
    with server(COMMANDS[name]) as (port, pid), lines(_hellos(name, options.rooms, options.members)) as hellos:
        return load(
            *("--proto", "rooms", "--port", port, "--pids", pid, "--hello", hellos),
            *("--rooms", options.rooms, "--members", options.members, "--size", options.size),
            *("--window", options.window, "--duration", options.duration),
        )


def _hellos(name: str, rooms: int, members: int) -> Iterator[bytes]:
    """Member m of room r is connection r + rooms × m, as wsload counts them."""
    now = time.time()
    for member in range(members):
        for room in range(rooms):
            token = ticket(RELAY, room, member, now) if name == "ours" else f"room-{room}"
            yield encode(Hello(WIRE_VERSION, token, "", 0, -1))


def _report(rounds: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for name, results in rounds.items():
        report[name] = {
            key: spread([result[key] for result in results])
            for key in ("delivered_per_s", "cpu_us_per_frame", "server_cpu", "p50_us", "p99_us", "other_cpu")
        }
    pairs = zip(rounds["ours"], rounds["ws"], strict=True)
    report["ratio"] = spread([ours["delivered_per_s"] / theirs["delivered_per_s"] for ours, theirs in pairs])
    pairs = zip(rounds["ours"], rounds["ws"], strict=True)
    report["ratio_cpu"] = spread([theirs["cpu_us_per_frame"] / ours["cpu_us_per_frame"] for ours, theirs in pairs])
    return report


if __name__ == "__main__":
    main()
