"""One member's presence in a room, which outlives its line: both counts, the secret to come back with, what to say
again.

Without I/O: it is told what came over a line, and says with what hello the next one begins. `save` and `load` carry it
into another process, which has no picture of the room and asks for the whole one.
"""

from typing import Any, Self

from client_py.outbox import Outbox
from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import CLIENT_TO_WORKER, Hello, RoomJoined, RoomResumed
from shared.wire.codec import Decoder, encode

NO_PICTURE = -1
HOST = "host"
"""The authority whose picture is whole only with the host's snapshot."""


class Session:
    """`received` counts the room's counted messages; it means something only while the picture `is_whole`."""

    def __init__(self) -> None:
        self.room_id = self.code = ""
        self.owner_epoch = self.you = 0
        self.received = 0
        self.is_whole = False
        self.outbox = Outbox()

    @property
    def has_begun(self) -> bool:
        return bool(self.room_id)

    def hello(self, ticket: str) -> Hello:
        received = self.received if self.is_whole else NO_PICTURE
        return Hello(WIRE_VERSION, ticket, self.code, self.owner_epoch, received)

    def count(self) -> None:
        """A counted message has come."""
        self.received += 1

    def confirm(self, received: int) -> None:
        """So many of its own have arrived in the room."""
        self.outbox.confirm(received)

    def goes_on(self, picture: RoomJoined) -> bool:
        """Whether it is the member of this session that the picture is for, and not a newcomer, or a later self of the
        same client."""
        return picture.has_returned and picture.you == self.you

    def joined(self, picture: RoomJoined) -> None:
        """The whole picture: counting begins with it. What the room has not got is said again, unless it has no count
        of this session: then it may have got anything, and saying it again may be once too often."""
        if not self.goes_on(picture):
            self.outbox = Outbox()
        self.room_id, self.owner_epoch, self.you = picture.room_id, picture.owner_epoch, picture.you
        self.received = 0
        self.is_whole = picture.authority != HOST
        self.outbox.open(picture.received)

    def briefed(self) -> None:
        """The host's snapshot has come."""
        self.is_whole = True

    def resumed(self, answer: RoomResumed) -> None:
        """Nothing is lost: what was missed follows, and both counts go on."""
        self.outbox.open(answer.received)

    def lost(self) -> None:
        self.outbox.close()

    def save(self) -> dict[str, Any]:
        """Plain values, fit for msgpack; a secret."""
        return {
            "room_id": self.room_id,
            "you": self.you,
            "code": self.code,
            "owner_epoch": self.owner_epoch,
            "confirmed": self.outbox.confirmed,
            "kept": [encode(message) for message in self.outbox.kept],
        }

    @classmethod
    def load(cls, saved: dict[str, Any]) -> Self:
        session, decoder = cls(), Decoder(CLIENT_TO_WORKER)
        session.room_id, session.you = saved["room_id"], saved["you"]
        session.code, session.owner_epoch = saved["code"], saved["owner_epoch"]
        session.outbox = Outbox(saved["confirmed"], [decoder.decode(message) for message in saved["kept"]])
        return session
