"""A client of a room core over a line that may be cut at any moment, and a toy program that it runs as host.

Its counts are those of the protocol: it counts what it has heard since its picture, keeps what it has sent, and sends
again what the room has not got. As host its state is the set of all bodies that were said; where it applies its own
at once, where it takes over from snapshot and journal, and what it covers with a deposit is what any client does.
"""

from collections import deque
from typing import Any

import msgpack

from shared.protocol.messages import (
    SPECS,
    TO_OTHERS,
    AsHost,
    Deposit,
    GiveSession,
    HostChanged,
    KeepSession,
    Relay,
    RoomJoined,
    RoomResumed,
    SendAsHost,
    SendRelay,
    Snapshot,
)


class Player:
    """`up` and `down` are on their way over the present line; `is_in`: the room has answered on it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.session = 0
        self.number = 0
        self.code = ""
        self.received = -1
        self.own: list[Any] = []
        self.heard: list[bytes] = []
        self.state: set[bytes] | None = None
        self.host = self.host_epoch = 0
        self.up: deque[Any] = deque()
        self.down: deque[Any] = deque()
        self.has_line = self.is_in = False

    def connect(self) -> None:
        self.up, self.down = deque(), deque()
        self.has_line, self.is_in = True, False

    def cut(self) -> None:
        """What is on its way, either way, is lost."""
        self.up, self.down = deque(), deque()
        self.has_line = self.is_in = False

    def forget(self) -> None:
        """A reloaded page: nothing but the code, and what it has sent, is kept."""
        self.received, self.state = -1, None

    def say(self, message: Any) -> None:
        """A counted message. What a host says itself is in its state at once."""
        self.own.append(message)
        if self.is_host and self.state is not None and self._is_mark(message):
            self.state.add(message.body)
        if self.is_in:
            self.up.append(message)

    def deposit(self) -> None:
        if self.is_in and self.is_host and self.state is not None:
            body = msgpack.packb(sorted(self.state))
            self.up.append(Deposit(self.host_epoch, self.received, len(self.own), 0, body))

    @property
    def is_host(self) -> bool:
        return self.number != 0 and self.host == self.number

    def hear(self, message: Any) -> None:
        if SPECS[type(message)].counted:
            self.received += 1
        match message:
            case RoomJoined():
                if message.you != self.number:  # another session: what the old one had still to send is over
                    self.own = []
                self._greeted(message.received)
                self.number, self.received, self.heard = message.you, 0, []
                self.host, self.host_epoch, self.state = message.host, message.host_epoch, None
            case RoomResumed():
                self._greeted(message.received)
            case GiveSession(code):
                self.code = code
                self.up.append(KeepSession(code))
            case HostChanged(number, host_epoch):
                assert host_epoch > self.host_epoch
                self.host, self.host_epoch, self.state = number, host_epoch, None
            case Snapshot() if self.is_host:
                self.state = self._taken_over(message)
            case Relay() | AsHost():
                self.heard.append(message.body)
                if self.is_host and self.state is not None:
                    self.state.add(message.body)

    def _greeted(self, room_has: int) -> None:
        self.is_in = True
        self.up.extend(self.own[room_has:])

    def _taken_over(self, snapshot: Snapshot) -> set[bytes]:
        rows = [row.body for row in snapshot.journal]
        before = set(msgpack.unpackb(snapshot.body or b"\x90")).union(rows)
        return before | {message.body for message in self.own[snapshot.received :] if self._is_mark(message)}

    def _is_mark(self, message: Any) -> bool:
        """What a host has done when it says it. What goes to the host comes back; what an older host said is over."""
        match message:
            case SendRelay(to):
                return to == TO_OTHERS
            case SendAsHost(host_epoch):
                return host_epoch == self.host_epoch
        return False
