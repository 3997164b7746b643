"""The Python client's session against played servers: lines that are lost, the way back, what is said again."""

import asyncio

import pytest

from client_py import Away, Back, Dropped, Lobby, Relay, Resumed, Room, RoomError, State, connect
from shared.protocol import messages
from shared.protocol.errors import (
    BANNED,
    KICKED,
    LEFT,
    LINE_LOST,
    MEMBER_SLOW,
    SESSION_OVER,
    TAKEN_OVER,
    TICKET_EXPIRED,
    TICKET_INVALID,
    TICKET_USED,
    WORKER_STOPPING,
    ErrorKind,
)
from shared.protocol.messages import (
    Error,
    GiveSession,
    Hello,
    KeepSession,
    LeaveRoom,
    MemberAway,
    MemberBack,
    Ping,
    Reroute,
    RoomDisconnect,
    RoomResumed,
    SendRelay,
    SendVolatile,
    SetUsername,
    Welcome,
)
from shared.wire.body import pack_body, unpack_body
from tests.support.fake_servers import Call, FakeServers
from tests.support.scenes import BOB, WORKER, a_table, arrive, come_back, enter, now, play, welcome


def from_bob(number: int) -> messages.Relay:
    return messages.Relay(2, "n", pack_body(number))


async def numbers(room: Room, count: int) -> list[int]:
    return [(await room.next(Relay)).body for _ in range(count)]


async def relays(worker: Call, count: int) -> list[int]:
    return [unpack_body((await worker.hears(SendRelay)).body) for _ in range(count)]


async def be_in_a_room(servers: FakeServers) -> tuple[Lobby, Room, Call]:
    """With the code that leads back."""
    lobby, call = await arrive(servers)
    room, worker = await enter(servers, lobby, call)
    worker.says(GiveSession("code 1"))
    assert await worker.hears(KeepSession) == KeepSession("code 1")
    return lobby, room, worker


async def over(room: Room) -> RoomError:
    with pytest.raises(RoomError):
        await room.next(Relay)
    assert room.reason is not None
    return room.reason


# --- nothing is lost


@pytest.mark.parametrize("kind", [LINE_LOST, MEMBER_SLOW, WORKER_STOPPING])
def test_a_lost_line_is_taken_up_where_it_broke(kind: ErrorKind) -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.says(from_bob(0), messages.Volatile(2, "v", pack_body(0)), from_bob(1))
        assert await numbers(room, 2) == [0, 1]
        worker.closes(kind)
        assert (await room.next(Dropped)).reason.kind is kind
        assert not room.is_connected
        hello, worker = await come_back(servers)
        assert hello == Hello(1, "ticket 2", "code 1", 1, 2)
        worker.says(RoomResumed(1, 0, 2), from_bob(2), from_bob(3), GiveSession("code 2"), from_bob(4))
        assert await room.next(Resumed) == Resumed(True)
        assert await numbers(room, 3) == [2, 3, 4]
        assert await worker.hears(KeepSession) == KeepSession("code 2")
        worker.closes()
        assert (await come_back(servers))[0] == Hello(1, "ticket 2", "code 2", 1, 5)
        assert lobby.room is room
        await lobby.close()

    play(scenario)


def test_what_the_room_has_not_got_is_said_again_in_order_and_before_anything_new() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        for number in range(6):
            await room.send("n", number)
        assert await relays(worker, 6) == [0, 1, 2, 3, 4, 5]
        worker.says(Ping(1, 2))  # two have arrived, it says; four have, in truth
        await asyncio.sleep(0.1)
        assert len(room.unconfirmed) == 4
        worker.closes()
        await room.next(Dropped)
        await room.send("n", 6)
        await room.volatile("v", 0)
        _, worker = await come_back(servers)
        worker.says(RoomResumed(1, 4, 0))
        await room.next(Resumed)
        await room.send("n", 7)
        assert await relays(worker, 4) == [4, 5, 6, 7]
        assert not [message for message in worker.heard if isinstance(message, SendVolatile)]
        worker.says(Ping(1, 8))
        await asyncio.sleep(0.1)
        assert room.unconfirmed == []
        await lobby.close()

    play(scenario)


