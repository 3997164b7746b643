"""Plays a game with people whom a seed makes up, and sums up its state after each tick.

The same seed gives the same people, so that two machines can be compared tick by tick. They come and go, hold random
inputs and do random acts. Absent: `random`, the only module of this folder that would need it; the caller hands it in.
"""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from shared.game.engine import Engine
from shared.game.program import Program, load
from shared.game.world import Client, Player
from shared.protocol.ids import ClientId
from shared.protocol.limits import OPTION_CHARS
from shared.protocol.messages import PLAYER
from shared.rules.game_rules import FLAG, NUMBER, TEXT, WHOLE, GameRules

PLAYERS_MOST = 8
RESTS_EVERY = 50
"""About so many ticks go by between two comings or goings."""


def tick_hashes(
    main_source: str, rules: GameRules, seed: int, ticks: int, make_chance: Callable[[int], Any], **options: Any
) -> list[str]:
    """One hash of the whole state per tick. `make_chance` is `random.Random`. Raises CodeFailed."""
    engine = Engine(Program(load(main_source, "main.py")), rules, options, chance=make_chance(seed))
    crowd = Crowd(engine, make_chance(seed + 1))
    return [state_hash(engine) for _ in crowd.play(ticks)]


def state_hash(engine: Engine) -> str:
    """Of all that the following ticks depend on. `repr` of a float tells every bit of it."""
    return blake2b(repr(engine.save()).encode(), digest_size=8).hexdigest()


class Crowd:
    """The people of one game. `chance` is theirs, not the game's; `last` is the number of the last who came."""

    def __init__(self, engine: Engine, chance: Any) -> None:
        self._engine, self._chance = engine, chance
        self.last = 0

    def play(self, ticks: int) -> Iterator[Engine]:
        """The engine after each tick, until the game is over."""
        engine = self._engine
        engine.begin()
        for _ in range(ticks):
            if engine.is_over:
                return
            self.stir()
            engine.step(engine.rules.step_s)
            yield engine

    def stir(self) -> None:
        """What happens between two ticks."""
        chance, players = self._chance, list(self._engine.world.players)
        if len(players) < 2 or (len(players) < PLAYERS_MOST and chance.random() < 2 / RESTS_EVERY):
            self._enter()
        elif chance.random() < 1 / RESTS_EVERY:
            self._engine.leave(chance.choice(players).id)
        elif chance.random() < 1 / RESTS_EVERY:
            self._blink(chance.choice(players))
        for player in list(self._engine.world.players):
            self._move(player)

    def _enter(self) -> None:
        self.last += 1
        self._engine.enter(Player(self.last, f"Player {self.last}", ClientId(f"client{self.last}")))

    def _blink(self, player: Player) -> None:
        client = Client(player.client_id, player.name, PLAYER)
        if player.away:
            self._engine.reconnect(client)
        else:
            self._engine.disconnect(client)

    def _move(self, player: Player) -> None:
        engine, chance = self._engine, self._chance
        if chance.random() < 0.2:
            values = [chance.uniform(-1, 1) for _ in range(engine.input_table.size)]
            engine.hold(player.id, engine.tick, values)
        if engine.rules.acts and chance.random() < 0.3:
            name = chance.choice(sorted(engine.rules.acts))
            fields = {field: self._value(type_) for field, type_ in engine.rules.acts[name].items()}
            engine.act(player.id, name, fields)

    def _value(self, type_: str) -> Any:
        chance = self._chance
        ids = list(self._engine.objects.by_id)
        values = {
            WHOLE: chance.choice(ids) if ids and chance.random() < 0.7 else chance.randint(-2, 20),
            NUMBER: chance.uniform(-10, 10),
            TEXT: "".join(chance.choice("abc xyz") for _ in range(chance.randint(0, OPTION_CHARS))),
            FLAG: chance.random() < 0.5,
        }
        return values[type_]
