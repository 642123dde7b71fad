"""Confirmation codes for clients: who gets one, how often, and what the message says."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from office import codes_desk, preparation, tables
from office.documents import Document
from office.due import code_key
from office.head_office import HeadOffice
from office.history import Actor
from office.work import tick
from signing.challenges import answer_text, challenge_number
from tests.office.town_hall import Clock, Letterbox, People, TestKiosk, due_document


@pytest.fixture
def due(office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock) -> Document:
    document = due_document(office, people, kiosk, pdf, clock())
    Letterbox().run(office, clock())  # the invitation is out of the way
    return document


def ask(office: HeadOffice, document: Document, clock: Clock) -> codes_desk.CodeAsked:
    return codes_desk.issue_for(office, document.id, Actor(), clock(), "link")


def test_the_message_binds_the_code_to_document_kiosk_time_and_hash(
    office: HeadOffice, due: Document, letterbox: Letterbox, clock: Clock
) -> None:
    asked = ask(office, due, clock)
    assert asked.sent
    assert asked.masked_contact == "+48 *** *** 200"
    letterbox.run(office, clock())
    (message,) = letterbox.messages
    assert (message.channel, message.to) == ("sms", "+48600100200")
    for part in (due.number, "Krakow, Rynek 5", "10:05", due.pdf_sha256[:6]):
        assert part in message.text
    assert message.text.isascii()


def test_the_digits_are_in_no_table(
    office: HeadOffice, due: Document, letterbox: Letterbox, clock: Clock
) -> None:
    ask(office, due, clock)
    letterbox.run(office, clock())
    digits = letterbox.code()
    office.database.forget_deleted()
    stored = office.settings.database_path.read_bytes()
    for form in (digits, f"{digits[:4]} {digits[4:]}"):
        assert form.encode() not in stored


def test_five_codes_an_hour_for_one_number(office: HeadOffice, due: Document, clock: Clock) -> None:
    for _ in range(codes_desk.CODES_PER_HOUR):
        assert ask(office, due, clock).sent
        clock.forward(minutes=1)
    refused = ask(office, due, clock)
    assert (refused.sent, refused.reason) == (False, "limit")
    clock.forward(hours=1)
    assert ask(office, due, clock).sent


def test_asking_twice_within_five_seconds_sends_one_code(
    office: HeadOffice, due: Document, letterbox: Letterbox, clock: Clock
) -> None:
    assert ask(office, due, clock).sent
    again = ask(office, due, clock)
    assert (again.sent, again.reason) == (False, "already")
    letterbox.run(office, clock())
    assert len(letterbox.messages) == 1
    clock.forward(seconds=5)
    assert ask(office, due, clock).sent


def test_a_code_older_than_a_minute_is_never_sent(
    office: HeadOffice, due: Document, letterbox: Letterbox, clock: Clock
) -> None:
    ask(office, due, clock)
    tick(office, {}, clock())  # no gateway: the job fails and waits
    clock.forward(seconds=61)
    letterbox.run(office, clock())
    assert letterbox.messages == []
    with office.database.read() as connection:
        query = select(tables.jobs.c.state).where(tables.jobs.c.kind == "code")
        assert connection.execute(query).scalars().all() == ["dropped"]


def test_a_cancelled_document_gets_no_code_also_when_one_was_asked_for(
    office: HeadOffice, people: People, due: Document, letterbox: Letterbox, clock: Clock
) -> None:
    ask(office, due, clock)
    preparation.cancel_document(office, due.id, Actor(people.operator.id), clock())
    letterbox.run(office, clock())
    assert letterbox.messages == []
    assert ask(office, due, clock).reason == "not_due"


def test_a_kiosk_asks_for_its_own_document(
    office: HeadOffice, kiosk: TestKiosk, due: Document, letterbox: Letterbox, clock: Clock
) -> None:
    result = kiosk.ledger.request_code(kiosk.id, due.id, clock())
    assert (result.sent, result.channel, result.reason) == (True, "sms", "")
    letterbox.run(office, clock())
    assert len(letterbox.code()) == 8


CHALLENGE = "1234567897"


def test_a_challenge_is_answered_to_the_clients_own_number_and_explained(
    office: HeadOffice, due: Document, letterbox: Letterbox, clock: Clock
) -> None:
    answer(office, due, clock)
    letterbox.run(office, clock())
    (message,) = letterbox.messages
    assert message.to == "+48600100200"
    for part in (due.number, "Krakow, Rynek 5", "123 456 7897", due.pdf_sha256[:6]):
        assert part in message.text
    assert message.text.isascii()
    key = code_key(office, due, due.client)
    assert letterbox.code() == answer_text(key, CHALLENGE)


def test_an_answer_counts_as_one_of_the_hours_codes_and_is_sent_once(
    office: HeadOffice, due: Document, letterbox: Letterbox, clock: Clock
) -> None:
    assert answer(office, due, clock).sent
    assert answer(office, due, clock).reason == "already"
    for _ in range(codes_desk.CODES_PER_HOUR - 1):
        clock.forward(minutes=1)
        assert ask(office, due, clock).sent
    assert answer(office, due, clock, "9876543217").reason == "limit"
    letterbox.run(office, clock())
    assert all("123 456 7897" not in message.text for message in letterbox.messages)


def test_an_answer_that_was_sent_matches_and_another_does_not(
    office: HeadOffice, due: Document, clock: Clock
) -> None:
    answer(office, due, clock)
    with office.database.write() as connection:
        for challenge, known in ((CHALLENGE, True), ("9876543217", False)):
            number = challenge_number(challenge)
            found = codes_desk.matches(connection, due.id, due.client, 1, number, clock())
            assert found is known


def answer(
    office: HeadOffice, document: Document, clock: Clock, challenge: str = CHALLENGE
) -> codes_desk.CodeAsked:
    place = document.client.place
    return codes_desk.issue_for(office, document.id, Actor(), clock(), "square", place, challenge)
