"""The bodies of the HTTP API, as OpenAPI shows them. Lengths here only bound; names, seats and options are checked
by the same rules as on the WebSocket, with the same errors."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from shared.protocol import limits
from shared.protocol.messages import Reroute, RoomRow
from shared.rules.manifest import Manifest, Option
from shared.wire.tokens import IDENTITY_S, Identity

Id = Field(max_length=32)
LONGEST_NAME = 200


class NewClient(BaseModel):
    username: str = Field(
        "", max_length=LONGEST_NAME, description="The name to carry into rooms; empty: one is made up."
    )
    device_id: str = Field(default="", max_length=32, description="What the browser keeps for longer than a tab.")


class NewIdentity(BaseModel):
    client_id: str = Field(
        "", max_length=32, pattern="^[A-Za-z0-9_-]*$", description="The same person, the same id; empty: one is drawn."
    )
    username: str = Field(max_length=LONGEST_NAME)
    device_id: str = Field(default="", max_length=32)


class ClientIdentity(BaseModel):
    client_id: str
    username: str
    token: str = Field(description="For `Authorization: Bearer …` and for the `hello` on `/ws`.")
    expires_s: int = Field(description="Its life in seconds. Exchange it for a new one at half of it.")

    @classmethod
    def of(cls, identity: Identity, token: str) -> "ClientIdentity":
        return cls(client_id=identity.client_id, username=identity.username, token=token, expires_s=IDENTITY_S)


class GameOption(BaseModel):
    name: str
    type: str = Field(description="`text`, `number`, `flag` or `choice`.")
    default: Any
    choices: list[str] = []
    least: float | None = None
    most: float | None = None

    @classmethod
    def of(cls, option: Option) -> "GameOption":
        bounds = {"least": option.least, "most": option.most}
        return cls(name=option.name, type=option.type, default=option.default, choices=list(option.choices), **bounds)


class GameInput(BaseModel):
    name: str
    type: str = Field(description="`stick`, `axis` or `button`.")


class GameEntry(BaseModel):
    name: str
    title: str
    description: str
    authority: str = Field(description="Who decides in a room: `none`, `host` or `server`.")
    seats_default: int
    seats_most: int
    spectators_most: int = Field(description="How many may watch; 0: nobody.")
    options: list[GameOption]
    page: str = Field(description="Where its page is served; empty when it has none here.")
    has_main: bool = Field(description="Whether the game has code that a worker, or a host's browser, runs.")
    is_offline: bool = Field(description="Whether its page also plays it without a server.")
    tick_hz: int = Field(description="How often a second such code runs; 0: after each act.")
    local_players: int = Field(description="How many people may share one screen.")
    inputs: list[GameInput] = Field(description="What its players hold.")

    @classmethod
    def of(cls, manifest: Manifest, *, is_served: bool) -> "GameEntry":
        return cls(
            name=manifest.name,
            title=manifest.title,
            description=manifest.description,
            authority=manifest.authority,
            seats_default=manifest.seats_default,
            seats_most=manifest.seats_most,
            spectators_most=manifest.spectators_most,
            options=[GameOption.of(option) for option in manifest.options.values()],
            page=f"/games/{manifest.name}/" if manifest.page and is_served else "",
            has_main=manifest.rules.has_main,
            is_offline=manifest.is_offline,
            tick_hz=manifest.rules.tick_hz,
            local_players=manifest.rules.local_players,
            inputs=[GameInput(name=name, type=kind) for name, kind in manifest.rules.inputs.items()],
        )


class GameList(BaseModel):
    games: list[GameEntry]


class Room(BaseModel):
    room_id: str
    game: str
    name: str
    host_name: str
    players: int
    seats: int
    spectators: int
    spectator_seats: int
    is_locked: bool
    authority: str
    options: dict[str, Any]
    created_ms: int = Field(description="Milliseconds since 1970.")
    host_ping_ms: int | None = Field(
        description="The host's smoothed round trip to its worker; null: not measured yet."
    )
    is_ping_old: bool = Field(description="It was not measured lately.")
    address: str = Field(
        description="Where the room's worker may be probed; `{host}` and `{netloc}` stand for what you reached us by."
    )

    @classmethod
    def of(cls, row: RoomRow) -> "Room":
        return cls(**row._asdict())


class RoomList(BaseModel):
    rooms: list[Room]
    more: int = Field(description="Matching rooms beyond these.")


class NewRoom(BaseModel):
    game: str = Id
    name: str = Field(max_length=LONGEST_NAME, description="Unique among the game's rooms.")
    seats: int = Field(default=0, ge=0, description="0: the game's usual number.")
    options: dict[str, Any] = Field(default={}, max_length=limits.OPTIONS, description="As the game declares them.")
    request: str = Field(
        default="", max_length=32, description="Draw one per attempt: sent again, it gets the same room."
    )


class JoinAs(BaseModel):
    role: Literal["player", "spectator"] = "player"
    invite: str = Field(default="", max_length=32, description="The code of a private room.")
    take_over: bool = Field(default=False, description="End your other line in this room, if there is one.")
    request: str = Field(default="", max_length=32, description="Draw one per attempt.")


class Invited(JoinAs):
    invite: str = Field(min_length=1, max_length=32, description="The code of a private room.")


class Match(BaseModel):
    game: str = Id
    options: dict[str, Any] = Field(default={}, max_length=limits.OPTIONS, description="Those that matter to you.")
    request: str = Field(default="", max_length=32, description="Draw one per attempt.")


class Way(BaseModel):
    """A `reroute`: connect to `address` and say `hello` with `ticket`, once, within 15 seconds."""

    room_id: str
    game: str
    address: str = Field(examples=["ws://play.example.org:8101"])
    ticket: str

    @classmethod
    def of(cls, way: Reroute) -> "Way":
        return cls(room_id=way.room_id, game=way.game, address=way.address, ticket=way.ticket)


class IceServer(BaseModel):
    """As a browser's `RTCPeerConnection` takes it."""

    urls: list[str] = Field(examples=[["turn:turn.example.org:3478?transport=udp"]])
    username: str | None = None
    credential: str | None = None


class Ice(BaseModel):
    ice_servers: list[IceServer]
    relay_only: bool = Field(description="Use the TURN servers only, so that nobody sees another's address.")
    expires_s: int = Field(description="The credential's life; ask again at half of it. 0: nothing expires.")


class Left(BaseModel):
    room_id: str = Field(description="The room that was left; empty when there was none.")


class SeatFor(BaseModel):
    client_id: str = Field(min_length=1, max_length=32)
    role: Literal["player", "spectator"] = "player"
    players: int = Field(
        default=1, ge=1, le=limits.SEATS, description="Seats for people who share this client's screen."
    )


class SeatsFor(BaseModel):
    clients: list[SeatFor] = Field(min_length=1, max_length=limits.PARTY)
    request: str = Field(default="", max_length=32, description="Draw one per attempt.")


class HeldSeat(BaseModel):
    client_id: str
    until_ms: int = Field(description="When the hold ends, in milliseconds since 1970.")


class HeldSeats(BaseModel):
    room_id: str
    seats: list[HeldSeat]


class Health(BaseModel):
    ok: bool
    text: str = ""
