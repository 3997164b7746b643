"""What a client knows of its room: the whole picture, kept true by each message that follows. No I/O."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from client_py import events
from client_py.errors import error_named
from client_py.events import Event, Said
from shared.game.delta import apply
from shared.protocol import messages
from shared.protocol.errors import RoomError
from shared.protocol.limits import CHAT_HISTORY
from shared.protocol.messages import (
    PLAYER,
    TO_OTHERS,
    ChatRow,
    MemberRow,
    PlayerRow,
    RoomJoined,
    Scene,
    SendAsHost,
    SendRelay,
    Update,
)
from shared.wire.body import unpack_body

AS_HOST_SENDER = 0


class Picture:
    """`pings` are the members' round trips to the worker, in milliseconds, by number."""

    def __init__(self, joined: RoomJoined) -> None:
        self.you = joined.you
        self.host_number = joined.host
        self.host_epoch = joined.host_epoch
        self.doors, self.is_locked, self.invite = joined.doors, joined.is_locked, joined.invite
        self.members = {row.number: row for row in joined.members}
        self.chat = list(joined.chat)
        self.pings: dict[int, int] = {}
        self.inputs = joined.inputs
        self.added = {row.player: row for row in joined.added_players}
        self.scene: Scene | None = None

    def hear(self, message: Any) -> Event | None:
        """The event for the application. Raises RoomError when a body cannot be unpacked."""
        hear = _HEARD.get(type(message))
        return None if hear is None else hear(self, message)

    def member(self, number: int) -> MemberRow:
        return self.members.get(number) or MemberRow(number, "", "", PLAYER, False)

    @property
    def host(self) -> MemberRow | None:
        return self.members.get(self.host_number)

    @property
    def players(self) -> dict[int, PlayerRow]:
        """Each member's first one has the member's number."""
        firsts = {
            row.number: PlayerRow(row.number, row.number, row.username)
            for row in self.members.values()
            if row.role == PLAYER
        }
        return firsts | self.added

    def snapshot(self, message: messages.Snapshot, unheard: Iterable[Any]) -> Event:
        """`unheard`: what this member has said and the room had not got by then."""
        journal = tuple(self._said(message.journal))
        own = tuple(self._said(self._own(unheard)))
        return events.Snapshot(message.is_whole, message.tick, message.body, journal, own)

    def _own(self, unheard: Iterable[Any]) -> Iterator[messages.JournalRow]:
        """What the room will note in its journal. A program may speak as host before it has taken the snapshot in."""
        for said in unheard:
            match said:
                case SendRelay(to, type, body) if to == TO_OTHERS:
                    yield messages.JournalRow(self.you, type, body)
                case SendAsHost(host_epoch, to, type, body) if (host_epoch, to) == (self.host_epoch, TO_OTHERS):
                    yield messages.JournalRow(AS_HOST_SENDER, type, body)

    def _said(self, rows: Iterable[messages.JournalRow]) -> Iterator[Said]:
        """Without what cannot be unpacked: nobody heard that either."""
        for sender, type, body in rows:
            with suppress(RoomError):
                member = None if sender == AS_HOST_SENDER else self.member(sender)
                yield Said(member, type, unpack_body(body))

    def _change(self, number: int, **changed: Any) -> MemberRow:
        member = self.members[number] = self.member(number)._replace(**changed)
        return member

    def _relay(self, message: messages.Relay) -> Event:
        return events.Relay(self.member(message.sender), message.type, unpack_body(message.body))

    def _volatile(self, message: messages.Volatile) -> Event:
        return events.Volatile(self.member(message.sender), message.type, unpack_body(message.body))

    def _as_host(self, message: messages.AsHost) -> Event:
        return events.AsHost(message.host_epoch, message.type, unpack_body(message.body))

    def _chat(self, message: messages.Chat) -> Event:
        sender = self.member(message.number)
        self.chat.append(ChatRow(message.number, sender.username, message.text, message.sent_ms))
        del self.chat[:-CHAT_HISTORY]
        return events.Chat(sender, message.text, message.sent_ms)

    def _joined(self, message: messages.MemberJoined) -> Event:
        member = self.members[message.number] = MemberRow(*message, False)
        return events.Joined(member)

    def _left(self, message: messages.MemberLeft) -> Event:
        member = self.member(message.number)
        self.members.pop(message.number, None)
        self.added = {number: row for number, row in self.added.items() if row.member != message.number}
        self.pings.pop(message.number, None)
        return events.Left(member, message.reason)

    def _away(self, message: messages.MemberAway) -> Event:
        return events.Away(self._change(message.number, is_away=True))

    def _back(self, message: messages.MemberBack) -> Event:
        return events.Back(self._change(message.number, is_away=False))

    def _seat_taken(self, message: messages.SeatTaken) -> Event:
        return events.SeatTaken(self._change(message.number, role=PLAYER))

    def _renamed(self, message: messages.UsernameSet) -> Event:
        before = self.member(message.number)
        return events.Renamed(self._change(message.number, username=message.username), before)

    def _host_changed(self, message: messages.HostChanged) -> Event:
        self.host_number, self.host_epoch = message
        return events.HostChanged(self.host, self.host_epoch)

    def _doors_set(self, message: messages.DoorsSet) -> Event:
        self.doors, self.is_locked, self.invite = message
        return events.DoorsSet(*message)

    def _pings(self, message: messages.MemberPings) -> None:
        self.pings = dict(message.pings)

    def _scene(self, message: Scene) -> None:
        self.scene = message

    def _update(self, message: Update) -> Event | None:
        """One that builds on another picture is nothing: a whole scene follows."""
        if self.scene is None or self.scene.tick != message.base:
            return None
        self.scene = apply(self.scene, message)
        return (
            events.Emitted(self.scene.tick, tuple((name, fields) for name, fields in message.events))
            if message.events
            else None
        )

    def _player_added(self, message: messages.PlayerAdded) -> Event:
        row = self.added[message.player] = PlayerRow(*message)
        return events.PlayerAdded(row)

    def _player_removed(self, message: messages.PlayerRemoved) -> Event:
        row = self.added.pop(message.player, PlayerRow(message.player, message.player, ""))
        return events.PlayerRemoved(row)

    def _result(self, message: messages.Result) -> Event:
        return events.Result(message.fields)

    def _reloaded(self, message: messages.Reloaded) -> Event:
        return events.Reloaded(*message)

    def _refused(self, message: messages.Error) -> Event:
        return events.Refused(error_named(message.name, message.text, message.room_id))


_HEARD: dict[type, Callable[[Picture, Any], Event | None]] = {
    messages.Relay: Picture._relay,
    messages.Volatile: Picture._volatile,
    messages.AsHost: Picture._as_host,
    messages.Chat: Picture._chat,
    messages.MemberJoined: Picture._joined,
    messages.MemberLeft: Picture._left,
    messages.MemberAway: Picture._away,
    messages.MemberBack: Picture._back,
    messages.SeatTaken: Picture._seat_taken,
    messages.UsernameSet: Picture._renamed,
    messages.HostChanged: Picture._host_changed,
    messages.DoorsSet: Picture._doors_set,
    messages.MemberPings: Picture._pings,
    messages.Error: Picture._refused,
    messages.Scene: Picture._scene,
    messages.Update: Picture._update,
    messages.PlayerAdded: Picture._player_added,
    messages.PlayerRemoved: Picture._player_removed,
    messages.Result: Picture._result,
    messages.Reloaded: Picture._reloaded,
}
