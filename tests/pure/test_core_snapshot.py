"""A restored room goes on as the room itself would have, had all lines been lost; its snapshot is plain data."""

from typing import Any

import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.protocol.errors import LEFT, LINE_LOST, WORKER_STOPPING
from shared.protocol.messages import (
    DOORS,
    SPECTATOR,
    Ban,
    Deposit,
    SendAsHost,
    SendChat,
    SendRelay,
    SendVolatile,
    SetDoors,
    SetUsername,
)
from tests.support.rooms import Heard, a_seat


def act(room: Heard, step: tuple[str, int, int]) -> None:
    """One step, the same for every room in the same state. A seat is released at once: a snapshot does not know who
    waits for that. Returns are of another epoch: after a move the log is gone."""
    what, choice, other = step
    numbers = list(room.room.members) or [0]
    number = numbers[choice % len(numbers)]
    match what:
        case "join" | "watch":
            older = room.room.members.get(room.room.number_of(f"client{choice % 5}"))
            session = older.session + other % 3 if older else other
            seat = a_seat(f"client{choice % 5}", session=session, role=SPECTATOR if what == "watch" else "player")
            try:
                room.room.join(seat, f"Name {choice % 3}", room.now)
            except Exception as refused:  # the same in both rooms: compared below
                room.heard.setdefault(0, []).append(str(refused))
        case "lose":
            room.room.lose(number, LINE_LOST, room.now)
        case "return" if room.codes.get(number):
            room.resume(number, received=choice, owner_epoch=99)
        case "drop":
            room.room.leave(number, LINE_LOST, room.now)
        case "doors":
            room.room.receive(number, SetDoors("r", DOORS[choice % 3], other % 2 == 0), room.now)
        case "ban":
            room.room.receive(number, Ban("r", other % 6), room.now)
        case "as-host":
            room.room.receive(number, SendAsHost(room.room._inside.people.host_epoch, 0, "t", b"x"), room.now)
        case "deposit":
            inside = room.room._inside
            sent = inside.out.log.sent(number) if number in room.room.members else 0
            deposit = Deposit(inside.people.host_epoch, max(0, sent - choice % 4), other % 5, choice, b"state")
            room.room.receive(number, deposit, room.now)
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


WHATS = ["join"] * 4 + ["watch", "lose", "drop", "return", "leave", "relay", "relay", "volatile", "chat", "rename"]
WHATS += ["measure", "doors", "ban", "as-host", "deposit"]
STEPS = st.lists(
    st.tuples(st.sampled_from([*WHATS, "keep", "wait"]), st.integers(0, 500), st.integers(1, 30)), max_size=25
)
LAST_STEPS = st.lists(
    st.tuples(st.sampled_from([*WHATS, "keep", "wait", "end"]), st.integers(0, 500), st.integers(1, 30)), max_size=15
)


def lose_all_lines(room: Heard) -> None:
    """And whatever the log would still know is of another owner's time: counts begin anew."""
    for number, member in room.room.members.items():
        if member.away_at is None:
            room.room.lose(number, LINE_LOST, room.now)
        member.away_at = room.now
    for number in room.room.members:
        room.room._inside.out.log.join(number)
    room.room._inside.ticked_at = room.room._inside.pings_at = room.now
    room.settle()


def seen_from_outside(room: Heard) -> Any:
    counts = [(room.room._inside.out.log.sent(number), member.received) for number, member in room.room.members.items()]
    return room.heard, room.effects, room.room.summary, room.room.seats(), room.room.state, room.room.host, counts


@settings(max_examples=60, deadline=None)
@given(before=STEPS, after=LAST_STEPS)
def test_a_restored_room_goes_on_the_same(before: list[Any], after: list[Any]) -> None:
    kept, moved = (Heard(empty_ttl_s=5.0, grace_s=8.0, authority="host") for _ in range(2))
    for step in before:
        act(kept, step)
        act(moved, step)
    moved.restore()
    lose_all_lines(kept)
    for room in (kept, moved):
        room.heard, room.effects = {}, []
    for step in after:
        act(kept, step)
        act(moved, step)
        assert seen_from_outside(moved) == seen_from_outside(kept)


@settings(max_examples=60, deadline=None)
@given(before=STEPS)
def test_a_snapshot_is_plain_and_complete(before: list[Any]) -> None:
    room = Heard(empty_ttl_s=5.0, authority="host")
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
            return ",".join(player.name + " away" * player.away for player in world.players)

    room = Heard(code=Code())
    ann = room.join("ann")
    room.join("bob")
    room.join("eve", role=SPECTATOR)
    room.restore()
    room.resume(ann, received=-1)
    room.say(ann, SendChat("who?"))
    assert room.heard[ann][-1].text == "Ann,Bob away"
