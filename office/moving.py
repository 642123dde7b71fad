"""Letting a client sign at another kiosk than the one that was chosen first."""

from __future__ import annotations

from datetime import datetime

from office import dispatch
from office.clients import set_client
from office.documents import client_at, find_document
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.kiosks import find_kiosk
from office.lifecycle import State

__all__ = ["MOVABLE", "move_client"]

MOVABLE = frozenset({State.SENT, State.DIRECTOR_SIGNED, State.DUE})
"""States in which somebody is still to sign, and it matters where."""


def move_client(
    office: HeadOffice, document_id: str, place: int, kiosk_id: str, actor: Actor, now: datetime
) -> None:
    """Let a client, and those who would have come along with them, sign at another kiosk.

    The kiosk that has the document is told to erase it. What it has signed by then, and not yet
    reported, is judged when it comes, and waits for a person.

    Raises:
        NotFound: `no_such_document`, `no_such_client`, `no_such_kiosk`.
        Refused: `cannot_be_moved`.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        client = client_at(document, place)
        kiosk = find_kiosk(connection, kiosk_id)
        if kiosk.revoked_at is not None:
            raise NotFound("no_such_kiosk", "This kiosk is shut out.", "Choose another one.")
        held = document.quarantined or document.state not in MOVABLE
        if held or client.has_signed or client.kiosk_id == kiosk_id:
            raise Refused(
                "cannot_be_moved",
                "This client cannot be sent to another kiosk now.",
                "Look at the state of the document, and who has signed.",
            )
        for later in document.clients[place:]:
            if later.kiosk_id != client.kiosk_id:
                break
            set_client(connection, document_id, later.place, kiosk_id=kiosk_id)
        due_at = kiosk_id if place == document.turn else document.kiosk_id
        if document.state is State.DUE and due_at != document.kiosk_id:
            dispatch.withdraw(connection, document, "moved")
        if place == document.turn or client in document.here:
            dispatch.move_to(office, connection, document_id, due_at, actor, now)
        if document.state is State.DIRECTOR_SIGNED:
            dispatch.hand_over(office, connection, document_id, now)
