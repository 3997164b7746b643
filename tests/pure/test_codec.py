"""Bytes and back: every message of every direction round-trips; everything else is one of three typed errors."""

import contextlib
import tracemalloc
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.protocol import limits
from shared.protocol.errors import (
    MESSAGE_MALFORMED,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNKNOWN,
    VERSION_UNSUPPORTED,
    ErrorKind,
    RoomError,
)
from shared.protocol.fields import ListOf, shapes_of
from shared.protocol.messages import (
    CLIENT_TO_LOBBY,
    CLIENT_TO_WORKER,
    DIRECTIONS,
    SPECS,
    WORKER_TO_CLIENT,
    CreateRoom,
    Hello,
    MessageSpec,
    SendRelay,
    SubscribeRooms,
)
from shared.wire.codec import Decoder, check_version, encode
from tests.support.pictures import a_picture
from tests.support.shapes import message_of

EVERY = [
    pytest.param(direction, spec, id=f"{direction}: {spec.cls.__name__}")
    for direction, table in DIRECTIONS.items()
    for spec in table.values()
]
ERRORS = {MESSAGE_MALFORMED, MESSAGE_UNKNOWN, MESSAGE_TOO_LARGE}


def refused(payload: bytes, table: Any = CLIENT_TO_WORKER, **more: Any) -> ErrorKind:
    with pytest.raises(RoomError) as error:
        Decoder(table).decode(payload, **more)
    return error.value.kind


def kind_of_failure(payload: bytes, table: Any) -> ErrorKind | None:
    try:
        Decoder(table).decode(payload)
    except RoomError as error:
        return error.kind
    return None


@pytest.mark.parametrize(("direction", "spec"), EVERY)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(draw=st.data())
def test_every_message_round_trips(direction: str, spec: MessageSpec, draw: st.DataObject) -> None:
    message = draw.draw(message_of(spec))
    decoded = Decoder(DIRECTIONS[direction]).decode(encode(message), spec.longest)
    assert decoded == message
    assert type(decoded) is spec.cls
    for field, value in zip(spec.fields, decoded, strict=True):
        if isinstance(field.shape, ListOf) and isinstance(field.shape.item, type):
            assert all(type(row) is field.shape.item for row in value)


@pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.cls.__name__)
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(draw=st.data())
def test_the_opaque_bytes_of_a_message_are_weighed(spec: MessageSpec, draw: st.DataObject) -> None:
    message = draw.draw(message_of(spec))
    assert spec.body_bytes(message) == sum(len(value) for value in message if isinstance(value, bytes))


@pytest.mark.parametrize(("direction", "spec"), EVERY)
def test_a_field_too_few_or_too_many_is_malformed(direction: str, spec: MessageSpec) -> None:
    table = DIRECTIONS[direction]
    fields = [None] * len(spec.fields)
    assert refused(msgpack.packb([spec.kind, *fields, None]), table) is MESSAGE_MALFORMED
    if fields:
        assert refused(msgpack.packb([spec.kind, *fields[1:]]), table) is MESSAGE_MALFORMED


@pytest.mark.parametrize(("direction", "spec"), EVERY)
def test_a_field_of_another_type_is_malformed(direction: str, spec: MessageSpec) -> None:
    for wrong in (msgpack.Timestamp(1), 1.5, [[1]], {"a": {}}, -(2**63)):
        if not all(shape.fits(wrong) for shape in shapes_of(spec.cls)):
            payload = msgpack.packb([spec.kind, *[wrong] * len(spec.fields)])
            assert refused(payload, DIRECTIONS[direction]) is MESSAGE_MALFORMED


@pytest.mark.parametrize(("direction", "spec"), EVERY)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw=st.data())
def test_a_truncated_or_extended_message_is_malformed(direction: str, spec: MessageSpec, draw: st.DataObject) -> None:
    payload = encode(draw.draw(message_of(spec)))
    cut = draw.draw(st.integers(0, len(payload) - 1))
    table = DIRECTIONS[direction]
    assert refused(payload[:cut], table, longest=2**30) is MESSAGE_MALFORMED
    assert refused(payload + b"\x00", table, longest=2**30) is MESSAGE_MALFORMED


