"""Whether a document can be signed here, and if not, why: in the words that a client gets."""

from __future__ import annotations

from datetime import datetime

from kiosk.documents import DocumentRow, Documents, DocumentState
from kiosk.refusals import refusal
from kiosk.store import Store
from sync.records import DocumentDue

__all__ = ["due_or_shown", "has_file"]

WITHDRAWN = {
    "expired": "expired",
    "completed": "already_signed",
    "moved": "gone",
    "declined": "declined",
}
"""What head office's reason for taking a document back means to its client."""


def due_or_shown(
    documents: Documents, document_id: str, now: datetime
) -> tuple[DocumentRow, DocumentDue]:
    """The rows of a document that is due, or signed with its client still there.

    Raises:
        DeskRefused: `gone`, `cancelled`, `expired`, `declined`, `already_signed`.
    """
    row = documents.row(document_id)
    if row is None:
        raise refusal("gone")
    if row.state is DocumentState.WITHDRAWN:
        raise refusal(WITHDRAWN.get(row.reason, "cancelled"))
    record = documents.record(document_id)
    if row.state is DocumentState.SIGNED and record is None:
        raise refusal("already_signed")
    if record is None:
        raise refusal("gone")
    if row.state is DocumentState.DUE and row.deadline is not None and now > row.deadline:
        raise refusal("expired")
    return row, record


def has_file(store: Store, document_id: str) -> bool:
    """Whether the PDF that is to be signed has come."""
    return (
        store.row(
            "SELECT 1 FROM blob JOIN document USING (document_id) WHERE document_id = ?"
            " AND kind IN ('due_pdf', 'signed_pdf') AND blob.sha256 = document.pdf_sha256",
            (document_id,),
        )
        is not None
    )