def test_what_piled_up_goes_out_at_a_pace_that_the_room_allows() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.closes()
        await room.next(Dropped)
        for number in range(200):
            await room.send("n", number)
        _, worker = await come_back(servers)
        worker.says(RoomResumed(1, 0, 0))
        began = now()
        assert await relays(worker, 120) == list(range(120))
        assert now() - began < 0.1
        assert await relays(worker, 80) == list(range(120, 200))
        assert now() - began == pytest.approx(80 / 60, abs=0.2)
        await lobby.close()

    play(scenario)


def test_who_says_too_much_while_away_waits() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.closes()
        await room.next(Dropped)

        async def talk() -> None:
            for number in range(400):
                await room.send("n", number)

        talking = asyncio.create_task(talk())
        _, worker = await come_back(servers)
        assert len(room.unconfirmed) == 257
        worker.says(RoomResumed(1, 0, 0))
        assert await relays(worker, 400) == list(range(400))
        await talking
        await lobby.close()

    play(scenario)


def test_a_question_is_asked_once_and_answered_after_the_return() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        renaming = asyncio.create_task(room.set_username("Anna"))
        await worker.hears(SetUsername)
        worker.closes()
        _, worker = await come_back(servers)
        worker.says(RoomResumed(1, 1, 1), messages.UsernameSet(1, "Anna"))
        await renaming
        assert not [message for message in worker.heard if isinstance(message, SetUsername)]
        await lobby.close()

    play(scenario)


def test_a_line_that_breaks_on_the_way_back_is_no_second_loss() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.closes()
        for kind in (LINE_LOST, TICKET_USED, TICKET_EXPIRED, LINE_LOST):
            _, worker = await come_back(servers)
            worker.closes(kind)
        hello, worker = await come_back(servers)
        assert hello == Hello(1, "ticket 2", "code 1", 1, 0)
        worker.says(RoomResumed(1, 0, 0))
        await room.next(Resumed)
        await room.next(Dropped)
        with pytest.raises(TimeoutError):
            await room.next(Dropped, within=1)
        assert now() < 15, "while a seat waits, the backoff stays short"
        await lobby.close()

    play(scenario)


def test_a_lobby_that_says_nothing_about_the_way_back_is_called_again() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, _, worker = await be_in_a_room(servers)
        worker.closes()
        await welcome(servers, "room1")
        began = now()
        _, worker = await come_back(servers)
        assert 4 < now() - began < 8
        worker.says(RoomResumed(1, 0, 0))
        await lobby.wait_for(State.ROOM)
        await lobby.close()

    play(scenario)


# --- something is lost


def test_an_unrecovered_return_brings_a_new_picture_and_the_count_goes_on_from_the_room_s() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.says(*[from_bob(number) for number in range(3)])
        for number in range(3):
            await room.send("n", number)
        assert await relays(worker, 3) == [0, 1, 2]
        worker.closes()
        _, worker = await come_back(servers)
        zoe = BOB._replace(username="Zoë", is_away=True)
        worker.says(
            a_table(has_returned=True, received=2, host=2, host_epoch=5, members=[*a_table().members[:1], zoe]),
            from_bob(7),
        )
        assert await numbers(room, 3) == [0, 1, 2]
        assert await room.next(Resumed) == Resumed(False)
        assert await numbers(room, 1) == [7]
        assert (room.host, room.host_epoch, room.is_host) == (zoe, 5, False)
        assert await relays(worker, 1) == [2]
        worker.says(Ping(1, 3))
        await asyncio.sleep(0.1)
        assert room.unconfirmed == []
        worker.closes()
        assert (await come_back(servers))[0].received == 1
        await lobby.close()

    play(scenario)


