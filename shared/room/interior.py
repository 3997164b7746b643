"""What a room is made of, for the modules of this package: `presence.py` and `talk.py` act on it, `room.py` owns it."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.protocol.records import RoomRecord
from shared.room.chat import ChatHistory
from shared.room.code import Hooks, RoomCode
from shared.room.effects import Announce, Effect
from shared.room.members import Member, Members
from shared.room.outgoing import Outgoing
from shared.room.states import ROOM, RoomEvent, RoomState, step
from shared.room.world import World
from shared.rules.buckets import Pace


class Interior:
    """`leaving`: who waits for a leave to be confirmed, with the request id. `close_at`: when an empty room may ask
    to be closed."""

    def __init__(
        self,
        record: RoomRecord,
        encode: Callable[[Any], bytes],
        code: RoomCode | None,
        paces: Mapping[str, Pace],
        empty_ttl_s: float,
        now: float,
    ) -> None:
        self.record = record
        self.state = RoomState.OPEN
        self.empty_ttl_s = empty_ttl_s
        self.close_at = now + empty_ttl_s
        self.people = Members(paces)
        self.leaving: dict[int, tuple[Member, str]] = {}
        self.chat = ChatHistory()
        self.out = Outgoing(encode)
        self.effects: list[Effect] = []
        self.world = World(record.spec.options)
        self.hooks = Hooks(code, self.world)

    def step(self, event: RoomEvent) -> None:
        self.state = step(ROOM, self.state, event)

    def announce(self) -> None:
        """Once until the effects are taken."""
        if Announce() not in self.effects:
            self.effects.append(Announce())
