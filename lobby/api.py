"""The HTTP API under `/api`: the lobby's use cases for clients without a live list, and for servers of one's own.

Each endpoint turns a body into the use case's own words and its outcome into a body. Requests carry an identity token
in `Authorization`, never in a URL or a cookie, so no other site can make a visitor's browser act here.
"""

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBearer

from lobby import bodies
from lobby.errors import documented
from lobby.identity import Identities, Login, bearer
from lobby.live_list import LiveList
from lobby.origins import Caller, Origins
from lobby.placing import MINUTE_S, Placing
from shared.catalog import Catalog, Game
from shared.protocol import limits
from shared.protocol.errors import (
    BAD_NAME,
    BAD_OPTIONS,
    BAD_REQUEST,
    BAD_SEATS,
    CLIENT_ROOM_LIMIT,
    GAME_UNKNOWN,
    JOIN_REFUSED,
    NO_WORKER,
    NOT_ALLOWED,
    ORIGIN_REFUSED,
    ROOM_CLOSED,
    ROOM_EXISTS,
    ROOM_FULL,
    ROOM_LIMIT,
    ROOM_UNKNOWN,
    SEATED,
    STORE_UNAVAILABLE,
    TOKEN_EXPIRED,
    TOKEN_INVALID,
    TOO_MANY_REQUESTS,
    WORKER_LOST,
    RoomError,
)
from shared.protocol.fields import Options
from shared.protocol.ids import ClientId, DeviceId, RoomId
from shared.protocol.messages import PLAYER, SORTS, CreateRoom, JoinRoom, SubscribeRooms
from shared.protocol.names import clean_username
from shared.protocol.records import Hold, SeatRequest
from shared.rules.listing import query_of
from shared.settings import Settings
from shared.store.directory import RoomDirectory
from shared.wire.tokens import IDENTITY_S, Identity

API_SERVER = ClientId("api")
"""In whose name the server API key holds seats."""

IDENTITY_ERRORS = (TOKEN_INVALID, TOKEN_EXPIRED, ORIGIN_REFUSED, STORE_UNAVAILABLE, BAD_REQUEST)
SEAT_ERRORS = (ROOM_UNKNOWN, ROOM_CLOSED, ROOM_FULL, JOIN_REFUSED, SEATED, WORKER_LOST, NO_WORKER, TOO_MANY_REQUESTS)
CREATE_ERRORS = (
    GAME_UNKNOWN,
    BAD_NAME,
    BAD_SEATS,
    BAD_OPTIONS,
    ROOM_EXISTS,
    ROOM_LIMIT,
    CLIENT_ROOM_LIMIT,
    SEATED,
    NO_WORKER,
    TOO_MANY_REQUESTS,
)


@dataclass(frozen=True, slots=True)
class Api:
    """What the endpoints need."""

    origins: Origins
    login: Login
    identities: Identities
    placing: Placing
    directory: RoomDirectory
    live_list: LiveList
    catalog: Catalog
    settings: Settings

    async def guest(self, request: Request, caller: Caller, body: bodies.NewClient) -> Identity:
        """Who gets a token: the fork's user, the guest whose token this is, or a new guest."""
        known = await self.login.identify(request)
        if known is not None:
            return known
        if bearer(request):
            earlier = self.identities.of(request)
            return replace(earlier, username=clean_username(body.username)) if body.username else earlier
        most = self.settings.guests_per_minute
        if most and not await self.directory.allow(f"guests:{caller.address}", most / MINUTE_S, most):
            raise RoomError(TOO_MANY_REQUESTS)
        return self.identities.new(body.username, device_id=DeviceId(body.device_id))

    def way(self, hold: Hold, client: Identity, caller: Caller) -> bodies.Way:
        _, room_id, game, address, ticket = self.placing.reroute(hold, client, caller)
        return bodies.Way(room_id=room_id, game=game, address=address, ticket=ticket)

    def entry(self, game: Game) -> bodies.GameEntry:
        manifest = game.manifest
        options = [
            bodies.GameOption(
                name=option.name,
                type=option.type,
                default=option.default,
                choices=list(option.choices),
                least=option.least,
                most=option.most,
            )
            for option in manifest.options.values()
        ]
        return bodies.GameEntry(
            name=manifest.name,
            title=manifest.title,
            description=manifest.description,
            authority=manifest.authority,
            seats_default=manifest.seats_default,
            seats_most=manifest.seats_most,
            options=options,
            page=f"/games/{manifest.name}/" if manifest.page and self.settings.serve_site else "",
        )

    def issued(self, identity: Identity) -> bodies.ClientIdentity:
        return bodies.ClientIdentity(
            client_id=identity.client_id,
            username=identity.username,
            token=self.identities.token(identity),
            expires_s=IDENTITY_S,
        )


