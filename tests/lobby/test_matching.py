"""Quick match: into the best open room, else into a new one; and what becomes of it under a rush."""

import asyncio
from collections import Counter
from typing import Any

from httpx import Response

from lobby.server import keyring_of
from shared.clock import Clock
from shared.protocol.messages import CreateRoom, Error, QuickMatch, Reroute
from shared.rules.room_names import ADJECTIVES, NOUNS
from tests.support.eventually import eventually
from tests.support.lobbies import Running, Talk, Worker, running


async def quick(client: Talk, request: str = "q", **options: Any) -> Reroute | Error:
    await client.send(QuickMatch(request, "chat", options))
    return await client.next(Reroute, Error)  # type: ignore[no-any-return]


async def is_listed(lobby: Running, count: int) -> None:
    async def listed() -> bool:
        return len((await lobby.http.get("/api/rooms")).json()["rooms"]) == count

    await eventually(listed)


async def hears_of(lobby: Running, room_id: str) -> None:
    """Until the lobby knows of this room, be it only by a hint."""
    rooms, mirror = lobby.lobby._list, lobby.lobby._mirror
    await eventually(lambda: room_id in rooms._touched or room_id in mirror.rooms)


async def test_the_first_opens_a_room_and_the_next_one_joins_it(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        worker = await Worker(lobby.store).start()
        first = await quick(ada, mode="wild")
        assert isinstance(first, Reroute)
        assert (first.request, first.game) == ("q", "chat")
        room = (await worker.enter("ada")).room.spec
        adjective, noun = room.name.split()
        assert adjective in ADJECTIVES
        assert noun in NOUNS
        assert (room.options, room.seats) == ({"mode": "wild"}, 8)
        await is_listed(lobby, 1)
        assert (await quick(bob, mode="wild")).room_id == first.room_id


async def test_the_next_one_need_not_wait_until_the_list_shows_the_room(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        worker = await Worker(lobby.store).start()
        # The second pair presses while the list pauses after the push of the first one's room.
        for mode in ("wild", "calm"):
            async with lobby.client(f"ada-{mode}") as ada, lobby.client(f"bob-{mode}") as bob:
                first = await quick(ada, mode=mode)
                await worker.open(f"ada-{mode}")
                await hears_of(lobby, first.room_id)
                assert (await quick(bob, mode=mode)).room_id == first.room_id


async def test_other_options_are_another_match(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        worker = await Worker(lobby.store).start()
        first = await quick(ada, mode="wild")
        await worker.open("ada")
        await is_listed(lobby, 1)
        assert (await quick(bob, mode="calm")).room_id != first.room_id
        for options, name in (({"mode": "loud"}, "bad-options"), ({"size": 1}, "bad-options")):
            async with lobby.client("eve") as eve:
                assert (await quick(eve, **options)).name == name
        async with lobby.client("eve") as eve:
            await eve.send(QuickMatch("q", "chess", {}))
            assert (await eve.next()).name == "game-unknown"


async def test_the_same_request_gets_the_same_seat_wherever_that_was(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        worker = await Worker(lobby.store).start()
        opened = await quick(ada)
        assert (await quick(ada)).room_id == opened.room_id
        await worker.open("ada")
        await is_listed(lobby, 1)
        assert (await quick(ada)).room_id == opened.room_id, "also when its own room is the best by now"
        ways = [await quick(bob, "b") for _ in range(2)]
        ring, now = keyring_of(lobby.settings), Clock().now()
        assert {way.room_id for way in ways} == {opened.room_id}
        assert len({ring.read_ticket(way.ticket, now).session for way in ways}) == 1
        other = await quick(ada, "another")
        assert (other.name, other.room_id) == ("seated", opened.room_id)


async def test_what_filled_up_meanwhile_is_passed_over(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada:
        worker = await Worker(lobby.store).start()
        await ada.send(CreateRoom("c", "chat", "Tea room", 2, {}))
        room_id = (await ada.next(Reroute)).room_id
        await worker.open("ada")
        await is_listed(lobby, 1)
        answers = await asyncio.gather(
            *(lobby.post("/api/quick-match", f"guest-{number}", game="chat") for number in range(6))
        )
        assert {answer.status_code for answer in answers} == {200}
        rooms = Counter(answer.json()["room_id"] for answer in answers)
        assert rooms[room_id] == 1, "it had one seat left"


async def test_over_http_too(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        await Worker(lobby.store).start()
        way: Response = await lobby.post("/api/quick-match", "ada", game="chat", options={"mode": "calm"})
        assert (way.status_code, way.json()["game"]) == (200, "chat")
        bad = await lobby.post("/api/quick-match", "bob", game="chat", options={"mode": [1]})
        assert bad.json()["error"]["name"] == "bad-options"


async def test_tries_count_as_one_hold(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, holds_per_minute=2) as lobby, lobby.client("ada") as ada:
        await Worker(lobby.store).start()
        assert [type(await quick(ada)) for _ in range(2)] == [Reroute, Reroute]
        assert (await quick(ada)).name == "too-many-requests"
