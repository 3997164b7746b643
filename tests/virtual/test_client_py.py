"""The Python client against a lobby and workers played by hand, on a clock that jumps."""

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
    connect,
)
from shared.protocol import messages
from shared.protocol.errors import (
    JOIN_REFUSED,
    LEFT,
    LINE_LOST,
    NEXT_ROOM,
    NOT_ALLOWED,
    NOT_HOST,
    ROOM_CLOSED,
    ROOM_FULL,
    SEATED,
    TAKEN_OVER,
    TICKET_EXPIRED,
    TOKEN_EXPIRED,
    USERNAME_TAKEN,
    VERSION_UNSUPPORTED,
    WORKER_STOPPING,
    ErrorKind,
)
from shared.protocol.messages import (
    AllRooms,
    ChatRow,
    CloseRoom,
    CreateRoom,
    Error,
    Hello,
    JoinRoom,
    LeaveRoom,
    MemberRow,
    Ping,
    Reroute,
    RoomDisconnect,
    RoomRow,
    SendChat,
    SendRelay,
    SendVolatile,
    SetUsername,
    SubscribeRooms,
    UpdateRooms,
    UsernameSet,
    Welcome,
)
from shared.wire.body import pack_body
from tests.support.fake_servers import FakeServers
from tests.support.scenes import ANN, BOB, WORKER, a_table, arrive, enter, now, play, welcome

# --- the lobby


def test_a_guest_takes_an_identity_and_is_welcomed() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        assert call.url == "ws://lobby/ws"
        ((url, body, token),) = servers.posts
        assert (url, body["username"], token) == ("http://lobby/api/clients", "Ann", "")
        assert (lobby.client_id, lobby.username, lobby.seated_in) == ("cann", "Ann", "")
        assert lobby.state is State.LOBBY
        await lobby.close()
        assert call.closed_by_client.is_set()
        assert lobby.state is State.CLOSED

    play(scenario)


def test_a_token_of_one_s_own_is_used_as_it_is() -> None:
    async def scenario(servers: FakeServers) -> None:
        connecting = asyncio.create_task(connect("http://lobby/", token="mine", shell=servers.shell))
        call = await servers.call()
        assert await call.hears(Hello) == Hello(1, "mine", "", 0, -1)
        call.says(Welcome("cann", "Ann", ""))
        await (await connecting).close()
        assert servers.posts == []

    play(scenario)


@pytest.mark.parametrize("kind", [VERSION_UNSUPPORTED, NOT_ALLOWED])
def test_a_final_refusal_is_raised(kind: ErrorKind) -> None:
    async def scenario(servers: FakeServers) -> None:
        connecting = asyncio.create_task(connect("http://lobby", shell=servers.shell))
        (await servers.call()).closes(kind)
        with pytest.raises(RoomError) as refused:
            await connecting
        assert refused.value.kind is kind

    play(scenario)


def test_an_expired_guest_comes_as_a_new_one() -> None:
    async def scenario(servers: FakeServers) -> None:
        connecting = asyncio.create_task(connect("http://lobby", username="Ann", shell=servers.shell))
        (await servers.call()).closes(TOKEN_EXPIRED)
        call = await servers.call()
        assert (await call.hears(Hello)).token == "token 2"
        call.says(Welcome("cann", "Ann", ""))
        await (await connecting).close()
        assert [body["username"] for _, body, _ in servers.posts] == ["Ann", "Ann"]

    play(scenario)


def test_an_unreachable_lobby_is_called_again_with_growing_pauses() -> None:
    async def scenario(servers: FakeServers) -> None:
        def refuse(url: str) -> None:
            if now() < 60:
                raise RoomError(LINE_LOST)

        servers.refuses = refuse
        lobby, _ = await arrive(servers)
        assert 60 <= now() < 76
        assert len(servers.dialled_at) == 1
        await lobby.close()

    play(scenario)


