"""A client's stay in a room: its session, and, once it was shown a picture, the room that the application holds.

Told what the worker says and what became of the line, it decides whether the same room goes on, a new one begins, or
it is over. Absent: lines and the way between them (`life.py`).
"""

from collections.abc import Callable
from typing import Any

from client_py.room import Link, Room
from client_py.session import Session
from client_py.shell import Dice
from shared.protocol.errors import NEXT_ROOM, SESSION_OVER, TICKET_EXPIRED, TICKET_USED, RoomError
from shared.protocol.messages import RoomJoined, RoomResumed

TICKET_ERRORS = (TICKET_USED, TICKET_EXPIRED)
"""A way to a room that failed like this is worth one more ticket."""


class Stay:
    """`session` is one that has not begun while there is no seat; `left` the room that was given up last, unheard.
    `give_up` is what hanging up means while there is no line."""

    def __init__(
        self,
        session: Session,
        dice: Dice,
        *,
        keep_session: Callable[[dict[str, Any]], None],
        room_over: Callable[[RoomError, Room], None],
        give_up: Callable[[RoomError], None],
    ) -> None:
        self.session = session
        self.room: Room | None = None
        self.left = ""
        self._dice = dice
        self._keep_session = keep_session
        self._room_over = room_over
        self._no_line = _NoLine(give_up)
        self._has_line = False

    @property
    def room_id(self) -> str:
        """Empty while there is none."""
        return self.session.room_id

    @property
    def has_begun(self) -> bool:
        return self.session.has_begun

    def arrive(self, picture: RoomJoined, link: Link) -> Room:
        """A newcomer; or back, with a new picture. Whose session was not known any more comes as a newcomer."""
        if not self.session.goes_on(picture):
            self._end_room(RoomError(SESSION_OVER))
        self.session.joined(picture)
        self._has_line, self.left = True, ""
        if self.room is None:
            self.room = Room(picture, self.session, link, self._dice)
        else:
            self.room.begin_again(picture, link)
        return self.room

    def resume(self, answer: RoomResumed, link: Link) -> Room:
        """Back, and nothing is lost. Raises RoomError when there is nothing that could go on."""
        if self.room is None:
            raise RoomError(SESSION_OVER, "There is nothing here that could go on.")
        self.session.resumed(answer)
        self._has_line, self.left = True, ""
        self.room.resume(link)
        return self.room

    def keep(self, code: str) -> None:
        """To be confirmed after this: from then on the older code opens nothing."""
        self.session.code = code
        self._keep_session(self.session.save())

    def hear(self, message: Any) -> None:
        if self.room is not None:
            self.room.receive(message)

    def written(self) -> None:
        if self.room is not None:
            self.room.written()

    def outlives(self, error: RoomError) -> bool:
        """Whether there is something to come back to after a line ended like this."""
        if not self.has_begun or error.kind is NEXT_ROOM:
            return False
        return not error.kind.is_final or (not self._has_line and error.kind in TICKET_ERRORS)

    def drop(self, error: RoomError) -> None:
        """The line is lost, or did not lead back at all."""
        self.session.lost()
        if self.room is not None and self._has_line:
            self.room.drop(error, self._no_line)
        self._has_line = False

    def give_up(self, error: RoomError) -> None:
        """Before anybody else knows of it."""
        self.left = self.room_id
        self.end(error)

    def end(self, error: RoomError) -> None:
        self._end_room(error)
        self.session, self._has_line = Session(), False

    def _end_room(self, error: RoomError) -> None:
        room, self.room = self.room, None
        if room is not None:
            room.end(error)
            self._room_over(error, room)


class _NoLine:
    """What a room has instead of a connection while its line is lost."""

    round_trip_ms: float | None = None

    def __init__(self, give_up: Callable[[RoomError], None]) -> None:
        self._give_up = give_up

    def wake(self) -> None:
        """What was said waits in the session."""

    def hang_up(self, reason: RoomError) -> None:
        self._give_up(reason)
