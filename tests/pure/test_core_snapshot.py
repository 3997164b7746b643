"""A restored room goes on as the room itself would have; its snapshot is plain data."""

from typing import Any

import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.protocol.errors import LEFT, LINE_LOST, WORKER_STOPPING
from shared.protocol.messages import SPECTATOR, SendChat, SendRelay, SendVolatile, SetUsername
from tests.support.rooms import Heard, a_seat


def act(room: Heard, step: tuple[str, int, int]) -> None:
    """One step, the same for every room in the same state. A seat is released at once: a snapshot does not know who
    waits for that."""
    what, choice, other = step
    numbers = list(room.room.members) or [0]
    number = numbers[choice % len(numbers)]
    match what:
        case "join" | "watch":
            seat = a_seat(f"client{choice % 5}", session=other, role=SPECTATOR if what == "watch" else "player")
            try:
                room.room.join(seat, f"Name {choice % 3}", room.now)
            except Exception as refused:  # the same in both rooms: compared below
                room.heard.setdefault(0, []).append(str(refused))
        case "lose":
            room.room.leave(number, LINE_LOST, room.now)
        case "leave":
            room.room.leave(number, LEFT, room.now)
            room.room.released(number)
        case "relay":
            room.room.receive(number, SendRelay(other % 6 - 1, "t", bytes([choice % 256])), room.now)
        case "volatile":
            room.room.receive(number, SendVolatile(0, "t", b""), room.now)
        case "chat":
            room.room.receive(number, SendChat(f"line {choice}"), room.now)
        case "rename":
            room.room.receive(number, SetUsername("r", f"Name {choice % 4}"), room.now)
        case "measure":
            room.room.measured(number, float(choice % 300), room.now)
        case "keep":
            room.room.keep(room.now + choice % 20)
        case "wait":
            room.now += choice % 10
            room.room.tick(room.now)
        case "end":
            room.room.end(WORKER_STOPPING, room.now)
    room.settle()


WHATS = ["join"] * 4 + ["watch", "lose", "leave", "relay", "relay", "volatile", "chat", "rename", "measure"]
STEPS = st.lists(
    st.tuples(st.sampled_from([*WHATS, "keep", "wait"]), st.integers(0, 500), st.integers(1, 30)), max_size=25
)
LAST_STEPS = st.lists(
    st.tuples(st.sampled_from([*WHATS, "keep", "wait", "end"]), st.integers(0, 500), st.integers(1, 30)), max_size=15
)


def seen_from_outside(room: Heard) -> Any:
    counts = [(room.room._inside.out.log.sent(number), member.received) for number, member in room.room.members.items()]
    return room.heard, room.effects, room.room.summary, room.room.seats(), room.room.state, room.room.host, counts


@settings(max_examples=60, deadline=None)
@given(before=STEPS, after=LAST_STEPS)
def test_a_restored_room_goes_on_the_same(before: list[Any], after: list[Any]) -> None:
    kept, moved = Heard(empty_ttl_s=5.0), Heard(empty_ttl_s=5.0)
    for step in before:
        act(kept, step)
        act(moved, step)
    moved.restore()
    for step in after:
        act(kept, step)
        act(moved, step)
        assert seen_from_outside(moved) == seen_from_outside(kept)


@settings(max_examples=60, deadline=None)
@given(before=STEPS)
def test_a_snapshot_is_plain_and_complete(before: list[Any]) -> None:
    room = Heard(empty_ttl_s=5.0)
    for step in before:
        act(room, step)
    saved = room.room.snapshot()
    assert msgpack.unpackb(msgpack.packb(saved)) == saved
    room.restore()
    assert room.room.snapshot() == saved


def test_the_game_s_world_is_filled_again() -> None:
    class Code:
        @staticmethod
        def on_chat(world: Any, client: Any, text: str) -> str:
            return ",".join(player.name for player in world.players)

    room = Heard(code=Code())
    ann = room.join("ann")
    room.join("bob")
    room.join("eve", role=SPECTATOR)
    room.restore()
    room.say(ann, SendChat("who?"))
    assert room.heard[ann][-1].text == "Ann,Bob"
