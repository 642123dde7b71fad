"""`python -m kiosk rescue`: signed documents that head office does not have, on a stick.

For a kiosk that cannot go on with its keys: one that was restored from a backup older than their
last renewal, or that head office shut out by mistake. Nothing here is changed, so it can be done as
often as it takes. Of a document that the next client is still to sign nothing is written: it is not
sealed, and its clients sign again elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from kiosk.errors import KioskError
from kiosk.terminal import Terminal
from signing.whole_file import write_whole
from sync.rescued import RESCUED, RescuedDocument, seal_rescued

__all__ = ["rescue_signed"]


def rescue_signed(terminal: Terminal, folder: Path) -> list[Path]:
    """Write every sealed document that head office has not acknowledged into a folder.

    Args:
        terminal: the kiosk; it need not be enrolled with head office any more.
        folder: where to; made when it is missing.

    Returns:
        The files, each for one document.

    Raises:
        KioskError: code `box_key_unknown`: this kiosk never learnt what to seal to.
        OSError: the folder does not take it.
    """
    key, kiosk_id = terminal.device_store.office_box_key(), terminal.store.setting("kiosk_id")
    rows = terminal.store.rows(
        "SELECT s.document_id, o.sha256 FROM sealed s"
        " JOIN outbox_blob o ON o.sha256 = s.pdf_sha256"
        " JOIN event e ON e.sequence = s.event_sequence"
        " WHERE (o.acknowledged = 0 OR e.acknowledged = 0) AND s.delivered = 0 ORDER BY o.rowid"
    )
    if rows and not key:
        raise KioskError(
            "box_key_unknown",
            "This kiosk does not know what to seal documents for head office to.",
            "Keep this data folder until somebody has looked at it.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for document_id, sha256 in rows:
        with terminal.device_store.open_blob(str(sha256)) as blob:
            document = RescuedDocument(kiosk_id, str(document_id), blob.read())
        path = folder / f"{document_id}{RESCUED}"
        write_whole(path, seal_rescued(document, key))
        written.append(path)
    return written
