"""The Python client as host and among hosts: deposits and what they cover, snapshots, doors, the next room."""

import asyncio

import pytest

from client_py import (
    PRIVATE,
    SPECTATOR,
    AsHost,
    DoorsSet,
    HostChanged,
    Lobby,
    Refused,
    Relay,
    Resumed,
    Room,
    RoomError,
    Said,
    SeatTaken,
    Snapshot,
    State,
)
from shared.protocol import messages
from shared.protocol.errors import HOST_EPOCH_OLD, INVITE_WRONG, NEXT_ROOM, NOT_HOST
from shared.protocol.messages import (
    AskDeposit,
    Ban,
    Deposit,
    Error,
    HandOver,
    Hello,
    Hidden,
    JoinRoom,
    JournalRow,
    Kick,
    MemberLeft,
    MemberPings,
    NextRoom,
    Ping,
    PingRow,
    QuickMatch,
    Reroute,
    RoomDisconnect,
    SendAsHost,
    SendRelay,
    SetDoors,
    TakeSeat,
    Welcome,
)
from shared.wire.body import pack_body
from tests.support.fake_servers import Call, FakeServers
from tests.support.scenes import ANN, BOB, WORKER, a_table, arrive, come_back, enter, play

NO_SNAPSHOT = messages.Snapshot(False, 0, b"", [], 0)


async def host_a_room(servers: FakeServers) -> tuple[Lobby, Room, Call]:
    lobby, call = await arrive(servers)
    room, worker = await enter(servers, lobby, call, authority="host")
    worker.says(NO_SNAPSHOT)
    assert (await room.next(Snapshot)).is_whole is False
    return lobby, room, worker


def relay(number: int) -> messages.Relay:
    return messages.Relay(2, "n", pack_body(number))


# --- deposits


def test_a_deposit_covers_what_the_program_has_taken_in_and_not_what_waits() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        state: list[int] = []
        room.on_deposit = lambda: bytes(state)
        room.deposit_tick = 900
        await room.send("n", 0)
        worker.says(relay(1), relay(2), AskDeposit(1000), relay(3))
        await asyncio.sleep(0.1)
        async for event in room:
            if isinstance(event, Relay):
                state.append(event.body)
            if state == [1, 2, 3]:
                break
        assert await worker.hears(Deposit) == Deposit(1, 2, 1, 900, b"\x01\x02")
        await room.send("n", 4)
        room.deposit(b"mine", tick=901)
        assert await worker.hears(Deposit) == Deposit(1, 3, 2, 901, b"mine")
        worker.says(relay(5))
        await asyncio.sleep(0.1)
        room.deposit(b"mine")
        assert (await worker.hears(Deposit)).received == 3, "the fourth waits to be taken in"
        await lobby.close()

    play(scenario)


def test_a_long_deposit_goes_in_parts() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        room.on_deposit = lambda: bytes(200_000)
        worker.says(AskDeposit(1000))
        with pytest.raises(TimeoutError):
            await room.next(Relay, within=0.1)
        parts = [await worker.hears(messages.Part) for _ in range(7)]
        assert {(part.kind, part.total) for part in parts} == {(50, parts[0].total)}
        assert sum(len(part.chunk) for part in parts) == parts[0].total > 200_000
        await lobby.close()

    play(scenario)


def test_who_is_not_host_or_keeps_no_state_deposits_nothing() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        worker.says(AskDeposit(1000), messages.HostChanged(2, 2), AskDeposit(1000))
        await room.next(HostChanged)
        room.on_deposit = lambda: b"old"
        worker.says(AskDeposit(1000), relay(1))
        await room.next(Relay)
        await room.send("n", 0)
        await worker.hears(SendRelay)
        assert not [message for message in worker.heard if isinstance(message, Deposit)]
        await lobby.close()

    play(scenario)


def test_a_host_deposits_nothing_before_it_has_taken_in_that_it_is_host_again() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        worker.closes()
        _, worker = await come_back(servers)
        worker.says(a_table(authority="host", has_returned=True, host_epoch=3), NO_SNAPSHOT)
        await asyncio.sleep(0.1)
        assert room.host_epoch == 3
        room.deposit(b"of the epoch before")
        await room.next(Resumed)
        room.deposit(b"still before the snapshot")
        await room.next(Snapshot)
        room.deposit(b"of this one")
        assert (await worker.hears(Deposit)).body == b"of this one"
        await lobby.close()

    play(scenario)


