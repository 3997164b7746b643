"""The Python client's session against a real room core, in memory: lines are cut anywhere, nothing is lost or twice."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from client_py.outbox import Outbox
from client_py.session import Session
from shared.protocol.errors import LINE_LOST
from shared.protocol.ids import ClientId
from shared.protocol.limits import BODY_BYTES
from shared.protocol.messages import (
    CLIENT_TO_WORKER,
    SPECS,
    TO_OTHERS,
    WORKER_TO_CLIENT,
    GiveSession,
    KeepSession,
    Relay,
    RoomJoined,
    RoomResumed,
    SendChat,
    SendRelay,
    SendVolatile,
)
from shared.protocol.records import Seat, SeatState
from shared.room.room import Room
from shared.wire.codec import Decoder, encode
from tests.support.pictures import a_picture
from tests.support.rooms import a_record

JOINED = a_picture(room_id="room1", owner_epoch=3)


def relay(number: int) -> SendRelay:
    return SendRelay(TO_OTHERS, "n", str(number).encode())


def bodies(messages: list[Any]) -> list[int]:
    return [int(message.body) for message in messages]


# --- the outbox


def test_nothing_goes_out_before_there_is_a_line() -> None:
    outbox = Outbox()
    outbox.add(relay(0))
    outbox.add(SendVolatile(TO_OTHERS, "v", b""))
    assert outbox.take(1.0) == []
    outbox.open(0)
    assert outbox.take(1.0) == [relay(0)]
    assert outbox.said == 1


def test_what_is_confirmed_is_forgotten_and_the_rest_goes_over_the_next_line() -> None:
    outbox = Outbox()
    outbox.open(0)
    for number in range(5):
        outbox.add(relay(number))
    outbox.add(SendVolatile(TO_OTHERS, "v", b""))
    assert len(outbox.take(1.0)) == 6
    outbox.confirm(2)
    assert bodies(outbox.kept) == [2, 3, 4]
    outbox.add(relay(5))
    outbox.close()
    outbox.add(relay(6))
    tail = outbox.follow(5)
    assert bodies(tail) == [5, 6]
    outbox.add(relay(7))
    outbox.unfollow(tail)
    outbox.add(relay(8))
    assert bodies(tail) == [5, 6, 7]
    outbox.open(4)
    assert bodies(outbox.take(2.0)) == [4, 5, 6, 7, 8]
    assert (outbox.confirmed, outbox.said) == (4, 9)


def test_a_room_that_has_forgotten_gets_what_is_left() -> None:
    outbox = Outbox(confirmed=10, kept=[relay(10), relay(11)])
    assert outbox.said == 12
    outbox.open(3)
    assert bodies(outbox.take(1.0)) == [10, 11]
    assert (outbox.confirmed, outbox.said) == (3, 5)


def test_each_class_has_its_pace_and_nothing_overtakes() -> None:
    outbox = Outbox()
    outbox.open(0)
    for number in range(6):
        outbox.add(SendChat(str(number)))
    outbox.add(relay(0))
    assert [message.text for message in outbox.take(100.0)] == ["0", "1", "2", "3"]
    assert outbox.due_at is not None
    assert outbox.due_at > 100.0
    assert outbox.take(100.2) == []
    assert outbox.take(100.3) == [SendChat("4")]
    assert outbox.take(100.9) == [SendChat("5"), relay(0)]
    assert outbox.due_at is None


def test_long_messages_go_out_at_the_pace_of_their_bytes() -> None:
    outbox = Outbox()
    outbox.open(0)
    for _ in range(8):
        outbox.add(SendRelay(TO_OTHERS, "t", bytes(BODY_BYTES)))
    assert [len(outbox.take(100.0 + second)) for second in range(5)] == [2, 1, 1, 2, 1]


# --- the session


def test_a_hello_says_where_it_stands() -> None:
    session = Session()
    assert session.hello("t")[1:] == ("t", "", 0, -1)
    session.joined(JOINED)
    session.code = "c"
    session.count()
    assert session.hello("t")[1:] == ("t", "c", 3, 1)
    session.joined(JOINED._replace(authority="host", has_returned=True))
    assert session.hello("t").received == -1
    session.briefed()
    assert session.hello("t").received == 0


def test_it_is_carried_into_another_process() -> None:
    session = Session()
    session.joined(JOINED)
    session.code = "c"
    for number in range(4):
        session.outbox.add(relay(number))
    session.outbox.take(1.0)
    session.confirm(1)
    other = Session.load(session.save())
    assert other.has_begun
    assert other.hello("t")[1:] == ("t", "c", 3, -1)
    other.joined(JOINED._replace(has_returned=True, received=2))
    assert bodies(other.outbox.take(1.0)) == [2, 3]


# --- against a room


def framed(message: Any) -> bytes:
    payload = encode(message)
    return len(payload).to_bytes(4) + payload


def unframed(stream: bytes) -> list[Any]:
    decoder, messages, at = Decoder(WORKER_TO_CLIENT), [], 0
    while at < len(stream):
        length = int.from_bytes(stream[at : at + 4])
        messages.append(decoder.decode(stream[at + 4 : at + 4 + length], 1 << 20))
        at += 4 + length
    return messages


@dataclass
class Member:
    """One person: a session, and the two directions of the present line, in which things are under way."""

    client: str
    session: Session
    number: int = 0
    seats: int = 0
    is_connected: bool = False
    to_client: list[Any] = field(default_factory=list)
    to_room: list[Any] = field(default_factory=list)
    said: int = 0
    heard: list[tuple[int, int]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


class SaysAllAgain(Session):
    """A session that does not look at what the room has got: the twin by which the oracle is tested."""

    def resumed(self, answer: RoomResumed) -> None:
        self.outbox.open(min(answer.received, self.outbox.confirmed))


class World:
    def __init__(self, session: type[Session] = Session) -> None:
        self.now = 1000.0
        self.codes = 0
        self.room = Room(a_record(), encode=framed, now=self.now, draw_code=self._code)
        self.members = [Member(client, session()) for client in ("ann", "bob", "cee")]
        for member in self.members:
            self.come(member)
        for member in self.members:
            self.carry(member, 100)

    def _code(self, chars: int) -> str:
        self.codes += 1
        return str(self.codes).rjust(chars, "x")

    def come(self, member: Member) -> None:
        """Over a new line; an older one that the room has not missed yet ends."""
        hello = Decoder(CLIENT_TO_WORKER).decode(encode(member.session.hello("ticket")))
        member.seats += 1
        seat = Seat(ClientId(member.client), member.seats, SeatState.TAKEN, "player", 1)
        self.flush()
        member.to_client, member.to_room, member.is_connected = [], [], True
        if hello.session:
            back = (hello.session, hello.owner_epoch, hello.received)
            member.number = self.room.resume(seat, *back, self.now)
        else:
            member.number = self.room.join(seat, member.client, self.now)
        self.flush()

    def cut(self, member: Member, *, is_noticed: bool) -> None:
        """What is under way is gone, in both directions."""
        member.session.lost()
        member.to_client, member.to_room, member.is_connected = [], [], False
        if is_noticed:
            self.room.lose(member.number, LINE_LOST, self.now)
        self.flush()

    def say(self, member: Member) -> None:
        member.session.outbox.add(SendRelay(TO_OTHERS, "n", member.said.to_bytes(4)))
        member.said += 1

    def carry(self, member: Member, most: int) -> None:
        """Some of what is under way arrives."""
        self.now += 1.0
        member.to_room += member.session.outbox.take(self.now)
        arriving, member.to_room = member.to_room[:most], member.to_room[most:]
        for message in arriving:
            self.room.receive(member.number, message, self.now)
        self.flush()
        coming, member.to_client = member.to_client[:most], member.to_client[most:]
        for message in coming:
            self.hear(member, message)

    def hear(self, member: Member, message: Any) -> None:
        if SPECS[type(message)].counted:
            member.session.count()
        match message:
            case RoomJoined():
                member.session.joined(message)
                member.answers.append(message)
            case RoomResumed():
                member.session.resumed(message)
                member.answers.append(message)
            case GiveSession(code):
                member.session.code = code
                member.to_room.insert(0, KeepSession(code))
            case Relay(sender, _, body):
                member.heard.append((sender, int.from_bytes(body)))

    def confirm(self, member: Member) -> None:
        """The worker's ping."""
        received = self.room.members[member.number].received
        if member.is_connected and member.session.outbox.is_open:
            member.session.confirm(received)

    def flush(self) -> None:
        for number, stream in self.room.flush():
            member = next(member for member in self.members if member.number == number)
            if member.is_connected:
                member.to_client += unframed(stream)
        self.room.take_effects()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "carry", "carry", "carry", "cut", "vanish", "confirm"]),
        st.integers(0, 2),
        st.integers(1, 6),
    ),
    max_size=80,
)


