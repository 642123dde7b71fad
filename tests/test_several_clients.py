"""Two people sign one document: real head office, real kiosks, cables that can be pulled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from office import tables
from office.director_desk import request_director_code, sign_documents
from office.documents import Document, find_document
from office.downloads import final_file
from office.history import Actor, document_history
from office.layout import Layout
from office.lifecycle import State
from office.moving import move_client
from office.preparation import NewDocument, create_document, send_to_director
from office.revocation import RevocationReason, revoke_kiosk
from office.signing_order import NewClient
from signing.fields import FieldKind, FieldSpec, Placement
from tests.client_at_kiosk import ClientAtKiosk
from tests.samples import samples
from tests.samples.hand import drawn_signature
from tests.visitor import VisitFailed
from tests.world import Terminal, World
from verifier.document import verify_pdf
from verifier.verdict import Outcome

FIRST, SECOND, PHONE = "Łucja Żółkiewska", "Олена Ґжицька", "+48600000123"
ANSWERS = {"place": "Kraków", "town": "Gdańsk"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, lambda: datetime.now(UTC)) as made:
        yield made


def send(world: World, *clients: NewClient) -> Document:
    """A document that waits for its first client."""
    actor, now = Actor(world.operator.id), world.clock()
    layout = Layout(director_signature=Placement(0, 40, 40, 160, 50))
    new = NewDocument(
        pdf=samples()[1].pdf,
        title="Umowa najmu",
        clients=clients,
        director_id=world.director.id,
        language="pl",
        layout=layout,
    )
    document_id = create_document(world.office, new, actor, now)
    send_to_director(world.office, document_id, actor, now)
    request_director_code(world.office, world.director, [document_id], now)
    world.run_jobs()
    code = world.mailbox.latest_code(to=world.director.email)
    sign_documents(world.office, world.director, [document_id], code, now)
    world.run_jobs()
    return document_of(world, document_id)


def document_of(world: World, document_id: str) -> Document:
    with world.office.database.read() as connection:
        return find_document(connection, document_id)


def client(name: str, kiosk_id: str, key: str, left: float, contact: str = PHONE) -> NewClient:
    """A client with one field and a place for the signature."""
    field = FieldSpec(key, FieldKind.TEXT, "Miejsce", True, Placement(0, left, 110, 120, 18))
    layout = Layout(fields=(field,), signature=Placement(0, left, 40, 150, 50))
    return NewClient(name, contact, kiosk_id, layout=layout)


def invitation(world: World, name: str) -> str:
    """The address of the page behind a client's own link."""
    for message in reversed(world.mailbox.messages):
        found = re.search(r"http\S+(/m/\S+)", message.text)
        if found and f"Dla: {spelt(name)}" in message.text:
            return found.group(1)
    raise AssertionError(f"nobody wrote to {name}")


def spelt(name: str) -> str:
    """A name as an SMS can hold it."""
    return {FIRST: "Lucja", SECOND: "Olena"}[name]


def code_for(world: World, name: str) -> str:
    """Ask for a code at the page of the client's link."""
    telephone, address = world.client_page(), invitation(world, name)
    telephone.submit(telephone.visit(address), f"{address}/code")
    world.run_jobs()
    text = world.mailbox.messages[-1].text
    assert spelt(name) in text
    found = re.search(r"\b(\d{4}) (\d{4})\b", text)
    assert found is not None
    return found.group(1) + found.group(2)


def sign(visit: ClientAtKiosk, code: str) -> None:
    """Everything between the confirmation and the signature."""
    visit.enter_code(code)
    visit.read_every_page()
    visit.fill(ANSWERS)
    visit.draw(drawn_signature())
    visit.agree()


def kinds(world: World, document_id: str) -> list[str]:
    with world.office.database.read() as connection:
        return [entry.kind for entry in document_history(connection, document_id)]


def blobs(world: World, document_id: str) -> set[str]:
    found = tables.blobs
    with world.office.database.read() as connection:
        query = select(found.c.kind).where(found.c.document_id == document_id)
        return {str(row[0]) for row in connection.execute(query)}


