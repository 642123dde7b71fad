"""Who signs: the rows of the form, what is placed for whom, and whose turn the pages show."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from flask import Flask

from office import codes_desk
from office.application import create_app
from office.documents import Document
from office.head_office import HeadOffice
from office.history import Actor
from office.layout import Layout
from office.preparation import save_layout
from office.signing_order import MAX_CLIENTS, NewClient
from signing.fields import FieldKind, FieldSpec, Placement
from tests.office.town_hall import (
    PASSWORD,
    Clock,
    Letterbox,
    People,
    TestKiosk,
    document_of,
    draft,
    due_document,
)
from tests.visitor import Visitor

ANNA, EWA, JAN = "Anna Nowak", "Ewa Lis", "Jan Lis"
PHONE = "600 100 200"
LAYOUT = Layout(signature=Placement(0, 300, 90, 200, 60))


@pytest.fixture
def app(office: HeadOffice, clock: Clock) -> Flask:
    return create_app(office, clock)


@pytest.fixture
def operator(app: Flask, people: People) -> Visitor:
    transport = httpx.WSGITransport(app=app)
    visitor = Visitor(
        httpx.Client(transport=transport, base_url="http://office.example"), language="en"
    )
    page = visitor.visit("/sign-in")
    visitor.submit(page, "/sign-in", {"email": people.operator.email, "password": PASSWORD})
    token = visitor.visit("/documents").csrf_token
    visitor.http.post("/language", data={"csrf_token": token, "language": "en"})
    return visitor


@pytest.fixture
def unsent(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> Document:
    """A draft for Anna and Ewa, with a place for Ewa's signature."""
    clients = (NewClient(ANNA, PHONE, kiosk.id), NewClient(EWA, PHONE, kiosk.id, layout=LAYOUT))
    return document_of(office, draft(office, people, kiosk, pdf, clock(), clients=clients))


def rows(*clients: tuple[str, str], kiosk: TestKiosk) -> dict[str, str | list[str]]:
    """What the form sends for rows of a name of the row and a client's name."""
    return {
        "client": [name for name, _ in clients],
        "client_name": [client for _, client in clients],
        "contact": [PHONE] * len(clients),
        "kiosk_id": [kiosk.id] * len(clients),
        "stamp_wanted": [],
    }


def test_rows_become_clients_in_their_order(
    office: HeadOffice, operator: Visitor, people: People, kiosk: TestKiosk, pdf: bytes
) -> None:
    page = operator.visit("/documents/new")
    sent = {
        **rows(("1", ANNA), ("new2", EWA), kiosk=kiosk),
        "stamp_wanted": "new2",
        "title": "Umowa",
        "director_id": people.director.id,
        "language": "pl",
    }
    file = {"pdf": ("umowa.pdf", pdf, "application/pdf")}
    page = operator.submit(page, "/documents/new", sent, files=file)
    document = document_of(office, page.address.split("/")[2])
    assert [client.name for client in document.clients] == [ANNA, EWA]
    assert [client.stamp_wanted for client in document.clients] == [False, True]
    assert len({client.signer_id for client in document.clients}) == 2
    assert len({client.link_hash for client in document.clients}) == 2
    assert {client.masked_contact for client in document.clients} == {"+48 *** *** 200"}


def test_what_is_placed_for_somebody_goes_with_them(
    office: HeadOffice, operator: Visitor, unsent: Document, kiosk: TestKiosk
) -> None:
    path = f"/documents/{unsent.id}/clients"
    anna, ewa = (client.signer_id for client in unsent.clients)
    sent = rows((ewa, EWA), ("new2", JAN), (anna, ANNA), kiosk=kiosk)
    operator.submit(operator.visit(path), path, sent)
    after = document_of(office, unsent.id)
    assert [client.name for client in after.clients] == [EWA, JAN, ANNA]
    assert after.layout_of(0).signature == LAYOUT.signature
    assert after.layout_of(1).signature is None
    assert [after.clients[0].signer_id, after.clients[2].signer_id] == [ewa, anna]
    operator.submit(operator.visit(path), path, rows((anna, ANNA), kiosk=kiosk))
    assert [client.name for client in document_of(office, unsent.id).clients] == [ANNA]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([], "no_client"),
        ([ANNA] * (MAX_CLIENTS + 1), "too_many_clients"),
        ([ANNA, "Anna 😀"], "unsupported_letters"),
        ([ANNA, ""], "required"),
    ],
)
def test_clients_that_cannot_be_are_refused_and_nothing_is_changed(
    office: HeadOffice,
    operator: Visitor,
    unsent: Document,
    kiosk: TestKiosk,
    names: list[str],
    code: str,
) -> None:
    path = f"/documents/{unsent.id}/clients"
    page = operator.visit(path)
    sent = rows(*((f"new{n}", name) for n, name in enumerate(names)), kiosk=kiosk)
    answer = operator.http.post(path, data={**sent, "csrf_token": page.csrf_token})
    assert answer.status_code == 422
    assert code in answer.text
    assert document_of(office, unsent.id) == unsent


