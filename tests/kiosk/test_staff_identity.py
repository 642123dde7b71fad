"""Proof of identity by a document that staff look at: only where head office allowed it."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from kiosk.application import Parts
from signing.completion import Sealed
from signing.errors import SigningError
from sync.records import DocumentDue, EventKind
from tests.kiosk.client import EVIDENCE, answers
from tests.kiosk.company import CLIENT, Company
from tests.kiosk.front_desk import ANNA, ANNA_PIN, EWA, EWA_PIN, enter
from tests.kiosk.test_staff import events, hand_over
from verifier.token import Proof, Role

CONFIRMED = {"paper": "passport", "same_name": "yes"}


@pytest.fixture
def staffed(kiosk: Parts, company: Company) -> Parts:
    company.hire(ANNA, EWA)
    kiosk.head_office.exchange()
    return kiosk


def due(kiosk: Parts, company: Company, identity: str, number: int = 1) -> DocumentDue:
    record = company.send(number, identity=identity)
    kiosk.head_office.exchange()
    return record


def open_as_client(browser: FlaskClient, record: DocumentDue) -> str:
    browser.post("/find", data={"number": record.short_number})
    browser.post("/ceremony/language", data={"language": "en"})
    return browser.get("/ceremony/confirm").text


def proof_of(sealed: Sealed) -> Proof:
    (client,) = [one for one in sealed.claims.signers if one.role is Role.CLIENT]
    return client.proof


def sign_now(kiosk: Parts, record: DocumentDue) -> Sealed:
    sealed = kiosk.desk.seal(record.document_id, answers(), EVIDENCE)
    assert isinstance(sealed, Sealed)
    return sealed


def test_a_client_without_a_phone_is_looked_at_and_signs(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = due(staffed, company, "code_or_staff")
    assert "No phone with me" in open_as_client(browser, record)
    asked = browser.get("/staff/identity").text
    assert ANNA.name in asked
    assert EWA.name not in asked  # she may not
    assert enter(browser, ANNA, ANNA_PIN, "identity").headers["Location"] == "/staff/identity/check"
    assert browser.get("/staff").status_code == 303  # the PIN opened this one act only
    page = browser.get("/staff/identity/check").text
    assert CLIENT in page
    assert browser.post("/staff/identity/check", data={"paper": "passport"}).status_code == 422
    assert events(staffed, EventKind.IDENTITY_CHECKED) == []
    done = browser.post("/staff/identity/check", data=CONFIRMED)
    assert done.headers["Location"] == "/ceremony/"
    assert browser.get("/ceremony/read/1").status_code == 200
    assert browser.get("/staff/identity/check").status_code == 303
    body = {"staff": ANNA.staff_id, "paper": "passport", "client_index": 0}
    assert events(staffed, EventKind.IDENTITY_CHECKED) == [("identity_checked", body)]
    assert proof_of(sign_now(staffed, record)) is Proof.ID_DOCUMENT
    browser.get("/fresh")
    assert staffed.terminal.store.rows("SELECT * FROM identity_check") == []


def test_where_head_office_wants_a_code_nobody_offers_anything_else(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = due(staffed, company, "code")
    assert "No phone with me" not in open_as_client(browser, record)
    assert browser.get("/staff/identity").headers["Location"] == "/ceremony/"
    enter(browser, ANNA, ANNA_PIN, "identity")
    assert browser.post("/staff/identity/check", data=CONFIRMED).status_code == 409
    enter(browser, ANNA, ANNA_PIN)
    path = f"/staff/document/{record.document_id}"
    assert 'name="paper"' not in browser.get(path).text
    assert browser.post(f"{path}/hand-over", data={"paper": "passport"}).status_code == 409
    assert events(staffed, EventKind.IDENTITY_CHECKED) == []
    with pytest.raises(SigningError, match="confirmation code"):
        sign_now(staffed, record)


def test_where_only_an_identity_document_counts_no_code_is_asked_for(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = due(staffed, company, "staff")
    page = open_as_client(browser, record)
    assert "/staff/identity" in page
    assert "/ceremony/code" not in page
    code = company.code(record, staffed.desk.now()).text
    for path, form in (("/ceremony/code/send", {}), ("/ceremony/code", {"code": code})):
        assert browser.post(path, data=form).status_code == 409
    with pytest.raises(SigningError):
        sign_now(staffed, record)


def test_staff_look_first_and_then_hand_over(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = due(staffed, company, "staff")
    enter(browser, ANNA, ANNA_PIN)
    assert hand_over(browser, record, paper="identity_card") == "/ceremony/confirm"
    assert browser.get("/ceremony/read/1").status_code == 200
    assert proof_of(sign_now(staffed, record)) is Proof.ID_DOCUMENT


def test_a_look_counts_for_its_session_only(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = due(staffed, company, "code_or_staff")
    enter(browser, ANNA, ANNA_PIN)
    hand_over(browser, record, paper="identity_card")
    browser.post("/ceremony/leave")
    open_as_client(browser, record)
    assert browser.get("/ceremony/read/1").headers["Location"] == "/ceremony/confirm"
    with pytest.raises(SigningError, match="confirmation code"):
        sign_now(staffed, record)
    code = company.code(record, staffed.desk.now()).text
    browser.post("/ceremony/code", data={"code": code})
    assert browser.get("/ceremony/read/1").status_code == 200
    assert proof_of(sign_now(staffed, record)) is Proof.SMS_CODE


def test_a_client_cannot_let_themselves_in(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = due(staffed, company, "code_or_staff")
    open_as_client(browser, record)
    for form in ({}, CONFIRMED):
        assert browser.post("/staff/identity/check", data=form).headers["Location"] == "/ceremony/"
    enter(browser, EWA, EWA_PIN, "identity")
    assert browser.post("/staff/identity/check", data=CONFIRMED).status_code == 403
    assert browser.post("/staff/identity/refuse").headers["Location"] == "/ceremony/confirm"
    assert browser.get("/ceremony/read/1").headers["Location"] == "/ceremony/confirm"
    row = staffed.terminal.store.row("SELECT body FROM progress")
    assert row is not None
    assert json.loads(row[0])["code_ok_at"] is None