def router(api: Api) -> APIRouter:
    # Only tells OpenAPI where the token stands; whether it is right is judged below, with errors of our own.
    routes = APIRouter(prefix="/api", dependencies=[Depends(HTTPBearer(auto_error=False))])
    From = Annotated[Caller, Depends(api.origins.caller)]  # noqa: N806 - types, as the signatures below read them
    Me = Annotated[Identity, Depends(api.identities.of)]  # noqa: N806
    own_server = [Depends(api.identities.require_api_key)]

    @routes.post("/clients", tags=["identity"], responses=documented(BAD_NAME, TOO_MANY_REQUESTS, *IDENTITY_ERRORS))
    async def identify(request: Request, caller: From, body: bodies.NewClient) -> bodies.ClientIdentity:
        """Become a client: a guest, or whoever the login says. An earlier token is exchanged for a fresh one."""
        return api.issued(await api.guest(request, caller, body))

    @routes.post(
        "/identities",
        tags=["servers"],
        dependencies=own_server,
        responses=documented(BAD_NAME, BAD_REQUEST, NOT_ALLOWED),
    )
    async def mint(body: bodies.NewIdentity) -> bodies.ClientIdentity:
        """For your own servers: an identity for one of your users, to hand on to its page. Needs the server API key."""
        return api.issued(api.identities.new(body.username, body.client_id, DeviceId(body.device_id)))

    @routes.get("/games", tags=["rooms"])
    async def games() -> bodies.GameList:
        """What can be played here, with the options of each game."""
        return bodies.GameList(games=[api.entry(game) for game in api.catalog.games.values()])

    @routes.get("/rooms", tags=["rooms"], responses=documented(BAD_REQUEST))
    async def rooms(
        game: Annotated[str, Query(max_length=32, description="Empty: all games.")] = "",
        sort: Annotated[str, Query(description=" or ".join(SORTS), pattern=f"^({'|'.join(SORTS)})$")] = "newest",
        open_only: Annotated[bool, Query(description="Leave out full and locked rooms.")] = False,
        most: Annotated[int, Query(ge=1, le=limits.LIST_ROWS)] = limits.LIST_ROWS,
        options: Annotated[str, Query(max_length=2000, description='All must match: `{"mode": "calm"}`.')] = "{}",
    ) -> bodies.RoomList:
        """The rooms, as this lobby sees them now. For a list that stays fresh, subscribe on `/ws`."""
        listing = api.live_list.listing(query_of(SubscribeRooms(game, _options(options), sort, open_only, most)))
        return bodies.RoomList(rooms=[bodies.Room.of(row) for row in listing.rows], more=listing.more)

    @routes.post("/rooms", status_code=201, tags=["rooms"], responses=documented(*CREATE_ERRORS, *IDENTITY_ERRORS))
    async def create(client: Me, caller: From, body: bodies.NewRoom) -> bodies.Way:
        """Open a room and get the way to its first seat. Whoever creates it is its host."""
        options = _checked_options(body.options)
        asked = CreateRoom(body.request, body.game, body.name, body.seats, options)
        return api.way(await api.placing.create(client.client_id, asked, caller), client, caller)

    @routes.post("/rooms/{room_id}/join", tags=["rooms"], responses=documented(*SEAT_ERRORS, *IDENTITY_ERRORS))
    async def join(room_id: str, client: Me, caller: From, body: bodies.JoinAs | None = None) -> bodies.Way:
        """Get a seat in a room and the way to it. A client has a seat in one room at most."""
        wish = body or bodies.JoinAs()
        asked = JoinRoom(wish.request, room_id, wish.role)
        return api.way(await api.placing.join(client.client_id, asked, caller), client, caller)

    @routes.post("/leave", tags=["rooms"], responses=documented(*IDENTITY_ERRORS))
    async def leave(client: Me, caller: From) -> bodies.Left:
        """Give up one's seat, wherever it is."""
        return bodies.Left(room_id=await api.placing.leave(client.client_id) or "")

    @routes.post(
        "/rooms/{room_id}/seats",
        tags=["servers"],
        dependencies=own_server,
        responses=documented(NOT_ALLOWED, STORE_UNAVAILABLE, BAD_REQUEST, *SEAT_ERRORS),
    )
    async def seats(room_id: str, body: bodies.SeatsFor) -> bodies.HeldSeats:
        """For your own servers: seats for several clients, all or none. Whoever of them is on a lobby's line is
        rerouted there at once. Needs the server API key."""
        asked = [SeatRequest(ClientId(s.client_id), s.role, s.players if s.role == PLAYER else 0) for s in body.clients]
        holds = await api.placing.hold(RoomId(room_id), asked, by=API_SERVER, request=body.request)
        held = [bodies.HeldSeat(client_id=hold.client_id, until_ms=hold.until_ms) for hold in holds]
        return bodies.HeldSeats(room_id=room_id, seats=held)

    return routes


def _options(text: str) -> dict[str, Any]:
    try:
        return _checked_options(json.loads(text))
    except (ValueError, RecursionError):
        raise RoomError(BAD_REQUEST, "`options` is not JSON.") from None


def _checked_options(value: Any) -> dict[str, Any]:
    if not Options().fits(value):
        raise RoomError(BAD_OPTIONS, f"Options are a {Options().describe()}: texts, numbers or booleans.")
    return value
