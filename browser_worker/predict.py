"""Where one's own objects will be: a mirror of the game's newest picture, and the same `update` run ahead of it.

`_fields` never travel: at each picture they are what the last replay had in them at that tick.
Absent: other people's inputs, the room's chance, events; what depends on them is corrected by the next picture.

    in    {say: "players", players: [[id, name, is away, is mine] …], options}   {say: "picture", payload}
          {say: "ahead", tick, inputs: [[player, tick, values] …]}
    out   ["ready"]   ["ahead", tick, before, objects]: one's own objects at the tick before and at `tick`, each packed
          [[id, {field: number}] …]
"""

from collections.abc import Mapping
from random import Random
from typing import Any

import msgpack

from browser_worker.border import NEVER, news
from browser_worker.mirror import Mirror
from browser_worker.program import Program, read_program
from shared.game.engine import Engine
from shared.game.world import Player
from shared.protocol.errors import BAD_REQUEST, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.limits import SCENE_BYTES, TICK_HZ_MOST
from shared.protocol.messages import WORKER_TO_CLIENT
from shared.wire.codec import Decoder

MINE, THEIRS = 1, 2
"""As members: everybody else is at one other machine."""
NOBODY = ClientId("")
FURTHEST_TICKS = TICK_HZ_MOST
"""More are not asked for; whoever does gets this many."""
Hidden = dict[int, dict[str, Any]]
"""The `_fields` at one tick, by object; 0 is the scene itself."""


def open_role(setup: Mapping[str, Any], now: float) -> "Predictor":
    """`{program}`. Raises CodeFailed; RoomError (bad-request) for a game that has nothing to predict."""
    program = read_program(setup["program"])
    if program.code is None or not program.manifest.rules.tick_hz:
        raise RoomError(BAD_REQUEST, "This game has no ticks to predict.")
    return Predictor(program)


class Predictor:
    next_at = NEVER

    def __init__(self, program: Program) -> None:
        self._program = program
        self._decoder = Decoder(WORKER_TO_CLIENT)
        self._engine: Engine | None = None
        self._mirror: Mirror | None = None
        self._hidden: dict[int, Hidden] = {}
        self._news: list[bytes] = []

    def receive(self, payload: bytes, now: float) -> None:
        message = msgpack.unpackb(payload, strict_map_key=False)
        match message["say"]:
            case "players":
                self._seat(message["players"], message["options"])
            case "picture" if self._mirror:
                self._mirror.show(self._decoder.decode(message["payload"], 2 * SCENE_BYTES))
            case "ahead" if self._mirror and self._mirror.tick >= 0:
                self._look_ahead(self._mirror, message["tick"], message["inputs"])

    def turn(self, now: float) -> bytes:
        out, self._news = self._news, []
        return b"".join(out)

    def _seat(self, rows: list[list[Any]], options: Mapping[str, Any]) -> None:
        if self._engine is None:
            self._engine = Engine(
                self._program.code, self._program.manifest.rules, options, chance=Random(0), local_member=MINE
            )
            self._engine.has_begun = True  # the authority has called `start`
            self._mirror = Mirror(self._engine)
            self._news.append(news("ready"))
        world = self._engine.world
        for id, name, is_away, is_mine in rows:
            self._engine.enter(Player(id, name, NOBODY, is_away, MINE if is_mine else THEIRS))
        here = {row[0] for row in rows}
        for player in [player for player in world.players if player.id not in here]:
            self._engine.leave(player.id)
        self._know_nothing_new(self._engine)

    @staticmethod
    def _know_nothing_new(engine: Engine) -> None:
        """Who came and went is the authority's to say."""
        engine.world.joined.clear()
        engine.world.left.clear()
        engine.due.clear()

    def _look_ahead(self, mirror: Mirror, tick: int, inputs: list[list[Any]]) -> None:
        assert self._engine is not None
        engine, dt = self._engine, self._program.manifest.rules.step_s
        mirror.rewind(dt)
        self._hide(engine, self._hidden.get(mirror.tick, {}))
        self._hidden = {mirror.tick: self._hidden_now(engine)}
        waiting = [[player, max(at, mirror.tick + 1), values] for player, at, values in inputs]
        last = min(tick, mirror.tick + FURTHEST_TICKS)
        before = self._own()
        for now in range(mirror.tick + 1, last + 1):
            while waiting and waiting[0][1] <= now:
                player, _, values = waiting.pop(0)
                if player in engine.hands:
                    engine.hold(player, 0, values)
            before = self._own()
            engine.step(dt)
            engine.events.clear()
            self._hidden[now] = self._hidden_now(engine)
        self._news.append(news("ahead", tick, msgpack.packb(before), msgpack.packb(self._own())))

    @staticmethod
    def _hidden_now(engine: Engine) -> Hidden:
        """What lists and maps hold is not copied: a game that changes them in place is predicted less well."""
        owners = {0: engine.world.scene, **engine.objects.by_id}
        return {id: {name: value for name, value in vars(it).items() if name[0] == "_"} for id, it in owners.items()}

    @staticmethod
    def _hide(engine: Engine, hidden: Hidden) -> None:
        owners = {0: engine.world.scene, **engine.objects.by_id}
        for id in hidden.keys() & owners.keys():
            vars(owners[id]).update(hidden[id])

    def _own(self) -> list[Any]:
        assert self._engine is not None
        mine = self._engine.world.local_players
        return [
            [
                thing.id,
                {name: value for name, value in vars(thing).items() if type(value) in (int, float) and name[0] != "_"},
            ]
            for thing in self._engine.objects.by_id.values()
            if getattr(thing, "player", None) in mine
        ]
