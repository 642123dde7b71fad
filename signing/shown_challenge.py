"""A challenge as the kiosk remembers it, and how long it lives (docs/confirmation-codes.md, 11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CHALLENGE_SECONDS", "BootTime", "Challenge", "shown_challenge"]

CHALLENGE_SECONDS: Final = 300
"""How long a challenge can be answered, by a clock that nobody can set."""


def shown_challenge(digits: str) -> str:
    """Ten digits in groups, as people read them."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


@dataclass(frozen=True)
class BootTime:
    """Time without a calendar."""

    boot_id: str
    """The kernel's random name of this boot."""
    seconds: float
    """Since it began, sleep included, never set (CLOCK_BOOTTIME)."""


@dataclass(frozen=True)
class Challenge:
    """One challenge that was shown."""

    digits: str
    """Ten digits, the last a check digit."""
    boot_id: str
    """The boot in which it was shown; in another one it is worth nothing."""
    shown_at: float
    """Seconds of that boot."""

    @property
    def shown(self) -> str:
        """The digits in groups, as people read them."""
        return shown_challenge(self.digits)

    def alive(self, boot: BootTime) -> bool:
        """Whether it can still be answered."""
        return (
            self.boot_id == boot.boot_id and 0 <= boot.seconds - self.shown_at < CHALLENGE_SECONDS
        )
