"""What an operator does: make a document from a PDF, place the fields, send, cancel.

Screens, command line and tests call these functions; each leaves either the whole change or
nothing. Reading and preparing PDFs happens outside transactions: it takes seconds for large ones.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import Connection, insert, select, update

from office import dispatch, tables
from office.contacts import checked_client_name, checked_contact
from office.documents import Document, find_document
from office.errors import NotFound, Refused, ValueRefused
from office.head_office import HeadOffice
from office.history import Actor, move, record
from office.jobs import JobKind, enqueue
from office.keyring import link_hash
from office.kiosks import find_kiosk
from office.layout import Layout
from office.lifecycle import State, Step
from office.lines import writable_line
from office.numbers import new_short_number, next_number
from office.people import Role, find_person
from office.settings import LANGUAGES
from signing.errors import FieldRefused, SigningError
from signing.field_rules import settled
from signing.fields import ClientPlan, DocumentPlan, FieldSpec
from signing.normalise import MAX_INPUT_BYTES, NormalisedPdf, normalise
from signing.prepare import prepare

__all__ = [
    "MAX_INPUT_BYTES",
    "NewDocument",
    "cancel_document",
    "create_document",
    "save_layout",
    "send_to_director",
]

MAX_TITLE_LETTERS = 200
MAX_NUMBER_LETTERS = 40
MAX_DEADLINE = timedelta(days=366)
CERTIFICATE_PAGES = 1  # the last page stays empty until the seal; nobody reads it before


@dataclass(frozen=True)
class NewDocument:
    """What an operator says about a document when it is made."""

    pdf: bytes  # as it was uploaded
    title: str
    client_name: str
    contact: str  # the client's e-mail address or mobile number
    kiosk_id: str
    director_id: str
    language: str
    stamp_wanted: bool = False
    deadline: datetime | None = None
    number: str = ""  # empty: the next of head office's own series
    password: str = field(default="", repr=False)  # of an encrypted PDF
    layout: Layout = field(default_factory=Layout)


def create_document(office: HeadOffice, new: NewDocument, actor: Actor, now: datetime) -> str:
    """Make a draft from a PDF.

    Returns:
        The document's id.

    Raises:
        Refused: with the code of what is wrong: the fields (`bad_title`, `bad_number`,
            `number_taken`, `bad_email`, `bad_phone`, `bad_deadline` ...) or the PDF
            (`not_a_pdf`, `encrypted_pdf`, `already_signed` ...); nothing is kept.
    """
    title = _line(new.title, MAX_TITLE_LETTERS, "bad_title", "A title")
    client_name = checked_client_name(new.client_name)
    channel, contact = checked_contact(new.contact)
    if new.language not in LANGUAGES:
        raise Refused("bad_language", "This language is not offered.", "Choose another one.")
    _check_deadline(new.deadline, now)
    normalised = _normalised(new.pdf, new.password)
    layout = Layout.from_json(new.layout.to_json(), normalised.pages, new.language)
    document_id = secrets.token_hex(16)
    link = office.keyring.message_link(document_id)
    with office.database.write() as connection:
        _check_people(connection, new)
        connection.execute(
            insert(tables.documents).values(
                id=document_id,
                number=_number(connection, new.number, now, office.settings.timezone),
                short_number=new_short_number(connection),
                title=title,
                language=new.language,
                state=State.DRAFT.value,
                state_at=now,
                quarantined=False,
                created_at=now,
                created_by=actor.person_id,
                director_id=new.director_id,
                kiosk_id=new.kiosk_id,
                signer_id=secrets.token_hex(8),
                client_name=client_name,
                channel=channel,
                contact=contact,
                stamp_wanted=new.stamp_wanted or layout.stamp is not None,
                deadline=new.deadline,
                pages=len(normalised.pages),
                page_sizes=[[page.width, page.height] for page in normalised.pages],
                layout=layout.to_json(),
                link_hash=link_hash(link),
                code_generation=1,
                code_locked=False,
            )
        )
        office.blobs.new_key(connection, document_id)
        office.blobs.put(connection, document_id, "source", normalised.data, now)
        record(connection, now, "created", actor, document_id, pages=len(normalised.pages))
    return document_id


def save_layout(
    office: HeadOffice, document_id: str, data: object, actor: Actor, now: datetime
) -> Layout:
    """Keep where things go on a draft's pages.

    Raises:
        NotFound: `no_such_document`.
        Refused: `not_a_draft`, or what `Layout.from_json` says.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        _require_draft(document)
        layout = Layout.from_json(data, document.page_sizes, document.language)
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == document_id)
            .values(
                layout=layout.to_json(),
                stamp_wanted=document.stamp_wanted or layout.stamp is not None,
            )
        )
        record(
            connection, now, "fields_placed", actor, document_id, fields=len(layout.all_fields())
        )
    return layout


