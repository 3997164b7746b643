"""Who gets in: a room's doors and its bans, as plain values. The lobby's directory keeps the doors; here they are set.

Absent: what a host may do with them (`host_acts.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.protocol.limits import BANS
from shared.protocol.messages import PUBLIC, DoorsSet


@dataclass(slots=True)
class Doors:
    """`invite` is the code that opens a private room; empty unless the doors are private."""

    doors: str = PUBLIC
    is_locked: bool = False
    invite: str = ""

    def as_message(self) -> DoorsSet:
        return DoorsSet(self.doors, self.is_locked, self.invite)


class Bans:
    """Clients, and the devices they used, by age."""

    def __init__(self, saved: Iterable[Sequence[str]] = ()) -> None:
        self._banned = dict.fromkeys((client_id, device_id) for client_id, device_id in saved)

    def add(self, client_id: str, device_id: str) -> None:
        """Without a device the client alone. Past the limit the oldest ban is forgotten."""
        self._banned[client_id, device_id] = None
        if len(self._banned) > BANS:
            del self._banned[next(iter(self._banned))]

    def hold(self, client_id: str, device_id: str) -> bool:
        return any(client_id == client or (device_id and device_id == device) for client, device in self._banned)

    def save(self) -> list[list[str]]:
        return [list(entry) for entry in self._banned]
