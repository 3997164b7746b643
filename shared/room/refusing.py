"""What a member sent and the room does not do: told to its sender alone, as a typed `error`."""

from shared.protocol.errors import RoomError
from shared.protocol.messages import SPECS, ClientMessage, Error
from shared.room.interior import Interior
from shared.room.members import Member


def refuse(room: Interior, member: Member, message: ClientMessage, error: RoomError) -> None:
    about, request = SPECS[type(message)].kind, getattr(message, "request", "")
    room.out.tell(Error(error.kind.name, error.text, about, request, error.room_id), member.number)
