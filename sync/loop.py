"""The background thread of a kiosk that exchanges with head office again and again.

It runs at a lower priority than the screens, waits with jitter, and can be woken: a ceremony that
has just ended wakes it and never waits for it. Whatever fails is in the status and in the log as
a code, never as personal data.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import sys
import threading
from dataclasses import dataclass, replace
from datetime import datetime

from sync.device_side import Device, SyncReport
from sync.device_store import DeviceClock, DeviceStore
from sync.errors import SyncError
from sync.waiting import poll_wait, retry_wait

__all__ = ["SyncLoop", "SyncStatus"]

LOWER_PRIORITY = 10
"""Added to the thread's nice value (Linux gives each thread its own)."""
STOP_SECONDS = 5.0
"""How long `stop` waits for an exchange under way; it may be killed at any point anyway."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SyncStatus:
    """How sync stands, for screens."""

    last_success: datetime | None = None
    """When an exchange last came to its end, by the device's clock."""
    last_attempt: datetime | None = None
    """When an exchange last began."""
    last_error: str | None = None
    """Code of what failed last; None since all went well."""
    failures: int = 0
    """Failed exchanges in a row."""
    running: bool = False
    """Whether an exchange is under way."""
    queued_blobs: int = 0
    """Signed PDFs waiting to go up."""
    queued_events: int = 0
    """Events waiting to go up."""
    report: SyncReport | None = None
    """What the last successful exchange did."""


class SyncLoop:
    """Exchanges in a thread of its own until stopped."""

    def __init__(
        self,
        device: Device,
        store: DeviceStore,
        clock: DeviceClock,
        chance: random.Random | None = None,
    ) -> None:
        """Make the loop; `start` starts it.

        Args:
            device: the connection.
            store: asked for the queue lengths.
            clock: gives the times of the status.
            chance: source of the jitter; a fresh one by default.
        """
        self._device = device
        self._store = store
        self._clock = clock
        self._chance = chance or random.SystemRandom()
        self._status = SyncStatus()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Start the thread; the first exchange begins at once."""
        self._thread.start()

    def wake(self) -> None:
        """Ask for an exchange now; returns at once."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread; an exchange under way may be cut and is completed next time."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def status(self) -> SyncStatus:
        """Give the status with the queue lengths of this moment."""
        blobs, events = self._store.queue_lengths()
        return replace(self._status, queued_blobs=blobs, queued_events=events)

    def exchange_once(self) -> float:
        """Do one exchange, note how it went, and give the seconds to wait before the next."""
        with self._one_at_a_time:
            self._status = replace(self._status, last_attempt=self._clock.now(), running=True)
            try:
                report = self._device.exchange()
            except SyncError as error:
                return self._failed(error.code, getattr(error, "retry_after_seconds", None))
            except Exception as error:  # noqa: BLE001 - the thread must outlive any fault
                _log.error("sync_fault error=%s", type(error).__name__)
                return self._failed("sync_fault", None)
            problem = report.problems[0] if report.problems else None
            self._status = SyncStatus(
                last_success=report.finished_at,
                last_attempt=self._status.last_attempt,
                last_error=problem,
                report=report,
            )
            return poll_wait(report.next_poll_seconds, self._chance.random())

    def _failed(self, code: str, retry_after_seconds: int | None) -> float:
        failures = self._status.failures + 1
        _log.warning("sync_failed code=%s failures=%d", code, failures)
        self._status = replace(self._status, last_error=code, failures=failures, running=False)
        return retry_wait(failures, self._chance.random(), retry_after_seconds)

    def _run(self) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWER_PRIORITY)
        while not self._stopping.is_set():
            self._wake.clear()
            wait_seconds = self.exchange_once()
            self._wake.wait(wait_seconds)
