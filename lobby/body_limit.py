"""No request body is longer than a frame: what exceeds it is refused before it is read into memory."""

from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lobby.errors import body_of
from shared.protocol import limits
from shared.protocol.errors import MESSAGE_TOO_LARGE, RoomError


class BodyLimit:
    """ASGI middleware. A declared length is judged at once, an undeclared one while it arrives."""

    def __init__(self, app: ASGIApp, most_bytes: int = limits.FRAME_BYTES) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._most_bytes:
            error = RoomError(MESSAGE_TOO_LARGE)
            await JSONResponse(body_of(error), error.kind.http_status)(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self._most_bytes:
                # The one kind of exception that the framework's own reading of bodies lets through.
                raise HTTPException(MESSAGE_TOO_LARGE.http_status)
            return message

        return counted
