"""A member that comes back: one person over several lines, keeping both counts as docs/PROTOCOL.md says.

`bodies` is all that others relayed to it, over all of its lines. Its own messages are kept until the worker has said
that they arrived; what had not is sent again after a return.
"""

from collections import deque
from collections.abc import Callable

from shared.protocol.ids import RoomId
from shared.protocol.messages import TO_OTHERS, RoomJoined, RoomResumed, SendRelay
from tests.support.cluster import Cluster, Place
from tests.support.player import Player


class Sitter:
    """`via` makes of a worker's address the one to connect to (a proxy's, say)."""

    def __init__(self, cluster: Cluster, client: str, via: Callable[[str], str] = lambda address: address) -> None:
        self._cluster, self._client, self._via = cluster, client, via
        self._unacknowledged: deque[bytes] = deque()
        self._acknowledged = 0
        self._before: list[bytes] = []
        self._is_in = False
        self.room_id, self.owner_epoch = RoomId(""), 0
        self.answers: list[RoomJoined | RoomResumed] = []
        self.player: Player

    async def come_in(self, place: Place) -> None:
        self.room_id = place.room_id
        self.player = await Player.enter(self._via(place.address), place.ticket)
        picture = await self.player.next(RoomJoined)
        self.owner_epoch = picture.owner_epoch
        self.answers.append(picture)
        self._is_in = True

    async def come_back(self) -> RoomJoined | RoomResumed:
        """On a new line, whatever has become of the present one."""
        gone, self._is_in = self.player, False
        await gone.abandon()
        self._before += gone.relayed
        place = await self._cluster.come_back(self.room_id, self._client)
        self.player = await Player.enter(
            self._via(place.address),
            place.ticket,
            session=gone.session,
            owner_epoch=self.owner_epoch,
            received=gone.received,
        )
        answer: RoomJoined | RoomResumed = await self.player.next((RoomJoined, RoomResumed))
        self.answers.append(answer)
        await self._say_again(answer.received)
        return answer

    async def relay(self, body: bytes) -> None:
        """Said now, or after the return that is under way."""
        self._unacknowledged.append(body)
        if self._is_in:
            await self.player.say(SendRelay(TO_OTHERS, "test", body))

    @property
    def bodies(self) -> list[bytes]:
        return self._before + self.player.relayed

    async def leave(self) -> None:
        await self.player.leave()

    async def _say_again(self, received: int) -> None:
        while self._acknowledged < received:
            self._unacknowledged.popleft()
            self._acknowledged += 1
        said = 0
        while said < len(self._unacknowledged):
            await self.player.say(SendRelay(TO_OTHERS, "test", self._unacknowledged[said]))
            said += 1
        self._is_in = True
