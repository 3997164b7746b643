"""The seed of a test that plays with chance: printed, and taken from the environment to play the same again."""

import os
import random

VARIABLE = "CHAOS_SEED"


def a_seed() -> int:
    """`CHAOS_SEED=1234 python -m pytest …` repeats what a run with the seed 1234 did, as far as time lets it."""
    given = os.environ.get(VARIABLE, "")
    seed = int(given) if given else random.SystemRandom().randrange(10**6)
    print(f"{VARIABLE}={seed}")
    return seed
