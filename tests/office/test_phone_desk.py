"""Clients who sign with their own telephones: the address, the button, the messages."""

from __future__ import annotations

import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.kiosks import add_kiosk, find_kiosk, set_phone_url
from office.preparation import cancel_document
from office.signing_order import NewClient
from sync.tickets import read_ticket
from tests.office.test_screens import Browser, app, browser
from tests.office.town_hall import CLIENT, Clock, Letterbox, People, TestKiosk, due_document
from tests.visitor import Page

DESK = "https://sign.example.com"
__all__ = ["app", "browser"]  # fixtures of the screens


@pytest.fixture
def phones(office: HeadOffice, clock: Clock) -> TestKiosk:
    """An enrolled desk for telephones."""
    desk = TestKiosk(office, clock, "Na telefonie", phone_url=DESK)
    desk.enrol()
    return desk


def ticket_on(page: Page) -> str:
    found = re.search(rf'href="{DESK}/s/([^"]+)"', page.text)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize(
    "address",
    ["http://sign.example.com", "https://", "https://a b", "javascript:alert(1)", "https://x/?a=1",
     "https://user@host", "//sign.example.com", "https://" + "a" * 200, "https://żółw.pl"],
)  # fmt: skip
def test_an_address_that_is_not_safe_is_refused_and_nothing_is_added(
    office: HeadOffice, phones: TestKiosk, people: People, clock: Clock, address: str
) -> None:
    actor = Actor(people.administrator.id)
    with pytest.raises(Refused) as refused:
        add_kiosk(office, "Online", actor, clock(), address)
    assert refused.value.code == "bad_phone_url"
    with pytest.raises(Refused):
        set_phone_url(office, phones.id, address, actor, clock())
    with office.database.read() as connection:
        assert find_kiosk(connection, phones.id).phone_url == DESK


def test_a_terminal_that_people_go_to_gets_no_address_later(
    office: HeadOffice, kiosk: TestKiosk, people: People, clock: Clock
) -> None:
    with pytest.raises(Refused):
        set_phone_url(office, kiosk.id, DESK, Actor(people.administrator.id), clock())


def test_the_message_leads_to_a_page_with_a_ticket_for_this_client_and_desk(
    office: HeadOffice,
    browser: Browser,
    people: People,
    phones: TestKiosk,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    document = due_document(office, people, phones, pdf, clock())
    letterbox.run(office, clock())
    (message,) = (one for one in letterbox.messages if one.to == document.client.contact)
    assert (message.channel, message.to) == ("sms", "+48600100200")
    assert "kiosk" not in message.text.lower()
    assert document.short_number not in message.text.replace(" ", "")
    link = re.search(r"/m/[\w-]+", message.text)
    assert link is not None
    page = browser(None).visit(f"{link.group()}?language=en")
    assert CLIENT not in page.text
    assert "600100200" not in page.text
    assert [form.action for form in page.forms if "/code" in form.action] == []
    key = Ed25519PublicKey.from_public_bytes(
        office.keyring.response_key().public_key().public_bytes_raw()
    )
    ticket = read_ticket(key, phones.id, ticket_on(page), clock())
    assert (ticket.document_id, ticket.client_index) == (document.id, 0)
    again = read_ticket(key, phones.id, ticket_on(browser(None).visit(link.group())), clock())
    assert again.ticket_id != ticket.ticket_id


def test_two_who_sign_with_their_telephones_are_not_asked_to_come_together(
    office: HeadOffice, people: People, phones: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    clients = tuple(
        NewClient(name, f"{name.split()[0].lower()}@example.com", phones.id)
        for name in ("Jan Kos", "Ewa Lis")
    )
    letterbox = Letterbox()
    due_document(office, people, phones, pdf, clock(), clients=clients, language="en")
    letterbox.run(office, clock())
    (hers,) = (one for one in letterbox.messages if one.to.startswith("ewa"))
    for text in (hers.text, hers.html):
        words = " ".join(text.split())
        assert "Jan Kos signs before you. You can sign right after that." in words
        assert "together" not in words


def test_a_code_for_a_telephone_speaks_of_no_kiosk(
    office: HeadOffice,
    people: People,
    phones: TestKiosk,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    document = due_document(office, people, phones, pdf, clock())
    letterbox.run(office, clock())
    assert phones.ledger.request_code(phones.id, document.id, clock()).sent
    letterbox.run(office, clock())
    assert letterbox.code()
    assert "kiosk" not in letterbox.messages[-1].text.lower()


def test_there_is_no_button_once_it_is_signed_or_withdrawn(
    office: HeadOffice,
    browser: Browser,
    people: People,
    phones: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    document = due_document(office, people, phones, pdf, clock())
    link = f"/m/{office.keyring.message_link(document.id)}"
    assert ticket_on(browser(None).visit(link))
    cancel_document(office, document.id, Actor(people.operator.id), clock())
    assert DESK not in browser(None).visit(link).text


def test_an_administrator_adds_a_desk_and_changes_its_address(
    office: HeadOffice, browser: Browser, people: People, clock: Clock
) -> None:
    visitor = browser(people.administrator)
    page = visitor.visit("/kiosks")
    given = {"name": "Online", "phone_url": f"{DESK}/"}
    page = visitor.submit(page, "/kiosks", given)
    page = visitor.visit("/kiosks")
    assert "own telephones" in page.words
    (address,) = set(re.findall(r"/kiosks/[\w-]+/address", page.text))
    page = visitor.submit(page, address, {"phone_url": "http://elsewhere"}, expect=422)
    assert "safely" in page.words
    page = visitor.submit(visitor.visit("/kiosks"), address, {"phone_url": "https://s.example.com"})
    assert "https://s.example.com" in page.text
