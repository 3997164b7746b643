"""Listens to the bus for one lobby: which rooms to read anew, and who was given a seat.

After every (re)subscription hints may be missing, so the list is read anew and everybody present is looked up. Nothing
here waits for Redis: what cannot be read yet is kept by the list and by the calling, and the line stays open.
"""

from lobby.calling import Calling
from lobby.live_list import LiveList
from shared.protocol.events import Channel, Event, HostPings, RoomChanged, RoomEnded, RoomOpened, SeatHeld, WorkerEnded
from shared.store.bus import Bus

CHANNELS = (Channel.ROOMS, Channel.HOST_PING, Channel.LOBBIES)


class Hints:
    def __init__(self, bus: Bus, live_list: LiveList, calling: Calling) -> None:
        self._live_list = live_list
        self._calling = calling
        self._subscription = bus.subscribe(CHANNELS, self._gap)

    @property
    def healthy(self) -> bool:
        return self._subscription.healthy

    async def run(self) -> None:
        """Until cancelled."""
        async with self._subscription as events:
            async for event in events:
                self._hear(event)

    def _hear(self, event: Event) -> None:
        match event:
            case RoomOpened(room_id) | RoomChanged(room_id) | RoomEnded(room_id, _):
                self._live_list.touch(room_id)
            case HostPings(_, pings):
                self._live_list.hear_pings(pings)
            case WorkerEnded():
                self._live_list.gap()
            case SeatHeld(client_id, _):
                self._calling.hear(client_id)

    async def _gap(self) -> None:
        self._live_list.gap()
        self._calling.gap()
