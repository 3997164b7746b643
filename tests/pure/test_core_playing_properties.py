"""Whatever happens to members (slow, away, back, watching, two at a screen): once they can, they see what is so."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.game.delta import apply
from shared.game.views import SPECTATORS
from shared.protocol.messages import SPECTATOR, AddPlayer, Scene, SendAct, Update
from shared.room.effects import Reserve
from shared.rules.game_rules import GameRules
from tests.support.rooms import Heard, a_record, a_seat

CLIENTS = ("ann", "bob", "cat", "dan")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("join", "watch", "lose", "resume", "leave", "slow", "fast", "act", "add", "tick", "tick")),
        st.sampled_from(CLIENTS),
    ),
    min_size=10,
    max_size=40,
)


class Thing:
    quantised = {"x": 1 / 8}  # noqa: RUF012

    def __init__(self, owner: Any, x: float) -> None:
        self.owner, self.x = owner, x


class Restless:
    """Things come, move, change what they hold, and go."""

    classes = {"Thing": Thing}  # noqa: RUF012

    def start(self, world: Any) -> None:
        world.scene.said = []

    def update(self, world: Any, dt: float) -> None:
        scene, chance = world.scene, world.random
        for player in world.joined:
            scene.add(Thing(player, chance.random()))
        for player in world.left:
            scene.remove(*scene.all(Thing, owner=player))
        for player in world.players:
            for act in player.acts:
                scene.said = [*scene.said[-3:], act.word]
                scene.add(Thing(player, chance.random()))
        for thing in scene.all(Thing):
            thing.x += chance.uniform(-0.1, 0.1)
            if chance.random() < 0.1:
                thing.mark = chance.choice([None, 1, 1.0, True, "x", thing.owner])
            if chance.random() < 0.1:
                scene.remove(thing)


class Foggy(Restless):
    def sees(self, world: Any, player: Any, thing: Any) -> bool:
        return player is None or thing.owner is player or thing.x > 0.5


class Game:
    """A room, and what each of its members has on its screen."""

    def __init__(self, code: Any, tick_hz: int) -> None:
        rules = GameRules(tick_hz=tick_hz, acts={"say": {"word": "text"}}, local_players=3, has_main=True)
        record = a_record(authority="server")
        self.heard = Heard(record=record, code=code, rules=rules, chance=random.Random(7))
        self.room = self.heard.room
        self.slow: set[int] = set()
        self.sessions = 1
        self.said = 0

    def do(self, what: str, client: str) -> None:
        number = self.room.number_of(client)
        member = self.room.members.get(number)
        self.sessions += 1
        match what:
            case "join" | "watch" if member is None:
                role = SPECTATOR if what == "watch" else "player"
                self.heard.join(client, session=self.sessions, role=role)
            case "lose" if member is not None and member.away_at is None:
                self.slow.discard(number)
                self.heard.lose(number)
            case "resume" if member is not None and member.away_at is not None:
                seat = a_seat(client, session=self.sessions, role=member.role)
                kept = [message for message in self.heard.heard[number] if isinstance(message, (Scene, Update))]
                self.room.resume(seat, self.heard.codes[number][-1], 1, 0, self.heard.now)
                self.heard.heard[number] = kept
            case "leave" if member is not None and len(self.room.members) > 1:
                self.slow.discard(number)
                self.heard.leave(number)
            case "slow" if member is not None and member.away_at is None:
                self.slow.add(number)
            case "fast":
                self.slow.discard(number)
            case "act" if member is not None:
                self.said += 1
                self.room.receive(number, SendAct(number, "say", {"word": f"w{self.said}"}), self.heard.now)
            case "add" if member is not None:
                self.room.receive(number, AddPlayer("r", "Zoe"), self.heard.now)
            case "tick":
                self.turn(0.05)
        for wish in self.heard.take(Reserve):
            self.room.reserved(wish.number, a_seat(wish.client_id), self.heard.now)

    def turn(self, seconds: float = 0.0) -> None:
        """The end of a loop turn, as the shell does it."""
        self.heard.now += seconds
        due_at = self.room.next_update_at
        if due_at is not None and due_at <= self.heard.now:
            self.room.update(self.heard.now, self.slow)
        self.heard.settle(self.slow)

    def shown(self, number: int) -> Scene | None:
        scene: Scene | None = None
        for message in self.heard.heard.get(number, []):
            if isinstance(message, Scene):
                scene = message
            elif isinstance(message, Update) and scene is not None and message.base == scene.tick:
                scene = apply(scene, message)
        return scene

    def truth(self, number: int) -> Any:
        member = self.room.members[number]
        scene = self.room._inside.playing._engine.scene(number if member.is_player else SPECTATORS)
        (decoded,) = self.heard.decode(self.heard.encode(scene))
        return decoded


@pytest.mark.parametrize("code", [Restless, Foggy])
@pytest.mark.parametrize("tick_hz", [20, 0])
@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_everybody_sees_what_is_so(code: type, tick_hz: int, steps: list[tuple[str, str]]) -> None:
    game = Game(code(), tick_hz)
    for client in ("eve", *CLIENTS[:2]):
        game.heard.join(client)
    game.turn(0.1)
    for what, client in steps:
        game.do(what, client)
        if what != "act":
            game.turn()
    game.slow.clear()
    for _ in range(3):
        game.turn(0.3)
    for number, member in game.room.members.items():
        if member.away_at is None:
            assert game.shown(number) == game.truth(number), f"{member.username} after {steps}"
