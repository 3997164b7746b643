"""The Python client inside a room, with servers played by hand on a clock that jumps."""

import asyncio

import pytest

from client_py import (
    TO_HOST,
    Chat,
    HostChanged,
    Joined,
    Left,
    Refused,
    Relay,
    Renamed,
    Room,
    RoomError,
    State,
    Volatile,
)
from shared.protocol import messages
from shared.protocol.errors import (
    LEFT,
    NEXT_ROOM,
    NOT_HOST,
    ROOM_CLOSED,
    TAKEN_OVER,
    USERNAME_TAKEN,
    ErrorKind,
)
from shared.protocol.messages import (
    ChatRow,
    CloseRoom,
    Error,
    LeaveRoom,
    MemberRow,
    RoomDisconnect,
    SendChat,
    SendRelay,
    SendVolatile,
    SetUsername,
    UsernameSet,
)
from shared.wire.body import pack_body
from tests.support.fake_servers import FakeServers
from tests.support.scenes import ANN, BOB, arrive, enter, now, play, welcome


def test_the_room_s_picture_is_kept_true() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call, chat=[ChatRow(0, "Old", "hi", 1)])
        eve, zoe = MemberRow(3, "ceve", "Eve", "spectator", False), BOB._replace(username="Zoë")
        assert (room.me, room.host, room.is_host, list(room.members.values())) == (ANN, ANN, True, [ANN, BOB])
        worker.says(
            messages.MemberJoined(*eve[:4]),
            UsernameSet(2, "Zoë"),
            messages.HostChanged(2, 2),
            messages.Chat(2, "hello", 9),
            messages.MemberLeft(3, "line-lost"),
        )
        assert await room.next(Joined) == Joined(eve)
        assert await room.next(Renamed) == Renamed(zoe, BOB)
        assert await room.next(HostChanged) == HostChanged(zoe, 2)
        assert await room.next(Chat) == Chat(zoe, "hello", 9)
        assert await room.next(Left) == Left(eve, "line-lost")
        assert (room.host, room.host_epoch, room.is_host) == (zoe, 2, False)
        assert list(room.members) == [1, 2]
        assert room.chat == [ChatRow(0, "Old", "hi", 1), ChatRow(2, "Zoë", "hello", 9)]
        await lobby.close()

    play(scenario)


def test_what_a_room_sends() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call)
        await room.send("move", {"x": 1.0})
        await room.send("ask", to=TO_HOST)
        await room.volatile("cursor", [1, 2], to=2)
        await room.say("hello")
        assert await worker.hears(SendRelay) == SendRelay(0, "move", pack_body({"x": 1.0}))
        assert await worker.hears(SendRelay) == SendRelay(-1, "ask", pack_body(None))
        assert await worker.hears(SendVolatile) == SendVolatile(2, "cursor", pack_body([1, 2]))
        assert await worker.hears(SendChat) == SendChat("hello")
        await lobby.close()

    play(scenario)


def test_relays_arrive_unpacked_and_in_order() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call)
        worker.says(
            messages.Volatile(2, "cursor", pack_body([1, 2])),
            *[messages.Relay(2, "n", pack_body(number)) for number in range(5)],
            messages.Relay(2, "broken", b"\xc1"),
            messages.Relay(2, "big", pack_body(b"x" * 45_000)),
        )
        assert [(await room.next(Relay)).body for _ in range(5)] == [0, 1, 2, 3, 4]
        assert await room.next(Volatile) == Volatile(BOB, "cursor", [1, 2])
        assert (await room.next(Relay)).type == "big"
        with pytest.raises(TimeoutError):
            await room.next(Relay, within=3)
        await lobby.close()

    play(scenario)


def test_iteration_gives_everything_and_ends_with_the_room() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call)
        worker.says(
            messages.Relay(2, "a", pack_body(1)),
            messages.Chat(2, "b", 9),
            RoomDisconnect("", "room1", "room-closed", "Bye."),
        )
        assert [type(event) async for event in room] == [Relay, Chat]
        assert room.reason is not None
        assert (room.reason.kind, room.reason.text) == (ROOM_CLOSED, "Bye.")
        with pytest.raises(RoomError):
            await room.next(Relay)
        await lobby.close()

    play(scenario)


