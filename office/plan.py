"""What preparing, signing and sealing must know about a document: the plan made of its layout."""

from __future__ import annotations

from office.clients import Client
from office.documents import Document
from office.due import whole_numbers
from office.errors import Refused, ValueRefused
from signing.box_room import check_box
from signing.errors import FieldRefused, SigningError
from signing.field_rules import settled
from signing.fields import ClientPlan, DocumentPlan, FieldSpec
from sync.records import MAX_PLAN_BYTES
from sync.strict_json import canonical_bytes

__all__ = ["document_plan"]


def document_plan(document: Document) -> DocumentPlan:
    """Return the plan of a draft, fixed from the moment when it is sent.

    Raises:
        Refused: `no_stamp_place`, when a stamp is wanted and has no spot; `plan_too_large`, when
            it would not fit into one row for a kiosk.
    """
    layout = document.layout_of(0)
    clients = tuple(_client_plan(document, client) for client in document.clients)
    try:
        plan = DocumentPlan(
            document_id=bytes.fromhex(document.id),
            number=document.number,
            title=document.title,
            language=document.language,
            director_name=document.director_name,
            director_signature=layout.director_signature,
            clients=clients,
            director_fields=_settled(layout.director_fields, document.language),
        )
    except SigningError as error:
        raise Refused(error.code, error.sentence, error.next_step) from error
    if len(canonical_bytes(whole_numbers(plan.to_json()))) > MAX_PLAN_BYTES:
        raise Refused(
            "plan_too_large",
            "All fields together hold more text than travels to a kiosk.",
            "Shorten names and help texts, or leave out some fields.",
        )
    return plan


def _client_plan(document: Document, client: Client) -> ClientPlan:
    layout = document.layout_of(client.place)
    if client.stamp_wanted and layout.stamp is None:
        raise Refused(
            "no_stamp_place",
            "A stamp is wanted, but there is no place for it.",
            "Place the stamp on a page, or make a new draft without a stamp.",
        )
    fields = _settled(layout.fields, document.language)
    return ClientPlan(client.name, fields, layout.signature, layout.stamp)


def _settled(fields: tuple[FieldSpec, ...], language: str) -> tuple[FieldSpec, ...]:
    """The fields with the values that head office gives in their canonical form, each with room."""
    found = []
    for spec in fields:
        try:
            found.append(settled(spec, language))
            check_box(spec, language)
        except FieldRefused as error:
            raise ValueRefused(spec.label, error) from error
    return tuple(found)
