"""In development: what an author saves is read again, so that nothing needs to be started anew.

It looks twice a second: no watcher of the system is needed, and a folder of games is soon looked through. A catalog
with a mistake in it is not taken: the sentence stands in the log, and everything goes on as before. Absent: what a node
knows at its start (which games want processes of their own).
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from shared.catalog import MANIFEST_FILE, Catalog, Game, read_catalog
from shared.rules.toml_tables import ManifestError

LOOK_EVERY_S = 0.5

Stamps = dict[Path, tuple[int, int]]

log = logging.getLogger(__name__)


async def watch(folder: Path, catalog: Catalog, changed: Callable[[Game], None], *, is_speaker: bool = False) -> None:
    """Until it is cancelled: replaces the catalog's games, then calls `changed` with each that is new or whose code
    has changed. Of all processes that watch a folder, the speaker writes into the log."""
    told, refused = (logging.INFO, logging.ERROR) if is_speaker else (logging.DEBUG, logging.DEBUG)
    seen: Stamps = {}
    while True:
        stamps = await asyncio.to_thread(_stamps, folder)
        if seen and stamps != seen:
            try:
                fresh = await asyncio.to_thread(read_catalog, folder)
            except (ManifestError, OSError) as error:
                log.log(refused, "not taken, the older one stays: %s", error)
            else:
                _take(fresh, catalog, changed, told)
        seen = stamps
        await asyncio.sleep(LOOK_EVERY_S)


def _take(fresh: Catalog, catalog: Catalog, changed: Callable[[Game], None], level: int) -> None:
    before = catalog.hashes()
    catalog.games = fresh.games
    for name, game in fresh.games.items():
        if before.get(name) != game.hash:
            log.log(level, "%s has changed" if name in before else "%s is a new game", name)
            for sentence in game.advice:
                log.log(level, "%s", sentence)
            changed(game)


def _stamps(folder: Path) -> Stamps:
    """Size and time of every file that a catalog is read from."""
    stamps: Stamps = {}
    for path in (*folder.glob(f"*/{MANIFEST_FILE}"), *folder.glob("*/**/*.py")):
        try:
            stat = path.stat()
        except OSError:  # it went meanwhile
            continue
        stamps[path] = (stat.st_mtime_ns, stat.st_size)
    return stamps
