"""How people go, for a while or for good, and how a room ends.

Before somebody goes the batch is sealed, so that it hears all that came before. The game's hooks are called last:
when one fails, the room itself is in order.
"""

from shared.protocol.errors import LEFT, ROOM_CLOSED, SESSION_OVER, ErrorKind
from shared.protocol.messages import MemberAway, MemberLeft, Result, RoomDisconnect
from shared.room import leading
from shared.room.audience import EVERYONE, but
from shared.room.effects import CloseMember, Dispose, Release
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.states import MemberEvent, RoomEvent, RoomState


def lose(room: Interior, member: Member, reason: ErrorKind, now: float) -> None:
    """Its line is gone. Unless it is closed for good, the seat is kept for the grace time."""
    if reason.is_final or room.policy.grace_s <= 0:
        go(room, member, reason, now)
        return
    member.step(MemberEvent.LOST)
    member.away_at = now
    room.people.detach(member)
    room.out.broadcast(MemberAway(member.number), but(member.number), now)
    leading.settle(room, now)
    room.announce()
    room.playing.forget(member.number)
    room.playing.disconnect(member.as_client(), now)
    settle(room, now)


def let_go(room: Interior, member: Member, request: str, now: float) -> None:
    """It leaves: for the others now, for itself when the directory has freed its seat (`confirm_leave`)."""
    member.step(MemberEvent.LEAVE)
    room.leaving[member.number] = (member, request)
    room.effects.append(Release(member.number, member.client_id, member.session, LEFT, confirm=True))
    remove(room, member, LEFT, now)
    settle(room, now)


def confirm_leave(room: Interior, number: int) -> None:
    member, request = room.leaving.pop(number, (None, ""))
    if member is None:
        return
    member.step(MemberEvent.RELEASED)
    room.out.last_word(_farewell(room, LEFT, request), number)
    room.effects.append(CloseMember(number, LEFT, LEFT.text))


def lose_leaving(room: Interior, number: int) -> None:
    """The line is gone of one who left: nobody is there to hear the confirmation."""
    member, _ = room.leaving.pop(number, (None, ""))
    if member is not None:
        member.step(MemberEvent.LOST)


def go(room: Interior, member: Member, reason: ErrorKind, now: float) -> None:
    """It is no member any more. It is not told: its line is gone, or about to be."""
    member.step(MemberEvent.GO)
    room.effects.append(Release(member.number, member.client_id, member.session, reason, confirm=False))
    remove(room, member, reason, now)
    settle(room, now)


def send_out(room: Interior, member: Member, reason: ErrorKind, now: float) -> None:
    """The host does not want it here: it gets a last word."""
    number = member.number
    go(room, member, reason, now)
    room.out.last_word(_farewell(room, reason), number)
    room.effects.append(CloseMember(number, reason, reason.text))


def expire(room: Interior, now: float) -> None:
    """Whoever is away for too long is gone."""
    too_old = now - room.policy.grace_s
    for member in tuple(room.people.members.values()):
        is_here = room.people.members.get(member.number) is member  # a hook may have ended the room
        if is_here and member.away_at is not None and member.away_at <= too_old:
            go(room, member, SESSION_OVER, now)


def end(room: Interior, reason: ErrorKind, asked_by: int = 0, request: str = "") -> None:
    """Everybody gets a last word; who asked for the end, one with the request id."""
    room.step(RoomEvent.END)
    room.out.seal()
    numbers = [number for number in (*room.people.present, *room.leaving) if number != asked_by]
    if asked_by:
        room.out.last_word(_farewell(room, reason, request), asked_by)
    if numbers:
        room.out.last_word(_farewell(room, reason), *numbers)
    for number in (*room.people.present, *room.leaving):
        room.effects.append(CloseMember(number, reason, reason.text))
    room.people.clear()
    room.leaving.clear()
    room.playing.world.players.clear()
    room.effects.append(Dispose(reason, only_if_empty=False))


def settle(room: Interior, now: float) -> None:
    """What follows from where things stand: the game has said that it is over; nobody is left."""
    if room.state is not RoomState.OPEN:
        return
    if room.playing.is_over:
        room.out.broadcast(Result(room.playing.result), EVERYONE, now)
        end(room, ROOM_CLOSED)
    elif not room.people.members and now >= room.close_at:
        room.step(RoomEvent.EMPTY)
        room.effects.append(Dispose(ROOM_CLOSED, only_if_empty=True))


def remove(room: Interior, member: Member, reason: ErrorKind, now: float) -> None:
    """It is no member any more, whatever becomes of its seat."""
    room.out.seal()
    room.people.remove(member)
    room.out.log.leave(member.number)
    room.asking.pop(member.number, None)
    if room.people.members:
        room.out.broadcast(MemberLeft(member.number, reason.name), EVERYONE, now)
    else:
        room.close_at = now + room.policy.empty_ttl_s
    leading.settle(room, now)
    room.announce()
    room.playing.forget(member.number)
    for player in member.as_players():
        room.playing.leave(player.id, now)


def _farewell(room: Interior, reason: ErrorKind, request: str = "") -> RoomDisconnect:
    return RoomDisconnect(request, room.record.spec.room_id, reason.name, reason.text)