# --- snapshots


def test_a_new_host_gets_the_state_what_followed_and_what_it_said_itself_since() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        worker.says(messages.HostChanged(2, 2))
        for number in range(3):
            await room.send("n", number)
        await room.send("n", 9, to=2)
        rows = [
            JournalRow(2, "n", pack_body(7)),
            JournalRow(0, "go", pack_body(None)),
            JournalRow(1, "n", pack_body(0)),
        ]
        worker.says(messages.HostChanged(1, 3), messages.Snapshot(True, 60, b"state", rows, 1))
        assert await room.next(HostChanged) == HostChanged(BOB, 2)
        assert await room.next(HostChanged) == HostChanged(ANN, 3)
        assert await room.next(Snapshot) == Snapshot(
            True,
            60,
            b"state",
            (Said(BOB, "n", 7), Said(None, "go", None), Said(ANN, "n", 0)),
            (Said(ANN, "n", 1), Said(ANN, "n", 2)),
        )
        await room.send_as_host("score", [1, 2], to=2)
        assert await worker.hears(SendAsHost) == SendAsHost(3, 2, "score", pack_body([1, 2]))
        await lobby.close()

    play(scenario)


def test_a_snapshot_is_as_true_as_the_moment_when_it_is_taken() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        await room.send("n", 0)
        rows = [JournalRow(2, "n", b"\xc1"), JournalRow(1, "n", pack_body(0))]
        worker.says(messages.Snapshot(True, 60, b"state", rows, 1))
        await asyncio.sleep(0.1)
        await room.send("n", 1)
        await room.send_as_host("go", 2)
        worker.says(Ping(1, 3))
        await asyncio.sleep(0.1)
        snapshot = await room.next(Snapshot)
        assert snapshot.journal == (Said(ANN, "n", 0),)
        assert snapshot.own == (Said(ANN, "n", 1), Said(None, "go", 2))
        await lobby.close()

    play(scenario)


def test_a_picture_is_whole_only_with_its_snapshot() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call, authority="host", host=2)
        worker.says(relay(1))
        await room.next(Relay)
        worker.closes()
        hello, worker = await come_back(servers)
        assert hello.received == -1
        worker.says(a_table(authority="host", host=2, has_returned=True), NO_SNAPSHOT, relay(2))
        await room.next(Relay)
        worker.closes()
        assert (await come_back(servers))[0].received == 1
        await lobby.close()

    play(scenario)


def test_what_a_host_says_and_what_comes_too_late() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        worker.says(
            messages.AsHost(1, "score", pack_body(3)), Error(HOST_EPOCH_OLD.name, "Somebody else is host.", 52, "", "")
        )
        assert await room.next(AsHost) == AsHost(1, "score", 3)
        assert (await room.next(Refused)).error.kind is HOST_EPOCH_OLD
        await lobby.close()

    play(scenario)


# --- doors


def test_a_host_s_acts_are_answered_by_what_everybody_sees() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        closing = asyncio.create_task(room.set_doors(PRIVATE, is_locked=True))
        asked = await worker.hears(SetDoors)
        assert asked[1:] == (PRIVATE, True)
        worker.says(messages.DoorsSet(PRIVATE, True, "k7m2xw9p"))
        await closing
        assert await room.next(DoorsSet) == DoorsSet(PRIVATE, True, "k7m2xw9p")
        assert (room.doors, room.is_locked, room.invite) == (PRIVATE, True, "k7m2xw9p")
        handing = asyncio.create_task(room.hand_over(2))
        assert (await worker.hears(HandOver)).number == 2
        worker.says(messages.HostChanged(2, 2))
        await handing
        for act, kind in ((room.kick, Kick), (room.ban, Ban)):
            sending_out = asyncio.create_task(act(2))
            assert (await worker.hears(kind)).number == 2
            worker.says(MemberLeft(2, "kicked"))
            await sending_out
        await lobby.close()

    play(scenario)


def test_what_only_a_host_may_do_is_refused_by_the_room() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        locking = asyncio.create_task(room.set_doors("public", is_locked=True))
        asked = await worker.hears(SetDoors)
        worker.says(messages.DoorsSet("public", False, ""), Error(NOT_HOST.name, "No.", 54, asked.request, ""))
        with pytest.raises(RoomError, match="No"):
            await locking
        await lobby.close()

    play(scenario)