@given(steps=STEPS)
def test_whatever_is_cut_each_message_arrives_once_and_in_order(steps: list[tuple[str, int, int]]) -> None:
    world = World()
    play(world, steps)
    for member in world.members:
        for other in world.members:
            if other is not member:
                heard = [number for sender, number in member.heard if sender == other.number]
                assert heard == list(range(other.said)), (member.client, other.client)
        assert [type(answer) for answer in member.answers[1:]] == [RoomResumed] * (len(member.answers) - 1)


def test_a_session_that_says_all_again_is_caught() -> None:
    world = World(SaysAllAgain)
    play(world, [("say", 0, 1), ("carry", 0, 5), ("cut", 0, 1)])
    assert [number for _, number in world.members[1].heard] == [0, 0]


def play(world: World, steps: list[tuple[str, int, int]]) -> None:
    """And then everybody comes back, and everything arrives."""
    for deed, index, most in steps:
        member = world.members[index]
        match deed:
            case "say":
                world.say(member)
            case "confirm":
                world.confirm(member)
            case "carry" if member.is_connected:
                world.carry(member, most)
            case "carry":
                world.come(member)
            case "cut" | "vanish" if member.is_connected:
                world.cut(member, is_noticed=deed == "cut")
    for _ in range(3):
        for member in world.members:
            if not member.is_connected:
                world.come(member)
            for _ in range(5):
                world.carry(member, 1000)
