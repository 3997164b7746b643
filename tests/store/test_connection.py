"""Calls: a total deadline, whatever Redis does; an answer as soon as it is back; a lost script is sent again."""

import asyncio
import random
import time

import pytest
from redis.exceptions import ResponseError

from shared.protocol.errors import STORE_UNAVAILABLE
from shared.protocol.ids import RoomId
from shared.store.connection import CALLS, FIRST_PAUSE_S, LONGEST_PAUSE_S, Backoff, Connection, is_retryable
from shared.store.store import Store
from tests.support.redis import RedisServer, free_port
from tests.support.refusals import refusal
from tests.support.stores import client, hold, worker

DEADLINE_S = 0.3
LATE_S = 3.0
"""How much later than its deadline a call may end: one socket timeout, and a busy machine."""


async def test_absent_redis_is_said_within_the_deadline(realm: str) -> None:
    async with Store(f"redis://127.0.0.1:{free_port()}/0", realm, deadline_s=DEADLINE_S) as store:
        began = time.monotonic()
        assert await refusal(store.directory.whereabouts(client())) is STORE_UNAVAILABLE
        assert DEADLINE_S <= time.monotonic() - began < DEADLINE_S + LATE_S
        assert await refusal(store.ready()) is STORE_UNAVAILABLE


async def test_frozen_redis_is_said_within_the_deadline(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm, deadline_s=DEADLINE_S) as store, Store(own_redis.url, realm) as patient:
        await patient.ready()
        own_redis.freeze()
        began = time.monotonic()
        calls = [refusal(store.directory.whereabouts(client())) for _ in range(100)]
        assert set(await asyncio.gather(*calls)) == {STORE_UNAVAILABLE}
        assert time.monotonic() - began < DEADLINE_S + LATE_S
        own_redis.thaw()
        await patient.ready()


async def test_call_outlives_a_restart_of_redis(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm, deadline_s=10) as store:
        await store.leases.register(worker())
        own_redis.stop()
        call = asyncio.create_task(store.leases.register(worker()))
        await asyncio.to_thread(own_redis.start)
        await call
        assert await store.directory.workers() == [worker()]


async def test_lost_scripts_are_sent_again(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm) as store:
        await store.leases.register(worker())
        own_redis.command("SCRIPT", "FLUSH")
        assert await store.directory.workers() == [worker()]


async def test_error_of_ours_is_not_tried_again(redis_url: str) -> None:
    connection = Connection(redis_url)
    with pytest.raises(ResponseError, match="unknown command"):
        await connection.run("INVENTED")
    await connection.close()


async def test_realms_do_not_see_each_other(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as one, Store(redis_url, f"{realm}-2") as other:
        await one.leases.register(worker())
        assert await other.directory.workers() == []
        assert (await refusal(hold(other, RoomId("any")))).name == "room-unknown"


async def test_redis_that_takes_no_writes_counts_as_unavailable(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm, deadline_s=DEADLINE_S) as store:
        own_redis.command("CONFIG", "SET", "maxmemory", "1")
        assert await refusal(store.leases.register(worker())) is STORE_UNAVAILABLE
        own_redis.command("CONFIG", "SET", "maxmemory", "0")
        await store.leases.register(worker())


@pytest.mark.parametrize(
    "words",
    [
        "LOADING Redis is loading",
        "READONLY You can't write",
        "NOREPLICAS Not enough",
        "MASTERDOWN Link",
        "CLUSTERDOWN The cluster is down",
        "TRYAGAIN Multiple keys",
        "OOM command not allowed when used memory > 'maxmemory'",
        "MISCONF Errors writing to the AOF file",
        "BUSY Redis is busy running a script",
        "NOAUTH Authentication required",
    ],
)
async def test_server_in_trouble_counts_as_unavailable(redis_url: str, words: str) -> None:
    connection = Connection(redis_url, deadline_s=0.1)
    assert await refusal(connection.run("EVAL", "return redis.error_reply(ARGV[1])", 0, words)) is STORE_UNAVAILABLE
    await connection.close()


def test_wrong_command_is_not() -> None:
    assert not is_retryable(ResponseError("ERR wrong number of arguments"))
    assert not is_retryable(KeyError())


def test_backoff_doubles_up_to_its_longest_with_jitter() -> None:
    backoff = Backoff(random.Random(1))
    pauses = [backoff.pause_s() for _ in range(10)]
    bounds = [min(FIRST_PAUSE_S * 2**number, LONGEST_PAUSE_S) for number in range(10)]
    assert all(bound / 2 <= pause <= bound for pause, bound in zip(pauses, bounds, strict=True))
    assert len(set(pauses)) == 10
    backoff.reset()
    assert backoff.pause_s() <= FIRST_PAUSE_S


async def test_cancellation_that_the_library_swallows_still_ends_the_call(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm, deadline_s=60) as store:
        await store.ready()
        own_redis.freeze()
        calls = [asyncio.create_task(store.ready()) for _ in range(CALLS)]
        for _ in range(5):
            await asyncio.sleep(0)
        for call in calls:
            call.cancel()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(answer, asyncio.CancelledError) for answer in ended)
