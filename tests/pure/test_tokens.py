"""Tokens: what is signed is read back; everything else is one of two errors."""

import base64
import json
from dataclasses import replace

import jwt
import pytest

from shared.protocol.errors import RoomError
from shared.protocol.ids import ClientId, DeviceId, GameName, RoomId, WorkerId
from shared.wire.tokens import IDENTITY_S, ISSUER, TICKET_LEEWAY_S, Identity, Keyring, Ticket

NOW = 1_800_000_000.5
OLD, NEW = "old-" + "o" * 64, "new-" + "n" * 64
IDENTITY = Identity(ClientId("c2345678"), "Ada", DeviceId("d2345678"))
TICKET = Ticket(
    ClientId("c2345678"),
    "Ada",
    RoomId("r2345678"),
    GameName("chat"),
    owner_epoch=3,
    session=4,
    role="player",
    players=2,
    worker_id=WorkerId("w2345678"),
    origin="https://play.example.org",
    expires=1_800_000_015,
    device_id=DeviceId("d2345678"),
    takes_over=True,
)


def ring() -> Keyring:
    return Keyring({"new": NEW}, "new")


def forged(**changes: object) -> str:
    """A token signed with the right secret unless said otherwise, and wrong in what `changes` names."""
    claims = {"iss": ISSUER, "aud": "cluster", "sub": "c2", "name": "Ada", "device": "", "iat": 1, "exp": 2**33}
    headers = {"typ": "identity+jwt", "kid": "new"}
    secret, algorithm = str(changes.pop("secret", NEW)), str(changes.pop("algorithm", "HS256"))
    for name, value in changes.items():
        part = headers if name in headers else claims
        part.pop(name) if value is None else part.__setitem__(name, value)
    return jwt.encode(claims, secret, algorithm=algorithm, headers=headers)


def unsigned(algorithm: str) -> str:
    header = {"alg": algorithm, "typ": "identity+jwt", "kid": "new"}
    _, claims, signature = forged().split(".")
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{head}.{claims}.{signature if algorithm == 'HS256' else ''}"


def refused(token: str, read: str = "read_identity") -> str:
    with pytest.raises(RoomError) as error:
        getattr(ring(), read)(token, NOW)
    return error.value.kind.name


def test_what_is_signed_is_read_back() -> None:
    assert ring().read_identity(ring().sign_identity(IDENTITY, NOW), NOW) == IDENTITY
    assert ring().read_ticket(ring().sign_ticket(TICKET, NOW), NOW) == TICKET
    assert ring().read_identity(forged(), NOW) == Identity(ClientId("c2"), "Ada")


def test_an_identity_ends_after_its_life() -> None:
    token = ring().sign_identity(IDENTITY, NOW)
    assert ring().read_identity(token, NOW + IDENTITY_S) == IDENTITY
    with pytest.raises(RoomError, match="token-expired"):
        ring().read_identity(token, NOW + IDENTITY_S + 1)


def test_a_ticket_outlives_its_hold_by_the_leeway_only() -> None:
    token = ring().sign_ticket(TICKET, NOW)
    assert ring().read_ticket(token, TICKET.expires + TICKET_LEEWAY_S - 0.1) == TICKET
    with pytest.raises(RoomError, match="ticket-expired"):
        ring().read_ticket(token, TICKET.expires + TICKET_LEEWAY_S)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "ä.ö.ü",
        "x" * 5000,
        unsigned("none"),
        unsigned("None"),
        unsigned("RS256"),
        forged(secret="another secret of thirty-two bytes"),
        forged(algorithm="HS512"),
        forged(typ="JWT"),
        forged(typ="ticket+jwt"),
        forged(typ=None),
        forged(kid="old"),
        forged(kid=None),
        forged(iss="somebody"),
        forged(iss=None),
        forged(aud="worker"),
        forged(aud=None),
        forged(aud=["cluster", "worker"]),
        forged(sub=None),
        forged(exp=None),
        forged(iat=None),
        forged(name=None),
        forged(name=7),
        forged(exp=True),
        forged(exp=1e12),
    ],
)
def test_a_token_that_is_not_ours_is_invalid(token: str) -> None:
    assert refused(token) == "token-invalid"
    assert refused(token, "read_ticket") == "ticket-invalid"


def test_a_changed_claim_breaks_the_signature() -> None:
    honest = ring().sign_ticket(TICKET, NOW).split(".")
    claims = json.loads(base64.urlsafe_b64decode(honest[1] + "=="))
    claims["room"] = "another"
    honest[1] = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert refused(".".join(honest), "read_ticket") == "ticket-invalid"


def test_neither_kind_passes_for_the_other() -> None:
    assert refused(ring().sign_ticket(TICKET, NOW)) == "token-invalid"
    assert refused(ring().sign_identity(IDENTITY, NOW), "read_ticket") == "ticket-invalid"


def test_keys_rotate() -> None:
    before, during = Keyring({"old": OLD}, "old"), Keyring({"new": NEW, "old": OLD}, "new")
    token = before.sign_identity(IDENTITY, NOW)
    assert during.read_identity(token, NOW) == IDENTITY
    assert ring().read_identity(during.sign_identity(IDENTITY, NOW), NOW) == IDENTITY
    assert refused(token) == "token-invalid", "its key is off the ring"


def test_a_key_id_does_not_lend_another_keys_secret() -> None:
    assert refused(forged(kid="new", secret=OLD)) == "token-invalid"


def test_a_ring_that_could_not_sign_safely_is_refused() -> None:
    with pytest.raises(ValueError, match="current key"):
        Keyring({"a": NEW}, "b")
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring({"a": "short"}, "a")


def test_a_ticket_binds_everything_it_grants() -> None:
    for changed in (replace(TICKET, room_id=RoomId("x")), replace(TICKET, origin=""), replace(TICKET, session=5)):
        assert ring().read_ticket(ring().sign_ticket(changed, NOW), NOW) == changed != TICKET
