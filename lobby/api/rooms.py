"""`/api/rooms`, `/api/join`, `/api/quick-match`, `/api/leave`: see what there is, open a room, get into one, leave."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from lobby.api.bodies import Invited, JoinAs, Left, Match, NewRoom, Room, RoomList, Way
from lobby.errors import documented
from lobby.identity import Identities
from lobby.live_list import LiveList
from lobby.matching import Matching
from lobby.origins import Caller, Origins
from lobby.placing import Placing
from shared.protocol import limits
from shared.protocol.errors import (
    BAD_NAME,
    BAD_OPTIONS,
    BAD_REQUEST,
    BAD_SEATS,
    CLIENT_ROOM_LIMIT,
    GAME_UNKNOWN,
    INVITE_WRONG,
    JOIN_REFUSED,
    MESSAGE_TOO_LARGE,
    NO_WORKER,
    ORIGIN_REFUSED,
    ROOM_CLOSED,
    ROOM_EXISTS,
    ROOM_FULL,
    ROOM_LIMIT,
    ROOM_LOCKED,
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
from shared.protocol.messages import SORTS, CreateRoom, JoinRoom, QuickMatch, SubscribeRooms
from shared.rules.listing import query_of
from shared.wire.tokens import Identity

ANY_ERRORS = (BAD_REQUEST, MESSAGE_TOO_LARGE, TOKEN_INVALID, TOKEN_EXPIRED, ORIGIN_REFUSED, STORE_UNAVAILABLE)
WAY_ERRORS = (*ANY_ERRORS, SEATED, NO_WORKER, TOO_MANY_REQUESTS)
SEAT_ERRORS = (ROOM_UNKNOWN, ROOM_CLOSED, ROOM_FULL, JOIN_REFUSED, SEATED, WORKER_LOST, NO_WORKER)
DOOR_ERRORS = (INVITE_WRONG, ROOM_LOCKED)
MATCH_ERRORS = (GAME_UNKNOWN, BAD_OPTIONS, ROOM_EXISTS, ROOM_LIMIT, CLIENT_ROOM_LIMIT)
ROOM_ERRORS = (*MATCH_ERRORS, BAD_NAME, BAD_SEATS)


def router(
    origins: Origins, identities: Identities, placing: Placing, matching: Matching, live_list: LiveList
) -> APIRouter:
    routes = APIRouter(tags=["rooms"])
    From = Annotated[Caller, Depends(origins.caller)]  # noqa: N806 - types, as the signatures below read them
    Me = Annotated[Identity, Depends(identities.of)]  # noqa: N806

    @routes.get("/rooms", responses=documented(BAD_REQUEST, BAD_OPTIONS))
    async def rooms(
        game: Annotated[str, Query(max_length=32, description="Empty: all games.")] = "",
        sort: Annotated[str, Query(description=" or ".join(SORTS), pattern=f"^({'|'.join(SORTS)})$")] = "newest",
        open_only: Annotated[bool, Query(description="Leave out full and locked rooms.")] = False,
        most: Annotated[int, Query(ge=1, le=limits.LIST_ROWS)] = limits.LIST_ROWS,
        options: Annotated[str, Query(max_length=2000, description='All must match: `{"mode": "calm"}`.')] = "{}",
    ) -> RoomList:
        """The rooms, as this lobby sees them now. For a list that stays fresh, subscribe on `/ws`."""
        listing = live_list.listing(query_of(SubscribeRooms(game, _parsed(options), sort, open_only, most)))
        return RoomList(rooms=[Room.of(row) for row in listing.rows], more=listing.more)

    @routes.post("/rooms", status_code=201, responses=documented(*ROOM_ERRORS, *WAY_ERRORS))
    async def create(client: Me, caller: From, body: NewRoom) -> Way:
        """Open a room and get the way to its first seat. Whoever creates it is its host."""
        asked = CreateRoom(body.request, body.game, body.name, body.seats, _flat(body.options))
        hold = await placing.create(client.client_id, asked, caller)
        return Way.of(placing.reroute(hold, client, caller))

    @routes.post("/rooms/{room_id}/join", responses=documented(*SEAT_ERRORS, *DOOR_ERRORS, *WAY_ERRORS))
    async def join(room_id: str, client: Me, caller: From, body: JoinAs | None = None) -> Way:
        """Get a seat in a room and the way to it. A client has a seat in one room at most; one that it has already in
        this room goes on where it stood."""
        return await enter(room_id, client, caller, body or JoinAs())

    @routes.post("/join", responses=documented(*SEAT_ERRORS, *DOOR_ERRORS, *WAY_ERRORS))
    async def join_by_invite(client: Me, caller: From, body: Invited) -> Way:
        """Get a seat in the private room that an invite code opens, and the way to it."""
        return await enter("", client, caller, body)

    async def enter(room_id: str, client: Identity, caller: Caller, wish: JoinAs) -> Way:
        asked = JoinRoom(wish.request, room_id, wish.role, wish.invite, wish.take_over)
        hold = await placing.join(client.client_id, asked, caller)
        return Way.of(placing.reroute(hold, client, caller, takes_over=wish.take_over))

    @routes.post("/quick-match", responses=documented(*MATCH_ERRORS, *WAY_ERRORS))
    async def quick_match(client: Me, caller: From, body: Match) -> Way:
        """Get a seat in the best open room of a game, or in a new one, and the way to it."""
        asked = QuickMatch(body.request, body.game, _flat(body.options))
        hold = await matching.quick_match(client.client_id, asked, caller)
        return Way.of(placing.reroute(hold, client, caller))

    @routes.post("/leave", responses=documented(*ANY_ERRORS))
    async def leave(client: Me, caller: From) -> Left:
        """Give up one's seat, wherever it is."""
        return Left(room_id=await placing.leave(client.client_id) or "")

    return routes


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise RoomError(BAD_REQUEST, "`options` is not JSON.") from None
    return _flat(value)


def _flat(value: Any) -> dict[str, Any]:
    """The options, if they are what travels on the WebSocket too. Raises BAD_OPTIONS."""
    if not Options().fits(value):
        raise RoomError(BAD_OPTIONS, f"Options are a {Options().describe()}: texts, numbers or booleans.")
    return dict(value)
