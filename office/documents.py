"""Documents as head office sees them: reading one, listing many.

What changes a document lives with the person who does it: `preparation`, `director_desk`,
`dispatch`, `evidence`, `destruction`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from office import tables
from office.contacts import masked_contact
from office.errors import NotFound
from office.layout import Layout
from office.lifecycle import State
from signing.fields import DocumentPlan
from signing.page_geometry import PageSize

__all__ = [
    "LIST_LIMIT",
    "Document",
    "DocumentFilter",
    "count_by_state",
    "count_waiting",
    "document_by_link",
    "find_document",
    "list_documents",
    "waiting_for",
]

LIST_LIMIT = 50  # documents on one screen of the list
MAX_SEARCH_LETTERS = 100


@dataclass(frozen=True)
class Document:
    """One document."""

    id: str  # 32 hex digits
    number: str  # head office's own number
    short_number: str  # what the client types at the kiosk
    title: str
    language: str  # of the document and its messages
    state: State
    state_at: datetime  # since when
    quarantined: bool  # something about its signing does not add up; a person must look
    created_at: datetime
    created_by: str  # person id
    director_id: str
    director_name: str
    kiosk_id: str
    kiosk_name: str
    signer_id: str  # names the client in the derivation of code keys
    client_name: str  # empty once destroyed
    channel: str  # "sms" or "email"
    contact: str  # empty once destroyed
    stamp_wanted: bool
    deadline: datetime | None
    pages: int  # that the client reads; the certificate to come is not counted
    page_sizes: tuple[PageSize, ...]  # of the input
    layout: Layout
    plan: DocumentPlan | None  # fixed when sent to the director
    director_values: Mapping[str, str]  # what the director filled in so far, canonical, by key
    link_hash: str
    code_generation: int
    code_locked: bool  # a kiosk reported too many wrong codes
    pdf_sha256: str  # of the file that the client reads; empty before the director signed
    pdf_bytes: int
    director_signed_at: datetime | None
    final_sha256: str  # of the accepted final file; kept for ever
    keep_until: datetime | None  # when the final file is destroyed

    @property
    def masked_contact(self) -> str:
        """The contact as screens and kiosks may show it."""
        return masked_contact(self.channel, self.contact) if self.contact else ""


@dataclass(frozen=True)
class DocumentFilter:
    """What to list."""

    state: State | None = None  # one state only
    text: str = ""  # in number, title, client's name or short number
    page: int = 0  # which screenful, from 0


def find_document(connection: Connection, document_id: str) -> Document:
    """Return a document.

    Raises:
        NotFound: `no_such_document`.
    """
    row = connection.execute(_query().where(tables.documents.c.id == document_id)).first()
    if row is None:
        raise no_such_document()
    return _document(row)


def document_by_link(connection: Connection, link_hash: str) -> Document:
    """Return the document that a client's message link belongs to.

    Raises:
        NotFound: `no_such_document`.
    """
    row = connection.execute(_query().where(tables.documents.c.link_hash == link_hash)).first()
    if row is None:
        raise no_such_document()
    return _document(row)


def list_documents(connection: Connection, wanted: DocumentFilter) -> list[Document]:
    """Return one screenful of documents, the latest change first; one more when there is more."""
    documents = tables.documents
    query = _query().order_by(documents.c.state_at.desc(), documents.c.id)
    if wanted.state is not None:
        query = query.where(documents.c.state == wanted.state.value)
    text = " ".join(wanted.text.split())[:MAX_SEARCH_LETTERS]
    if text:
        query = query.where(
            or_(
                documents.c.number.icontains(text, autoescape=True),
                documents.c.title.icontains(text, autoescape=True),
                documents.c.client_name.icontains(text, autoescape=True),
                documents.c.short_number == text.replace(" ", ""),
            )
        )
    query = query.limit(LIST_LIMIT + 1).offset(wanted.page * LIST_LIMIT)
    return [_document(row) for row in connection.execute(query)]


def waiting_for(connection: Connection, director_id: str) -> list[Document]:
    """Return the documents that wait for a director's signature, oldest first."""
    query = _query().where(*_waits_for(director_id)).order_by(tables.documents.c.state_at)
    return [_document(row) for row in connection.execute(query)]


def count_waiting(connection: Connection, director_id: str) -> int:
    """Return how many documents wait for a director's signature."""
    query = select(func.count()).where(*_waits_for(director_id))
    return int(connection.execute(query).scalar_one())


def _waits_for(director_id: str) -> tuple[ColumnElement[bool], ...]:
    documents = tables.documents
    return documents.c.director_id == director_id, documents.c.state == State.SENT.value


def count_by_state(connection: Connection) -> dict[State, int]:
    """Return how many documents stand in each state, in the order of a document's life."""
    documents = tables.documents
    query = select(documents.c.state, func.count()).group_by(documents.c.state)
    counts = {str(state): int(count) for state, count in connection.execute(query)}
    return {state: counts[state.value] for state in State if state.value in counts}


def no_such_document() -> NotFound:
    """Return the error for a document that does not exist, or not for this person."""
    return NotFound(
        "no_such_document",
        "There is no such document.",
        "Check the link or the number, or look in the list.",
    )


def _query() -> Select[Any]:
    documents, people, kiosks = tables.documents, tables.people, tables.kiosks
    return (
        select(documents, people.c.name.label("director_name"), kiosks.c.name.label("kiosk_name"))
        .join(people, people.c.id == documents.c.director_id)
        .join(kiosks, kiosks.c.id == documents.c.kiosk_id)
    )


def _document(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        number=row.number,
        short_number=row.short_number,
        title=row.title,
        language=row.language,
        state=State(row.state),
        state_at=row.state_at,
        quarantined=row.quarantined,
        created_at=row.created_at,
        created_by=row.created_by,
        director_id=row.director_id,
        director_name=row.director_name,
        kiosk_id=row.kiosk_id,
        kiosk_name=row.kiosk_name,
        signer_id=row.signer_id,
        client_name=row.client_name,
        channel=row.channel,
        contact=row.contact,
        stamp_wanted=row.stamp_wanted,
        deadline=row.deadline,
        pages=row.pages,
        page_sizes=tuple(PageSize(width, height) for width, height in row.page_sizes or ()),
        layout=Layout.from_json(row.layout or {}),
        plan=None if row.plan is None else DocumentPlan.from_json(row.plan),
        director_values=dict(row.director_values or {}),
        link_hash=row.link_hash,
        code_generation=row.code_generation,
        code_locked=row.code_locked,
        pdf_sha256=row.pdf_sha256 or "",
        pdf_bytes=row.pdf_bytes or 0,
        director_signed_at=row.director_signed_at,
        final_sha256=row.final_sha256 or "",
        keep_until=row.keep_until,
    )
