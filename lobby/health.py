"""Whether this lobby lives (`/healthz`) and whether it should be sent clients (`/readyz`)."""

from fastapi import APIRouter, Response

from lobby.api.bodies import Health
from lobby.hints import Hints
from lobby.mirror import Mirror
from shared.protocol.errors import RoomError
from shared.store.store import Store


def router(store: Store, hints: Hints, mirror: Mirror) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz")
    async def alive() -> Health:
        """200 as long as the process answers."""
        return Health(ok=True)

    @routes.get("/readyz", responses={503: {"model": Health}})
    async def ready(response: Response) -> Health:
        """503 while Redis is away, the bus is deaf, or the directory was never read."""
        text = await _why_not()
        response.status_code = 503 if text else 200
        return Health(ok=not text, text=text)

    async def _why_not() -> str:
        if not hints.healthy:
            return "The bus is deaf."
        if not mirror.is_filled:
            return "The directory was not read yet."
        try:
            await store.ready()
        except RoomError as error:
            return error.text
        return ""

    return routes
