"""The game of a room in authority `host`, run in the page of the room's host.

The page tells it who is there and what they do, all in the room's own order, and passes on what it says. Absent: the
room itself, which is on a server; who may act for whom, which the page knows; `server.py`, and with it views.

    in    ["enter", player, member, name, client, is away]   ["leave", player]   ["rename", player, name]
          ["away", client, whether]   ["input", player, number, values]   ["act", player, name, fields]
          ["scene", member]   ["save", ticket]
    out   bytes: an update or the result, for everybody   ["scene", member, bytes]   ["saved", ticket, bytes]
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from random import Random
from typing import Any

import msgpack

from browser_worker.border import NEVER, news
from browser_worker.program import read_program
from browser_worker.steps import Steps
from shared.game.engine import Engine
from shared.game.world import Client, Player
from shared.protocol.errors import BAD_REQUEST, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.messages import PLAYER, Result
from shared.wire.codec import encode

TURNS = ("enter", "leave", "act")
"""What makes a turn, in a game of turns."""


def open_role(setup: Mapping[str, Any], now: float) -> "HostedGame":
    """`{program, options, seed, me, players, saved, acts}`: `saved` is what a host before had deposited, empty if there
    is nothing; `acts` are what players did since: `[player, name, fields]` each. Raises CodeFailed."""
    program = read_program(setup["program"])
    if program.code is None:
        raise RoomError(BAD_REQUEST, "This game has no main.py to run.")
    rules = program.manifest.rules
    engine = Engine(
        program.code, rules, setup["options"], chance=Random(setup["seed"]), online=True, local_member=setup["me"]
    )
    game = HostedGame(engine, Steps(rules.step_s, now))
    game.begin(setup["saved"], setup["players"], setup["acts"])
    return game


class HostedGame:
    """`next_at` is NEVER in a game of turns, and once the game has ended."""

    def __init__(self, engine: Engine, steps: Steps) -> None:
        self._engine, self._steps = engine, steps
        self._is_turn_due = False
        self._news: list[bytes] = []

    @property
    def next_at(self) -> float:
        return NEVER if self._engine.is_over else self._steps.next_at

    def begin(self, saved: bytes, players: Iterable[list[Any]], acts: Iterable[list[Any]]) -> None:
        """From the start, or from where another host was. Whoever went meanwhile is gone with what it held and did."""
        engine = self._engine
        if saved:
            engine.load(msgpack.unpackb(saved, strict_map_key=False))
        here = [self._enter(*row) for row in players]
        for act in acts:
            with _forgiving():
                engine.act(*act)
        for player in [player for player in engine.world.players if player not in here]:
            engine.leave(player.id)
        engine.begin()
        self._is_turn_due = not engine.rules.tick_hz

    def receive(self, payload: bytes, now: float) -> None:
        verb, *fields = msgpack.unpackb(payload, strict_map_key=False)
        if verb in TURNS:
            self._turn_before()
            self._is_turn_due = not self._engine.rules.tick_hz
        match verb:
            case "enter":
                self._enter(*fields)
            case "leave":
                self._engine.leave(*fields)
            case "rename":
                self._engine.rename(*fields)
            case "away":
                self._set_away(*fields)
            case "input":
                with _forgiving():
                    self._engine.hold(*fields)
            case "act":
                with _forgiving():
                    self._engine.act(*fields)
            case "scene":
                self._news.append(news("scene", fields[0], encode(self._engine.scene(fields[0]))))
            case "save":
                self._news.append(news("saved", fields[0], msgpack.packb(self._engine.save())))

    def turn(self, now: float) -> bytes:
        """The steps that are due. Nothing steps any more once the game has ended."""
        self._turn_before()
        for _ in range(self._steps.due(now)):
            self._step()
        out, self._news = self._news, []
        return b"".join(out)

    def _turn_before(self) -> None:
        """In turns, each thing that happens has its own step."""
        if self._is_turn_due:
            self._is_turn_due = False
            self._step()

    def _step(self) -> None:
        engine = self._engine
        if engine.is_over:
            return
        engine.step(engine.rules.step_s)
        messages: list[Any] = [view.update for view in engine.updates()]
        if engine.is_over:
            messages.append(Result(engine.result))
        self._news += [msgpack.packb(encode(message)) for message in messages]

    def _enter(self, id: int, member: int, name: str, client_id: str, is_away: bool) -> Player:
        return self._engine.enter(Player(id, name, ClientId(client_id), is_away, member))

    def _set_away(self, client_id: str, is_away: bool) -> None:
        client = Client(ClientId(client_id), "", PLAYER)
        (self._engine.disconnect if is_away else self._engine.reconnect)(client)


def _forgiving() -> suppress:
    """What a player may not do is not done. Nobody is told: it comes from a client that has checked it before, or from
    one that cheats."""
    return suppress(RoomError)
