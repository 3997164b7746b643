"""Listens to the bus for one lobby: which rooms to read anew, and who was given a seat.

After every (re)subscription hints may be missing, so the list is read anew and it is looked up who of everybody present
was called to a room; what is sent twice is noticed by the session. A hint that could not be followed is as good as
missed.
"""

from lobby.live_list import LiveList
from lobby.presence import Presence
from shared.protocol.errors import RoomError
from shared.protocol.events import Channel, Event, HostPings, RoomChanged, RoomEnded, RoomOpened, SeatHeld, WorkerEnded
from shared.protocol.ids import ClientId
from shared.store.bus import Bus
from shared.store.directory import RoomDirectory

CHANNELS = (Channel.ROOMS, Channel.HOST_PING, Channel.LOBBIES)


class Hints:
    def __init__(self, bus: Bus, directory: RoomDirectory, live_list: LiveList, presence: Presence) -> None:
        self._directory = directory
        self._live_list = live_list
        self._presence = presence
        self._subscription = bus.subscribe(CHANNELS, self._gap)

    @property
    def healthy(self) -> bool:
        return self._subscription.healthy

    async def run(self) -> None:
        """Until cancelled."""
        async with self._subscription as events:
            async for event in events:
                await self._hear(event)

    async def _hear(self, event: Event) -> None:
        match event:
            case RoomOpened(room_id) | RoomChanged(room_id) | RoomEnded(room_id, _):
                self._live_list.touch(room_id)
            case HostPings(_, pings):
                self._live_list.hear_pings(pings)
            case WorkerEnded():
                self._live_list.gap()
            case SeatHeld(client_id, _):
                await self._follow(client_id)

    async def _follow(self, client_id: ClientId) -> None:
        """A subscription that is closed opens again by itself, and looks everybody up until that succeeds."""
        try:
            await self._offer(client_id)
        except RoomError:
            await self._subscription.close()

    async def _gap(self) -> None:
        """Raises STORE_UNAVAILABLE: then the subscription is not open yet."""
        self._live_list.gap()
        for client_id in self._presence.clients():
            await self._offer(client_id)

    async def _offer(self, client_id: ClientId) -> None:
        if not self._presence.of(client_id):
            return
        where = await self._directory.whereabouts(client_id)
        if where and where.hold and where.is_called:
            for visitor in self._presence.of(client_id):
                visitor.offer(where.hold)
