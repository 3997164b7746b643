"""Who has which picture of a room's game, and who needs a whole one.

Updates are volatile: who misses one, like whoever is new or was away, is shown a whole scene next, and never an update
that does not follow from what it has. Absent: what a picture is (`shared/game/picture.py`), when one is taken.
"""

from collections.abc import Callable, Collection, Iterable

from shared.game.engine import ViewUpdate
from shared.game.views import SPECTATORS
from shared.protocol.messages import Scene
from shared.room.audience import EVERYONE, Audience
from shared.room.members import Members
from shared.room.outgoing import Outgoing


class Screens:
    """`has_posted`: an update is in the batch."""

    def __init__(self, people: Members, out: Outgoing) -> None:
        self.has_posted = False
        self._people, self._out = people, out
        self._waiting: set[int] = set()

    @property
    def is_anybody_waiting(self) -> bool:
        return bool(self._waiting)

    def need(self, *numbers: int) -> None:
        """These members get a scene next."""
        self._waiting.update(numbers)

    def forget(self, number: int) -> None:
        """This member is not there to be shown anything."""
        self._waiting.discard(number)

    def post(self, updates: Iterable[ViewUpdate], now: float) -> None:
        for members, update in updates:
            audience = EVERYONE if members is None else self._audience(members)
            if audience == EVERYONE or audience:
                self._out.volatile(update, audience, now)
        self.has_posted = True

    def handed_out(self, slow: Collection[int]) -> None:
        """What was posted leaves the batch now; who is slow misses it."""
        self.has_posted = False
        self._waiting.update(self._out.late(slow))

    def show(self, scene: Callable[[int], Scene], slow: Collection[int], now: float) -> None:
        """Scenes for those who wait and are not slow. `scene` makes one, for a member or for SPECTATORS."""
        ready = [number for number in sorted(self._waiting.difference(slow)) if number in self._people.present]
        watchers = frozenset(number for number in ready if not self._people.members[number].is_player)
        for number in ready:
            if number not in watchers:
                self._out.tell(scene(number), number)
        if watchers:
            self._out.show(scene(SPECTATORS), watchers, now)
        self._waiting.intersection_update(slow)

    def _audience(self, members: tuple[int, ...]) -> Audience:
        """Without those who get a whole scene instead."""
        numbers = set(members)
        if SPECTATORS in numbers:
            numbers.update(number for number, member in self._people.members.items() if not member.is_player)
        return frozenset(numbers - self._waiting)