def test_a_spectator_takes_a_seat_and_pings_are_kept() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        watching = asyncio.create_task(lobby.join("room1", role=SPECTATOR, take_over=True))
        asked = await call.hears(JoinRoom)
        assert asked[1:] == ("room1", SPECTATOR, "", True)
        call.says(Reroute(asked.request, "room1", "chat", WORKER, "ticket"))
        worker = await servers.call()
        worker.says(a_table(members=[ANN._replace(role=SPECTATOR), BOB]))
        room = await watching
        taking = asyncio.create_task(room.take_seat())
        await worker.hears(TakeSeat)
        worker.says(MemberPings([PingRow(1, 20), PingRow(2, 44)]), messages.SeatTaken(1))
        await taking
        assert await room.next(SeatTaken) == SeatTaken(ANN)
        assert room.pings == {1: 20, 2: 44}
        await room.hide(True)
        assert await worker.hears(Hidden) == Hidden(True)
        await lobby.close()

    play(scenario)


# --- ways into rooms


def test_an_invite_code_needs_no_room_id() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        joining = asyncio.create_task(lobby.join(invite="k7m2xw9p"))
        asked = await call.hears(JoinRoom)
        assert asked[1:] == ("", "player", "k7m2xw9p", False)
        call.says(Error(INVITE_WRONG.name, "", 13, asked.request, ""))
        with pytest.raises(RoomError) as wrong:
            await joining
        assert wrong.value.kind is INVITE_WRONG
        await lobby.close()

    play(scenario)


def test_a_quick_match_leads_into_a_room() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        matching = asyncio.create_task(lobby.quick_match("chat", {"speed": 3}))
        asked = await call.hears(QuickMatch)
        assert asked[1:] == ("chat", {"speed": 3})
        call.says(Reroute(asked.request, "room1", "chat", WORKER, "ticket"))
        (await servers.call()).says(a_table())
        assert (await matching).id == "room1"
        await lobby.close()

    play(scenario)


def test_everybody_goes_on_to_the_next_room() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        going_on = asyncio.create_task(lobby.next_room("sketch", "Board", is_quick=True))
        asked = await worker.hears(NextRoom)
        assert asked[1:] == ("sketch", "Board", True)
        worker.says(RoomDisconnect("", "room1", NEXT_ROOM.name, ""))
        call = await servers.call()
        assert (await call.hears(Hello)).session == ""
        call.says(Welcome("cann", "Ann", "room2"), Reroute("", "room2", "sketch", WORKER, "ticket"))
        (await servers.call()).says(a_table(room_id="room2"))
        another = await going_on
        assert (another.id, lobby.room, lobby.seated_in) == ("room2", another, "room2")
        assert room.reason is not None
        assert room.reason.kind is NEXT_ROOM
        assert await lobby.arrival() is another
        await lobby.close()

    play(scenario)


def test_a_guest_of_the_room_arrives_in_the_next_one_without_doing_anything() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await host_a_room(servers)
        worker.says(RoomDisconnect("", "room1", NEXT_ROOM.name, ""))
        assert [event async for event in room] == []
        arriving = asyncio.create_task(lobby.arrival())
        call = await servers.call()
        call.says(Welcome("cann", "Ann", "room2"), Reroute("", "room2", "chat", WORKER, "ticket"))
        (await servers.call()).says(a_table(room_id="room2"))
        assert (await arriving).id == "room2"
        assert lobby.state is State.ROOM
        await lobby.close()

    play(scenario)


def test_a_way_that_was_interrupted_is_taken_again_as_one_s_own() -> None:
    """The seat may have been claimed before the line broke; then it is this client's already."""

    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        joining = asyncio.create_task(lobby.join("room1"))
        asked = await call.hears(JoinRoom)
        call.says(Reroute(asked.request, "room1", "chat", WORKER, "ticket"))
        (await servers.call()).closes()
        call = await servers.call()
        call.says(Welcome("cann", "Ann", "room1"))
        asked = await call.hears(JoinRoom)
        assert asked[1:] == ("room1", "player", "", True)
        call.says(Reroute(asked.request, "room1", "chat", WORKER, "ticket 2"))
        (await servers.call()).says(a_table(has_returned=True))
        assert (await joining).id == "room1"
        await lobby.close()

    play(scenario)
