"""Whatever people do: pictures and notices add up to what the room has, orders agree, a host exists, nothing echoes.

Each member's ear rebuilds the room from its picture and what followed, as a client would. The model beside it is a
plain record of who said what to whom. At any moment the room may be replaced by its restored snapshot.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.protocol.errors import LEFT, LINE_LOST
from shared.protocol.messages import (
    PLAYER,
    SPECTATOR,
    TO_HOST,
    TO_OTHERS,
    Chat,
    HostChanged,
    MemberAway,
    MemberBack,
    MemberJoined,
    MemberLeft,
    MemberRow,
    Relay,
    RoomDisconnect,
    RoomJoined,
    SendChat,
    SendRelay,
    SetUsername,
    UsernameSet,
)
from shared.room.effects import CloseMember, Dispose, Release
from shared.room.states import RoomState
from tests.support.rooms import Heard, a_seat

CHOICE = st.integers(0, 10**6)


def since_the_picture(messages: list[Any]) -> list[Any]:
    pictures = [index for index, message in enumerate(messages) if isinstance(message, RoomJoined)]
    return messages[pictures[-1] :]


class Ear:
    """What one member believes about the room."""

    def __init__(self, messages: list[Any]) -> None:
        picture, *later = messages
        self.members = {row.number: row for row in picture.members}
        self.host, self.host_epoch = picture.host, picture.host_epoch
        self.chat = [row.text for row in picture.chat]
        for message in later:
            self.hear(message)

    def hear(self, message: Any) -> None:
        match message:
            case MemberJoined(number):
                assert number not in self.members
                self.members[number] = MemberRow(*message, False)
            case MemberLeft(number):
                del self.members[number]
            case HostChanged(number, epoch):
                assert epoch > self.host_epoch
                self.host, self.host_epoch = number, epoch
            case UsernameSet(number, username):
                self.members[number] = self.members[number]._replace(username=username)
            case MemberAway(number) | MemberBack(number):
                is_away = isinstance(message, MemberAway)
                assert self.members[number].is_away is not is_away
                self.members[number] = self.members[number]._replace(is_away=is_away)
            case Chat(number, text):
                assert number in self.members
                self.chat = [*self.chat, text][-100:]
            case Relay(sender):
                assert sender in self.members


class RoomModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.room = Heard(empty_ttl_s=1e9)
        self.present: dict[int, str] = {}
        self.relayed: dict[int, list[bytes]] = {}
        self.goodbyes: dict[int, int] = {}
        self.chat: list[str] = []
        self.says = self.sessions = 0

    def pick(self, choice: int, *roles: str) -> int:
        numbers = [number for number, role in self.present.items() if role in (roles or (PLAYER, SPECTATOR))]
        return numbers[choice % len(numbers)] if numbers else 0

    @rule(role=st.sampled_from([PLAYER, PLAYER, SPECTATOR]), client=st.integers(1, 5), choice=CHOICE)
    def join(self, role: str, client: int, choice: int) -> None:
        """Often the same client again, with a newer session: it takes its own place over."""
        before = set(self.room.room.members)
        self.sessions += 100
        number = self.room.room.join(a_seat(f"client{client}", session=self.sessions, role=role), "Ann", self.room.now)
        for gone in before - set(self.room.room.members):
            del self.present[gone]
        self.present[number] = role
        self.relayed[number] = []
        self.chat = self.chat[-100:]

    @precondition(lambda self: self.present)
    @rule(choice=CHOICE, is_lost=st.booleans(), is_released=st.booleans())
    def leave(self, choice: int, is_lost: bool, is_released: bool) -> None:
        number = self.pick(choice)
        self.room.room.leave(number, LINE_LOST if is_lost else LEFT, self.room.now)
        del self.present[number]
        if is_released:
            self.room.room.released(number)
            self.goodbyes[number] = 0 if is_lost else 1

    @precondition(lambda self: PLAYER in self.present.values())
    @rule(choice=CHOICE, shape=st.sampled_from(["others", "host", "one"]))
    def relay(self, choice: int, shape: str) -> None:
        sender, one = self.pick(choice, PLAYER), self.pick(choice // 7)
        to = {"others": TO_OTHERS, "host": TO_HOST, "one": one}[shape]
        meant = {"others": set(self.present) - {sender}, "host": {self.room.room.host}, "one": {one} - {sender}}[shape]
        self.says += 1
        body = self.says.to_bytes(4, "big")
        self.room.encoded = 0
        self.room.room.receive(sender, SendRelay(to, "t", body), self.room.now)
        assert self.room.encoded == 1
        for number in meant:
            self.relayed[number].append(body)

    @precondition(lambda self: self.present)
    @rule(choice=CHOICE, times=st.sampled_from([1, 1, 60]))
    def chat_lines(self, choice: int, times: int) -> None:
        for _ in range(times):
            self.says += 1
            self.chat.append(f"line {self.says}")
            self.room.room.receive(self.pick(choice), SendChat(self.chat[-1]), self.room.now)

    @precondition(lambda self: self.present)
    @rule(choice=CHOICE, username=st.sampled_from(["Ann", "Bob", "ann 2", "", "Zoë"]))
    def rename(self, choice: int, username: str) -> None:
        self.room.room.receive(self.pick(choice), SetUsername("r", username), self.room.now)

    @rule(seconds=st.floats(0, 100))
    def wait(self, seconds: float) -> None:
        self.room.now += seconds
        self.room.room.tick(self.room.now)

    @rule()
    def move_to_another_owner(self) -> None:
        """All lines are lost with it; everybody comes back, to the whole picture."""
        self.end_the_turn()
        self.room.restore()
        for number in self.present:
            self.sessions += 100  # more than any resume has raised one
            self.room.resume(number, received=-1)
            self.relayed[number] = []

    @rule()
    def end_the_turn(self) -> None:
        self.room.settle()
        self.check_ears()
        self.check_relays()
        self.check_effects()

    def teardown(self) -> None:
        self.end_the_turn()

    @invariant()
    def the_room_knows_its_members(self) -> None:
        assert list(self.room.room.members) == list(self.present)
        names = [member.username.casefold() for member in self.room.room.members.values()]
        assert len(set(names)) == len(names)

    @invariant()
    def the_eldest_player_since_the_last_change_is_host(self) -> None:
        host = self.room.room.host
        if PLAYER in self.present.values():
            assert self.present[host] == PLAYER
        else:
            assert host == 0

    def check_ears(self) -> None:
        """Picture and notices add up to what the room has."""
        rows = {number: member.as_row() for number, member in self.room.room.members.items()}
        for number in self.present:
            ear = Ear(since_the_picture(self.room.heard[number]))
            assert ear.members == rows
            assert ear.host == self.room.room.host
            assert ear.chat == self.chat[-len(ear.chat) :]
            assert len(ear.chat) == min(100, len(self.chat))

    def check_relays(self) -> None:
        """Everybody heard exactly what was meant for it, in order, also those who have gone since."""
        for number, bodies in self.relayed.items():
            relays = [one for one in since_the_picture(self.room.heard[number]) if isinstance(one, Relay)]
            assert [message.body for message in relays] == bodies

    def check_effects(self) -> None:
        assert self.room.room.state is RoomState.OPEN
        assert self.room.take(Dispose) == []
        assert not {close.number for close in self.room.take(CloseMember)} & set(self.present)
        assert not {release.number for release in self.room.take(Release)} & set(self.present)
        for number, times in self.goodbyes.items():
            assert len(self.room.of(number, RoomDisconnect)) == times


TestRoomModel = RoomModel.TestCase
TestRoomModel.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
