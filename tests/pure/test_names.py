"""Names: what is cleaned, what is refused, and when two of them are the same."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol import limits
from shared.protocol.errors import BAD_NAME, RoomError
from shared.protocol.names import clean_room_name, clean_username, distinct, folded


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann", "Ann"),
        ("  Ann   Lee ", "Ann Lee"),
        ("Zoe\u0308", "Zoë"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("x" * limits.USERNAME_CHARS, "x" * limits.USERNAME_CHARS),
        (" " * 50 + "x", "x"),
    ],
)
def test_a_name_is_cleaned(text: str, name: str) -> None:
    assert clean_username(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t",
        "a\nb",
        "a\x00b",
        "a\u202eb",
        "a\u200bb",
        "\ufeffa",
        "a\u2028b",
        "\u200d",
        "\ue000",
        "\ud800",
        "x" * 25,
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(RoomError) as refused:
        clean_username(text)
    assert refused.value.kind is BAD_NAME


def test_a_room_s_name_may_be_longer() -> None:
    assert clean_room_name("x" * limits.ROOM_NAME_CHARS) == "x" * limits.ROOM_NAME_CHARS
    with pytest.raises(RoomError):
        clean_room_name("x" * (limits.ROOM_NAME_CHARS + 1))


@pytest.mark.parametrize(("one", "other"), [("Ann", "ANN"), ("Straße", "STRASSE"), ("ａｎｎ", "ann"), ("ﬁn", "fin")])
def test_names_that_fold_alike_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_distinct_names_count_up() -> None:
    assert distinct("Ann", set()) == "Ann"
    assert distinct("Ann", {"ann"}) == "Ann 2"
    assert distinct("Ann", {"ann", "ann 2"}) == "Ann 3"


@given(name=st.text(min_size=1, max_size=limits.USERNAME_CHARS), others=st.lists(st.text(max_size=24), max_size=5))
def test_a_distinct_name_is_free_and_fits(name: str, others: list[str]) -> None:
    taken = {folded(other) for other in others} | {folded(name)}
    chosen = distinct(name, taken)
    assert folded(chosen) not in taken
    assert len(chosen) <= limits.USERNAME_CHARS


@given(text=st.text(max_size=40))
def test_a_cleaned_name_is_clean(text: str) -> None:
    with contextlib.suppress(RoomError):
        name = clean_username(text)
        assert clean_username(name) == name
        assert 0 < len(name) <= limits.USERNAME_CHARS
