"""What players hold and do, checked against what the game declares before the game sees any of it.

A *stick* is x and y of at most length 1, an *axis* one number of -1 to 1; both in steps of 1/64, by the same rule on
both ends, so that a page that predicts and the authority compute with the same numbers.
"""

from collections.abc import Mapping, Sequence
from math import floor, sqrt
from types import SimpleNamespace
from typing import Any, NamedTuple

from shared.protocol.errors import ACT_UNKNOWN, BAD_REQUEST, TOO_MANY_REQUESTS, RoomError
from shared.protocol.limits import ACTS_WAITING
from shared.protocol.messages import AXIS, BUTTON, INPUT_NUMBERS, STICK
from shared.rules.game_rules import FLAG, NUMBER, TEXT, WHOLE

STEPS = 64


class Stick(NamedTuple):
    """`y` grows downwards, as on the screen."""

    x: float
    y: float


class Held(SimpleNamespace):
    """What a player holds: an attribute for each input that the game declares."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"player.input is read only: keep `{name}` in world.scene")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no input `{name}`: declare it in game.toml, [input]")


NOTHING_HELD = Held()


class Act(SimpleNamespace):
    """A one-off move: `name`, and an attribute for each field that the game declares for it."""

    name: str

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"an act `{self.__dict__.get('name')}` has no `{name}`: declare it in game.toml, [acts]")


def stick(x: float, y: float) -> Stick:
    """In steps of 1/64 and no longer than 1."""
    across, down = floor(x * STEPS + 0.5), floor(y * STEPS + 0.5)
    square = across * across + down * down
    if square > STEPS * STEPS:
        length = sqrt(square)
        across, down = int(across * STEPS / length), int(down * STEPS / length)
    return Stick(across / STEPS, down / STEPS)


def axis(value: float) -> float:
    return floor(value * STEPS + 0.5) / STEPS


class InputTable:
    """The declared inputs in their order."""

    def __init__(self, declared: Mapping[str, str]) -> None:
        self._declared = dict(declared)
        self.size = sum(INPUT_NUMBERS[type] for type in self._declared.values())
        self.neutral = self.read([0] * self.size)

    def read(self, values: Sequence[float]) -> Held:
        """Raises RoomError(BAD_REQUEST)."""
        if len(values) != self.size:
            raise RoomError(BAD_REQUEST, f"This game's input has {self.size} numbers, not {len(values)}.")
        if not all(type(value) in (int, float) and -1 <= value <= 1 for value in values):
            raise RoomError(BAD_REQUEST, "An input is made of numbers from -1 to 1.")
        held: dict[str, Any] = {}
        rest = iter(values)
        for name, type_ in self._declared.items():
            held[name] = _READ[type_](*(next(rest) for _ in range(INPUT_NUMBERS[type_])))
        return Held(**held)

    def values(self, held: Held) -> list[float]:
        """What `read` makes the same of."""
        found: list[float] = []
        for name in self._declared:
            value = getattr(held, name)
            found.extend(value if type(value) is Stick else (float(value),))
        return found

    def merged(self, earlier: Held, later: Held) -> Held:
        """The later one, with each button down that was down in either: a tap between two ticks is not lost."""
        both = dict(later.__dict__)
        for name, type_ in self._declared.items():
            if type_ == BUTTON:
                both[name] = both[name] or getattr(earlier, name)
        return Held(**both)


_READ: dict[str, Any] = {STICK: stick, AXIS: axis, BUTTON: lambda value: value > 0.5}


class ActTable:
    """The declared acts and the types of their fields."""

    def __init__(self, declared: Mapping[str, Mapping[str, str]]) -> None:
        self._declared = {name: dict(fields) for name, fields in declared.items()}

    def read(self, name: str, fields: Mapping[str, Any]) -> Act:
        """Raises RoomError: act-unknown; bad-request (a field is missing, unknown or of another type)."""
        declared = self._declared.get(name)
        if declared is None:
            raise RoomError(ACT_UNKNOWN, f"This game has no act `{name:.32}`.")
        if fields.keys() != declared.keys():
            raise RoomError(BAD_REQUEST, f"The act `{name}` has the fields: {', '.join(declared) or 'none'}.")
        for field, type_ in declared.items():
            if type(fields[field]) not in _FITS[type_]:
                raise RoomError(BAD_REQUEST, f"`{field}` of the act `{name}` is a {type_}.")
        return Act(**{field: _as(type_, fields[field]) for field, type_ in declared.items()}, name=name)


_FITS: dict[str, tuple[type, ...]] = {WHOLE: (int,), NUMBER: (int, float), TEXT: (str,), FLAG: (bool,)}


def _as(type_: str, value: Any) -> Any:
    return float(value) if type_ == NUMBER else value


class Hand:
    """One player's side: what it holds, what the next tick gets to see, acts that wait. `number`: of its last input."""

    __slots__ = ("held", "next", "number", "waiting")

    def __init__(self, neutral: Held) -> None:
        self.held = self.next = neutral
        self.number = 0
        self.waiting: list[Act] = []

    def hold(self, table: InputTable, number: int, values: Sequence[float]) -> None:
        """From now on. Raises RoomError(BAD_REQUEST)."""
        held = table.read(values)
        self.next, self.held, self.number = table.merged(self.next, held), held, number

    def release(self, neutral: Held) -> Held:
        """Nobody is there to hold anything."""
        self.held = self.next = neutral
        return neutral

    def settle(self) -> Held:
        """The tick has seen `next`; what is held stays."""
        self.next = self.held
        return self.held

    def wait(self, act: Act) -> None:
        """Raises RoomError(TOO_MANY_REQUESTS)."""
        if len(self.waiting) >= ACTS_WAITING:
            raise RoomError(TOO_MANY_REQUESTS, f"{ACTS_WAITING} acts wait for the game already.")
        self.waiting.append(act)
