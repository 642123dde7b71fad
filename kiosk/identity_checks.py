"""Staff looked at a client's identity document: what is kept of it, and what it counts for.

Only the kind of document is recorded, in the journal, with who looked. It counts for the client's
session in which it was done: whoever comes back later is looked at again.
"""

from __future__ import annotations

from kiosk.refusals import refusal
from kiosk.terminal import Terminal
from sync.records import DocumentDue, EventKind
from sync.staff import IdentityPaper, IdentityWay
from verifier.token import Proof

__all__ = ["IdentityChecks"]


class IdentityChecks:
    """The checks of one terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._store = terminal.store

    def note(
        self, record: DocumentDue, ceremony_id: str, staff_id: str, paper: IdentityPaper
    ) -> None:
        """Write down that somebody looked; inside the transaction that lets the client in.

        Raises:
            DeskRefused: ``staff_check_not_allowed``: head office wants a code for this document.
        """
        if record.identity == IdentityWay.CODE:
            raise refusal("staff_check_not_allowed")
        with self._store.transaction() as database:
            database.execute(
                "INSERT INTO identity_check (document_id, signer_id, ceremony_id) VALUES (?, ?, ?)"
                " ON CONFLICT (document_id) DO UPDATE SET signer_id = excluded.signer_id,"
                " ceremony_id = excluded.ceremony_id",
                (record.document_id, record.signer_id, ceremony_id),
            )
            self._terminal.journal.add(
                EventKind.IDENTITY_CHECKED,
                record.document_id,
                {"staff": staff_id, "paper": paper.value, "client_index": record.client_index},
            )

    def holds(self, document_id: str) -> bool:
        """Whether the client in the present session was looked at."""
        record = self._terminal.documents.record(document_id)
        if record is None:
            return False
        found = self._store.row(
            "SELECT 1 FROM identity_check JOIN progress USING (document_id, ceremony_id)"
            " WHERE document_id = ? AND signer_id = ? AND ceremony_id != ''",
            (document_id, record.signer_id),
        )
        return found is not None

    def proof_of(self, record: DocumentDue) -> Proof:
        """How the client of the present session has proved who they are."""
        if self.holds(record.document_id):
            return Proof.ID_DOCUMENT
        return Proof.EMAIL_CODE if record.channel == "email" else Proof.SMS_CODE