def test_another_owner_of_the_room_gets_all_that_was_not_confirmed() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        for number in range(5):
            await room.send("n", number)
        await relays(worker, 5)
        worker.says(Ping(1, 3))
        await asyncio.sleep(0.1)
        worker.closes()
        _, worker = await come_back(servers)
        worker.says(a_table(has_returned=True, received=1, owner_epoch=2))  # restored from what it was a while ago
        assert await relays(worker, 2) == [3, 4]
        worker.says(Ping(1, 3))
        await asyncio.sleep(0.1)
        assert room.unconfirmed == []
        worker.closes()
        assert (await come_back(servers))[0].owner_epoch == 2
        await lobby.close()

    play(scenario)


def test_a_question_is_answered_by_the_new_picture() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        kicking = asyncio.create_task(room.kick(2))
        worker.closes()
        _, worker = await come_back(servers)
        worker.says(a_table(has_returned=True, received=1, members=a_table().members[:1]))
        await kicking
        await lobby.close()

    play(scenario)


@pytest.mark.parametrize("has_returned", [False, True])
def test_a_newcomer_in_one_s_old_room_gets_a_new_room_and_the_rest_is_handed_back(has_returned: bool) -> None:
    """Or a later self: another window has joined anew since."""

    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        await room.send("n", 7)
        await relays(worker, 1)
        worker.closes()
        _, worker = await come_back(servers)
        worker.says(a_table(you=2, has_returned=has_returned))
        assert (await over(room)).kind is SESSION_OVER
        assert [message.type for message in room.unconfirmed] == ["n"]
        assert lobby.room is not room
        assert lobby.room is not None
        assert lobby.room.me.number == 2
        assert not [message for message in worker.heard if isinstance(message, SendRelay)]
        await lobby.close()

    play(scenario)


def test_without_a_code_the_client_comes_as_itself() -> None:
    """The line broke before the code had come."""

    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        room, worker = await enter(servers, lobby, call)
        worker.closes()
        hello, worker = await come_back(servers)
        assert hello == Hello(1, "ticket 2", "", 1, 0)
        worker.says(a_table(has_returned=True))
        assert await room.next(Resumed) == Resumed(False)
        await lobby.close()

    play(scenario)


# --- it is over


@pytest.mark.parametrize("kind", [KICKED, BANNED, TAKEN_OVER, LEFT])
def test_a_final_word_ends_the_session(kind: ErrorKind) -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.says(RoomDisconnect("", "room1", kind.name, "A sentence."))
        reason = await over(room)
        assert (reason.kind, reason.text) == (kind, "A sentence.")
        call = await servers.call()
        assert (await call.hears(Hello)).session == ""
        await lobby.close()

    play(scenario)


def test_a_seat_that_is_gone_ends_the_session_in_the_lobby() -> None:
    async def scenario(servers: FakeServers) -> None:
        ended: list[ErrorKind] = []
        lobby, call = await arrive(servers, on_room_disconnect=lambda error, room: ended.append(error.kind))
        room, worker = await enter(servers, lobby, call)
        worker.closes()
        call = await servers.call()
        await call.hears(Hello)
        call.says(Welcome("cann", "Ann", ""), RoomDisconnect("", "room1", "session-over", "Too late."))
        assert (await over(room)).kind is SESSION_OVER
        assert ended == [SESSION_OVER]
        assert lobby.state is State.LOBBY
        assert (lobby.room, lobby.seated_in) == (None, "")
        with pytest.raises(RoomError):
            await room.send("too late")
        call.closes()
        assert (await (await servers.call()).hears(Hello)).session == ""
        await lobby.close()

    play(scenario)


def test_who_was_taken_over_while_away_does_not_fight_back() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.closes()
        _, worker = await come_back(servers)
        worker.closes(TICKET_INVALID)
        assert (await over(room)).kind is TICKET_INVALID
        assert (await (await servers.call()).hears(Hello)).session == ""
        await lobby.close()

    play(scenario)


