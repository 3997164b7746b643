"""Where a client is: one connection, one table. An event that a state does not name is a bug and raises.

calling    on the way to the lobby: identity, socket, hello
waiting    the lobby could not be reached or was lost; the backoff runs
lobby      welcomed: the list is live, requests are answered
rerouting  on the way to a room's worker with a ticket; the lobby's line is closed
room       inside a room
closed     the end: the application closed it, or an error was final
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    CALLING = "calling"
    WAITING = "waiting"
    LOBBY = "lobby"
    REROUTING = "rerouting"
    ROOM = "room"
    CLOSED = "closed"


class Event(StrEnum):
    WELCOMED = "welcomed"
    LOST = "lost"
    REFUSED = "refused"
    RETRY = "retry"
    REROUTE = "reroute"
    JOINED = "joined"
    OVER = "over"
    CLOSE = "close"


STATES: Mapping[State, Mapping[Event, State]] = {
    State.CALLING: {
        Event.WELCOMED: State.LOBBY,
        Event.LOST: State.WAITING,
        Event.REFUSED: State.CLOSED,
        Event.CLOSE: State.CLOSED,
    },
    State.WAITING: {Event.RETRY: State.CALLING, Event.CLOSE: State.CLOSED},
    State.LOBBY: {
        Event.REROUTE: State.REROUTING,
        Event.LOST: State.WAITING,
        Event.REFUSED: State.CLOSED,
        Event.CLOSE: State.CLOSED,
    },
    State.REROUTING: {
        Event.JOINED: State.ROOM,
        Event.OVER: State.CALLING,
        Event.LOST: State.WAITING,
        Event.CLOSE: State.CLOSED,
    },
    State.ROOM: {Event.OVER: State.CALLING, Event.LOST: State.WAITING, Event.CLOSE: State.CLOSED},
    State.CLOSED: {Event.CLOSE: State.CLOSED},
}


def step(state: State, event: Event) -> State:
    try:
        return STATES[state][event]
    except KeyError:
        raise AssertionError(f"{event} cannot happen in state {state}") from None
