"""Who is on the line: the oldest silent connection makes room, two tabs are one client, goodbye reaches all."""

import asyncio

import pytest

from lobby.presence import Presence
from shared.protocol import limits
from shared.protocol.errors import HELLO_CROWDED, TOO_MANY_CONNECTIONS, WORKER_STOPPING, ErrorKind, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.records import Hold
from tests.support.virtual_time import run

ADA = ClientId("ada")


class Person:
    def __init__(self) -> None:
        self.closed: list[str] = []

    def close(self, kind: ErrorKind, text: str = "") -> None:
        self.closed.append(kind.name)

    def offer(self, hold: Hold) -> None:
        raise NotImplementedError


def test_one_waiting_too_many_costs_the_oldest_its_place() -> None:
    presence, lines = Presence(), [Person() for _ in range(limits.WAITING_HELLOS + 2)]
    for line in lines:
        presence.wait(line)
    assert [line.closed for line in lines[:3]] == [[HELLO_CROWDED.name], [HELLO_CROWDED.name], []]
    assert len(presence) == limits.WAITING_HELLOS


def test_who_said_hello_does_not_wait_any_more() -> None:
    presence, first = Presence(), Person()
    presence.wait(first)
    presence.greeted(first)
    for _ in range(limits.WAITING_HELLOS + 1):
        presence.wait(Person())
    assert first.closed == []


def test_two_tabs_are_one_client() -> None:
    presence, tabs = Presence(), [Person(), Person()]
    for tab in tabs:
        presence.enter(ADA, tab)
    assert set(presence.of(ADA)) == set(tabs)
    presence.leave(ADA, tabs[0])
    assert (presence.of(ADA), presence.clients()) == ([tabs[1]], [ADA])
    presence.leave(ADA, tabs[1])
    assert (presence.of(ADA), presence.clients()) == ([], [])


def test_lines_of_one_client_and_of_one_address_are_limited() -> None:
    presence, tabs = Presence(lines_per_address=20), [Person() for _ in range(limits.LINES_PER_CLIENT)]
    for tab in tabs:
        presence.enter(ADA, tab, "home")
    assert refused(presence, ADA, "elsewhere")
    for number in range(20 - len(tabs)):
        presence.enter(ClientId(f"guest {number}"), Person(), "home")
    assert refused(presence, ClientId("bob"), "home")
    presence.enter(ClientId("bob"), Person(), "elsewhere")
    presence.leave(ADA, tabs[0])
    presence.leave(ADA, tabs[0])
    presence.enter(ADA, Person(), "home")
    assert refused(presence, ClientId("cem"), "home")


def refused(presence: Presence, client_id: ClientId, address: str) -> bool:
    """And leaving, as a line does that could not enter, changes nothing."""
    before, person = len(presence), Person()
    with pytest.raises(RoomError) as error:
        presence.enter(client_id, person, address)
    presence.leave(client_id, person)
    return error.value.kind is TOO_MANY_CONNECTIONS and len(presence) == before


def test_goodbye_reaches_everybody_and_ends_when_the_last_has_gone() -> None:
    async def main() -> None:
        presence, waiting, visitor = Presence(), Person(), Person()
        presence.wait(waiting)
        presence.enter(ADA, visitor)
        presence.close_all(WORKER_STOPPING)
        assert waiting.closed == visitor.closed == [WORKER_STOPPING.name]
        gone = asyncio.create_task(presence.empty())
        presence.greeted(waiting)
        await asyncio.sleep(1)
        assert not gone.done()
        presence.leave(ADA, visitor)
        await gone

    run(main())
