"""A room with listeners instead of sockets: what each member was sent, decoded, and what the shell was asked to do."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from shared.protocol.errors import LINE_LOST, ErrorKind
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.messages import (
    PLAYER,
    SPECS,
    WORKER_TO_CLIENT,
    ClientMessage,
    GiveSession,
    RoomJoined,
    Snapshot,
    TakeSeat,
)
from shared.protocol.records import RoomRecord, RoomSpec, Seat, SeatState
from shared.room.effects import Effect, Reserve
from shared.room.room import Room
from shared.rules.buckets import PACES, Pace
from shared.rules.policy import Policy
from shared.wire.codec import Decoder, encode

NOW = 1_800_000_000.0
ANY_PACE = {name: Pace(1e9, 10**9) for name in PACES}
"""For tests that are not about limits."""


_POLICY_FIELDS = {field.name for field in fields(Policy)}


def a_record(*, seats: int = 8, owner_epoch: int = 1, authority: str = "none", **options: Any) -> RoomRecord:
    spec = RoomSpec(
        room_id=RoomId("room2222ab"),
        game=GameName("chat"),
        game_hash="h",
        name="Den",
        seats=seats,
        spectators=8,
        authority=authority,
        options=options,
        creator=ClientId("ann"),
    )
    return RoomRecord(spec, WorkerId("w1"), owner_epoch, True, 0, 0, 0)


def a_seat(client: str, *, session: int = 1, role: str = PLAYER, players: int = 1) -> Seat:
    return Seat(ClientId(client), session, SeatState.TAKEN, role, players if role == PLAYER else 0)


class Heard:
    """The room under test. `heard[number]` are all messages that a member was sent so far, save the session codes:
    these are in `codes[number]`. What `Policy` has a field for may be given by its name."""

    def __init__(self, *, now: float = NOW, **room: Any) -> None:
        self.encoded = 0
        self.now = now
        self.heard: dict[int, list[Any]] = {}
        self.codes: dict[int, list[str]] = {}
        self.drawn = 0
        self.effects: list[Effect] = []
        self._decoder = Decoder(WORKER_TO_CLIENT)
        self.record = room.pop("record", None) or a_record(authority=room.pop("authority", "none"))
        policy = Policy(**{name: room.pop(name) for name in _POLICY_FIELDS & set(room)})
        self._room = {"paces": ANY_PACE, "policy": policy, "encode": self.encode, "draw_code": self.draw_code} | room
        self.room = Room(self.record, now=now, **self._room)

    def encode(self, message: Any) -> bytes:
        """Length and message, so that joined bytes can be taken apart again."""
        self.encoded += 1
        payload = encode(message)
        return len(payload).to_bytes(4, "big") + payload

    def draw_code(self, chars: int) -> str:
        self.drawn += 1
        return f"code{self.drawn:0>{chars - 4}}"

    def decode(self, joined: bytes) -> list[Any]:
        messages = []
        while joined:
            end = 4 + int.from_bytes(joined[:4], "big")
            messages.append(self._decoder.decode(joined[4:end], SPECS[Snapshot].longest))
            joined = joined[end:]
        return messages

    def join(self, client: str, *, session: int = 1, role: str = PLAYER, name: str = "", device: str = "") -> int:
        seat = a_seat(client, session=session, role=role)
        number = self.room.join(seat, name or client.title(), self.now, device_id=device)
        self.settle()
        return number

    def lose(self, number: int, reason: ErrorKind = LINE_LOST) -> None:
        self.room.lose(number, reason, self.now)
        self.settle()

    def resume(self, number: int, *, received: int, code: str = "", owner_epoch: int = 0) -> int:
        """With the newest code and the present epoch, when not said otherwise. What it hears from then on is all that
        `heard` has of it."""
        member = self.room.members[number]
        seat = a_seat(member.client_id, session=member.session + 1, role=member.role)
        epoch = owner_epoch or self.record.owner_epoch
        same = self.room.resume(seat, code or self.codes[number][-1], epoch, received, self.now)
        self.heard[number] = []
        self.settle()
        return same

    def counted(self, number: int) -> list[Any]:
        """The counted messages since the last picture, as a client would count them."""
        return [message for message in self.heard[number] if SPECS[type(message)].counted]

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

    def take_seat(self, number: int) -> None:
        """A spectator becomes a player."""
        self.say(number, TakeSeat("r1"))
        (wish,) = self.take(Reserve)
        self.room.reserved(number, a_seat(wish.client_id, session=self.room.members[number].session), self.now)
        self.settle()

    def settle(self, slow: Iterable[int] = ()) -> None:
        """The end of a loop turn."""
        for number, joined in self.room.flush(frozenset(slow)):
            for message in self.decode(joined):
                if isinstance(message, GiveSession):
                    self.codes.setdefault(number, []).append(message.code)
                else:
                    self.heard.setdefault(number, []).append(message)
        self.effects.extend(self.room.take_effects())

    def restore(self) -> None:
        """As a new owner would: everything but the snapshot is lost."""
        saved = self.room.snapshot()
        self.room = Room(self.record, now=self.now, **self._room)
        self.room.restore(saved, self.now)

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
