"""`/ws`: accepts a WebSocket, checks where it comes from, and lets line and session talk until it is over."""

from collections.abc import Awaitable, Callable

from starlette.websockets import WebSocket

from lobby.line import Line
from lobby.origins import Origins
from lobby.session import Desk, Session
from shared.protocol.errors import RoomError


def endpoint(origins: Origins, desk: Desk) -> Callable[[WebSocket], Awaitable[None]]:
    async def talk(socket: WebSocket) -> None:
        # Accepted even when refused: only then does a browser's page get to see the close code.
        await socket.accept()
        line = Line(socket, desk.now)
        try:
            session = Session(line, origins.caller(socket), desk)
        except RoomError as error:
            await socket.close(error.kind.close_code, error.text)
            return
        desk.presence.wait(line)
        try:
            await line.run(session.receive)
        finally:
            session.over()

    return talk
