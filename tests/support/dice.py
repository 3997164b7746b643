"""Chance for tests. What decides an outcome is drawn from `seeded`, whose seed is printed; names come from `secret`."""

import random
import secrets

secret = secrets.SystemRandom()


def seeded(seed: int | None = None) -> random.Random:
    """Draws a seed when none is given, and prints it, so that a failure can be played again."""
    seed = secrets.randbelow(2**32) if seed is None else seed
    print(f"seed {seed}")
    return random.Random(seed)
