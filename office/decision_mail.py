"""Telling by e-mail those who decide that something was held back (docs/held-copies.md).

Administrators and directors each get one message about each copy, and about each code that nobody
sent; whoever has decided meanwhile spares the others theirs.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from office.delivery.sender import Senders, send
from office.documents import find_document
from office.jobs import Job, JobKind, enqueue
from office.messages import message_to_decider
from office.people import Role, find_person, list_people

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = ["DECIDERS", "ask_for_decision", "send_question"]

DECIDERS: Final = (Role.ADMINISTRATOR, Role.DIRECTOR)
"""Who may decide about what was held back."""


def ask_for_decision(connection: Connection, document_id: str, about: str, now: datetime) -> None:
    """Write to everybody who may decide, in the transaction that holds the document back.

    Args:
        connection: the caller's write transaction.
        document_id: the document.
        about: names what was held back, so that nobody is told twice.
        now: the time.
    """
    for role in DECIDERS:
        for person in list_people(connection, role):
            key = f"decision:{document_id}:{about}:{person.id}"
            payload = {"person": person.id}
            enqueue(connection, JobKind.DECISION, key, payload, now, document_id=document_id)


def send_question(office: HeadOffice, senders: Senders, job: Job) -> None:
    """Send one person one message, unless somebody has decided meanwhile."""
    with office.database.read() as connection:
        document = find_document(connection, job.document_id or "")
        person = find_person(connection, job.payload["person"])
    if document.undecided and person.active and person.role in DECIDERS:
        send(senders, message_to_decider(office, person, document, f"decision:{job.id}"))