def test_a_token_is_exchanged_at_half_of_its_life() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        for at_s, token in ((1000.0, "token 1"), (2000.0, "token 2"), (2500.0, "token 2"), (4000.0, "token 3")):
            await asyncio.sleep(at_s - now())
            call.closes()
            call = await servers.call()
            assert (await call.hears(Hello)).token == token
            call.says(Welcome("cann", "Ann", ""))
            await lobby.wait_for(State.LOBBY)
        assert [old for _, _, old in servers.posts] == ["", "token 1", "token 2"]
        await lobby.close()

    play(scenario)


def test_the_list_is_live_and_asked_for_again_after_a_loss() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        watching = asyncio.create_task(lobby.rooms.watch("chat", sort="name", open_only=True))
        assert await call.hears(SubscribeRooms) == SubscribeRooms("chat", {}, "name", True, 200)
        den = RoomRow("r1", "chat", "Den", "Ann", 1, 8, 0, 8, False, "none", {}, 5, None, False, "")
        call.says(AllRooms([den], 3))
        await watching
        assert (lobby.rooms.rows, lobby.rooms.more) == ((den,), 3)
        changing = asyncio.create_task(lobby.rooms.changed())
        attic = den._replace(room_id="r2", name="Attic")
        await asyncio.sleep(0)
        call.says(UpdateRooms([attic], [], 0))
        assert await changing == (attic, den)
        call.says(UpdateRooms([], ["r1"], 0))
        await lobby.rooms.changed()
        assert lobby.rooms.get("r1") is None
        assert lobby.rooms.get("r2") == attic
        call.closes()
        call = await welcome(servers)
        assert (await call.hears(SubscribeRooms)).sort == "name"
        await lobby.close()

    play(scenario)


def test_a_question_survives_a_lost_line_under_the_same_request_id() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        creating = asyncio.create_task(lobby.create("chat", "Den", seats=4, options={"speed": 3}))
        first = await call.hears(CreateRoom)
        assert first[1:] == ("chat", "Den", 4, {"speed": 3})
        call.closes()
        call = await welcome(servers)
        assert await call.hears(CreateRoom) == first
        call.says(Reroute(first.request, "room1", "chat", WORKER, "ticket"))
        (await servers.call()).says(a_table())
        assert (await creating).id == "room1"
        await lobby.close()

    play(scenario)


@pytest.mark.parametrize("kind", [ROOM_FULL, SEATED, JOIN_REFUSED])
def test_a_refusal_is_raised_with_its_sentence(kind: ErrorKind) -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        joining = asyncio.create_task(lobby.join("room1"))
        asked = await call.hears(JoinRoom)
        call.says(Error(kind.name, "Not today.", 13, asked.request, "room7"))
        with pytest.raises(RoomError) as refused:
            await joining
        assert (refused.value.kind, refused.value.text, refused.value.room_id) == (kind, "Not today.", "room7")
        await lobby.close()

    play(scenario)


def test_a_question_without_an_answer_ends() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, _ = await arrive(servers)
        with pytest.raises(RoomError) as gone:
            await lobby.join("room1")
        assert gone.value.kind is LINE_LOST
        assert 20 <= now() < 21
        await lobby.close()

    play(scenario)


def test_a_new_name_is_carried_into_the_next_identity() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        renaming = asyncio.create_task(lobby.set_username("Zoë"))
        asked = await call.hears(SetUsername)
        call.says(SetUsername(asked.request, "Zoë"))
        await renaming
        assert lobby.username == "Zoë"
        call.closes()
        await welcome(servers)
        assert servers.posts[-1][1]["username"] == "Zoë"
        await lobby.close()

    play(scenario)


