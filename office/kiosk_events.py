"""The lines of kiosks' journals as they came."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from office import tables
from sync.errors import RequestRefused
from sync.records import EventKind, JournalEvent
from sync.strict_json import canonical_bytes

__all__ = ["check_repeated", "events_about"]


def check_repeated(connection: Connection, event: JournalEvent) -> None:
    """A repeated event must be the same to the byte: a journal is not rewritten.

    Raises:
        RequestRefused: `event_conflict`.
    """
    events = tables.kiosk_events
    query = select(events.c.record).where(
        events.c.kiosk_id == event.kiosk_id, events.c.sequence == event.sequence
    )
    if canonical_bytes(connection.execute(query).scalar_one()) != event.canonical():
        raise RequestRefused(
            "event_conflict",
            "This kiosk already reported something else under the same number.",
            "Somebody must compare the kiosk's journal with head office's.",
            409,
        )


def events_about(
    connection: Connection, document_id: str, kind: EventKind
) -> Sequence[JournalEvent]:
    """What kiosks said of one kind about a document, in the order in which it came."""
    events = tables.kiosk_events
    query = (
        select(events.c.record)
        .where(events.c.document_id == document_id, events.c.kind == kind.value)
        .order_by(events.c.received_at, events.c.sequence)
    )
    return [JournalEvent.from_json(one) for one in connection.execute(query).scalars()]
