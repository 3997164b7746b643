"""Where a room and a member can be, and what leads from one state to the next. An event without a row is a bug."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class RoomState(StrEnum):
    OPEN = "open"
    ENDING = "ending"
    """Empty; its shell was asked to close it in the directory, where somebody may still hold a seat."""
    ENDED = "ended"


class RoomEvent(StrEnum):
    JOIN = "join"
    EMPTY = "empty"
    KEEP = "keep"
    END = "end"


class MemberState(StrEnum):
    PRESENT = "present"
    AWAY = "away"
    """Its line is lost; a member for the others all the same, until the grace time ends."""
    LEAVING = "leaving"
    """No member for the others any more; waits until the directory has freed its seat, to be told that it left."""
    GONE = "gone"


class MemberEvent(StrEnum):
    LOST = "lost"
    RETURN = "return"
    LEAVE = "leave"
    RELEASED = "released"
    GO = "go"
    """For good, and nobody is there to be told: sent out, away for too long, or without a session to come back to."""


ROOM: Mapping[RoomState, Mapping[RoomEvent, RoomState]] = {
    RoomState.OPEN: {
        RoomEvent.JOIN: RoomState.OPEN,
        RoomEvent.EMPTY: RoomState.ENDING,
        RoomEvent.KEEP: RoomState.OPEN,  # the refusal was overtaken by a join
        RoomEvent.END: RoomState.ENDED,
    },
    RoomState.ENDING: {
        RoomEvent.JOIN: RoomState.OPEN,  # the claim came before the closing, which is then refused
        RoomEvent.KEEP: RoomState.OPEN,
        RoomEvent.END: RoomState.ENDED,
    },
    RoomState.ENDED: {RoomEvent.KEEP: RoomState.ENDED},  # an answer that came too late
}

MEMBER: Mapping[MemberState, Mapping[MemberEvent, MemberState]] = {
    MemberState.PRESENT: {
        MemberEvent.LOST: MemberState.AWAY,
        MemberEvent.RETURN: MemberState.PRESENT,  # on another line, while the older one is still there
        MemberEvent.LEAVE: MemberState.LEAVING,
        MemberEvent.GO: MemberState.GONE,
    },
    MemberState.AWAY: {
        MemberEvent.RETURN: MemberState.PRESENT,
        MemberEvent.LEAVE: MemberState.LEAVING,
        MemberEvent.GO: MemberState.GONE,
    },
    MemberState.LEAVING: {MemberEvent.RELEASED: MemberState.GONE, MemberEvent.LOST: MemberState.GONE},
    MemberState.GONE: {},
}

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class IllegalStep(Exception):
    """The code asked for a step that its table does not have."""


def step(table: Mapping[S, Mapping[E, S]], state: S, event: E) -> S:
    try:
        return table[state][event]
    except KeyError:
        raise IllegalStep(f"nothing leads from {state} by {event}") from None
