"""What members hold and do in the game, and the people who share their screens.

A member's first player has the member's number, the others the next ones of the same sequence. Each takes a seat of the
room: one more is asked of the directory first, one less is in the room's next renewal.
"""

from shared.game.world import Client
from shared.protocol import names
from shared.protocol.errors import BAD_REQUEST, LOCAL_PLAYERS_FULL, NOT_A_PLAYER, PLAYER_UNKNOWN, RoomError
from shared.protocol.messages import PLAYER, AddPlayer, PlayerAdded, PlayerRemoved, RemovePlayer, SendAct, SendInput
from shared.room.audience import EVERYONE
from shared.room.departures import settle
from shared.room.effects import Reserve
from shared.room.interior import Interior
from shared.room.members import Member


def hold(room: Interior, member: Member, message: SendInput, now: float) -> None:
    _check(room, member, message.player)
    room.playing.hold(message.player, message.number, message.values)


def act(room: Interior, member: Member, message: SendAct, now: float) -> None:
    _check(room, member, message.player)
    room.playing.act(message.player, message.name, message.fields, now)


def _check(room: Interior, member: Member, player_id: int) -> None:
    """Raises RoomError: not-a-player, player-unknown (that is another member's, or nobody), bad-request."""
    if not room.playing.runs:
        raise RoomError(BAD_REQUEST, "This room runs no game.")
    if not member.is_player:
        raise RoomError(NOT_A_PLAYER)
    if player_id != member.number and player_id not in member.added:
        raise RoomError(PLAYER_UNKNOWN)


def add_player(room: Interior, member: Member, message: AddPlayer, now: float) -> None:
    """First the game's code is asked, then the directory, unless the member came with seats to spare."""
    if not member.is_player:
        raise RoomError(NOT_A_PLAYER)
    if member.number in room.asking:
        raise RoomError(BAD_REQUEST, "You are asking already.")
    if 1 + len(member.added) >= room.playing.rules.local_players:
        raise RoomError(LOCAL_PLAYERS_FULL)
    name = names.clean_username(message.username)
    room.hooks.join_request(Client(member.client_id, name, PLAYER))
    if 1 + len(member.added) < member.players:
        enter(room, member, name, now)
        return
    room.asking[member.number] = message
    room.effects.append(Reserve(member.number, member.client_id, players=member.players + 1))


def seat(room: Interior, member: Member, message: AddPlayer, now: float) -> None:
    """The directory has a seat for one more."""
    member.players += 1
    enter(room, member, names.clean_username(message.username), now)


def enter(room: Interior, member: Member, username: str, now: float) -> None:
    player_id = room.people.add_player(member, username)
    room.out.broadcast(PlayerAdded(player_id, member.number, member.added[player_id]), EVERYONE, now)
    room.announce()
    room.playing.enter(member.as_player(player_id), now)
    settle(room, now)


def remove_player(room: Interior, member: Member, message: RemovePlayer, now: float) -> None:
    if message.player not in member.added:
        raise RoomError(PLAYER_UNKNOWN)
    del member.added[message.player]
    member.players -= 1
    room.out.broadcast(PlayerRemoved(message.player), EVERYONE, now)
    room.announce()
    room.playing.leave(message.player, now)
    settle(room, now)
