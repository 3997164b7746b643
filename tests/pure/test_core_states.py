"""The tables of states: complete, closed, with an end."""

import pytest

from shared.room.states import MEMBER, ROOM, IllegalStep, MemberEvent, MemberState, RoomEvent, RoomState, step


def test_every_state_has_a_row() -> None:
    assert set(ROOM) == set(RoomState)
    assert set(MEMBER) == set(MemberState)


def test_every_event_occurs() -> None:
    assert {event for row in ROOM.values() for event in row} == set(RoomEvent)
    assert {event for row in MEMBER.values() for event in row} == set(MemberEvent)


def test_nothing_leads_out_of_the_end() -> None:
    assert set(ROOM[RoomState.ENDED].values()) <= {RoomState.ENDED}
    assert MEMBER[MemberState.GONE] == {}


def test_every_state_can_end() -> None:
    for state in (RoomState.OPEN, RoomState.ENDING):
        assert step(ROOM, state, RoomEvent.END) is RoomState.ENDED
    for place in (MemberState.PRESENT, MemberState.AWAY):
        assert step(MEMBER, place, MemberEvent.GO) is MemberState.GONE
    assert step(MEMBER, MemberState.LEAVING, MemberEvent.LOST) is MemberState.GONE


def test_a_step_without_a_row_is_named() -> None:
    with pytest.raises(IllegalStep, match="nothing leads from ended by join"):
        step(ROOM, RoomState.ENDED, RoomEvent.JOIN)
