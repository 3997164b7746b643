"""Who leads: presence, foreground, a near ping, seniority; and when a host is replaced at all."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.limits import HIDDEN_HOST_S
from shared.rules.hosts import NOBODY, elect, next_host

NOW = 1000.0
PATIENCE_S = 3.0


@dataclass
class One:
    number: int
    ping_ms: float | None = None
    away_at: float | None = None
    hidden_at: float | None = None


def host_after(host: int, *players: One) -> int:
    return next_host(host, {one.number: one for one in players}, patience_s=PATIENCE_S, now=NOW)


@pytest.mark.parametrize(
    ("players", "host"),
    [
        pytest.param([], NOBODY, id="nobody"),
        pytest.param([One(1, away_at=NOW)], NOBODY, id="nobody is there"),
        pytest.param([One(3), One(2), One(5)], 2, id="the eldest"),
        pytest.param([One(1, 200.0), One(2, 30.0)], 2, id="the nearest"),
        pytest.param([One(1, 50.0), One(2, 30.0)], 1, id="20 ms decide nothing"),
        pytest.param([One(1, 51.0), One(2, 30.0)], 2, id="21 ms do"),
        pytest.param([One(1, 250.0), One(2, 200.0)], 1, id="a quarter decides nothing"),
        pytest.param([One(1, 251.0), One(2, 200.0)], 2, id="more than a quarter does"),
        pytest.param([One(1), One(2, 300.0)], 2, id="measured before unmeasured"),
        pytest.param([One(1, 5.0, away_at=NOW - 1), One(2, 300.0)], 2, id="presence before ping"),
        pytest.param([One(1, 5.0, hidden_at=NOW - 1), One(2, 300.0)], 2, id="foreground before ping"),
        pytest.param([One(1, hidden_at=NOW - 99), One(2, hidden_at=NOW - 1)], 2, id="hidden for a moment before long"),
        pytest.param([One(1, hidden_at=NOW - 99), One(2, away_at=NOW)], 1, id="hidden before away"),
    ],
)
def test_the_best_of_those_who_are_there(players: list[One], host: int) -> None:
    assert elect(players, NOW) == host


@pytest.mark.parametrize(
    ("host", "players", "next_one"),
    [
        pytest.param(1, [One(1, 900.0), One(2, 5.0)], 1, id="a host that does its work stays"),
        pytest.param(1, [One(2), One(3)], 2, id="gone"),
        pytest.param(1, [], NOBODY, id="gone, and nobody is left"),
        pytest.param(0, [One(4)], 4, id="there was none"),
        pytest.param(1, [One(1, away_at=NOW - 2.9), One(2)], 1, id="away within the patience"),
        pytest.param(1, [One(1, away_at=NOW - 3.0), One(2)], 2, id="away for longer"),
        pytest.param(1, [One(1, away_at=NOW - 99), One(2, away_at=NOW - 1)], 1, id="everybody is away"),
        pytest.param(1, [One(1, hidden_at=NOW - 9.9), One(2)], 1, id="hidden for a moment"),
        pytest.param(1, [One(1, hidden_at=NOW - HIDDEN_HOST_S), One(2)], 2, id="hidden for long"),
        pytest.param(1, [One(1, hidden_at=NOW - 99), One(2, hidden_at=NOW - 1)], 1, id="the others are hidden, too"),
        pytest.param(1, [One(1, hidden_at=NOW - 99)], 1, id="hidden and alone"),
    ],
)
def test_when_a_host_is_replaced(host: int, players: list[One], next_one: int) -> None:
    assert host_after(host, *players) == next_one


AT = st.none() | st.floats(NOW - 30, NOW)
ANYBODY = st.lists(
    st.builds(One, st.integers(1, 9), st.none() | st.floats(0, 500), AT, AT), unique_by=lambda one: one.number
)


@given(players=ANYBODY, host=st.integers(0, 9))
def test_the_choice_stands(players: list[One], host: int) -> None:
    """Asked again at once it is the same; it is somebody; and it is there, if anybody is."""
    chosen = host_after(host, *players)
    assert host_after(chosen, *players) == chosen
    by_number = {one.number: one for one in players}
    assert chosen in by_number or (chosen == NOBODY and all(one.away_at is not None for one in players))
    if chosen != host:
        assert chosen == NOBODY or by_number[chosen].away_at is None
