"""A table at which a test plays a game: its `main.py` and `server.py` as they are, without network, clock or browser.

    table = Table(Path(__file__).parent, seconds=30)       # a game's folder, and options of the room
    ada = table.join("Ada")
    table.hold(ada, move=(1, 0))
    table.run(seconds=2)
    assert table.only("Ship", player=ada).x > 100

Whoever sits here, and one spectator, gets scenes and updates as they would travel; after each tick their pictures must
be what the game has. Chance is seeded: the same test plays the same game. Absent: the room around a game.
"""

import random
from pathlib import Path
from typing import Any

from shared.catalog import Game, read_game
from shared.game.delta import apply, things
from shared.game.engine import Engine
from shared.game.program import Program, run
from shared.game.scene import Scene
from shared.game.views import SPECTATORS
from shared.game.world import Client, Player, World
from shared.protocol.errors import JOIN_REFUSED, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.messages import PLAYER
from shared.protocol.messages import Scene as Picture
from shared.protocol.messages.game import STICK
from shared.protocol.references import Reference
from shared.rules.manifest import check_options


class Table:
    """`world` is what the game sees; `events` what it emitted, in order: (name, fields). In events, pictures and the
    result the ids of players and objects stand for them, as on a page."""

    def __init__(self, folder: Path, *, seed: int = 1, **options: Any) -> None:
        """Raises ManifestError, RoomError(BAD_OPTIONS), CodeFailed."""
        game = read_game(folder)
        self.rules = game.manifest.rules
        self._code = _program(game)
        chosen = check_options(game.manifest, options)
        self._engine = Engine(self._code, self.rules, chosen, chance=random.Random(seed))
        self._engine.begin()
        self.world: World = self._engine.world
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._held: dict[int, dict[str, Any]] = {}
        self._last_number = 0
        self._pictures: dict[int, Picture] = {SPECTATORS: self._engine.scene()}

    @property
    def scene(self) -> Scene:
        return self.world.scene

    @property
    def is_over(self) -> bool:
        return self._engine.is_over

    @property
    def result(self) -> dict[str, Any]:
        """What the game ended with."""
        result: dict[str, Any] = _with_ids(self._engine.result)
        return result

    # --- people

    def join(self, name: str, *, beside: Player | None = None) -> Player:
        """Somebody sits down; `beside`: at the screen of that player. Raises RoomError(JOIN_REFUSED)."""
        self._last_number += 1
        number = self._last_number
        client_id = beside.client_id if beside else ClientId(f"client{number}")
        answer = self._engine.call("on_join_request", self.world, Client(client_id, name, PLAYER))
        if answer not in (None, True):
            raise RoomError(JOIN_REFUSED, answer or "")
        player = self._engine.enter(Player(number, name, client_id, member=beside.member if beside else 0))
        self._held[player.id] = {}
        self._after_a_move()
        return player

    def leave(self, player: Player) -> None:
        self._engine.leave(player.id)
        if not any(other.member == player.member for other in self.world.players):
            self._pictures.pop(player.member, None)
        self._after_a_move()

    def drop(self, player: Player) -> None:
        """Its line is lost; the seat is kept."""
        self._engine.disconnect(Client(player.client_id, player.name, PLAYER))
        self._after_a_move()

    def come_back(self, player: Player) -> None:
        self._engine.reconnect(Client(player.client_id, player.name, PLAYER))
        self._after_a_move()

    # --- play

    def hold(self, player: Player, **inputs: Any) -> None:
        """From now on: `move=(1, 0)` for a stick, a number for an axis, True or False for a button."""
        held = self._held[player.id]
        for name, value in inputs.items():
            assert name in self.rules.inputs, f"game.toml declares no input `{name}`"
            held[name] = value
        values: list[float] = []
        for name, kind in self.rules.inputs.items():
            values.extend(held.get(name, (0, 0)) if kind == STICK else [float(held.get(name, 0))])
        self._engine.hold(player.id, 0, values)

    def act(self, player: Player, name: str, **fields: Any) -> None:
        """Raises RoomError, as the room would answer."""
        self._engine.act(player.id, name, fields)
        self._after_a_move()

    def run(self, *, seconds: float = 0.0, ticks: int = 0) -> None:
        """Lets the game go on, until it is over."""
        for _ in range(ticks or round(seconds * self.rules.tick_hz)):
            if self.is_over:
                return
            self._step()

    def _after_a_move(self) -> None:
        """A game of turns has its update now; another one has it in its time."""
        if self.rules.tick_hz == 0 and not self.is_over:
            self._step()

    # --- what there is to see

    def all(self, kind: str, **where: Any) -> list[Any]:
        """The objects of the class of that name."""
        return self.scene.all(self._code.classes[kind], **where)

    def only(self, kind: str, **where: Any) -> Any:
        (found,) = self.all(kind, **where)
        return found

    def sees(self, player: Player | None, kind: str) -> list[dict[str, Any]]:
        """Those objects of that class which reach the player's page; None: a spectator's. As fields by name."""
        picture = things(self._pictures[player.member if player else SPECTATORS])
        return [_with_ids(thing) for thing in picture.values() if thing["kind"] == kind]

    def _step(self) -> None:
        engine = self._engine
        engine.step(self.rules.step_s)
        self.events += [(name, _with_ids(fields)) for name, fields in engine.events]
        for members, update in engine.updates():
            for member in self._pictures.keys() if members is None else self._pictures.keys() & members:
                self._pictures[member] = apply(self._pictures[member], update)
        for member in {SPECTATORS, *(player.member for player in self.world.players)}:
            true = engine.scene(member)
            shown = self._pictures.setdefault(member, true)
            assert shown == true, f"the picture of member {member} differs from the scene: {shown} is not {true}"


def _with_ids(value: Any) -> Any:
    """References as the ids that a page gets."""
    match value:
        case Reference(id=id):
            return id
        case list():
            return [_with_ids(item) for item in value]
        case dict():
            return {key: _with_ids(item) for key, item in value.items()}
    return value


def _program(game: Game) -> Program:
    return Program(run(game.main_code), run(game.server_code) if game.server_source else None)
