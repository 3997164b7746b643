"""Sessions and hosts against a plain reference model: lines are cut at any moment, with any number of frames on them.

The model beside the room is a list of who was meant by what, and the set of all that the host's program must know.
Nothing is delivered twice, out of order or silently lost, in either direction; there is one host per host epoch; every
away seat ends in a return or with the grace time; the host's snapshot and the journal are always the true state.
"""

from typing import Any

import msgpack
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.protocol.errors import LINE_LOST
from shared.protocol.messages import (
    SPECS,
    TO_HOST,
    TO_OTHERS,
    AsHost,
    GiveSession,
    HandOver,
    Hidden,
    Relay,
    RoomJoined,
    RoomResumed,
    SendAsHost,
    SendRelay,
)
from shared.room.states import MemberState
from shared.rules.hosts import NOBODY
from tests.support.players import Player
from tests.support.rooms import Heard, a_seat

GRACE_S = 20.0
LOG_AGE_S = 15.0
"""Shorter than the grace time, so that many a return is shown the whole picture."""
CHOICE = st.integers(0, 10**6)
FRAMES = st.sampled_from([1, 2, 5, 10**6])


class SessionsModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.room = Heard(authority="host", grace_s=GRACE_S, empty_ttl_s=1e9)
        self.room.room._inside.out.log._most_age_s = LOG_AGE_S
        self.players = [Player(name) for name in ("ann", "bob", "cat", "dan")]
        self.lines: dict[int, Player] = {}  # who the room believes to have a line, by number
        self.arrived: dict[int, int] = {}
        self.meant: dict[int, list[bytes]] = {}  # since the picture that the room sent last
        self.heard: dict[str, list[bytes]] = {}  # the same list, since the picture that the client got last
        self.pictured: dict[int, float] = {}
        self.truth: set[bytes] = set()
        self.hosts: dict[int, int] = {}
        self.bodies = 0

    @initialize(players=st.integers(0, 4))
    def begin(self, players: int) -> None:
        for index in range(players):
            self.come(index, is_recovering=True, is_other_tab=False)
        self.carry_everything()

    # --- lines

    @rule(choice=CHOICE, is_recovering=st.sampled_from([True, True, False]), is_other_tab=st.booleans())
    def come(self, choice: int, is_recovering: bool, is_other_tab: bool) -> None:
        """A newcomer, a return within the grace time or after it, a reloaded page, or a second tab beside the first."""
        player = self.players[choice % len(self.players)]
        number = self.room.room.number_of(player.name)
        if number == 0 or (is_other_tab and not is_recovering):
            player.code = ""
        may_recover = is_recovering and number != 0 and player.code != "" and self.knows_enough(player)
        if not may_recover:
            player.forget()
        has_picture = may_recover and self.heard.get(player.name) is self.meant[number]
        fits = has_picture and self.room.now - self.pictured[number] < LOG_AGE_S
        player.session += 1
        seat = a_seat(player.name, session=player.session)
        if number and player.code:
            same = self.room.room.resume(seat, player.code, 1, player.received, self.room.now)
        else:
            same = self.room.room.join(seat, player.name, self.room.now)
        assert number in (0, same)
        self.connected(player, same, is_new=number == 0)
        assert not fits or isinstance(player.down[0], RoomResumed), "the gap fitted the log"
        assert has_picture or isinstance(player.down[0], RoomJoined), "its count is of an older picture"

    def knows_enough(self, player: Player) -> bool:
        """To ask for no picture; whether one was on its way to it, it cannot know."""
        return player.state is not None or not player.is_host

    @rule(choice=CHOICE)
    def come_in_vain(self, choice: int) -> None:
        """The line breaks before the room's answer arrives."""
        player = self.players[choice % len(self.players)]
        self.come(choice, is_recovering=True, is_other_tab=False)
        self.notice(self.room.room.number_of(player.name))

    def connected(self, player: Player, number: int, *, is_new: bool) -> None:
        self.lines = {key: other for key, other in self.lines.items() if other is not player}
        if is_new:
            self.arrived[number] = 0
        player.connect()
        self.lines[number] = player
        self.end_the_turn()
        greeting = player.down[0]
        assert greeting.received == self.arrived[number]
        if isinstance(greeting, RoomJoined):
            assert greeting.has_returned is not is_new
            self.meant[number] = []
            self.pictured[number] = self.room.now

    @precondition(lambda self: self.lines)
    @rule(choice=CHOICE, is_noticed=st.booleans())
    def cut(self, choice: int, is_noticed: bool) -> None:
        number, player = self.pick_line(choice)
        player.cut()
        if is_noticed:
            self.notice(number)

    def notice(self, number: int) -> None:
        self.lines.pop(number).cut()
        self.room.room.lose(number, LINE_LOST, self.room.now)

    @precondition(lambda self: self.lines)
    @rule(choice=CHOICE, frames=FRAMES)
    def carry_down(self, choice: int, frames: int) -> None:
        number, player = self.pick_line(choice)
        self.end_the_turn()
        self.deliver(number, player, frames)

    def deliver(self, number: int, player: Player, frames: int) -> None:
        for _ in range(min(frames, len(player.down))):
            message = player.down.popleft()
            player.hear(message)
            if isinstance(message, GiveSession):  # the end of a picture
                self.heard[player.name] = self.meant[number]
            elif isinstance(message, Relay | AsHost):
                meant, heard = self.heard[player.name], player.heard
                assert heard == meant[: len(heard)], "twice, out of order, or something missing"

    @precondition(lambda self: self.lines)
    @rule(choice=CHOICE, frames=FRAMES)
    def carry_up(self, choice: int, frames: int) -> None:
        number, player = self.pick_line(choice)
        for _ in range(min(frames, len(player.up))):
            self.receive(number, player, player.up.popleft())

    def pick_line(self, choice: int) -> tuple[int, Player]:
        return list(self.lines.items())[choice % len(self.lines)]

    # --- what is said

    @rule(sayings=st.lists(st.tuples(CHOICE, st.sampled_from([TO_OTHERS, TO_HOST, TO_HOST, 1, 2, 3])), max_size=6))
    def relay(self, sayings: list[tuple[int, int]]) -> None:
        for choice, to in sayings:
            self.say(choice, SendRelay(to, "t", self.a_body()))

    @rule(to=st.sampled_from([TO_OTHERS, TO_OTHERS, TO_HOST]))
    def act_as_host(self, to: int) -> None:
        """Whoever believes to be host."""
        for player in self.players:
            if player.is_host:
                player.say(SendRelay(to, "t", self.a_body()))
                player.say(SendAsHost(player.host_epoch, TO_OTHERS, "t", self.a_body()))

    @rule(choice=CHOICE)
    def pretend_to_be_host(self, choice: int) -> None:
        player = self.players[choice % len(self.players)]
        self.say(choice, SendAsHost(player.host_epoch, TO_OTHERS, "t", self.a_body()))

    @rule(choice=CHOICE, other=st.integers(1, 6))
    def hand_over(self, choice: int, other: int) -> None:
        self.say(choice, HandOver("r", other))

    @rule()
    def carry_everything(self) -> None:
        for number, player in list(self.lines.items()):
            self.end_the_turn()
            self.deliver(number, player, 10**6)
            self.carry_all_up(number, player)

    @rule(carries=st.booleans())
    def deposit(self, carries: bool) -> None:
        """Whoever believes to be host; with `carries` it arrives at once."""
        for player in self.players:
            player.deposit()
        for number, player in list(self.lines.items()):
            if carries and player.is_host:
                self.carry_all_up(number, player)

    @precondition(lambda self: self.room.room.host in self.lines)
    @rule(seconds=st.sampled_from([1.0, 4.0]), is_carried=st.booleans())
    def lose_the_host(self, seconds: float, is_carried: bool) -> None:
        if is_carried:
            self.carry_everything()
        self.lines[self.room.room.host].cut()
        self.notice(self.room.room.host)
        self.wait(seconds)

    @precondition(lambda self: self.lines)
    @rule(choice=CHOICE, is_hidden=st.booleans())
    def hide(self, choice: int, is_hidden: bool) -> None:
        _, player = self.pick_line(choice)
        if player.is_in:
            player.up.append(Hidden(is_hidden))

    def say(self, choice: int, message: Any) -> None:
        player = self.players[choice % len(self.players)]
        if player.number:
            player.say(message)

    def a_body(self) -> bytes:
        self.bodies += 1
        return self.bodies.to_bytes(4, "big")

    def receive(self, number: int, player: Player, message: Any) -> None:
        """Says beforehand what the room is to do about it."""
        if SPECS[type(message)].counted:
            assert message is player.own[self.arrived[number]], "twice, out of order, or something missing"
            self.arrived[number] += 1
        members, host = self.room.room.members, self.room.room.host
        match message:
            case SendRelay(to, _, body):
                meant = {TO_OTHERS: set(members) - {number}, TO_HOST: {host}}.get(to, {to} - {number})
                if to == TO_OTHERS or host in meant:
                    self.truth.add(body)
                self.mean(meant & set(members), body)
            case SendAsHost(epoch, _, _, body):
                if number == host and epoch == self.room.room._inside.people.host_epoch:
                    self.truth.add(body)
                    self.mean(set(members) - {number}, body)
        self.room.room.receive(number, message, self.room.now)

    def mean(self, numbers: set[int], body: bytes) -> None:
        for number in numbers:
            self.meant[number].append(body)

    # --- time

    @rule(seconds=st.sampled_from([0.5, 1.0, 4.0, 11.0, 25.0]))
    def wait(self, seconds: float) -> None:
        self.room.now += seconds
        self.room.room.tick(self.room.now)
        for member in self.room.room.members.values():
            assert member.away_at is None or self.room.now - member.away_at < GRACE_S

    @rule()
    def end_the_turn(self) -> None:
        for number, joined in self.room.room.flush():
            if number in self.lines and self.lines[number].has_line:
                self.lines[number].down.extend(self.room.decode(joined))
        self.room.room.take_effects()

    # --- what always holds

    @invariant()
    def away_is_who_has_no_line(self) -> None:
        for number, member in self.room.room.members.items():
            assert (member.state is MemberState.AWAY) is (number not in self.lines)
        assert set(self.room.room._inside.people.present) == set(self.lines)

    @invariant()
    def one_host_per_epoch(self) -> None:
        people = self.room.room._inside.people
        assert self.hosts.setdefault(people.host_epoch, people.host) == people.host
        assert people.host_epoch == max(self.hosts)
        assert people.host in people.members or people.host == NOBODY
        if people.present:
            assert people.host != NOBODY

    @invariant()
    def snapshot_and_journal_are_the_true_state(self) -> None:
        journal = self.room.room._inside.journal
        assert journal is not None
        picture = journal.picture(0)
        deposited = msgpack.unpackb(picture.body or b"\x90")
        assert sorted([*deposited, *(row.body for row in picture.journal)]) == sorted(self.truth)

    def teardown(self) -> None:
        """In the end everybody comes back, and everything arrives."""
        for index, player in enumerate(self.players):
            if self.room.room.number_of(player.name):
                self.come(index, is_recovering=True, is_other_tab=False)
        for _ in range(4):
            for number, player in list(self.lines.items()):
                self.deliver(number, player, 10**6)
                self.carry_all_up(number, player)
            self.end_the_turn()
        for number, player in self.lines.items():
            assert player.heard == self.meant[number]
            assert self.arrived[number] == len(player.own)
            if player.is_host:
                assert player.state == self.truth

    def carry_all_up(self, number: int, player: Player) -> None:
        while player.up:
            self.receive(number, player, player.up.popleft())


TestSessionsModel = SessionsModel.TestCase
TestSessionsModel.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