def test_two_rows_that_name_the_same_client_do_not_share_a_signer(
    office: HeadOffice, operator: Visitor, unsent: Document, kiosk: TestKiosk
) -> None:
    path = f"/documents/{unsent.id}/clients"
    same = unsent.clients[0].signer_id
    operator.submit(operator.visit(path), path, rows((same, ANNA), (same, EWA), kiosk=kiosk))
    after = document_of(office, unsent.id)
    assert len({client.signer_id for client in after.clients}) == 2


def test_who_signs_is_fixed_once_it_is_sent(
    office: HeadOffice,
    operator: Visitor,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    path = f"/documents/{document.id}/clients"
    assert operator.visit(path).address == f"/documents/{document.id}"
    token = operator.visit("/documents").csrf_token
    sent = rows(("new2", EWA), kiosk=kiosk)
    answer = operator.http.post(path, data={**sent, "csrf_token": token})
    assert answer.status_code == 422
    assert document_of(office, document.id) == document


def test_the_editor_keeps_each_clients_places_apart(
    office: HeadOffice, operator: Visitor, people: People, unsent: Document, clock: Clock
) -> None:
    page = operator.visit(f"/documents/{unsent.id}/fields?client=1")
    assert EWA in page.text
    spec = FieldSpec("day", FieldKind.DATE, "Dzień", True, Placement(0, 72, 500, 90, 20))
    layout = Layout(fields=(spec,), director_signature=Placement(1, 72, 90, 200, 60))
    headers = {"X-CSRFToken": page.csrf_token}
    for client, status in ((1, 200), (3, 404), (0, 404)):
        answer = operator.http.put(
            f"/documents/{unsent.id}/layout?client={client}",
            json=layout.to_json(),
            headers=headers,
        )
        assert answer.status_code == status
    after = document_of(office, unsent.id)
    assert [len(after.layout_of(place).fields) for place in (0, 1)] == [1, 0]
    assert after.layout_of(1).signature == LAYOUT.signature
    assert after.layout_of(1).director_signature == layout.director_signature
    save_layout(office, unsent.id, LAYOUT.to_json(), Actor(people.operator.id), clock(), 1)
    assert len(document_of(office, unsent.id).layout_of(0).fields) == 1


def test_list_and_page_say_whose_turn_it_is_and_who_has_signed(
    office: HeadOffice,
    operator: Visitor,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    clients = (NewClient(ANNA, PHONE, kiosk.id), NewClient(EWA, PHONE, kiosk.id))
    document = due_document(office, people, kiosk, pdf, clock(), clients=clients)
    before = operator.visit(f"/documents/{document.id}").words
    assert f"{ANNA} It is their turn" in before
    assert f"It is their turn: {ANNA} {EWA}" in operator.visit("/documents").words
    signed, turn = kiosk.sign_turn(document, tmp_path)
    letterbox = Letterbox()
    assert codes_desk.issue_for(office, document.id, Actor(), clock(), "link", 0).sent
    letterbox.run(office, clock())
    kiosk.report(
        kiosk.accept_code(document, letterbox.code()), kiosk.deliver_turn(document, signed, turn)
    )
    after = operator.visit(f"/documents/{document.id}").words
    assert f"{EWA} It is their turn" in after
    after = after.replace("\u202f", " ")  # between the hour and AM
    assert f"{ANNA} Signed November 24, 2026, 10:00 AM {kiosk.name}" in after
    assert f"Signed: {ANNA} It is their turn: {EWA}" in operator.visit("/documents").words
    assert EWA in operator.visit("/documents?text=ewa").words
    first = operator.visit(f"/m/{office.keyring.message_link(document.id)}?language=en")
    assert "You have signed." in first.words
    assert EWA not in first.words


def test_messages_and_codes_are_asked_for_by_client(
    office: HeadOffice,
    operator: Visitor,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    clients = (NewClient(ANNA, PHONE, kiosk.id), NewClient(EWA, PHONE, kiosk.id))
    document = due_document(office, people, kiosk, pdf, clock(), clients=clients)
    Letterbox().run(office, clock())
    token = operator.visit("/documents").csrf_token
    for act in ("resend", "new-codes"):
        operator.http.post(
            f"/documents/{document.id}/{act}", data={"csrf_token": token, "client": "1"}
        )
    letterbox = Letterbox()
    letterbox.run(office, clock())
    assert [EWA in message.text for message in letterbox.messages] == [True]
    after = document_of(office, document.id)
    assert [client.code_generation for client in after.clients] == [1, 2]


@pytest.mark.parametrize("many", [4, MAX_CLIENTS])
def test_pages_hold_as_many_clients_as_there_can_be(
    office: HeadOffice,
    operator: Visitor,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    many: int,
) -> None:
    clients = tuple(NewClient(f"Anna {n} Nowak", PHONE, kiosk.id) for n in "ABCDEFGHIJK"[:many])
    waiting = due_document(office, people, kiosk, pdf, clock(), clients=clients)
    unsent = draft(office, people, kiosk, pdf, clock(), clients=clients)
    listed = operator.visit("/documents").words
    assert f"It is their turn: Anna A Nowak 0 of {many} have signed" in listed
    for path in (waiting.id, unsent, f"{unsent}/clients", f"{unsent}/fields?client={many}"):
        assert clients[-1].name in operator.visit(f"/documents/{path}").text
