"""Who sees which objects. A game without `sees` has one view, everybody's.

With `sees(world, player, thing)` each member has a view: what any of its players sees; spectators share one, for
which `player` is None. Members whose views were the same and are the same get the same update. Fields of the scene
itself, events, names of classes and ids in references are for everybody.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from shared.game.scene import Objects
from shared.game.world import Player, World

SPECTATORS = 0
"""Stands for all spectators where a member's number is asked for."""

Ids = tuple[int, ...]


Sees = Callable[[World, Player | None, Any], object]


class Group(NamedTuple):
    """`members` who saw `before` in the last picture and see `now` in this one."""

    members: tuple[int, ...]
    before: Ids
    now: Ids


class Views:
    """`sees` is the game's own function; what it raises passes."""

    def __init__(self, sees: Sees, world: World, objects: Objects) -> None:
        self._sees, self._world, self._by_id = sees, world, objects.by_id
        self._seen: dict[int, Ids] = {}

    def of(self, member: int, ids: Iterable[int]) -> Ids:
        """What a member sees of the picture that has these objects, from now on until the next picture."""
        found = self._seen.get(member)
        if found is None:
            found = self._seen[member] = self._look(self._players_of(member), self._things(ids))
        return found

    def turn(self, ids: Iterable[int]) -> list[Group]:
        """A new picture has these objects. Who never saw one begins with nothing: it gets a scene anyway."""
        things = self._things(ids)
        groups: dict[tuple[Ids, Ids], list[int]] = {}
        before, self._seen = self._seen, {}
        for member in self._members():
            now = self._seen[member] = self._look(self._players_of(member), things)
            groups.setdefault((before.get(member, ()), now), []).append(member)
        return [Group(tuple(members), *views) for views, members in groups.items()]

    def _things(self, ids: Iterable[int]) -> list[tuple[int, Any]]:
        """Those that are still in the scene."""
        return [(id, self._by_id[id]) for id in ids if id in self._by_id]

    def _members(self) -> list[int]:
        return [*dict.fromkeys(player.member for player in self._world.players), SPECTATORS]

    def _players_of(self, member: int) -> list[Player | None]:
        if member == SPECTATORS:
            return [None]
        return [player for player in self._world.players if player.member == member]

    def _look(self, players: list[Player | None], things: list[tuple[int, Any]]) -> Ids:
        sees, world = self._sees, self._world
        if len(players) == 1:
            player = players[0]
            return tuple([id for id, thing in things if sees(world, player, thing)])
        return tuple([id for id, thing in things if any(sees(world, player, thing) for player in players)])
