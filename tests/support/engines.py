"""Engines for tests: games written inside the test, as functions or as the source of a `main.py`."""

from random import Random
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

from shared.game.engine import Engine
from shared.game.program import Program, load
from shared.game.world import Client, Player
from shared.protocol.ids import ClientId
from shared.protocol.messages import PLAYER
from shared.rules.game_rules import GameRules

RULES = GameRules(
    inputs={"move": "stick", "lean": "axis", "fire": "button"},
    acts={"play": {"card": "whole"}, "say": {"text": "text", "loud": "flag", "far": "number"}, "pass": {}},
)


def an_engine(rules: GameRules = RULES, seed: int = 1, *, options: Any = (), **code: Any) -> Engine:
    """Runs these functions; `start` and `update` do nothing if they are not given."""
    functions = {"start": lambda world: None, "update": lambda world, dt: None} | code
    return Engine(SimpleNamespace(**functions), rules, dict(options), chance=Random(seed))


def engine_of(source: str, rules: GameRules = RULES, seed: int = 1) -> Engine:
    return Engine(Program(load(dedent(source), "main.py")), rules, {}, chance=Random(seed))


def a_player(number: int, name: str = "", member: int = 0) -> Player:
    name = name or f"Player {number}"
    return Player(number, name, ClientId(f"client{member or number}"), member=member)


def a_client(number: int) -> Client:
    return Client(ClientId(f"client{number}"), f"Player {number}", PLAYER)


def step(engine: Engine, ticks: int = 1) -> None:
    for _ in range(ticks):
        engine.step(engine.rules.step_s)
