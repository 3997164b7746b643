"""Placing against a directory of the test's own: orphans, and how a hold becomes a way for its caller."""

from collections.abc import Sequence
from typing import Any

import pytest

from lobby.origins import Caller
from lobby.placing import Placing
from lobby.quotas import Quota
from shared.protocol.errors import ROOM_CLOSED, WORKER_LOST, ErrorKind, RoomError
from shared.protocol.ids import ClientId, DeviceId, GameName, NodeId, RoomId, WorkerId
from shared.protocol.messages import JoinRoom
from shared.protocol.records import Hold, SeatRequest, WorkerRecord
from shared.store.directory import RoomLimits
from shared.wire.tokens import Identity, Keyring
from tests.support.dice import seeded
from tests.support.lobbies import catalog

ADA = Identity(ClientId("ada"), "Ada", DeviceId("d1"))
ROOM = RoomId("room")
CALLER = Caller("https://play.example.org", "play.example.org", "play.example.org:8443", "203.0.113.7")
HOLD = Hold(ROOM, GameName("chat"), WorkerId("w2"), 2, "wss://{netloc}/w/n/1", ADA.client_id, 5, "player", 1, 1_500)


class Orphanage:
    """A directory with one orphan: `hold` fails until it was adopted, or for good."""

    def __init__(self, refusal: ErrorKind | None = None) -> None:
        self.refusal = refusal
        self.candidates: Sequence[WorkerId] = ()
        self.requests: list[str] = []

    async def hold(self, room_id: RoomId, seats: Sequence[SeatRequest], *, request: str, **asked: Any) -> list[Hold]:
        self.requests.append(request)
        if not self.candidates:
            raise RoomError(WORKER_LOST)
        return [HOLD]

    async def adopt(self, room_id: RoomId, candidates: Sequence[WorkerId]) -> WorkerId:
        if self.refusal:
            raise RoomError(self.refusal)
        self.candidates = candidates
        return candidates[0]

    async def workers(self) -> list[WorkerRecord]:
        facts = (("full", 9, False), ("leaving", 0, True), ("free", 1, False))
        return [
            WorkerRecord(WorkerId(name), NodeId("n"), "", {}, rooms=rooms, is_draining=draining)
            for name, rooms, draining in facts
        ]


def placing(directory: Any) -> Placing:
    keyring = Keyring({"k": "s" * 32}, "k")
    free = Quota(directory, "any", 0)
    quotas = {"quota": free, "returns": free, "guesses": free}
    return Placing(directory, catalog(), keyring, RoomLimits(0, 0), **quotas, now=lambda: 1.0, dice=seeded())


async def test_joining_an_orphan_has_it_adopted_first() -> None:
    directory = Orphanage()
    assert await placing(directory).join(ADA.client_id, JoinRoom("r", ROOM, "player", "", False), CALLER) == HOLD
    assert directory.candidates == ["free", "full"], "the emptiest first, none that is about to go"
    assert directory.requests[0] == "r" != directory.requests[1], "the second hold is an attempt of its own"


@pytest.mark.parametrize("refusal", [WORKER_LOST, ROOM_CLOSED])
async def test_an_orphan_that_cannot_be_adopted_is_refused(refusal: ErrorKind) -> None:
    with pytest.raises(RoomError) as error:
        await placing(Orphanage(refusal)).join(ADA.client_id, JoinRoom("r", ROOM, "player", "", False), CALLER)
    assert error.value.kind is refusal


def test_a_way_is_filled_from_how_its_caller_came() -> None:
    way = placing(Orphanage()).reroute(HOLD, ADA, CALLER, "r")
    assert (way.request, way.room_id, way.game) == ("r", ROOM, "chat")
    assert way.address == "wss://play.example.org:8443/w/n/1"
    ticket = Keyring({"k": "s" * 32}, "k").read_ticket(way.ticket, 1.0)
    assert (ticket.owner_epoch, ticket.session, ticket.worker_id) == (2, 5, "w2")
    assert (ticket.origin, ticket.expires) == (CALLER.origin, 2), "whole seconds, never earlier than the hold's end"
    assert (ticket.device_id, ticket.takes_over) == ("d1", False)
    over = placing(Orphanage()).reroute(HOLD, ADA, CALLER, takes_over=True)
    assert Keyring({"k": "s" * 32}, "k").read_ticket(over.ticket, 1.0).takes_over