def test_a_room_can_be_left_while_away() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.closes()
        await room.next(Dropped)
        leaving = asyncio.create_task(lobby.leave())
        call = await servers.call()
        assert (await call.hears(Hello)).session == ""
        call.says(Welcome("cann", "Ann", "room1"), Reroute("", "room1", "chat", WORKER, "too late"))
        asked = await call.hears(LeaveRoom)
        call.says(RoomDisconnect(asked.request, "room1", "left", ""))
        await leaving
        assert room.reason is not None
        assert room.reason.kind is LEFT
        assert (lobby.state, lobby.room, lobby.seated_in) == (State.LOBBY, None, "")
        await lobby.close()

    play(scenario)


def test_a_way_back_that_the_application_declines_is_given_up() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        lobby.on_reroute = lambda reroute: False
        worker.closes()
        call = await servers.call()
        call.says(Welcome("cann", "Ann", "room1"), Reroute("", "room1", "chat", WORKER, "ticket"))
        await over(room)
        assert lobby.state is State.LOBBY
        await lobby.close()

    play(scenario)


def test_closing_while_away_ends_the_room() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.closes()
        await room.next(Dropped)
        await lobby.close()
        assert room.reason is not None

    play(scenario)


# --- into another process


def test_a_session_goes_on_in_another_process() -> None:
    async def scenario(servers: FakeServers) -> None:
        kept: list[dict[str, object]] = []
        lobby, call = await arrive(servers, on_session=kept.append)
        room, worker = await enter(servers, lobby, call)
        worker.says(GiveSession("code 1"), from_bob(0))
        for number in range(3):
            await room.send("n", number)
        await relays(worker, 3)
        assert [session["code"] for session in kept] == ["code 1"]
        saved, token = room.session, await lobby.token()
        await lobby.close()

        other = FakeServers(2)
        connecting = asyncio.create_task(connect("http://lobby", token=token, session=saved, shell=other.shell))
        hello, worker = await come_back(other)
        assert hello == Hello(1, "ticket 2", "code 1", 1, -1)
        lobby = await connecting
        worker.says(a_table(has_returned=True, received=1))
        room = await lobby.arrival()
        assert await relays(worker, 2) == [1, 2]
        await room.send("n", 3)
        assert await relays(worker, 1) == [3]
        await lobby.close()

    play(scenario)


def test_a_session_that_is_over_disappoints_who_waits_for_it() -> None:
    async def scenario(servers: FakeServers) -> None:
        saved = {"room_id": "room1", "you": 1, "code": "c", "owner_epoch": 1, "confirmed": 0, "kept": []}
        connecting = asyncio.create_task(connect("http://lobby", token="t", session=saved, shell=servers.shell))
        call = await servers.call()
        assert await call.hears(Hello) == Hello(1, "t", "room1", 0, -1)
        call.says(Welcome("cann", "Ann", ""))
        lobby = await connecting
        waiting = asyncio.create_task(lobby.arrival())
        await asyncio.sleep(0.1)
        call.says(RoomDisconnect("", "room1", "session-over", ""))
        with pytest.raises(RoomError) as gone:
            await waiting
        assert gone.value.kind is SESSION_OVER
        await lobby.close()

    play(scenario)


# --- the others


def test_the_others_go_away_and_come_back() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        worker.says(MemberAway(2))
        assert await room.next(Away) == Away(BOB._replace(is_away=True))
        assert room.members[2].is_away
        worker.says(MemberBack(2))
        assert await room.next(Back) == Back(BOB)
        await lobby.close()

    play(scenario)


def test_an_error_without_an_answer_is_not_asked_again_for_ever() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, room, worker = await be_in_a_room(servers)
        asking = asyncio.create_task(room.kick(2))
        asked = await worker.hears(messages.Kick)
        worker.says(Error("not-host", "No.", 55, asked.request, ""))
        with pytest.raises(RoomError, match="No"):
            await asking
        await lobby.close()

    play(scenario)
