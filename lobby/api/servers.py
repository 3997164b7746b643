"""What your own servers may do with the server API key: mint identities, and hold seats for several clients."""

from fastapi import APIRouter, Depends

from lobby.api.bodies import ClientIdentity, HeldSeat, HeldSeats, NewIdentity, SeatFor, SeatsFor
from lobby.api.rooms import SEAT_ERRORS
from lobby.errors import documented
from lobby.identity import Identities
from lobby.placing import Placing
from shared.protocol.errors import BAD_NAME, BAD_REQUEST, MESSAGE_TOO_LARGE, NOT_ALLOWED, STORE_UNAVAILABLE
from shared.protocol.ids import ClientId, DeviceId, RoomId
from shared.protocol.messages import PLAYER
from shared.protocol.records import Entry, SeatRequest

ERRORS = (BAD_REQUEST, MESSAGE_TOO_LARGE, NOT_ALLOWED)
OWN_SERVER = ClientId("api")
"""In whose name seats are held."""


def router(identities: Identities, placing: Placing) -> APIRouter:
    routes = APIRouter(tags=["servers"], dependencies=[Depends(identities.require_api_key)])

    @routes.post("/identities", responses=documented(BAD_NAME, *ERRORS))
    async def mint(body: NewIdentity) -> ClientIdentity:
        """For your own servers: an identity for one of your users, to hand on to its page. Needs the server API key."""
        identity = identities.new(body.username, body.client_id, DeviceId(body.device_id))
        return ClientIdentity.of(identity, identities.token(identity))

    @routes.post("/rooms/{room_id}/seats", responses=documented(*ERRORS, STORE_UNAVAILABLE, *SEAT_ERRORS))
    async def seats(room_id: str, body: SeatsFor) -> HeldSeats:
        """For your own servers: seats for several clients, all or none, through closed doors too. Whoever of them is
        on a lobby's line is rerouted there at once. Needs the server API key."""
        asked = [_request(seat) for seat in body.clients]
        holds = await placing.hold(RoomId(room_id), asked, by=OWN_SERVER, request=body.request, entry=Entry.CALLED)
        held = [HeldSeat(client_id=hold.client_id, until_ms=hold.until_ms) for hold in holds]
        return HeldSeats(room_id=room_id, seats=held)

    return routes


def _request(seat: SeatFor) -> SeatRequest:
    return SeatRequest(ClientId(seat.client_id), seat.role, seat.players if seat.role == PLAYER else 0)
