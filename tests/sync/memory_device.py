"""A kiosk's books in memory, with a switch that kills the kiosk at any of its writes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import BinaryIO

from sync.device_store import BlobEntry, TimeFix
from sync.records import DocumentDue, DocumentWithdrawn, DownRow, EventKind, JournalEvent
from sync.staff import StaffReply


class KilledError(BaseException):
    """The power went; nobody catches this on purpose."""


class Clock:
    """Clocks that only move when told to."""

    def __init__(self, now: datetime) -> None:
        self.moment = now
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return self.moment

    def now(self) -> datetime:
        return self.moment + self.offset

    def boottime(self) -> float:
        return (self.moment - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()

    def boot_id(self) -> str:
        return "b" * 32


class MemoryDevice:
    """Implements sync.device_store.DeviceStore; every method is a transaction."""

    def __init__(self, kiosk_id: str) -> None:
        self.kiosk_id = kiosk_id
        self.applied: list[DownRow] = []
        self.applied_cursor = 0
        self.wanted: dict[str, int] = {}
        self.pdfs: dict[str, bytes] = {}
        self.signed: dict[str, bytes] = {}
        self.waiting_blobs: dict[str, int] = {}
        self.journal: list[JournalEvent] = []
        self.acknowledged = 0
        self.held_staff = StaffReply(0, b"")
        self.nonce = 0
        self.fixes: list[TimeFix] = []
        self.writes_until_death: int | None = None
        self.dies_before_commit = True

    def _write(self, before: bool) -> None:
        """Die here if it is time: before the commit or just after it."""
        if self.writes_until_death is None or before != self.dies_before_commit:
            return
        if self.writes_until_death == 0:
            self.writes_until_death = None
            raise KilledError
        self.writes_until_death -= 1

    # What the kiosk itself does

    def sign(self, document_id: str, pdf: bytes, at: datetime) -> None:
        """Signed PDF, event and outbox rows in one transaction."""
        sha256 = hashlib.sha256(pdf).hexdigest()
        self.signed[sha256] = pdf
        self.waiting_blobs[sha256] = len(pdf)
        body: dict[str, str | int | bool] = {
            "pdf_sha256": sha256,
            "pdf_bytes": len(pdf),
            "covered_sha256": "c" * 64,
            "certificate_sequence": len(self.journal) + 1,
        }
        self.note(EventKind.CLIENT_SIGNED, document_id, at, body)

    def note(
        self,
        kind: EventKind,
        document_id: str | None,
        at: datetime,
        body: dict[str, str | int | bool] | None = None,
    ) -> None:
        self.journal.append(
            JournalEvent(
                kiosk_id=self.kiosk_id,
                sequence=len(self.journal) + 1,
                kind=kind,
                document_id=document_id,
                at=at,
                time_quality=1,
                boot_id="b" * 32,
                body=body or {},
            )
        )

    office_key = b""
    """Head office's key that was followed to; empty while it is the one of the grant."""
    box_key = b""
    strokes_wanted = False
    asked: Mapping[str, str] = MappingProxyType({})

    def picture(self) -> str:
        """Everything that a reply could change, but for the counter."""
        return repr(
            [self.applied, self.applied_cursor, self.pdfs, self.waiting_blobs, self.acknowledged]
        )

    # DeviceStore

    def pin_office_key(self, key: bytes) -> None:
        self._write(before=True)
        self.office_key = key

    def office_box_key(self) -> bytes:
        return self.box_key

    def keep_office_box_key(self, key: bytes) -> None:
        self._write(before=True)
        self.box_key = key
        self._write(before=False)

    def asked_packet(self) -> Mapping[str, str]:
        return self.asked

    def keep_asked_packet(self, fields: Mapping[str, str]) -> None:
        self._write(before=True)
        self.asked = dict(fields)
        self._write(before=False)

    def records_strokes(self) -> bool:
        return self.strokes_wanted

    def keep_record_strokes(self, wanted: bool) -> None:
        self._write(before=True)
        self.strokes_wanted = wanted
        self._write(before=False)

    def cursor(self) -> int:
        return self.applied_cursor

    def apply(self, rows: Sequence[DownRow], cursor: int) -> None:
        self._write(before=True)
        for row in rows:
            self.applied.append(row)
            if isinstance(row.record, DocumentDue):
                self.wanted[row.record.pdf_sha256] = row.record.pdf_bytes
            elif isinstance(row.record, DocumentWithdrawn):
                self.wanted = {
                    done.record.pdf_sha256: done.record.pdf_bytes
                    for done in self.applied
                    if isinstance(done.record, DocumentDue)
                    and done.record.document_id != row.record.document_id
                }
        self.applied_cursor = cursor
        self._write(before=False)

    def missing_blobs(self) -> Sequence[BlobEntry]:
        return [
            BlobEntry(name, size) for name, size in self.wanted.items() if name not in self.pdfs
        ]

    def put_blob(self, sha256: str, size: int, chunks: Iterable[bytes]) -> None:
        data = b"".join(chunks)
        self._write(before=True)
        self.pdfs[sha256] = data
        self._write(before=False)

    def staff_version(self) -> int:
        return self.held_staff.version

    def keep_staff(self, reply: StaffReply) -> None:
        self._write(before=True)
        self.held_staff = reply
        self._write(before=False)

    def outbox_blobs(self) -> Sequence[BlobEntry]:
        return [BlobEntry(name, size) for name, size in self.waiting_blobs.items()]

    def open_blob(self, sha256: str) -> BinaryIO:
        return io.BytesIO(self.signed[sha256])

    def acknowledge_blob(self, sha256: str) -> None:
        self._write(before=True)
        self.waiting_blobs.pop(sha256, None)
        self._write(before=False)

    def outbox_events(self, limit: int) -> Sequence[JournalEvent]:
        return self.journal[self.acknowledged : self.acknowledged + limit]

    def acknowledge_events(self, upto: int) -> None:
        self._write(before=True)
        self.acknowledged = max(self.acknowledged, upto)
        self._write(before=False)

    def queue_lengths(self) -> tuple[int, int]:
        return len(self.waiting_blobs), len(self.journal) - self.acknowledged

    def next_nonce(self) -> int:
        self._write(before=True)
        self.nonce += 1
        self._write(before=False)
        return self.nonce

    def raise_nonce(self, at_least: int) -> None:
        self._write(before=True)
        self.nonce = max(self.nonce, at_least)
        self._write(before=False)

    def record_time(self, fix: TimeFix) -> None:
        self._write(before=True)
        self.fixes.append(fix)
        self._write(before=False)
