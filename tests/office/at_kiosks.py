"""One or two clients at one or two kiosks, and what head office makes of it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from office import codes_desk, tables
from office.documents import Document
from office.head_office import HeadOffice
from office.history import Actor
from office.revocation import RevocationReason, revoke_kiosk
from office.signing_order import NewClient
from signing.trust_publication import TARGET_NAME
from signing.turns import ClientTurn
from sync.records import JournalEvent
from tests.office.town_hall import Clock, Letterbox, People, TestKiosk, document_of, due_document
from verifier.trust_list import TrustList

FIRST, SECOND, PHONE = "Łukasz Żółciński", "Ewa Lis", "600 100 200"


def send(
    office: HeadOffice,
    people: People,
    pdf: bytes,
    clock: Clock,
    *kiosks: TestKiosk,
    **other: object,
) -> Document:
    """Due for two clients with one telephone, each at their kiosk."""
    clients = tuple(
        NewClient(name, PHONE, kiosk.id)
        for name, kiosk in zip((FIRST, SECOND), kiosks, strict=True)
    )
    return due_document(office, people, kiosks[0], pdf, clock(), clients=clients, **other)


def accepted_code(
    office: HeadOffice, kiosk: TestKiosk, document: Document, place: int, clock: Clock
) -> JournalEvent:
    """A client got a code and the kiosk accepted it."""
    letterbox = Letterbox()
    assert codes_desk.issue_for(office, document.id, Actor(), clock(), "link", place).sent
    letterbox.run(office, clock())
    return kiosk.accept_code(document, letterbox.code(), place)


def take_turn(
    office: HeadOffice, kiosk: TestKiosk, document: Document, folder: Path, clock: Clock
) -> ClientTurn:
    """The first client signs, and head office takes it."""
    signed, turn = kiosk.sign_turn(document, folder)
    kiosk.report(
        accepted_code(office, kiosk, document, 0, clock), kiosk.deliver_turn(document, signed, turn)
    )
    assert document_of(office, document.id).turn == 1
    return turn


def problems(office: HeadOffice, document: Document) -> list[str]:
    """What the history says does not add up."""
    events = tables.events
    with office.database.read() as connection:
        query = select(events.c.body).where(
            events.c.document_id == document.id, events.c.kind == "quarantined"
        )
        return [code for row in connection.execute(query) for code in row.body["problems"]]


def shut_out(office: HeadOffice, kiosk: TestKiosk, clock: Clock) -> None:
    revoke_kiosk(office, kiosk.id, RevocationReason.STOLEN, Actor(), clock.forward(days=1))


def published(office: HeadOffice) -> TrustList:
    """The trust list as kiosks and verifiers read it."""
    return TrustList.from_json_bytes(office.publisher.client_files()[TARGET_NAME])


def decisions(office: HeadOffice, document_id: str) -> list[str]:
    """The decisions about a document's signed copies."""
    table = tables.signed_copies
    with office.database.read() as connection:
        query = select(table.c.decision).where(table.c.document_id == document_id)
        return sorted(connection.execute(query).scalars())
