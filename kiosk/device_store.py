"""What the sync thread reads and writes: the kiosk's side of `sync.device_store.DeviceStore`.

Every change is one transaction. Files are on disk before the row that names them, and are removed
only after the row that named them is gone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import BinaryIO

from kiosk.clock import KioskClock
from kiosk.document_files import BlobKind
from kiosk.documents import Documents
from kiosk.identity import MAX_GRANT_BYTES
from kiosk.journal import Journal
from kiosk.staff_book import StaffBook
from kiosk.store import Store
from kiosk.strokes import StrokeBook
from sync.device_store import BlobEntry, TimeFix
from sync.messages import EnrolmentGrant
from sync.records import (
    CodeKeyRenewed,
    DocumentDue,
    DocumentWithdrawn,
    DownRow,
    EventKind,
    JournalEvent,
    KeysWanted,
)
from sync.staff import StaffReply
from sync.strict_json import canonical_bytes, parse_object

__all__ = ["KioskDeviceStore"]


class KioskDeviceStore:
    """The kiosk's books, as far as the sync is concerned."""

    def __init__(
        self,
        store: Store,
        documents: Documents,
        journal: Journal,
        clock: KioskClock,
        staff: StaffBook,
        changed: Callable[[], None],
    ) -> None:
        """Keep the parts; `changed` is called when the grant was changed."""
        self._staff = staff
        self._store = store
        self._documents = documents
        self._journal = journal
        self._clock = clock
        self._changed = changed
        self._strokes = StrokeBook(store)

    # -- down --------------------------------------------------------------------------------

    def cursor(self) -> int:
        """The counter of the last row applied."""
        return int(self._store.setting("cursor", "0"))

    def apply(self, rows: Sequence[DownRow], cursor: int) -> None:
        """Apply rows in order and move the cursor, in one transaction; old rows are skipped."""
        files: list[str] = []
        with self._store.transaction():
            reached = self.cursor()
            for row in rows:
                if row.counter > reached:
                    files += self._apply(row)
            self._store.set_setting("cursor", str(max(reached, cursor)))
        self._documents.files.remove(files)

    def pin_office_key(self, key: bytes) -> None:
        """Believe another key of head office: it stands in the grant, in place of the last."""
        with self._store.transaction():
            text = self._store.setting("grant").encode("utf-8")
            grant = EnrolmentGrant.from_json(parse_object(text, MAX_GRANT_BYTES))
            followed = replace(grant, office_public_key=key)
            self._store.set_setting("grant", canonical_bytes(followed.to_json()).decode("utf-8"))
        self._changed()

    def office_box_key(self) -> bytes:
        """Head office's key for what is for its eyes alone; empty before it was heard of."""
        return bytes.fromhex(self._store.setting("office_box_key", ""))

    def keep_office_box_key(self, key: bytes) -> None:
        """Seal to this key from now on."""
        with self._store.transaction():
            self._store.set_setting("office_box_key", key.hex())

    def asked_packet(self) -> Mapping[str, str]:
        """The signature fields of the last packet up; empty when none waits for an answer."""
        found: dict[str, str] = json.loads(self._store.setting("asked_packet", "{}"))
        return found

    def keep_asked_packet(self, fields: Mapping[str, str]) -> None:
        """Keep them in place of the last ones."""
        with self._store.transaction():
            self._store.set_setting("asked_packet", json.dumps(dict(fields)))

    def records_strokes(self) -> bool:
        """Whether head office wants to know how signatures are drawn."""
        return self._strokes.wanted()

    def keep_record_strokes(self, wanted: bool) -> None:
        """Do as head office says; when it no longer wants them, nothing unsigned stays."""
        self._strokes.want(wanted)

    def _apply(self, row: DownRow) -> list[str]:
        if isinstance(row.record, DocumentDue):
            return self._documents.take_due(row.record, self._clock.now())
        if isinstance(row.record, CodeKeyRenewed):
            self._documents.renew_code_key(row.record)
            return []
        if isinstance(row.record, KeysWanted):
            wanted = max(int(self._store.setting("keys_wanted", "0")), row.record.generation)
            self._store.set_setting("keys_wanted", str(wanted))
            return []
        return self._withdraw(row.record)

    def _withdraw(self, record: DocumentWithdrawn) -> list[str]:
        files = self._documents.withdraw(record)
        if files:
            self._journal.add(
                EventKind.DOCUMENT_ERASED, record.document_id, {"reason": record.reason}
            )
        return files

    def missing_blobs(self) -> Sequence[BlobEntry]:
        """The PDFs of documents due here that are not on disk yet."""
        return [BlobEntry(sha256, size) for sha256, size in self._documents.missing_files()]

    def put_blob(self, sha256: str, size: int, chunks: Iterable[bytes]) -> None:
        """Keep a PDF that came down, once for each document that waits for it.

        The iteration raises before its end when the hash does not fit; then nothing is kept.
        """
        waiting = self._documents.waiting_for(sha256)
        if not waiting:
            return
        entry = self._documents.files.vault.put_chunks(chunks)
        if entry.size != size:
            self._documents.files.vault.remove(entry.file)
            raise ValueError("the PDF has another length than announced")
        copies = {waiting[0]: entry}
        for document_id in waiting[1:]:
            copies[document_id] = self._documents.files.vault.put(
                self._documents.files.vault.get(entry)
            )
        replaced: list[str] = []
        with self._store.transaction():
            still = set(self._documents.waiting_for(sha256))
            for document_id, copy in copies.items():
                if document_id in still:
                    replaced.append(
                        self._documents.files.name(document_id, BlobKind.DUE_PDF, sha256, copy)
                    )
                else:
                    replaced.append(copy.file)
        self._documents.files.remove([file for file in replaced if file])

    def staff_version(self) -> int:
        """The version of the list of front-desk people that is held."""
        return self._staff.version()

    def keep_staff(self, reply: StaffReply) -> None:
        """Keep another list. Raises BoxNotOpened, MessageMalformed."""
        self._staff.keep(reply)

    # -- up ----------------------------------------------------------------------------------

    def outbox_blobs(self) -> Sequence[BlobEntry]:
        """The strokes, then the signed PDFs, that head office has not acknowledged."""
        rows = self._store.rows(
            "SELECT o.sha256, coalesce(t.pdf_bytes, b.size) FROM outbox_blob o JOIN blob b ON"
            " b.document_id = o.document_id AND b.kind = 'signed_pdf' LEFT JOIN turn t ON"
            " t.document_id = o.document_id AND t.pdf_sha256 = o.sha256"
            " WHERE o.acknowledged = 0 ORDER BY o.rowid"
        )
        signed = [BlobEntry(str(sha256), int(size)) for sha256, size in rows]
        return [*self._strokes.waiting(), *signed]

    def open_blob(self, sha256: str) -> BinaryIO:
        """A signed PDF, or sealed strokes, for reading.

        Raises:
            KeyError: there is no such file (any more).
        """
        strokes = self._strokes.read(sha256)
        if strokes is not None:
            return io.BytesIO(strokes)
        found = self._store.row(
            "SELECT o.document_id, t.pdf_bytes FROM outbox_blob o LEFT JOIN turn t ON"
            " t.document_id = o.document_id AND t.pdf_sha256 = o.sha256 WHERE o.sha256 = ?",
            (sha256,),
        )
        content = (
            None
            if found is None
            else self._documents.files.read(str(found[0]), BlobKind.SIGNED_PDF)
        )
        if content is None:
            raise KeyError(sha256)
        # A file between two clients is the beginning of the newest one.
        return io.BytesIO(content if found is None or found[1] is None else content[: found[1]])

    def acknowledge_blob(self, sha256: str) -> None:
        """Head office has this file; it goes as soon as its event is there too."""
        self._strokes.acknowledge(sha256)
        self._store.database.execute(
            "UPDATE outbox_blob SET acknowledged = 1 WHERE sha256 = ?", (sha256,)
        )
        self.shred_delivered()

    def outbox_events(self, limit: int) -> Sequence[JournalEvent]:
        """The events after the acknowledged ones."""
        return self._journal.waiting(limit)

    def acknowledge_events(self, upto: int) -> None:
        """Head office has every event up to this number."""
        self._journal.acknowledge(upto)
        self.shred_delivered()

    def queue_lengths(self) -> tuple[int, int]:
        """How many signed PDFs and events wait to go up."""
        found = self._store.row("SELECT count(*) FROM outbox_blob WHERE acknowledged = 0")
        blobs = 0 if found is None else int(found[0])
        return blobs + len(self._strokes.waiting()), self._journal.count_waiting()

    def shred_delivered(self) -> None:
        """Shred signed PDFs that head office has and whose client has left the screen.

        Head office has a document when it acknowledged both the file and the event of its
        signing; the key goes in a transaction, then the file.
        """
        files: list[str] = []
        with self._store.transaction():
            rows = self._store.rows(
                "SELECT s.document_id FROM sealed s JOIN outbox_blob o ON o.sha256 = s.pdf_sha256"
                " JOIN event e ON e.sequence = s.event_sequence"
                " WHERE o.acknowledged = 1 AND e.acknowledged = 1 AND s.client_left = 1"
                " AND s.delivered = 0"
            )
            for (document_id,) in rows:
                files += self._documents.files.shred(str(document_id), BlobKind.SIGNED_PDF)
                self._store.database.execute(
                    "UPDATE sealed SET delivered = 1, token = x'', text = '' WHERE document_id = ?",
                    (document_id,),
                )
                self._journal.add(
                    EventKind.DOCUMENT_ERASED, str(document_id), {"reason": "delivered"}
                )
            files += self._shred_turns()
            self._strokes.forget_delivered()
        self._documents.files.remove(files)

    def _shred_turns(self) -> list[str]:
        """Files between two clients that head office has, where nobody else signs here."""
        rows = self._store.rows(
            "SELECT d.document_id FROM document d JOIN blob b ON b.document_id = d.document_id"
            " AND b.kind = 'signed_pdf' JOIN turn t ON t.document_id = d.document_id"
            " LEFT JOIN outbox_blob o ON o.sha256 = t.pdf_sha256"
            " LEFT JOIN event e ON e.sequence = t.event_sequence"
            " WHERE d.state != 'due' AND d.record IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM sealed s WHERE s.document_id = d.document_id)"
            " GROUP BY d.document_id HAVING min(coalesce(o.acknowledged, 0)) = 1"
            " AND min(coalesce(e.acknowledged, 0)) = 1"
        )
        files: list[str] = []
        for (document_id,) in rows:
            files += self._documents.files.shred(str(document_id), BlobKind.SIGNED_PDF)
            self._journal.add(EventKind.DOCUMENT_ERASED, str(document_id), {"reason": "delivered"})
        return files

    # -- the protocol's own ------------------------------------------------------------------

    def next_nonce(self) -> int:
        """The next request counter, on disk before it is used."""
        return self._store.next_number("request_counter")

    def raise_nonce(self, at_least: int) -> None:
        """Continue above what head office has seen (an old backup was restored here)."""
        with self._store.transaction():
            reached = int(self._store.setting("request_counter", "0"))
            self._store.set_setting("request_counter", str(max(reached, at_least)))

    def record_time(self, fix: TimeFix) -> None:
        """Keep head office's time, for the clock."""
        self._store.database.execute(
            "INSERT INTO time_mark (id, office_now, boottime, boot_id, round_trip_seconds)"
            " VALUES (1, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " office_now = excluded.office_now, boottime = excluded.boottime,"
            " boot_id = excluded.boot_id, round_trip_seconds = excluded.round_trip_seconds",
            (
                fix.office_now.astimezone(UTC).isoformat(),
                fix.boottime,
                fix.boot_id,
                fix.round_trip_seconds,
            ),
        )
