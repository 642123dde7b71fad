"""What the device side of sync needs from a kiosk's store: one narrow Protocol and its values.

Every method that changes something is one transaction, on disk before it returns. Methods are
called from the sync thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from sync.events import JournalEvent
from sync.records import DownRow
from sync.staff import StaffReply

__all__ = ["BlobEntry", "DeviceClock", "DeviceStore", "TimeFix"]


@dataclass(frozen=True)
class BlobEntry:
    """A blob that is to travel."""

    sha256: str
    """Its name: SHA-256 in hex."""
    size: int
    """Its length, bytes."""


@dataclass(frozen=True)
class TimeFix:
    """One signed answer to the question what time it is."""

    office_now: datetime
    """Head office's time when it answered, aware UTC."""
    boottime: float
    """CLOCK_BOOTTIME of the device in the middle of the request, seconds."""
    boot_id: str
    """The boot to which `boottime` belongs."""
    round_trip_seconds: float
    """How long the request took: half of it is the error of the fix."""


class DeviceClock(Protocol):
    """The clocks of the device."""

    def now(self) -> datetime:
        """Give the best known time, aware UTC."""

    def boottime(self) -> float:
        """Give CLOCK_BOOTTIME, seconds since boot, sleep included."""

    def boot_id(self) -> str:
        """Give /proc/sys/kernel/random/boot_id."""


class DeviceStore(Protocol):
    """A kiosk's books, as far as sync reads and writes them."""

    def cursor(self) -> int:
        """Give the counter of the last row applied, 0 at first."""

    def apply(self, rows: Sequence[DownRow], cursor: int) -> None:
        """Apply rows in order and move the cursor, in one transaction."""

    def missing_blobs(self) -> Sequence[BlobEntry]:
        """List the PDFs of documents due here that are not on disk yet."""

    def put_blob(self, sha256: str, size: int, chunks: Iterable[bytes]) -> None:
        """Store a PDF piece by piece, whole or not at all.

        The iterable checks length and hash and raises before its end when they do not fit: keep
        what came in a temporary place and make it visible only after the iteration has ended.
        """

    def staff_version(self) -> int:
        """Give the version of the list of front-desk people that is held, 0 for none."""

    def keep_staff(self, reply: StaffReply) -> None:
        """Open and keep a list of front-desk people in place of the one held.

        Raises BoxNotOpened or MessageMalformed; the old list then stays.
        """

    def outbox_blobs(self) -> Sequence[BlobEntry]:
        """List the signed PDFs that head office has not acknowledged, oldest first."""

    def open_blob(self, sha256: str) -> BinaryIO:
        """Open a signed PDF of this kiosk for reading; seekable. Raises KeyError if unknown."""

    def acknowledge_blob(self, sha256: str) -> None:
        """Note that head office has this signed PDF; noting it again changes nothing."""

    def outbox_events(self, limit: int) -> Sequence[JournalEvent]:
        """Give up to `limit` events after the acknowledged ones, in order, without gaps."""

    def acknowledge_events(self, upto: int) -> None:
        """Note that head office has every event up to sequence `upto`; never goes back."""

    def queue_lengths(self) -> tuple[int, int]:
        """Count the signed PDFs and the events that wait to go up."""

    def next_nonce(self) -> int:
        """Raise the request counter by one on disk and give it; from 1, never given twice."""

    def raise_nonce(self, at_least: int) -> None:
        """Make the next counter higher than `at_least` (after an old backup was restored)."""

    def pin_office_key(self, key: bytes) -> None:
        """Believe another key of head office from now on (32 raw bytes), in place of the last."""

    def office_box_key(self) -> bytes:
        """Give head office's X25519 key (32 raw bytes), empty before it was heard of."""

    def keep_office_box_key(self, key: bytes) -> None:
        """Seal to this key of head office from now on."""

    def records_strokes(self) -> bool:
        """Tell whether how signatures are drawn is recorded; not before head office says so."""

    def keep_record_strokes(self, wanted: bool) -> None:
        """Record how signatures are drawn from now on, or no longer; then nothing of it stays."""

    def asked_packet(self) -> Mapping[str, str]:
        """Give the signature fields of the last packet up; empty when none waits for an answer."""

    def keep_asked_packet(self, fields: Mapping[str, str]) -> None:
        """Keep them in place of the last ones; empty: no answer is waited for any more."""

    def record_time(self, fix: TimeFix) -> None:
        """Keep head office's time for the clock guard."""
