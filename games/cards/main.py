"""Nines: get rid of all your cards first. A card goes onto one of its suit or of its number; who has none that fits, or
wants to play none, draws one. After a 1 one plays again, a 5 turns the order round, after a 9 the next draws two.

For each card that the others still hold the winner of a round gets a point. Hands are hidden by server.py.
"""

from dataclasses import dataclass

SUITS, NUMBERS = ("sun", "moon", "leaf", "wave"), range(1, 10)
AGAIN, ROUND, TWO = 1, 5, 9
HAND = 6


@dataclass
class Card:
    suit: str
    number: int
    holder: object = None  # nobody: it lies on top of the pile, for all to see


@dataclass
class Seat:
    """A player's side of the table, which all may see. Who came during a round plays from the next one on."""

    player: object
    cards: int = 0
    points: int = 0
    plays: bool = False


def start(world):
    scene = world.scene
    scene.turn, scene.step, scene.top, scene.winner, scene.goal = None, 1, None, None, world.options["points"]
    scene._deck, scene._pile = [], []


def update(world, dt):
    for player in world.left:
        leave(world, player)
    for player in world.joined:
        world.scene.add(Seat(player))
    for player in world.players:
        for act in player.acts:
            ACTS[act.name](world, player, act)
    for seat in world.scene.all(Seat):
        seat.cards = len(world.scene.all(Card, holder=seat.player))


# --- what players do; what they may not do does nothing


def deal(world, player, act):
    scene, seats = world.scene, world.scene.all(Seat)
    if scene.turn or len(seats) < 2:
        return
    scene.remove(*scene.all(Card))
    scene._pile, scene._deck = [], [(suit, number) for suit in SUITS for number in NUMBERS]
    world.random.shuffle(scene._deck)
    scene.top, scene.step, scene.winner = scene.add(Card(*scene._deck.pop())), 1, None
    for seat in seats:
        seat.plays = True
        draw(world, seat.player, HAND)
    scene.turn = player
    world.emit("dealt", player=player)


def play(world, player, act):
    scene, card = world.scene, world.scene.find(act.card, Card)
    if scene.turn is not player or not card or card.holder is not player or not fits(card, scene.top):
        return
    scene._pile.append((scene.top.suit, scene.top.number))
    scene.remove(scene.top)
    scene.top, card.holder = card, None
    world.emit("played", player=player, suit=card.suit, number=card.number)
    if not scene.all(Card, holder=player):
        win(world, player)
        return
    if card.number == ROUND:
        scene.step = -scene.step
    if card.number != AGAIN:
        scene.turn = after(world, player)
    if card.number == TWO:
        draw(world, scene.turn, 2)
        world.emit("drew", player=scene.turn, count=2)


def take(world, player, act):
    if world.scene.turn is player:
        draw(world, player, 1)
        world.emit("drew", player=player, count=1)
        world.scene.turn = after(world, player)


ACTS = {"deal": deal, "play": play, "take": take}


# --- the table


def fits(card, top):
    return card.suit == top.suit or card.number == top.number


def draw(world, player, count):
    """From the deck; when that is empty, what was played is shuffled into a new one. With all cards in hands: none."""
    scene = world.scene
    for _ in range(count):
        if not scene._deck:
            scene._deck, scene._pile = scene._pile, []
            world.random.shuffle(scene._deck)
        if scene._deck:
            scene.add(Card(*scene._deck.pop(), holder=player))


def after(world, player):
    """Whose turn is next."""
    players = [seat.player for seat in world.scene.all(Seat, plays=True)]
    return players[(players.index(player) + world.scene.step) % len(players)]


def win(world, player):
    scene = world.scene
    scene.turn, scene.winner = None, player
    seat = scene.all(Seat, player=player)[0]
    seat.points += len([card for card in scene.all(Card) if card.holder])
    world.emit("won", player=player, points=seat.points)
    if seat.points >= scene.goal:
        world.end(winner=player, points=seat.points)


def leave(world, player):
    scene, seat = world.scene, world.scene.all(Seat, player=player)[0]
    if scene.turn is player:
        scene.turn = after(world, player)
    for card in scene.all(Card, holder=player):
        scene._pile.append((card.suit, card.number))
        scene.remove(card)
    scene.remove(seat)
    if len(scene.all(Seat, plays=True)) < 2:
        scene.turn = None
