"""The end of a document: its key, files, links and everything personal about it.

What stays is the id, the number, the hash of the final file and the journal, so that a copy the
client kept still verifies (design section 9). Doing it twice, or again after a crash, is harmless.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from office import dispatch, tables
from office.documents import Document, find_document
from office.downloads import revoke_links
from office.head_office import HeadOffice
from office.history import Actor, move, record
from office.jobs import JobKind
from office.keeping_book import forget_keeping
from office.lifecycle import State, Step

__all__ = ["destroy_document", "expire_documents"]


def destroy_document(office: HeadOffice, document_id: str, now: datetime) -> bool:
    """Destroy a completed document irreversibly.

    A document in conflict is not touched: a person decides first.

    Returns:
        Whether it is destroyed now.

    Raises:
        NotFound: `no_such_document`.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        if document.state is State.DESTROYED:
            return True  # objects that a crash left behind have no key, and are swept
        if document.state is not State.COMPLETED or document.quarantined:
            record(connection, now, "destruction_held", Actor(), document_id)
            return False
        objects = office.blobs.shred(connection, document_id)
        revoke_links(connection, document_id)
        forget_keeping(connection, document_id)
        for kiosk_id in {client.kiosk_id for client in document.clients}:
            dispatch.withdraw(connection, replace(document, kiosk_id=kiosk_id), "destroyed")
        move(
            connection, now, document_id, Step.DESTROY, Actor(), final_sha256=document.final_sha256
        )
        _forget_people(connection, document)
        connection.execute(
            delete(tables.jobs).where(
                tables.jobs.c.document_id == document_id,
                tables.jobs.c.kind != JobKind.DESTROY.value,
            )
        )
    office.database.forget_deleted()
    office.blobs.remove(objects)
    return True


def _forget_people(connection: Connection, document: Document) -> None:
    """Leave nothing personal in the rows of a document; inside a transaction."""
    connection.execute(
        update(tables.documents)
        .where(tables.documents.c.id == document.id)
        .values(
            title="",
            layout=None,
            plan=None,
            director_values=None,
        )
    )
    connection.execute(
        update(tables.clients)
        .where(tables.clients.c.document_id == document.id)
        .values(name="", contact="", layout=None)
    )
    connection.execute(
        update(tables.signed_copies)
        .where(tables.signed_copies.c.document_id == document.id)
        .values(verdict={})
    )
    connection.execute(
        update(tables.rulings).where(tables.rulings.c.document_id == document.id).values(reason="")
    )
    samples = tables.sample_messages  # of the development mode; each names its document
    connection.execute(
        delete(samples).where(samples.c.text.contains(document.number, autoescape=True))
    )
    connection.execute(
        update(tables.codes)
        .where(tables.codes.c.document_id == document.id)
        .values(contact_hash="")
    )


def expire_documents(office: HeadOffice, now: datetime) -> int:
    """Expire documents whose deadline has passed without a signature.

    Returns:
        How many.
    """
    documents = tables.documents
    waiting = (State.SENT.value, State.DIRECTOR_SIGNED.value, State.DUE.value)
    query = select(documents.c.id).where(
        documents.c.deadline <= now, documents.c.state.in_(waiting)
    )
    with office.database.read() as connection:
        late = [str(row[0]) for row in connection.execute(query)]
    for document_id in late:
        with office.database.write() as connection:
            document = find_document(connection, document_id)
            if document.state.value not in waiting:
                continue
            move(connection, now, document_id, Step.EXPIRE, Actor())
            if document.state is State.DUE:
                dispatch.withdraw(connection, document, "expired")
    return len(late)
