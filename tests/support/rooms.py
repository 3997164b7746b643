"""A room with listeners instead of sockets: what each member was sent, decoded, and what the shell was asked to do."""

from collections.abc import Iterable
from typing import Any

from shared.protocol.errors import LINE_LOST, ErrorKind
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.messages import PLAYER, WORKER_TO_CLIENT, ClientMessage, RoomJoined
from shared.protocol.records import RoomRecord, RoomSpec, Seat, SeatState
from shared.room.effects import Effect
from shared.room.room import Room
from shared.rules.buckets import PACES, Pace
from shared.wire.codec import Decoder, encode

NOW = 1_800_000_000.0
ANY_PACE = {name: Pace(1e9, 10**9) for name in PACES}
"""For tests that are not about limits."""


def a_record(*, seats: int = 8, owner_epoch: int = 1, **options: Any) -> RoomRecord:
    spec = RoomSpec(
        room_id=RoomId("room2222ab"),
        game=GameName("chat"),
        game_hash="h",
        name="Den",
        seats=seats,
        spectators=8,
        authority="none",
        options=options,
        creator=ClientId("ann"),
    )
    return RoomRecord(spec, WorkerId("w1"), owner_epoch, True, 0, 0, 0)


def a_seat(client: str, *, session: int = 1, role: str = PLAYER) -> Seat:
    return Seat(ClientId(client), session, SeatState.TAKEN, role, 1 if role == PLAYER else 0)


class Heard:
    """The room under test. `heard[number]` are all messages that a member was sent so far."""

    def __init__(self, *, now: float = NOW, **room: Any) -> None:
        self.encoded = 0
        self.now = now
        self.heard: dict[int, list[Any]] = {}
        self.effects: list[Effect] = []
        self._decoder = Decoder(WORKER_TO_CLIENT)
        self.record = room.pop("record", None) or a_record()
        self._room = {"paces": ANY_PACE} | room
        self.room = Room(self.record, encode=self.encode, now=now, **self._room)

    def encode(self, message: Any) -> bytes:
        """Length and message, so that joined bytes can be taken apart again."""
        self.encoded += 1
        payload = encode(message)
        return len(payload).to_bytes(4, "big") + payload

    def decode(self, joined: bytes) -> list[Any]:
        messages = []
        while joined:
            end = 4 + int.from_bytes(joined[:4], "big")
            messages.append(self._decoder.decode(joined[4:end], 16 * 65536))
            joined = joined[end:]
        return messages

    def join(self, client: str, *, session: int = 1, role: str = PLAYER, name: str = "") -> int:
        number = self.room.join(a_seat(client, session=session, role=role), name or client.title(), self.now)
        self.settle()
        return number

    def say(self, number: int, *messages: ClientMessage) -> None:
        """All in one loop turn."""
        for message in messages:
            self.room.receive(number, message, self.now)
        self.settle()

    def leave(self, number: int, reason: ErrorKind = LINE_LOST) -> None:
        self.room.leave(number, reason, self.now)
        self.settle()

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.room.tick(self.now)
        self.settle()

    def settle(self, slow: Iterable[int] = ()) -> None:
        """The end of a loop turn."""
        for number, joined in self.room.flush(frozenset(slow)):
            self.heard.setdefault(number, []).extend(self.decode(joined))
        self.effects.extend(self.room.take_effects())

    def restore(self) -> None:
        """As a new owner would: everything but the snapshot is lost."""
        saved = self.room.snapshot()
        self.room = Room.restore(saved, self.record, encode=self.encode, now=self.now, **self._room)

    def of(self, number: int, *classes: type) -> list[Any]:
        """What a member heard of these classes."""
        return [message for message in self.heard.get(number, []) if isinstance(message, classes or object)]

    def picture(self, number: int) -> RoomJoined:
        (picture,) = self.of(number, RoomJoined)
        return picture

    def take(self, *classes: type) -> list[Any]:
        """The effects so far of these classes; they are forgotten here."""
        taken = [effect for effect in self.effects if isinstance(effect, classes)]
        self.effects = [effect for effect in self.effects if not isinstance(effect, classes)]
        return taken