def send_to_director(office: HeadOffice, document_id: str, actor: Actor, now: datetime) -> None:
    """Prepare a draft for its signers and put it into the director's queue.

    Raises:
        NotFound: `no_such_document`.
        Refused: `not_a_draft`, `no_stamp_place`, `layout_changed`, or what preparing says.
    """
    with office.database.read() as connection:
        document = find_document(connection, document_id)
        _require_draft(document)
        source = office.blobs.get(connection, document_id, "source")
    plan = document_plan(document)
    try:
        prepared = prepare(NormalisedPdf(source, document.page_sizes), plan, now)
    except SigningError as error:
        raise Refused(error.code, error.sentence, error.next_step) from error
    pages = len(PdfReader(BytesIO(prepared)).pages) - CERTIFICATE_PAGES
    with office.database.write() as connection:
        if find_document(connection, document_id).layout != document.layout:
            raise Refused(
                "layout_changed",
                "The fields were changed while the document was being sent.",
                "Look at them and send it again.",
            )
        move(connection, now, document_id, Step.SEND, actor)
        digest = office.blobs.put(connection, document_id, "prepared", prepared, now)
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == document_id)
            .values(plan=dispatch.whole_numbers(plan.to_json()), pages=pages)
        )
        enqueue(
            connection,
            JobKind.MESSAGE,
            f"director_waiting:{document_id}:{digest[:16]}",
            {"message": "director_waiting"},
            now,
            document_id=document_id,
        )


def cancel_document(office: HeadOffice, document_id: str, actor: Actor, now: datetime) -> None:
    """Withdraw a document; a kiosk that holds it is told to erase it.

    Raises:
        NotFound: `no_such_document`.
        Refused: `step_not_allowed`, when it is too late for that.
    """
    with office.database.write() as connection:
        before = find_document(connection, document_id)
        move(connection, now, document_id, Step.CANCEL, actor)
        if before.state is State.DUE:
            dispatch.withdraw(connection, before, "cancelled")


def document_plan(document: Document) -> DocumentPlan:
    """Return what preparing, signing and sealing must know about a document.

    Raises:
        Refused: `no_stamp_place`, when a stamp is wanted and has no spot.
    """
    layout = document.layout
    if document.stamp_wanted and layout.stamp is None:
        raise Refused(
            "no_stamp_place",
            "A stamp is wanted, but there is no place for it.",
            "Place the stamp on a page, or make a new draft without a stamp.",
        )
    client = ClientPlan(
        document.client_name,
        _settled(layout.fields, document.language),
        layout.signature,
        layout.stamp,
    )
    try:
        return DocumentPlan(
            document_id=bytes.fromhex(document.id),
            number=document.number,
            title=document.title,
            language=document.language,
            director_name=document.director_name,
            director_signature=layout.director_signature,
            clients=(client,),
            director_fields=_settled(layout.director_fields, document.language),
        )
    except SigningError as error:
        raise Refused(error.code, error.sentence, error.next_step) from error


def _settled(fields: tuple[FieldSpec, ...], language: str) -> tuple[FieldSpec, ...]:
    """The fields with the values that head office gives in their canonical form."""
    found = []
    for spec in fields:
        try:
            found.append(settled(spec, language))
        except FieldRefused as error:
            raise ValueRefused(spec.label, error) from error
    return tuple(found)


def _normalised(pdf: bytes, password: str) -> NormalisedPdf:
    try:
        return normalise(pdf, password or None)
    except SigningError as error:
        raise Refused(error.code, error.sentence, error.next_step) from error


def _require_draft(document: Document) -> None:
    if document.state is not State.DRAFT:
        raise Refused(
            "not_a_draft",
            "This document was sent and can no longer be changed.",
            "Cancel it and make a new one.",
        )


def _check_people(connection: Connection, new: NewDocument) -> None:
    if find_kiosk(connection, new.kiosk_id).revoked_at is not None:
        raise NotFound("no_such_kiosk", "This kiosk is shut out.", "Choose another one.")
    director = find_person(connection, new.director_id)
    if director.role is not Role.DIRECTOR or not director.active or not director.has_key:
        raise NotFound(
            "no_such_director", "This person cannot sign.", "Choose one of the directors."
        )


def _number(connection: Connection, wanted: str, now: datetime, timezone: str) -> str:
    if not wanted.strip():
        return next_number(connection, now, timezone)
    number = _line(wanted, MAX_NUMBER_LETTERS, "bad_number", "A document number")
    taken = select(tables.documents.c.id).where(tables.documents.c.number == number)
    if connection.execute(taken).first() is not None:
        raise Refused(
            "number_taken",
            "Another document has this number.",
            "Give another one, or leave it empty for the next free one.",
        )
    return number


def _check_deadline(deadline: datetime | None, now: datetime) -> None:
    if deadline is not None and not now < deadline <= now + MAX_DEADLINE:
        raise Refused(
            "bad_deadline",
            "The deadline must lie in the future, at most a year ahead.",
            "Choose another day, or leave it empty.",
        )


def _line(text: str, most: int, code: str, what: str) -> str:
    sentence = f"{what} is one line of 1 to {most} letters."
    return writable_line(text, most, Refused(code, sentence, "Correct it; nothing was kept yet."))
