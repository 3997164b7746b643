"""How people come into a room: newcomers, members whose session goes on, and those who went on somewhere else.

Before anybody comes the batch is sealed, so that it sees exactly what follows its picture. A return is either told
frame by frame what it missed, or shown the whole picture; never something between. Hooks are called last.
"""

from shared.game.world import Client
from shared.protocol import names
from shared.protocol.errors import (
    BANNED,
    ROOM_CLOSED,
    SESSION_OVER,
    TAKEN_OVER,
    TICKET_INVALID,
    TICKET_USED,
    RoomError,
)
from shared.protocol.limits import SESSION_CODE_CHARS
from shared.protocol.messages import GiveSession, InputRow, MemberBack, MemberJoined, RoomJoined, RoomResumed
from shared.protocol.records import Seat
from shared.room import leading
from shared.room.audience import EVERYONE, but
from shared.room.departures import remove, settle
from shared.room.effects import CloseMember, Release
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.states import MemberEvent, RoomEvent, RoomState


def join(room: Interior, seat: Seat, username: str, device_id: str, now: float) -> Member:
    """A newcomer; or a member who goes on here without the code of its session, and is shown the whole picture."""
    older = _member_of(room, seat)
    if older is not None and older.role == seat.role:
        older.session = seat.session
        _come_back(room, older, None, "", now)
        return older
    name = _admit(room, seat, username, device_id, now)
    if older is not None:
        _replace(room, older, now)
    room.step(RoomEvent.JOIN)
    room.out.seal()
    member = room.people.add(seat, name, device_id)
    _introduce(room, member, now)
    if member.is_player:
        room.playing.enter(member.as_player(), now)
    room.playing.show(member.number, now)
    settle(room, now)
    return member


def resume(room: Interior, seat: Seat, code: str, owner_epoch: int, received: int, now: float) -> Member:
    """A member's session goes on. Its seat is its own, also when the code is wrong."""
    member = _member_of(room, seat)
    if member is None:
        raise _refused(room, seat, RoomError(SESSION_OVER), now)
    member.session = seat.session
    if not member.codes.fits(code):
        room.announce()
        raise RoomError(TICKET_INVALID, "This is not the code of your session here. Take it over instead.")
    is_known = owner_epoch == room.record.owner_epoch and received >= 0 and member.codes.is_after_picture(code)
    missed = room.out.missing(member.number, received) if is_known else None
    _come_back(room, member, missed, code, now)
    return member


def _member_of(room: Interior, seat: Seat) -> Member | None:
    if room.state is RoomState.ENDED:
        raise RoomError(ROOM_CLOSED)
    member = room.people.of_client(seat.client_id)
    if member is not None and member.session >= seat.session:
        raise RoomError(TICKET_USED)
    return member


def _admit(room: Interior, seat: Seat, username: str, device_id: str, now: float) -> str:
    """The clean name of one who may come in. The seat of one who may not is given back."""
    try:
        if room.bans.hold(seat.client_id, device_id):
            raise RoomError(BANNED)
        name = names.clean_username(username)
        room.hooks.join_request(Client(seat.client_id, name, seat.role))
    except RoomError as refusal:
        raise _refused(room, seat, refusal, now) from None
    return name


def _refused(room: Interior, seat: Seat, refusal: RoomError, now: float) -> RoomError:
    room.effects.append(Release(0, seat.client_id, seat.session, refusal.kind, confirm=False))
    settle(room, now)
    return refusal


def _introduce(room: Interior, member: Member, now: float) -> None:
    """The newcomer gets the whole picture, the others a notice."""
    room.out.start_over(member.number)
    has_new_host = leading.choose(room, now)
    _show(room, member, has_returned=False, now=now)
    _give_code(room, member, "", with_picture=True)
    if len(room.people.members) > 1:
        room.out.broadcast(MemberJoined(*member.as_row()[:-1]), but(member.number), now)
        if has_new_host:
            leading.proclaim(room, but(member.number), now)
    room.announce()


def _come_back(room: Interior, member: Member, missed: list[bytes] | None, used: str, now: float) -> None:
    """On another line, with what it missed, or (None) with the whole picture."""
    was_away = member.is_away
    room.out.seal()
    room.out.forget(member.number)
    room.keep_line(member.number)
    member.step(MemberEvent.RETURN)
    member.away_at = member.hidden_at = None
    room.people.attach(member)
    if missed is None:
        has_new_host, audience = _start_over(room, member, now), but(member.number)
    else:
        has_new_host, audience = _catch_up(room, member, missed, now), EVERYONE
    _give_code(room, member, used, with_picture=missed is None)
    if was_away:
        room.out.broadcast(MemberBack(member.number), but(member.number), now)
    if has_new_host:
        leading.proclaim(room, audience, now)
    room.announce()
    room.playing.show(member.number, now)
    if was_away:
        room.playing.reconnect(member.as_client(), now)
    settle(room, now)


def _start_over(room: Interior, member: Member, now: float) -> bool:
    """Whether there is another host now; a host without its memory counts as one."""
    room.out.start_over(member.number)
    has_new_host = leading.choose(room, now)
    if not has_new_host and room.people.host == member.number:
        leading.crown(room, member.number)
        has_new_host = True
    _show(room, member, has_returned=True, now=now)
    return has_new_host


def _catch_up(room: Interior, member: Member, missed: list[bytes], now: float) -> bool:
    number = member.number
    room.out.tell(RoomResumed(number, member.received, len(missed) + room.out.waiting(number)), number)
    room.out.repeat(missed, number)
    if leading.choose(room, now):
        return True
    if room.people.host == number and not room.has_host_acted:
        leading.brief(room, member, now)
    return False


def _show(room: Interior, member: Member, *, has_returned: bool, now: float) -> None:
    spec, people, doors, rules = room.record.spec, room.people, room.doors, room.playing.rules
    is_played = rules.has_main
    picture = RoomJoined(
        room_id=spec.room_id,
        game=spec.game,
        name=spec.name,
        seats=spec.seats,
        authority=spec.authority,
        options=spec.options,
        owner_epoch=room.record.owner_epoch,
        host_epoch=people.host_epoch,
        host=people.host,
        doors=doors.doors,
        is_locked=doors.is_locked,
        invite=doors.invite,
        spectator_seats=spec.spectators,
        you=member.number,
        has_returned=has_returned,
        received=member.received,
        members=people.rows(),
        added_players=people.added_rows(),
        has_main=is_played,
        tick_hz=rules.tick_hz if is_played else 0,
        inputs=[InputRow(*declared) for declared in rules.inputs.items()] if is_played else [],
        local_players=rules.local_players,
        chat=room.chat.rows(known=people.members),
    )
    room.out.tell(picture, member.number)
    leading.brief(room, member, now)


def _give_code(room: Interior, member: Member, used: str, *, with_picture: bool) -> None:
    code = room.draw_code(SESSION_CODE_CHARS)
    member.codes.renew(code, used, with_picture=with_picture)
    room.out.tell(GiveSession(code), member.number)


def _replace(room: Interior, older: Member, now: float) -> None:
    """A player came again as a spectator, or the other way round: its older self goes, its seat is the newer one's."""
    older.step(MemberEvent.GO)
    room.effects.append(CloseMember(older.number, TAKEN_OVER, TAKEN_OVER.text))
    remove(room, older, TAKEN_OVER, now)
