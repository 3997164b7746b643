"""The clock that the virtual-time tests stand on, and the wait of last resort."""

import asyncio

import pytest

from tests.support.eventually import eventually, eventually_sync
from tests.support.virtual_time import Stuck, run


def test_a_minute_passes_at_once_and_in_order() -> None:
    async def scenario() -> list[tuple[str, float]]:
        loop, seen = asyncio.get_running_loop(), []

        async def note(name: str, after_s: float) -> None:
            await asyncio.sleep(after_s)
            seen.append((name, round(loop.time(), 6)))

        async with asyncio.TaskGroup() as group:
            group.create_task(note("late", 60.0))
            group.create_task(note("early", 0.5))
        return seen

    assert run(scenario()) == [("early", 0.5), ("late", 60.0)]


def test_waiting_for_nothing_is_named() -> None:
    async def scenario() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stuck, match="no timer is set"):
        run(scenario())


def test_an_endless_beat_is_named() -> None:
    async def scenario() -> None:
        for _ in iter(int, 1):
            await asyncio.sleep(1.0)

    with pytest.raises(Stuck, match="not done after 90 virtual seconds"):
        run(scenario(), most_s=90.0)


def test_eventually_returns_what_it_saw() -> None:
    async def scenario() -> tuple[int, float]:
        loop = asyncio.get_running_loop()
        return await eventually(lambda: int(loop.time()), within=5.0), loop.time()

    seen, at = run(scenario())
    assert seen == 1
    assert 1.0 <= at < 1.1


def test_eventually_takes_coroutines_and_assertions() -> None:
    async def scenario() -> str:
        loop = asyncio.get_running_loop()

        async def condition() -> str:
            assert loop.time() > 2.0
            return "now"

        return await eventually(condition, within=5.0)

    assert run(scenario()) == "now"


def test_eventually_gives_up_with_the_last_value() -> None:
    async def scenario() -> None:
        await eventually(list, within=3.0)

    with pytest.raises(AssertionError, match=r"did not hold within 3 s; last seen: \[\]"):
        run(scenario())


def test_eventually_sync() -> None:
    tries = iter([0, 0, 7])
    assert eventually_sync(lambda: next(tries), every=0.001) == 7
    with pytest.raises(AssertionError, match="last seen: None"):
        eventually_sync(lambda: None, within=0.0)
