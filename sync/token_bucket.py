"""How often somebody may come: token buckets, pure, with the time as an argument."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

__all__ = ["TokenBuckets"]


@dataclass
class _Bucket:
    tokens: float
    filled_at: datetime


class TokenBuckets:
    """One bucket per name; the least recently used names are forgotten beyond `most_names`."""

    def __init__(self, capacity: int, per_second: float, most_names: int = 200_000) -> None:
        """Make empty books.

        Args:
            capacity: requests that may come at once.
            per_second: how fast a bucket fills again.
            most_names: how many buckets are kept.
        """
        self._capacity = capacity
        self._per_second = per_second
        self._most_names = most_names
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, now: datetime) -> int:
        """Take a token; returns 0 when there was one, else the seconds until there is one."""
        with self._lock:
            bucket = self._buckets.pop(name, None) or _Bucket(self._capacity, now)
            passed = max(0.0, (now - bucket.filled_at).total_seconds())
            tokens = min(float(self._capacity), bucket.tokens + passed * self._per_second)
            wait = 0
            if tokens >= 1:
                tokens -= 1
            else:
                wait = max(1, math.ceil((1 - tokens) / self._per_second))
            self._buckets[name] = _Bucket(tokens, now)
            while len(self._buckets) > self._most_names:
                self._buckets.popitem(last=False)
            return wait
