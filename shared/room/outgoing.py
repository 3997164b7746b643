"""A room's voice: each message is encoded once, whatever the number of members, and enters the batch and the log.

`delay.py` has the one for rooms whose spectators see what was a while ago.
"""

from collections.abc import Callable, Collection
from typing import Any

from shared.room.audience import Audience, only
from shared.room.batch import Batch, Output
from shared.room.log import Log


class Outgoing:
    """`encode` makes of a message the finished bytes for the wire (frames with their headers, or plain msgpack).
    `live` are the members who get what is broadcast, now and whenever it is asked for."""

    def __init__(self, encode: Callable[[Any], bytes], live: Collection[int]) -> None:
        self.log = Log()
        self._encode = encode
        self._live = live
        self._batch = Batch()

    def broadcast(self, message: Any, audience: Audience, now: float) -> None:
        """A counted message."""
        frame = self._encode(message)
        self._batch.post(frame, audience)
        self.log.add(frame, audience, now)

    def volatile(self, message: Any, audience: Audience, now: float) -> None:
        """Neither counted nor logged, and nothing for members who are slow."""
        self._batch.post(self._encode(message), audience, is_volatile=True)

    def tell(self, message: Any, number: int) -> None:
        """An answer to one member, not counted."""
        self._batch.post(self._encode(message), only(number))

    def tell_state(self, message: Any, number: int, now: float) -> None:
        """The same for a host's snapshot, which a delayed spectator sees later."""
        self.tell(message, number)

    def show(self, message: Any, watchers: frozenset[int], now: float) -> None:
        """A whole scene, not counted, for spectators who are present."""
        self._batch.post(self._encode(message), watchers)

    def missing(self, number: int, received: int) -> list[bytes] | None:
        """What this member is to be sent again (see `Log.missing`)."""
        return self.log.missing(number, received)

    def waiting(self, number: int) -> int:
        """Frames that were counted for this member and are not sent yet, on purpose."""
        return 0

    def repeat(self, frames: list[bytes], number: int) -> None:
        """Counted frames once more, for one who missed them."""
        self._batch.post(b"".join(frames), only(number))

    def start_over(self, number: int) -> None:
        """This member gets a picture now: it counts from 0 again, and nothing from before is for it."""
        self.log.join(number)

    def to_start_over(self, now: float) -> list[int]:
        """Members present who missed a counted frame for good: only the whole picture helps them."""
        return []

    def forget(self, number: int) -> None:
        """What was fixed for this member's older line, and is not written yet, is not for its new one."""
        self._batch.forget(number)

    def catch_up(self, number: int) -> None:
        """A spectator is a player now: what waited for it comes at once, or with its return."""

    @property
    def is_waiting(self) -> bool:
        """Frames are kept back for `release`."""
        return False

    def release(self, now: float) -> None:
        """What waited for spectators long enough."""

    @property
    def has_released(self) -> bool:
        """Volatile frames that waited are in the batch, or some were not taken in and there is room again."""
        return False

    def late(self, slow: Collection[int]) -> set[int]:
        """Who gets no volatile frames with the next flush, and needs a whole picture of what they show."""
        return {number for number in slow if number in self._live}

    def seal(self) -> None:
        """To be called before somebody joins or goes (see `Batch.seal`)."""
        self._batch.seal(self._live)

    def last_word(self, message: Any, *numbers: int) -> None:
        """The same bytes for members who have gone, after all that was sealed for them."""
        frame = self._encode(message)
        for number in numbers:
            self._batch.post_sealed(frame, number)

    def flush(self, slow: Collection[int]) -> Output:
        return self._batch.take(self._live, slow)
