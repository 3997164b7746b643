"""The colour of a player: the same on every machine and after every return, because it follows from the number."""

PLAYER_COLOURS = (
    "#e6194b",
    "#3c8dff",
    "#3cb44b",
    "#ffb000",
    "#a052d8",
    "#00b8c4",
    "#f58231",
    "#f032a6",
    "#8bc34a",
    "#b5651d",
    "#5c6bc0",
    "#009688",
    "#ff8a80",
    "#c0a000",
    "#7e8fa3",
    "#d81b60",
)


def colour_of(player_id: int) -> str:
    """`#rrggbb`. Players whose numbers follow each other differ; the sixteenth after shares one."""
    return PLAYER_COLOURS[(player_id - 1) % len(PLAYER_COLOURS)]
