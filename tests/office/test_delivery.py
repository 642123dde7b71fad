"""Handing messages out: a real mail server, a real HTTP gateway, and their failures."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from werkzeug.serving import make_server

from office import codes_desk
from office.application import create_app
from office.delivery.mail import SmtpSender
from office.delivery.sender import send
from office.delivery.sms_gateway import HttpSmsSender
from office.development import MailSink, development_settings, sample_messages
from office.documents import Document
from office.errors import DeliveryError
from office.head_office import HeadOffice
from office.history import Actor, document_history
from office.messages import (
    MessageKind,
    OutgoingMessage,
    message_to_client,
    message_to_decider,
    message_to_director,
)
from office.settings import LANGUAGES
from office.words import gsm7
from office.work import configured_senders, tick
from sync.records import EventKind
from tests.office.town_hall import Clock, Letterbox, People, TestKiosk, due_document
from verifier.picture import text_in_picture

MAIL = OutgoingMessage("k:1", "email", "anna@example.com", "Zażółć", "Gęślą jaźń\n", "<p>ж</p>")
SMS = OutgoingMessage("k:2", "sms", "+48600100200", "", "Kod 1234 5678")


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def developing(office: HeadOffice, clock: Clock) -> Iterator[HeadOffice]:
    """A head office whose messages go through SMTP and HTTP into its own sink."""
    port = closed_port()
    with MailSink(office, clock) as sink:
        changed = development_settings(replace(office.settings, port=port), sink.port)
        served = replace(office, settings=changed)
        server = make_server("127.0.0.1", port, create_app(served, clock), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def test_an_e_mail_arrives_with_its_letters(developing: HeadOffice) -> None:
    SmtpSender(developing.settings).send(MAIL)
    (message,) = sample_messages(developing)
    assert (message.channel, message.recipient) == ("email", "anna@example.com")
    assert (message.subject, message.text.strip()) == ("Zażółć", "Gęślą jaźń")
    assert "ж" in message.html


def test_an_sms_arrives_through_the_gateway(developing: HeadOffice) -> None:
    assert HttpSmsSender(developing.settings).send(SMS) == "k:2"
    (message,) = sample_messages(developing)
    assert (message.channel, message.recipient, message.text) == ("sms", SMS.to, SMS.text)


def test_the_gateway_refuses_a_wrong_token_for_good(developing: HeadOffice) -> None:
    wrong = replace(developing.settings, sms_token="guess")
    with pytest.raises(DeliveryError) as refusal:
        HttpSmsSender(wrong).send(SMS)
    assert (refusal.value.code, refusal.value.retry) == ("sms_refused", False)
    assert sample_messages(developing) == []


def test_gateways_that_are_down_are_tried_again(office: HeadOffice) -> None:
    port = closed_port()
    nobody = replace(
        office.settings, smtp_host="127.0.0.1", smtp_port=port, sms_url=f"http://127.0.0.1:{port}/"
    )
    for sender, message, code in (
        (SmtpSender(nobody), MAIL, "mail_server_unreachable"),
        (HttpSmsSender(nobody), SMS, "sms_gateway_unreachable"),
    ):
        with pytest.raises(DeliveryError) as refusal:
            sender.send(message)
        assert (refusal.value.code, refusal.value.retry) == (code, True)


def test_a_channel_without_a_gateway_says_which_setting_is_missing(office: HeadOffice) -> None:
    with pytest.raises(DeliveryError) as refusal:
        send(configured_senders(office), SMS)
    assert refusal.value.code == "channel_not_configured"
    assert "SYGNET_OFFICE_SMS_URL" in refusal.value.next_step


@pytest.fixture
def due(
    developing: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> Document:
    return due_document(developing, people, kiosk, pdf, clock(), contact="anna@example.com")


def test_the_whole_outbox_reaches_the_page_of_messages(
    developing: HeadOffice, due: Document, clock: Clock
) -> None:
    codes_desk.issue_for(developing, due.id, Actor(), clock(), "link")
    while tick(developing, configured_senders(developing), clock()):
        pass
    subjects = [message.subject for message in sample_messages(developing)]
    assert len(subjects) == 2  # the invitation and the code
    assert all(message.html for message in sample_messages(developing))


def test_the_invitation_has_a_qr_that_a_kiosk_can_read(
    developing: HeadOffice, due: Document
) -> None:
    message = message_to_client(
        developing, due, due.client, MessageKind.CLIENT_INVITED, "k", before=""
    )
    link = f"/m/{developing.keyring.message_link(due.id)}"
    assert link in message.text
    assert 'src="cid:qr"' in message.html
    read = text_in_picture(message.pictures["qr"])
    assert read is not None
    assert read.endswith(link)


@pytest.mark.parametrize("channel", ["sms", "email"])
@pytest.mark.parametrize(
    ("identity", "says", "not_said"),
    [
        ("code", ("ode",), ("identity document",)),
        ("code_or_staff", ("ode", "identity document"), ()),
        ("staff", ("identity document",), ("Get a code", "get one", "You get one")),
    ],
)
def test_an_invitation_says_what_to_bring(
    developing: HeadOffice,
    due: Document,
    channel: str,
    identity: str,
    says: tuple[str, ...],
    not_said: tuple[str, ...],
) -> None:
    document = replace(due, language="en", identity=identity)
    client = replace(due.client, channel=channel)
    kind = MessageKind.CLIENT_INVITED
    message = message_to_client(developing, document, client, kind, "k", before="")
    for text in (message.text, message.html) if message.html else (message.text,):
        assert all(words in text for words in says)
        assert not any(words in text for words in not_said)
        assert "/m/" in text


def test_every_message_exists_in_every_language(
    developing: HeadOffice, due: Document, clock: Clock
) -> None:
    kinds = (MessageKind.CLIENT_INVITED, MessageKind.CLIENT_CODE, MessageKind.CLIENT_COMPLETED)
    ways = product(LANGUAGES, ("sms", "email"), kinds, ("", "123 456 7897"))
    for language, channel, kind, challenge in ways:
        document = replace(due, language=language, title="A & B <i>")
        client = replace(due.client, channel=channel, name="<b>Anna</b>")
        message = message_to_client(
            developing,
            document,
            client,
            kind,
            "k",
            before="<b>Ewa</b>",
            code="1234 5678",
            expires_at=None if challenge else clock(),
            challenge=challenge,
            link="http://office.example/d/x",
            keep_until=clock(),
        )
        assert document.number in message.text
        assert "<i>" not in message.html
        if kind is MessageKind.CLIENT_CODE:
            assert challenge in message.text
        if channel == "sms":
            assert message.text == gsm7(message.text)
            assert "?" not in message.text
            assert not message.html
        else:
            assert message.subject
            assert f'lang="{language}"' in message.html


def test_the_directors_messages_exist_in_every_language(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    kinds = (MessageKind.DIRECTOR_WAITING, MessageKind.DIRECTOR_CODE)
    for language, kind in product(LANGUAGES, kinds):
        person = replace(people.director, language=language)
        message = message_to_director(
            office,
            person,
            kind,
            "k",
            number="2026/1",
            title="T",
            code="1234 5678",
            expires_at=clock(),
            documents=5,
        )
        assert message.to == person.email
        assert message.subject
        assert message.html


def test_the_message_to_those_who_decide_exists_in_every_language(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    subjects = set()
    for language in LANGUAGES:
        person = replace(people.administrator, language=language)
        message = message_to_decider(office, person, document, "k")
        assert message.to == person.email
        assert f"/documents/{document.id}/copies" in message.text
        assert document.number in message.html
        subjects.add(message.subject)
    assert len(subjects) == len(LANGUAGES)


def test_sms_text_is_gsm7() -> None:
    assert gsm7("Zażółć gęślą jaźń") == "Zazolc gesla jazn"
    assert gsm7("Щастя, їжак") == "Shchastia, izhak"
    assert gsm7("Grüße für 5 €, 日") == "Grüße für 5 ?, ?"


class Closed:
    """A gateway that refuses for good."""

    def send(self, _message: OutgoingMessage) -> str:
        raise DeliveryError("mail_refused", "There is no such mailbox.", retry=False)


def test_the_operator_sees_that_a_message_could_not_be_delivered(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    due = due_document(office, people, kiosk, pdf, clock(), contact="nobody@example.com")
    while tick(office, {"email": Closed()}, clock()):
        pass
    with office.database.read() as connection:
        failed = [
            entry.body
            for entry in document_history(connection, due.id)
            if entry.kind == "message_failed"
        ]
    assert {"message": "client_invited", "code": "mail_refused"} in failed


def test_an_invitation_that_is_late_is_not_sent_for_a_cancelled_or_declined_document(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    due = due_document(office, people, kiosk, pdf, clock())
    kiosk.report(kiosk.event(EventKind.DECLINED, due.id))
    letterbox.run(office, clock())
    assert [message for message in letterbox.messages if message.channel == "sms"] == []
