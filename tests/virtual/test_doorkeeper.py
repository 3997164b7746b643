"""Who may come in: seats at the directory's word, probes for a while, and nothing left behind by who may not."""

import asyncio

import pytest

from shared.protocol.errors import (
    GAME_BROKEN,
    GAME_UNKNOWN,
    LINE_LOST,
    NO_WORKER,
    ORIGIN_REFUSED,
    PROBE_OVER,
    STORE_UNAVAILABLE,
    TICKET_INVALID,
    TICKET_USED,
    TOO_MANY_CONNECTIONS,
    WORKER_LOST,
    WORKER_STOPPING,
    ErrorKind,
    RoomError,
)
from shared.protocol.ids import ClientId
from shared.protocol.limits import PROBE_S, PROBES_PER_ADDRESS, WIRE_VERSION
from shared.protocol.messages import Hello, RoomJoined, Welcome
from shared.wire.tokens import Identity
from tests.support.one_worker import KEYS, Guest, OneWorker, ticket, turn
from tests.support.virtual_time import run


async def refusal(worker: OneWorker, token: str, guest: Guest | None = None) -> ErrorKind:
    with pytest.raises(RoomError) as refused:
        await worker.doorkeeper.hello(guest or Guest(), Hello(WIRE_VERSION, token, "", 0, -1))
    return refused.value.kind


def test_racing_first_claims_build_the_room_once() -> None:
    async def main() -> None:
        worker = OneWorker()
        first = worker.create("plain", "ann")
        second = worker.hold("plain-room", "bob")
        worker.directory.takes_s = 0.1
        ann, bob = await asyncio.gather(worker.enter(first), worker.enter(second))
        assert len(worker.rooms) == 1
        assert [picture.you for guest in (ann, bob) for picture in guest.heard(RoomJoined)] == [1, 2]
        await worker.close()

    run(main())


def test_a_ticket_is_taken_once() -> None:
    async def main() -> None:
        worker = OneWorker()
        hold = worker.create("plain", "ann")
        ann = await worker.enter(hold)
        assert await refusal(worker, KEYS.sign_ticket(ticket(hold), worker.clock.now())) is TICKET_USED
        assert ann.closed is None
        await worker.close()

    run(main())


def test_who_may_not_come_in() -> None:
    async def main() -> None:
        worker = OneWorker()
        hold = worker.create("plain", "ann")
        token = KEYS.sign_ticket(ticket(hold), worker.clock.now())
        assert await refusal(worker, "nonsense") is TICKET_INVALID
        assert await refusal(worker, token, Guest(origin="https://evil.example")) is ORIGIN_REFUSED
        worker.directory.is_away = True
        assert await refusal(worker, token) is STORE_UNAVAILABLE
        worker.directory.is_away = False
        worker.doorkeeper.close()
        assert await refusal(worker, token) is WORKER_STOPPING
        assert len(worker.rooms) == 0

    run(main())


def test_a_ticket_for_another_worker_says_try_again() -> None:
    async def main() -> None:
        worker, other = OneWorker(), OneWorker()
        hold = worker.create("plain", "ann")
        other.doorkeeper._worker_id = "w2"  # type: ignore[assignment]
        kind = await refusal(other, KEYS.sign_ticket(ticket(hold), worker.clock.now()))
        assert kind is WORKER_LOST
        assert not kind.is_final

    run(main())


def test_a_full_worker_gives_the_seat_back() -> None:
    async def main() -> None:
        worker = OneWorker(most=1, other="")
        await worker.table("plain", "ann")
        hold = worker.create("other", "bob")
        assert await refusal(worker, KEYS.sign_ticket(ticket(hold), worker.clock.now())) is NO_WORKER
        with pytest.raises(RoomError):
            worker.hold("other-room", "cat")  # the room that nobody can have is gone
        await worker.close()

    run(main())


@pytest.mark.parametrize(
    "source", ["raise ValueError\n", "def on_chat(:\n", "def on_player_join(world, player):\n    1 / 0\n"]
)
def test_a_game_that_cannot_begin_is_broken_for_its_creator_alone(source: str) -> None:
    async def main() -> None:
        worker = OneWorker(broken=source)
        (ann,) = await worker.table("plain", "ann")
        hold = worker.create("broken", "bob")
        assert await refusal(worker, KEYS.sign_ticket(ticket(hold), worker.clock.now())) is GAME_BROKEN
        await turn()
        assert len(worker.rooms) == 1
        assert ann.closed is None
        await worker.close()

    run(main())


def test_a_game_that_this_worker_lacks() -> None:
    async def main() -> None:
        worker = OneWorker()
        hold = worker.create("chess", "bob")
        assert await refusal(worker, KEYS.sign_ticket(ticket(hold), worker.clock.now())) is GAME_UNKNOWN

    run(main())


def test_a_probe_is_welcome_for_a_while() -> None:
    async def main() -> None:
        worker = OneWorker()
        token = KEYS.sign_identity(Identity(ClientId("ann"), "Ann"), worker.clock.now())

        async def probe(remote: str = "192.0.2.7") -> Guest:
            guest = Guest(remote=remote)
            guest.visitor = await worker.doorkeeper.hello(guest, Hello(WIRE_VERSION, token, "", 0, -1))
            return guest

        probes = [await probe() for _ in range(PROBES_PER_ADDRESS)]
        assert [welcome.username for guest in probes for welcome in guest.heard(Welcome)] == ["Ann"] * len(probes)
        assert await refusal(worker, token) is TOO_MANY_CONNECTIONS
        assert (await probe("192.0.2.8")).closed is None
        probes[0].hang_up(LINE_LOST)
        probes.append(await probe())
        await asyncio.sleep(PROBE_S + 0.1)
        assert [guest.closed for guest in probes[1:]] == [PROBE_OVER] * PROBES_PER_ADDRESS
        assert (await probe()).closed is None
        await asyncio.sleep(PROBE_S + 0.1)

    run(main())
