"""Who is in a room, under which number and name. Numbers rise with each join and never come again.

A member that is away is one all the same. Absent: how it goes and comes back (`departures.py`, `arrivals.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.game.world import Client, Player
from shared.protocol import names
from shared.protocol.errors import USERNAME_TAKEN, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.messages import PLAYER, MemberRow, PlayerRow
from shared.protocol.records import Seat, SeatState
from shared.room.session_codes import SessionCodes
from shared.room.states import MEMBER, MemberEvent, MemberState, step
from shared.rules.buckets import Bucket, Pace, Refusals
from shared.rules.hosts import NOBODY
from shared.rules.pings import smoothed


@dataclass(slots=True, eq=False)
class Member:
    """`players`: the seats that it has; `added`: its players beside the first, each number with a name. `received`
    counts the counted messages that came from it; `ping_ms` is its smoothed round trip. `away_at`, `hidden_at`: since
    when its line is lost, its page hidden; None: it is not."""

    number: int
    client_id: ClientId
    session: int
    username: str
    role: str
    players: int
    device_id: str = ""
    received: int = 0
    ping_ms: float | None = None
    measured_at: float = 0.0
    away_at: float | None = None
    hidden_at: float | None = None
    added: dict[int, str] = field(default_factory=dict)
    state: MemberState = MemberState.PRESENT
    codes: SessionCodes = field(default_factory=SessionCodes, repr=False)
    buckets: dict[str, Bucket] = field(default_factory=dict, repr=False)
    refusals: Refusals = field(default_factory=Refusals, repr=False)

    @property
    def is_player(self) -> bool:
        return self.role == PLAYER

    @property
    def is_away(self) -> bool:
        return self.state is MemberState.AWAY

    def step(self, event: MemberEvent) -> None:
        self.state = step(MEMBER, self.state, event)

    def measured(self, ping_ms: float, now: float) -> None:
        self.ping_ms, self.measured_at = smoothed(self.ping_ms, ping_ms), now

    def as_row(self) -> MemberRow:
        return MemberRow(self.number, self.client_id, self.username, self.role, self.is_away)

    def as_seat(self, grace_s: float) -> Seat:
        if self.away_at is None:
            return Seat(self.client_id, self.session, SeatState.TAKEN, self.role, self.players)
        until_ms = int((self.away_at + grace_s) * 1000)
        return Seat(self.client_id, self.session, SeatState.AWAY, self.role, self.players, until_ms)

    def as_client(self) -> Client:
        return Client(self.client_id, self.username, self.role)

    def as_player(self, player_id: int = 0) -> Player:
        """Its first one, or one that was added."""
        name = self.added[player_id] if player_id else self.username
        return Player(player_id or self.number, name, self.client_id, self.is_away, self.number)

    def as_players(self) -> list[Player]:
        """None of a spectator's."""
        return [self.as_player(player_id) for player_id in (0, *self.added)] if self.is_player else []


class Members:
    """All `members` by number, those `present` (they have a line), and among these the `live` ones, who get what
    happens when it happens. `host` is a member's number or NOBODY; `host_epoch` rises whenever that changes."""

    def __init__(self, paces: Mapping[str, Pace], *, delays_spectators: bool) -> None:
        self.members: dict[int, Member] = {}
        self.present: dict[int, Member] = {}
        self.live: dict[int, Member] = {} if delays_spectators else self.present
        self.host = NOBODY
        self.host_epoch = 0
        self.last_number = 0
        self._paces = paces

    def add(self, seat: Seat, username: str, device_id: str) -> Member:
        """The newcomer, under a name that nobody else here has."""
        self.last_number += 1
        distinct = names.distinct(username, self._taken())
        number, client_id, session = self.last_number, seat.client_id, seat.session
        member = self.put(Member(number, client_id, session, distinct, seat.role, seat.players, device_id))
        self.attach(member)
        return member

    def add_player(self, member: Member, username: str) -> int:
        """One more at this member's screen: its number."""
        self.last_number += 1
        member.added[self.last_number] = names.distinct(username, self._taken())
        return self.last_number

    def put(self, member: Member) -> Member:
        """One that is here, with or without a line."""
        member.buckets = {name: Bucket(pace) for name, pace in self._paces.items()}
        self.members[member.number] = member
        return member

    def attach(self, member: Member) -> None:
        """It has a line; or it is a player from now on."""
        self.present[member.number] = member
        if member.is_player:
            self.live[member.number] = member

    def detach(self, member: Member) -> None:
        self.present.pop(member.number, None)
        self.live.pop(member.number, None)

    def remove(self, member: Member) -> None:
        self.detach(member)
        del self.members[member.number]

    def clear(self) -> None:
        for table in (self.members, self.present, self.live):
            table.clear()
        self.host = NOBODY

    def rename(self, member: Member, username: str) -> None:
        """Raises RoomError: bad-name, username-taken."""
        clean = names.clean_username(username)
        if names.folded(clean) in self._taken(but=member):
            raise RoomError(USERNAME_TAKEN)
        member.username = clean

    def crown(self, number: int) -> None:
        """This member is host from now on, as a new one."""
        self.host = number
        self.host_epoch += 1

    def players(self) -> dict[int, Member]:
        return {number: member for number, member in self.members.items() if member.is_player}

    def of_client(self, client_id: ClientId) -> Member | None:
        return next((member for member in self.members.values() if member.client_id == client_id), None)

    def rows(self) -> list[MemberRow]:
        return [member.as_row() for member in self.members.values()]

    def added_rows(self) -> list[PlayerRow]:
        everybody = self.members.values()
        return [PlayerRow(id, member.number, name) for member in everybody for id, name in member.added.items()]

    def _taken(self, but: Member | None = None) -> set[str]:
        firsts = {names.folded(member.username) for member in self.members.values() if member is not but}
        return firsts | {names.folded(name) for member in self.members.values() for name in member.added.values()}
