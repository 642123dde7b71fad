"""The limit on wrong confirmation codes over a whole kiosk (docs/confirmation-codes.md, 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

__all__ = ["KioskCodeLimit"]

KIOSK_WRONG_PER_HOUR: Final = 20
"""Wrong tries within an hour that close code entry."""
KIOSK_WRONG_PER_DAY: Final = 30
"""Wrong tries within a day that close code entry."""


@dataclass(frozen=True)
class KioskCodeLimit:
    """Wrong tries on the whole kiosk: 20 in an hour or 30 in a day close code entry.

    A caller asks `closed`, then saves `counted` before comparing, and after an accepted or
    malformed code saves what it had before.
    """

    tried_at: tuple[datetime, ...] = ()
    """When the last tries were counted, oldest first; no more than are needed."""

    def closed(self, now: datetime) -> bool:
        """Whether code entry is closed on this kiosk. A time ahead of `now` counts as recent."""
        in_hour = sum(tried > now - timedelta(hours=1) for tried in self.tried_at)
        in_day = sum(tried > now - timedelta(days=1) for tried in self.tried_at)
        return in_hour >= KIOSK_WRONG_PER_HOUR or in_day >= KIOSK_WRONG_PER_DAY

    def counted(self, now: datetime) -> KioskCodeLimit:
        """With one more try at `now`."""
        return KioskCodeLimit((*self.tried_at, now)[-KIOSK_WRONG_PER_DAY:])
