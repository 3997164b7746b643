"""Round trips, smoothed as TCP does it (RFC 6298): one odd measurement moves the figure by an eighth of its way."""

WEIGHT = 1 / 8


def smoothed(before_ms: float | None, sample_ms: float) -> float:
    return sample_ms if before_ms is None else before_ms + WEIGHT * (sample_ms - before_ms)
