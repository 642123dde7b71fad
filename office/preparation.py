"""What an operator does: make a document from a PDF, place the fields, send, cancel.

Screens, command line and tests call these functions; each leaves either the whole change or
nothing. Reading and preparing PDFs happens outside transactions: it takes seconds for large ones.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import Connection, insert, select, update

from office import dispatch, due, tables
from office.clients import insert_client, set_client
from office.documents import CERTIFICATE_PAGES, client_at, find_document, require_draft
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor, move, record
from office.jobs import JobKind, enqueue
from office.kiosks import find_kiosk
from office.layout import Layout
from office.lifecycle import State, Step
from office.lines import writable_line
from office.numbers import new_short_number, next_number
from office.people import Role, find_person
from office.plan import document_plan
from office.settings import LANGUAGES
from office.signing_order import NewClient, check_kiosks, checked_clients
from signing.errors import SigningError
from signing.normalise import MAX_INPUT_BYTES, NormalisedPdf, normalise
from signing.prepare import prepare
from sync.staff import IdentityWay

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


@dataclass(frozen=True)
class NewDocument:
    """What an operator says about a document when it is made."""

    pdf: bytes  # as it was uploaded
    title: str
    clients: Sequence[NewClient]  # in the order in which they sign
    director_id: str
    language: str
    deadline: datetime | None = None
    number: str = ""  # empty: the next of head office's own series
    password: str = field(default="", repr=False)  # of an encrypted PDF
    layout: Layout = field(default_factory=Layout)  # its director's part
    identity: IdentityWay = IdentityWay.CODE  # how the clients prove who they are


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
    document_id = secrets.token_hex(16)
    nobody_yet = [replace(client, signer_id="") for client in new.clients]
    clients = checked_clients(office, document_id, nobody_yet)
    if new.language not in LANGUAGES:
        raise Refused("bad_language", "This language is not offered.", "Choose another one.")
    _check_deadline(new.deadline, now)
    normalised = _normalised(new.pdf, new.password)
    for one in (new.layout, *(client.layout for client in new.clients)):
        Layout.from_json(one.to_json(), normalised.pages, new.language)
    with office.database.write() as connection:
        _check_director(connection, new.director_id)
        check_kiosks(connection, clients)
        _check_identity(connection, new.identity, [one.kiosk_id for one in clients])
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
                kiosk_id=clients[0].kiosk_id,
                deadline=new.deadline,
                identity=new.identity.value,
                pages=len(normalised.pages),
                page_sizes=[[page.width, page.height] for page in normalised.pages],
                layout=new.layout.directors_part(),
            )
        )
        for client in clients:
            insert_client(connection, document_id, client)
        office.blobs.new_key(connection, document_id)
        office.blobs.put(connection, document_id, "source", normalised.data, now)
        record(connection, now, "created", actor, document_id, pages=len(normalised.pages))
    return document_id


def save_layout(
    office: HeadOffice,
    document_id: str,
    data: object,
    actor: Actor,
    now: datetime,
    place: int = 0,
) -> Layout:
    """Keep where things go on a draft's pages: for one of its clients and for the director.

    Raises:
        NotFound: `no_such_document`, `no_such_client`.
        Refused: `not_a_draft`, or what `Layout.from_json` says.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        require_draft(document)
        client = client_at(document, place)
        layout = Layout.from_json(data, document.page_sizes, document.language)
        wanted = client.stamp_wanted or layout.stamp is not None
        set_client(
            connection,
            document_id,
            place,
            layout=layout.clients_part(),
            stamp_wanted=wanted,
        )
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == document_id)
            .values(layout=layout.directors_part())
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
        require_draft(document)
        source = office.blobs.get(connection, document_id, "source")
    plan = document_plan(document)
    try:
        prepared = prepare(NormalisedPdf(source, document.page_sizes), plan, now)
    except SigningError as error:
        raise Refused(error.code, error.sentence, error.next_step) from error
    pages = len(PdfReader(BytesIO(prepared)).pages) - CERTIFICATE_PAGES
    with office.database.write() as connection:
        present = find_document(connection, document_id)
        changed = present.directors_part != document.directors_part
        if changed or present.clients != document.clients:
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
            .values(plan=due.whole_numbers(plan.to_json()), pages=pages)
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


def _normalised(pdf: bytes, password: str) -> NormalisedPdf:
    try:
        return normalise(pdf, password or None)
    except SigningError as error:
        raise Refused(error.code, error.sentence, error.next_step) from error


def _check_director(connection: Connection, director_id: str) -> None:
    director = find_person(connection, director_id)
    if director.role is not Role.DIRECTOR or not director.active or not director.has_key:
        raise NotFound(
            "no_such_director", "This person cannot sign.", "Choose one of the directors."
        )


def _check_identity(
    connection: Connection, identity: IdentityWay, kiosk_ids: Sequence[str]
) -> None:
    """Nobody looks at an identity document where clients sign with their own telephones."""
    if identity is IdentityWay.STAFF and any(
        find_kiosk(connection, one).phone_url for one in kiosk_ids
    ):
        raise Refused(
            "nobody_to_look",
            "Where clients sign with their own telephones nobody can look at an identity document.",
            "Choose a kiosk, or let codes prove who the clients are.",
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
