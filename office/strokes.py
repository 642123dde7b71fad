"""How clients drew their signatures: whether kiosks record it, and what came (docs/strokes.md).

Head office keeps the box that a kiosk sealed, under the document's own key, and destroys it with
the document. It is opened by an administrator alone, who says why; the journal keeps that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select, update

from office import tables
from office.documents import Document, find_document
from office.errors import NotFound, OfficeError
from office.head_office import HeadOffice
from office.history import Actor, record
from office.kiosk_events import events_about
from office.lifecycle import State
from office.people import Person, Role, require_role
from office.response_key import office_keys
from signing.ink_samples import MAX_JSON_BYTES, Ink, InkRefused
from sync.records import EventKind, JournalEvent
from sync.sealed_box import BOX_OVERHEAD_BYTES, BoxNotOpened, box_info

__all__ = [
    "OpeningReason",
    "SealedStrokes",
    "open_strokes",
    "recording",
    "set_recording",
    "take_strokes",
]

MAX_BOX_BYTES: Final = MAX_JSON_BYTES + BOX_OVERHEAD_BYTES


class OpeningReason(StrEnum):
    """Why strokes are opened; never free words, which might say something of a person."""

    DISPUTE = "dispute"  # somebody denies the signature, or doubts it
    AUTHORITY = "authority"  # a court or an authority asks
    CLIENT = "client"  # the client wants to know what is kept


@dataclass(frozen=True)
class SealedStrokes:
    """What came with a `strokes_sealed` event; nobody has opened it."""

    data: bytes


def recording(connection: Connection) -> bool:
    """Tell whether kiosks are to record how signatures are drawn."""
    return bool(connection.execute(select(tables.organisation.c.record_strokes)).scalar_one())


def set_recording(office: HeadOffice, wanted: bool, actor: Actor, now: datetime) -> None:
    """Have it recorded from now on, or no longer; kiosks hear of it at their next contact."""
    with office.database.write() as connection:
        if recording(connection) == wanted:
            return
        connection.execute(update(tables.organisation).values(record_strokes=wanted))
        record(connection, now, "strokes_on" if wanted else "strokes_off", actor)


def take_strokes(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    event: JournalEvent,
    strokes: SealedStrokes,
    now: datetime,
) -> None:
    """Keep a box with its document, in the caller's transaction; not where it is not wanted."""
    place, actor = int(event.body["client_index"]), Actor(kiosk_id=event.kiosk_id)
    known = any(client.place == place for client in document.clients)
    fits = BOX_OVERHEAD_BYTES < len(strokes.data) <= MAX_BOX_BYTES
    if document.state is not State.DESTROYED and known and fits and recording(connection):
        office.blobs.put(connection, document.id, "strokes", strokes.data, now, event.kiosk_id)
        record(connection, now, "strokes_kept", actor, document.id, client=place)
    else:
        record(connection, now, "strokes_dropped", actor, document.id, client=place)


def open_strokes(
    office: HeadOffice,
    document_id: str,
    place: int,
    person: Person,
    reason: OpeningReason,
    now: datetime,
) -> Ink:
    """Open how a client drew the signature, once that is written down.

    Args:
        office: the head office.
        document_id: the document.
        place: which client, from 0.
        person: who wants to see it.
        reason: why.
        now: the time.

    Raises:
        NotAllowed: `not_allowed`, unless it is an administrator.
        NotFound: `no_such_document`, `no_strokes`.
        OfficeError: `strokes_unreadable`.
    """
    require_role(person, Role.ADMINISTRATOR)
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        event = _event_of(connection, document, place)
        box = office.blobs.get(
            connection, document.id, "strokes", str(event.body["strokes_sha256"])
        )
        record(
            connection, now, "strokes_opened", Actor(person.id), document.id,
            client=place, reason=reason.value,
        )  # fmt: skip
    signer = document.clients[place].signer_id
    info = box_info(event.kiosk_id, "strokes", f"{document.id}/{signer}")
    try:
        return Ink.from_json(office_keys(office).open_box(box, info))
    except (BoxNotOpened, InkRefused) as error:
        raise OfficeError(
            "strokes_unreadable",
            "What the kiosk sent of this signature cannot be opened.",
            "The signature itself is not touched by this.",
        ) from error


def _event_of(connection: Connection, document: Document, place: int) -> JournalEvent:
    """What a kiosk said of this client's strokes; only what is kept counts."""
    blobs = tables.blobs
    query = select(blobs.c.sha256).where(
        blobs.c.document_id == document.id, blobs.c.kind == "strokes"
    )
    kept = set(connection.execute(query).scalars())
    for event in events_about(connection, document.id, EventKind.STROKES_SEALED):
        if event.body["client_index"] == place and event.body["strokes_sha256"] in kept:
            return event
    raise NotFound(
        "no_strokes",
        "Nothing is kept of how this client drew a signature.",
        "It may not have been recorded, or it was destroyed with the document.",
    )
