"""Documents as head office sees them: reading one, listing many.

What changes a document lives with the person who does it: `preparation`, `director_desk`,
`dispatch`, `evidence`, `destruction`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, or_, select

from office import tables
from office.clients import Client, clients_of, find_by_link
from office.errors import NotFound, Refused
from office.layout import Layout
from office.lifecycle import State
from signing.fields import DocumentPlan
from signing.page_geometry import PageSize

__all__ = [
    "CERTIFICATE_PAGES",
    "LIST_LIMIT",
    "Document",
    "DocumentFilter",
    "client_at",
    "count_by_state",
    "count_undecided",
    "count_waiting",
    "document_by_link",
    "find_document",
    "list_documents",
    "no_such_document",
    "require_draft",
    "waiting_for",
]

CERTIFICATE_PAGES = 1  # the last page stays empty until the seal; nobody reads it before
LIST_LIMIT = 50  # documents on one screen of the list
MAX_SEARCH_LETTERS = 100
UNDECIDED = frozenset({State.CONFLICT, State.SIGNED_AFTER_CANCEL})
"""States in which a person decides; so does one about whatever is in quarantine."""


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
    kiosk_id: str  # where the client whose turn it is signs
    kiosk_name: str
    clients: tuple[Client, ...]  # in the order in which they sign; at least one
    deadline: datetime | None
    pages: int  # that the client reads; the certificate to come is not counted
    page_sizes: tuple[PageSize, ...]  # of the input
    directors_part: Mapping[str, Any]  # Layout.directors_part
    plan: DocumentPlan | None  # fixed when sent to the director
    director_values: Mapping[str, str]  # what the director filled in so far, canonical, by key
    pdf_sha256: str  # of the file that the director signed; empty before that
    pdf_bytes: int
    director_signed_at: datetime | None
    final_sha256: str  # of the accepted final file; kept for ever
    keep_until: datetime | None  # when the final file is destroyed
    identity: str  # how its clients prove who they are: sync.staff.IdentityWay

    @property
    def undecided(self) -> bool:
        """Whether a person has to decide about something that was signed."""
        return self.state in UNDECIDED or (self.quarantined and self.state is not State.DESTROYED)

    @property
    def turn(self) -> int:
        """How many clients have signed: the place of the one whose turn it is."""
        return sum(client.has_signed for client in self.clients)

    @property
    def client(self) -> Client:
        """The client whose turn it is; the last one when all have signed."""
        return self.clients[min(self.turn, len(self.clients) - 1)]

    @property
    def here(self) -> tuple[Client, ...]:
        """The clients who can sign one after the other at the kiosk that has the document."""
        following = self.clients[self.turn :]
        others = (n for n, client in enumerate(following) if client.kiosk_id != self.kiosk_id)
        return following[: next(others, len(following))]

    @property
    def revision(self) -> tuple[str, int]:
        """SHA-256 and length of the file as the last signer left it."""
        signed = [client for client in self.clients if client.has_signed and client.pdf_sha256]
        return (signed[-1].pdf_sha256, signed[-1].pdf_bytes) if signed else self.base

    @property
    def base(self) -> tuple[str, int]:
        """SHA-256 and length of the file as the director signed it."""
        return self.pdf_sha256, self.pdf_bytes

    @property
    def layout(self) -> Layout:
        """What is placed for the client whose turn it is, and for the director."""
        return self.layout_of(self.client.place)

    def layout_of(self, place: int) -> Layout:
        """What is placed for one client and for the director."""
        return Layout.from_json({**self.directors_part, **self.clients[place].layout})

    @property
    def client_names(self) -> str:
        """All clients' names in one line; empty once destroyed."""
        return ", ".join(client.name for client in self.clients if client.name)

    def client_at(self, place: object) -> Client | None:
        """The client at a place that an event of the history names; None when it names none."""
        return next((client for client in self.clients if client.place == place), None)

    @property
    def code_locked(self) -> bool:
        """Whether somebody who could sign now typed too many wrong codes."""
        return any(client.code_locked for client in self.here)


@dataclass(frozen=True)
class DocumentFilter:
    """What to list."""

    state: State | None = None  # one state only
    text: str = ""  # in number, title, client's name or short number
    page: int = 0  # which screenful, from 0
    undecided: bool = False  # only those about which a person has to decide


