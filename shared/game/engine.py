"""Runs one game: its `start`, `update` and hooks, tick by tick; out come scenes, updates and the result.

The room tells it who comes and goes, what they hold and do, and when to step. What the game does wrong passes as
`CodeFailed`, after which the engine must not be used again. Absent: the time of day, members' lines, encoding.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared.game import saving
from shared.game.failures import CodeFailed, GameFailed
from shared.game.inputs import ActTable, Hand, InputTable
from shared.game.picture import Changes, Tracker
from shared.game.scene import Objects
from shared.game.values import Unfit, Wiring, weight
from shared.game.views import SPECTATORS, Ids, Views
from shared.game.world import Client, Player, World
from shared.protocol.errors import PLAYER_UNKNOWN, RoomError
from shared.protocol.limits import BODY_BYTES, EVENTS_PER_TICK, SCENE_BYTES, TYPE_CHARS
from shared.protocol.messages import Scene, Update
from shared.rules.game_rules import GameRules


class ViewUpdate(NamedTuple):
    """`members` is None: for everybody. Else their numbers; 0 (SPECTATORS) stands for all spectators."""

    members: tuple[int, ...] | None
    update: Update


class Engine:
    """`world` is what the game sees. Any call may raise CodeFailed but those that say what a player holds or does."""

    def __init__(
        self,
        code: Any,
        rules: GameRules,
        options: Mapping[str, Any],
        *,
        chance: Any,
        online: bool = True,
        local_member: int = 0,
    ) -> None:
        """`code`: an object with `start(world)` and `update(world, dt)`; if it likes, the hooks of
        `shared.room.code`, `sees(world, player, thing)`, and `classes`, its own classes by name, for `load`.
        `chance`: a `random.Random`. `local_member`: the member at this machine; 0: there is none."""
        self.code, self.rules = code, rules
        self.objects = Objects()
        self.world = World(
            options,
            objects=self.objects,
            chance=chance,
            online=online,
            local_member=local_member,
            emit=self._emit,
            check_result=self._check_result,
        )
        self.hands: dict[int, Hand] = {}
        self.due: list[tuple[str, Player | Client]] = []
        self.events: list[list[Any]] = []
        self.has_begun = False
        self.input_table, self.act_table = InputTable(rules.inputs), ActTable(rules.acts)
        self._wiring = Wiring(self.objects.by_id, self.world.players)
        self._tracker = Tracker(self.world.scene, self.objects, self._wiring)
        sees = getattr(code, "sees", None)
        self._views = Views(sees, self.world, self.objects) if sees is not None else None
        self._sent_tick = 0
        self._events_now = self._events_bytes = 0

    @property
    def tick(self) -> int:
        return self.world.tick

    @property
    def scene_bytes(self) -> int:
        """At least what the last picture takes on the wire."""
        return self._tracker.bytes

    @property
    def is_over(self) -> bool:
        return self.world.is_over

    @property
    def result(self) -> dict[str, Any]:
        """What the game ended with, as it travels."""
        return dict(self._plain("world.end", self.world.result))

    # --- who is here. Hooks that follow from it run at the start of the next step, in order.

    def enter(self, player: Player) -> Player:
        """One who is in already keeps its place and gets this name and presence."""
        known = self.world.player(player.id)
        if known is not None:
            known.name, known.away, known.client_id = player.name, player.away, player.client_id
            return known
        player.input = self.input_table.neutral
        self.hands[player.id] = Hand(self.input_table.neutral)
        self.world.joined.append(player)
        self.due.append(("on_player_join", player))
        return self.world.enter(player)

    def leave(self, player_id: int) -> Player | None:
        """The player that is gone now, if there was one; it holds nothing any more. Who came since the last step was
        never there for the game."""
        player = self.world.leave(player_id)
        if player is None:
            return None
        self.hands.pop(player_id, None)
        player.away, player.input, player.acts = True, self.input_table.neutral, []
        if player in self.world.joined:
            self.world.joined.remove(player)
            self.due = [call for call in self.due if call[1] is not player]
        else:
            self.world.left.append(player)
            self.due.append(("on_player_leave", player))
        return player

    def disconnect(self, client: Client) -> None:
        """Its line is lost, its seat is kept: all its players are away."""
        if getattr(self.code, "on_client_disconnect", None) is not None:
            self.due.append(("on_client_disconnect", client))
        neutral = self.input_table.neutral
        for player in self._players_of(client):
            player.away = True
            player.input = self.hands.setdefault(player.id, Hand(neutral)).release(neutral)
            if getattr(self.code, "on_client_disconnect", None) is None:
                self.due.append(("on_player_disconnect", player))

    def reconnect(self, client: Client) -> None:
        for player in self._players_of(client):
            player.away = False
            self.due.append(("on_player_return", player))

    def rename(self, player_id: int, name: str) -> None:
        self.world.rename(player_id, name)

    def _players_of(self, client: Client) -> list[Player]:
        return [player for player in self.world.players if player.client_id == client.client_id]

    # --- what they hold and do. Nothing of it reaches the game before it is checked.

    def hold(self, player_id: int, number: int, values: list[float]) -> None:
        """Raises RoomError: player-unknown, bad-request."""
        self._hand(player_id).hold(self.input_table, number, values)

    def act(self, player_id: int, name: str, fields: Mapping[str, Any]) -> None:
        """Raises RoomError: player-unknown, act-unknown, bad-request, too-many-requests."""
        self._hand(player_id).wait(self.act_table.read(name, fields))

    def _hand(self, player_id: int) -> Hand:
        hand = self.hands.get(player_id)
        if hand is None:
            raise RoomError(PLAYER_UNKNOWN)
        return hand

    # --- time

    def begin(self) -> None:
        """The game's own `start`, once; the first step does it if nobody has."""
        if not self.has_begun:
            self.has_begun = True
            self.call("start", self.world)
            self._take()

    def step(self, dt: float) -> None:
        """One tick of `dt` seconds: the hooks that are due, then `update`."""
        self.begin()
        _called("update", self._step, dt)

    def _step(self, dt: float) -> None:
        world = self.world
        world.put(tick=world.tick + 1, time=world.time + dt)
        self._events_now = 0
        for player in world.players:
            hand = self.hands[player.id]
            player.input, player.acts, hand.waiting = hand.next, hand.waiting, []
        self.run_due()
        self.call("update", world, dt)
        for player in world.players:
            player.acts = []
            player.input = self.hands[player.id].settle()
        world.put(joined=[], left=[])

    def run_due(self) -> None:
        """The hooks that wait for the next step, in order. A room without a `main.py` calls it instead of `step`."""
        due, self.due = self.due, []
        for hook, subject in due:
            self.call(hook, self.world, subject)

    def call(self, name: str, *args: Any) -> Any:
        """A function of the game's, if it has it. Raises CodeFailed."""
        function: Callable[..., Any] | None = getattr(self.code, name, None)
        return None if function is None else _called(name, function, *args)

    # --- what they see

    def scene(self, member: int = SPECTATORS) -> Scene:
        """The picture that the last `updates` led to, as this member sees it; the next ones follow from it."""
        self.begin()
        tracker = self._tracker
        ids: Ids = tracker.ids if self._views is None else _called("sees", self._views.of, member, tracker.ids)
        return Scene(self._sent_tick, tracker.classes(), tracker.fields(), tracker.rows(ids))

    def updates(self) -> list[ViewUpdate]:
        """From the last picture to the present one, one per view. To be called after each step, or after a few."""
        self.begin()
        changes, rows = self._take(), self._tracker.rows
        head = (self.tick, self._sent_tick, changes.classes, changes.fields)
        tail = (self.events, self._numbers())
        self._sent_tick, self.events, self._events_bytes = self.tick, [], 0
        if self._views is None:
            update = Update(*head, rows(changes.added), changes.changed, changes.removed, *tail)
            return [ViewUpdate(None, update)]
        found = []
        for members, before, now in _called("sees", self._views.turn, self._tracker.ids):
            had, has = frozenset(before), frozenset(now)
            changed = [row for row in changes.changed if row[0] in had and row[0] in has]
            added, removed = [id for id in now if id not in had], [id for id in before if id not in has]
            found.append(ViewUpdate(members, Update(*head, rows(added), changed, removed, *tail)))
        return found

    def _take(self) -> Changes:
        changes: Changes = _called("scene", self._tracker.take)
        if self._tracker.bytes + self._events_bytes > SCENE_BYTES:
            raise GameFailed("scene", f"scene and events take at most {SCENE_BYTES} bytes (SCENE_BYTES): remove some")
        return changes

    def _numbers(self) -> list[list[int]]:
        """The last input of each player who numbers them."""
        hands = [(player.id, self.hands[player.id].number) for player in self.world.players]
        return [[id, number] for id, number in hands if number]

    def _emit(self, name: str, fields: dict[str, Any]) -> None:
        self._events_now += 1
        if self._events_now > EVENTS_PER_TICK:
            raise GameFailed("emit", f"a tick has at most {EVENTS_PER_TICK} events (EVENTS_PER_TICK)")
        if type(name) is not str or len(name) > TYPE_CHARS:
            raise GameFailed("emit", f"an event has a name of up to {TYPE_CHARS} characters, not {name!r:.60}")
        event = [self._plain("emit", name), self._plain(f"emit {name}", fields)]
        self._events_bytes += weight(event)
        if self._events_bytes > SCENE_BYTES:
            raise GameFailed("emit", f"the events of an update take at most {SCENE_BYTES} bytes (SCENE_BYTES)")
        self.events.append(event)

    def _check_result(self, result: dict[str, Any]) -> None:
        if weight(self._plain("world.end", result)) > BODY_BYTES:
            raise GameFailed("world.end", f"a result takes at most {BODY_BYTES} bytes (BODY_BYTES)")

    def _plain(self, where: str, value: Any) -> Any:
        try:
            return self._wiring.wire(value)
        except Unfit as unfit:
            raise GameFailed(where, f"a value {unfit}") from None

    # --- rest

    def save(self) -> dict[str, Any]:
        """The whole game as plain data (maps, lists, texts, numbers, bytes), between two steps. Raises GameFailed."""
        saved: dict[str, Any] = _called("save", saving.save, self)
        return saved

    def load(self, saved: Mapping[str, Any]) -> list[str]:
        """Into a new engine, in place of `start`; also of code that has changed since: what does not fit is left out,
        and a sentence is returned for each such thing."""
        unfit = saving.load(self, saved)
        self.has_begun, self._sent_tick = True, self.tick
        self._take()
        return unfit


def _called(name: str, function: Callable[..., Any], *args: Any) -> Any:
    """A function of the game's, or one that deals with what it made. Raises CodeFailed."""
    try:
        return function(*args)
    except CodeFailed:
        raise
    except (Exception, SystemExit) as error:
        raise CodeFailed(name, f"{type(error).__name__}: {error}") from error
