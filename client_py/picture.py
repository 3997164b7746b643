"""What a client knows of its room: the whole picture, kept true by each message that follows. No I/O."""

from collections.abc import Callable
from typing import Any

from client_py import events
from client_py.errors import error_named
from client_py.events import Event
from shared.protocol import messages
from shared.protocol.limits import CHAT_HISTORY
from shared.protocol.messages import PLAYER, ChatRow, MemberRow, RoomJoined
from shared.wire.body import unpack_body


class Picture:
    def __init__(self, joined: RoomJoined) -> None:
        self.joined = joined
        self.host_number = joined.host
        self.host_epoch = joined.host_epoch
        self.members = {row.number: row for row in joined.members}
        self.chat = list(joined.chat)

    def hear(self, message: Any) -> Event | None:
        """The event for the application. Raises RoomError when a body cannot be unpacked."""
        hear = _HEARD.get(type(message))
        return None if hear is None else hear(self, message)

    def member(self, number: int) -> MemberRow:
        return self.members.get(number) or MemberRow(number, "", "", PLAYER, False)

    @property
    def host(self) -> MemberRow | None:
        return self.members.get(self.host_number)

    def _relay(self, message: messages.Relay) -> Event:
        return events.Relay(self.member(message.sender), message.type, unpack_body(message.body))

    def _volatile(self, message: messages.Volatile) -> Event:
        return events.Volatile(self.member(message.sender), message.type, unpack_body(message.body))

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
        return events.Left(member, message.reason)

    def _renamed(self, message: messages.UsernameSet) -> Event:
        before = self.member(message.number)
        member = self.members[message.number] = before._replace(username=message.username)
        return events.Renamed(member, before)

    def _host_changed(self, message: messages.HostChanged) -> Event:
        self.host_number, self.host_epoch = message
        return events.HostChanged(self.host, self.host_epoch)

    def _refused(self, message: messages.Error) -> Event:
        return events.Refused(error_named(message.name, message.text, message.room_id))


_HEARD: dict[type, Callable[[Picture, Any], Event]] = {
    messages.Relay: Picture._relay,
    messages.Volatile: Picture._volatile,
    messages.Chat: Picture._chat,
    messages.MemberJoined: Picture._joined,
    messages.MemberLeft: Picture._left,
    messages.UsernameSet: Picture._renamed,
    messages.HostChanged: Picture._host_changed,
    messages.Error: Picture._refused,
}
