"""The table of errors: one name and one code a row, ranges that mean something, sentences that fit the wire."""

import re

import pytest

from shared.protocol import errors
from shared.protocol.errors import ERRORS, FINAL_FROM, ErrorKind, Fault, RoomError
from shared.protocol.fields import Text
from shared.protocol.messages import SPECS as MESSAGES
from shared.protocol.messages import Error, MemberLeft, RoomDisconnect

ROWS = [pytest.param(kind, id=kind.name) for kind in ERRORS.values()]


def test_names_and_close_codes_are_unique() -> None:
    assert len({kind.close_code for kind in ERRORS.values()}) == len(ERRORS)
    assert all(ERRORS[name].name == name for name in ERRORS)


def test_every_row_is_a_constant_of_its_name() -> None:
    for kind in ERRORS.values():
        assert getattr(errors, kind.name.upper().replace("-", "_")) is kind


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_is_well_formed(kind: ErrorKind) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.name)
    assert 4000 <= kind.close_code < 5000
    assert kind.is_final == (kind.close_code >= FINAL_FROM)
    assert kind.http_status in {200, 400, 401, 403, 404, 408, 409, 410, 413, 422, 426, 429, 500, 503}
    assert (kind.http_status >= 500) <= (kind.fault is not Fault.CLIENT or not kind.is_final)


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_s_name_and_sentence_fit_the_wire(kind: ErrorKind) -> None:
    for message in (Error, RoomDisconnect, MemberLeft):
        for field in MESSAGES[message].fields:
            if isinstance(field.shape, Text) and field.name in {"name", "reason"}:
                assert field.shape.fits(kind.name)
    assert kind.text[0].isupper()
    assert kind.text.endswith(".")
    assert len(kind.text.encode()) <= 123, "a close frame's reason"


def test_a_sentence_that_lists_too_much_is_cut_to_what_the_wire_carries() -> None:
    long = RoomError(errors.BAD_REQUEST, "The act has the fields: " + "x, " * 1000)
    (text,) = (field.shape for field in MESSAGES[Error].fields if field.name == "text")
    assert text.fits(long.text)
    assert long.text.startswith("The act has the fields: x, x")


def test_an_error_carries_its_row_its_sentence_and_the_room() -> None:
    plain, told = RoomError(errors.SEATED), RoomError(errors.SEATED, "You sit in Den.", "room1")
    assert (plain.kind, plain.text, plain.room_id) == (errors.SEATED, errors.SEATED.text, "")
    assert (told.kind, told.text, told.room_id) == (errors.SEATED, "You sit in Den.", "room1")
    assert str(told) == "seated: You sit in Den."
