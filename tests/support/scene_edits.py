"""Random lives of a scene, for properties: objects come, go and change, fields change their type, references dangle."""

from typing import Any, ClassVar

from hypothesis import strategies as st

from shared.game.world import World


class Ball:
    quantised: ClassVar = {"x": 1 / 8}
    shape = "ball"


class Card:
    layer = 2


class Hand(Card):
    layer = 3


KINDS = (Ball, Card, Hand)
NAMES = ("owner", "held", "shape", "layer", "_secret")

_numbers = st.sampled_from([0, 1, 2, True, False, 0.0, 1.0, 0.5, -3, 2**53, 1e300])
_texts = st.sampled_from(["", "a", "äß", "ball"])
_references = st.tuples(st.sampled_from(["player", "object"]), st.integers(1, 6))
_scalars = st.one_of(st.none(), _numbers, _texts, st.binary(max_size=3), _references.map(lambda row: Pointer(*row)))
values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", 1, 2]), inner, max_size=3),
    max_leaves=6,
)
_places = st.integers(0, 5)
_edits = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(KINDS)),
    st.tuples(st.just("remove"), _places),
    st.tuples(st.just("set"), _places, st.sampled_from(NAMES), values),
    st.tuples(st.just("move"), _places, st.floats(-9, 9)),
    st.tuples(st.just("grow"), _places, values),
    st.tuples(st.just("delete"), _places, st.sampled_from(NAMES)),
    st.tuples(st.just("field"), st.sampled_from(["a", "b", "_c"]), values),
    st.tuples(st.just("drop"), st.sampled_from(["a", "b"])),
    st.tuples(st.just("emit"), values),
)
lives = st.lists(st.lists(_edits, max_size=6), min_size=1, max_size=8)
"""A list of edits per tick."""


class Pointer:
    """Stands for a player or an object until the edit is made."""

    def __init__(self, what: str, number: int) -> None:
        self.what, self.number = what, number

    def __repr__(self) -> str:
        return f"{self.what} {self.number}"


def edit(world: World, what: str, *how: Any) -> None:
    scene = world.scene
    if what == "add":
        scene.add(how[0]())
    elif what == "field":
        setattr(scene, how[0], _real(world, how[1]))
    elif what == "drop":
        vars(scene).pop(how[0], None)
    elif what == "emit":
        world.emit("event", value=_real(world, how[0]))
    elif things := scene.all():
        _edit_thing(world, things[how[0] % len(things)], what, *how[1:])


def _edit_thing(world: World, thing: Any, what: str, *how: Any) -> None:
    if what == "remove":
        world.scene.remove(thing)
    elif what == "set":
        setattr(thing, how[0], _real(world, how[1]))
    elif what == "move":
        thing.x = how[0]
    elif what == "delete":
        vars(thing).pop(how[0], None)
    elif isinstance(held := vars(thing).get("held"), list) and len(held) < 9:
        held.append(_real(world, how[0]))
    else:
        thing.held = [_real(world, how[0])]


def _real(world: World, value: Any) -> Any:
    if isinstance(value, Pointer):
        return world.player(value.number) if value.what == "player" else world.scene.find(value.number)
    if isinstance(value, list):
        return [_real(world, item) for item in value]
    if isinstance(value, dict):
        return {key: _real(world, item) for key, item in value.items()}
    return value
