"""The watched subscription: it notices deafness by itself, reopens, and lets its reader catch up first."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from shared.protocol.errors import STORE_UNAVAILABLE, RoomError
from shared.protocol.events import Channel, RoomOpened
from shared.protocol.ids import RoomId
from shared.store.store import Store
from shared.store.subscription import Watch
from tests.support.eventually import eventually
from tests.support.redis import RedisServer
from tests.support.swallowing_proxy import SwallowingProxy

ONE, TWO = RoomOpened(RoomId("one")), RoomOpened(RoomId("two"))


IMPATIENT = Watch(ping_every_s=0.1, deaf_after_s=0.25)
"""Ten times as quick as in production."""


class Reader:
    """What a lobby does: reads on, and re-reads the truth at every gap. `seen` keeps both in their order."""

    def __init__(self, store: Store) -> None:
        self.seen: list[Any] = []
        self.subscription = store.bus.subscribe([Channel.ROOMS], self.on_gap)

    async def on_gap(self) -> None:
        self.seen.append("gap")

    async def run(self) -> None:
        async with self.subscription:
            async for event in self.subscription:
                self.seen.append(event)


@contextlib.asynccontextmanager
async def reading(store: Store) -> AsyncIterator[Reader]:
    reader = Reader(store)
    task = asyncio.create_task(reader.run())
    try:
        await eventually(lambda: reader.subscription.healthy)
        yield reader
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_gap_comes_before_the_first_event(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm, watch=IMPATIENT) as store, reading(store) as reader:
        await store.bus.publish(ONE)
        await eventually(lambda: reader.seen == ["gap", ONE])


async def test_quiet_line_stays_healthy(redis_url: str, realm: str) -> None:
    """Its pings alone keep it so, for longer than a line without any would count as healthy."""
    watch = Watch(ping_every_s=0.05, deaf_after_s=0.6)
    async with Store(redis_url, realm, watch=watch) as store, reading(store) as reader:
        await asyncio.sleep(2 * watch.deaf_after_s)
        await eventually(lambda: reader.subscription.healthy, within=watch.deaf_after_s)
        assert reader.seen == ["gap"]


async def test_deaf_line_is_noticed_and_reopened(redis_server: RedisServer, redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store, SwallowingProxy(redis_server.port) as proxy:
        through_proxy = f"redis://127.0.0.1:{proxy.port}/0"
        async with Store(through_proxy, realm, watch=IMPATIENT) as far, reading(far) as reader:
            proxy.swallow_present_lines()
            await store.bus.publish(ONE)
            await eventually(lambda: not reader.subscription.healthy)
            await eventually(lambda: reader.subscription.healthy)
            await store.bus.publish(TWO)
            await eventually(lambda: reader.seen == ["gap", "gap", TWO])


async def test_frozen_redis_is_noticed(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm, watch=IMPATIENT) as store, reading(store) as reader:
        own_redis.freeze()
        await eventually(lambda: not reader.subscription.healthy)
        own_redis.thaw()
        await eventually(lambda: reader.subscription.healthy)
        await store.bus.publish(ONE)
        await eventually(lambda: reader.seen[-2:] == ["gap", ONE])


async def test_redis_that_was_started_anew_is_found_again(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm, watch=IMPATIENT) as store, reading(store) as reader:
        own_redis.stop()
        await eventually(lambda: not reader.subscription.healthy)
        own_redis.start()
        await eventually(lambda: reader.subscription.healthy)
        await store.bus.publish(ONE)
        await eventually(lambda: reader.seen == ["gap", "gap", ONE])


async def test_reader_that_cannot_catch_up_tries_again(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm, watch=IMPATIENT) as store:
        failures = [RoomError(STORE_UNAVAILABLE), RoomError(STORE_UNAVAILABLE)]

        async def on_gap() -> None:
            if failures:
                raise failures.pop()

        async with store.bus.subscribe([Channel.ROOMS], on_gap) as subscription:
            first = asyncio.create_task(anext(subscription))
            await eventually(lambda: subscription.healthy)
            await store.bus.publish(ONE)
            assert (await first, failures) == (ONE, [])


async def test_reader_nobody_reads_is_not_healthy(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm, watch=IMPATIENT) as store, reading(store) as reader:
        subscription = reader.subscription
        await store.bus.publish(ONE)
        await eventually(lambda: reader.seen[-1] == ONE)
    assert not subscription.healthy
