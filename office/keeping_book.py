"""What head office notes of its final files: their levels, and the evidence behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from office import tables
from office.documents import Document
from office.head_office import HeadOffice
from office.jobs import JobState
from signing.signature_facts import FileFacts

__all__ = [
    "Standing",
    "forget_keeping",
    "job_key",
    "leave_out_evidence",
    "longest_file",
    "note_kept",
    "note_levels",
    "note_renewal",
    "noted",
    "standing_of",
]


@dataclass(frozen=True)
class Standing:
    """How a final file stands."""

    director_stamped: bool  # the director's signature carries a time-stamp (B-T, else B-B)
    clients_stamped: bool  # so do all clients'
    seal_stamped: bool  # so does the seal
    stamps: int  # time-stamps over the whole file; 0: no evidence for long keeping yet
    service: str  # who made the last one; empty when nobody
    stamped_at: datetime | None  # when
    certificate_ends: datetime | None  # until when its certificate is valid
    renew_at: datetime | None  # when the next one is due
    waits_for: str  # code of what keeps the next step from being done; empty when nothing


def standing_of(connection: Connection, document: Document) -> Standing | None:
    """Return how a document's final file stands; None when nobody has looked yet."""
    row = noted(connection, document)
    if row is None:
        return None
    jobs = tables.jobs
    query = select(jobs.c.error).where(
        jobs.c.unique_key == job_key(document.id), jobs.c.state == JobState.WAITING.value
    )
    return Standing(
        director_stamped=row.director_stamped,
        clients_stamped=row.clients_stamped,
        seal_stamped=row.seal_stamped,
        stamps=row.stamps,
        service=row.service or "",
        stamped_at=row.stamped_at,
        certificate_ends=row.certificate_ends,
        renew_at=row.renew_at,
        waits_for=connection.execute(query).scalar() or "",
    )


def longest_file(office: HeadOffice, connection: Connection, document: Document) -> bytes:
    """Return a document's final file with all evidence that it has.

    Raises:
        NotFound: `no_such_file`.
    """
    row = noted(connection, document)
    if row is not None and row.kept_sha256:
        return office.blobs.get(connection, document.id, "kept", row.kept_sha256)
    return office.blobs.get(connection, document.id, "final", document.final_sha256)


def forget_keeping(connection: Connection, document_id: str) -> None:
    """Forget how a file stood that is destroyed."""
    keeping = tables.keeping
    connection.execute(delete(keeping).where(keeping.c.document_id == document_id))


def leave_out_evidence(connection: Connection, document: Document) -> None:
    """Note that a file's evidence proves nothing any more, and has to be made anew."""
    keeping = tables.keeping
    connection.execute(
        update(keeping)
        .where(keeping.c.document_id == document.id)
        .values(
            stamps=0,
            kept_sha256=None,
            service=None,
            stamped_at=None,
            certificate_ends=None,
            renew_at=None,
        )
    )


def note_renewal(connection: Connection, document: Document, renew_at: datetime) -> None:
    """Write down when a file's evidence is to be renewed."""
    keeping = tables.keeping
    connection.execute(
        update(keeping).where(keeping.c.document_id == document.id).values(renew_at=renew_at)
    )


def note_levels(connection: Connection, document: Document, facts: FileFacts) -> None:
    """Write down at which levels the signatures are, in place of what was noted before."""
    forget_keeping(connection, document.id)
    clients = [name for name in facts.fields if name.startswith("Client")]
    connection.execute(
        insert(tables.keeping).values(
            document_id=document.id,
            final_sha256=document.final_sha256,
            director_stamped=facts.stamped("Director"),
            clients_stamped=all(map(facts.stamped, clients)),
            seal_stamped=facts.stamped("Seal"),
            stamps=0,
        )
    )


def note_kept(
    connection: Connection,
    document: Document,
    facts: FileFacts,
    sha256: str,
    service: str,
    now: datetime,
    renew_at: datetime,
) -> None:
    """Write down the longer file, which ends with a time-stamp of `service`."""
    keeping, stamp = tables.keeping, facts.last_stamp
    connection.execute(
        update(keeping)
        .where(keeping.c.document_id == document.id)
        .values(
            stamps=facts.document_stamps,
            kept_sha256=sha256,
            service=service,
            stamped_at=now,
            certificate_ends=None if stamp is None else stamp.not_valid_after_utc,
            renew_at=renew_at,
        )
    )


def noted(connection: Connection, document: Document) -> Any:
    """What is noted of the file that counts now."""
    keeping = tables.keeping
    query = select(keeping).where(
        keeping.c.document_id == document.id, keeping.c.final_sha256 == document.final_sha256
    )
    return connection.execute(query).first()


def job_key(document_id: str) -> str:
    """What there is one keep job for."""
    return f"keep:{document_id}"
