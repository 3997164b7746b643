"""What the hot path costs, counted instead of timed: encodings, frames and writes of lines, shell and room together."""

import asyncio
from typing import Any

import pytest

from room_worker.clerk import Clerk
from room_worker.deeds import Surroundings
from room_worker.lease import Lease
from room_worker.room_shell import RoomShell
from room_worker.transport.edge import Line
from room_worker.transport.frames import encode_frames
from shared.protocol import limits
from shared.protocol.errors import MEMBER_SLOW, WORKER_STOPPING
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.messages import Hello, Relay, RoomJoined, SendRelay, SendVolatile, Volatile
from shared.protocol.records import RoomRecord
from shared.room.effects import NextRoom
from shared.room.room import Room
from tests.support import virtual_time
from tests.support.fake_line import FakeLine, FakeVisitor, LoopClock
from tests.support.rooms import ANY_PACE, a_record, a_seat

MEMBERS = 8


class YesDirectory:
    async def release(self, room_id: RoomId, owner_epoch: int, seats: list[tuple[ClientId, int]]) -> None:
        pass

    async def reserve(
        self, room_id: RoomId, owner_epoch: int, client_id: ClientId, session: int, players: int, role: str, number: int
    ) -> None:
        pass

    async def close(self, room_id: RoomId, owner_epoch: int, reason: str, *, only_if_empty: bool) -> int:
        return 0


async def _nowhere(record: RoomRecord, asked: NextRoom) -> None:
    pass


def _code(chars: int) -> str:
    return "c" * chars


class Party:
    """A room with a shell, and members whose lines end in lists."""

    def __init__(self) -> None:
        self.encoded: list[Any] = []
        lease = Lease()
        lease.renewed(float("inf"))
        around = Surroundings(
            LoopClock().now, lease, announce=lambda _: None, parted=lambda *_: None, next_room=_nowhere
        )
        record = a_record()
        room = Room(record, encode=self._encode, now=around.now(), draw_code=_code, paces=ANY_PACE)
        self._clerk = Clerk(record.spec.room_id, 1, YesDirectory())
        self.shell = RoomShell(record, room, self._clerk, around, over=lambda _: None)
        self.lines: list[FakeLine] = []

    def _encode(self, message: Any) -> bytes:
        self.encoded.append(message)
        return encode_frames(message)

    async def join(self) -> FakeLine:
        name = f"client{len(self.lines)}"

        async def seat(line: Line, hello: Hello) -> FakeVisitor:
            return self.shell.join(a_seat(name), name, "", line)  # type: ignore[return-value]

        line = FakeLine()
        line.handler.hello = seat  # type: ignore[method-assign]
        await line.enter()
        self.lines.append(line)
        return line

    async def turn(self) -> None:
        """What was said is handed out at the end of the loop's turn."""
        await asyncio.sleep(0)

    async def end(self) -> None:
        self.shell.end(WORKER_STOPPING)
        await self._clerk.wait_idle()
        for line in self.lines:
            line.hang_up()
            await line.lines.wait_empty()


@pytest.fixture
def party_of():
    def run(scenario):
        async def with_members():
            party = Party()
            for _ in range(MEMBERS):
                await party.join()
            await party.turn()
            party.encoded.clear()
            for line in party.lines:
                line.transport.writes.clear()
            await scenario(party)
            await party.end()

        virtual_time.run(with_members())

    return run


def writes(party: Party) -> list[int]:
    return [len(line.transport.writes) for line in party.lines]


def test_a_broadcast_builds_one_frame_and_all_get_the_same_bytes(party_of):
    async def scenario(party):
        party.lines[0].say(SendRelay(0, "move", b"x" * 64))
        await party.turn()
        assert party.encoded == [Relay(1, "move", b"x" * 64)]
        assert writes(party) == [0] + [1] * (MEMBERS - 1)
        assert {line.transport.writes[0] for line in party.lines[1:]} == {encode_frames(party.encoded[0])}

    party_of(scenario)


def test_many_messages_in_one_turn_cost_each_member_one_write(party_of):
    async def scenario(party):
        for line in party.lines:
            line.say(*[SendRelay(0, "move", bytes([number])) for number in range(10)])
        await party.turn()
        assert len(party.encoded) == 10 * MEMBERS
        assert writes(party) == [1] * MEMBERS

    party_of(scenario)


def test_a_slow_member_misses_what_is_replaced_anyway_and_nothing_else(party_of):
    async def scenario(party):
        speaker, slow, quick = party.lines[:3]
        slow.transport.stall()
        big = b"x" * 30_000
        speaker.say(*[SendRelay(0, "big", big)] * 4)
        await party.turn()
        assert slow.connection.is_slow
        speaker.say(SendVolatile(0, "cursor", b"1"), SendRelay(0, "small", b"2"))
        await party.turn()
        slow.transport.drain()
        assert [message.type for message in quick.messages(Relay, Volatile)] == ["big"] * 4 + ["cursor", "small"]
        assert [message.type for message in slow.messages(Relay, Volatile)] == ["big"] * 4 + ["small"]

    party_of(scenario)


def test_a_member_that_never_reads_is_closed_and_the_others_get_everything(party_of):
    async def scenario(party):
        speaker, slow, *others = party.lines
        slow.transport.stall()
        body = b"x" * 30_000
        for _ in range(limits.OUTBOX_BYTES // len(body) + 4):
            speaker.say(SendRelay(0, "big", body))
            await party.turn()
        slow.transport.drain()
        assert slow.close_code == MEMBER_SLOW.close_code
        assert {len(line.messages(Relay)) for line in others} == {limits.OUTBOX_BYTES // len(body) + 4}

    party_of(scenario)


def test_the_answer_to_a_hello_is_the_first_message(party_of):
    async def scenario(party):
        newcomer = await party.join()
        await asyncio.sleep(limits.PING_EVERY_S)
        assert isinstance(newcomer.heard[0], RoomJoined)

    party_of(scenario)
