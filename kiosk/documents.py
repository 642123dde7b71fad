"""The documents due at this kiosk: their rows, their encrypted files, their end.

A document is *due* until it is signed here or withdrawn by head office. When it
ends, its record (names, plan, contact) is overwritten, its code keys and progress are deleted, and
its files are shredded: the file's key first, in the same transaction, then the file. What stays
is what the next person may know: that a document of that number was here and how it ended.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kiosk.document_files import CLIENTS_PICTURES, BlobKind, DocumentFiles
from kiosk.errors import StoreError
from kiosk.search import index_document
from kiosk.store import Store
from kiosk.turns import Turns, keys_of
from sync.records import MAX_ROW_BYTES, CodeKeyRenewed, DocumentDue, DocumentWithdrawn
from sync.strict_json import canonical_bytes, parse_object

__all__ = ["DocumentRow", "DocumentState", "Documents"]


class DocumentState(StrEnum):
    """How a document stands at this kiosk."""

    DUE = "due"
    """Waits for its client."""
    SIGNED = "signed"
    """Signed and sealed here."""
    WITHDRAWN = "withdrawn"
    """Head office took it back; the reason says why."""


@dataclass(frozen=True)
class DocumentRow:
    """What the kiosk knows of a document's life.

    Attributes:
        document_id: 32 hex digits.
        state: how it stands here.
        reason: why it was withdrawn, as head office's code; empty otherwise.
        deadline: no signing after this; None for no limit.
    """

    document_id: str
    state: DocumentState
    reason: str
    deadline: datetime | None


OF_THE_CLIENT = ("progress", "identity_check", "code_key", "code_state")
"""Tables with what belongs to the client of one document."""
REJECTED = "rejected"
"""Why head office takes a document back when somebody there decided that a turn does not count."""
ROW_COLUMNS = "document_id, state, reason, deadline"


class Documents:
    """Reads and writes everything that belongs to documents."""

    def __init__(self, store: Store, files: DocumentFiles) -> None:
        self._store = store
        self.files = files
        self.turns = Turns(store)

    # -- what head office says ---------------------------------------------------------------

    def take_due(self, record: DocumentDue, now: datetime) -> list[str]:
        """A document is due here. Inside the transaction of the sync.

        What was signed here stays so, whatever is sent again. When the PDF is another
        one than before, what the client gave for the old one is forgotten, a code that was
        accepted for it and its key included: they belong to that PDF.

        Returns:
            Files to remove once the transaction has committed.
        """
        if self.turns.is_past(record):
            return []
        files: list[str] = []
        before = self.record(record.document_id)
        if before is not None and before.pdf_sha256 != record.pdf_sha256:
            self._forget(record.document_id, *OF_THE_CLIENT)
            files = self.files.shred(record.document_id, BlobKind.DUE_PDF, *CLIENTS_PICTURES)
        self._write_due(record, now)
        return files

    def _write_due(self, record: DocumentDue, now: datetime) -> None:
        self._store.database.execute(
            "INSERT INTO document (document_id, short_number, link_hash, state, reason, deadline,"
            " pdf_sha256, record, received_at) VALUES (?, ?, ?, 'due', '', ?, ?, ?, ?)"
            " ON CONFLICT (document_id) DO UPDATE SET short_number = excluded.short_number,"
            " link_hash = excluded.link_hash, state = 'due', reason = '',"
            " deadline = excluded.deadline, pdf_sha256 = excluded.pdf_sha256,"
            " record = excluded.record, received_at = excluded.received_at",
            (
                record.document_id,
                record.short_number,
                record.link_hash,
                None if record.deadline is None else record.deadline.astimezone(UTC).isoformat(),
                record.pdf_sha256,
                canonical_bytes(record.to_json()).decode("utf-8"),
                now.astimezone(UTC).isoformat(),
            ),
        )
        index_document(self._store, record)
        self.turns.name_links(record)
        for key in keys_of(record):
            self.renew_code_key(key)

    def withdraw(self, record: DocumentWithdrawn) -> list[str]:
        """Head office took a document back; inside the transaction of the sync.

        What was signed here stays signed and its PDF still travels up: evidence is never dropped.
        When it was rejected, its client may sign anew, and need not have left the screen.

        Returns:
            Files to remove once the transaction has committed.
        """
        found, shown = self.row(record.document_id), self.turns.signed_here(record.document_id)
        if record.reason == REJECTED:
            self.turns.forget(record.document_id)
        if self.turns.signed_here(record.document_id):
            self.turns.end_here(self.record(record.document_id), record.reason)
            self._forget(record.document_id, "code_key", "code_state")
            return []
        if found is None or not (found.state is DocumentState.DUE or shown):
            return []
        return self.end(record.document_id, DocumentState.WITHDRAWN, record.reason)

    def renew_code_key(self, record: CodeKeyRenewed) -> None:
        """A newer generation replaces the key; the tries of the old one are forgotten with it."""
        whose = (record.document_id, record.signer_id)
        found = self.row(record.document_id)
        before = self._store.row(
            "SELECT generation FROM code_key WHERE document_id = ? AND signer_id = ?", whose
        )
        if found is None or found.state is not DocumentState.DUE:
            return
        if before is not None and int(before[0]) >= record.generation:
            return
        self._store.database.execute(
            "DELETE FROM code_state WHERE document_id = ? AND signer_id = ?", whose
        )
        self._store.database.execute(
            "INSERT INTO code_key (document_id, signer_id, generation, sealed_key)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (document_id, signer_id) DO UPDATE"
            " SET generation = excluded.generation, sealed_key = excluded.sealed_key",
            (*whose, record.generation, record.sealed_code_key.hex()),
        )

    # -- finding -----------------------------------------------------------------------------

    def row(self, document_id: str) -> DocumentRow | None:
        """A document by its id."""
        return self._one("document_id = ?", document_id)

    def by_number(self, short_number: str) -> DocumentRow | None:
        """A document by what the client types; one that is due before one that has ended."""
        return self._one("short_number = ?", short_number)

    def by_link(self, link_hash: str) -> DocumentRow | None:
        """A document by the hash of the token in the message of one of its clients."""
        named = "document_id IN (SELECT document_id FROM link WHERE link_hash = ?)"
        return self._one(named, link_hash)

    def record(self, document_id: str) -> DocumentDue | None:
        """The record as head office sent it, while the document is due."""
        found = self._store.row(
            "SELECT record FROM document WHERE document_id = ? AND record IS NOT NULL",
            (document_id,),
        )
        if found is None:
            return None
        return DocumentDue.from_json(parse_object(str(found[0]).encode(), MAX_ROW_BYTES))

    def missing_files(self) -> list[tuple[str, int]]:
        """Hash and size of the PDFs of due documents that are not here yet."""
        rows = self._store.rows(
            "SELECT pdf_sha256, record FROM document WHERE state = 'due' AND NOT EXISTS"
            " (SELECT 1 FROM blob WHERE blob.document_id = document.document_id"
            " AND blob.kind IN ('due_pdf', 'signed_pdf') AND blob.sha256 = document.pdf_sha256)"
            " ORDER BY received_at, document_id"
        )
        sizes = {
            str(sha256): int(parse_object(record.encode(), MAX_ROW_BYTES)["pdf_bytes"])
            for sha256, record in rows
        }
        return list(sizes.items())

    def waiting_for(self, sha256: str) -> list[str]:
        """The due documents whose PDF this is."""
        whose = "SELECT document_id FROM document WHERE state = 'due' AND pdf_sha256 = ?"
        return [str(row[0]) for row in self._store.rows(whose, (sha256,))]

    def count_due(self) -> int:
        """How many documents wait for a client."""
        found = self._store.row("SELECT count(*) FROM document WHERE state = 'due'")
        return 0 if found is None else int(found[0])

    def due_pdf(self, document_id: str) -> bytes | None:
        """The PDF that waits to be signed, exactly the bytes that head office named.

        A file that is damaged on this disk is dropped, so that the next exchange fetches it anew.

        Raises:
            StoreError: code ``document_damaged``.
        """
        record = self.record(document_id)
        if record is None:
            return None
        try:
            content = self.files.read(document_id, BlobKind.DUE_PDF)
            if content is None:  # the client before signed here
                content = self.files.read(document_id, BlobKind.SIGNED_PDF)
            if content is not None and hashlib.sha256(content).hexdigest() != record.pdf_sha256:
                content = None  # an older version; the new one is on its way
        except StoreError:
            with self._store.transaction():
                files = self.files.shred(document_id, BlobKind.DUE_PDF)
            self.files.remove(files)
            raise
        return content

    # -- the end -----------------------------------------------------------------------------

    def signed(self, document_id: str) -> list[str]:
        """A document was signed here; inside the transaction of the sealing.

        The client still sees the result, so the record and the finished progress stay until
        `client_left`; the code keys, the unsigned PDF and the pictures go now.

        Returns:
            The files to remove once the transaction has committed.
        """
        self._store.database.execute(
            "UPDATE document SET state = 'signed', reason = '' WHERE document_id = ?",
            (document_id,),
        )
        self._store.database.execute(
            "UPDATE progress SET body = json_set(body, '$.step', 'done') WHERE document_id = ?",
            (document_id,),
        )
        self._forget(document_id, "code_key", "code_state")
        return self.files.shred(document_id, BlobKind.DUE_PDF, *CLIENTS_PICTURES)

    def turn_signed(self, record: DocumentDue) -> list[str]:
        """A client signed here who is not the last; inside the transaction of the signing.

        Returns:
            The files to remove once the transaction has committed.
        """
        self.turns.close(record)
        return self.files.shred(record.document_id, BlobKind.DUE_PDF, *CLIENTS_PICTURES)

    def end(self, document_id: str, state: DocumentState, reason: str = "") -> list[str]:
        """A document ends: everything personal goes; inside a transaction.

        The signed PDF is not touched; it goes when head office has it.

        Returns:
            The files to remove once the transaction has committed.
        """
        database = self._store.database
        database.execute(
            "UPDATE document SET state = ?, reason = ?, record = NULL WHERE document_id = ?",
            (state, reason, document_id),
        )
        self._forget(document_id, *OF_THE_CLIENT)
        return self.files.shred(document_id, BlobKind.DUE_PDF, *CLIENTS_PICTURES)

    def client_left(self, document_id: str) -> None:
        """The client of a signed document has left the screen: what was shown of them goes.

        When somebody else signs here after them, the document is due for that one.
        """
        with self._store.transaction() as database:
            self._forget(document_id, "progress", "identity_check")
            if self.turns.signed_here(document_id):
                self.turns.pass_on(self.record(document_id))
                return
            database.execute(
                "UPDATE sealed SET client_left = 1, copy_token = '' WHERE document_id = ?",
                (document_id,),
            )
            database.execute(
                "UPDATE document SET record = NULL WHERE document_id = ? AND state = 'signed'",
                (document_id,),
            )

    def everyone_left(self) -> None:
        """Whoever was before the screen when the kiosk stopped has left it."""
        rows = self._store.rows(
            "SELECT document_id FROM sealed WHERE client_left = 0 UNION"
            " SELECT document_id FROM document WHERE state = 'signed' AND record IS NOT NULL"
        )
        for (document_id,) in rows:
            self.client_left(str(document_id))

    def _forget(self, document_id: str, *tables: str) -> None:
        for table in tables:
            self._store.database.execute(
                f"DELETE FROM {table} WHERE document_id = ?",  # noqa: S608 - our own names
                (document_id,),
            )

    def _one(self, condition: str, value: str) -> DocumentRow | None:
        found = self._store.row(
            f"SELECT {ROW_COLUMNS} FROM document WHERE {condition}"  # noqa: S608 - our own words
            " ORDER BY state = 'due' DESC, received_at DESC LIMIT 1",
            (value,),
        )
        if found is None:
            return None
        deadline = None if found[3] is None else datetime.fromisoformat(found[3])
        return DocumentRow(str(found[0]), DocumentState(found[1]), str(found[2]), deadline)
