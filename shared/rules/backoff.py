"""How long to wait before calling again: exponential with full jitter, so that a thousand clients of one lost server do
not return in step (Brooker, "Exponential Backoff And Jitter", 2015)."""

BASE_S = 0.5
LONGEST_S = 15.0


def backoff_s(tries: int, chance: float) -> float:
    """`tries`: failed ones in a row; 0 after a line that had worked. `chance`: from 0 up to 1."""
    return chance * min(LONGEST_S, BASE_S * 2.0 ** min(tries, 30))
