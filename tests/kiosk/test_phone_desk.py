"""The desk for clients' own telephones: a ticket of head office lets in once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.application import Parts, parts_of, stop
from kiosk.phone_application import create_phone_app
from kiosk.phone_desk import MAX_OPENED_AN_HOUR, PhoneDesk
from kiosk.settings import Settings
from signing.ceremony.desk import DeskRefused
from sync.records import DocumentDue
from sync.tickets import TICKET_LIFE, Ticket, TicketRefused, make_ticket
from tests.kiosk.client import arrive, prove_identity, seal
from tests.kiosk.company import Company
from tests.kiosk.machine import Machine


@pytest.fixture
def app(settings: Settings, machine: Machine, company: Company) -> Iterator[Flask]:
    app = create_phone_app(settings, machine.time(), company.client())
    app.config["WTF_CSRF_ENABLED"] = False
    head_office = parts_of(app).head_office
    head_office.enrol(company.enrolment_code())
    head_office.exchange()
    yield app
    stop(app)


@pytest.fixture
def kiosk(app: Flask) -> Parts:
    return parts_of(app)


@pytest.fixture
def desk(kiosk: Parts) -> PhoneDesk:
    assert isinstance(kiosk.desk, PhoneDesk)
    return kiosk.desk


@pytest.fixture
def record(kiosk: Parts, company: Company) -> DocumentDue:
    return arrive(kiosk, company)


def ticket(company: Company, record: DocumentDue, machine: Machine, number: int = 1) -> str:
    return make_ticket(company.office_key, "kiosk-1", said(record, machine, number))


def said(record: DocumentDue, machine: Machine, number: int = 1) -> Ticket:
    expires = (machine.wall + TICKET_LIFE).replace(microsecond=0)
    return Ticket(record.document_id, record.client_index, expires, f"{number:032x}")


def refused(desk: PhoneDesk, text: str) -> str:
    with pytest.raises((TicketRefused, DeskRefused)) as refusal:
        desk.open(text)
    assert isinstance(refusal.value, TicketRefused | DeskRefused)
    return refusal.value.code


def used(kiosk: Parts) -> list[tuple[object, ...]]:
    return kiosk.terminal.store.rows("SELECT ticket_id FROM ticket")


def test_a_ticket_opens_its_document_once(
    desk: PhoneDesk, company: Company, machine: Machine, record: DocumentDue
) -> None:
    text = ticket(company, record, machine)
    assert desk.open(text) == record.document_id
    assert refused(desk, text) == "ticket_used"
    assert desk.open(ticket(company, record, machine, 2)) == record.document_id


def test_a_used_ticket_stays_used_after_a_power_cut(
    desk: PhoneDesk,
    kiosk: Parts,
    settings: Settings,
    company: Company,
    machine: Machine,
    record: DocumentDue,
) -> None:
    text = ticket(company, record, machine)
    desk.open(text)
    kiosk.head_office.close()
    kiosk.terminal.close()
    again = create_phone_app(settings, machine.time(), company.client())
    there = parts_of(again).desk
    assert isinstance(there, PhoneDesk)
    assert refused(there, text) == "ticket_used"
    stop(again)


def test_a_ticket_of_another_desk_person_or_time_lets_nobody_in(
    desk: PhoneDesk, kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    good = said(record, machine)
    assert refused(desk, make_ticket(company.office_key, "kiosk-2", good)) == "ticket_forged"
    other = replace(good, client_index=1)
    assert refused(desk, make_ticket(company.office_key, "kiosk-1", other)) == "not_your_turn"
    unknown = replace(good, document_id="f" * 32)
    assert refused(desk, make_ticket(company.office_key, "kiosk-1", unknown)) == "not_here_yet"
    text = make_ticket(company.office_key, "kiosk-1", good)
    machine.passes(TICKET_LIFE.total_seconds())
    assert refused(desk, text) == "ticket_too_old"
    assert used(kiosk) == []


def test_a_ticket_for_a_document_on_its_way_stays_good(
    desk: PhoneDesk, kiosk: Parts, company: Company, machine: Machine
) -> None:
    record = company.send()
    text = ticket(company, record, machine)
    assert refused(desk, text) == "not_here_yet"
    kiosk.head_office.exchange()
    assert desk.open(text) == record.document_id


def test_a_document_that_is_withdrawn_or_signed_opens_no_more(
    desk: PhoneDesk, kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    prove_identity(kiosk, company, record)
    seal(kiosk, record)
    desk.finish(record.document_id)
    assert refused(desk, ticket(company, record, machine)) == "already_signed"
    other = arrive(kiosk, company, 2)
    company.withdraw(other)
    kiosk.head_office.exchange()
    assert refused(desk, ticket(company, other, machine, 2)) == "cancelled"
    assert used(kiosk) == []


def test_nobody_opens_a_document_more_often_than_somebody_with_a_bad_connection(
    desk: PhoneDesk, company: Company, machine: Machine, record: DocumentDue
) -> None:
    for number in range(MAX_OPENED_AN_HOUR):
        desk.open(ticket(company, record, machine, number))
    assert refused(desk, ticket(company, record, machine, 99)) == "opened_too_often"
    machine.passes(3601)
    assert desk.open(ticket(company, record, machine, 100)) == record.document_id


def test_two_clients_sign_at_the_same_time_and_one_who_leaves_ends_nothing_for_the_other(
    app: Flask, kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    other = arrive(kiosk, company, 2)
    first, second = app.test_client(), app.test_client()
    for browser, one, number in ((first, record, 1), (second, other, 2)):
        answer = browser.get(f"/s/{ticket(company, one, machine, number)}")
        assert (answer.status_code, answer.location) == (303, "/ceremony/confirm")
    assert type_code(first, company, kiosk, record) == "/ceremony/read"
    assert first.post("/ceremony/leave").location == "/fresh"
    assert first.get("/fresh").location == "/"
    assert type_code(second, company, kiosk, other) == "/ceremony/read"
    assert second.get("/ceremony/read/1").status_code == 200
    assert first.get("/ceremony/read/1").status_code == 303


def type_code(browser: FlaskClient, company: Company, kiosk: Parts, record: DocumentDue) -> str:
    code = company.code(record, kiosk.desk.now()).text
    return str(browser.post("/ceremony/code", data={"code": code}).location)


def test_a_stranger_finds_nothing_but_where_to_begin(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/").status_code == 200
    assert browser.get("/healthz").text == "ok\n"
    for path in ("/find", "/verify", "/status", "/enrol", "/a/x", "/start"):
        assert browser.get(path).status_code == 404
    answer = browser.get("/s/" + "x" * 300)
    assert answer.status_code == 403
    assert "ticket_unreadable" in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_cookie_follows_from_head_offices_page_and_only_by_https(
    settings: Settings, machine: Machine, company: Company
) -> None:
    app = create_phone_app(settings, machine.time(), company.client(), secure=True)
    cookie = app.test_client().get("/").headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert part in cookie
    stop(app)
