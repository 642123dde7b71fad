"""What an operator can do about a document that is on its way: write to the client again."""

from __future__ import annotations

from datetime import datetime, timedelta

from office import limits
from office.clients import place_of_link
from office.documents import client_at, find_document
from office.downloads import create_link
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.jobs import JobKind, enqueue
from office.lifecycle import State

__all__ = ["RESENDS_PER_HOUR", "resend_message"]

RESENDS_PER_HOUR = 3  # messages to one client asked for by hand


def resend_message(
    office: HeadOffice, document_id: str, actor: Actor, now: datetime, place: int | None = None
) -> str:
    """Send a client the message that fits the document's state once more.

    Args:
        office: the head office.
        document_id: the document.
        actor: who asked for it.
        now: the time.
        place: which client; None: the one whose turn it is.

    Returns:
        Which message: `client_invited` or `client_completed`.

    Raises:
        NotFound: `no_such_document`.
        Refused: `nothing_to_send`, `resend_limit`.
    """
    hour = timedelta(hours=1)
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        client = document.client if place is None else client_at(document, place)
        subject = limits.subject_hash("resend", place_of_link(document_id, client.place))
        if limits.count_recent(connection, subject, now - hour) >= RESENDS_PER_HOUR:
            raise Refused(
                "resend_limit",
                "The message was sent several times within the last hour.",
                "Ask the client to look into the spam folder, or try again later.",
            )
        payload: dict[str, str | int] = {"place": client.place}
        if document.state is State.DUE and client in document.here:
            payload["message"] = "client_invited"
        elif document.state is State.COMPLETED and not document.quarantined:
            payload["message"] = "client_completed"
            payload["download"] = create_link(office, connection, document)
        else:
            raise Refused(
                "nothing_to_send",
                "There is nothing to write to the client about now.",
                "A message fits when the document waits for the client or is completed.",
            )
        limits.note(connection, subject, now, hour)
        at = int(now.timestamp() * 1000)
        key = f"{payload['message']}:{document_id}:{client.place}:{at}"
        enqueue(connection, JobKind.MESSAGE, key, payload, now, document_id=document_id)
        record(connection, now, "message_resent", actor, document_id, client=client.place)
    return str(payload["message"])
