"""A machine whose clocks the test turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk.clock import MachineTime

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@dataclass
class Machine:
    """Wall clock, boot clock and boot id, all set by hand."""

    wall: datetime = START
    boottime: float = 1000.0
    boot: str = "00000000-0000-0000-0000-000000000001"

    def time(self) -> MachineTime:
        """The sources of time for a kiosk on this machine."""
        return MachineTime(lambda: self.wall, lambda: self.boottime, lambda: self.boot)

    def passes(self, seconds: float) -> None:
        """Time goes by."""
        self.wall += timedelta(seconds=seconds)
        self.boottime += seconds

    def restarts(self) -> None:
        """Another boot."""
        self.boottime = 5.0
        self.boot = f"00000000-0000-0000-0000-{int(self.boot[-12:]) + 1:012d}"
