"""A program for a host to run, small enough to be judged: who said which number, in the order in which it was heard.

In a process of its own it is the host that gets killed: `python -m tests.chaos.ledger URL TOKEN GAME MEMBERS` opens a
room, prints its id, and when so many are there, plays until then.
"""

import asyncio
import sys
from dataclasses import dataclass, field
from typing import NamedTuple

import msgpack

from client_py import AsHost, HostChanged, Lobby, Refused, Relay, Room, Said, Snapshot, connect
from shared.protocol.errors import RoomError
from tests.support.eventually import eventually

EVERY_S = 0.05
DEPOSIT_EVERY_S = 1.0
AS_HOST = 0


class Entry(NamedTuple):
    """`who` is a member's number, or AS_HOST."""

    who: int
    number: int


@dataclass
class Election:
    """What a member had heard by then, and what it was given if it was the one."""

    at: float
    host: int
    host_epoch: int
    heard: list[Entry]
    brief: list[Entry] | None = None
    is_whole: bool = False


@dataclass
class Ledger:
    """`entries` is the program's state. Whoever becomes host goes on from what it is given."""

    room: Room
    entries: list[Entry] = field(default_factory=list)
    elections: list[Election] = field(default_factory=list)
    refused: list[RoomError] = field(default_factory=list)
    said: int = 0

    async def listen(self) -> None:
        self.room.on_deposit = self.state
        async for event in self.room:
            match event:
                case Relay(sender, _, number):
                    self.entries.append(Entry(sender.number, number))
                case AsHost(_, _, number):
                    self.entries.append(Entry(AS_HOST, number))
                case HostChanged(host, host_epoch):
                    number, now = host.number if host else 0, asyncio.get_running_loop().time()
                    self.elections.append(Election(now, number, host_epoch, list(self.entries)))
                case Snapshot():
                    self._go_on_from(event)
                case Refused(error):
                    self.refused.append(error)

    async def talk(self) -> None:
        """Numbers to all, the first host's every other time as host."""
        while self.room.reason is None:
            number, self.said = self.said, self.said + 1
            if self.room.is_host and number % 2:
                self.entries.append(Entry(AS_HOST, number))
                await self.room.send_as_host("n", number)
            else:
                self.entries.append(Entry(self.room.me.number, number))
                await self.room.send("n", number)
            await asyncio.sleep(EVERY_S)

    async def deposit_regularly(self) -> None:
        while self.room.reason is None:
            await asyncio.sleep(DEPOSIT_EVERY_S)
            if self.room.is_host:
                self.room.deposit(self.state(), tick=len(self.entries))

    def state(self) -> bytes:
        return bytes(msgpack.packb(self.entries))

    def _go_on_from(self, snapshot: Snapshot) -> None:
        brief = [Entry(*entry) for entry in msgpack.unpackb(snapshot.state)] if snapshot.state else []
        brief += map(_entry, snapshot.journal)
        if self.elections and self.elections[-1].host == self.room.me.number:
            self.elections[-1].brief, self.elections[-1].is_whole = list(brief), snapshot.is_whole
        self.entries = brief + [_entry(said) for said in snapshot.own]


def _entry(said: Said) -> Entry:
    return Entry(said.sender.number if said.sender else AS_HOST, said.body)


def by(entries: list[Entry], *who: int) -> list[Entry]:
    """These members' entries, in order. A host does not know where among the others' its own stand."""
    return [entry for entry in entries if entry.who in who]


async def play_host(lobby: Lobby, game: str, members: int) -> None:
    ledger = Ledger(await lobby.create(game, f"room of {lobby.client_id}", seats=members))
    print(ledger.room.id, flush=True)
    listening = asyncio.create_task(ledger.listen())
    await eventually(lambda: len(ledger.room.members) == members, within=30.0)
    await asyncio.gather(listening, ledger.talk(), ledger.deposit_regularly())


async def main(url: str, token: str, game: str, members: str) -> None:
    async with await connect(url, token=token) as lobby:
        await play_host(lobby, game, int(members))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
