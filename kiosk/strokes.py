"""How signatures are drawn, sealed for head office where it wants that (docs/strokes.md).

Only a sealed box is ever written here. Until its client signs it stands in what was saved of the
ceremony and goes with that; then in a row of its own, until head office has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.journal import Journal
from kiosk.refusals import refusal
from kiosk.store import Store
from sync.device_store import BlobEntry
from sync.records import BodyValue, DocumentDue, EventKind
from sync.sealed_box import box_info, seal_box

if TYPE_CHECKING:
    from kiosk.terminal import Terminal
    from signing.ink_samples import Ink

__all__ = ["StrokeBook", "StrokeDesk"]


class StrokeBook:
    """The setting, and the boxes that wait to go up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def wanted(self) -> bool:
        """Whether head office wants to know how signatures are drawn."""
        return self._store.setting("record_strokes") == "1"

    def want(self, wanted: bool) -> None:
        """Do as head office says; of documents that nobody has signed yet nothing stays then."""
        with self._store.transaction() as database:
            self._store.set_setting("record_strokes", "1" if wanted else "0")
            if not wanted:
                database.execute(
                    "UPDATE progress SET body = json_remove(body, '$.mark.strokes')"
                    " WHERE json_extract(body, '$.mark.strokes') IS NOT NULL"
                )

    def keep(self, record: DocumentDue, box: bytes, journal: Journal) -> None:
        """Keep a box to be sent, and write so, inside the transaction of the signing."""
        sha256 = hashlib.sha256(box).hexdigest()
        self._store.database.execute(
            "INSERT INTO strokes (sha256, document_id, event_sequence, box) VALUES (?, ?, ?, ?)",
            (sha256, record.document_id, journal.next_sequence(), box),
        )
        body: dict[str, BodyValue] = {
            "strokes_sha256": sha256,
            "strokes_bytes": len(box),
            "client_index": record.client_index,
        }
        journal.add(EventKind.STROKES_SEALED, record.document_id, body)

    def waiting(self) -> Sequence[BlobEntry]:
        """The boxes that head office has not acknowledged, oldest first."""
        rows = self._store.rows(
            "SELECT sha256, length(box) FROM strokes WHERE acknowledged = 0 ORDER BY event_sequence"
        )
        return [BlobEntry(str(sha256), int(size)) for sha256, size in rows]

    def read(self, sha256: str) -> bytes | None:
        """A box; None when there is no such one (any more)."""
        found = self._store.row("SELECT box FROM strokes WHERE sha256 = ?", (sha256,))
        return None if found is None else bytes(found[0])

    def acknowledge(self, sha256: str) -> None:
        """Head office has this box."""
        self._store.database.execute(
            "UPDATE strokes SET acknowledged = 1 WHERE sha256 = ?", (sha256,)
        )

    def forget_delivered(self) -> None:
        """What head office has, with the event that names it, goes here."""
        self._store.database.execute(
            "DELETE FROM strokes WHERE acknowledged = 1 AND event_sequence IN"
            " (SELECT sequence FROM event WHERE acknowledged = 1)"
        )


class StrokeDesk:
    """What a desk (`signing.ceremony.desk.Desk`) says of strokes."""

    _terminal: Terminal

    @property
    def records_strokes(self) -> bool:
        """Whether head office wants them, and has said for which key."""
        store = self._terminal.device_store
        return store.records_strokes() and bool(store.office_box_key())

    def sealed_strokes(self, document_id: str, ink: Ink) -> bytes:
        """Strokes in a box that only head office opens; empty unless it wants them.

        Raises:
            DeskRefused: ``gone``.
        """
        if not self.records_strokes:
            return b""
        record = self._terminal.documents.record(document_id)
        if record is None:
            raise refusal("gone")
        kiosk_id = self._terminal.enrolment().grant.kiosk_id
        info = box_info(kiosk_id, "strokes", f"{document_id}/{record.signer_id}")
        key = self._terminal.device_store.office_box_key()
        return seal_box(key, ink.to_json().encode("ascii"), info)