def find_document(connection: Connection, document_id: str) -> Document:
    """Return a document.

    Raises:
        NotFound: `no_such_document`.
    """
    found = _documents(connection, _query().where(tables.documents.c.id == document_id))
    if not found:
        raise no_such_document()
    return found[0]


def document_by_link(connection: Connection, link_hash: str) -> tuple[Document, Client]:
    """Return the document and the client that a message's link belongs to.

    Raises:
        NotFound: `no_such_document`.
    """
    document_id, place = find_by_link(connection, link_hash)
    document = find_document(connection, document_id)
    return document, document.clients[place]


def list_documents(connection: Connection, wanted: DocumentFilter) -> list[Document]:
    """Return one screenful of documents, the latest change first; one more when there is more."""
    documents = tables.documents
    query = _query().order_by(documents.c.state_at.desc(), documents.c.id)
    if wanted.state is not None:
        query = query.where(documents.c.state == wanted.state.value)
    if wanted.undecided:
        query = query.where(_undecided())
    text = " ".join(wanted.text.split())[:MAX_SEARCH_LETTERS]
    if text:
        query = query.where(
            or_(
                documents.c.number.icontains(text, autoescape=True),
                documents.c.title.icontains(text, autoescape=True),
                _client_is_called(text),
                documents.c.short_number == text.replace(" ", ""),
            )
        )
    return _documents(connection, query.limit(LIST_LIMIT + 1).offset(wanted.page * LIST_LIMIT))


def waiting_for(connection: Connection, director_id: str) -> list[Document]:
    """Return the documents that wait for a director's signature, oldest first."""
    query = _query().where(*_waits_for(director_id)).order_by(tables.documents.c.state_at)
    return _documents(connection, query)


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


def count_undecided(connection: Connection) -> int:
    """Return about how many documents a person has to decide."""
    return int(connection.execute(select(func.count()).where(_undecided())).scalar_one())


def _undecided() -> ColumnElement[bool]:
    documents = tables.documents
    states = documents.c.state.in_([state.value for state in UNDECIDED])
    held = documents.c.quarantined & (documents.c.state != State.DESTROYED.value)
    return states | held


def no_such_document() -> NotFound:
    """Return the error for a document that does not exist, or not for this person."""
    return NotFound(
        "no_such_document",
        "There is no such document.",
        "Check the link or the number, or look in the list.",
    )


def client_at(document: Document, place: int) -> Client:
    """Return one of a document's clients.

    Raises:
        NotFound: `no_such_client`.
    """
    if not 0 <= place < len(document.clients):
        raise NotFound(
            "no_such_client", "This document has no such client.", "Load the page again."
        )
    return document.clients[place]


def require_draft(document: Document) -> None:
    """Refuse to change what is no draft.

    Raises:
        Refused: `not_a_draft`.
    """
    if document.state is not State.DRAFT:
        raise Refused(
            "not_a_draft",
            "This document was sent and can no longer be changed.",
            "Cancel it and make a new one.",
        )


def _query() -> Select[Any]:
    documents, people, kiosks = tables.documents, tables.people, tables.kiosks
    return (
        select(documents, people.c.name.label("director_name"), kiosks.c.name.label("kiosk_name"))
        .join(people, people.c.id == documents.c.director_id)
        .join(kiosks, kiosks.c.id == documents.c.kiosk_id)
    )


def _client_is_called(text: str) -> ColumnElement[bool]:
    clients = tables.clients
    return exists().where(
        clients.c.document_id == tables.documents.c.id,
        clients.c.name.icontains(text, autoescape=True),
    )


def _documents(connection: Connection, query: Select[Any]) -> list[Document]:
    """Read documents with their clients, in two queries however many there are."""
    rows = connection.execute(query).all()
    clients = clients_of(connection, [row.id for row in rows])
    return [_document(row, clients[row.id]) for row in rows]


def _document(row: Row[Any], clients: tuple[Client, ...]) -> Document:
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
        clients=clients,
        deadline=row.deadline,
        pages=row.pages,
        page_sizes=tuple(PageSize(width, height) for width, height in row.page_sizes or ()),
        directors_part=dict(row.layout or {}),
        plan=None if row.plan is None else DocumentPlan.from_json(row.plan),
        director_values=dict(row.director_values or {}),
        pdf_sha256=row.pdf_sha256 or "",
        pdf_bytes=row.pdf_bytes or 0,
        director_signed_at=row.director_signed_at,
        final_sha256=row.final_sha256 or "",
        keep_until=row.keep_until,
        identity=row.identity,
    )
