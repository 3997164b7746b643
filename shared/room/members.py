"""Who is in a room."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.protocol.ids import ClientId
from shared.protocol.messages import PLAYER, MemberRow
from shared.protocol.records import Seat, SeatState
from shared.room.world import Client
from shared.rules.buckets import Bucket, Pace, Refusals


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
    buckets: dict[str, Bucket] = field(default_factory=dict, repr=False)
    refusals: Refusals = field(default_factory=Refusals, repr=False)

    @classmethod
    def of(cls, number: int, seat: Seat, username: str, paces: Mapping[str, Pace]) -> "Member":
        member = cls(number, seat.client_id, seat.session, username, seat.role, seat.players)
        member.buckets = {name: Bucket(pace) for name, pace in paces.items()}
        return member

    @property
    def is_player(self) -> bool:
        return self.role == PLAYER

    def as_row(self) -> MemberRow:
        return MemberRow(self.number, self.client_id, self.username, self.role)

    def as_seat(self) -> Seat:
        return Seat(self.client_id, self.session, SeatState.TAKEN, self.role, self.players)

    def as_client(self) -> Client:
        return Client(self.client_id, self.username, self.role)