def assert_completed(world: World, document_id: str, at: Terminal | None = None) -> None:
    """Genuine, of both clients, and each of them can fetch it."""
    document = document_of(world, document_id)
    assert document.state is State.COMPLETED
    assert not document.quarantined
    with world.office.database.read() as connection:
        pdf = final_file(world.office, connection, document)
    trust = (at or world.terminal).parts.terminal.trust.current()
    verdict = verify_pdf(pdf, trust, world.clock())
    assert verdict.outcome is Outcome.GENUINE, verdict
    assert verdict.claims is not None
    assert [signer.name for signer in verdict.claims.signers[1:]] == [FIRST, SECOND]
    assert [client.has_signed for client in document.clients] == [True, True]
    assert "turn" not in blobs(world, document_id)
    world.run_jobs()
    links = {
        name: found.group(1)
        for message in world.mailbox.messages
        for name in (FIRST, SECOND)
        if spelt(name) in message.text and (found := re.search(r"http\S+(/d/\S+)", message.text))
    }
    assert len(set(links.values())) == 2
    for address in links.values():
        assert world.client_page().http.get(address).content == pdf


def test_two_people_with_one_number_sign_one_after_the_other_without_a_network(
    world: World,
) -> None:
    here = world.kiosk_id
    document = send(world, client(FIRST, here, "place", 40), client(SECOND, here, "town", 300))
    world.exchange()
    world.cable.joined = False
    first = ClientAtKiosk(world.visitor())
    first.find(document.short_number)
    assert "Łucja Ż." in first.page.words
    hers = code_for(world, SECOND)
    with pytest.raises(VisitFailed, match="not accepted"):
        first.enter_code(hers)  # the same telephone, another person
    sign(first, code_for(world, FIRST))
    assert SECOND in first.page.words
    second = first.hand_over(document.short_number)
    assert "Олена Ґ." in second.page.words
    sign(second, hers)
    second.leave()
    world.cable.joined = True
    world.exchange()
    assert_completed(world, document.id)
    seen = kinds(world, document.id)
    assert seen.index("turn_signed") < seen.index("completed")
    assert seen.count("code_accepted") == 2


def test_the_second_client_signs_at_another_kiosk_on_another_day(world: World) -> None:
    there = world.second_terminal()
    document = send(
        world, client(FIRST, world.kiosk_id, "place", 40), client(SECOND, there.id, "town", 300)
    )
    assert sum("/m/" in message.text for message in world.mailbox.messages) == 1
    there.exchange()
    with pytest.raises(VisitFailed):
        ClientAtKiosk(there.visitor()).find(document.short_number)
    _first_signs_at(world.terminal, world, document)
    moved = document_of(world, document.id)
    assert (moved.state, moved.kiosk_id, moved.client.name) == (State.DUE, there.id, SECOND)
    assert moved.clients[0].signed_at is not None
    assert "turn" in blobs(world, document.id)
    world.exchange()
    there.exchange()
    assert world.kiosk.terminal.documents.files.named() == []
    there.cable.joined = False
    second = ClientAtKiosk(there.visitor())
    second.find(document.short_number)
    sign(second, code_for(world, SECOND))
    second.leave()
    there.cable.joined = True
    there.exchange()
    assert_completed(world, document.id)


def test_the_second_client_signs_although_the_first_ones_kiosk_was_stolen_meanwhile(
    world: World,
) -> None:
    there = world.second_terminal()
    document = send(
        world, client(FIRST, world.kiosk_id, "place", 40), client(SECOND, there.id, "town", 300)
    )
    _first_signs_at(world.terminal, world, document)
    reason = RevocationReason.STOLEN
    revoke_kiosk(world.office, world.kiosk_id, reason, Actor(world.operator.id), world.clock())
    there.exchange()
    second = ClientAtKiosk(there.visitor())
    second.find(document.short_number)
    sign(second, code_for(world, SECOND))
    second.leave()
    there.exchange()
    assert_completed(world, document.id, there)


def test_the_next_client_can_be_sent_to_another_kiosk(world: World) -> None:
    here, there = world.kiosk_id, world.second_terminal()
    document = send(world, client(FIRST, here, "place", 40), client(SECOND, here, "town", 300))
    _first_signs_at(world.terminal, world, document)
    move_client(world.office, document.id, 1, there.id, Actor(world.operator.id), world.clock())
    world.run_jobs()
    world.exchange()
    there.exchange()
    with pytest.raises(VisitFailed):
        ClientAtKiosk(world.visitor()).find(document.short_number)
    second = ClientAtKiosk(there.visitor())
    second.find(document.short_number)
    sign(second, code_for(world, SECOND))
    second.leave()
    there.exchange()
    assert_completed(world, document.id)


def _first_signs_at(terminal: Terminal, world: World, document: Document) -> None:
    terminal.exchange()
    first = ClientAtKiosk(terminal.visitor())
    first.find(document.short_number)
    sign(first, code_for(world, FIRST))
    first.leave()
    terminal.exchange()
    world.run_jobs()
