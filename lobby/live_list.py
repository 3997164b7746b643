"""The live room list: keeps the mirror fresh and tells subscribers what changed.

Clients with the same subscription share a *topic*, whose changes are encoded once. Changes are gathered for
LIST_PUSH_EVERY_S, and for longer when the topics are so many that showing them takes that long. A subscriber that has
not yet taken what it was sent misses changes instead of queueing them, and gets the full list when it is clear again;
so what waits for one client is bounded by one list.

Hints say which rooms to read anew; a gap in them, a client's wish and a slow beat read everything.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from lobby.mirror import Mirror
from shared.protocol import limits
from shared.protocol.errors import RoomError
from shared.protocol.ids import RoomId
from shared.protocol.messages import AllRooms, UpdateRooms
from shared.rules.listing import EMPTY, Listed, Listing, Query, concerns, diff, is_empty, select

log = logging.getLogger(__name__)

BEAT_S = 5.0
"""The whole directory is read this often even when nothing was heard."""
RETRY_S = 1.0
"""After a reading that failed, the next one is whole and comes this soon."""
WISH_EVERY_S = 1.0
"""However many clients ask for a whole reading, there is no more than one in this time."""

Frames = Sequence[bytes]
Encode = Callable[[AllRooms | UpdateRooms], Frames]


class Subscriber(Protocol):
    @property
    def is_clear(self) -> bool:
        """Whether everything that it was sent has left."""

    def write(self, frames: Frames) -> None: ...


class Topic:
    """One distinct subscription: what its subscribers were last shown, and who of them is up to date."""

    def __init__(self, query: Query, encode: Encode) -> None:
        self.query = query
        self.listing = EMPTY
        self._encode = encode
        self._full: Frames | None = None
        self._is_current: dict[Subscriber, bool] = {}

    def show(self, listing: Listing) -> None:
        """Brings every subscriber that is clear to this listing."""
        update = diff(self.listing, listing)
        frames = None if is_empty(update, self.listing) else self._encode(update)
        self.listing = listing
        if frames:
            self._full = None
        for subscriber, is_current in self._is_current.items():
            self._is_current[subscriber] = self._tell(subscriber, is_current, frames)

    def add(self, subscriber: Subscriber) -> None:
        self._is_current[subscriber] = self._tell(subscriber, False, None)

    def remove(self, subscriber: Subscriber) -> None:
        self._is_current.pop(subscriber, None)

    @property
    def is_deserted(self) -> bool:
        return not self._is_current

    @property
    def is_behind(self) -> bool:
        return not all(self._is_current.values())

    def _tell(self, subscriber: Subscriber, is_current: bool, change: Frames | None) -> bool:
        if is_current and not change:
            return True
        if not subscriber.is_clear:
            return False
        subscriber.write(change if is_current and change else self._all())
        return True

    def _all(self) -> Frames:
        if self._full is None:
            self._full = self._encode(AllRooms(list(self.listing.rows), self.listing.more))
        return self._full


class LiveList:
    def __init__(self, mirror: Mirror, encode: Encode) -> None:
        self._mirror = mirror
        self._encode = encode
        self._topics: dict[Query, Topic] = {}
        self._topic_of: dict[Subscriber, Topic] = {}
        self._touched: set[RoomId] = set()
        self._whole_at = 0.0
        self._read_at = float("-inf")
        self._wake = asyncio.Event()
        self._reading = asyncio.Lock()
        """Of two readings of one room the later one must count."""

    def listing(self, query: Query) -> Listing:
        return select(self._mirror.rooms.values(), query)

    def subscribe(self, subscriber: Subscriber, query: Query) -> None:
        """Sends the full list now and changes from now on; takes the place of an earlier subscription."""
        self.unsubscribe(subscriber)
        topic = self._topics.get(query)
        if topic is None:
            topic = Topic(query, self._encode)
            topic.show(self.listing(query))
            self._topics[query] = topic
        self._topic_of[subscriber] = topic
        topic.add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        topic = self._topic_of.pop(subscriber, None)
        if topic is None:
            return
        topic.remove(subscriber)
        if topic.is_deserted:
            del self._topics[topic.query]

    # --- what leads to a reading

    def touch(self, room_id: RoomId) -> None:
        """A hint was heard about this room."""
        self._touched.add(room_id)
        self._wake.set()

    def hear_pings(self, pings: Sequence[tuple[RoomId, int]]) -> None:
        self._mirror.hear_pings(pings)
        self._wake.set()

    def gap(self) -> None:
        """Hints may have been missed: read everything now."""
        self._whole_at = 0.0
        self._read_at = float("-inf")
        self._wake.set()

    def wish(self) -> None:
        """A client would like a whole reading before the next beat."""
        self._whole_at = min(self._whole_at, self._read_at + WISH_EVERY_S)
        self._wake.set()

    async def fresh_rooms(self) -> Collection[Listed]:
        """The listed rooms, those that hints have touched as they are now. Subscribers hear of it with the next push.

        Raises STORE_UNAVAILABLE.
        """
        try:
            await self._read()
        finally:
            self._wake.set()
        return self._mirror.rooms.values()

    # --- the work

    async def run(self) -> None:
        """Reads and pushes until cancelled. Whatever keeps it from reading, subscribers keep the last picture."""
        while True:
            try:
                await self._read()
            except Exception as error:
                log.warning("the room list cannot be read: %s", error, exc_info=not isinstance(error, RoomError))
            begun = asyncio.get_running_loop().time()
            await self._push()
            pushing_s = asyncio.get_running_loop().time() - begun
            # However many different lists are wanted, half of the time is left to everything else.
            await asyncio.sleep(max(limits.LIST_PUSH_EVERY_S, pushing_s))
            await self._something_to_do()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._reading:
            touched, self._touched = self._touched, set()
            try:
                if loop.time() >= self._whole_at:
                    self._read_at = loop.time()
                    self._whole_at = self._read_at + BEAT_S
                    await self._mirror.read_all()
                elif touched:
                    await self._mirror.read(touched)
            except BaseException:
                # Also when whoever waited for it went away: what was touched is read by somebody else.
                self._whole_at = min(self._whole_at, loop.time() + RETRY_S)
                raise

    async def _push(self) -> None:
        changes = self._mirror.take_changes()
        for topic in list(self._topics.values()):
            if topic.is_behind or concerns(topic.query, changes):
                self._show(topic)
                # A large list in many sorts takes its time: others get their turn in between.
                await asyncio.sleep(0)

    def _show(self, topic: Topic) -> None:
        """What cannot be shown costs the topics that show it this change, and nobody else anything."""
        try:
            topic.show(self.listing(topic.query))
        except Exception:
            log.exception("a list cannot be shown: %s", topic.query)

    async def _something_to_do(self) -> None:
        if any(topic.is_behind for topic in self._topics.values()):
            return
        due_s = self._whole_at - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(due_s, 0.0)):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()
