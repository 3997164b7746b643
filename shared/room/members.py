"""Who is in a room, under which number and name, and who leads it. Numbers rise with each join and never come again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.protocol import names
from shared.protocol.errors import USERNAME_TAKEN, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.messages import PLAYER, MemberRow
from shared.protocol.records import Seat, SeatState
from shared.room.states import MEMBER, MemberEvent, MemberState, step
from shared.room.world import Client, Player
from shared.rules.buckets import Bucket, Pace, Refusals
from shared.rules.hosts import NOBODY, elect
from shared.rules.pings import smoothed


@dataclass(slots=True, eq=False)
class Member:
    """`received` counts the counted messages that came from it; `ping_ms` is its smoothed round trip."""

    number: int
    client_id: ClientId
    session: int
    username: str
    role: str
    players: int
    received: int = 0
    ping_ms: float | None = None
    state: MemberState = MemberState.PRESENT
    buckets: dict[str, Bucket] = field(default_factory=dict, repr=False)
    refusals: Refusals = field(default_factory=Refusals, repr=False)

    @property
    def is_player(self) -> bool:
        return self.role == PLAYER

    def step(self, event: MemberEvent) -> None:
        self.state = step(MEMBER, self.state, event)

    def measured(self, ping_ms: float) -> None:
        self.ping_ms = smoothed(self.ping_ms, ping_ms)

    def as_row(self) -> MemberRow:
        return MemberRow(self.number, self.client_id, self.username, self.role, False)

    def as_seat(self) -> Seat:
        return Seat(self.client_id, self.session, SeatState.TAKEN, self.role, self.players)

    def as_client(self) -> Client:
        return Client(self.client_id, self.username, self.role)

    def as_player(self) -> Player:
        return Player(self.number, self.username, self.client_id)


class Members:
    """`present` by number. `host` is a member's number or NOBODY; `host_epoch` rises whenever that changes."""

    def __init__(self, paces: Mapping[str, Pace]) -> None:
        self.present: dict[int, Member] = {}
        self.host = NOBODY
        self.host_epoch = 0
        self.last_number = 0
        self._paces = paces

    def add(self, seat: Seat, username: str) -> Member:
        """The newcomer, under a name that nobody else here has."""
        self.last_number += 1
        distinct = names.distinct(username, self._taken())
        return self.put(Member(self.last_number, seat.client_id, seat.session, distinct, seat.role, seat.players))

    def remove(self, member: Member) -> None:
        del self.present[member.number]

    def clear(self) -> None:
        self.present.clear()
        self.host = NOBODY

    def rename(self, member: Member, username: str) -> None:
        """Raises RoomError: bad-name, username-taken."""
        clean = names.clean_username(username)
        if names.folded(clean) in self._taken(but=member):
            raise RoomError(USERNAME_TAKEN)
        member.username = clean

    def settle_host(self) -> bool:
        """Elects when there is no host among the present. Whether that changed anything."""
        if self.host in self.present:
            return False
        before, self.host = self.host, elect(member.number for member in self._players())
        if self.host == before:
            return False
        self.host_epoch += 1
        return True

    def of_client(self, client_id: ClientId) -> Member | None:
        return next((member for member in self.present.values() if member.client_id == client_id), None)

    def rows(self) -> list[MemberRow]:
        return [member.as_row() for member in self.present.values()]

    def put(self, member: Member) -> Member:
        member.buckets = {name: Bucket(pace) for name, pace in self._paces.items()}
        self.present[member.number] = member
        return member

    def _players(self) -> Iterable[Member]:
        return (member for member in self.present.values() if member.is_player)

    def _taken(self, but: Member | None = None) -> set[str]:
        return {names.folded(member.username) for member in self.present.values() if member is not but}
