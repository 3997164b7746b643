"""The bus: typed hints between lobbies, nodes and workers over Redis pub/sub."""

from collections.abc import Awaitable, Callable, Iterable

from shared.protocol.events import CHANNEL_OF, Channel, Event
from shared.store.connection import Connection
from shared.store.events import EventDecoder, encode_event
from shared.store.keys import Keys
from shared.store.subscription import Subscription, Watch


class Bus:
    def __init__(self, connection: Connection, keys: Keys, watch: Watch) -> None:
        self._connection = connection
        self._keys = keys
        self._watch = watch

    async def publish(self, event: Event) -> None:
        await self._connection.run("PUBLISH", self._keys.channel(CHANNEL_OF[type(event)]), encode_event(event))

    def subscribe(self, channels: Iterable[Channel], on_gap: Callable[[], Awaitable[None]]) -> Subscription:
        """An async iterator of events; use it as `async with`, so that its line is closed.

        `on_gap` is awaited after every (re)subscription, before any later event: there the reader re-reads the truth.
        """
        names = [self._keys.channel(channel) for channel in channels]
        return Subscription(self._connection, names, on_gap, EventDecoder(), self._watch)
