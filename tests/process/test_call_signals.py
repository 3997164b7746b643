"""Signals over real sockets, with two rooms on one worker: none leaves its room, and what is refused closes no line."""

from pathlib import Path

import pytest

from shared.protocol import limits
from shared.protocol.messages import Answer, Error, Offer, SayBye, SendAnswer, SendBye, SendCandidate, SendOffer
from shared.rules.buckets import PACES, SIGNAL
from tests.support.cluster import Cluster, write_game
from tests.support.eventually import eventually
from tests.support.player import Player

SDP = b"v=0\r\n" * 2000
"""10 KB, as of a page with several pictures."""


@pytest.fixture
def games(tmp_path: Path) -> Path:
    write_game(tmp_path, "plain")
    return tmp_path


async def test_signals_stay_in_their_room_and_refusals_with_their_sender(
    redis_url: str, realm: str, games: Path
) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        _, (ann, bob) = await cluster.table("plain", "ann", "bob")
        _, (eve,) = await cluster.table("plain", "eve")
        await ann.say(SendOffer(2, "call.1", SDP))
        assert await bob.next(Offer) == Offer(1, "call.1", SDP)
        await bob.say(SendAnswer(1, "call.1", SDP))
        assert await ann.next(Answer) == Answer(2, "call.1", SDP)
        # In her own room there is no number 2.
        await eve.say(SendOffer(2, "call.1", SDP))
        assert (await eve.next(Error)).name == "member-unknown"
        await ann.say(SendOffer(2, "call.2", b"x" * (limits.SDP_BYTES + 1)))
        assert (await ann.next(Error)).name == "text-too-long"
        burst = PACES[SIGNAL].burst
        await eve.say(*(SendCandidate(2, "call.1", "candidate:1", "0", "") for _ in range(2 * burst)))
        await eventually(
            lambda: "too-many-requests" in [message.name for message in eve.heard if isinstance(message, Error)]
        )
        await ann.say(SendBye(2, "call.1", "left"))
        assert await bob.next(SayBye) == SayBye(1, "call.1", "left")
        assert [message for message in bob.heard if isinstance(message, Offer)] == [Offer(1, "call.1", SDP)]
        assert errors(bob) == []
        for player in (ann, bob, eve):
            assert player.close_code is None
            await player.leave()


def errors(player: Player) -> list[str]:
    return [message.name for message in player.heard if isinstance(message, Error)]
