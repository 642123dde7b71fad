"""How long nobody may try a PIN after wrong ones: a pause that doubles. Pure.

Time is that of the boot, which nobody can set. A restart does not shorten a pause: what this boot
has lasted is the least that has passed since a try in an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from signing.shown_challenge import BootTime

__all__ = ["FIRST_PAUSE_SECONDS", "FREE_TRIES", "KIOSK_FREE_TRIES", "PinTries"]

FREE_TRIES: Final = 3
"""Wrong PINs of one person in a row that cost nothing; then each one costs a pause."""
KIOSK_FREE_TRIES: Final = 6
"""Likewise of all people at this kiosk together, since somebody's PIN was right."""
FIRST_PAUSE_SECONDS: Final = 30
"""After the first wrong PIN too many; doubled by each further one."""
LONGEST_PAUSE_SECONDS: Final = 24 * 3600
"""Reached after a dozen more: from then on a PIN can be tried once a day."""
MOST_COUNTED: Final = 10_000
"""Tries are not counted beyond this: they change nothing any more."""


@dataclass(frozen=True)
class PinTries:
    """Wrong tries in a row, of one person or of a whole kiosk."""

    free: int
    """How many cost nothing."""
    wrong: int = 0
    """How many there were."""
    at: BootTime | None = None
    """When the last one was counted; None when there was none."""

    @property
    def pause_seconds(self) -> int:
        """The whole pause after the last try."""
        if self.wrong < self.free:
            return 0
        doubled = FIRST_PAUSE_SECONDS << min(self.wrong - self.free, 20)
        return min(doubled, LONGEST_PAUSE_SECONDS)

    def wait_seconds(self, now: BootTime) -> int:
        """How much of the pause is left, rounded up; 0 when a try may be made."""
        if self.at is None:
            return 0
        began = self.at.seconds if self.at.boot_id == now.boot_id else 0.0
        left = self.pause_seconds - max(now.seconds - began, 0.0)
        return max(int(-(-left // 1)), 0)

    def counted(self, now: BootTime) -> PinTries:
        """With one more try, which has to be on disk before anything is compared."""
        return PinTries(self.free, min(self.wrong + 1, MOST_COUNTED), now)
