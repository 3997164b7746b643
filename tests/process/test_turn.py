"""The lobby's credentials at a real coturn with the shipped file: who is let in, and where it does not lead."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from lobby.ice import IceServers
from shared.protocol.ids import ClientId
from shared.protocol.limits import TURN_CREDENTIAL_S
from tests.support.turn_client import TurnClient
from tests.support.turn_server import SECRET, TurnServer, require_coturn

UNAUTHORISED, FORBIDDEN, QUOTA = 401, 403, 486
MINT = IceServers((), ("turn:x:1",), False, time.time, SECRET)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    """With no override but where it listens."""
    require_coturn()
    with TurnServer(tmp_path_factory.mktemp("turn")) as server:
        yield server


def client(server: TurnServer, mint: IceServers = MINT, name: str = "annannannannanna") -> TurnClient:
    return TurnClient(server.port, *mint.credential(ClientId(name)))


def test_a_members_credential_gets_a_way_but_not_into_private_networks(unchanged: TurnServer) -> None:
    with client(unchanged) as ann:
        assert ann.allocate() == 0
        refused = ["127.0.0.1", "10.0.0.1", "172.17.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"]
        assert {host: ann.permit(host) for host in refused} == dict.fromkeys(refused, FORBIDDEN)
        assert ann.permit("8.8.8.8") == 0


def test_expired_forged_and_foreign_credentials_are_refused(unchanged: TurnServer) -> None:
    good = MINT.credential(ClientId("ann"))
    later = f"{int(time.time()) + 10 * TURN_CREDENTIAL_S}:ann"
    expired = replace(MINT, now=lambda: time.time() - TURN_CREDENTIAL_S - 5)
    foreign = replace(MINT, secret="another-secret-of-at-least-thirty-two-bytes")
    wrong = [
        expired.credential(ClientId("ann")),
        foreign.credential(ClientId("ann")),
        (later, good.password),
        (good.username, "guessed"),
        ("ann", good.password),
    ]
    for username, password in wrong:
        with TurnClient(unchanged.port, username, password) as mallory:
            assert mallory.allocate() == UNAUTHORISED, username


def test_a_client_has_a_quota_whatever_its_credentials(unchanged: TurnServer) -> None:
    """Each of them has another name; the client's id stands in all of them."""
    with ExitStack() as stack:
        answers = []
        for later in range(29):
            mint = replace(MINT, now=partial(now_and, later))
            answers.append(stack.enter_context(client(unchanged, mint, "manymanymanymany")).allocate())
        assert set(answers[:20]) == {0}
        assert answers[-1] == QUOTA
        with client(unchanged, name="another") as another:
            assert another.allocate() == 0


def now_and(seconds: int) -> float:
    return time.time() + seconds


def test_two_members_reach_each_other_where_loopback_may_be_reached(tmp_path: Path) -> None:
    require_coturn()
    with TurnServer(tmp_path, loopback_peers=True) as server, client(server) as ann, client(server, name="bob") as bob:
        assert (ann.allocate(), bob.allocate()) == (0, 0)
        assert (ann.permit("127.0.0.1"), bob.permit("127.0.0.1")) == (0, 0)
        assert ann.permit("10.0.0.1") == FORBIDDEN
        ann.send(bob.relayed, b"hello")
        assert bob.receive() == b"hello"
