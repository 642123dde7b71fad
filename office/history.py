"""The journal of head office: one row for everything that happens, written with what it records.

Bodies hold counters, hashes and codes, never names or addresses, so that a document's history
may outlive its destruction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from office import tables
from office.errors import NotFound
from office.lifecycle import State, Step, next_state

__all__ = ["Actor", "HistoryEntry", "document_history", "move", "record"]


@dataclass(frozen=True)
class Actor:
    """Who caused an event; all empty when head office itself did (a job, a deadline)."""

    person_id: str | None = None  # a person signed in at head office
    kiosk_id: str | None = None  # a kiosk reported it


@dataclass(frozen=True)
class HistoryEntry:
    """One line of a document's timeline."""

    at: datetime  # when head office wrote it
    kind: str  # a lifecycle step or another event's name
    person_name: str  # who did it at head office; empty otherwise
    kiosk_name: str  # which kiosk reported it; empty otherwise
    body: dict[str, Any]  # details without personal data


def record(
    connection: Connection,
    now: datetime,
    kind: str,
    actor: Actor,
    document_id: str | None = None,
    **body: Any,
) -> None:
    """Write one event in the caller's transaction."""
    connection.execute(
        insert(tables.events).values(
            at=now,
            kind=kind,
            document_id=document_id,
            person_id=actor.person_id,
            kiosk_id=actor.kiosk_id,
            body=body,
        )
    )


def move(
    connection: Connection,
    now: datetime,
    document_id: str,
    step: Step,
    actor: Actor,
    **body: Any,
) -> State:
    """Take one step of a document's life and write it as an event.

    Raises:
        NotFound: `no_such_document`.
        Refused: `step_not_allowed`.
    """
    documents = tables.documents
    current = connection.execute(
        select(documents.c.state).where(documents.c.id == document_id).with_for_update()
    ).scalar()
    if current is None:
        raise NotFound("no_such_document", "There is no such document.", "Check the list.")
    target = next_state(State(current), step)
    connection.execute(
        update(documents)
        .where(documents.c.id == document_id)
        .values(state=target.value, state_at=now)
    )
    record(connection, now, step.value, actor, document_id, **body)
    return target


def document_history(connection: Connection, document_id: str) -> list[HistoryEntry]:
    """Return a document's timeline, oldest first."""
    events, people, kiosks = tables.events, tables.people, tables.kiosks
    query = (
        select(events.c.at, events.c.kind, people.c.name, kiosks.c.name, events.c.body)
        .select_from(
            events.outerjoin(people, people.c.id == events.c.person_id).outerjoin(
                kiosks, kiosks.c.id == events.c.kiosk_id
            )
        )
        .where(events.c.document_id == document_id)
        .order_by(events.c.id)
    )
    return [
        HistoryEntry(at, kind, person or "", kiosk or "", body)
        for at, kind, person, kiosk, body in connection.execute(query)
    ]
