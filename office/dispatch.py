"""Handing documents to kiosks: rows for one kiosk, in the order of that kiosk's own counter.

A row's counter is raised by UPDATE ... RETURNING in the transaction that makes the change, so
that no kiosk can ever overtake a row that commits late (design section 8).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, exists, insert, select, update

from office import tables
from office.clients import Client, set_client
from office.documents import Document, find_document
from office.due import document_due, sealed_key
from office.errors import Refused
from office.history import Actor, move, record
from office.jobs import JobKind, enqueue
from office.kiosks import Kiosk, find_kiosk
from office.lifecycle import State, Step
from sync.records import (
    CodeKeyRenewed,
    DocumentWithdrawn,
    DownRecord,
)

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = [
    "hand_over",
    "hand_over_waiting",
    "move_to",
    "pass_on",
    "renew_code_key",
    "renew_codes_of_all",
    "resume",
    "tell_kiosk",
    "withdraw",
]


COMING_ALONG = timedelta(minutes=10)
"""How long a client who signs at the same kiosk is given before they are reminded of their turn.

Mostly they stand there, and have the message that came when the document did.
"""


def hand_over(office: HeadOffice, connection: Connection, document_id: str, now: datetime) -> bool:
    """Hand a director-signed document to its kiosk and write to whoever signs there.

    Returns:
        False when the kiosk has no device yet, and the document waits for its enrolment; or when
        it was shut out, and somebody must cancel the document.

    Raises:
        Refused: `step_not_allowed`.
    """
    document = find_document(connection, document_id)
    kiosk = find_kiosk(connection, document.kiosk_id)
    if not kiosk.in_service:
        return False
    move(connection, now, document_id, Step.DISPATCH, Actor(), kiosk=kiosk.id)
    _lease(office, connection, document, kiosk, now)
    return True


def hand_over_waiting(
    office: HeadOffice, connection: Connection, kiosk_id: str, now: datetime
) -> int:
    """Hand a newly enrolled kiosk everything that waited for it.

    Returns:
        How many documents.
    """
    documents, rows = tables.documents, tables.kiosk_rows
    there = documents.c.kiosk_id == kiosk_id
    signed = documents.c.state == State.DIRECTOR_SIGNED.value
    first = connection.execute(select(documents.c.id).where(there, signed)).all()
    told = exists().where(rows.c.kiosk_id == kiosk_id, rows.c.document_id == documents.c.id)
    due = documents.c.state == State.DUE.value
    later = connection.execute(select(documents.c.id).where(there, due, ~told)).all()
    kiosk = find_kiosk(connection, kiosk_id)
    for row in later:  # the next client of each signs here
        _lease(office, connection, find_document(connection, row.id), kiosk, now)
    return len(later) + sum(hand_over(office, connection, row.id, now) for row in first)


def pass_on(office: HeadOffice, connection: Connection, document_id: str, now: datetime) -> None:
    """See to the next client of a document whose turn it is now.

    The same kiosk goes on by itself; another one gets the document when the last one has been told
    that it has it no longer.
    """
    document = find_document(connection, document_id)
    following = document.client
    if following.kiosk_id == document.kiosk_id:
        _invite(connection, document, following, now, now + COMING_ALONG)
        return
    withdraw(connection, document, "moved")
    move_to(office, connection, document_id, following.kiosk_id, Actor(), now)


def resume(
    office: HeadOffice, connection: Connection, document_id: str, reason: str, now: datetime
) -> None:
    """Let a document that was held be due again for the client whose turn it is.

    The kiosk that had it forgets what it holds of it first (`reason`, as `withdraw` takes it).
    """
    document = find_document(connection, document_id)
    withdraw(connection, document, reason)
    client = document.client
    if client.kiosk_id != document.kiosk_id:
        move_to(office, connection, document_id, client.kiosk_id, Actor(), now)
        return
    kiosk = find_kiosk(connection, document.kiosk_id)
    if kiosk.in_service:
        _lease(office, connection, document, kiosk, now)


def move_to(
    office: HeadOffice,
    connection: Connection,
    document_id: str,
    kiosk_id: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a document be due at a kiosk, which gets it now or when its device is enrolled."""
    connection.execute(
        update(tables.documents)
        .where(tables.documents.c.id == document_id)
        .values(kiosk_id=kiosk_id)
    )
    moved = find_document(connection, document_id)
    kiosk = find_kiosk(connection, kiosk_id)
    record(connection, now, "moved_to_kiosk", actor, document_id, kiosk=kiosk_id)
    if kiosk.in_service and moved.state is State.DUE:
        _lease(office, connection, moved, kiosk, now)


