"""The states of one connection, and which may follow which.

handshake ──► hello ──► admission ──► open
    │           │           │          │
    └───────────┴─────┬─────┴──────────┘
                      ▼
                   closing ──► closed         (closed may follow any: the peer just vanishes)
"""

from enum import StrEnum


class LineState(StrEnum):
    HANDSHAKE = "handshake"
    """HTTP: the request to become a WebSocket has not come whole."""
    HELLO = "hello"
    """A WebSocket that has not said who it is."""
    ADMISSION = "admission"
    """The handler looks at the hello. Nothing is read."""
    OPEN = "open"
    """A visitor is behind it."""
    CLOSING = "closing"
    """A close frame (or an HTTP refusal) is on its way; what still comes is not looked at."""
    CLOSED = "closed"


_ANYTIME = frozenset({LineState.CLOSING, LineState.CLOSED})

NEXT: dict[LineState, frozenset[LineState]] = {
    LineState.HANDSHAKE: _ANYTIME | {LineState.HELLO},
    LineState.HELLO: _ANYTIME | {LineState.ADMISSION},
    LineState.ADMISSION: _ANYTIME | {LineState.OPEN},
    LineState.OPEN: _ANYTIME,
    LineState.CLOSING: frozenset({LineState.CLOSED}),
    LineState.CLOSED: frozenset(),
}

IS_OVER = frozenset({LineState.CLOSING, LineState.CLOSED})
