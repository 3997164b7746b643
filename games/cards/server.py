"""Who sees which card: what lies on the table is everybody's, a hand is its player's alone."""


def sees(world, player, thing):
    holder = getattr(thing, "holder", None)
    return holder is None or holder is player
