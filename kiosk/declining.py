"""A client declined: the document ends at this kiosk, and head office hears why."""

from __future__ import annotations

from kiosk.documents import DocumentState
from kiosk.refusals import refusal
from kiosk.terminal import Terminal
from signing.ceremony.declining import DeclineReason
from sync.records import EventKind

__all__ = ["decline"]


def decline(terminal: Terminal, document_id: str, reason: DeclineReason) -> None:
    """End a document that is due; what its client gave, its key and its file go.

    A file that an earlier client signed here stays until head office has it.

    Raises:
        DeskRefused: it is not due (any more); nothing has changed.
    """
    documents, journal = terminal.documents, terminal.journal
    with terminal.store.transaction():
        row, record = documents.row(document_id), documents.record(document_id)
        if row is None or record is None or row.state is not DocumentState.DUE:
            raise refusal("already_signed")
        body = {"reason": reason.value, "client_index": record.client_index}
        journal.add(EventKind.DECLINED, document_id, body)
        files = documents.end(document_id, DocumentState.WITHDRAWN, "declined")
        journal.add(EventKind.DOCUMENT_ERASED, document_id, {"reason": "declined"})
    documents.files.remove(files)
