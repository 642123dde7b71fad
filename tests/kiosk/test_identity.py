"""Enrolment: keys made here, certificates from head office, nothing half done."""

from __future__ import annotations

import httpx
import pytest
from flask import Flask

from kiosk.application import Parts, create_app, parts_of, stop
from kiosk.errors import EnrolmentError
from kiosk.settings import Settings
from sync.records import EventKind
from tests.kiosk.company import Company
from tests.kiosk.machine import Machine


def test_an_enrolled_kiosk_knows_who_it_is(kiosk: Parts) -> None:
    enrolment = kiosk.terminal.enrolment()
    assert enrolment.grant.kiosk_name == "Kiosk Gdynia"
    assert enrolment.kiosk.seal_certificate.public_key() == enrolment.keys.seal.public_key()


def test_enrolment_is_the_first_line_of_the_journal(fresh_app: Flask, company: Company) -> None:
    parts = parts_of(fresh_app)
    parts.head_office.enrol(company.enrolment_code())
    (event,) = parts.terminal.journal.waiting(10)
    assert (event.sequence, event.kind) == (1, EventKind.ENROLLED)


def test_an_unknown_code_changes_nothing_but_the_keys_that_stay(fresh_app: Flask) -> None:
    parts = parts_of(fresh_app)
    with pytest.raises(EnrolmentError) as refused:
        parts.head_office.enrol("0000-0000-0000-0000")
    assert refused.value.code == "code_unknown"
    assert not parts.terminal.enrolled
    assert parts.terminal.journal.waiting(10) == []


@pytest.mark.parametrize("typed", ["", "abc", "ą" * 16, "x" * 5000, "UUUU-UUUU-UUUU-UUUU"])
def test_a_code_of_another_form_is_refused_here(fresh_app: Flask, typed: str) -> None:
    with pytest.raises(EnrolmentError) as refused:
        parts_of(fresh_app).head_office.enrol(typed)
    assert refused.value.code == "code_malformed"


def test_without_a_network_enrolling_waits_and_works_later(
    fresh_app: Flask, company: Company
) -> None:
    parts, code = parts_of(fresh_app), company.enrolment_code()
    company.cable.pulled = True
    with pytest.raises(EnrolmentError) as refused:
        parts.head_office.enrol(code)
    assert refused.value.code == "office_unreachable"
    company.cable.pulled = False
    parts.head_office.enrol(code)
    assert parts.terminal.enrolled


class ReplyLost(httpx.BaseTransport):
    """Head office hears the request; its reply never arrives."""

    def __init__(self, company: Company) -> None:
        self._cable = company.cable

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._cable.handle_request(request).read()
        raise httpx.ReadError("lost", request=request)


def test_a_lost_reply_costs_nothing(settings: Settings, machine: Machine, company: Company) -> None:
    code = company.enrolment_code()
    first = create_app(settings, machine.time(), httpx.Client(transport=ReplyLost(company)))
    with pytest.raises(EnrolmentError):
        parts_of(first).head_office.enrol(code)
    stop(first)
    second = create_app(settings, machine.time(), company.client())
    parts_of(second).head_office.enrol(code)
    assert parts_of(second).terminal.enrolled
    assert len(company.ledger.kiosks) == 1
    stop(second)


def test_an_enrolled_kiosk_is_not_enrolled_again(kiosk: Parts, company: Company) -> None:
    before = kiosk.terminal.store.setting("grant")
    with pytest.raises(EnrolmentError) as refused:
        kiosk.head_office.enrol(company.enrolment_code(2))
    assert refused.value.code == "already_enrolled"
    assert kiosk.terminal.store.setting("grant") == before


def test_the_kiosk_is_the_same_after_a_restart(
    app: Flask, settings: Settings, machine: Machine, company: Company
) -> None:
    before = parts_of(app).terminal.enrolment().keys.seal.public_key()
    stop(app)
    again = create_app(settings, machine.time(), company.client())
    assert parts_of(again).terminal.enrolment().keys.seal.public_key() == before
    stop(again)
