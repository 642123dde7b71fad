"""The trust list at this kiosk: loaded once, loaded again when its files change."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from verifier.errors import TrustError
from verifier.trust_folder import load_trust
from verifier.trust_list import AMBER_AFTER_DAYS, STALE_AFTER_DAYS, TrustList

__all__ = ["TrustAge", "TrustKeeper", "trust_age"]


class TrustAge(StrEnum):
    """How old the trust list is, as screens colour it."""

    FRESH = "fresh"
    """At most 7 days."""
    AGEING = "ageing"
    """8 to 30 days: shown with its age."""
    STALE = "stale"
    """Older: it can no longer tell what has been revoked."""
    MISSING = "missing"
    """There is none."""


def trust_age(trust: TrustList | None, now: datetime) -> TrustAge:
    """How old a trust list is at a time."""
    if trust is None:
        return TrustAge.MISSING
    age = now - trust.as_of
    if age > timedelta(days=STALE_AFTER_DAYS):
        return TrustAge.STALE
    return TrustAge.AGEING if age > timedelta(days=AMBER_AFTER_DAYS) else TrustAge.FRESH


@dataclass(frozen=True)
class _Loaded:
    stamp: tuple[tuple[str, int, int], ...]
    trust: TrustList


class TrustKeeper:
    """Gives the trust list in the kiosk's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: _Loaded | None = None
        self._lock = threading.Lock()

    def current(self) -> TrustList:
        """The trust list; its signatures are checked whenever a file has changed.

        When the files are between two updates, the list that was loaded before stays in use.

        Raises:
            TrustError: there is none, or it cannot be trusted.
        """
        with self._lock:
            # The sync replaces the whole folder behind a link; one reading is of one version.
            folder = self._folder.resolve()
            stamp = _stamp_of(folder)
            if self._loaded is None or self._loaded.stamp != stamp:
                try:
                    self._loaded = _Loaded(stamp, load_trust(folder))
                except TrustError:
                    if self._loaded is None:
                        raise
            return self._loaded.trust

    def forget(self) -> None:
        """Drop the loaded list, so that only what lies on the disk counts."""
        with self._lock:
            self._loaded = None

    def or_none(self) -> TrustList | None:
        """The trust list, or None when there is none to be trusted."""
        try:
            return self.current()
        except TrustError:
            return None


def _stamp_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, times and sizes of the files: what changes when the list does."""
    found = [(str(folder), 0, 0)]
    for path in sorted(folder.glob("*.json")):
        with suppress(FileNotFoundError):
            status = path.stat()
            found.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(found)
