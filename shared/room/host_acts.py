"""What only a host may do: speak as host, deposit its state, open and close the doors, send people out."""

from shared.protocol.errors import BAD_REQUEST, BANNED, KICKED, MEMBER_UNKNOWN, ROOM_CLOSED, ErrorKind, RoomError
from shared.protocol.limits import INVITE_CHARS
from shared.protocol.messages import (
    PRIVATE,
    AsHost,
    Ban,
    CloseRoom,
    Deposit,
    JournalRow,
    Kick,
    SendAsHost,
    SetDoors,
)
from shared.room import departures, leading
from shared.room.audience import EVERYONE, but
from shared.room.doors import Doors
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.talk import audience_of

AS_HOST_SENDER = 0


def as_host(room: Interior, member: Member, message: SendAsHost, now: float) -> None:
    leading.check_host(room, member, message.host_epoch)
    audience = audience_of(room, member, message.to)
    room.has_host_acted = True
    room.out.broadcast(AsHost(message.host_epoch, message.type, message.body), audience, now)
    if room.journal is not None and audience == but(member.number):
        room.journal.add_sent(JournalRow(AS_HOST_SENDER, message.type, message.body), member.received)
        leading.ask_deposit(room, now)


def deposit(room: Interior, member: Member, message: Deposit, now: float) -> None:
    """It cannot cover more than was said: that would hide what others did."""
    if room.journal is None:
        raise RoomError(BAD_REQUEST, "This room keeps no snapshots of its host.")
    leading.check_host(room, member, message.host_epoch)
    if message.received > room.out.log.sent(member.number) or message.sent > member.received:
        raise RoomError(BAD_REQUEST, "This snapshot covers more than has been said.")
    room.journal.deposit(message)
    room.has_host_acted = True
    leading.hand_on(room, now)


def set_doors(room: Interior, member: Member, message: SetDoors, now: float) -> None:
    leading.check_host(room, member)
    invite = ""
    if message.doors == PRIVATE:
        invite = room.doors.invite or room.draw_code(INVITE_CHARS)
    room.doors = Doors(message.doors, message.is_locked, invite)
    room.out.broadcast(room.doors.as_message(), EVERYONE, now)
    room.announce()


def kick(room: Interior, member: Member, message: Kick, now: float) -> None:
    _send_out(room, member, message.number, KICKED, now)


def ban(room: Interior, member: Member, message: Ban, now: float) -> None:
    banned = _send_out(room, member, message.number, BANNED, now)
    room.bans.add(banned.client_id, banned.device_id)


def close_room(room: Interior, member: Member, message: CloseRoom, now: float) -> None:
    leading.check_host(room, member)
    departures.end(room, ROOM_CLOSED, member.number, message.request)


def _send_out(room: Interior, host: Member, number: int, reason: ErrorKind, now: float) -> Member:
    leading.check_host(room, host)
    unwanted = room.people.members.get(number)
    if unwanted is None or unwanted is host:
        raise RoomError(MEMBER_UNKNOWN)
    departures.send_out(room, unwanted, reason, now)
    return unwanted
