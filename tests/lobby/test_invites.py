"""Doors as a lobby keeps them: what is listed, who gets in by which code, and how often one may guess."""

from typing import Any

from httpx import Response

from shared.protocol import limits
from shared.protocol.ids import RoomId
from shared.protocol.messages import (
    PRIVATE,
    UNLISTED,
    AllRooms,
    Error,
    JoinRoom,
    Reroute,
    SubscribeRooms,
    UpdateRooms,
)
from shared.protocol.records import Claim
from tests.support.lobbies import API_KEY, Running, Worker, running

EVERYTHING = SubscribeRooms("", {}, "newest", False, limits.LIST_ROWS)
CODE = "k7mwq2xy"


async def a_room(lobby: Running, worker: Worker, **summary: Any) -> tuple[RoomId, Claim]:
    """Ada's room, of which its worker says this."""
    await lobby.post("/api/rooms", "ada", game="chat", name="Tea room")
    ada = await worker.enter("ada")
    await worker.say([ada], **summary)
    return ada.room.spec.room_id, ada


def name_of(answer: Response) -> str:
    return str(answer.json()["error"]["name"]) if answer.is_error else "ok"


async def test_the_list_shows_public_rooms_with_what_is_new_of_them(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("eve") as eve:
        worker = await Worker(lobby.store).start()
        await eve.send(EVERYTHING)
        assert await eve.next() == AllRooms([], 0)
        room_id, ada = await a_room(lobby, worker, host_name="Ada", host_ping_ms=20, host_ping_age_ms=30_000)
        update = await eve.next(UpdateRooms)
        while not update.changed[0].host_name:
            update = await eve.next(UpdateRooms)
        [row] = update.changed
        assert (row.spectators, row.spectator_seats, row.is_locked) == (0, 16, False)
        assert (row.host_ping_ms, row.is_ping_old, row.address) == (20, True, "ws://{host}:8101")
        [shown] = (await lobby.http.get("/api/rooms")).json()["rooms"]
        assert shown["address"] == row.address

        await lobby.post(f"/api/rooms/{room_id}/join", "dan", role="spectator")
        [row] = (await eve.next(UpdateRooms)).changed
        assert (row.players, row.spectators) == (1, 1)
        await worker.say([ada], host_name="Ada", is_locked=True)
        [row] = (await eve.next(UpdateRooms)).changed
        assert row.is_locked
        for doors in ({"doors": UNLISTED}, {"doors": PRIVATE, "invite": CODE}):
            await worker.say([ada], host_name="Ada", **doors)
            assert (await eve.next(UpdateRooms)).removed == [room_id]
            await worker.say([ada], host_name="Ada")
            assert (await eve.next(UpdateRooms)).changed[0].room_id == room_id


async def test_an_invite_leads_into_a_private_room(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("bob") as bob:
        room_id, _ = await a_room(lobby, await Worker(lobby.store).start(), doors=PRIVATE, invite=CODE)
        await bob.send(JoinRoom("1", room_id, "player", "", False))
        assert (await bob.next(Error)).name == "room-unknown"
        await bob.send(JoinRoom("2", "", "player", f" {CODE.upper()} ", False))
        assert (await bob.next(Reroute)).room_id == room_id, "as people type"
        assert name_of(await lobby.post(f"/api/rooms/{room_id}/join", "cat", invite=CODE)) == "ok"
        assert name_of(await lobby.post("/api/join", "dan", invite=CODE)) == "ok"
        assert name_of(await lobby.post("/api/join", "eve", invite="")) == "bad-request"


async def test_a_wrong_code_says_nothing_about_what_there_is(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("bob") as bob:
        room_id, _ = await a_room(lobby, await Worker(lobby.store).start(), doors=PRIVATE, invite=CODE)
        answers = []
        for room in (room_id, "nowhere", ""):
            await bob.send(JoinRoom("1", room, "player", "wrongone", False))
            answers.append(await bob.next(Error))
        assert {(answer.name, answer.text) for answer in answers} == {
            ("invite-wrong", "There is no such room, or the invite code is wrong.")
        }


async def test_wrong_guesses_are_limited_for_the_whole_address(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as one, running(redis_url, realm) as other:
        room_id, _ = await a_room(one, await Worker(one.store).start(), doors=PRIVATE, invite=CODE)
        for number in range(2 * limits.INVITE_GUESSES_PER_MINUTE):
            right = await (one, other)[number % 2].post("/api/join", f"guest-{number % 3}", invite=CODE)
            assert name_of(right) == "ok", "right ones are not counted"
        for number in range(limits.INVITE_GUESSES_PER_MINUTE):
            wrong = await (one, other)[number % 2].post("/api/join", f"guesser-{number}", invite=f"guess{number}")
            assert name_of(wrong) == "invite-wrong"
        assert name_of(await one.post("/api/join", "guesser", invite=CODE)) == "too-many-requests"
        assert name_of(await other.post(f"/api/rooms/{room_id}/join", "dan", invite="x")) == "too-many-requests"
        assert name_of(await other.post(f"/api/rooms/{room_id}/join", "dan")) == "room-unknown", "no guess at all"


async def test_a_locked_room_and_whom_a_server_calls(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("bob") as bob:
        room_id, _ = await a_room(lobby, await Worker(lobby.store).start(), is_locked=True)
        assert name_of(await lobby.post(f"/api/rooms/{room_id}/join", "bob")) == "room-locked"
        seats = {"clients": [{"client_id": "bob"}]}
        headers = {"authorization": f"Bearer {API_KEY}"}
        assert (await lobby.http.post(f"/api/rooms/{room_id}/seats", json=seats, headers=headers)).status_code == 200
        assert (await bob.next(Reroute)).room_id == room_id
