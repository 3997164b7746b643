"""The Python client's table of states, its backoff, and the way from names and codes back to the error table."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_py.errors import error_named, error_of_close
from client_py.states import STATES, Event, State, step
from shared.protocol.errors import ERRORS, INTERNAL, LINE_LOST
from shared.rules.backoff import LONGEST_S, backoff_s

ROOT = Path(__file__).parents[2]


def test_every_state_has_a_row_and_a_way_to_its_end() -> None:
    assert set(STATES) == set(State)
    assert all(step(state, Event.CLOSE) is State.CLOSED for state in State)


def test_every_event_and_state_occurs() -> None:
    assert {event for row in STATES.values() for event in row} == set(Event)
    assert {state for row in STATES.values() for state in row.values()} == set(State)


def test_a_lost_line_leads_to_the_lobby_whatever_it_did() -> None:
    for state, row in STATES.items():
        if Event.LOST in row:
            assert row[Event.LOST] is State.WAITING, state
    assert step(State.WAITING, Event.RETRY) is State.CALLING


def test_an_event_out_of_place_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="joined cannot happen in state lobby"):
        step(State.LOBBY, Event.JOINED)


def test_the_browser_s_client_has_the_same_table() -> None:
    """Except that a page may begin with a reroute that another page was given, before it has seen a lobby."""
    source = (ROOT / "client_js/src/states.js").read_text(encoding="utf-8")
    for state, row in STATES.items():
        line = re.search(rf"^  {state}: {{(.*)}},$", source, re.MULTILINE)
        assert line, state
        theirs = dict(re.findall(r'(\w+): "(\w+)"', line[1]))
        if state in (State.CALLING, State.WAITING):
            assert theirs.pop("reroute") == State.REROUTING
        assert theirs == {str(event): str(to) for event, to in row.items()}


@given(tries=st.integers(0, 10**6), chance=st.floats(0, 1, exclude_max=True))
def test_backoff_is_full_jitter_below_a_bound(tries: int, chance: float) -> None:
    assert 0 <= backoff_s(tries, chance) <= min(LONGEST_S, 0.5 * 2.0 ** min(tries, 30))


def test_backoff_spreads_a_thousand_clients() -> None:
    dice = random.Random(1)
    waits = sorted(backoff_s(5, dice.random()) for _ in range(1000))
    assert waits[100] < LONGEST_S * 0.15
    assert waits[900] > LONGEST_S * 0.85


@pytest.mark.parametrize("kind", ERRORS.values(), ids=ERRORS)
def test_every_error_comes_back_by_name_and_by_close_code(kind) -> None:  # type: ignore[no-untyped-def]
    assert error_named(kind.name).kind is kind
    assert error_of_close(kind.close_code, "Why.").kind is kind
    assert error_of_close(kind.close_code, "Why.").text == "Why."


def test_what_the_table_does_not_have() -> None:
    assert error_named("brand-new", "A sentence.").kind is INTERNAL
    for code in (1000, 1001, 1006, 1011, 4999, 3000):
        assert error_of_close(code, "").kind is LINE_LOST