def withdraw(connection: Connection, document: Document, reason: str) -> None:
    """Tell a kiosk that a document is no longer its business; earlier rows about it go.

    Args:
        connection: the caller's write transaction.
        document: the document.
        reason: `cancelled`, `moved`, `declined`, `expired`, `completed`, `quarantined`,
            `rejected` (what was signed there does not count) or `destroyed`.
    """
    rows = tables.kiosk_rows
    connection.execute(
        delete(rows).where(rows.c.document_id == document.id, rows.c.kiosk_id == document.kiosk_id)
    )
    _add_row(connection, document.kiosk_id, DocumentWithdrawn(document.id, reason), document.id)


def renew_code_key(
    office: HeadOffice, document_id: str, actor: Actor, now: datetime, place: int | None = None
) -> int:
    """Start the next generation of a client's codes, after too many wrong ones.

    Args:
        office: the head office.
        document_id: the document.
        actor: who asked for it.
        now: the time.
        place: which client, of those who can sign now; None: the one whose turn it is.

    Returns:
        The new generation.

    Raises:
        NotFound: `no_such_document`.
        Refused: `not_due`, when the document does not wait for this client.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        wanted = document.turn if place is None else place
        client = next((one for one in document.here if one.place == wanted), None)
        if document.state is not State.DUE or client is None:
            raise Refused(
                "not_due",
                "This document does not wait for its client now.",
                "Look at its state; codes are only for documents that are due.",
            )
        return _renew_code_key(office, connection, document, client, actor, now)


def renew_codes_of_all(
    office: HeadOffice, connection: Connection, actor: Actor, now: datetime
) -> int:
    """Start the next generation of codes, made of the newest secret, wherever a client can sign.

    Returns:
        How many clients that were.
    """
    due = select(tables.documents.c.id).where(tables.documents.c.state == State.DUE.value)
    count = 0
    for row in connection.execute(due).all():
        document = find_document(connection, row.id)
        if find_kiosk(connection, document.kiosk_id).in_service:
            for client in document.here:
                _renew_code_key(office, connection, document, client, actor, now)
                count += 1
    return count


def _renew_code_key(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    client: Client,
    actor: Actor,
    now: datetime,
) -> int:
    kiosk = find_kiosk(connection, document.kiosk_id)
    following = _with_next_codes(office, connection, document, client)
    renewed = CodeKeyRenewed(
        document.id,
        client.signer_id,
        following.code_generation,
        sealed_key(office, document, following, kiosk, following.code_generation),
    )
    _add_row(connection, kiosk.id, renewed, document.id)
    record(
        connection, now, "code_key_renewed", actor, document.id,
        generation=following.code_generation, client=client.place,
    )  # fmt: skip
    return following.code_generation


def _with_next_codes(
    office: HeadOffice, connection: Connection, document: Document, client: Client
) -> Client:
    """Give a client the next generation of codes, made of the newest secret."""
    generation, secret = client.code_generation + 1, office.keyring.secrets.newest()
    set_client(
        connection, document.id, client.place,
        code_generation=generation, code_secret=secret, code_locked=False,
    )  # fmt: skip
    return replace(client, code_generation=generation, code_secret=secret, code_locked=False)


def _lease(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    kiosk: Kiosk,
    now: datetime,
) -> None:
    """Put a document down for a kiosk, and write to everybody who signs there."""
    newest = office.keyring.secrets.newest()
    former = [client for client in document.here if client.code_secret != newest]
    for client in former:  # what was not handed out yet, or goes elsewhere, is made of the newest
        _with_next_codes(office, connection, document, client)
    if former:
        document = find_document(connection, document.id)
    _add_row(connection, kiosk.id, document_due(office, document, kiosk), document.id)
    for client in document.here:
        _invite(connection, document, client, now)


def _invite(
    connection: Connection,
    document: Document,
    client: Client,
    now: datetime,
    run_after: datetime | None = None,
) -> None:
    """Write to a client, once as one who follows and once when it is their turn."""
    what = "client_invited" if client.place == document.turn else "client_follows"
    enqueue(
        connection,
        JobKind.MESSAGE,
        f"{what}:{document.id}:{client.place}:{document.kiosk_id}:{client.code_generation}",
        {"message": "client_invited", "place": client.place, "kiosk": document.kiosk_id},
        now,
        document_id=document.id,
        run_after=run_after,
    )


def tell_kiosk(connection: Connection, kiosk_id: str, record_down: DownRecord) -> None:
    """Hand a kiosk what is about no document, in the caller's write transaction."""
    _add_row(connection, kiosk_id, record_down, None)


def _add_row(
    connection: Connection, kiosk_id: str, record_down: DownRecord, document_id: str | None
) -> None:
    kiosks = tables.kiosks
    counter = connection.execute(
        update(kiosks)
        .where(kiosks.c.id == kiosk_id)
        .values(row_counter=kiosks.c.row_counter + 1)
        .returning(kiosks.c.row_counter)
    ).scalar_one()
    connection.execute(
        insert(tables.kiosk_rows).values(
            kiosk_id=kiosk_id,
            counter=counter,
            document_id=document_id,
            record={"kind": record_down.KIND, "record": record_down.to_json()},
        )
    )
