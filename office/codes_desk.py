"""Issuing confirmation codes to clients: who may get one, the issue log, the outbox.

The digits are in no table: the log keeps the counter, and the job derives the digits again when
it sends them. A code is bound to one kiosk, one signer, one file and one generation; head office
later matches the counter that a kiosk accepted with this log (`matches`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from office import dispatch, tables
from office.documents import Document, find_document
from office.head_office import HeadOffice
from office.history import Actor, record
from office.jobs import JobKind, enqueue
from office.kiosks import find_kiosk
from office.lifecycle import State
from signing.codes import issue_code

__all__ = ["CODES_PER_HOUR", "CODE_DROP_AFTER", "CodeAsked", "issue_for", "matches"]

CODES_PER_HOUR = 5
"""Codes for one number or address in an hour, whatever the document: messages cost money."""
CODE_DROP_AFTER = timedelta(seconds=60)
"""A code that could not be sent within this time is dropped: the client asks for a new one."""


@dataclass(frozen=True)
class CodeAsked:
    """What came of asking for a code."""

    sent: bool  # a message is on its way
    channel: str  # "sms" or "email"
    masked_contact: str
    reason: str  # empty when sent, else "not_due" or "limit"
    expires_at: datetime | None  # of the code


def issue_for(
    office: HeadOffice, document_id: str, actor: Actor, now: datetime, asked_at: str
) -> CodeAsked:
    """Issue a code for a document that waits for its client, and put its message into the outbox.

    Args:
        office: the head office.
        document_id: the document.
        actor: the kiosk that asked; empty when the client asked from the link.
        now: the time.
        asked_at: `kiosk` or `link`, for the history.

    Returns:
        Whether a message is on its way, and if not, why.

    Raises:
        NotFound: `no_such_document`.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        late = document.deadline is not None and now >= document.deadline
        shut_out = not find_kiosk(connection, document.kiosk_id).in_service
        if document.state is not State.DUE or late or shut_out:
            return CodeAsked(False, document.channel, document.masked_contact, "not_due", None)
        contact_hash = office.keyring.contact_hash(document.contact)
        if _issued_recently(connection, contact_hash, now) >= CODES_PER_HOUR:
            record(connection, now, "code_limit_reached", actor, document_id, asked_at=asked_at)
            return CodeAsked(False, document.channel, document.masked_contact, "limit", None)
        issued = issue_code(dispatch.code_key(office, document), now)
        if _log(connection, document, issued.counter, contact_hash, now, issued.expires_at):
            record(connection, now, "code_issued", actor, document_id, asked_at=asked_at)
        enqueue(
            connection,
            JobKind.CODE,
            f"code:{document_id}:{document.code_generation}:{issued.counter}",
            {"generation": document.code_generation, "counter": issued.counter},
            now,
            document_id=document_id,
            drop_after=now + CODE_DROP_AFTER,
        )
    return CodeAsked(True, document.channel, document.masked_contact, "", issued.expires_at)


def matches(
    connection: Connection, document_id: str, generation: int, counter: int, now: datetime
) -> bool:
    """Tell whether head office issued the code that a kiosk accepted, and mark it as used."""
    codes = tables.codes
    marked = connection.execute(
        update(codes)
        .where(
            codes.c.document_id == document_id,
            codes.c.generation == generation,
            codes.c.counter == counter,
        )
        .values(accepted_at=func.coalesce(codes.c.accepted_at, now))
        .returning(codes.c.id)
    )
    return marked.first() is not None


def accepted_code_exists(connection: Connection, document_id: str) -> bool:
    """Tell whether a kiosk reported an issued code as accepted for this document."""
    codes = tables.codes
    query = select(codes.c.id).where(
        codes.c.document_id == document_id, codes.c.accepted_at.is_not(None)
    )
    return connection.execute(query).first() is not None


def _issued_recently(connection: Connection, contact_hash: str, now: datetime) -> int:
    codes = tables.codes
    query = select(func.count()).where(
        codes.c.contact_hash == contact_hash, codes.c.issued_at > now - timedelta(hours=1)
    )
    return int(connection.execute(query).scalar_one())


def _log(
    connection: Connection,
    document: Document,
    counter: int,
    contact_hash: str,
    now: datetime,
    expires_at: datetime,
) -> bool:
    """Write the issue log; asking twice within five seconds is one and the same code."""
    codes = tables.codes
    known = select(codes.c.id).where(
        codes.c.document_id == document.id,
        codes.c.generation == document.code_generation,
        codes.c.counter == counter,
    )
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(codes).values(
            document_id=document.id,
            generation=document.code_generation,
            counter=counter,
            contact_hash=contact_hash,
            issued_at=now,
            expires_at=expires_at,
        )
    )
    return True
