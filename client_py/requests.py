"""Questions that carry a request id and wait for their answer. The other side remembers answers by that id, so a
question may be asked again over a new line and still be done only once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from client_py.shell import Dice
from shared.protocol.errors import LINE_LOST, RoomError
from shared.protocol.ids import REQUEST_ID_CHARS, draw_id

PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Request:
    message: Any
    answer: asyncio.Future[Any]


class Requests:
    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._waiting: dict[str, Request] = {}

    def put(self, cls: type, *fields: Any) -> Request:
        """A new question: a message of this class, whose first field is the request id. To be sent by the caller."""
        request = draw_id(self._dice, REQUEST_ID_CHARS)
        entry = Request(cls(request, *fields), asyncio.get_running_loop().create_future())
        self._waiting[request] = entry
        return entry

    async def answer(self, request: Request) -> Any:
        """Raises RoomError: what was refused, or line-lost when nothing came for PATIENCE_S."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await request.answer
        except TimeoutError:
            raise RoomError(LINE_LOST, "No answer came in time.") from None
        finally:
            self._waiting.pop(request.message.request, None)

    def messages(self) -> list[Any]:
        """All that wait, to be sent again over a new line."""
        return [entry.message for entry in self._waiting.values() if not entry.answer.done()]

    def resolve(self, request: str, value: Any = None) -> bool:
        """Whether it was asked here."""
        return self._settle(request, lambda answer: answer.set_result(value))

    def reject(self, request: str, error: RoomError) -> bool:
        return self._settle(request, lambda answer: answer.set_exception(error))

    def resolve_where(self, is_answered: Callable[[Any], bool]) -> None:
        """For answers that carry no request id."""
        for request, entry in self._waiting.items():
            if is_answered(entry.message):
                self.resolve(request)

    def reject_all(self, error: RoomError) -> None:
        for request in self._waiting:
            self.reject(request, error)

    def _settle(self, request: str, settle: Any) -> bool:
        entry = self._waiting.get(request)
        if entry is None:
            return False
        if not entry.answer.done():
            settle(entry.answer)
        return True