@pytest.mark.parametrize("direction", list(DIRECTIONS))
def test_the_set_of_kinds_is_closed(direction: str) -> None:
    table = DIRECTIONS[direction]
    for kind in set(range(-2, 300)) - set(table):
        assert refused(msgpack.packb([kind, 1]), table) is MESSAGE_UNKNOWN


def test_each_direction_has_one_class_a_kind() -> None:
    for table in DIRECTIONS.values():
        assert all(SPECS[spec.cls] is spec and spec.kind == kind for kind, spec in table.items())
    assert {spec.cls for table in DIRECTIONS.values() for spec in table.values()} == set(SPECS)


def test_a_kind_has_one_name_and_a_name_one_kind() -> None:
    names = {(spec.kind, spec.name) for spec in SPECS.values()}
    assert len({kind for kind, _ in names}) == len({name for _, name in names}) == len(names)


@pytest.mark.parametrize("value", [[], {}, 34, "relay", None, b"", {34: 0}])
def test_what_is_no_array_with_a_kind_is_malformed(value: object) -> None:
    assert refused(msgpack.packb(value)) is MESSAGE_MALFORMED


@pytest.mark.parametrize("kind", ["relay", 34.0, True, None, [34], 2**63, -1])
def test_a_kind_that_is_no_known_integer_is_unknown(kind: object) -> None:
    assert refused(msgpack.packb([kind, 0, "t", b""])) is MESSAGE_UNKNOWN


@pytest.mark.parametrize("deep", [100, 600, 5000, limits.FRAME_BYTES - 10])
def test_nested_too_deep_is_malformed(deep: int) -> None:
    for opening in (b"\x91", b"\x81\xa1a"):
        payload = b"\x94\x22\x00\xa1t" + opening * (deep // len(opening)) + b"\xc0"
        assert refused(payload) is MESSAGE_MALFORMED


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xc1", id="never used"),
        pytest.param(b"\xdd\xff\xff\xff\xff", id="an array of 2**32 - 1"),
        pytest.param(b"\xdf\xff\xff\xff\xff", id="a map of 2**32 - 1"),
        pytest.param(b"\xc6\xff\xff\xff\xff", id="4 GB that never come"),
        pytest.param(b"\x94\x22\x00\xa1\xff\xc4\x00", id="text that is not UTF-8"),
        pytest.param(b"\x94\x22\x00\xa3\xed\xa0\x80\xc4\x00", id="half a surrogate pair"),
        pytest.param(b"\x94\x22\x00\xa1t\xc7\x00\x05", id="an extension type"),
        pytest.param(b"\x94\x22\x00\xa1t\xd6\xff\x00\x00\x00\x00", id="a timestamp"),
    ],
)
def test_broken_msgpack_is_malformed(payload: bytes) -> None:
    assert refused(payload) is MESSAGE_MALFORMED


@pytest.mark.parametrize(
    "message",
    [
        SendRelay(-2, "t", b""),
        SendRelay(2**31 + 1, "t", b""),
        SendRelay(0, "t" * 33, b""),
        SendRelay(0, b"t", b""),  # type: ignore[arg-type]
        SendRelay(0, "t", "text"),  # type: ignore[arg-type]
        SendRelay(True, "t", b""),
        SendRelay(0.0, "t", b""),  # type: ignore[arg-type]
        SendRelay(0, "t", b"x" * (limits.BODY_BYTES + 1)),
    ],
)
def test_a_field_out_of_bounds_is_malformed(message: SendRelay) -> None:
    assert refused(encode(message)) is MESSAGE_MALFORMED


