"""Who may come in: judges each connection's hello and leads it to its seat, or lets it measure its ping.

A ticket must be signed by us, be for this worker, come from the page it was given to, and be claimed for the first
time; the directory decides the last (design 5). With a session code it resumes that session, or is refused; without,
it is a newcomer's, or takes one's own place over. An identity token opens a probe. A ticket for another worker says
*try again*: most likely its worker died, and this one got its port.
"""

from typing import Protocol

from room_worker.clerk import Clerk
from room_worker.clerk import Ownership as Releasing
from room_worker.probes import Probe, Probes
from room_worker.rooms import Encode, Rooms
from room_worker.seated import Seated
from room_worker.transport.edge import Line, Visitor
from shared.clock import Clock
from shared.protocol.errors import (
    ORIGIN_REFUSED,
    SEATED,
    TOKEN_EXPIRED,
    WORKER_LOST,
    WORKER_STOPPING,
    RoomError,
)
from shared.protocol.ids import REQUEST_ID_CHARS, ClientId, Dice, RoomId, WorkerId, draw_id
from shared.protocol.messages import Hello, Welcome
from shared.protocol.records import Claim
from shared.wire.tokens import Keyring, Ticket


class Ownership(Releasing, Protocol):
    """The part of `shared.store`'s Ownership that a doorkeeper needs."""

    async def claim(
        self,
        worker_id: WorkerId,
        room_id: RoomId,
        client_id: ClientId,
        session: int,
        owner_epoch: int,
        *,
        request: str,
    ) -> Claim: ...


class Doorkeeper:
    def __init__(
        self,
        worker_id: WorkerId,
        rooms: Rooms,
        ownership: Ownership,
        keyring: Keyring,
        *,
        encode: Encode,
        clock: Clock,
        dice: Dice,
    ) -> None:
        self._worker_id, self._rooms, self._ownership, self._keyring = worker_id, rooms, ownership, keyring
        self._encode, self._clock, self._dice = encode, clock, dice
        self._probes = Probes()
        self._is_closed = False

    def close(self) -> None:
        """The worker stops: nobody comes in any more."""
        self._is_closed = True

    async def hello(self, line: Line, hello: Hello) -> Visitor:
        """A seat or a probe. Raises RoomError."""
        if self._is_closed:
            raise RoomError(WORKER_STOPPING)
        try:
            ticket = self._keyring.read_ticket(hello.token, self._clock.now())
        except RoomError as refusal:
            return self._probe(line, hello.token, refusal)
        self._check(ticket, line)
        self._check_other_line(ticket, hello)
        return await self._seat(ticket, hello, line)

    def _check(self, ticket: Ticket, line: Line) -> None:
        if ticket.worker_id != self._worker_id:
            raise RoomError(WORKER_LOST)
        if line.origin is not None and line.origin != ticket.origin:
            raise RoomError(ORIGIN_REFUSED)

    def _check_other_line(self, ticket: Ticket, hello: Hello) -> None:
        """Only a session's code, or the wish to take over, ends the line that a client has in the room already.

        Before the claim, so that the seat stays with that line; the hold ends by itself.
        """
        shell = self._rooms.get(ticket.room_id)
        if hello.session or ticket.takes_over or shell is None:
            return
        if shell.has_older_line(ticket.client_id, ticket.session):
            raise RoomError(SEATED, "You are in this room already. Take over, or leave there first.", ticket.room_id)

    async def _seat(self, ticket: Ticket, hello: Hello, line: Line) -> Seated:
        claim = await self._ownership.claim(
            self._worker_id,
            ticket.room_id,
            ticket.client_id,
            ticket.session,
            ticket.owner_epoch,
            request=draw_id(self._dice, REQUEST_ID_CHARS),
        )
        try:
            shell = self._rooms.open(claim.room)
            if hello.session:
                return shell.resume(claim.seat, hello, line)
            return shell.join(claim.seat, ticket.username, ticket.device_id, line)
        except RoomError as refusal:
            await self._settle(claim, refusal)
            raise

    async def _settle(self, claim: Claim, refusal: RoomError) -> None:
        """Before the client is told, so that it may ask for another seat at once.

        A room gives back itself what it refuses; one that could not even be built goes with the seat.
        """
        shell = self._rooms.get(claim.room.spec.room_id)
        if shell is not None and shell.record.owner_epoch == claim.room.owner_epoch:
            await shell.wait_idle()
            return
        clerk = Clerk(claim.room.spec.room_id, claim.room.owner_epoch, self._ownership)
        clerk.release(claim.seat.client_id, claim.seat.session, then=lambda: None)
        clerk.close(refusal.kind, only_if_empty=True, then=lambda _: None)
        await clerk.wait_idle()

    def _probe(self, line: Line, token: str, refusal: RoomError) -> Probe:
        """What is neither a ticket nor an identity is refused as the ticket that it was not."""
        try:
            identity = self._keyring.read_identity(token, self._clock.now())
        except RoomError as error:
            raise error if error.kind is TOKEN_EXPIRED else refusal from None
        probe = self._probes.open(line)
        line.write(self._encode(Welcome(identity.client_id, identity.username, "")))
        return probe
