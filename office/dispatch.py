"""Handing documents to kiosks: rows for one kiosk, in the order of that kiosk's own counter.

A row's counter is raised by UPDATE ... RETURNING in the transaction that makes the change, so
that no kiosk can ever overtake a row that commits late (design section 8).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select, update

from office import tables
from office.documents import Document, find_document
from office.errors import Refused
from office.history import Actor, move, record
from office.jobs import JobKind, enqueue
from office.kiosks import Kiosk, find_kiosk
from office.lifecycle import State, Step
from signing.codes import derive_code_key
from sync.records import (
    CodeKeyRenewed,
    DirectorFacts,
    DocumentDue,
    DocumentWithdrawn,
    DownRecord,
)
from sync.sealed_box import seal_code_key
from verifier.claims import Proof

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = [
    "code_key",
    "hand_over",
    "hand_over_waiting",
    "renew_code_key",
    "whole_numbers",
    "withdraw",
]


def hand_over(office: HeadOffice, connection: Connection, document_id: str, now: datetime) -> bool:
    """Hand a director-signed document to its kiosk and write to the client.

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
    _add_row(connection, kiosk.id, _document_due(office, document, kiosk), document_id)
    enqueue(
        connection,
        JobKind.MESSAGE,
        f"client_invited:{document_id}",
        {"message": "client_invited"},
        now,
        document_id=document_id,
    )
    return True


def hand_over_waiting(
    office: HeadOffice, connection: Connection, kiosk_id: str, now: datetime
) -> int:
    """Hand a newly enrolled kiosk everything that waited for it.

    Returns:
        How many documents.
    """
    query = select(tables.documents.c.id).where(
        tables.documents.c.kiosk_id == kiosk_id,
        tables.documents.c.state == State.DIRECTOR_SIGNED.value,
    )
    waiting = [str(row[0]) for row in connection.execute(query)]
    return sum(hand_over(office, connection, document_id, now) for document_id in waiting)


def withdraw(connection: Connection, document: Document, reason: str) -> None:
    """Tell a kiosk that a document is no longer its business; earlier rows about it go.

    Args:
        connection: the caller's write transaction.
        document: the document.
        reason: `cancelled`, `expired`, `completed` or `destroyed`.
    """
    connection.execute(
        delete(tables.kiosk_rows).where(tables.kiosk_rows.c.document_id == document.id)
    )
    _add_row(connection, document.kiosk_id, DocumentWithdrawn(document.id, reason), document.id)


def renew_code_key(office: HeadOffice, document_id: str, actor: Actor, now: datetime) -> int:
    """Start the next generation of a document's codes, after too many wrong ones.

    Returns:
        The new generation.

    Raises:
        NotFound: `no_such_document`.
        Refused: `not_due`, when the document does not wait for its client.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        if document.state is not State.DUE:
            raise Refused(
                "not_due",
                "This document does not wait for its client now.",
                "Look at its state; codes are only for documents that are due.",
            )
        kiosk = find_kiosk(connection, document.kiosk_id)
        generation = document.code_generation + 1
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == document_id)
            .values(code_generation=generation, code_locked=False)
        )
        renewed = CodeKeyRenewed(
            document_id,
            document.signer_id,
            generation,
            _sealed_key(office, document, kiosk, generation),
        )
        _add_row(connection, kiosk.id, renewed, document_id)
        record(connection, now, "code_key_renewed", actor, document_id, generation=generation)
    return generation


def code_key(office: HeadOffice, document: Document, generation: int = 0) -> bytes:
    """Return the key of a document's confirmation codes; of the current generation by default."""
    return derive_code_key(
        office.keyring.root_secret(),
        document.kiosk_id,
        document.signer_id,
        document.id,
        document.pdf_sha256,
        generation or document.code_generation,
    )


def whole_numbers(value: Any) -> Any:
    """Return JSON with every whole number written as an integer; sync takes no other numbers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return value


def _document_due(office: HeadOffice, document: Document, kiosk: Kiosk) -> DocumentDue:
    if document.plan is None or document.director_signed_at is None:
        raise Refused(
            "not_signed_yet", "The director has not signed this document.", "Wait for that."
        )
    return DocumentDue(
        document_id=document.id,
        number=document.number,
        short_number=document.short_number,
        title=document.title,
        language=document.language,
        plan=whole_numbers(document.plan.to_json()),
        client_index=0,
        signer_id=document.signer_id,
        client_name=document.client_name,
        masked_contact=document.masked_contact,
        channel=document.channel,
        pdf_sha256=document.pdf_sha256,
        pdf_bytes=document.pdf_bytes,
        pages=document.pages,
        link_hash=document.link_hash,
        deadline=document.deadline,
        code_generation=document.code_generation,
        sealed_code_key=_sealed_key(office, document, kiosk, document.code_generation),
        director=DirectorFacts(
            document.director_name, int(Proof.EMAIL_CODE), document.director_signed_at
        ),
    )


def _sealed_key(office: HeadOffice, document: Document, kiosk: Kiosk, generation: int) -> bytes:
    if kiosk.device_keys is None:
        raise Refused(
            "kiosk_not_enrolled", "No device has this kiosk's place yet.", "Enrol it first."
        )
    return seal_code_key(
        kiosk.device_keys.box_public_key,
        code_key(office, document, generation),
        kiosk.id,
        document.signer_id,
        document.id,
        generation,
    )


def _add_row(
    connection: Connection, kiosk_id: str, record_down: DownRecord, document_id: str
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
