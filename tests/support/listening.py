"""Listens to the bus beside a test: `async with heard(store.bus, Channel.ROOMS) as events:` fills a list."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from shared.protocol.events import Channel
from shared.store.bus import Bus


@contextlib.asynccontextmanager
async def heard(bus: Bus, *channels: Channel) -> AsyncIterator[list[Any]]:
    """The subscription is confirmed before the body runs."""
    events: list[Any] = []
    confirmed = asyncio.Event()

    async def on_gap() -> None:
        confirmed.set()

    async def listen() -> None:
        async with bus.subscribe(channels, on_gap) as subscription:
            async for event in subscription:
                events.append(event)

    listening = asyncio.create_task(listen())
    try:
        await confirmed.wait()
        yield events
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
