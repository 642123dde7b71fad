"""Signed documents that are brought by hand, after the kiosk where they were signed was lost.

`python -m office documents bring FILE...` takes what `python -m kiosk rescue` wrote, or the PDF
itself. It is kept and held back like every copy that did not come by the exchange: nothing tells
which code was accepted, so a person decides on the document's page of signed copies
(`office.rulings`).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from office.blobs import MAX_BLOB_BYTES
from office.documents import find_document
from office.errors import Refused
from office.evidence import JudgedCopy, judge, take_event
from office.head_office import HeadOffice, open_head_office
from office.history import Actor, record
from office.kiosks import find_kiosk
from office.lifecycle import State
from office.response_key import office_keys
from office.settings import Settings
from office.signed_copies import is_known_copy
from sync.records import EventKind, JournalEvent
from sync.rescued import RescuedDocument, open_rescued

__all__ = ["BroughtDocument", "bring", "bring_in"]

SEALED = b"SYGNET SIGNED"
"""How a file of `sync.rescued` begins."""


@dataclass(frozen=True)
class BroughtDocument:
    """What became of a file."""

    document_id: str
    number: str
    known: bool  # it was here already; nothing has changed
    state: State  # of the document, now


def bring(options: argparse.Namespace, settings: Settings) -> None:
    """Take files, one after another; print what became of each as a line of JSON."""
    office = open_head_office(settings)
    try:
        for path in options.files:
            done = bring_in(office, _read(path), options.document, Actor(), datetime.now(UTC))
            facts = {"document": done.document_id, "number": done.number, "known": done.known}
            print(json.dumps({**facts, "state": done.state.value}, ensure_ascii=False))
    finally:
        office.close()


def bring_in(
    office: HeadOffice, data: bytes, document_id: str, actor: Actor, now: datetime
) -> BroughtDocument:
    """Take one file.

    Args:
        office: the head office.
        data: what `sync.rescued` made, or a PDF.
        document_id: which document a PDF is; not needed for the other one.
        actor: who brought it.
        now: the time.

    Raises:
        PacketRefused: `rescued_unreadable`.
        NotFound: `no_such_document`, `no_such_kiosk`.
        Refused: `document_destroyed`; `not_this_document`, when no seal of ours says that this is
            the document. Nothing was kept.
    """
    with office.database.read() as connection:
        if data.startswith(SEALED):
            brought = open_rescued(data, office_keys(office).open_box)
        else:
            document = find_document(connection, document_id)
            brought = RescuedDocument(document.kiosk_id, document.id, data)
        find_kiosk(connection, brought.kiosk_id)
        document = find_document(connection, brought.document_id)
    if document.state is State.DESTROYED:
        raise Refused(
            "document_destroyed",
            "This document was signed, delivered and destroyed.",
            "Nothing is to be done: its hash is kept, and every copy of it still verifies.",
        )
    event = _event(brought, now)
    judged = judge(office, event, brought.pdf, now)
    assert isinstance(judged, JudgedCopy)  # noqa: S101 - by the kind of the event
    if judged.claims is None or judged.claims.document_id.hex() != document.id:
        raise Refused(
            "not_this_document",
            "This file carries no seal of this document that can be trusted.",
            "See why with: python -m verifier FILE --trust FOLDER. Have it signed again.",
        )
    with office.database.write() as connection:
        known = is_known_copy(connection, document.id, judged.sha256)
        if not known:
            record(connection, now, "copy_brought", actor, document.id, sha256=judged.sha256)
            by_hand = replace(judged, problems=(*judged.problems, "brought_by_hand"))
            take_event(office, connection, event, by_hand, now)
        state = find_document(connection, document.id).state
    return BroughtDocument(document.id, document.number, known, state)


def _event(brought: RescuedDocument, now: datetime) -> JournalEvent:
    """What the kiosk's journal would have said, had it come; it is not written anywhere."""
    return JournalEvent(
        kiosk_id=brought.kiosk_id,
        sequence=1,
        kind=EventKind.CLIENT_SIGNED,
        document_id=brought.document_id,
        at=now,
        time_quality=0,
        boot_id="",
        body={"pdf_sha256": sha256(brought.pdf).hexdigest()},
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BLOB_BYTES + 1)
    except OSError as error:
        raise Refused(
            "file_unreadable", f"{path} cannot be read.", "Check the name and its permissions."
        ) from error
    if len(data) > MAX_BLOB_BYTES:
        raise Refused("too_large", f"{path} is too large.", "Signed documents are smaller.")
    return data
