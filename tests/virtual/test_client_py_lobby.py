"""The Python client and its lobby, and the way to a room, with servers played by hand on a clock that jumps."""

import asyncio

import pytest

from client_py import (
    RoomError,
    State,
    connect,
)
from shared.protocol.errors import (
    JOIN_REFUSED,
    LINE_LOST,
    NOT_ALLOWED,
    ROOM_FULL,
    SEATED,
    TICKET_EXPIRED,
    TOKEN_EXPIRED,
    VERSION_UNSUPPORTED,
    WORKER_STOPPING,
    ErrorKind,
)
from shared.protocol.messages import (
    AllRooms,
    CreateRoom,
    Error,
    Hello,
    JoinRoom,
    LeaveRoom,
    Ping,
    Reroute,
    RoomDisconnect,
    RoomRow,
    SetUsername,
    SubscribeRooms,
    UpdateRooms,
    Welcome,
)
from tests.support.fake_servers import FakeServers
from tests.support.scenes import WORKER, a_table, arrive, enter, now, play, welcome

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


def test_who_stays_in_a_room_has_its_identity_exchanged_all_the_same() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        _, worker = await enter(servers, lobby, call)
        await asyncio.sleep(4000.0)
        assert [token for _, _, token in servers.posts] == ["", "token 1", "token 2"]
        worker.closes()
        assert (await (await servers.call()).hears(Hello)).token == "token 3"
        await lobby.close()

    play(scenario)


def test_an_identity_that_cannot_be_exchanged_ends_and_another_guest_is_taken_when_one_is_needed() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        _, worker = await enter(servers, lobby, call)
        servers.refuses = refuse_all
        await asyncio.sleep(4000.0)
        servers.refuses = None
        assert len(servers.posts) == 1
        worker.closes()
        assert (await (await servers.call()).hears(Hello)).token == "token 2"
        assert [token for _, _, token in servers.posts] == ["", ""]
        await lobby.close()

    play(scenario)


def refuse_all(url: str) -> None:
    raise RoomError(LINE_LOST)


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
