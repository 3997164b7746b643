"""Rooms full of people who number what they say, whose lines are harmed at random, and who keep what they hear.

`play` runs it in the test's own loop; `python -m tests.chaos.crowd` takes the same wishes as JSON on its input and
writes the outcome to its output, so that a large crowd has processes of its own.
Absent: servers (the test has started them), judgement (`Outcome.faults` says only what was seen).
"""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from client_py import Dropped, Lobby, Refused, Relay, Resumed, Room, connect
from shared.protocol.errors import RoomError
from tests.support.cutting_proxy import CuttingProxy
from tests.support.eventually import eventually

CUT, LOSE, SWALLOW, STALL = "cut", "lose", "swallow", "stall"
LONGEST_STALL_S = 9.0
"""Longer is silence, and the line counts as lost."""
LAST_WORD = 1
"""Each says it when everybody has heard all. A sender's words come in order: what comes twice has come before it."""


@dataclass(frozen=True)
class Wishes:
    """`tokens[room][member]` say who they are. Lines are harmed every `harm_every_s` on average, for up to
    `longest_gap_s`."""

    url: str
    game: str
    tokens: Sequence[Sequence[str]]
    seed: int
    talk_s: float
    rate_per_s: float = 20.0
    harm_every_s: float = 5.0
    longest_gap_s: float = 10.0
    harms: Sequence[str] = (CUT, LOSE, STALL)
    settle_s: float = 60.0


@dataclass
class Outcome:
    said: int = 0
    heard: int = 0
    harmed: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    recovered: int = 0
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: Self) -> "Outcome":
        mine, theirs = vars(self), vars(other)
        return Outcome(**{name: mine[name] + theirs[name] for name in mine})


class Member:
    def __init__(self, name: str, proxy: CuttingProxy, lobby: Lobby, seed: str) -> None:
        self.name, self.proxy, self.lobby = name, proxy, lobby
        self.dice = random.Random(seed)
        self.said = 0
        self.heard: dict[str, list[int]] = {}
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []
        self.room: Room

    async def listen(self) -> None:
        async for event in self.room:
            match event:
                case Relay(sender, _, number):
                    self.heard.setdefault(sender.client_id, []).append(number)
                case Dropped():
                    self.seen["dropped"] += 1
                case Resumed(True):
                    self.seen["recovered"] += 1
                case Resumed(False):
                    self.faults.append(f"{self.name} was not recovered")
                case Refused(error):
                    self.faults.append(f"{self.name} was refused: {error}")
        self.faults.append(f"{self.name}'s room is over: {self.room.reason}")

    async def talk(self, wishes: Wishes) -> None:
        """At its rate, whatever happens to its line."""
        loop = asyncio.get_running_loop()
        began = loop.time() + self.dice.random() / wishes.rate_per_s
        while self.said < wishes.talk_s * wishes.rate_per_s and not self.faults:
            await asyncio.sleep(began + self.said / wishes.rate_per_s - loop.time())
            await self.say()

    async def say(self) -> None:
        number, self.said = self.said, self.said + 1
        try:
            await self.room.send("n", number)
        except RoomError as error:
            self.faults.append(f"{self.name} could not talk: {error}")

    async def suffer(self, wishes: Wishes, harmed: Counter[str]) -> None:
        """For as long as it talks; then everything is healed."""
        async with asyncio.timeout(wishes.talk_s) as talking:
            try:
                while True:
                    await asyncio.sleep(self.dice.expovariate(1 / wishes.harm_every_s))
                    harm = self.dice.choice(wishes.harms)
                    harmed[harm] += 1
                    await self._suffer_once(harm, self.dice.uniform(0.0, wishes.longest_gap_s), wishes)
            finally:
                self.proxy.is_blocked = False
                self.proxy.go_on()
                talking.reschedule(None)

    async def _suffer_once(self, harm: str, gap_s: float, wishes: Wishes) -> None:
        if harm == STALL:
            self.proxy.stall()
            await asyncio.sleep(min(gap_s, LONGEST_STALL_S))
            self.proxy.go_on()
            return
        {CUT: self.proxy.cut, LOSE: self.proxy.lose, SWALLOW: self.proxy.swallow}[harm]()
        self.proxy.is_blocked = True
        await asyncio.sleep(gap_s)
        self.proxy.is_blocked = False
        # One gap at a time: two without a return between them are one longer gap.
        await eventually(lambda: self.room.is_connected, within=wishes.settle_s)


