"""A room's game: who plays it, and when it steps.

A room without a `main.py` has one too, which never steps: its hooks run at once. With a `main.py` all of the game but
`on_join_request` and `on_chat` happens in `advance`: at fixed steps or, in turns, a step for each thing that happened.
Absent: the clock, who gets which picture (`screens.py`), what a step may cost (the shell measures it).
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from zlib import crc32

from shared.game.engine import Engine
from shared.game.failures import CodeFailed
from shared.game.world import Client, Player, World
from shared.protocol.ids import RoomId
from shared.protocol.limits import CATCH_UP_TICKS
from shared.room.code import RoomCode
from shared.room.members import Member, Members
from shared.room.outgoing import Outgoing
from shared.room.screens import Screens
from shared.rules.game_rules import GameRules

EARLY_S = 0.001
"""A timer may fire so much before its time; a tick more or less would cost more."""
LOOK_AGAIN_S = 0.25
"""How long a member that is slow waits for its scene in a game of turns, until it is looked at again."""
AT_ONCE = 0.0


class Playing:
    """`runs`: there is a `main.py`, and this is where it runs. `next_at`: when `advance` is due, None: not before
    something happens."""

    def __init__(
        self,
        code: RoomCode | None,
        rules: GameRules,
        options: Mapping[str, Any],
        *,
        runs: bool,
        room_id: RoomId,
        chance: Any,
        local_member: int,
        people: Members,
        out: Outgoing,
    ) -> None:
        self.runs, self.rules = runs, rules
        self.next_at: float | None = None
        self._options, self._chance, self._local_member = options, chance, local_member
        self._people, self._out = people, out
        self._screens = Screens(people, out)
        self._phase = crc32(room_id.encode()) % 1000 / 1000
        self._engine = self._build(code)
        self._is_turn_due = False
        self._advanced_at = 0.0

    def _build(self, code: RoomCode | None) -> Engine:
        local, is_online = self._local_member, not self._local_member
        return Engine(code, self.rules, self._options, chance=self._chance, online=is_online, local_member=local)

    @property
    def world(self) -> World:
        return self._engine.world

    @property
    def code(self) -> RoomCode | None:
        code: RoomCode | None = self._engine.code
        return code

    @property
    def is_over(self) -> bool:
        return self._engine.is_over

    @property
    def result(self) -> dict[str, Any]:
        return self._engine.result

    # Who is here. In a room without a main.py each of these may raise CodeFailed, as their hooks run here.

    def enter(self, player: Player, now: float) -> None:
        self._turn_before(now)
        self._engine.enter(player)
        self._happened()

    def leave(self, player_id: int, now: float) -> None:
        self._turn_before(now)
        self._engine.leave(player_id)
        self._happened()

    def disconnect(self, client: Client, now: float) -> None:
        self._turn_before(now)
        self._engine.disconnect(client)
        self._happened()

    def reconnect(self, client: Client, now: float) -> None:
        self._turn_before(now)
        self._engine.reconnect(client)
        self._happened()

    def rename(self, player_id: int, name: str) -> None:
        self._engine.rename(player_id, name)

    # What they hold and do

    def hold(self, player_id: int, number: int, values: list[float]) -> None:
        """Raises RoomError."""
        self._engine.hold(player_id, number, values)

    def act(self, player_id: int, name: str, fields: Mapping[str, Any], now: float) -> None:
        """Raises RoomError, and in turns CodeFailed."""
        self._turn_before(now)
        self._engine.act(player_id, name, fields)
        self._happened()

    # What they see

    def show(self, number: int, now: float) -> None:
        """This member gets a scene next."""
        if not self.runs:
            return
        self._screens.need(number)
        if self._is_in_turns:
            self.next_at = AT_ONCE
        elif self.next_at is None:
            self.next_at = self._first_tick(now)

    def forget(self, number: int) -> None:
        """This member is not there to be shown anything."""
        self._screens.forget(number)

    @property
    def has_posted(self) -> bool:
        """Updates are in the batch."""
        return self._screens.has_posted or (self.runs and self._out.has_released)

    def handed_out(self, slow: Collection[int]) -> None:
        """The batch is, without what is volatile for those who are slow."""
        self._screens.handed_out(slow)
        self._look_again(self._advanced_at)

    # Time

    def advance(self, now: float, slow: Collection[int]) -> None:
        """The steps that are due. Raises CodeFailed."""
        self._advanced_at = now
        if not self.runs or not self._people.members:
            self.next_at = None
            return
        if self._is_in_turns:
            self.next_at = None
            self._turn_before(now)
        elif ticks := self._due_ticks(now):
            self._step(ticks, now)
        else:
            return
        self._screens.show(self._engine.scene, slow, now)
        self._look_again(now)

    @property
    def _is_in_turns(self) -> bool:
        return self.rules.tick_hz == 0

    def _first_tick(self, now: float) -> float:
        """Rooms tick out of phase with each other, each always in its own."""
        step_s = self.rules.step_s
        return ((now / step_s - self._phase) // 1 + 1 + self._phase) * step_s

    def _due_ticks(self, now: float) -> int:
        """Beyond CATCH_UP_TICKS the game's time stands still."""
        step_s, at = self.rules.step_s, self.next_at
        if at is None:
            at = self.next_at = self._first_tick(now)
        late_s = now + EARLY_S - at
        if late_s < 0:
            return 0
        ticks = int(late_s / step_s) + 1
        self.next_at = at + ticks * step_s
        return min(ticks, CATCH_UP_TICKS)

    def _turn_before(self, now: float) -> None:
        """In turns, what happened before has its own step, before anything else happens."""
        if self._is_turn_due:
            self._is_turn_due = False
            self._step(1, now)

    def _happened(self) -> None:
        if not self.runs:
            self._run_hooks()
        elif self._is_in_turns:
            self._is_turn_due, self.next_at = True, AT_ONCE

    def _run_hooks(self) -> None:
        self._engine.run_due()
        self.world.joined.clear()
        self.world.left.clear()

    def _step(self, ticks: int, now: float) -> None:
        for _ in range(ticks):
            if not self._engine.is_over:
                self._engine.step(self.rules.step_s)
        self._screens.post(self._engine.updates(), now)

    def _look_again(self, now: float) -> None:
        """In turns there may be no next step: whoever was slow is looked at again all the same."""
        if self._is_in_turns and self.next_at is None and self._screens.is_anybody_waiting:
            self.next_at = now + LOOK_AGAIN_S

    # From one code, process or machine to another

    def save(self) -> dict[str, Any] | None:
        return self._engine.save() if self.runs else None

    def load(self, saved: Mapping[str, Any] | None) -> None:
        """Into a new one, when the members are there, all of them away."""
        if saved is not None:
            self._engine.load(saved)
            for member in self._people.members.values():
                if any(not player.away for player in self._players_of(member)):
                    self._engine.disconnect(member.as_client())
        else:
            for member in self._people.members.values():
                for player in member.as_players():
                    self._engine.enter(player)
            self._engine.due.clear()
            self._run_hooks()

    def reload(self, load_code: Callable[[], RoomCode | None]) -> tuple[bool, str]:
        """The same game with code that has changed: whether its state was kept, and what did not fit. It is tried
        out first, for a step of a copy. Raises CodeFailed when it cannot run at all; then the older code runs on."""
        if not self.runs:
            self._engine.code = load_code()
            return True, ""
        is_kept = True
        try:
            saved = self._engine.save()
            self._go_on(load_code(), saved)[0].step(self.rules.step_s)
            fresh, text = self._go_on(load_code(), saved)
        except CodeFailed as error:
            self._begin_again(load_code()).step(self.rules.step_s)
            fresh, text, is_kept = self._begin_again(load_code()), str(error), False
        self._engine = fresh
        self._screens.need(*self._people.present)
        self.next_at = AT_ONCE if self._is_in_turns else self.next_at
        return is_kept, text

    def _go_on(self, code: RoomCode | None, saved: Mapping[str, Any]) -> tuple[Engine, str]:
        fresh = self._build(code)
        return fresh, " ".join(fresh.load(saved))

    def _begin_again(self, code: RoomCode | None) -> Engine:
        fresh = self._build(code)
        for member in self._people.members.values():
            for player in member.as_players():
                fresh.enter(player)
        fresh.begin()
        return fresh

    def _players_of(self, member: Member) -> list[Player]:
        return [player for player in self.world.players if player.member == member.number]
