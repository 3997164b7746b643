"""How people come into a room and go, and how a room ends.

Before anybody comes or goes the batch is sealed, so that a newcomer sees exactly what follows its picture, and one
who goes all that came before. The game's hooks are called last: when one fails, the room itself is in order.
"""

from shared.protocol import names
from shared.protocol.errors import LEFT, ROOM_CLOSED, TICKET_USED, ErrorKind, RoomError
from shared.protocol.messages import PUBLIC, HostChanged, MemberJoined, MemberLeft, RoomDisconnect, RoomJoined
from shared.protocol.records import Seat
from shared.room.audience import EVERYONE, Audience, but
from shared.room.effects import CloseMember, Dispose, Release
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.states import MemberEvent, RoomEvent, RoomState
from shared.room.world import Client


def join(room: Interior, seat: Seat, username: str, now: float) -> Member:
    if room.state is RoomState.ENDED:
        raise RoomError(ROOM_CLOSED)
    older = room.people.of_client(seat.client_id)
    if older is not None and older.session >= seat.session:
        raise RoomError(TICKET_USED)
    name = _admit(room, seat, username, now)
    if older is not None:
        _replace(room, older, now)
    room.step(RoomEvent.JOIN)
    room.out.seal(room.people.present)
    member = room.people.add(seat, name)
    room.out.log.join(member.number)
    _introduce(room, member, now)
    if member.is_player:
        room.hooks.player_join(room.world.enter(member.as_player()))
    settle(room, now)
    return member


def let_go(room: Interior, member: Member, request: str, now: float) -> None:
    """It leaves: for the others now, for itself when the directory has freed its seat (`confirm_leave`)."""
    member.step(MemberEvent.LEAVE)
    room.leaving[member.number] = (member, request)
    room.effects.append(Release(member.number, member.client_id, member.session, LEFT, confirm=True))
    _remove(room, member, LEFT, now)
    settle(room, now)


def confirm_leave(room: Interior, number: int) -> None:
    member, request = room.leaving.pop(number, (None, ""))
    if member is None:
        return
    member.step(MemberEvent.RELEASED)
    room.out.last_word(_farewell(room, LEFT, request), number)
    room.effects.append(CloseMember(number, LEFT, LEFT.text))


def lose(room: Interior, member: Member, reason: ErrorKind, now: float) -> None:
    """Its line is gone, or about to be."""
    member.step(MemberEvent.LOST)
    room.effects.append(Release(member.number, member.client_id, member.session, reason, confirm=False))
    _remove(room, member, reason, now)
    settle(room, now)


def lose_leaving(room: Interior, number: int) -> None:
    """The line is gone of one who left: nobody is there to hear the confirmation."""
    member, _ = room.leaving.pop(number, (None, ""))
    if member is not None:
        member.step(MemberEvent.LOST)


def end(room: Interior, reason: ErrorKind, asked_by: int = 0, request: str = "") -> None:
    """Everybody gets a last word; who asked for the end, one with the request id."""
    room.step(RoomEvent.END)
    room.out.seal(room.people.present)
    numbers = [number for number in (*room.people.present, *room.leaving) if number != asked_by]
    if asked_by:
        room.out.last_word(_farewell(room, reason, request), asked_by)
    if numbers:
        room.out.last_word(_farewell(room, reason), *numbers)
    for number in (*room.people.present, *room.leaving):
        room.effects.append(CloseMember(number, reason, reason.text))
    room.people.clear()
    room.leaving.clear()
    room.world.players.clear()
    room.effects.append(Dispose(reason, only_if_empty=False))


def settle(room: Interior, now: float) -> None:
    """What follows from where things stand: the game has said that it is over; nobody is left."""
    if room.state is not RoomState.OPEN:
        return
    if room.world.is_over:
        end(room, ROOM_CLOSED)
    elif not room.people.present and now >= room.close_at:
        room.step(RoomEvent.EMPTY)
        room.effects.append(Dispose(ROOM_CLOSED, only_if_empty=True))


def _admit(room: Interior, seat: Seat, username: str, now: float) -> str:
    """The clean name of one who may come in. The seat of one who may not is given back."""
    try:
        name = names.clean_username(username)
        room.hooks.join_request(Client(seat.client_id, name, seat.role))
    except RoomError as refused:
        room.effects.append(Release(0, seat.client_id, seat.session, refused.kind, confirm=False))
        settle(room, now)
        raise
    return name


def _introduce(room: Interior, member: Member, now: float) -> None:
    """The newcomer gets the whole picture, the others a notice."""
    has_new_host = room.people.settle_host()
    room.out.tell(_picture(room, member), member.number)
    if len(room.people.present) > 1:
        room.out.broadcast(MemberJoined(*member.as_row()[:-1]), but(member.number), now)
        if has_new_host:
            _tell_host(room, but(member.number), now)
    room.announce()


def _picture(room: Interior, member: Member) -> RoomJoined:
    spec, people = room.record.spec, room.people
    return RoomJoined(
        room_id=spec.room_id,
        game=spec.game,
        name=spec.name,
        seats=spec.seats,
        authority=spec.authority,
        options=spec.options,
        owner_epoch=room.record.owner_epoch,
        host_epoch=people.host_epoch,
        host=people.host,
        doors=PUBLIC,
        is_locked=False,
        invite="",
        spectator_seats=spec.spectators,
        you=member.number,
        has_returned=False,
        received=member.received,
        members=people.rows(),
        chat=room.chat.rows(known=people.present),
    )


def _replace(room: Interior, older: Member, now: float) -> None:
    """The same client came again with a newer session, which has its seat now."""
    older.step(MemberEvent.LOST)
    room.effects.append(CloseMember(older.number, LEFT, "You came into this room from somewhere else."))
    _remove(room, older, LEFT, now)


def _remove(room: Interior, member: Member, reason: ErrorKind, now: float) -> None:
    room.out.seal(room.people.present)
    room.people.remove(member)
    room.out.log.leave(member.number)
    has_new_host = room.people.settle_host()
    if room.people.present:
        room.out.broadcast(MemberLeft(member.number, reason.name), EVERYONE, now)
        if has_new_host:
            _tell_host(room, EVERYONE, now)
    else:
        room.close_at = now + room.empty_ttl_s
    room.announce()
    player = room.world.leave(member.number)
    if player is not None:
        room.hooks.player_leave(player)


def _tell_host(room: Interior, audience: Audience, now: float) -> None:
    room.out.broadcast(HostChanged(room.people.host, room.people.host_epoch), audience, now)


def _farewell(room: Interior, reason: ErrorKind, request: str = "") -> RoomDisconnect:
    return RoomDisconnect(request, room.record.spec.room_id, reason.name, reason.text)
