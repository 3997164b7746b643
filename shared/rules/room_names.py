"""Names for rooms that nobody named: two plain words, with a number behind them from the second draw on.

576 pairs. A name need only be unique among the living rooms of one game; whoever draws one that is taken draws again.
"""

from shared.protocol.ids import Dice

DRAWS = 5
"""Then one gives up: that the fifth is taken too means something else is wrong."""
NUMBER_CHARS = 3

ADJECTIVES = (
    "Amber", "Bold", "Brave", "Bright", "Calm", "Clear", "Copper", "Early", "Gentle", "Golden", "Green", "Happy",
    "Hidden", "Kind", "Little", "Lucky", "Merry", "Quick", "Quiet", "Silver", "Sunny", "Swift", "Warm", "Wild",
)  # fmt: skip
NOUNS = (
    "Badger", "Bay", "Brook", "Canyon", "Comet", "Falcon", "Forest", "Fox", "Garden", "Harbour", "Heron", "Hill",
    "Island", "Lantern", "Maple", "Meadow", "Moon", "Otter", "Owl", "Pine", "River", "Sparrow", "Valley", "Willow",
)  # fmt: skip


def draw_room_name(dice: Dice, taken: int = 0) -> str:
    """`taken`: how many names turned out to be taken before this one."""
    [adjective], [noun] = dice.choices(ADJECTIVES, k=1), dice.choices(NOUNS, k=1)
    number = f" {''.join(dice.choices('23456789', k=NUMBER_CHARS))}" if taken else ""
    return f"{adjective} {noun}{number}"