def test_a_refused_message_is_an_event_a_refused_question_an_error() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call)
        worker.says(Error("member-unknown", "Who?", 34, "", ""))
        assert (await room.next(Refused)).error.text == "Who?"
        renaming = asyncio.create_task(lobby.set_username("Bob"))
        asked = await worker.hears(SetUsername)
        worker.says(Error(USERNAME_TAKEN.name, "Taken.", 17, asked.request, ""))
        with pytest.raises(RoomError, match="Taken"):
            await renaming
        closing = asyncio.create_task(room.close_room())
        asked_too = await worker.hears(CloseRoom)
        worker.says(Error(NOT_HOST.name, "No.", 37, asked_too.request, ""))
        with pytest.raises(RoomError, match="No"):
            await closing
        await lobby.close()

    play(scenario)


@pytest.mark.parametrize(("wished", "kept"), [(" Anna  L", "Anna L"), ("山田\u3000\u3000太郎", "山田\u3000\u3000太郎")])
def test_a_new_name_in_the_room_is_confirmed_by_the_notice(wished: str, kept: str) -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call)
        renaming = asyncio.create_task(room.set_username(wished))
        await worker.hears(SetUsername)
        worker.says(UsernameSet(1, kept))
        await renaming
        assert room.me.username == kept
        await lobby.close()

    play(scenario)


def test_leaving_is_confirmed_and_leads_to_the_lobby() -> None:
    async def scenario(servers: FakeServers) -> None:
        over: list[tuple[ErrorKind, Room]] = []
        lobby, call = await arrive(servers, on_room_disconnect=lambda error, room: over.append((error.kind, room)))
        room, worker = await enter(servers, lobby, call)
        leaving = asyncio.create_task(lobby.leave())
        asked = await worker.hears(LeaveRoom)
        worker.says(RoomDisconnect(asked.request, "room1", "left", ""))
        await leaving
        assert worker.closed_by_client.is_set()
        assert over == [(LEFT, room)]
        assert lobby.room is None
        await welcome(servers)
        await lobby.wait_for(State.LOBBY)
        await lobby.close()

    play(scenario)


def test_a_worker_that_does_not_answer_holds_nobody() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, _ = await enter(servers, lobby, call)
        began = now()
        await room.leave()
        assert now() - began == pytest.approx(2.0, abs=0.1)
        assert room.reason is not None
        assert room.reason.kind is LEFT
        await room.leave()
        await lobby.close()

    play(scenario)


@pytest.mark.parametrize("kind", [ROOM_CLOSED, TAKEN_OVER, NEXT_ROOM])
def test_a_room_that_is_over_leads_back_to_the_lobby(kind: ErrorKind) -> None:
    async def scenario(servers: FakeServers) -> None:
        reasons: list[ErrorKind] = []
        lobby, call = await arrive(servers, on_room_disconnect=lambda error, room: reasons.append(error.kind))
        room, worker = await enter(servers, lobby, call)
        waiting = asyncio.create_task(room.next(Relay))
        await asyncio.sleep(0)
        worker.closes(kind)
        with pytest.raises(RoomError):
            await waiting
        await welcome(servers)
        await lobby.wait_for(State.LOBBY)
        assert reasons == [kind]
        with pytest.raises(RoomError):
            await room.send("too late")
        await lobby.close()

    play(scenario)


def test_a_worker_that_says_nonsense_is_left() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call)
        worker.says_raw("text")
        with pytest.raises(RoomError, match="text-frame"):
            await room.next(Relay)
        assert worker.closed_by_client.is_set()
        await lobby.close()

    play(scenario)


def test_the_round_trip_is_measured() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, _ = await enter(servers, lobby, call)
        assert room.ping_ms is None
        await asyncio.sleep(5)
        assert room.ping_ms == 0.0
        await lobby.close()

    play(scenario)


def test_closing_ends_everything_that_waits() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, _ = await arrive(servers)
        joining = asyncio.create_task(lobby.join("room1"))
        waiting = asyncio.create_task(lobby.wait_for(State.ROOM))
        await asyncio.sleep(0)
        await lobby.close()
        for task in (joining, waiting):
            with pytest.raises(RoomError):
                await task
        await lobby.close()
        with pytest.raises(RoomError):
            await lobby.join("room1")

    play(scenario)