@pytest.mark.parametrize(
    "options",
    [
        {"": 1},
        {"a": None},
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": 2**53},
        {"a": [1]},
        {"a": {}},
        {"a": b"x"},
        {"a": "x" * 65},
        {"x" * 65: 1},
        {str(number): 1 for number in range(17)},
    ],
)
def test_options_are_flat_and_bounded(options: dict[str, Any]) -> None:
    assert refused(encode(CreateRoom("r", "chat", "Den", 2, options)), CLIENT_TO_LOBBY) is MESSAGE_MALFORMED


@pytest.mark.parametrize(("sort", "most"), [("best", 1), ("", 1), ("name", 0), ("name", limits.LIST_ROWS + 1)])
def test_choices_and_ranges(sort: str, most: int) -> None:
    assert refused(encode(SubscribeRooms("", {}, sort, False, most)), CLIENT_TO_LOBBY) is MESSAGE_MALFORMED


def test_a_row_of_another_length_is_malformed() -> None:
    picture = a_picture(members=[(1, "c", "Ann")])
    assert refused(encode(picture), WORKER_TO_CLIENT) is MESSAGE_MALFORMED


def test_longer_than_allowed_is_too_large_before_anything_is_decoded() -> None:
    assert refused(b"\xc1" * (limits.FRAME_BYTES + 1)) is MESSAGE_TOO_LARGE
    assert refused(encode(Hello(1, "x" * 40, "", 0, -1)), longest=40) is MESSAGE_TOO_LARGE


def test_the_largest_relay_fits_in_a_frame() -> None:
    assert len(encode(SendRelay(2**31, "é" * limits.TYPE_CHARS, bytes(limits.BODY_BYTES)))) < limits.FRAME_BYTES


def test_an_error_says_which_field() -> None:
    with pytest.raises(RoomError, match=r"`relay\.body` does not fit"):
        Decoder(CLIENT_TO_WORKER).decode(encode(SendRelay(0, "t", 5)))  # type: ignore[arg-type]


@pytest.mark.parametrize("rest", [["t"], ["t", "", 0, -1], ["t", "", 0, -1, {}], ["t", {1: msgpack.Timestamp(1)}], []])
def test_of_another_version_no_more_is_read_than_the_version(rest: list[Any]) -> None:
    for version in (0, limits.WIRE_VERSION + 1, 2**60):
        with pytest.raises(RoomError) as error:
            check_version(msgpack.packb([1, version, *rest]))
        assert error.value.kind is VERSION_UNSUPPORTED


@pytest.mark.parametrize("hello", [[1, limits.WIRE_VERSION], [1, "2", "t"], [1, True], [4, 2], [1], [], 1, {1: 2}])
def test_what_is_no_hello_of_another_version_is_left_to_the_decoder(hello: object) -> None:
    check_version(msgpack.packb(hello))


@given(payload=st.binary(max_size=60))
@example(bytes(limits.FRAME_BYTES + 1))
def test_a_version_is_looked_for_in_any_bytes(payload: bytes) -> None:
    with contextlib.suppress(RoomError):
        check_version(payload)


def test_looking_for_a_version_makes_no_room_for_what_is_only_announced() -> None:
    """Of an array of a thousand arrays of 65,535 each."""
    tracemalloc.start()
    check_version(b"\x95" + 1000 * b"\xdc\xff\xff")
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most_bytes < 1 << 20


@settings(max_examples=300)
@given(payload=st.binary(max_size=60))
@example(b"\x94\x22")
def test_any_bytes_are_a_message_or_a_typed_error(payload: bytes) -> None:
    for table in DIRECTIONS.values():
        assert kind_of_failure(payload, table) in {None, *ERRORS}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | st.integers(0, 9), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(kind=st.sampled_from(sorted({spec.kind for spec in SPECS.values()})), fields=st.lists(JSON, max_size=12))
def test_any_array_is_a_message_or_a_typed_error(kind: int, fields: list[Any]) -> None:
    for table in DIRECTIONS.values():
        assert kind_of_failure(msgpack.packb([kind, *fields]), table) in {None, *ERRORS}
