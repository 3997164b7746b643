"""Paces: the burst, then the rate; refusals that are told once a second and add up to a flood."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.limits import (
    BODY_BYTES,
    FRAME_BYTES,
    LOG_BYTES,
    OUTBOX_BYTES,
    PART_BYTES,
    SCENE_BYTES,
    SILENT_AFTER_S,
)
from shared.rules.buckets import AS_HOST, CHAT, FLOOD, OTHER, PACES, RELAY, SIGNAL, VOLATILE, Bucket, Pace, Refusals
from shared.rules.pings import smoothed
from tests.support.rooms import NOW


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
@pytest.mark.parametrize("now", [0.0, 1.5, NOW])
def test_exactly_the_burst_at_once(pace: Pace, now: float) -> None:
    bucket = Bucket(pace)
    assert sum(bucket.take(now) for _ in range(pace.burst * 2)) == pace.burst


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_the_rate_for_ever(pace: Pace) -> None:
    bucket = Bucket(pace)
    assert all(bucket.take(NOW + step / pace.rate_per_s) for step in range(1000))


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_full_again_after_a_rest(pace: Pace) -> None:
    bucket = Bucket(pace)
    for _ in range(pace.burst * 3):
        bucket.take(NOW)
    later = NOW + pace.burst / pace.rate_per_s
    assert sum(bucket.take(later) for _ in range(pace.burst * 2)) == pace.burst


@pytest.mark.parametrize("name", [RELAY, CHAT, AS_HOST, OTHER, SIGNAL])
def test_what_a_stalled_line_held_back_is_not_too_much(name: str) -> None:
    """At the full rate until it stalls, and all of it at once just before it would count as lost."""
    pace, bucket = PACES[name], Bucket(PACES[name])
    assert all(bucket.take(NOW + step / pace.rate_per_s) for step in range(100))
    stalled_at = NOW + 99 / pace.rate_per_s
    assert all(bucket.take(stalled_at + SILENT_AFTER_S) for _ in range(int(pace.rate_per_s * SILENT_AFTER_S)))


SIZED = [RELAY, VOLATILE, AS_HOST, SIGNAL]


@pytest.mark.parametrize("name", SIZED)
@pytest.mark.parametrize("units", [0, 1, 2.5])
def test_what_is_long_counts_for_several(name: str, units: float) -> None:
    pace, bucket = PACES[name], Bucket(PACES[name])
    taken = sum(bucket.take(NOW, int(units * pace.unit_bytes)) for _ in range(pace.burst))
    assert taken == pace.burst // (1 + int(units))


@pytest.mark.parametrize("name", [RELAY, AS_HOST, SIGNAL])
def test_a_stalled_line_may_hold_back_long_messages_too(name: str) -> None:
    """At the full rate of bytes until it stalls, and what came up meanwhile at once."""
    pace, bucket = PACES[name], Bucket(PACES[name])
    every_s, length = 8 / pace.rate_per_s, int(7 * pace.unit_bytes)
    assert all(bucket.take(NOW + step * every_s, length) for step in range(100))
    stalled_at = NOW + 99 * every_s
    assert all(bucket.take(stalled_at + SILENT_AFTER_S, length) for _ in range(int(SILENT_AFTER_S / every_s)))


@pytest.mark.parametrize("name", SIZED)
def test_the_longest_body_is_within_each_pace(name: str) -> None:
    """Also with a fifth of the burst, as a client has it that says again what piled up."""
    assert Bucket(PACES[name]._replace(burst=PACES[name].burst // 5)).take(NOW, FRAME_BYTES)


def test_a_host_may_show_the_longest_scene_at_once() -> None:
    bucket = Bucket(PACES[AS_HOST])
    assert all(bucket.take(NOW, PART_BYTES + 16) for _ in range(0, SCENE_BYTES + FRAME_BYTES, PART_BYTES))


@pytest.mark.parametrize("name", sorted(set(SIZED) - {AS_HOST}))
@given(lengths=st.lists(st.integers(0, BODY_BYTES), min_size=1))
def test_a_burst_fits_an_outbox_and_the_log(name: str, lengths: list[int]) -> None:
    assert burst_bytes(name, lengths) < min(OUTBOX_BYTES, LOG_BYTES)


@given(lengths=st.lists(st.integers(0, BODY_BYTES), min_size=1))
def test_a_burst_as_host_is_the_exception(lengths: list[int]) -> None:
    """What the longest scene needs, and it is above both."""
    assert burst_bytes(AS_HOST, [int(PACES[AS_HOST].unit_bytes) - 1]) > max(OUTBOX_BYTES, LOG_BYTES)
    assert burst_bytes(AS_HOST, lengths) < 1.2 * SCENE_BYTES


def burst_bytes(name: str, lengths: list[int]) -> int:
    """The longest repeats until no more is allowed."""
    bucket, heard = Bucket(PACES[name]), 0
    for length in itertools.chain(lengths, itertools.repeat(max(lengths))):
        if not bucket.take(NOW, length):
            return heard
        heard += length
    raise AssertionError("no end")


@given(
    rate=st.floats(0.5, 200),
    burst=st.integers(1, 50),
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=200),
)
def test_never_more_than_burst_and_rate_allow(rate: float, burst: int, gaps: list[float]) -> None:
    bucket, now, taken = Bucket(Pace(rate, burst)), NOW, 0
    for gap in gaps:
        now += gap
        taken += bucket.take(now)
        assert taken <= burst + (now - NOW) * rate + 1


def test_refusals_are_told_once_a_second() -> None:
    refusals = Refusals()
    told = [refusals.may_tell(NOW + step * 0.1) for step in range(25)]
    assert [step for step, is_told in enumerate(told) if is_told] in ([0, 10, 20], [0, 11, 21], [0, 10, 21])


def test_many_refusals_are_a_flood() -> None:
    refusals = Refusals()
    for _ in range(FLOOD - 1):
        refusals.add(NOW)
    assert not refusals.is_flood
    refusals.add(NOW + 0.9)
    assert refusals.is_flood


def test_a_second_without_any_forgives() -> None:
    refusals = Refusals()
    for _ in range(FLOOD - 1):
        refusals.add(NOW)
    refusals.add(NOW + 1.0)
    assert not refusals.is_flood


def test_a_ping_moves_by_an_eighth() -> None:
    assert smoothed(None, 40.0) == 40.0
    assert smoothed(80.0, 160.0) == 90.0
