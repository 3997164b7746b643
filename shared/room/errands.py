"""What a room must ask the directory for, through its shell, before it can answer a member: seats, another room."""

from shared.game.world import Client
from shared.protocol import names
from shared.protocol.errors import BAD_REQUEST, ErrorKind, RoomError
from shared.protocol.messages import PLAYER, AddPlayer, NextRoom, SeatTaken, TakeSeat
from shared.protocol.records import Seat
from shared.room import effects, leading, players
from shared.room.audience import EVERYONE
from shared.room.departures import settle
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.refusing import refuse


def take_seat(room: Interior, member: Member, message: TakeSeat, now: float) -> None:
    """A spectator would like to play. First the game's code is asked, then the directory."""
    if member.is_player:
        raise RoomError(BAD_REQUEST, "You have a seat already.")
    if member.number in room.asking:
        raise RoomError(BAD_REQUEST, "You are asking already.")
    room.hooks.join_request(Client(member.client_id, member.username, PLAYER))
    room.asking[member.number] = message
    room.effects.append(effects.Reserve(member.number, member.client_id, players=1))


def reserved(room: Interior, number: int, seat: Seat | None, refusal: ErrorKind, now: float) -> None:
    """The directory's answer. A seat for one who has gone meanwhile is given back."""
    member, asked = room.people.members.get(number), room.asking.pop(number, None)
    if member is None or asked is None:
        if seat is not None:
            room.effects.append(effects.Release(0, seat.client_id, seat.session, refusal, confirm=False))
    elif seat is None:
        if not member.is_away:
            refuse(room, member, asked, RoomError(refusal))
    elif isinstance(asked, AddPlayer):
        players.seat(room, member, asked, now)
    else:
        _become_player(room, member, seat, now)


def next_room(room: Interior, member: Member, message: NextRoom, now: float) -> None:
    leading.check_host(room, member)
    if room.is_going_on:
        raise RoomError(BAD_REQUEST, "You are going on already.")
    name = names.clean_room_name(message.name) if message.name else ""
    room.is_going_on = True
    asked = effects.NextRoom(member.number, message.request, message.game, name, message.is_quick)
    room.effects.append(asked)


def next_room_failed(room: Interior, number: int, request: str, error: RoomError) -> None:
    """Everybody stays; who asked is told why."""
    room.is_going_on = False
    member = room.people.present.get(number)
    if member is not None:
        refuse(room, member, NextRoom(request, "", "", False), error)


def _become_player(room: Interior, member: Member, seat: Seat, now: float) -> None:
    room.out.seal()
    member.session = max(member.session, seat.session)
    member.role, member.players = PLAYER, seat.players
    room.out.catch_up(member.number)
    if not member.is_away:
        room.people.attach(member)
    room.out.broadcast(SeatTaken(member.number), EVERYONE, now)
    leading.settle(room, now)
    room.announce()
    room.playing.enter(member.as_player(), now)
    if not member.is_away:
        room.playing.show(member.number, now)
    settle(room, now)
