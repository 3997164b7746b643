"""A member in a process of its own, to be killed: `python -m tests.support.bot ADDRESS TICKET` sits until then."""

import asyncio
import sys

from tests.support.player import Player


async def main(address: str, ticket: str) -> None:
    async with await Player.enter(address, ticket) as player:
        await player.closed(within=600.0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
