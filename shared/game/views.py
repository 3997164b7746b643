"""Who sees which objects. A game without `sees` has one view, everybody's.

With `sees(world, player, thing)` each member has a view: what any of its players sees; spectators share one, for
which `player` is None. Members whose views were the same and are the same get the same update. Fields of the scene
itself, events, names of classes and ids in references are for everybody.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from shared.game.scene import Objects
from shared.game.world import Player, World

SPECTATORS = 0
"""Stands for all spectators where a member's number is asked for."""

Ids = tuple[int, ...]


class Sees(Protocol):
    def __call__(self, player: Player | None, thing: Any, /) -> bool: ...


class Group(NamedTuple):
    """`members` who saw `before` in the last picture and see `now` in this one."""

    members: tuple[int, ...]
    before: Ids
    now: Ids


class Views:
    def __init__(self, sees: Sees, world: World, objects: Objects) -> None:
        self._sees, self._world, self._objects = sees, world, objects
        self._seen: dict[int, Ids] = {}

    def of(self, member: int, ids: Iterable[int]) -> Ids:
        """What a member sees of the picture that has these objects, from now on until the next picture."""
        found = self._seen.get(member)
        if found is None:
            found = self._seen[member] = self._look(self._players_of(member), ids)
        return found

    def turn(self, ids: Iterable[int]) -> list[Group]:
        """A new picture has these objects. Who never saw one begins with nothing: it gets a scene anyway."""
        ids = list(ids)
        groups: dict[tuple[Ids, Ids], list[int]] = {}
        before, self._seen = self._seen, {}
        for member in self._members():
            now = self._seen[member] = self._look(self._players_of(member), ids)
            groups.setdefault((before.get(member, ()), now), []).append(member)
        return [Group(tuple(members), *views) for views, members in groups.items()]

    def forget(self, member: int) -> None:
        """Its next view is asked for anew."""
        self._seen.pop(member, None)

    def _members(self) -> list[int]:
        return [*dict.fromkeys(player.member for player in self._world.players), SPECTATORS]

    def _players_of(self, member: int) -> list[Player | None]:
        if member == SPECTATORS:
            return [None]
        return [player for player in self._world.players if player.member == member]

    def _look(self, players: list[Player | None], ids: Iterable[int]) -> Ids:
        sees, by_id = self._sees, self._objects.by_id
        return tuple(
            id for id in ids if (thing := by_id.get(id)) is not None and any(sees(player, thing) for player in players)
        )
