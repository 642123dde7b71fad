"""What one exchange has done so far, what went wrong on the way, and what is said of it afterwards.

Wrong with one thing is noted and the rest goes on; only a lost link, a false reply or a revoked
kiosk end an exchange.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sync.errors import OfficeUnreachable, ReplyNotTrusted, SyncError

__all__ = ["Round", "SyncReport"]

_ENDS_THE_EXCHANGE = frozenset({"kiosk_revoked", "kiosk_unknown", "too_many_requests"})
_NO_TRUE_REPLY = (OfficeUnreachable, ReplyNotTrusted)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SyncReport:
    """What one exchange did."""

    finished_at: datetime
    """When it ended, by the device's clock."""
    rows: int
    """Rows applied."""
    blobs_down: int
    """PDFs fetched."""
    blobs_up: int
    """Signed PDFs acknowledged."""
    events_up: int
    """Events acknowledged."""
    trust_updated: bool
    """Whether a newer trust list was accepted."""
    problems: tuple[str, ...]
    """Codes of what did not work while the rest went on; empty when all is well."""
    next_poll_seconds: int
    """When head office wants the next poll, before jitter."""


class Round:
    """What an exchange has done so far."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.rows = 0
        self.blobs_down = 0
        self.blobs_up = 0
        self.events_up = 0
        self.trust_updated = False
        self.trust_version: int | None = None
        self.staff_version: int | None = None
        self.problems: list[str] = []
        self.next_poll_seconds = 60

    def report(self, now: datetime) -> SyncReport:
        """Say what was done, now that it is over."""
        return SyncReport(
            finished_at=now,
            rows=self.rows,
            blobs_down=self.blobs_down,
            blobs_up=self.blobs_up,
            events_up=self.events_up,
            trust_updated=self.trust_updated,
            problems=tuple(dict.fromkeys(self.problems)),
            next_poll_seconds=self.next_poll_seconds,
        )

    def guarded(self, step: Callable[[], None]) -> None:
        """Do a step; note what went wrong and go on, unless everything else would fail too."""
        try:
            step()
        except SyncError as error:
            if error.code in _ENDS_THE_EXCHANGE or isinstance(error, _NO_TRUE_REPLY):
                raise
            _log.warning("sync_problem code=%s", error.code)
            self.problems.append(error.code)
        except Exception as error:  # noqa: BLE001 - a row we trip over must not keep evidence back
            _log.error("sync_problem code=sync_fault error=%s", type(error).__name__)
            self.problems.append("sync_fault")
