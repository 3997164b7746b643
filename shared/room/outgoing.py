"""A room's voice: each message is encoded once, whatever the number of members, and enters the batch and the log."""

from collections.abc import Callable, Collection
from typing import Any

from shared.room.audience import Audience, only
from shared.room.batch import Batch, Output
from shared.room.log import Log


class Outgoing:
    """`encode` makes of a message the finished bytes for the wire (frames with their headers, or plain msgpack)."""

    def __init__(self, encode: Callable[[Any], bytes]) -> None:
        self.log = Log()
        self._encode = encode
        self._batch = Batch()

    def broadcast(self, message: Any, audience: Audience, now: float) -> None:
        """A counted message."""
        frame = self._encode(message)
        self._batch.post(frame, audience)
        self.log.add(frame, audience, now)

    def volatile(self, message: Any, audience: Audience) -> None:
        """Neither counted nor logged, and nothing for members who are slow."""
        self._batch.post(self._encode(message), audience, is_volatile=True)

    def tell(self, message: Any, number: int) -> None:
        """An answer to one member, not counted."""
        self._batch.post(self._encode(message), only(number))

    def seal(self, present: Collection[int]) -> None:
        """To be called before somebody joins or goes (see `Batch.seal`)."""
        self._batch.seal(present)

    def last_word(self, message: Any, *numbers: int) -> None:
        """The same bytes for members who have gone, after all that was sealed for them."""
        frame = self._encode(message)
        for number in numbers:
            self._batch.post_sealed(frame, number)

    def flush(self, present: Collection[int], slow: Collection[int]) -> Output:
        return self._batch.take(present, slow)