async def play(wishes: Wishes) -> Outcome:
    async with AsyncExitStack() as stack:
        rooms = [await _seat(stack, wishes, number, tokens) for number, tokens in enumerate(wishes.tokens)]
        outcome, members = Outcome(), [member for room in rooms for member in room]
        listening = [asyncio.create_task(member.listen()) for member in members]
        try:
            await asyncio.gather(*(_live(member, wishes, outcome.harmed) for member in members))
            if await _is_settled(rooms, wishes.settle_s):
                await asyncio.gather(*(member.say() for member in members))
                await _is_settled(rooms, wishes.settle_s)
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
        return _sum_up(rooms, outcome)


async def _seat(stack: AsyncExitStack, wishes: Wishes, number: int, tokens: Sequence[str]) -> list[Member]:
    members: list[Member] = []
    for index, token in enumerate(tokens):
        seed = f"{wishes.seed} {number} {index}"
        proxy = await stack.enter_async_context(CuttingProxy())
        lobby = await connect(wishes.url, token=token, shell=proxy.shell(random.Random(seed)))
        await stack.enter_async_context(lobby)
        member = Member(f"{number}/{index}", proxy, lobby, seed)
        if members:
            member.room = await lobby.join(members[0].room.id)
        else:
            member.room = await lobby.create(wishes.game, f"room {tokens[0][-12:]}", seats=len(tokens))
        members.append(member)
    return members


async def _live(member: Member, wishes: Wishes, harmed: Counter[str]) -> None:
    suffering = asyncio.create_task(member.suffer(wishes, harmed))
    await member.talk(wishes)
    await asyncio.gather(suffering, return_exceptions=True)


async def _is_settled(rooms: Sequence[Sequence[Member]], within_s: float) -> bool:
    """Waits until everybody has heard as much as was said. Who hears too much or something else is found out after."""

    def has_heard_all() -> bool:
        return all(
            len(member.heard.get(other.lobby.client_id, ())) >= other.said
            for room in rooms
            for member in room
            for other in room
            if other is not member and not member.faults
        )

    try:
        await eventually(has_heard_all, within=within_s, every=0.2)
    except AssertionError:
        return False
    return True


def _sum_up(rooms: Sequence[Sequence[Member]], outcome: Outcome) -> Outcome:
    for room in rooms:
        for member in room:
            outcome.said += member.said
            outcome.heard += sum(map(len, member.heard.values()))
            outcome.dropped += member.seen["dropped"]
            outcome.recovered += member.seen["recovered"]
            outcome.faults += member.faults
            for other in room:
                heard = member.heard.get(other.lobby.client_id, [])
                if other is not member and heard != list(range(other.said)):
                    outcome.faults.append(f"{member.name} from {other.name}: {_difference(heard, other.said)}")
    return outcome


def _difference(heard: list[int], said: int) -> str:
    counts = Counter(heard)
    twice = sorted(number for number, count in counts.items() if count > 1)
    missing = sorted(set(range(said)) - set(heard))
    order = "in order" if heard == sorted(heard) else "out of order"
    return f"{len(heard)} of {said}, {order}; twice {twice[:5]}, missing {len(missing)}: {missing[:5]}…{missing[-3:]}"


def main() -> None:
    import uvloop

    wishes = Wishes(**json.load(sys.stdin))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(play(wishes))
    json.dump(vars(outcome), sys.stdout)


async def play_apart(wishes: Wishes) -> Outcome:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "tests.chaos.crowd"]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        output, _ = await process.communicate(json.dumps(asdict(wishes)).encode())
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    fields: dict[str, Any] = json.loads(output)
    return Outcome(**fields | {"harmed": Counter(fields["harmed"])})


if __name__ == "__main__":
    main()
