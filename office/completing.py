"""Completing a document: what follows once a final file counts, whoever decided so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, update

from office import dispatch, tables
from office.clients import set_client
from office.documents import Document, find_document
from office.downloads import KEEP_FOR, create_link
from office.head_office import HeadOffice
from office.history import Actor, move
from office.jobs import JobKind, enqueue
from office.keeping_book import forget_keeping
from office.lifecycle import Step
from office.long_keeping import enqueue_keeping
from verifier.claims import Claims, Role

__all__ = ["complete_document", "forget_completion", "plan_end"]


def complete_document(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    sha256: str,
    claims: Claims,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Complete a document in the caller's transaction: links, messages, the day of its destruction.

    Args:
        office: the head office.
        connection: the caller's write transaction.
        document: the document, in a state that allows it.
        sha256: of the final file that counts.
        claims: what its certificate states.
        actor: who caused it.
        now: the time.

    Returns:
        Ids of objects to remove once the transaction is committed.
    """
    forget_completion(connection, document.id)
    documents = tables.documents
    connection.execute(
        update(documents)
        .where(documents.c.id == document.id)
        .values(final_sha256=sha256, quarantined=False)
    )
    plan_end(connection, document.id, now)
    signers = [signer for signer in claims.signers if signer.role is Role.CLIENT]
    for client, signer in zip(document.clients, signers, strict=False):
        if not client.has_signed:
            set_client(connection, document.id, client.place, signed_at=signer.signed_at)
    move(connection, now, document.id, Step.COMPLETE, actor, sha256=sha256)
    completed = find_document(connection, document.id)
    dispatch.withdraw(connection, completed, "completed")
    for client in completed.clients:
        enqueue(
            connection,
            JobKind.MESSAGE,
            f"client_completed:{document.id}:{client.place}:{sha256[:16]}",
            {
                "message": "client_completed",
                "place": client.place,
                "download": create_link(office, connection, completed),
            },
            now,
            document_id=document.id,
        )
    enqueue_keeping(connection, document.id, now)
    # The final file begins with everything that was signed before: nothing else is needed of it.
    # What was held back is no part of it, and stays.
    taken = [client.pdf_sha256 for client in document.clients if client.pdf_sha256]
    return office.blobs.discard(connection, document.id, "turn", taken)


def plan_end(connection: Connection, document_id: str, now: datetime) -> None:
    """Let a completed document be fetched for its time from now on, and destroyed then."""
    documents, jobs = tables.documents, tables.jobs
    until = now + KEEP_FOR
    connection.execute(
        update(documents).where(documents.c.id == document_id).values(keep_until=until)
    )
    key = f"destroy:{document_id}"
    connection.execute(delete(jobs).where(jobs.c.unique_key == key))
    enqueue(connection, JobKind.DESTROY, key, {}, now, document_id=document_id, run_after=until)


def forget_completion(connection: Connection, document_id: str) -> None:
    """Take back what was planned for another final file, or for this one before it was held."""
    documents, jobs = tables.documents, tables.jobs
    connection.execute(
        update(documents)
        .where(documents.c.id == document_id)
        .values(final_sha256=None, keep_until=None)
    )
    forget_keeping(connection, document_id)
    ends = (JobKind.DESTROY.value, JobKind.KEEP.value)
    connection.execute(delete(jobs).where(jobs.c.document_id == document_id, jobs.c.kind.in_(ends)))
