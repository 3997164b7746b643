"""A game on one worker beside the same game on Colyseus: CPU share, bytes, evenness of updates; interleaved rounds.

50 rooms × 8 players × 60 objects at 20 Hz, each player sending what it holds. bench/drift is the game, with its
positions quantised to an eighth; peers/colyseus_game.mjs is its twin in Colyseus' schema, with float32. Prints one JSON
object; the ratios are theirs by ours of each round, as [least, median, most].

    python -m bench.game [--rounds 3] [--rooms 50] [--members 8] [--duration 8]
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator

import msgpack

from bench.ours import ticket
from bench.running import HERE, lines, load, prepare, server, spread
from shared.protocol.ids import GameName
from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import Hello, SendInput
from shared.wire.codec import encode

GAME = GameName("drift")
HZ, OBJECTS = 20, 60
"""As bench/drift/game.toml says."""
PACE = ["1000", "1000"]
INPUTS_PER_S = 5
PERIOD_US = 1e6 / HZ
ROOM_DATA = 13
"""Colyseus' message of a client to its room."""


def main() -> None:
    options = _options()
    prepare()
    commands = {
        "ours": [sys.executable, "-m", "bench.ours", *PACE, str(HERE / GAME)],
        "colyseus": ["node", str(HERE / "peers" / "colyseus_game.mjs"), str(OBJECTS), str(HZ)],
    }
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            rounds[name].append(_measure(name, command, options))
    print(json.dumps(_report(rounds), indent=2))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="a game with 60 objects: ours beside Colyseus")
    for name, default in (("rounds", 3), ("rooms", 50), ("members", 8), ("duration", 8)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _measure(name: str, command: list[str], options: argparse.Namespace) -> dict[str, float]:
    """One round with a fresh server."""
    held = (_held(name, member + 1) for member in range(options.members) for _ in range(options.rooms))
    with server(command) as (port, pid), lines(_hellos(options)) as hellos, lines(held) as says:
        result = load(
            *("--proto", "rooms" if name == "ours" else "colyseus", "--room-name", GAME, "--port", port),
            *("--pids", pid, "--hello", hellos, "--say", says, "--rooms", options.rooms, "--members", options.members),
            *("--rate", INPUTS_PER_S, "--warmup", 2, "--duration", options.duration),
        )
    return {
        "cpu_share": result["server_cpu"],
        "updates_per_s": result["delivered_per_s"] / (options.rooms * options.members),
        "bytes_per_update": result["received_bytes_per_s"] / result["delivered_per_s"],
        "late_p99_ms": (result["p99_us"] - PERIOD_US) / 1000,
        "rss_mb": result["rss_kb"] / 1024,
        "other_cpu": result["other_cpu"],
    }


def _hellos(options: argparse.Namespace) -> Iterator[bytes]:
    """Member m of room r is connection r + rooms × m, as wsload counts them. Colyseus has no use for them."""
    now = time.time()
    for member in range(options.members):
        for room in range(options.rooms):
            yield encode(Hello(WIRE_VERSION, ticket(GAME, room, member, now), "", 0, -1))


def _held(name: str, number: int) -> bytes:
    """Everybody steers somewhere else."""
    x, y = (number % 3) - 1, (number % 2) * 2 - 1
    if name == "ours":
        return encode(SendInput(number, 0, [x, y]))
    return bytes([ROOM_DATA]) + msgpack.packb("m") + msgpack.packb([x, y])


def _report(rounds: dict[str, list[dict[str, float]]]) -> dict[str, object]:
    report: dict[str, object] = {
        name: {key: spread(result[key] for result in results) for key in results[0]} for name, results in rounds.items()
    }
    pairs = list(zip(rounds["ours"], rounds["colyseus"], strict=True))
    for key in ("cpu_share", "bytes_per_update"):
        report[f"ratio_{key}"] = spread(theirs[key] / ours[key] for ours, theirs in pairs)
    return report


if __name__ == "__main__":
    main()
