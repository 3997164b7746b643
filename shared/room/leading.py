"""Who is host here, and what a new host is told. The rule is `shared/rules/hosts.py`; the facts are the members.

In authority `host` a new host starts from the last deposit and the journal, which follow its `host-changed` at once.
Until it has acted as host it may not have got them (its line may break), so that each return brings them again.
"""

from shared.protocol.errors import BAD_REQUEST, HOST_EPOCH_OLD, MEMBER_UNKNOWN, NOT_HOST, RoomError
from shared.protocol.limits import HAND_OVER_S
from shared.protocol.messages import AskDeposit, HandOver, Hidden, HostChanged
from shared.room.audience import EVERYONE, Audience, includes
from shared.room.interior import HandingOver, Interior
from shared.room.members import Member
from shared.room.refusing import refuse
from shared.rules.hosts import NOBODY, next_host

ASK_DEPOSIT = AskDeposit(int(HAND_OVER_S * 1000))


def choose(room: Interior, now: float) -> bool:
    """Another host, if the room needs one. Whether it has one now; then it is to be proclaimed."""
    people, players = room.people, room.people.players()
    host = next_host(people.host, players, patience_s=room.policy.host_patience_s, now=now)
    if host == people.host:
        return False
    heir = players.get(room.handing.to) if room.handing else None
    crown(room, heir.number if heir is not None and not heir.is_away and host != NOBODY else host)
    return True


def crown(room: Interior, number: int) -> None:
    """This member leads from now on, as a new host, also when it was host before and has lost its memory."""
    room.people.crown(number)
    room.handing, room.has_host_acted = None, False
    if room.journal is not None:
        room.journal.rebase()
    room.announce()


def proclaim(room: Interior, audience: Audience, now: float) -> None:
    """The present host, to everybody or to those who have not just seen it in their picture."""
    people = room.people
    room.out.broadcast(HostChanged(people.host, people.host_epoch), audience, now)
    host = people.present.get(people.host)
    if host is not None and includes(audience, host.number):
        brief(room, host, now)


def settle(room: Interior, now: float) -> None:
    if choose(room, now):
        proclaim(room, EVERYONE, now)


def brief(room: Interior, member: Member, now: float) -> None:
    """How things stand in authority `host`; a host without a whole picture is asked for a new one."""
    if room.journal is None:
        return
    room.out.tell_state(room.journal.picture(member.received), member.number, now)
    if member.number == room.people.host and not room.journal.is_whole:
        room.out.tell(ASK_DEPOSIT, member.number)


def ask_deposit(room: Interior, now: float) -> None:
    """The journal grows long: a host who is here makes it short again."""
    journal, host = room.journal, room.people.present.get(room.people.host)
    if journal is not None and host is not None and journal.may_ask(now):
        room.out.tell(ASK_DEPOSIT, host.number)


def check_host(room: Interior, member: Member, host_epoch: int | None = None) -> None:
    """Raises RoomError: not-host, or host-epoch-old for what was meant under another host."""
    if host_epoch is not None and host_epoch != room.people.host_epoch:
        raise RoomError(HOST_EPOCH_OLD)
    if member.number != room.people.host:
        raise RoomError(NOT_HOST)


def hide(room: Interior, member: Member, message: Hidden, now: float) -> None:
    if not message.is_hidden:
        member.hidden_at = None
    elif member.hidden_at is None:
        member.hidden_at = now
        if member.number == room.people.host and room.journal is not None:
            room.out.tell(ASK_DEPOSIT, member.number)
    settle(room, now)


def hand_over(room: Interior, member: Member, message: HandOver, now: float) -> None:
    check_host(room, member)
    heir = room.people.players().get(message.number)
    if heir is None or heir is member or heir.is_away:
        raise RoomError(MEMBER_UNKNOWN, "A host hands over to another player who is here.")
    if room.handing is not None:
        raise RoomError(BAD_REQUEST, "You are handing over already.")
    room.handing = HandingOver(member.number, heir.number, message.request, now + HAND_OVER_S)
    if room.journal is None:
        hand_on(room, now)
    else:
        room.out.tell(ASK_DEPOSIT, member.number)


def hand_on(room: Interior, now: float) -> None:
    """The deposit has come, or it is not waited for any longer."""
    handing, room.handing = room.handing, None
    if handing is None:
        return
    heir, former = room.people.present.get(handing.to), room.people.present.get(handing.by)
    if heir is not None:
        crown(room, heir.number)
        proclaim(room, EVERYONE, now)
    elif former is not None:
        refuse(room, former, HandOver(handing.request, handing.to), RoomError(MEMBER_UNKNOWN))


def beat(room: Interior, now: float) -> None:
    """Once a second: hand-overs without a deposit, hosts that are away or hidden for too long."""
    if room.handing is not None and now >= room.handing.until:
        hand_on(room, now)
    settle(room, now)
