"""The rules of Nines, played at a table: no network, no browser."""

from pathlib import Path

import pytest

from shared.protocol.errors import RoomError
from shared.table import Table

CARDS = Path(__file__).parent


def dealt(*names, **options):
    """A table after the deal, the first one's turn."""
    table = Table(CARDS, **options)
    players = [table.join(name) for name in names]
    table.act(players[0], "deal")
    return table, *players


def give(table, player, suit, number):
    """A card of one's choice, in place of the first in the hand."""
    card = table.all("Card", holder=player)[0]
    card.suit, card.number = suit, number
    return card.id


def lay(table, suit, number):
    table.scene.top.suit, table.scene.top.number = suit, number


def test_everybody_sees_the_table_and_only_the_own_hand():
    table, ada, bea = dealt("Ada", "Bea")
    for player in (ada, bea):
        hand = [card["id"] for card in table.sees(player, "Card") if card.get("holder") == player.id]
        assert len(hand) == 6
        assert len(table.sees(player, "Card")) == 6 + 1
    assert [card["id"] for card in table.sees(None, "Card")] == [table.scene.top.id]
    assert [seat["cards"] for seat in table.sees(None, "Seat")] == [6, 6]


def test_a_card_goes_onto_its_suit_or_its_number_in_turn():
    table, ada, bea = dealt("Ada", "Bea")
    lay(table, "sun", 3)
    table.act(bea, "play", card=give(table, bea, "sun", 4))
    table.act(ada, "play", card=give(table, ada, "moon", 4))
    assert table.scene.turn is ada
    table.act(ada, "play", card=give(table, ada, "sun", 7))
    assert table.scene.turn is bea
    table.act(bea, "play", card=give(table, bea, "leaf", 7))
    assert table.scene.turn is ada
    assert (table.scene.top.suit, table.scene.top.number) == ("leaf", 7)


def test_nobody_plays_a_card_of_somebody_else():
    table, ada, bea = dealt("Ada", "Bea")
    lay(table, "sun", 3)
    table.act(ada, "play", card=give(table, bea, "sun", 4))
    assert table.scene.turn is ada
    assert len(table.all("Card", holder=bea)) == 6


@pytest.mark.parametrize(("number", "next_one"), [(2, "Bea"), (1, "Ada"), (5, "Cem"), (9, "Bea")])
def test_what_a_card_does(number, next_one):
    table, ada, bea, _cem = dealt("Ada", "Bea", "Cem")
    lay(table, "sun", 3)
    table.act(ada, "play", card=give(table, ada, "sun", number))
    assert table.scene.turn.name == next_one
    assert len(table.all("Card", holder=bea)) == (8 if number == 9 else 6)


def test_the_last_card_wins_a_point_for_each_card_of_the_others_and_enough_points_the_game():
    table, ada, bea = dealt("Ada", "Bea", points=7)
    for _ in range(2):
        lay(table, "sun", 3)
        last = give(table, ada, "sun", 2)
        table.scene.remove(*[card for card in table.all("Card", holder=ada) if card.id != last])
        table.act(ada, "play", card=last)
        assert table.scene.winner is ada
        if not table.is_over:
            table.act(bea, "deal")
            table.act(bea, "take")
    assert table.result == {"winner": ada.id, "points": 6 + 7}


def test_all_cards_go_round_when_nobody_can_play():
    table, ada, bea = dealt("Ada", "Bea")
    for _ in range(30):
        table.act(table.scene.turn, "take")
    assert len(table.all("Card")) == 36
    assert table.scene.turn in (ada, bea)


def test_who_leaves_takes_no_card_along_and_who_is_left_alone_waits():
    table, ada, bea, cem = dealt("Ada", "Bea", "Cem")
    table.leave(ada)
    assert table.scene.turn is bea
    assert len(table.scene._pile) == 6
    table.leave(cem)
    assert table.scene.turn is None
    table.act(bea, "deal")
    assert table.scene.turn is None


def test_who_comes_in_a_round_plays_from_the_next_one_on():
    table, ada, _bea = dealt("Ada", "Bea")
    cem = table.join("Cem")
    table.act(ada, "take")
    assert table.scene.turn is not cem
    assert table.all("Card", holder=cem) == []


def test_only_declared_acts_reach_the_game():
    table, ada, _bea = dealt("Ada", "Bea")
    with pytest.raises(RoomError):
        table.act(ada, "peek")
    with pytest.raises(RoomError):
        table.act(ada, "play", card="all of them")
