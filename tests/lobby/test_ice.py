"""`POST /api/ice`: servers and credentials for members of rooms, and for nobody else."""

import base64
import hashlib
import hmac
import time
from dataclasses import replace

from httpx import Response

from shared.protocol.limits import TURN_CREDENTIAL_S
from shared.protocol.records import SeatState
from tests.lobby.test_returning import FAR_MS, a_room, id_of
from tests.support.lobbies import Worker, running

STUN, TURN = ("stun:t.test:3478",), ("turn:t.test:3478?transport=udp", "turn:t.test:3478?transport=tcp")
SECRET = "a-turn-secret-of-at-least-thirty-two-bytes"


def refused(answer: Response) -> str:
    return str(answer.json()["error"]["name"])


async def test_a_member_gets_servers_and_a_credential_of_its_own(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, stun_urls=STUN, turn_urls=TURN, turn_secret=SECRET, relay_only=True) as lobby:
        await a_room(lobby, await Worker(lobby.store).start(), "ada")
        answer = (await lobby.post("/api/ice", "ada")).json()
        stun, turn = answer["ice_servers"]
        assert stun == {"urls": list(STUN)}
        assert turn["urls"] == list(TURN)
        expires, _, name = turn["username"].partition(":")
        assert (name, abs(int(expires) - time.time() - TURN_CREDENTIAL_S) < 5) == ("ada", True)
        expected = hmac.new(SECRET.encode(), turn["username"].encode(), hashlib.sha1).digest()
        assert base64.b64decode(turn["credential"]) == expected
        assert (answer["relay_only"], answer["expires_s"]) == (True, TURN_CREDENTIAL_S)


async def test_who_has_no_seat_gets_nothing(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, turn_urls=TURN, turn_secret=SECRET) as lobby:
        worker = await Worker(lobby.store).start()
        people = await a_room(lobby, worker, "ada")
        assert refused(await lobby.post("/api/ice")) == "token-invalid"
        assert refused(await lobby.post("/api/ice", "eve")) == "not-allowed"
        await lobby.post(f"/api/rooms/{id_of(people)}/join", "eve")
        assert refused(await lobby.post("/api/ice", "eve")) == "not-allowed", "a seat that is held is not taken yet"
        await worker.enter("eve")
        assert (await lobby.post("/api/ice", "eve")).status_code == 200
        foreign = {"authorization": f"Bearer {lobby.token('eve')}", "origin": "https://evil.example.org"}
        assert refused(await lobby.http.post("/api/ice", headers=foreign)) == "origin-refused"
        await lobby.post("/api/leave", "eve")
        assert refused(await lobby.post("/api/ice", "eve")) == "not-allowed"


async def test_a_member_that_is_away_or_on_its_way_back_keeps_its_call(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, turn_urls=TURN, turn_secret=SECRET) as lobby:
        worker = await Worker(lobby.store).start()
        [ada] = people = await a_room(lobby, worker, "ada")
        await worker.say([replace(ada, seat=replace(ada.seat, state=SeatState.AWAY, until_ms=FAR_MS))])
        assert (await lobby.post("/api/ice", "ada")).status_code == 200
        async with lobby.client("ada", session=id_of(people)) as client:
            await client.next()
            assert (await lobby.post("/api/ice", "ada")).status_code == 200


async def test_without_servers_there_is_nothing_to_renew(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        await a_room(lobby, await Worker(lobby.store).start(), "ada")
        answer = (await lobby.post("/api/ice", "ada")).json()
        assert answer == {"ice_servers": [], "relay_only": False, "expires_s": 0}
