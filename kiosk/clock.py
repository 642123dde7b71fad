"""The kiosk's sense of time, and whether it may be relied on.

The wall clock of a device that was without power cannot be believed. What can be believed is the
time in head office's last signed answer, carried forward by CLOCK_BOOTTIME, which runs on through
sleep and never jumps, as long as the machine has not been started again since (same boot id).

=============== =====================================================================
time is         when
=============== =====================================================================
assured         a signed time was received on this boot, at most MAX_CARRY ago
not assured     otherwise; the wall clock is shown, but never earlier than the build
                date or the last time this kiosk has written down
=============== =====================================================================

A wrong wall clock, also one that is set while the kiosk runs, changes nothing while the time is
assured. Time-based codes are accepted only then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from verifier.token import TimeQuality

__all__ = [
    "BUILD_DATE",
    "MAX_CARRY",
    "KioskClock",
    "MachineTime",
    "Reading",
    "SteadyClock",
    "TimeMark",
]

BUILD_DATE = datetime(2026, 11, 24, tzinfo=UTC)
"""No honest clock shows less: this version of the software did not exist before."""

MAX_CARRY = timedelta(days=31)
"""How long a signed time is carried. A quartz at 20 ppm is then 54 s off; codes live 300 s."""

QUARTZ_ERROR = 20e-6
"""How much a device's quartz may run fast or slow: 20 parts in a million."""

WHOLE_SECONDS = timedelta(seconds=1)
"""Head office tells the time in whole seconds."""

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class TimeMark:
    """A signed time and the moment of its arrival.

    Attributes:
        office_now: head office's time, from a signed answer.
        boottime: CLOCK_BOOTTIME then, in seconds.
        boot_id: the kernel's random name of that boot.
        round_trip_seconds: how long the question and its answer took together.
    """

    office_now: datetime
    boottime: float
    boot_id: str
    round_trip_seconds: float = 0.0


@dataclass(frozen=True)
class Reading:
    """A time and its worth.

    Attributes:
        now: aware, UTC.
        quality: assured or not assured, as the certificate says it.
        last_assured: the last signed time ever received, or None.
        uncertainty: how far an assured time may be off; meaningless otherwise.
    """

    now: datetime
    quality: TimeQuality
    last_assured: datetime | None
    uncertainty: timedelta = timedelta(0)

    @property
    def assured(self) -> bool:
        """Whether codes that depend on time may be accepted."""
        return self.quality is TimeQuality.ASSURED


@dataclass(frozen=True)
class MachineTime:
    """The machine's three sources of time; tests give their own.

    Attributes:
        wall: the settable clock, aware UTC.
        boottime: seconds since boot, sleep included, never set (CLOCK_BOOTTIME).
        boot_id: changes with every boot.
    """

    wall: Callable[[], datetime]
    boottime: Callable[[], float]
    boot_id: Callable[[], str]

    @staticmethod
    def real() -> MachineTime:
        """This machine's own clocks."""
        return MachineTime(
            wall=lambda: datetime.now(UTC),
            boottime=lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
            boot_id=lambda: BOOT_ID.read_text(encoding="ascii").strip(),
        )


class KioskClock:
    """Tells the time from the machine and the last mark.

    Args:
        machine: where raw time comes from.
        mark: returns the last mark that the store holds, or None.
        floor: returns the latest time this kiosk has written down, or None.
    """

    def __init__(
        self,
        machine: MachineTime,
        mark: Callable[[], TimeMark | None],
        floor: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self.machine = machine
        self._mark = mark
        self._floor = floor

    def read(self) -> Reading:
        """The time now and its quality."""
        mark = self._mark()
        last = None if mark is None else mark.office_now
        if mark is not None and mark.boot_id == self.machine.boot_id():
            carried = timedelta(seconds=self.machine.boottime() - mark.boottime)
            if timedelta(0) <= carried <= MAX_CARRY:
                uncertainty = (
                    WHOLE_SECONDS
                    + timedelta(seconds=mark.round_trip_seconds / 2)
                    + carried * QUARTZ_ERROR
                )
                now = mark.office_now + carried
                return Reading(now, TimeQuality.ASSURED, last, uncertainty)
        known = [BUILD_DATE, self.machine.wall()]
        known.extend(moment for moment in (last, self._floor()) if moment is not None)
        return Reading(max(known), TimeQuality.NOT_ASSURED, last)

    def now(self) -> datetime:
        """The time now, aware UTC; ask ``read`` when its quality matters."""
        return self.read().now

    def boottime(self) -> float:
        """CLOCK_BOOTTIME in seconds."""
        return self.machine.boottime()

    def boot_id(self) -> str:
        """The kernel's random name of this boot."""
        return self.machine.boot_id()


class SteadyClock:
    """For signing requests: starts at the wall clock and then only runs (sync's DeviceClock).

    The sync works out its own offset to head office from it; a clock that corrects itself when
    that offset becomes known would be corrected twice.
    """

    def __init__(self, machine: MachineTime) -> None:
        self._machine = machine
        self._start = machine.wall() - timedelta(seconds=machine.boottime())

    def now(self) -> datetime:
        """A time that never jumps; right up to a constant."""
        return self._start + timedelta(seconds=self._machine.boottime())

    def boottime(self) -> float:
        """CLOCK_BOOTTIME in seconds."""
        return self._machine.boottime()

    def boot_id(self) -> str:
        """The kernel's random name of this boot."""
        return self._machine.boot_id()
