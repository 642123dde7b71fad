"""What a kiosk is told about a document that is due there, and the file that goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from office import tables
from office.clients import Client
from office.documents import Document, find_document
from office.errors import Refused
from office.kiosks import Kiosk
from office.lifecycle import State
from signing.codes import derive_code_key
from sync.records import DirectorFacts, DocumentDue, DueClient
from sync.sealed_box import seal_code_key
from verifier.claims import Proof

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = ["code_key", "document_due", "file_due", "sealed_key", "whole_numbers"]


def document_due(office: HeadOffice, document: Document, kiosk: Kiosk) -> DocumentDue:
    """Return the record of a document for the clients who sign at its kiosk.

    Raises:
        Refused: `not_signed_yet`, `kiosk_not_enrolled`.
    """
    if document.plan is None or document.director_signed_at is None:
        raise Refused(
            "not_signed_yet", "The director has not signed this document.", "Wait for that."
        )
    client, *following = document.here
    sha256, size = document.revision
    return DocumentDue(
        document_id=document.id,
        number=document.number,
        short_number=document.short_number,
        title=document.title,
        language=document.language,
        plan=whole_numbers(document.plan.to_json()),
        client_index=client.place,
        signer_id=client.signer_id,
        client_name=client.name,
        masked_contact=client.masked_contact,
        channel=client.channel,
        pdf_sha256=sha256,
        pdf_bytes=size,
        pages=document.pages,
        link_hash=client.link_hash,
        deadline=document.deadline,
        code_generation=client.code_generation,
        sealed_code_key=sealed_key(office, document, client, kiosk, client.code_generation),
        director=DirectorFacts(
            document.director_name, int(Proof.EMAIL_CODE), document.director_signed_at
        ),
        base_sha256="" if client.place == 0 else document.pdf_sha256,
        following=tuple(_following(office, document, one, kiosk) for one in following),
        identity=document.identity,
        signed=tuple(one.turn for one in document.clients[: client.place] if one.turn),
    )


def _following(office: HeadOffice, document: Document, client: Client, kiosk: Kiosk) -> DueClient:
    return DueClient(
        signer_id=client.signer_id,
        client_name=client.name,
        masked_contact=client.masked_contact,
        channel=client.channel,
        link_hash=client.link_hash,
        code_generation=client.code_generation,
        sealed_code_key=sealed_key(office, document, client, kiosk, client.code_generation),
    )


def sealed_key(
    office: HeadOffice, document: Document, client: Client, kiosk: Kiosk, generation: int
) -> bytes:
    """Return the key of a client's codes, sealed to the kiosk.

    Raises:
        Refused: `kiosk_not_enrolled`.
    """
    if kiosk.device_keys is None:
        raise Refused(
            "kiosk_not_enrolled", "No device has this kiosk's place yet.", "Enrol it first."
        )
    return seal_code_key(
        kiosk.device_keys.box_public_key,
        code_key(office, document, client, generation),
        kiosk.id,
        client.signer_id,
        document.id,
        generation,
    )


def code_key(office: HeadOffice, document: Document, client: Client, generation: int = 0) -> bytes:
    """Return the key of a client's confirmation codes; of the current generation by default."""
    return derive_code_key(
        office.keyring.root_secret(client.code_secret),
        client.kiosk_id,
        client.signer_id,
        document.id,
        document.pdf_sha256,
        generation or client.code_generation,
    )


def file_due(
    office: HeadOffice, connection: Connection, kiosk_id: str, sha256: str
) -> bytes | None:
    """Return the file of this name if it is what the next client at this kiosk is to sign."""
    documents, blobs = tables.documents, tables.blobs
    query = (
        select(blobs.c.document_id, blobs.c.kind)
        .join(documents, documents.c.id == blobs.c.document_id)
        .where(
            blobs.c.sha256 == sha256,
            blobs.c.kind.in_(("director", "turn")),
            documents.c.kiosk_id == kiosk_id,
            documents.c.state == State.DUE.value,
        )
    )
    found = connection.execute(query).first()
    if found is None or find_document(connection, found.document_id).revision[0] != sha256:
        return None
    return office.blobs.get(connection, found.document_id, found.kind, sha256)


def whole_numbers(value: Any) -> Any:
    """Return JSON with every whole number written as an integer; sync takes no other numbers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return value
