"""Plays a game for so many ticks, one seed after another where it ends before. Runs on CPython and under Pyodide alike
(tests/support/pyodide_replay.mjs reads this very file)."""

from random import Random
from typing import Any

from shared.game.replay import tick_hashes
from shared.rules.manifest import check_options, parse_manifest


def replay(game: dict[str, Any], seed: int, ticks: int) -> list[str]:
    """The hash of each tick. `game`: `{name, manifest, main}`, as browsers get it."""
    manifest = parse_manifest(game["name"], game["manifest"], has_main=True)
    options, hashes = check_options(manifest, {}), list[str]()
    while len(hashes) < ticks:
        more = tick_hashes(game["main"], manifest.rules, seed, ticks - len(hashes), Random, **options)
        assert more, "a game that ends before its first tick"
        hashes, seed = hashes + more, seed + 1
    return hashes
