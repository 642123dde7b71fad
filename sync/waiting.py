"""How long to wait before the next exchange: pure, with the randomness as an argument."""

from __future__ import annotations

__all__ = ["LONGEST_WAIT_SECONDS", "SHORTEST_WAIT_SECONDS", "poll_wait", "retry_wait"]

SHORTEST_WAIT_SECONDS = 5.0
"""Upper edge of the wait after the first failure."""
LONGEST_WAIT_SECONDS = 15 * 60.0
"""Upper edge of the wait after many failures."""
LEAST_WAIT_SECONDS = 1.0
"""Nobody comes again sooner than this."""
POLL_JITTER = 0.2
"""Normal polls come this part earlier or later, so that kiosks do not march in step."""


def retry_wait(failures: int, fraction: float, retry_after_seconds: int | None = None) -> float:
    """Give the wait after the `failures`-th failure in a row: exponential, full jitter.

    Args:
        failures: from 1.
        fraction: a random number from 0 to 1.
        retry_after_seconds: the least wait head office asked for, if it did.
    """
    edge = min(LONGEST_WAIT_SECONDS, SHORTEST_WAIT_SECONDS * 2.0 ** min(failures - 1, 30))
    return max(LEAST_WAIT_SECONDS, edge * fraction, float(retry_after_seconds or 0))


def poll_wait(next_poll_seconds: int, fraction: float) -> float:
    """Give the wait after a success: what head office asked for, 20 % more or less.

    Args:
        next_poll_seconds: from the last reply to a poll.
        fraction: a random number from 0 to 1.
    """
    jitter = 1 + POLL_JITTER * (2 * fraction - 1)
    return max(LEAST_WAIT_SECONDS, next_poll_seconds * jitter)
