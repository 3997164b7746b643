"""The slow beat that ends in the directory what ended in the world: lapsed holds and leases, unwanted orphans, rooms
that their owner does not know of.

Every lobby sweeps; the script sees to it that one sweep at a time is enough, and that after an outage of Redis no lease
counts as ended before a whole one has passed.
"""

import asyncio
import logging

from shared.protocol import limits
from shared.protocol.errors import RoomError
from shared.store.directory import RoomDirectory

log = logging.getLogger(__name__)


async def sweep_forever(directory: RoomDirectory) -> None:
    """Until cancelled. A sweep that fails leaves its work to the next one."""
    while True:
        await asyncio.sleep(limits.RENEW_EVERY_S)
        try:
            closed = await directory.sweep()
        except Exception as error:
            log.warning("no sweep: %s", error, exc_info=not isinstance(error, RoomError))
            continue
        if closed:
            log.info("swept %d rooms: %s", len(closed), ", ".join(closed))
