"""Which workers a room may go to, and in which order."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.ids import GameName, NodeId, WorkerId
from shared.protocol.records import WorkerRecord
from shared.rules.placement import OVERLOADED_ABOVE, qualifies, rank

GAME = GameName("sketch")


def worker(name: str = "w", **changes: object) -> WorkerRecord:
    plain: dict[str, object] = {"games": {GAME: "h1"}, "room_limit": 10}
    return WorkerRecord(WorkerId(name), NodeId("n"), "ws://host:1", **(plain | changes))  # type: ignore[arg-type]


def ranked(*workers: WorkerRecord, isolated: bool = False, seed: int = 1) -> list[str]:
    return [str(name) for name in rank(workers, GAME, "h1", isolated=isolated, dice=random.Random(seed))]


@pytest.mark.parametrize(
    "changes",
    [
        {"games": {}},
        {"games": {GAME: "h2"}},
        {"is_draining": True},
        {"is_exclusive": True},
        {"rooms": 10},
        {"room_limit": 3, "rooms": 4},
    ],
)
def test_unfit_workers_are_left_out(changes: dict[str, object]) -> None:
    assert ranked(worker("unfit", **changes), worker("fit", rooms=9)) == ["fit"]


def test_no_worker_is_an_empty_answer() -> None:
    assert ranked() == []


def test_no_limit_is_no_limit() -> None:
    assert ranked(worker(room_limit=0, rooms=1_000_000)) == ["w"]


def test_fewest_rooms_first_and_overloaded_last() -> None:
    busy = worker("busy", rooms=0, load=OVERLOADED_ABOVE + 0.01)
    assert ranked(worker("two", rooms=2), busy, worker("one", rooms=1, load=OVERLOADED_ABOVE)) == ["one", "two", "busy"]


def test_isolated_rooms_want_an_empty_worker() -> None:
    assert ranked(worker("used", rooms=1), worker("empty"), isolated=True) == ["empty"]


def test_equals_are_ordered_by_chance() -> None:
    equals = [worker(name) for name in "abcd"]
    firsts = Counter(ranked(*equals, seed=seed)[0] for seed in range(400))
    assert set(firsts) == set("abcd")
    assert max(firsts.values()) < 160


WORKERS = st.builds(
    worker,
    name=st.uuids().map(str),
    games=st.sampled_from([{}, {GAME: "h1"}, {GAME: "h2"}]),
    load=st.floats(0, 1),
    rooms=st.integers(0, 12),
    room_limit=st.integers(0, 10),
    is_draining=st.booleans(),
    is_exclusive=st.booleans(),
)


@given(st.lists(WORKERS, max_size=12), st.booleans(), st.integers())
def test_ranking_is_exactly_the_fit_ones_in_order(workers: list[WorkerRecord], isolated: bool, seed: int) -> None:
    by_name = {str(each.worker_id): each for each in workers}
    names = ranked(*workers, isolated=isolated, seed=seed)
    assert sorted(names) == sorted(
        name for name, each in by_name.items() if qualifies(each, GAME, "h1", isolated=isolated)
    )
    order = [(by_name[name].load > OVERLOADED_ABOVE, by_name[name].rooms) for name in names]
    assert order == sorted(order)