def test_a_seat_elsewhere_can_be_given_up() -> None:
    async def scenario(servers: FakeServers) -> None:
        connecting = asyncio.create_task(connect("http://lobby", shell=servers.shell))
        call = await welcome(servers, room_id="room9")
        lobby = await connecting
        assert lobby.seated_in == "room9"
        leaving = asyncio.create_task(lobby.leave())
        asked = await call.hears(LeaveRoom)
        call.says(RoomDisconnect(asked.request, "room9", "left", ""))
        await leaving
        assert lobby.seated_in == ""
        await lobby.close()

    play(scenario)


def test_silence_counts_as_a_lost_line() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        call.is_alive = False
        await lobby.wait_for(State.WAITING)
        assert 10 <= now() < 13
        assert call.closed_by_client.is_set()
        await lobby.close()

    play(scenario)


def test_a_line_is_pinged_every_two_seconds_and_stays() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        await asyncio.sleep(61)
        assert lobby.state is State.LOBBY
        assert len([message for message in call.heard if isinstance(message, Ping)]) == 30
        await lobby.close()

    play(scenario)


# --- the way to a room


def test_the_lobby_s_line_closes_for_the_room_s() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, _ = await enter(servers, lobby, call)
        assert call.closed_by_client.is_set()
        assert lobby.state is State.ROOM
        assert lobby.room is room
        assert lobby.seated_in == room.id == "room1"
        assert (room.game, room.name, room.seats, room.options) == ("chat", "Den", 8, {"speed": 3})
        with pytest.raises(RoomError) as seated:
            await lobby.join("room2")
        assert (seated.value.kind, seated.value.room_id) == (SEATED, "room1")
        await lobby.close()

    play(scenario)


def test_a_reroute_that_nobody_asked_for_is_followed() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        call.says(Reroute("", "room1", "chat", WORKER, "ticket"))
        (await servers.call()).says(a_table())
        await lobby.wait_for(State.ROOM)
        assert lobby.room is not None
        await lobby.close()

    play(scenario)


def test_the_application_may_decline_a_reroute() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers, on_reroute=lambda reroute: False)
        joining = asyncio.create_task(lobby.join("room1"))
        asked = await call.hears(JoinRoom)
        call.says(Reroute(asked.request, "room1", "chat", WORKER, "ticket"))
        with pytest.raises(RoomError) as declined:
            await joining
        assert declined.value.kind is NOT_ALLOWED
        assert lobby.state is State.LOBBY
        await lobby.close()

    play(scenario)


@pytest.mark.parametrize("kind", [LINE_LOST, WORKER_STOPPING, TICKET_EXPIRED])
def test_a_way_that_fails_is_tried_once_more_through_the_lobby(kind: ErrorKind) -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        joining = asyncio.create_task(lobby.join("room1"))
        for attempt in (1, 2):
            asked = await call.hears(JoinRoom)
            call.says(Reroute(asked.request, "room1", "chat", WORKER, f"ticket {attempt}"))
            worker = await servers.call()
            if attempt == 1:
                worker.closes(kind)
                call = await welcome(servers)
        assert (await worker.hears(Hello)).token == "ticket 2"
        worker.says(a_table())
        assert (await joining).id == "room1"
        await lobby.close()

    play(scenario)


def test_a_way_that_is_refused_is_not_tried_again() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        joining = asyncio.create_task(lobby.join("room1"))
        asked = await call.hears(JoinRoom)
        call.says(Reroute(asked.request, "room1", "chat", WORKER, "ticket"))
        (await servers.call()).closes(JOIN_REFUSED, "Members only.")
        with pytest.raises(RoomError, match="Members only"):
            await joining
        await welcome(servers)
        await lobby.wait_for(State.LOBBY)
        await lobby.close()

    play(scenario)


# --- inside a room


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


def test_a_new_name_in_the_room_is_confirmed_by_the_notice() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call)
        renaming = asyncio.create_task(room.set_username("Anna"))
        await worker.hears(SetUsername)
        worker.says(UsernameSet(1, "Anna"))
        await renaming
        assert room.me.username == "Anna"
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
